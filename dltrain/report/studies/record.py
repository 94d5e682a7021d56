"""What a study's folder holds, read for its report: config, trainings, figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dltrain import run_folder
from dltrain.config import Experiment, load
from dltrain.config.checks.monitors import best_monitor, direction
from dltrain.config.checks.outputs import figures
from dltrain.errors import FolderError, sentence
from dltrain.report.record import read_history
from dltrain.run_folder import MEMBERS, STUDY, RunFolder
from dltrain.runs.differences import ERRORS

VAL = "val_"


@dataclass(frozen=True)
class Training:
    """One member that has come to its end.

    Attributes:
        name: The name of its folder.
        facts: What study.json says about it: fold and repeat, or label and values; seed.
        folder: Its run folder.
        status: What its status.json holds.
        metrics: What its metrics.json holds.
        history: The columns of its history.csv, float64 (epochs,); NaN where there is no figure.
    """

    name: str
    facts: Mapping[str, Any]
    folder: RunFolder
    status: Mapping[str, Any]
    metrics: Mapping[str, Any]
    history: Mapping[str, np.ndarray]

    @property
    def epochs(self) -> int:
        """Epochs that it was trained."""
        return len(self.history["epoch"])

    @property
    def seconds(self) -> float | None:
        """Seconds of its training; those of all that were trained side by side, where it was."""
        found: float | None = self.status.get("seconds", {}).get("training")
        return found

    def figure(self, part: str, name: str) -> float | None:
        """Give a figure of the best model; None where it is undefined."""
        found: float | None = self.metrics["splits"].get(part, {}).get(name)
        return found


@dataclass(frozen=True)
class StudyRecord:
    """A study read whole, as its report needs it.

    Attributes:
        folder: The study's folder.
        facts: What study.json holds.
        status: What status.json holds.
        metrics: What metrics.json holds; empty for a study without one.
        experiment: The config of the first member that has come to its end, defaults spelled out;
            that of the first member where none has.
        trainings: The members that have come to their end, in the study's order.
    """

    folder: RunFolder
    facts: Mapping[str, Any]
    status: Mapping[str, Any]
    metrics: Mapping[str, Any]
    experiment: Experiment
    trainings: tuple[Training, ...] = field(default=())

    @property
    def path(self) -> Path:
        """The folder."""
        return self.folder.path

    @property
    def kind(self) -> str:
        """The command that made it."""
        return str(self.facts["kind"])

    @property
    def name(self) -> str:
        """The study's name."""
        return str(self.facts["name"])

    @cached_property
    def state(self) -> str:
        """How it ended: running, finished, failed or interrupted."""
        return self.folder.status(self.status)

    @property
    def is_smoke(self) -> bool:
        """Whether its trainings were smoke runs."""
        return bool(self.facts.get("smoke"))

    @property
    def failures(self) -> dict[str, str]:
        """Why members have failed, by their names."""
        return dict(self.facts.get("failures", {}))

    @cached_property
    def monitor(self) -> str:
        """The column of history.csv that the best epoch is chosen by."""
        return best_monitor(self.experiment)

    @cached_property
    def main(self) -> list[str]:
        """Names of the figures that come first, the loss last."""
        return list(self.trainings[0].metrics["main"]) if self.trainings else []

    @property
    def parts(self) -> list[str]:
        """The parts that have figures."""
        return list(self.trainings[0].metrics["splits"]) if self.trainings else []

    @property
    def judged(self) -> str:
        """The part that trainings are judged by: val, or train where there is no val."""
        return "val" if "val" in self.parts else "train"

    def mode(self, name: str) -> str:
        """Say whether more of a figure is better: "max" or "min"."""
        if name == self.monitor:
            return direction(self.experiment, name, self.experiment.training.best.mode)
        own = name.removeprefix(VAL)
        if any(one.name == own and one.choice for one in figures(self.experiment)):
            return direction(self.experiment, name, "auto")
        less = any(own == one or own.endswith(f"_{one}") for one in (*ERRORS, "loss"))
        return "min" if less else "max"


def read_study(path: str | Path) -> StudyRecord:
    """Read a study's folder.

    Args:
        path: The folder.

    Raises:
        ConfigError: The config of a member is none that this version knows.
        FolderError: It is the folder of no study, the study stopped before it had begun, or a file
            in it is broken.
    """
    folder = RunFolder(path)
    status = folder.read_json(run_folder.STATUS)
    if not (folder / STUDY).is_file():
        got = f"{folder.path} without {STUDY}"
        way_out = "It stopped before it had begun: start a new one."
        raise FolderError(sentence(got, "a study that has begun", way_out))
    facts = folder.read_json(STUDY)
    with folder.reading(STUDY, "what a study writes there"):
        members = list(facts["members"])
        first = members[0]["name"]
    trainings = tuple(_trainings(folder, members))
    config = folder.file(f"{run_folder.MEMBER_CONFIGS}/{first}.yaml")
    if trainings:
        config = trainings[0].folder.file(run_folder.RESOLVED)
    has_metrics = (folder / run_folder.METRICS).is_file()
    return StudyRecord(
        folder=folder,
        facts=facts,
        status=status,
        metrics=folder.read_json(run_folder.METRICS) if has_metrics else {},
        experiment=load(config).experiment,
        trainings=trainings,
    )


def _trainings(folder: RunFolder, members: list[dict[str, Any]]) -> list[Training]:
    """Read the members that have come to their end."""
    found = []
    for facts in members:
        own = RunFolder(folder / MEMBERS / facts["name"])
        if not (own / run_folder.STATUS).is_file():
            continue
        status = own.read_json(run_folder.STATUS)
        if status.get("status") == "finished":
            metrics, history = own.read_json(run_folder.METRICS), read_history(own)
            found.append(Training(facts["name"], facts, own, status, metrics, history))
    return found
