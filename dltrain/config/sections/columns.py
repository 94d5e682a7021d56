"""`dataset.columns:` what each column of a table is, and how it becomes numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from dltrain.config.catalogue.choices import problem
from dltrain.config.catalogue.rules import whole
from dltrain.config.sections.choosing import Typed, Word
from dltrain.config.sections.section import Section, wrong
from dltrain.config.sections.values import Count, Flag, Text, are_different, obeying
from dltrain.errors import shown

Scaling = Annotated[
    Literal["none", "standard", "min_max", "robust", "unit_norm", "log1p"], Word()
]  # fmt: skip
Missing = Annotated[Literal["drop", "error", "impute"], Word()]
Vocabulary = Annotated[int, Field(ge=3), obeying(whole(3))]
TextEncoding = Annotated[Literal["sequence", "multi_hot", "tf_idf", "bigrams"], Word()]
DatePart = Annotated[
    Literal["year", "month", "day", "weekday", "hour", "minute", "second"], Word()
]  # fmt: skip

SCALING = (
    "standard, min_max and robust shift and scale, as scikit-learn's scalers do; log1p: log(1 + "
    "x), then standard; unit_norm: the numbers of a row in all such columns are divided by the "
    "length of the vector that they are."
)
MISSING = "As in `dataset.missing`, for this column."
TEXT_ENCODING = (
    "sequence: token numbers for an embedding; multi_hot: one 0/1 input for each token; tf_idf: "
    "their counts, rare tokens weighing more; bigrams: multi_hot of words and pairs of words."
)
VOCABULARY = "Tokens that are kept: 0 pads, 1 begins, 2 is any rarer word."
LENGTH = (
    "Tokens of each text, from its end; shorter texts are padded. Default: 200 for sequence, else "
    "as many as the longest train text has."
)


class NumberColumn(Section):
    """A column of numbers, shifted and scaled by what the train rows say."""

    type: Literal["number"] = Field("number", description="A column of numbers.")
    scaling: Scaling | None = Field(
        None, description=f"As in `dataset.scaling`, for this column. {SCALING}"
    )
    missing: Missing | None = Field(None, description=MISSING)


def _values(value: Any) -> Any:
    if value is not None and not are_different(value):
        raise wrong(value, "a list of different words or whole numbers")
    return value


class CategoryColumn(Section):
    """A column of names or codes without order."""

    type: Literal["category"] = Field("category", description="A column of names or codes.")
    encoding: Annotated[Literal["one_hot", "embedding", "integer"], Word()] = Field(
        "one_hot",
        description="One input of 0 or 1 for each value; or a vector for each value, which is "
        "learned; or the number of the value, from 1, with 0 for any other, unscaled.",
    )
    dimension: Count | None = Field(
        None,
        description="For embedding: numbers of each vector. Default: half the values, at most 50.",
    )
    values: Annotated[list[Any] | None, BeforeValidator(_values)] = Field(
        None, description="The values, in order. Default: those of the train rows, sorted."
    )
    unknown: Annotated[Literal["zeros", "error"], Word()] = Field(
        "zeros",
        description="What another value becomes: all zeros, number 0 where it is embedded; or an "
        "error.",
    )
    missing: Missing | None = Field(None, description=MISSING)

    @model_validator(mode="after")
    def _agreeing(self) -> CategoryColumn:
        if self.dimension is not None and self.encoding != "embedding":
            got, expected = f"a dimension for {self.encoding}", "one for an embedding alone"
            found = problem(("dimension",), got, expected, "Say `encoding: embedding`.")
            raise ValidationError.from_exception_data("category", [found])
        return self


class BooleanColumn(Section):
    """A column of true and false, yes and no, on and off, or 1 and 0: one input of 0 or 1."""

    type: Literal["boolean"] = Field("boolean", description="A column of true and false.")
    missing: Missing | None = Field(None, description=MISSING)


class DateColumn(Section):
    """A column of dates or times: an input, or two, for each of its parts."""

    type: Literal["date"] = Field("date", description="A column of dates or times.")
    format: Text | None = Field(
        None,
        description="As in Python's strptime, such as %d.%m.%Y. Default: ISO 8601, such as "
        "2026-11 or 2026-11-20T18:30:00+01:00, of which the clock counts as it is written.",
    )
    parts: Annotated[list[DatePart], Field(min_length=1)] | None = Field(
        None,
        description="Which become inputs. Default: those that differ among the train rows, "
        "weekday only where day does.",
    )
    cyclic: Flag = Field(
        True,
        description="Whether parts that come round again become a sine and a cosine, so that "
        "December lies beside January; else they are standardised, as the year is.",
    )
    missing: Missing | None = Field(None, description=MISSING)

    @model_validator(mode="after")
    def _agreeing(self) -> DateColumn:
        found = []
        if self.format is not None and not _can_be_read(self.format):
            expected = "directives of Python's strptime, such as %d.%m.%Y"
            found.append(problem(("format",), shown(self.format), expected))
        parts = self.parts or []
        if len(set(parts)) < len(parts):
            found.append(problem(("parts",), shown(parts), "each part once"))
        if found:
            raise ValidationError.from_exception_data("date", found)
        return self


def _can_be_read(format_: str) -> bool:
    """Tell whether strptime reads what strftime writes."""
    try:
        datetime.strptime(datetime.now(UTC).strftime(format_), format_)
    except ValueError:
        return False
    return "%" in format_


class TextColumn(Section):
    """A column of free text, as an input of its own."""

    type: Literal["text"] = Field("text", description="A column of free text.")
    encoding: TextEncoding = Field("sequence", description=TEXT_ENCODING)
    vocabulary: Vocabulary = Field(10_000, description=VOCABULARY)
    length: Count | None = Field(None, description=LENGTH)


Column = Annotated[
    NumberColumn | CategoryColumn | BooleanColumn | DateColumn | TextColumn, Typed()
]  # fmt: skip
