"""A trial: values of the space, the members that are trained with them, and what came out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain import run_folder
from dltrain.config import Config
from dltrain.config.sections.search import Search
from dltrain.run_folder import RunFolder
from dltrain.study.cross_validation import members_of
from dltrain.study.member import Member, member
from dltrain.study.search.folder import SearchFolder

# Trials are compared by their val rows alone: baselines would be the same for most of them.
UNJUDGED = {"evaluation.test": "never", "evaluation.baselines": False}


@dataclass(frozen=True)
class Trial:
    """What is tried.

    Attributes:
        number: From 1.
        values: The file's values by dotted key.
        epochs: Epochs at most; None for the file's.
        before: Number of the trial that it continues with more epochs; None for none.
    """

    number: int
    values: Mapping[str, Any]
    epochs: int | None = None
    before: int | None = None

    @property
    def name(self) -> str:
        """The name of its folder."""
        return name_of(self.number)

    @property
    def changes(self) -> dict[str, Any]:
        """What it changes in the file."""
        epochs = {} if self.epochs is None else {"training.epochs": self.epochs}
        return {**self.values, **epochs}

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "number": self.number, "values": dict(self.values), "epochs": self.epochs,
            "before": self.before,
        }  # fmt: skip


def name_of(number: int) -> str:
    """Name the folder of a trial.

    Example:
        >>> name_of(7)
        'trial-0007'
    """
    return f"trial-{number:04d}"


@dataclass(frozen=True)
class Result:
    """What came out of a trial.

    Attributes:
        trial: The trial.
        objective: The figure; None where it failed.
        epochs: Epochs that were trained, the mean over folds.
        seconds: Seconds of the training, all folds together.
        reason: Why it failed.
        exit_code: What `fit` would have ended with: 2 for a mistake in file or data.
    """

    trial: Trial
    objective: float | None
    epochs: float | None = None
    seconds: float | None = None
    reason: str | None = None
    exit_code: int = 0

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data, as study.json holds it."""
        facts = {
            "objective": self.objective, "trained_epochs": self.epochs, "seconds": self.seconds,
            "reason": self.reason,
        }  # fmt: skip
        return self.trial.to_json() | {"name": self.trial.name} | facts


def members_of_trial(config: Config, search: Search, trial: Trial) -> Iterator[Member]:
    """Make the trainings of a trial: one, or one for each fold."""
    facts = {"trial": trial.number}
    if not search.by_folds:
        yield member(config, trial.name, {**trial.changes, **UNJUDGED}, facts)
        return
    for fold in members_of(config, test=False):
        changes = {**trial.changes, **fold.changes, **UNJUDGED}
        yield member(config, f"{trial.name}-{fold.name}", changes, facts | dict(fold.facts))


def result_of(
    study: SearchFolder, search: Search, trial: Trial, members: Sequence[Member]
) -> Result:
    """Read what came out of a trial from the folders of its members, which are over."""
    for one in members:
        if failure := study.failure(one.name):
            return Result(trial, None, reason=failure.reason, exit_code=failure.exit_code)
    folders = [RunFolder(study.member(one.name)) for one in members]
    scores = [
        folder.read_json(run_folder.METRICS, "splits", "val").get(search.figure)
        for folder in folders
    ]
    statuses = [folder.read_json(run_folder.STATUS) for folder in folders]
    seconds = sum(status["seconds"].get("training", 0.0) for status in statuses)
    epochs = float(np.mean([status["epochs"] for status in statuses]))
    if any(score is None or not math.isfinite(score) for score in scores):
        reason = f"its {search.objective} is no finite number"
        return Result(trial, None, epochs, round(seconds, 3), reason, 1)
    return Result(trial, float(np.mean(scores)), epochs, round(seconds, 3))
