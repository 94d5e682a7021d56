"""`evaluation:` how the finished model is judged."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from dltrain.config.catalogue.rules import BOOLEAN, NOT_NEGATIVE, SHARE
from dltrain.config.sections.choosing import Word, spelled
from dltrain.config.sections.section import Section, wrong
from dltrain.config.sections.values import Flag, obeying

RULES = ("f1", "youden")
Rule = Literal["f1", "youden"]


def _threshold(value: Any) -> Any:
    value = spelled(value, RULES)
    if value in RULES or SHARE.accepts(value):
        return value
    if isinstance(value, dict) and list(value) == ["sensitivity"]:
        if SHARE.accepts(value["sensitivity"]):
            return value
        raise wrong(value["sensitivity"], f"{SHARE.expected} as the sensitivity")
    raise wrong(value, f"{SHARE.expected}, f1, youden, or a map such as {{sensitivity: 0.9}}")


def _report(value: Any) -> Any:
    if BOOLEAN.accepts(value):
        return value
    if isinstance(value, dict) and list(value) == ["animate"] and BOOLEAN.accepts(value["animate"]):
        return value
    raise wrong(value, "true, false, or {animate: true}")


Threshold = Annotated[
    Annotated[float, Field(ge=0, le=1)] | Rule | dict[Literal["sensitivity"], float],
    BeforeValidator(_threshold),
]
Report = Annotated[bool | dict[Literal["animate"], bool], BeforeValidator(_report)]
Error = Annotated[float, Field(ge=0), obeying(NOT_NEGATIVE)]


class Evaluation(Section):
    """`evaluation:` how the finished model is judged."""

    threshold: Threshold = Field(
        0.5,
        description="Probability above which a binary prediction is positive: a number; or what "
        "is chosen on the val rows, by youden (sensitivity and specificity), f1, or "
        "{sensitivity: 0.9}, the highest that reaches so much.",
    )
    test: Annotated[Literal["at_end", "never"], Word()] = Field(
        "at_end",
        description="When the test rows are opened. status.json notes it, and `fit` says how many "
        "other configs below the same `-o` have opened the same rows before.",
    )
    baselines: Flag = Field(
        True,
        description="Whether a linear model, and gradient boosting on a table, are trained on the "
        "same rows to compare with.",
    )
    human: Error | None = Field(
        None,
        description="The error of people at the same task, which the diagnosis compares with: "
        "1 - accuracy for classes, the mean absolute error for amounts.",
    )
    target_error: Error | None = Field(None, description="The same, for an error that is aimed at.")
    report: Report = Field(
        True,
        description="Whether `fit` draws report.html; {animate: true} draws for two features how "
        "the decision boundary comes about.",
    )

    @property
    def decides_at(self) -> float:
        """The threshold during the training, where none is chosen yet."""
        return self.threshold if isinstance(self.threshold, float) else 0.5

    @property
    def threshold_rule(self) -> Rule | dict[Literal["sensitivity"], float] | None:
        """By what the threshold is chosen on the val rows; None where it is a number."""
        return None if isinstance(self.threshold, float) else self.threshold
