"""What all datasets share that may be tables: which columns the model sees, and their treatment."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from dltrain.config.sections.columns import SCALING, Column, Missing, Scaling
from dltrain.config.sections.section import Section, each, wrong
from dltrain.config.sections.target import Target
from dltrain.config.sections.values import Text, or_empty


class Features(Section):
    """`features:` which columns the model sees."""

    include: Annotated[list[Text], Field(min_length=1)] | None = Field(
        None, description="These columns alone."
    )
    exclude: Annotated[list[Text], or_empty(list)] = Field(
        [], description="Every column but these and the target."
    )


def _inputs(value: Any) -> Any:
    if value is None:
        return value
    if not isinstance(value, dict) or not value:
        raise wrong(value, "a map from the name of an input to a list of columns")
    return each(value.items(), _input_columns)


def _input_columns(columns: Any) -> Any:
    if not isinstance(columns, list) or not columns:
        raise wrong(columns, "a list of columns")
    return list(each(enumerate(columns), _column_name).values())


def _column_name(name: Any) -> Any:
    if not isinstance(name, str) or not name:
        raise wrong(name, "the name of a column", "Quote it.")
    return name


class Columns(Section):
    """Keys of datasets that may be tables."""

    features: Features = Field(Features(), description="Which columns the model sees.")
    columns: Annotated[dict[Text, Column], or_empty(dict)] = Field(
        {},
        description="Type and treatment by column. Default: numbers are number, dates as ISO 8601 "
        "writes them are date, true and false are boolean, other words are category.",
    )
    scaling: Scaling = Field(
        "standard", description=f"Scaling of every number column that says nothing else. {SCALING}"
    )


class Table(Columns):
    """Keys of tables whose rows stand for themselves."""

    inputs: Annotated[dict[str, list[str]] | None, BeforeValidator(_inputs)] = Field(
        None, description="Several named inputs, each with its columns. Default: one, `input`."
    )
    missing: Missing = Field(
        "error",
        description="A missing value is an error; drop leaves its row out; impute fills in what "
        "the train rows say, and adds an input that says so: the median of numbers, what most "
        "booleans are, the median of a date's year and 0 for its sines and cosines; of a category "
        "it is one more value.",
    )


class TargetTable(Table):
    """Keys of tables that hold their target in one column or several."""

    target: Target = Field(
        None,
        description="The column to predict; a list: several columns in one output; a map: "
        "several outputs, each with its options.",
    )
