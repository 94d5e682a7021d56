"""The way of an ensemble: check, join, judge, write; nothing is trained."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain import backend, narration, openings, reevaluation, run_folder
from dltrain.data.targets import NamedTargets, Targets
from dltrain.errors import DltrainError, one_of, sentence, shown
from dltrain.run_folder import RunFolder
from dltrain.runs.differences import Difference
from dltrain.study.ensemble import telling, writing
from dltrain.study.ensemble.asked import Asked, ask
from dltrain.study.ensemble.choosing import choose_weights, threshold_of
from dltrain.study.ensemble.judging import judge_ensemble
from dltrain.study.ensemble.members import read_members
from dltrain.study.ensemble.voices import digest, said, voices_of
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    from dltrain.model.ensembles import Voice

METHODS = ("average", "vote", "weighted")


@dataclass(frozen=True)
class Ensembled:
    """What an ensemble has left.

    Attributes:
        folder: Its run folder.
        weights: The weight of each member.
        metrics: What metrics.json holds; empty where no row is left to judge by.
        compared: By figure the difference to the mean member.
    """

    folder: RunFolder
    weights: list[float]
    metrics: dict[str, Any] = field(default_factory=dict)
    compared: dict[str, Difference] = field(default_factory=dict)


def ensemble(
    runs: Sequence[str | Path],
    *,
    output: Path = Path("runs"),
    name: str | None = None,
    method: str = "average",
    test: bool = False,
    terminal: Terminal | None = None,
) -> Ensembled:
    """Join finished runs into one model and judge it beside them.

    Args:
        runs: At least two run folders, or a folder of a cross-validation.
        output: Folder below which NAME/TIME is made.
        name: The ensemble's name; default: the first member's with -ensemble behind it.
        method: "average" of probabilities or amounts, "vote" for classes or labels, or "weighted",
            with the weights that predict the val rows best.
        test: Open test rows that members have kept closed.
        terminal: Where progress is shown.

    Returns:
        The ensemble's run folder, weights and figures.

    Raises:
        DltrainError: The members cannot be joined, or their data is gone or has changed.
    """
    terminal = terminal or Terminal()
    if method not in METHODS:
        raise DltrainError(f"--method: {sentence(shown(method), one_of(METHODS))}")
    run_folder.check_place(output, name)
    seconds: dict[str, float] = {}
    with _timed(seconds, "data"):
        asked = ask(read_members(runs), method, opened=test)
    name = name or f"{asked.experiment.name or asked.members[0].folder.path.parent.name}-ensemble"
    with _timed(seconds, "tensorflow"):
        backend.start()
    with _timed(seconds, "model"):
        voices = voices_of(asked.members, asked.common)
    folder = RunFolder.make(output / name)
    log = folder / run_folder.LOG
    with _no_resuming(folder), folder.locked(), folder.running(seconds), terminal.logged(log):
        task = _tasks(asked.data.target)
        telling.introduce(terminal, name, asked.members, method, asked.division, task)
        return _joined(folder, asked, voices, name, terminal, seconds)


def _joined(
    folder: RunFolder,
    asked: Asked,
    voices: list[Voice],
    name: str,
    terminal: Terminal,
    seconds: dict[str, float],
) -> Ensembled:
    """Join the members' models in a folder, and judge the result where that is possible."""
    with _timed(seconds, "predictions"):
        wanted = dict(asked.judged)
        inputs, size = asked.common.inputs, asked.batch_size
        told = [said(voice, inputs, wanted, size) for voice in voices]
        shares, chosen = choose_weights(asked, told)
    facts = writing.facts_of(asked.members, asked.method, shares, [digest(one) for one in voices])
    if chosen:
        facts["chosen"] = chosen
        telling.chosen(terminal, asked.members, shares, chosen)
    with _timed(seconds, "model"):
        model = _saved(folder, asked, voices, shares)
    threshold = threshold_of(asked, model)
    closed = "test" in asked.division.parts and "test" not in asked.division.judged
    text = writing.resolution(asked.members, asked.common, name, threshold, closed=closed)
    writing.begin(folder, asked.members, asked.common, asked.division, text)
    facts |= {"judged": list(asked.division.judged), "left_out": asked.division.reason or None}
    folder.write_json(run_folder.ENSEMBLE, facts)
    folder.note({"ensemble": {"method": asked.method, "members": len(voices)}})
    if not wanted:
        telling.nothing_to_judge_by(terminal, asked.division)
        return Ensembled(folder, list(shares))
    others = _open_test(folder, asked, facts)
    with _timed(seconds, "evaluation"):
        metrics, compared = judge_ensemble(folder, asked, voices, model, told, terminal)
    folder.write_json(run_folder.ENSEMBLE, facts | {"compared": compared_json(asked, compared)})
    narration.conclude(terminal, folder.path, metrics, [], others)
    return Ensembled(folder, list(shares), metrics, compared)


def compared_json(asked: Asked, compared: Mapping[str, Difference]) -> dict[str, Any]:
    """Give the comparison with the mean member as plain data."""
    figures = {name: one.to_json() for name, one in compared.items()}
    return {"part": asked.division.judged[-1], "figures": figures}


def _saved(folder: RunFolder, asked: Asked, voices: list[Voice], shares: Sequence[float]) -> Any:
    """Save the joined model, and load it again as everybody else will."""
    from dltrain.model.ensembles import ensemble_model

    model = ensemble_model(voices, asked.common.inputs, asked.method, shares)
    with folder.whole(run_folder.MODELS["best"]) as path:
        model.save(path)
    return reevaluation.load_model(folder / run_folder.MODELS["best"])


def _open_test(folder: RunFolder, asked: Asked, facts: dict[str, Any]) -> int:
    """Note that the test rows are opened, if they are; count who has done so before."""
    if "test" not in asked.division.judged:
        return 0
    joined = "".join(f"{one['weights_sha256']}{one['weight']}" for one in facts["members"])
    config = hashlib.sha256(f"{asked.method}{joined}".encode()).hexdigest()
    rows = openings.rows_sha256(asked.data)
    folder.note(openings.opening(rows, config))
    members = (one.folder.read_json(run_folder.STATUS) for one in asked.members)
    own = {status[openings.CONFIG] for status in members if openings.CONFIG in status}
    return openings.other_configs(folder.path.parent.parent, rows, config, own)


def _tasks(target: Targets) -> str:
    if isinstance(target, NamedTargets):
        return ", ".join(f"{name} {one.task}" for name, one in target.each.items())
    return target.task


@contextmanager
def _no_resuming(folder: RunFolder) -> Iterator[None]:
    """Say where the block is interrupted what to do: there is nothing to go on from."""
    try:
        yield
    except KeyboardInterrupt as error:
        message = f"{folder.path} is not complete; run `dltrain ensemble` again"
        raise KeyboardInterrupt(message) from error


@contextmanager
def _timed(seconds: dict[str, float], phase: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[phase] = round(seconds.get(phase, 0) + time.perf_counter() - started, 3)
