"""`split:` which rows train, validate and test."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from dltrain.config.catalogue.rules import POSITIVE_SHARE, is_whole, whole
from dltrain.config.sections.choosing import Typed
from dltrain.config.sections.section import Section, wrong
from dltrain.config.sections.values import Count, Flag, Rate, Seed, Share, Text, obeying


class Fractions(Section):
    """Shares of all rows."""

    train: Annotated[float, Field(gt=0, le=1), obeying(POSITIVE_SHARE)] = Field(
        0.7, description="Share of the train rows."
    )
    val: Share = Field(0.1, description="Share of the validation rows.")
    test: Share = Field(0.2, description="Share of the test rows.")

    @model_validator(mode="after")
    def _complete(self) -> Fractions:
        total = self.train + self.val + self.test
        if abs(total - 1) > 1e-9:
            raise wrong(round(total, 9), "shares whose sum is 1", "Give train, val and test.")
        return self


class GivenFractions(Section):
    """Share of the train rows that validate."""

    val: Rate = Field(0.1, description="Share of the set's train rows that validate.")


class Fold(Section):
    """One fold of a cross-validation, as `dltrain cv` trains them all."""

    number: Count = Field(description="Which fold is val, from 1.")
    folds: Annotated[int, Field(ge=2), obeying(whole(2))] = Field(
        5, description="Folds that the train and val rows are divided into."
    )
    repeat: Count = Field(
        1, description="Which drawing of the folds, from 1; each has a seed of its own."
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> Fold:
        if self.number > self.folds:
            expected = f"a number from 1 to {self.folds}"
            raise wrong(self.number, expected, "Or more `folds`.")
        return self


OneFold = Annotated[
    Fold | None,
    Field(
        description="Divide the rows of train and val anew, into folds: one of them is val and the "
        "others train. The test rows stay what they are."
    ),
]


def _bins(value: Any) -> Any:
    if value is None or (is_whole(value) and value >= 2):
        return value
    raise wrong(value, "a whole number, at least 2")


class RandomSplit(Section):
    """`type: random` rows drawn by chance."""

    type: Literal["random"] = "random"
    fractions: Fractions = Field(Fractions(), description="Shares of the parts; their sum is 1.")
    stratify: Flag = Field(
        True, description="Keep the shares of the classes or labels, where there are any."
    )
    bins: Annotated[int | None, Field(ge=2), BeforeValidator(_bins)] = Field(
        None,
        description="For amounts: keep the shares of so many bins with equally many rows in each.",
    )
    seed: Seed = Field(
        0, description="Its own, so that runs with other seeds share their test rows."
    )
    fold: OneFold = None

    @model_validator(mode="after")
    def _consistent(self) -> RandomSplit:
        if self.bins and not self.stratify:
            expected = "no bins beside `stratify: false`"
            raise wrong(self.bins, expected, "Remove one of them.")
        return self


class ColumnSplit(Section):
    """`type: column` a column of the table says which part each row belongs to."""

    type: Literal["column"]
    column: Text = Field(
        description="The column; its words are train, val (or validation, valid, dev) and test, "
        "in any case. It is no feature."
    )


class GroupSplit(Section):
    """`type: group` rows of one group, such as one patient, stay in one part."""

    type: Literal["group"]
    column: Text = Field(
        description="The column that names the group of each row. It is no feature."
    )
    fractions: Fractions = Field(Fractions(), description="Shares of the parts; their sum is 1.")
    seed: Seed = Field(
        0, description="Its own, so that runs with other seeds share their test rows."
    )
    fold: OneFold = None


class TimeSplit(Section):
    """`type: time` train rows come before val rows, and these before test rows."""

    type: Literal["time"]
    column: Text | None = Field(
        None,
        description="The column of times: numbers, or dates in ISO 8601. It is a feature only "
        "where `dataset` names it. Default: the rows are in the order of time.",
    )
    fractions: Fractions = Field(Fractions(), description="Shares of the parts; their sum is 1.")
    gap: Annotated[int, Field(ge=0), obeying(whole(0))] = Field(
        0, description="Rows that are left out before val and before test."
    )
    fold: OneFold = None

    @model_validator(mode="after")
    def _drawn_once(self) -> TimeSplit:
        if self.fold and self.fold.repeat > 1:
            expected = "`repeat: 1` for folds by time"
            raise wrong(f"repeat {self.fold.repeat}", expected, "Time has one order alone.")
        return self


class GivenSplit(Section):
    """`type: given` the set's own test part; some of its train rows validate."""

    type: Literal["given"]
    fractions: GivenFractions = Field(
        GivenFractions(), description="Share of the train rows for val."
    )
    stratify: Flag = Field(
        True, description="Keep the shares of the classes, where there are classes."
    )
    seed: Seed = Field(0, description="Draws the validation rows.")
    fold: OneFold = None


class NoSplit(Section):
    """`type: none` every row trains; nothing is evaluated but train."""

    type: Literal["none"]


Split = Annotated[
    RandomSplit | ColumnSplit | GroupSplit | TimeSplit | GivenSplit | NoSplit, Typed("random")
]
