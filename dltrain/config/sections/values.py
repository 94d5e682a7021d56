"""The plain values that sections share: counts, shares, texts, paths, choices of Keras.

Numbers are strict: `"3"` is no number, and `true` is none either. Imports: pydantic.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from dltrain.config.catalogue.choices import Choice, checked
from dltrain.config.catalogue.rules import BOOLEAN, RATE, SHARE, Rule, whole
from dltrain.config.sections.section import wrong
from dltrain.errors import plain_name


def obeying(rule: Rule) -> BeforeValidator:
    """Check a field by a rule of `config/catalogue/arguments.py`."""

    def check(value: Any) -> Any:
        if not rule.accepts(value):
            raise wrong(value, rule.expected)
        return value

    return BeforeValidator(check)


def or_empty(kind: type[dict[Any, Any]] | type[list[Any]]) -> BeforeValidator:
    """Read a key with nothing after it as an empty map or list."""
    return BeforeValidator(lambda value: kind() if value is None else value)


def _text(value: Any) -> Any:
    if isinstance(value, str) and value:
        return value
    expected = "text that is not empty" if value == "" else "text"
    raise wrong(value, expected, "Quote it." if isinstance(value, int | float) else "")


def path(value: Any) -> Any:
    """Check that a value can be a path; nothing is looked up on the disk."""
    if "\0" in _text(value):
        raise wrong(value, "a path", "No path holds the null character.")
    return value


def are_different(value: Any) -> bool:
    """Tell whether a value is a list of words or whole numbers, none of them twice."""
    accepted = isinstance(value, list) and all(
        isinstance(item, str | int) and not isinstance(item, bool) for item in value
    )
    return accepted and len({str(item) for item in value}) == len(value) > 0


def _choice(kind: str) -> BeforeValidator:
    return BeforeValidator(partial(checked, kind))


# The rules speak; the bounds of the fields say the same to the JSON Schema.
Count = Annotated[int, Field(ge=1), obeying(whole(1))]
FromZero = Annotated[int, Field(ge=0), obeying(whole(0))]
Seed = Annotated[int, Field(ge=0, lt=2**32), obeying(whole(0, 2**32 - 1))]
Flag = Annotated[bool, obeying(BOOLEAN)]
Text = Annotated[str, Field(min_length=1), BeforeValidator(_text)]
PathText = Annotated[str, Field(min_length=1), BeforeValidator(path)]
Share = Annotated[float, Field(ge=0, le=1), obeying(SHARE)]
Rate = Annotated[float, Field(ge=0, lt=1), obeying(RATE)]

Callback = Annotated[Choice, _choice("callback")]
Layer = Annotated[Choice, _choice("layer")]
Optimizer = Annotated[Choice, _choice("optimizer")]
Regularizer = Annotated[Choice, _choice("regularizer")]


def metric(value: Any) -> Choice:
    """Check a metric and give it the name that history and messages use."""
    choice = checked("metric", value)
    if choice.get("name") is not None:
        return choice
    written = value if isinstance(value, str) else value["type"]
    same = plain_name(written) == plain_name(choice["type"])
    return choice | {"name": choice["type"] if same else written.lower()}
