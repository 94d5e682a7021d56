"""`dataset.target:` what is predicted: one output, or several."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dltrain.config.catalogue.rules import POSITIVE, is_whole
from dltrain.config.sections.choosing import Word
from dltrain.config.sections.section import Section, each, wrong
from dltrain.config.sections.values import Flag, Text, are_different, obeying

# Tasks that a target has; an autoencoder has none.
TargetTask = Literal["binary", "multiclass", "multilabel", "regression"]


# What other tools call a task.
OTHER_WORDS = (("classification", "Use binary for two classes, multiclass for more."),)


TargetScaling = Annotated[Literal["none", "standard", "min_max", "robust", "log1p"], Word()]


def _bins(value: Any) -> Any:
    if value is None or (is_whole(value) and value >= 2):
        return value
    edges = value if isinstance(value, list) else []
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in edges)
    if not edges or not numbers or any(a >= b for a, b in pairwise(edges)):
        raise wrong(value, "a number of classes, at least 2, or a list of ascending edges")
    return [float(edge) for edge in edges]


def _classes(value: Any) -> Any:
    if value is not None and not (are_different(value) and len(value) > 1):
        raise wrong(value, "a list of different words or whole numbers, at least two")
    return value


class TargetOptions(Section):
    """One target: what kind it is, how it becomes numbers, and how much it counts."""

    task: Annotated[TargetTask | None, Word(OTHER_WORDS)] = Field(
        None, description="What is predicted. Default: told by the column."
    )
    scaling: TargetScaling = Field(
        "none",
        description="For amounts: how the network sees them. Predictions and figures are in the "
        "column's own unit, the loss is not.",
    )
    bins: Annotated[int | list[float] | None, BeforeValidator(_bins)] = Field(
        None,
        description="Turns amounts into classes: how many, with equally many train rows in each; "
        "or the edges between them.",
    )
    classes: Annotated[list[Any] | None, BeforeValidator(_classes)] = Field(
        None, description="The classes, in their order. Default: those of the train rows, sorted."
    )
    ordered: Flag = Field(
        False, description="Whether the classes have an order, such as low, medium, high."
    )
    separator: Text | None = Field(
        None, description="For several labels in one cell: what stands between them."
    )
    weight: Annotated[float, Field(gt=0), obeying(POSITIVE)] = Field(
        1.0, description="Weight of its loss in the sum."
    )


def _target(value: Any) -> Any:
    if value is None:
        return value
    if isinstance(value, dict):
        return _targets(value)
    columns = value if isinstance(value, list) else [value]
    if not columns or not all(isinstance(column, str) and column for column in columns):
        way_out = "Quote it." if isinstance(value, int | float) else ""
        raise wrong(value, "the name of a column, a list of them, or a map with options", way_out)
    if len(set(columns)) < len(columns):
        raise wrong(value, "each column once")
    return value


def _targets(value: dict[Any, Any]) -> dict[str, TargetOptions]:
    if not value or not all(isinstance(name, str) and name for name in value):
        numbers = any(isinstance(name, int | float) for name in value)
        raise wrong(value, "a map from column to options", "Quote the names." if numbers else "")
    return each(value.items(), TargetOptions.model_validate)


Target = Annotated[str | list[str] | dict[str, TargetOptions] | None, BeforeValidator(_target)]
