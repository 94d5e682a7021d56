"""The members of an ensemble: finished runs, each read from its own folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dltrain import run_folder
from dltrain.config import Experiment, load
from dltrain.errors import FolderError, listed, sentence
from dltrain.reevaluation import threshold_of
from dltrain.run_folder import MEMBERS, RunFolder
from dltrain.runs.finding import folder_of


@dataclass(frozen=True)
class Member:
    """A finished run.

    Attributes:
        folder: Its folder.
        experiment: What its config.resolved.yaml says.
        inputs: What it learned about the inputs, as preprocessing.json holds it.
        target: What it learned about the target, as preprocessing.json holds it.
        rows: Row numbers by part, int64 (n,), ascending.
        fingerprint: sha256 of its data.
        threshold: Probability above which it says that a class or label is there.
        smoke: Whether it is a smoke run.
    """

    folder: RunFolder
    experiment: Experiment
    inputs: dict[str, Any]
    target: dict[str, Any]
    rows: dict[str, np.ndarray]
    fingerprint: str
    threshold: float
    smoke: bool

    def __str__(self) -> str:
        return str(self.folder.path)

    @property
    def closed(self) -> bool:
        """Whether its test rows stay closed."""
        return self.experiment.evaluation.test == "never"


def read_members(runs: Sequence[str | Path]) -> list[Member]:
    """Read the members that somebody names.

    Args:
        runs: Run folders, names that mean their latest run, or folders with run folders below
            `members/`, such as those of a cross-validation.

    Raises:
        DltrainError: There are fewer than two, one is named twice, is not finished, lacks a file,
            or is an ensemble itself.
    """
    paths = [path for run in runs for path in _expanded(run)]
    _check_named_once(paths)
    if len(paths) < 2:
        count = f"{len(paths)} member{'s' * (len(paths) != 1)}"
        raise FolderError(sentence(count, "at least 2 runs to join"))
    return [_read(path) for path in paths]


def _expanded(run: str | Path) -> Iterator[Path]:
    """Give the run folders that a name stands for."""
    place = Path(run)
    if not place.exists():
        place = folder_of(run)
    inner = place / MEMBERS
    if not inner.is_dir():
        yield place
        return
    _check_whole(place)
    found = sorted(path for path in inner.iterdir() if (path / run_folder.STATUS).is_file())
    if not found:
        raise FolderError(sentence(f"{inner}, in which there is no run", "run folders"))
    yield from found


def _check_whole(study: Path) -> None:
    """Check that a study has come to its end, and that none of its members has failed.

    Raises:
        FolderError: A member is missing.
    """
    folder = RunFolder(study)
    if not folder.is_study():
        return
    if folder.status() != "finished":
        got = f"{study}, a study that is {folder.status()}"
        raise FolderError(sentence(got, "one that is finished", f"`dltrain resume {study}`."))
    if missing := folder.read_json(run_folder.STUDY).get("failures"):
        got = f"{study}, of which members have failed ({listed(missing)})"
        way_out = f"Name those that shall be joined, below {study / MEMBERS}."
        raise FolderError(sentence(got, "all members of a study", way_out))


def _check_named_once(paths: Iterable[Path]) -> None:
    seen: set[Path] = set()
    for path in paths:
        place = path.resolve()
        if place in seen:
            raise FolderError(sentence(f"{path} twice", "each member once"))
        seen.add(place)


def _read(path: Path) -> Member:
    folder = RunFolder.open(path)
    status = folder.status()
    if (folder / run_folder.ENSEMBLE).is_file():
        way_out = f"Its {run_folder.ENSEMBLE} names its members: join those."
        raise FolderError(sentence(f"{path}, an ensemble", "a run that was trained", way_out))
    if status != "finished":
        way_out = f"`dltrain resume {path}` goes on." if status == "interrupted" else ""
        raise FolderError(sentence(f"{path}, which is {status}", "a finished run", way_out))
    folder.file(run_folder.MODELS["best"])
    experiment = load(folder.file(run_folder.RESOLVED)).experiment
    learned = folder.read_json(run_folder.PREPROCESSING)
    with folder.reading(run_folder.PREPROCESSING, "what `fit` writes there"):
        inputs, target = dict(learned["inputs"]), dict(learned["target"])
    return Member(
        folder=folder,
        experiment=experiment,
        inputs=inputs,
        target=target,
        rows={name: np.sort(np.asarray(rows)) for name, rows in folder.read_split().items()},
        fingerprint=str(folder.read_json(run_folder.ENVIRONMENT, "data", "sha256")),
        threshold=threshold_of(folder, experiment),
        smoke=bool(folder.read_json(run_folder.ENVIRONMENT).get("smoke")),
    )
