"""What a run folder holds, read for its report; what is missing is named, not made up."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dltrain import run_folder
from dltrain.config import Experiment, load
from dltrain.config.showing.resolved import spelled_out
from dltrain.evaluation.answers import Answers, read_answers
from dltrain.report.insights import Insights, read_insights
from dltrain.results import Results, maps, results
from dltrain.run_folder import RunFolder
from dltrain.runs.stored_run import StoredRun
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
# What a run has that was trained; an ensemble is none.
TRAINED = (run_folder.HISTORY, run_folder.DIAGNOSIS)
LEARNING_RATE = "learning_rate"
NO_FIGURES = ("epoch", "phase", LEARNING_RATE)


@dataclass(frozen=True)
class Record:
    """A run read whole, as its report needs it.

    Its JSON files are those of `run`, which reads them for every command; what a report has beside
    them, `runs …` does without: the checked config, epochs and predictions as arrays, insights.

    Attributes:
        folder: The run folder.
        run: The facts of its JSON files, which are whole; empty where a file is missing.
        experiment: What config.resolved.yaml says.
        history: The columns of history.csv, float64 (epochs,); NaN where an epoch has no figure.
        preprocessing: What preprocessing.json holds.
        insights: What `fit` has gathered from model and data.
        ensemble: What ensemble.json holds; empty for a run that was trained.
        answers: What was true and what the model said, by target; "" names one alone.
        missing: Files that are not there, and what the report lacks without them.
    """

    folder: RunFolder
    run: StoredRun
    experiment: Experiment
    history: Mapping[str, np.ndarray] = field(default_factory=dict)
    preprocessing: dict[str, Any] = field(default_factory=dict)
    insights: Insights = field(default_factory=Insights)
    ensemble: dict[str, Any] = field(default_factory=dict)
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
    def status(self) -> dict[str, Any]:
        """What status.json holds."""
        return self.run.facts

    @property
    def state(self) -> str:
        """How the run ended: running, finished, failed or interrupted."""
        return self.run.status

    @property
    def metrics(self) -> dict[str, Any]:
        """What metrics.json holds."""
        return self.run.metrics

    @property
    def environment(self) -> dict[str, Any]:
        """What environment.json holds."""
        return self.run.environment

    @property
    def diagnosis(self) -> dict[str, Any]:
        """What diagnosis.json holds."""
        return self.run.diagnosis

    @property
    def splits(self) -> dict[str, dict[str, Any]]:
        """Figures by part and name."""
        return self.run.splits

    @cached_property
    def results(self) -> Results:
        """The table of figures."""
        return results(self.metrics)

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
        names = (one for one in self.history if one not in NO_FIGURES and one[:4] != "val_")
        return self.run.main or [*(one for one in names if not one.endswith("loss")), "loss"]

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
    run = StoredRun(str(path), folder.read_json(run_folder.STATUS), strict=True)
    run.read()
    there = {name for name in SHOWN if run.has(name)}
    preprocessing = (
        folder.read_json(run_folder.PREPROCESSING) if run_folder.PREPROCESSING in there else {}
    )
    answers: tuple[Answers, ...] = ()
    if {run_folder.PREDICTIONS, run_folder.PREPROCESSING} <= there:
        with folder.reading(run_folder.PREDICTIONS, "a prediction in each line") as file:
            found = read_answers(file, preprocessing["target"])
            answers = tuple(replace(one, known=_details(run.metrics, one)) for one in found)
    is_ensemble = (folder / run_folder.ENSEMBLE).is_file()
    ensemble = dict(folder.read_json(run_folder.ENSEMBLE)) if is_ensemble else {}
    needless = TRAINED if is_ensemble else ()
    return Record(
        folder=folder,
        run=run,
        experiment=load(folder.file(run_folder.RESOLVED)).experiment,
        history=read_history(folder) if run_folder.HISTORY in there else {},
        preprocessing=preprocessing,
        insights=read_insights(folder) if run_folder.INSIGHTS in there else Insights(),
        ensemble=ensemble,
        answers=answers,
        missing={name: shown for name, shown in SHOWN.items() if name not in {*there, *needless}},
    )


def _details(metrics: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    """Take from metrics.json what stands behind the figures of one target, where it says it."""
    found = maps(metrics.get("details")).get(answers.judged, {})
    return maps(found).get(answers.target, {}) if answers.target else found


def read_history(folder: RunFolder) -> dict[str, np.ndarray]:
    """Read the columns of history.csv, float64 (epochs,); NaN where an epoch has no figure.

    Raises:
        FolderError: It is missing or broken.
    """
    with folder.reading(run_folder.HISTORY, "a row for each epoch") as path:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        names = list(rows[0]) if rows else []
        return {
            name: np.array([float(row[name] or "nan") for row in rows], np.float64)
            for name in names
        }
