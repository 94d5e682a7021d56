"""The base of every config class: unknown keys are refused, nothing changes after the check.

One class for each YAML key. All mistakes of a section are told at once. Imports: pydantic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

from dltrain.config.catalogue.choices import problem
from dltrain.errors import Key, did_you_mean, one_of, shown

SENTENCE = "got {got}, expected {expected}. {way_out}"


class Section(BaseModel):
    """A map of the file whose keys are the fields of the class; an empty one has its defaults.

    Attributes:
        elsewhere: Way out for keys that users look for here and that have another place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    elsewhere: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, value: Any, check: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return check({} if value is None else value)
        except ValidationError as error:
            details = [cls._worded(detail) for detail in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(cls.__name__, details) from None

    @classmethod
    def _worded(cls, detail: Any) -> InitErrorDetails:
        """Say in the message grammar that a key of this section is unknown or missing."""
        kind, loc = detail["type"], detail["loc"]
        if len(loc) == 1 and kind in ("extra_forbidden", "invalid_key"):
            name = str(loc[0])
            way_out = cls.elsewhere.get(name) or did_you_mean(name, cls.model_fields)
            return problem(loc, "an unknown key", one_of(cls.model_fields), way_out, at_key=True)
        if len(loc) == 1 and kind == "missing":
            return problem(loc, "nothing", f"a value{_described(cls.model_fields[str(loc[0])])}")
        return _below((), detail)


def _described(field: FieldInfo) -> str:
    description = (field.description or "").rstrip(".")
    return f": {description[0].lower()}{description[1:]}" if description else ""


def wrong(value: Any, expected: str, way_out: str = "") -> PydanticCustomError:
    """Make the error for a value that is not what was expected."""
    facts = {"got": shown(value), "expected": expected, "way_out": way_out, "at_key": False}
    return PydanticCustomError("sentence", SENTENCE, facts)


@contextmanager
def collecting(found: list[InitErrorDetails], *loc: str | int) -> Iterator[None]:
    """Add the errors of one check to those of others, below a key."""
    try:
        yield
    except PydanticCustomError as error:
        found.append(InitErrorDetails(type=error, loc=loc, input=None))
    except ValidationError as error:
        found.extend(_below(loc, detail) for detail in error.errors(include_url=False))


def _below(loc: Key, detail: Any) -> InitErrorDetails:
    kind, facts = detail["type"], detail.get("ctx", {})
    if kind == "sentence":
        kind = PydanticCustomError(kind, SENTENCE, facts)
    return InitErrorDetails(type=kind, loc=(*loc, *detail["loc"]), input=detail["input"], ctx=facts)


def each(items: Iterable[tuple[Any, Any]], check: Callable[[Any], Any]) -> dict[Any, Any]:
    """Check every part of a map or an enumerated list, telling the mistakes of all."""
    found: list[InitErrorDetails] = []
    result = {}
    for key, value in items:
        with collecting(found, key):
            result[key] = check(value)
    if found:
        raise ValidationError.from_exception_data("part", found)
    return result
