"""`dataset.target:` what is predicted: one output, or several."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dltrain.config.catalogue.rules import POSITIVE
from dltrain.config.sections.choosing import Word
from dltrain.config.sections.section import Section, each, wrong
from dltrain.config.sections.values import obeying

# Tasks that a target has; an autoencoder has none.
TargetTask = Literal["binary", "multiclass", "multilabel", "regression"]


# What other tools call a task.
OTHER_WORDS = (("classification", "Use binary for two classes, multiclass for more."),)


class TargetOptions(Section):
    """One target of several: what kind it is, and how much it counts."""

    task: Annotated[TargetTask | None, Word(OTHER_WORDS)] = Field(
        None, description="What is predicted. Default: told by the column."
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
