"""What a run folder holds, read for its report; what is missing is named, not made up."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dltrain import run_folder
from dltrain.config import Experiment, load
from dltrain.config.showing.resolved import spelled_out
from dltrain.evaluation.answers import Answers, read_answers
from dltrain.report.insights import Insights, read_insights
from dltrain.run_folder import RunFolder
from dltrain.terms import judged_part

# Files that a run may lack, and what the report then lacks.
SHOWN = {
    run_folder.METRICS: "figures and baselines",
    run_folder.HISTORY: "learning curves",
    run_folder.PREDICTIONS: "what goes wrong and how sure it is",
    run_folder.PREPROCESSING: "what was learned about the columns",
    run_folder.ENVIRONMENT: "versions and machine",
    run_folder.DIAGNOSIS: "verdict and findings",
    run_folder.INSIGHTS: "importance, mistakes in pictures or rows, histograms, filters, surface",
}
LEARNING_RATE = "learning_rate"
NO_FIGURES = ("epoch", "phase", LEARNING_RATE)
MOST_MAIN = 3


@dataclass(frozen=True)
class Record:
    """One run.

    Attributes:
        folder: The run folder.
        status: What status.json holds.
        state: How the run ended: running, finished, failed or interrupted.
        experiment: What config.resolved.yaml says.
        metrics: What metrics.json holds; here and below empty where the file is missing.
        history: The columns of history.csv, float64 (epochs,); NaN where an epoch has no figure.
        preprocessing: What preprocessing.json holds.
        environment: What environment.json holds.
        diagnosis: What diagnosis.json holds.
        insights: What `fit` has gathered from model and data.
        answers: What was true and what the model said, by target; "" names one alone.
        missing: Files that are not there, and what the report lacks without them.
    """

    folder: RunFolder
    status: dict[str, Any]
    state: str
    experiment: Experiment
    metrics: dict[str, Any] = field(default_factory=dict)
    history: Mapping[str, np.ndarray] = field(default_factory=dict)
    preprocessing: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    diagnosis: dict[str, Any] = field(default_factory=dict)
    insights: Insights = field(default_factory=Insights)
    answers: tuple[Answers, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The folder."""
        return self.folder.path

    @property
    def name(self) -> str:
        """The run's name."""
        return self.experiment.name or self.path.parent.name

    @property
    def splits(self) -> dict[str, dict[str, float | None]]:
        """Figures by part and name."""
        return dict(self.metrics.get("splits", {}))

    @property
    def judged(self) -> str | None:
        """The part that the model is judged by: test, else val, else train; None for no figures."""
        parts = self.splits or {name: {} for one in self.answers for name in one.parts}
        return judged_part(parts)

    @property
    def best_epoch(self) -> int | None:
        """Number of the epoch whose model is the best, from 1."""
        epoch = self.metrics.get("epoch") or self.status.get("best_epoch")
        return int(epoch) if epoch else None

    @cached_property
    def main(self) -> list[str]:
        """Names of the figures that come first, the loss last."""
        if "main" in self.metrics:
            return list(self.metrics["main"])
        figures = self.splits.get(self.judged or "", {})
        names = list(figures) or [
            name for name in self.history if name not in NO_FIGURES and name[:4] != "val_"
        ]
        telling = [name for name in names if not name.endswith("loss")]
        return [*telling[:MOST_MAIN], "loss"]

    @property
    def epochs(self) -> np.ndarray:
        """Numbers of the epochs that were trained."""
        return self.history.get("epoch", np.empty(0))

    @cached_property
    def config(self) -> dict[str, Any]:
        """The config as plain data, every default spelled out."""
        return spelled_out(self.experiment, {})

    @cached_property
    def config_text(self) -> str:
        """The text of config.resolved.yaml."""
        return self.folder.file(run_folder.RESOLVED).read_text(encoding="utf-8")


def read_record(path: str | Path) -> Record:
    """Read a run folder.

    Args:
        path: The folder.

    Raises:
        ConfigError: Its config is none that this version knows.
        FolderError: It is no run folder, has no config, or a file in it is broken.
    """
    folder = RunFolder.open(path)
    there = {name for name in SHOWN if (folder / name).is_file()}

    def read(name: str) -> dict[str, Any]:
        return dict(folder.read_json(name)) if name in there else {}

    preprocessing = read(run_folder.PREPROCESSING)
    answers: tuple[Answers, ...] = ()
    if {run_folder.PREDICTIONS, run_folder.PREPROCESSING} <= there:
        with folder.reading(run_folder.PREDICTIONS, "a prediction in each line") as file:
            answers = tuple(read_answers(file, preprocessing["target"]))
    return Record(
        folder=folder,
        status=dict(folder.read_json(run_folder.STATUS)),
        state=folder.status(),
        experiment=load(folder.file(run_folder.RESOLVED)).experiment,
        metrics=read(run_folder.METRICS),
        history=_history(folder) if run_folder.HISTORY in there else {},
        preprocessing=preprocessing,
        environment=read(run_folder.ENVIRONMENT),
        diagnosis=read(run_folder.DIAGNOSIS),
        insights=read_insights(folder) if run_folder.INSIGHTS in there else Insights(),
        answers=answers,
        missing={name: shown for name, shown in SHOWN.items() if name not in there},
    )


def _history(folder: RunFolder) -> dict[str, np.ndarray]:
    """Read the columns of history.csv; those of words are left out."""
    with folder.reading(run_folder.HISTORY, "a row for each epoch") as path:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        names = list(rows[0]) if rows else []
        return {
            name: np.array([float(row[name] or "nan") for row in rows], np.float64)
            for name in names
        }
