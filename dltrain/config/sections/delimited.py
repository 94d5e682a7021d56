"""How a text file holds a table: what stands between the values, at its top, and for a gap."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from dltrain.config.catalogue.choices import problem
from dltrain.config.sections.section import Section, wrong
from dltrain.config.sections.values import Flag, Text
from dltrain.errors import shown

WHITESPACE = "whitespace"
# Characters that a table uses itself.
RESERVED = '" \n\r'
WAYS_OUT = {
    " ": f"Write {WHITESPACE}, for one space or several.",
    "\\t": 'Write "\\t", in double quotes.',
    "tab": 'Write "\\t", in double quotes.',
}


def _separator(value: Any) -> Any:
    if value == WHITESPACE:
        return value
    return _character(value, f"one character, or {WHITESPACE}", WAYS_OUT.get(str(value), ""))


def _comment(value: Any) -> Any:
    return value if value is None else _character(value, "one character")


def _character(value: Any, expected: str, way_out: str = "") -> str:
    if isinstance(value, str) and len(value) == 1 and value not in RESERVED:
        return value
    raise wrong(value, expected, way_out)


def _names(value: Any) -> Any:
    if value is None:
        return value
    if not isinstance(value, list) or not value:
        raise wrong(value, "a list of names, one a column")
    for name in value:
        if not isinstance(name, str) or not name:
            raise wrong(name, "the name of a column", "Quote it." if name != "" else "")
    twice = next((name for name in value if value.count(name) > 1), None)
    if twice is not None:
        raise wrong(twice, "each name once")
    return value


def _words(value: Any) -> Any:
    words = [] if value is None else value if isinstance(value, list) else [value]
    for word in words:
        if isinstance(word, bool) or not isinstance(word, str | int | float):
            raise wrong(word, "a word, or a list of words, that stand for a missing value")
    return [str(word) for word in words]


def _encoding(value: Any) -> Any:
    try:
        "".encode(value)
    except (LookupError, TypeError, ValueError):
        expected = "an encoding that Python knows, such as utf-8, latin-1 or cp1252"
        raise wrong(value, expected) from None
    return value


class Delimited(Section):
    """Keys of `csv` and `windows` that say how the file is written."""

    separator: Annotated[str, BeforeValidator(_separator)] = Field(
        ",", description="What stands between two values: one character, or whitespace."
    )
    header: Flag = Field(True, description="Whether the first line names the columns.")
    names: Annotated[list[Text] | None, BeforeValidator(_names)] = Field(
        None,
        description="Without a header: the names. Default: column_0, column_1, … in their order.",
    )
    na_values: Annotated[list[str | int | float], BeforeValidator(_words)] = Field(
        [], description="Words that mean a missing value, beside empty cells, NA, NaN, None, null."
    )
    skip_spaces: Flag = Field(
        False, description="Whether spaces after a separator are left out, as in `1, 2`."
    )
    decimal: Literal[".", ","] = Field(".", description="What stands before the fraction.")
    comment: Annotated[str | None, BeforeValidator(_comment)] = Field(
        None, description="The character after which the rest of a line says nothing."
    )
    encoding: Annotated[str, BeforeValidator(_encoding)] = Field(
        "utf-8", description="How the file spells characters: utf-8, latin-1, cp1252, …"
    )

    @model_validator(mode="after")
    def _agreeing(self) -> Delimited:
        found = []
        if self.header and self.names is not None:
            way_out = "Say `header: false`, or remove the names."
            got = "names for a file whose first line names the columns"
            found.append(problem(("names",), got, "them without a header", way_out))
        for name in ("decimal", "comment"):
            if getattr(self, name) == self.separator:
                got, expected = shown(self.separator), "another character than `separator`"
                found.append(problem((name,), got, expected))
        if found:
            raise ValidationError.from_exception_data("csv", found)
        return self
