"""Errors of a run on one scale: how far it is from perfect, and what that is worth.

An error is 1 - accuracy for classes (1 - balanced accuracy where they are skewed), the Hamming loss
for labels, 1 - R² for amounts, and for autoencoders the squared error as a share of the mean's.
Where the file says which error people have, it is 1 - accuracy, or the mean absolute error as a
share of the mean's. It is measured against the error of the constant prediction on the same rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dltrain.config.catalogue.scores import CONSTANT_NAMES
from dltrain.evaluation.diagnosis.facts import Facts
from dltrain.evaluation.diagnosis.thresholds import MATERIAL, ROWS_A_WEIGHT, SKEWED, Z
from dltrain.evaluation.intervals import wilson
from dltrain.evaluation.statistics import Proportion

LINEAR = "linear"
CLASSES = ("binary", "multiclass")
PROPORTIONS = ("accuracy", "hamming_loss")
# Figures that are told as a share of those of the constant prediction.
SHARES = ("mae", "mse")
DIVIDED = ("r2", *SHARES)
HELD_OUT = ("val", "test")


@dataclass(frozen=True)
class Reference:
    """An error that is known to be within reach.

    Attributes:
        name: Whose.
        error: The error.
        spread: Its standard error; 0 where it is given.
        expected: Whether it is what a baseline can be expected to reach on new rows, not what it
            has on those of the part.
    """

    name: str
    error: float
    spread: float = 0.0
    expected: bool = False


@dataclass(frozen=True)
class Errors:
    """The errors of one target.

    Attributes:
        target: Its name; empty for the only one.
        facts: The run.
    """

    target: str
    facts: Facts

    @property
    def task(self) -> str:
        """The task."""
        return self.facts.tasks[self.target]

    @property
    def of_target(self) -> str:
        """Whose errors they are, in words behind a noun; nothing for the only target."""
        return f" of {self.target}" if self.target else ""

    @cached_property
    def figure(self) -> str:
        """The figure that the errors are made of, without the target's name."""
        if self.task == "regression":
            return "r2" if self._given is None else "mae"
        if self.task not in CLASSES:
            return "mse" if self.task == "autoencoder" else "hamming_loss"
        by_accuracy = self._constant_by("accuracy", "train")
        guessing = 1 - 1 / max(2, self._classes)
        skewed = by_accuracy is not None and 1 - by_accuracy < SKEWED * guessing
        if self._given is not None:
            return "accuracy"
        has_balanced = self._value("balanced_accuracy", "train") is not None
        return "balanced_accuracy" if skewed and has_balanced else "accuracy"

    @property
    def name(self) -> str:
        """The figure with the target's name."""
        return self._named(self.figure)

    def of(self, part: str) -> float | None:
        """The error of the network on a part; None where there is none."""
        value = self._value(self.figure, part)
        return None if value is None else self._error(value, part)

    def undefined(self, part: str) -> str | None:
        """Why the figure of a part that has rows is none, in words; None where it is not so."""
        if part not in self.facts.metrics.get("splits", {}) or self.of(part) is not None:
            return None
        reason = self.facts.metrics.get("undefined", {}).get(part, {}).get(self.name)
        return f"{self.name} of {part} is undefined" + (f": {reason}" if reason else "")

    @property
    def is_divided(self) -> bool:
        """Whether errors are shares of the constant prediction's, not shares of rows."""
        return self.figure in DIVIDED

    @property
    def held_out(self) -> str | None:
        """The part that tells what the network does with new rows: val, or test without val."""
        return next((part for part in HELD_OUT if self.of(part) is not None), None)

    @property
    def constant_name(self) -> str:
        """The name of the constant prediction among the baselines."""
        given = self.facts.metrics.get("baselines", {})
        return next((name for name in CONSTANT_NAMES if name in given), "constant")

    def constant(self, part: str) -> float:
        """The error of the constant prediction on a part."""
        value = self._constant_by(self.figure, part)
        if value is None:
            return 1.0 if self.figure in DIVIDED else self._chance
        return self._error(value, part)

    def spread(self, part: str, *, below: bool) -> float:
        """The standard error of the error on a part, from its 95 % interval.

        Args:
            part: The part.
            below: Whether towards lower errors or towards higher ones.
        """
        error = self.of(part) or 0.0
        ends = self.interval(part)
        if ends is None:
            return self.spread_by_rows(error, part)
        low, high = ends
        return max(0.0, (error - low if below else high - error) / Z)

    def interval(self, part: str) -> tuple[float, float] | None:
        """The 95 % interval of the error on a part; None where metrics.json has none."""
        ends = self.facts.metrics.get("intervals", {}).get(part, {}).get(self.name)
        if ends is None or None in ends:
            return None
        low, high = sorted(self._error(end, part) for end in ends)
        return low, high

    def mae(self, part: str) -> tuple[float, float, float] | None:
        """The mean absolute error on a part and the ends of its 95 % interval; None without.

        As shares of that of the constant prediction on val, since that on the part itself says
        nothing of rows whose targets are equal.
        """
        value, unit = self._value("mae", part), self._constant_by("mae", "val")
        given = self.facts.metrics.get("intervals", {}).get(part, {}).get(self._named("mae"))
        if value is None or not unit or given is None or None in given:
            return None
        return value / unit, given[0] / unit, given[1] / unit

    @cached_property
    def reference(self) -> Reference:
        """An error that is known to be within reach of a network on rows like these.

        Of several the one that asks most of the train error, its own uncertainty considered.
        """
        if self._given is not None:
            return self._asked("train")
        each = [*map(self._measured, self.baselines), *map(self._expected, self.baselines)]
        nothing = Reference(self.constant_name, self.constant("train"))
        found = [nothing, *(reference for one in each for reference in one)]
        return min(found, key=self.highest)

    def highest(self, reference: Reference) -> float:
        """Give the train error from which on it is high beside a reference."""
        return reference.error + max(MATERIAL * self.constant("train"), Z * reference.spread)

    @cached_property
    def on_new_rows(self) -> Reference:
        """The lowest error that is known to be within reach on the very rows that are held out."""
        part = self.held_out
        if self._given is not None:
            return self._asked(part or "train")
        found = [one for name in self.baselines for one in self._measured(name)]
        nothing = Reference(self.constant_name, self.constant(part or "train"))
        return min([nothing, *found], key=lambda one: one.error)

    @property
    def _given(self) -> tuple[str, float] | None:
        """Give the error of people, or that which is aimed at, where the file says one."""
        settings = self.facts.settings
        if self.target or (settings.human is None and settings.target_error is None):
            return None
        if settings.human is not None:
            return "human", settings.human
        return "target", settings.target_error or 0.0

    def _asked(self, part: str) -> Reference:
        name, error = self._given or ("", 0.0)
        is_share = self.figure in SHARES
        return Reference(name, self._error(error, part) if is_share else error)

    def shift(self, part: str) -> float:
        """Tell how much harder the rows of a part are by chance, as a linear model finds them.

        Returns:
            Its error there minus that which is expected of new rows, where it is higher; minus its
            own on the train rows, where it is lower even than that, which no learning explains. 0
            between, and where there is no such model.
        """
        own, other = self.baseline(LINEAR, "train"), self.baseline(LINEAR, part)
        if own is None or other is None:
            return 0.0
        expected = next((one.error for one in self._expected(LINEAR)), math.inf)
        return max(0.0, other - max(expected, own)) + min(0.0, other - own)

    def baseline(self, name: str, part: str) -> float | None:
        """The error of a baseline on a part; None where there is none."""
        value = self._of_baseline(name, self.figure, part)
        return None if value is None else self._error(value, part)

    @property
    def baselines(self) -> list[str]:
        """Names of the baselines that learn from the inputs."""
        return list(self._baselines)

    def _measured(self, name: str) -> Iterator[Reference]:
        """Give the error of a baseline on new rows; not less than that on its own."""
        own, part = self.baseline(name, "train"), self.held_out
        other = self.baseline(name, part) if part else None
        if part and own is not None and other is not None:
            spread = self._spread_of_baseline(other, part)
            yield Reference(name, max(own, other), spread, expected=own > other)

    def _expected(self, name: str) -> Iterator[Reference]:
        """Give the error that a linear model would have on new rows, as its train rows tell it.

        Akaike's final prediction error (1969), for models with several rows for each weight. It
        does not depend on whether the few val rows happen to be hard ones.
        """
        own = self.baseline(name, "train")
        rows, weights = self.facts.rows.get("train", 0), self._weights
        if name == LINEAR and own is not None and rows >= ROWS_A_WEIGHT * weights:
            error = own * (rows + weights) / (rows - weights)
            yield Reference(name, error, self.spread_by_rows(error, "train"), expected=True)

    def above(self, reference: Reference, part: str) -> float:
        """Tell how far above a reference its true error may be, for want of rows of the part.

        Returns:
            The upper part of its 95 % interval, Wilson's for shares of rows; 0 for what is given.
        """
        rows = self.facts.rows.get(part, 0)
        if self.figure != "accuracy" or not reference.spread or not rows:
            return Z * reference.spread
        wrong = np.arange(rows) < round(reference.error * rows)
        return max(0.0, wilson(Proportion(wrong, np.ones(rows, bool)))[1] - reference.error)

    def _spread_of_baseline(self, error: float, part: str) -> float:
        """The standard error of a baseline's error, as rows and the network's interval tell it."""
        own = self.of(part)
        if self.figure in PROPORTIONS or not own:
            return self.spread_by_rows(error, part)
        return self.spread(part, below=False) * min(1.0, error / own)

    def spread_by_rows(self, error: float, part: str) -> float:
        """The standard error that follows from the number of rows.

        Proportions: Agresti and Coull (1998). Shares of a variance: as for normal residuals, and
        as much again for the variance that they are shares of.
        """
        rows = max(1, self.facts.rows.get(part, 1))
        if self.figure in DIVIDED:
            return error * 2 / math.sqrt(rows)
        share = (min(error, 1.0) * rows + 2) / (rows + 4)
        return math.sqrt(share * (1 - share) / (rows + 4))

    @property
    def _weights(self) -> int:
        """Weights of a linear model; of several labels or amounts each has a model of its own."""
        return (self.facts.inputs + 1) * max(1, self._classes - 1)

    @property
    def _classes(self) -> int:
        return self.facts.classes.get(self.target, 1)

    @property
    def _chance(self) -> float:
        return 1 - 1 / max(2, self._classes)

    def _error(self, value: float, part: str) -> float:
        if self.figure == "hamming_loss":
            return value
        if self.figure in SHARES:
            return value / (self._constant_by(self.figure, part) or 1.0)
        return 1 - value

    def _named(self, figure: str) -> str:
        return f"{self.target}_{figure}" if self.target else figure

    def _value(self, figure: str, part: str) -> float | None:
        return _finite(self.facts.metrics.get("splits", {}).get(part, {}).get(self._named(figure)))

    def _constant_by(self, figure: str, part: str) -> float | None:
        return self._of_baseline(self.constant_name, figure, part)

    @property
    def _baselines(self) -> Mapping[str, Any]:
        given: Mapping[str, Any] = self.facts.metrics.get("baselines", {})
        return {name: given[name] for name in given if name not in CONSTANT_NAMES}

    def _of_baseline(self, name: str, figure: str, part: str) -> float | None:
        parts = self.facts.metrics.get("baselines", {}).get(name, {})
        return _finite(parts.get(part, {}).get(self._named(figure)))


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
