"""One experiment from start to end, or from where it stopped.

`fit` goes one way: data, model, run folder, training, evaluation. What is wrong with the file
or the data shows before the folder is made, so a mistake leaves nothing behind. `resume` goes the
same way into a folder that is there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain import (
    backend,
    diagnosing,
    expectations,
    leavings,
    narration,
    openings,
    records,
    resuming,
    run_folder,
)
from dltrain.assembly import Assembly, assemble, check_networks, prepare_data, read_rows
from dltrain.config import Config
from dltrain.config.lint import lint, refuse_errors
from dltrain.data import Data
from dltrain.errors import DivergenceError, DltrainError
from dltrain.evaluating import evaluate_run
from dltrain.expectations import Judged
from dltrain.facts import facts_of
from dltrain.fitting import train_run
from dltrain.run_folder import RunFolder
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    from dltrain.training.state import State


@dataclass
class Outcome:
    """What a run has left.

    Attributes:
        folder: The run folder; None for a dry run.
        metrics: What metrics.json holds.
        judged: What the file expects, beside what came out.
    """

    folder: RunFolder | None = None
    metrics: dict[str, Any] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)

    @property
    def unmet(self) -> list[str]:
        """Expectations that were not met, in words."""
        return [str(one) for one in self.judged if not one.met]


def fit(
    config: Config,
    *,
    output: Path = Path("runs"),
    name: str | None = None,
    smoke: bool = False,
    dry_run: bool = False,
    terminal: Terminal | None = None,
    like: RunFolder | None = None,
    into: Path | None = None,
    data: Data | None = None,
) -> Outcome:
    """Train what a config file describes.

    Args:
        config: The checked file.
        output: Folder below which NAME/TIME is made.
        name: The run's name; default: the file's.
        smoke: At most 256 rows and 2 epochs; expectations are not judged.
        dry_run: Stop before the run folder is made.
        terminal: Where progress is shown.
        like: A run whose data it has to be; None for any.
        into: The folder to make, instead of NAME/TIME.
        data: The rows, where they have been prepared before.

    Returns:
        The run folder and its figures.

    Raises:
        DltrainError: The file, the data or the model is wrong, or the training failed.
    """
    terminal, began = terminal or Terminal(), run_folder.timestamp()
    run_folder.check_place(output, name)
    seconds: dict[str, float] = {}
    assembly = assembled(config, smoke, seconds, like, data=data)
    name = name or config.name
    narration.introduce(terminal, assembly, name)
    found = lint(config, facts_of(assembly.data, assembly.network, smoke=smoke))
    narration.advise(terminal, found)
    if dry_run:
        return Outcome()
    folder = RunFolder.make(output / name) if into is None else RunFolder.new(into)
    with folder.locked(), folder.running(seconds, began), terminal.logged(folder / run_folder.LOG):
        records.beginning(folder, assembly, name, smoke=smoke)
        return _to_its_end(folder, assembly, terminal, seconds, smoke=smoke)


def resume(
    run: str | Path,
    arguments: Sequence[str] | Mapping[str, Any] = (),
    *,
    terminal: Terminal | None = None,
) -> Outcome:
    """Continue a run to the bits that it would have had without an interruption.

    Args:
        run: The run folder.
        arguments: `training.epochs=…` for more epochs than it began with.
        terminal: Where progress is shown.

    Returns:
        The run folder and its figures.

    Raises:
        DltrainError: The run is over or cannot go on, or fails again.
    """
    terminal, began = terminal or Terminal(), run_folder.timestamp()
    folder = RunFolder.open(run)
    with folder.locked():
        seconds: dict[str, float] = {}
        with _untouched(folder):
            run_begun = resuming.begun(folder, arguments)
            config, smoke = run_begun.config, run_begun.smoke
            resuming.check_place(config)
            assembly = assembled(config, smoke, seconds, folder, goes_on=True)
            state = _newest_state(folder)
        folder.sweep()
        log = terminal.logged(folder / run_folder.LOG, anew=False)
        with folder.running(seconds, began), log:
            name = config.name
            versions = resuming.other_versions(run_begun.versions)
            narration.go_on(terminal, assembly, name, state, versions)
            records.going_on(folder, assembly, name)
            return _to_its_end(folder, assembly, terminal, seconds, smoke=smoke, state=state)


@contextmanager
def _untouched(folder: RunFolder) -> Iterator[None]:
    """Say where the block is interrupted that the folder is as it was."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(f"{folder.path} is as it was") from error


def _newest_state(folder: RunFolder) -> State | None:
    from dltrain.training.keeping import newest_state

    return newest_state(folder)


def _to_its_end(
    folder: RunFolder,
    assembly: Assembly,
    terminal: Terminal,
    seconds: dict[str, float],
    *,
    smoke: bool,
    state: State | None = None,
) -> Outcome:
    """Train, evaluate and conclude."""
    try:
        with _timed(seconds, "training"):
            best, model, frames = train_run(folder, assembly, terminal, state)
    except DivergenceError as error:
        diagnosing.diagnose_run(folder, assembly, {}, failure=str(error))
        raise
    with _timed(seconds, "evaluation"):
        others = _open_test(folder, assembly)
        metrics, outputs = evaluate_run(folder, assembly, best.epoch, model)
        diagnosis = diagnosing.diagnose_run(folder, assembly, metrics)
    if leavings.is_wanted(assembly.config.experiment):
        with _timed(seconds, "insights"):
            leavings.insights(folder, assembly, terminal, model, outputs, frames)
    status = folder.read_json(run_folder.STATUS) | {"seconds": seconds}
    judged = [] if smoke else expectations.judged(assembly.config.experiment, metrics, status)
    narration.conclude(
        terminal, folder.path, metrics, judged, 0 if smoke else others, None if smoke else diagnosis
    )
    return Outcome(folder, metrics, judged)


def assembled(
    config: Config,
    smoke: bool,
    seconds: dict[str, float],
    like: RunFolder | None = None,
    *,
    goes_on: bool = False,
    data: Data | None = None,
) -> Assembly:
    """Read the data and build the network; TensorFlow is started in between.

    Args:
        config: The checked file.
        smoke: At most 256 rows and 2 epochs.
        seconds: Gets the seconds of each phase.
        like: A run whose data it has to be; None for any.
        goes_on: Whether that run goes on, so that the same has to be learned from the data.
        data: The rows, where they have been prepared before.

    Raises:
        DltrainError: The file, the data or the network is wrong.
    """
    refuse_errors(lint(config))
    try:
        check_networks(config)
        with _timed(seconds, "data"):
            data = _data(config, smoke, like) if data is None else data
            if like is not None and goes_on:
                resuming.check_learned(like, data)
            expectations.check(config, data)
            refuse_errors(lint(config, facts_of(data, smoke=smoke)))
        with _timed(seconds, "tensorflow"):
            backend.start()
        with _timed(seconds, "model"):
            return replace(assemble(config, data, smoke=smoke), goes_on=goes_on)
    except DltrainError as error:
        raise config.placed(error) from error


def _data(config: Config, smoke: bool, like: RunFolder | None) -> Data:
    """Read the rows and prepare them, if they are those that they have to be."""
    raw = read_rows(config)
    if like is not None:
        dataset = config.experiment.dataset.model_dump()
        resuming.check_data(like, raw.fingerprint, dataset)
    return prepare_data(config, smoke=smoke, raw=raw)


def _open_test(folder: RunFolder, assembly: Assembly) -> int:
    """Note that the test rows are opened, if they are; count who has done so before.

    Returns:
        How many other configs of the same output folder have opened the same test rows.
    """
    closed = assembly.config.experiment.evaluation.test == "never"
    if closed or "test" not in assembly.data.parts:
        return 0
    rows, config = openings.rows_sha256(assembly.data), records.config_sha256(assembly)
    folder.note(openings.opening(rows, config))
    return openings.other_configs(folder.path.parent.parent, rows, config)


@contextmanager
def _timed(seconds: dict[str, float], phase: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[phase] = round(time.perf_counter() - started, 3)
