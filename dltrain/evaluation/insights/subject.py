"""What insights are gathered from, and what they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dltrain.data import Data, Part
from dltrain.data.blocks import rows_of
from dltrain.data.targets import Target, Targets, by_target
from dltrain.evaluation.answers import Answers
from dltrain.model.objectives import Goal, NamedObjectives
from dltrain.model.passes import compiled_forward, predict

ROWS_AT_ONCE = 4096


@dataclass(frozen=True)
class Subject:
    """A finished run.

    Attributes:
        model: The model that is saved; takes raw rows.
        network: The network, whose weights it shares; takes prepared rows.
        goal: Loss and metrics in the targets' own unit.
        data: The rows.
        parts: The parts that may be looked at.
        answers: What was true and what the model said, by target.
        seed: Draws rows and orders.
        threshold: Probability above which a class or label is given.
        epochs: Number of the last epoch.
        steps: Steps of an epoch.
        frames: Weights by epoch, where the way over the epochs is to be drawn.
    """

    model: Any
    network: Any
    goal: Goal
    data: Data
    parts: Mapping[str, Part]
    answers: tuple[Answers, ...]
    seed: int
    threshold: float = 0.5
    epochs: int = 0
    steps: int = 0
    frames: Mapping[int, list[np.ndarray]] = field(default_factory=dict)

    def predicted(self, x: Any, forward: Any = None) -> dict[str, np.ndarray]:
        """Predict raw rows: probabilities or amounts by target; "" names one alone."""
        outputs = predict(self.model, x, ROWS_AT_ONCE, forward)
        if isinstance(self.goal, NamedObjectives):
            return self.goal.probabilities(outputs)
        return {"": self.goal.probabilities(outputs)}

    def forward(self, x: Any) -> Any:
        """Compile the model for rows of a kind."""
        return compiled_forward(self.model, x)

    @property
    def targets(self) -> Mapping[str, Targets]:
        """What was learned about each target; "" names one alone."""
        return by_target(self.data.target)

    def some(self, part: Part, most: int) -> np.ndarray:
        """Draw places of at most so many rows of a part, ascending."""
        if len(part) <= most:
            return np.arange(len(part))
        drawn = np.random.default_rng(self.seed).choice(len(part), most, replace=False)
        return np.sort(drawn)


@dataclass
class Gathered:
    """Insights.

    Attributes:
        facts: Plain data by insight.
        arrays: Arrays by insight and name.
        failed: Why an insight could not be gathered.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def truths(y: Any, target: Targets) -> Iterator[tuple[str, Target, np.ndarray]]:
    """Give the targets that have answers, with the encoded truth of some rows."""
    for name, one in by_target(target).items():
        if isinstance(one, Target):
            yield name, one, y[name] if name else y


def raw_rows(part: Part, places: np.ndarray) -> Any:
    """Take rows as the saved model takes them."""
    return rows_of(part.raw, places)
