"""The way of an ensemble: check, join, judge, write; nothing is trained."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dltrain import backend, narration, openings, records, reevaluation, run_folder
from dltrain.assembly import goal_of
from dltrain.config import Experiment, load
from dltrain.data import Data, Part, prepare_rows
from dltrain.data.inputs import Inputs, inputs_from_json
from dltrain.data.preparation import read_raw
from dltrain.data.raw import Raw
from dltrain.data.streaming import places_of
from dltrain.data.targets import NamedTargets, Targets, targets_from_json
from dltrain.data.weights import weights_of
from dltrain.errors import DltrainError, one_of, sentence, shown
from dltrain.run_folder import RunFolder
from dltrain.runs.differences import Difference
from dltrain.study.ensemble import agreement, judging, telling, weights, writing
from dltrain.study.ensemble.members import Member, read_members
from dltrain.study.ensemble.raw_input import Common, common_input
from dltrain.study.ensemble.rows import Division, divide
from dltrain.study.ensemble.voices import digest, said, voices_of
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    from dltrain.model.ensembles import Voice
    from dltrain.model.objectives import Goal

METHODS = ("average", "vote", "weighted")
HALF = 0.5
MOVED = "Put it back, or train the members again."


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


@dataclass(frozen=True)
class _Asked:
    """What is joined, checked, and the rows by which.

    Attributes:
        members: The members.
        method: How they are joined.
        common: Their common raw input.
        division: The rows by part.
        data: The same rows as numbers.
        experiment: The config of the first member.
    """

    members: list[Member]
    method: str
    common: Common
    division: Division
    data: Data
    experiment: Experiment

    @property
    def batch_size(self) -> int:
        """Rows of a training step, by which rows are evaluated too."""
        size = self.experiment.training.batch_size
        return len(self.division.parts["train"]) if size == "full" else int(size)

    @property
    def judged(self) -> dict[str, Part]:
        """The parts that have figures."""
        return {name: self.data.parts[name] for name in self.division.judged}


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
        asked = _asked(read_members(runs), method, opened=test)
    name = name or f"{asked.experiment.name or asked.members[0].folder.path.parent.name}-ensemble"
    with _timed(seconds, "tensorflow"):
        backend.start()
    with _timed(seconds, "model"):
        voices = voices_of(asked.members, asked.common)
    folder = RunFolder.make(output / name)
    with _no_resuming(folder), folder.locked(), folder.running(seconds):
        with terminal.logged(folder / run_folder.LOG):
            task = _tasks(asked.data.target)
            telling.introduce(terminal, name, asked.members, method, asked.division, task)
            return _joined(folder, asked, voices, name, terminal, seconds)


def _asked(members: list[Member], method: str, *, opened: bool) -> _Asked:
    """Check that members can be joined, and read their rows."""
    agreement.check(members, method)
    common = common_input(members)
    division, first = divide(members, opened=opened), members[0]
    experiment = first.experiment
    reevaluation.check_place(experiment, MOVED)
    dataset, split = experiment.dataset.model_dump(), experiment.split.model_dump()
    raw = read_raw(dataset, split, experiment.training.sample_weight)
    reevaluation.check_fingerprint(first.folder, raw.fingerprint, MOVED)
    inputs, target = inputs_from_json(common.inputs), targets_from_json(first.target)
    data = _data(raw, division, inputs, target, experiment)
    return _Asked(members, method, common, division, data, experiment)


def _data(
    raw: Raw, division: Division, inputs: Inputs, target: Targets, experiment: Experiment
) -> Data:
    parts = {
        name: prepare_rows(raw, rows, inputs, target) for name, rows in division.parts.items()
    }
    if column := experiment.training.sample_weight:
        places = places_of(raw, division.parts["train"])
        parts["train"] = replace(parts["train"], weights=weights_of(raw, places, column))
    columns = raw.features.shape[1]
    return Data(parts, inputs, target, columns, raw.fingerprint, stratified=False)


def _joined(
    folder: RunFolder,
    asked: _Asked,
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
        shares, chosen = _weights(asked, told)
    facts = writing.facts_of(asked.members, asked.method, shares, [digest(one) for one in voices])
    if chosen:
        facts["chosen"] = chosen
        telling.chosen(terminal, asked.members, shares, chosen)
    with _timed(seconds, "model"):
        model = _saved(folder, asked, voices, shares)
    threshold = _threshold(asked, model)
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
        metrics, compared = _judged(folder, asked, voices, model, told, terminal)
    folder.write_json(run_folder.ENSEMBLE, facts | {"compared": compared_json(asked, compared)})
    narration.conclude(terminal, folder.path, metrics, [], others)
    return Ensembled(folder, list(shares), metrics, compared)


def compared_json(asked: _Asked, compared: Mapping[str, Difference]) -> dict[str, Any]:
    """Give the comparison with the mean member as plain data."""
    figures = {name: one.to_json() for name, one in compared.items()}
    return {"part": asked.division.judged[-1], "figures": figures}


def _weights(
    asked: _Asked, told: Sequence[Mapping[str, Any]]
) -> tuple[list[float], dict[str, Any] | None]:
    """Weigh the members: equally, or by the val rows."""
    count = len(asked.members)
    equal = np.full(count, 1 / count)
    if asked.method != "weighted":
        return equal.tolist(), None
    val = asked.data.parts["val"]
    each = _told_of_targets(asked.data.target, val, [one["val"] for one in told])
    found = weights.best_weights(each, count)
    losses = {"loss": weights.loss(each, found), "loss_of_equal_weights": weights.loss(each, equal)}
    return found.tolist(), {"rows": len(val)} | losses


def _told_of_targets(target: Targets, val: Part, given: Sequence[Any]) -> list[weights.Told]:
    if not isinstance(target, NamedTargets):
        return [_told(target.task, val.y, given)]
    return [
        _told(one.task, val.y[name], [outputs[name] for outputs in given])
        for name, one in target.each.items()
    ]


def _told(task: str, truth: Any, given: Sequence[Any]) -> weights.Told:
    if task in agreement.CLASSES:
        return weights.shares(task, np.asarray(truth), given)
    return weights.amounts(np.asarray(truth), given)


def _saved(folder: RunFolder, asked: _Asked, voices: list[Voice], shares: Sequence[float]) -> Any:
    """Save the joined model, and load it again as everybody else will."""
    from dltrain.model.ensembles import ensemble_model

    model = ensemble_model(voices, asked.common.inputs, asked.method, shares)
    with folder.whole(run_folder.MODELS["best"]) as path:
        model.save(path)
    return reevaluation.load_model(folder / run_folder.MODELS["best"])


def _threshold(asked: _Asked, model: Any) -> float | None:
    """Give the threshold of the ensemble; None where the first member's config says it.

    A rule chooses on val rows that are the same for all members; else the mean of the thresholds
    is taken, each of which was chosen on rows that its member was not trained on.
    """
    from dltrain.evaluation.outputs import outputs_by_part
    from dltrain.evaluation.thresholds import choose_threshold

    if not agreement.tasks(asked.members[0].target) & set(agreement.DECIDING):
        return None
    if asked.method == "vote":
        return HALF
    rule = asked.experiment.evaluation.threshold_rule
    if rule is None:
        return None
    if "val" not in asked.division.judged:
        return float(np.mean([one.threshold for one in asked.members]))
    val = asked.data.parts["val"]
    goal = goal_of(asked.experiment, asked.data.target)
    given = outputs_by_part(model, _plain(goal), {"val": val}, asked.batch_size)["val"]
    return choose_threshold(rule, val.y, given)


def _plain(goal: Any) -> Any:
    """Give a goal for a model that puts out probabilities."""
    return replace(goal, form=replace(goal.form, from_logits=False))


def _open_test(folder: RunFolder, asked: _Asked, facts: dict[str, Any]) -> int:
    """Note that the test rows are opened, if they are; count who has done so before."""
    if "test" not in asked.division.judged:
        return 0
    joined = "".join(f"{one['weights_sha256']}{one['weight']}" for one in facts["members"])
    config = hashlib.sha256(f"{asked.method}{joined}".encode()).hexdigest()
    rows = openings.rows_sha256(asked.data)
    folder.note(openings.opening(rows, config))
    return openings.other_configs(folder.path.parent.parent, rows, config)


def _judged(
    folder: RunFolder,
    asked: _Asked,
    voices: Sequence[Voice],
    model: Any,
    told: Sequence[Mapping[str, Any]],
    terminal: Terminal,
) -> tuple[dict[str, Any], dict[str, Difference]]:
    """Judge the saved model, write its figures and predictions, and compare it with its members."""
    from dltrain.evaluation.judging import judge, judge_baselines
    from dltrain.evaluation.outputs import outputs_by_part
    from dltrain.evaluation.streamed import prediction_tables
    from dltrain.model.building import compile_model
    from dltrain.model.passes import computing

    experiment = load(folder.file(run_folder.RESOLVED)).experiment
    target, parts, seed = asked.data.target, asked.judged, experiment.seed
    threshold = experiment.evaluation.decides_at
    goal = goal_of(experiment, target).in_own_unit().at_threshold(threshold)
    common: dict[str, Any] = {
        "batch_size": asked.batch_size, "threshold": threshold, "seed": seed,
    }  # fmt: skip
    compile_model(model, goal)
    with computing("evaluation"):
        outputs = outputs_by_part(model, goal, parts, asked.batch_size)
        judged = judge(model, goal, parts, outputs, target, **common)
        baselines = judge_baselines(
            goal, asked.data, parts, **common, learned=experiment.evaluation.baselines
        )
    metrics = {"checkpoint": "best", "epoch": None} | judged | {"baselines": baselines}
    folder.write_json(run_folder.METRICS, metrics)
    records.predictions(folder, prediction_tables(parts, outputs, target, threshold))
    part = asked.division.judged[-1]
    members = [
        (one[part], member.threshold) for one, member in zip(told, asked.members, strict=True)
    ]
    compared = judging.compare_with_members(
        target, parts[part], outputs[part], threshold, members, seed
    )
    figures = [
        judging.figures_of(member, part)
        or _figures(asked, voice, goal, part, one[part], member.threshold)
        for member, voice, one in zip(asked.members, voices, told, strict=True)
    ]
    names = judging.main_figures(experiment, target, metrics["main"])
    telling.beside(terminal, asked.members, figures, metrics, part, compared, names)
    return metrics, compared


def _figures(
    asked: _Asked, voice: Voice, goal: Goal, part: str, given: Any, threshold: float
) -> dict[str, Any]:
    """Judge a member by rows that it has kept closed."""
    from dltrain.evaluation.judging import judge
    from dltrain.model.building import compile_model
    from dltrain.model.ensembles import member_model

    model, goal = member_model(voice, asked.common.inputs), goal.at_threshold(threshold)
    model.trainable = False
    compile_model(model, goal)
    found = judge(
        model, goal, {part: asked.data.parts[part]}, {part: given}, asked.data.target,
        batch_size=asked.batch_size, threshold=threshold, seed=asked.experiment.seed,
    )  # fmt: skip
    return {"figures": found["splits"][part], "intervals": found["intervals"].get(part, {})}


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
