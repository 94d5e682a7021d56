"""Can a run go on from where it stopped? Only with the file, the data and the networks it had.

What a run began with stands in its folder: the config with every inference, once more beside the
state, and the sha256 of the data and of all files. Whatever differs is named, and nothing is
written then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dltrain import environment, reevaluation, run_folder
from dltrain.config import Config, load
from dltrain.config.checks.structure import hidden_layers
from dltrain.config.composing.overrides import from_arguments, from_mapping
from dltrain.config.showing.comparison import MISSING, Difference, differences
from dltrain.config.text.source import read
from dltrain.config.text.text_file import main_text
from dltrain.data import Data
from dltrain.errors import (
    ConfigError,
    DataError,
    FolderError,
    Key,
    ModelError,
    dotted,
    listed,
    sentence,
    shown,
)
from dltrain.model.keras_files import check_files, fingerprints
from dltrain.records import preprocessing, text_sha256
from dltrain.run_folder import RunFolder

MORE_EPOCHS = ("training", "epochs")
ANEW = "Undo the change, or start a new run with `dltrain fit`."


@dataclass(frozen=True)
class Begun:
    """A run that has begun, and may go on.

    Attributes:
        config: Its config, with more epochs where they were asked for.
        smoke: Whether it is a smoke run.
        versions: Those of the packages that it began with.
    """

    config: Config
    smoke: bool
    versions: dict[str, str | None]


def begun(folder: RunFolder, arguments: Sequence[str] | Mapping[str, Any] = ()) -> Begun:
    """Read what a run began with, and check that its files are what they were.

    Args:
        folder: The run folder, which this process owns.
        arguments: `training.epochs=…` or nothing.

    Raises:
        ConfigError: Another key is to be changed, or there would be fewer epochs.
        FolderError: The folder lacks something, is an ensemble, the run is over, or a file or a
            network that the file takes over has changed.
        ModelError: Such a network is gone.
    """
    if (folder / run_folder.ENSEMBLE).is_file():
        way_out = "Run `dltrain ensemble` again; members go on with `dltrain resume`."
        raise FolderError(sentence(f"{folder.path}, an ensemble", "a run that is trained", way_out))
    _check_arguments(arguments)
    way_out = "It stopped before it had begun: start a new one with `dltrain fit`."
    if not (folder / run_folder.BEGUN_WITH).is_file():
        got = f"{folder.path} without {run_folder.BEGUN_WITH}"
        raise FolderError(sentence(got, "a run that has begun", way_out))
    facts = recorded(folder)
    smoke = bool(facts["smoke"])
    check_own_copy(folder, MORE_EPOCHS)
    check_originals(folder, facts["files"])
    before = load(folder.file(run_folder.BEGUN_WITH)).experiment.training
    if before.phases and arguments:
        message = sentence("more epochs for a run with phases", "a run without")
        raise ConfigError([f"training.epochs: {message}"])
    config = load(folder.file(run_folder.RESOLVED), arguments)
    _check_epochs(folder, before.epochs, config.experiment.training.epochs, smoke)
    check_networks(config, facts["networks"])
    return Begun(config, smoke, facts["versions"])


def recorded(folder: RunFolder) -> dict[str, Any]:
    """Read environment.json; `files`, `smoke`, `versions` and `networks` are there.

    Raises:
        FolderError: It is missing or broken.
    """
    with folder.reading(run_folder.ENVIRONMENT, "what `fit` writes there"):
        facts: dict[str, Any] = folder.read_json(run_folder.ENVIRONMENT)
        maps = {"networks": {}} | facts
        known = {name: dict(maps[name]) for name in ("files", "networks", "versions")}
        return facts | known | {"smoke": bool(facts["smoke"])}


def check_own_copy(folder: RunFolder, *free: Key) -> None:
    """Check that nobody has edited the config in the run folder.

    Args:
        folder: The run folder.
        free: Keys that may differ: whoever is killed between writing the two copies leaves them
            with other numbers of epochs.

    Raises:
        FolderError: Somebody has, or a copy is missing or broken.
    """
    texts = []
    for name in (run_folder.BEGUN_WITH, run_folder.RESOLVED):
        with folder.reading(name, "what `fit` writes there") as path:
            texts.append(path.read_text(encoding="utf-8"))
    begun_with, resolved = texts
    found = [one for one in _changes(begun_with, resolved, path) if one.key not in free]
    if found:
        _refuse(path, found)


def check_networks(config: Config, recorded: Mapping[str, str]) -> None:
    """Check that the networks that layers take over are there and as they were.

    Args:
        config: The run's config.
        recorded: Their sha256 by path, as environment.json holds it.

    Raises:
        FolderError: One has changed.
        ModelError: One is gone.
    """
    steps = hidden_layers(config.experiment).steps
    try:
        check_files(steps)
    except ModelError as error:
        raise config.placed(error) from error
    now = fingerprints(steps)
    for path, digest in recorded.items():
        if now.get(path) != digest:
            got = f"{path}, a network that has changed since the run began"
            raise FolderError(sentence(got, "the file as it was", ANEW))


def check_place(config: Config) -> None:
    """Check that the data is still there, before it is read.

    Raises:
        DataError: It is not.
    """
    reevaluation.check_place(config.experiment, key=("dataset", "path"))


def check_data(folder: RunFolder, fingerprint: str, dataset: Mapping[str, Any]) -> None:
    """Check that the data is what it was.

    Args:
        folder: The run folder.
        fingerprint: sha256 of what was read.
        dataset: The section as plain data.

    Raises:
        DataError: It has changed.
    """
    way_out = "Put the data back, or start a new run with `dltrain fit`."
    reevaluation.check_fingerprint(folder, fingerprint, dataset, way_out, ("dataset",))


def check_learned(folder: RunFolder, data: Data) -> None:
    """Check that the data is divided as it was, and that the same is learned from it.

    Raises:
        DataError: Its rows go to other parts, or other things are learned from it.
    """
    _check_split(folder, data)
    was = folder.read_json(run_folder.PREPROCESSING)
    now = json.loads(json.dumps(preprocessing(data)))
    if changed := list(differences(was, now)):
        got = f"other facts learned from the train rows: {listed(map(_told, changed))}"
        raise DataError(sentence(got, f"those of {folder.path}", ANEW), key=("dataset",))


def _check_split(folder: RunFolder, data: Data) -> None:
    """Check that every row is in the part that it was in: a test row must not be trained on."""
    before = {name: np.sort(rows) for name, rows in folder.read_split().items()}
    now = {name: np.sort(part.rows) for name, part in data.parts.items()}
    if before.keys() != now.keys() or any(
        not np.array_equal(before[name], rows) for name, rows in now.items()
    ):
        got = f"another split than that of {folder / run_folder.SPLIT}"
        expected = "the rows of each part as they were"
        way_out = (
            "Other versions of packages may draw otherwise; environment.json names those of the "
            "run. Or start a new run with `dltrain fit`."
        )
        raise DataError(sentence(got, expected, way_out), key=("split",))


def other_versions(before: Mapping[str, str | None]) -> list[str]:
    """Say which packages have other versions than when the run began."""
    now = environment.versions()
    return [
        f"{name} {before[name]} → {now[name]}"
        for name in now
        if before.get(name) != now[name] and before.get(name) is not None
    ]


def _check_arguments(arguments: Sequence[str] | Mapping[str, Any]) -> None:
    if isinstance(arguments, Mapping):
        changes = from_mapping(arguments)
    else:
        changes = from_arguments(arguments)
    for change in changes:
        if change.key != MORE_EPOCHS:
            got = f"{dotted(change.key)} for a run that has begun"
            way_out = "Start a new run with `dltrain fit`."
            raise ConfigError([sentence(got, dotted(MORE_EPOCHS), way_out)])


def check_originals(folder: RunFolder, files: Mapping[str, str], way_out: str = ANEW) -> None:
    """Check that the files that a run was started from, where they still exist, are the same.

    Raises:
        FolderError: One has changed.
    """
    for number, (name, digest) in enumerate(files.items()):
        if Path(name).is_file():
            text = main_text(name)
            if text_sha256(text) != digest:
                given = folder / run_folder.CONFIG
                own = given.read_text(encoding="utf-8") if number == 0 and given.is_file() else text
                _refuse(Path(name), _changes(own, text, Path(name)), way_out)


def _changes(old: str, new: str, path: Path) -> list[Difference]:
    """Find the keys that differ; none where only comments do."""
    before, after = (read(text, str(path)).value for text in (old, new))
    return list(differences(before, after))


def _told(one: Difference) -> str:
    sides = ("nothing" if side is MISSING else shown(side) for side in (one.old, one.new))
    return f"{dotted(one.key)} {' → '.join(sides)}"


def _refuse(path: Path, changes: Iterable[Difference], way_out: str = ANEW) -> None:
    what = listed(map(_told, changes))  # nothing for a file that is extended, or for comments
    got = f"{path}, which has changed since the run began{f' ({what})' if what else ''}"
    raise FolderError(sentence(got, "the file as it was", way_out))


def _check_epochs(folder: RunFolder, before: int, now: int, smoke: bool) -> None:
    """Check that a run that is over gets more epochs, that they help, and that none gets fewer."""
    status = folder.read_json(run_folder.STATUS)
    if now < before:
        message = sentence(f"{now} epochs for a run of {before}", f"at least {before}")
        raise ConfigError([f"training.epochs: {message}"])
    if smoke and now > before:
        message = sentence("more epochs for a smoke run", "a whole run", "Start it with `fit`.")
        raise ConfigError([f"training.epochs: {message}"])
    if status.get("stopped_early") and now > before:
        got = f"{folder.path}, which a callback has stopped after epoch {status['epochs']}"
        way_out = "With more epochs it would have stopped there as well: start a new run."
        raise FolderError(sentence(got, "a run that lacked epochs", way_out))
    if folder.status() == "finished" and now == before:
        got = f"{folder.path}, which is finished"
        more = f"More epochs continue it: `training.epochs={2 * before}`."
        way_out = "Start a new one with `dltrain fit`." if smoke else more
        raise FolderError(sentence(got, "a run that was interrupted, or more epochs", way_out))
