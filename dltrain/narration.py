"""What `fit` says, composed from facts: what it is about to do, how it ended, what it is worth."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dltrain.config.checks.structure import augmentation
from dltrain.data import Data
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.raw import Stored
from dltrain.data.targets import NamedTargets, Reconstruction, Target
from dltrain.data.windows import WindowInputs
from dltrain.errors import dotted, listed
from dltrain.expectations import HEADER, rows
from dltrain.results import results
from dltrain.spelling import figure, grouped, size_in_words
from dltrain.terminal import Terminal, label_width

# How the network sees amounts, in words.
SCALED = {
    "log1p": "standardised logarithms",
    "min_max": "scaled to 0 to 1",
    "robust": "scaled by quartiles",
    "standard": "standardised",
}

MOST_FINDINGS = 3

if TYPE_CHECKING:
    from dltrain.assembly import Assembly
    from dltrain.config.lint import Finding
    from dltrain.evaluation.diagnosis import Diagnosis
    from dltrain.expectations import Judged
    from dltrain.training import Trained
    from dltrain.training.callbacks import BestWeights
    from dltrain.training.state import State


def introduce(terminal: Terminal, assembly: Assembly, name: str) -> None:
    """Say what will be trained on what, before it begins."""
    config, data = assembly.config, assembly.data
    terminal.fact(name, f"{config.path} · seed {config.experiment.seed}")
    terminal.fact("data", f"{_rows(data)} · {_target(data)}")
    terminal.fact("", f"{_parts(data)}{_way(config.experiment.split)}")
    if data.stored:
        terminal.fact("cache", _stored(data.stored))
    if data.left_out:
        rows = f"{data.left_out} row{'s' * (data.left_out != 1)}"
        terminal.fact("", f"{rows} left out: a value is missing")
    if data.in_gaps:
        rows = f"{grouped(data.in_gaps)} row{'s' * (data.in_gaps != 1)}"
        terminal.fact("", f"{rows} left out: in the gaps between the parts")
    closed = config.experiment.evaluation.test == "never"
    opened = [part for part in data.parts if part != "test" or not closed]
    for line in data.quality.within(opened).sentences():
        terminal.fact("", line)
    if shifted := _shifted(data):
        terminal.fact("", f"shifted, as float32 is too coarse for them: {listed(shifted)}")
    if augment := augmentation(config.experiment):
        layers = ", ".join(layer["type"] for layer in augment)
        terminal.fact("", f"augmented in training alone: {layers}")
    terminal.fact("model", _model(assembly))
    terminal.fact("engine", str(assembly.engine))
    for line in listening(config.experiment.callbacks):
        terminal.fact("", line)
    terminal.line()


def go_on(
    terminal: Terminal,
    assembly: Assembly,
    name: str,
    state: State | None,
    versions: Sequence[str],
) -> None:
    """Say where a run goes on.

    Args:
        terminal: Where to.
        assembly: What is trained.
        name: The run's name.
        state: The state from which it goes on; None for the start.
        versions: Packages that have other versions now.
    """
    introduce(terminal, assembly, name)
    terminal.fact("resumed", _place_of(state))
    for line in versions:
        terminal.fact("", f"{line} since the run began: its bits may differ")
    terminal.line()


def _place_of(state: State | None) -> str:
    """Say in words how far a training has come."""
    if state is None:
        return "from the start, as no state was written yet"
    epoch, step = state.position.epoch + 1, state.position.step
    return f"in epoch {epoch} behind step {step}" if step else f"behind epoch {epoch - 1}"


def listening(callbacks: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say which callbacks cut epochs into pieces, and what it costs.

    Example:
        >>> list(listening([{"type": "tensorboard", "update_freq": "batch"}]))
        ['tensorboard hears of every batch: one call of the compiled steps for each']
    """
    for callback in callbacks:
        every = callback.get("update_freq", callback.get("save_freq", "epoch"))
        if every != "epoch":
            number = 1 if every == "batch" else every
            what = "every batch" if number == 1 else f"every {number}th batch"
            yield f"{callback['type']} hears of {what}: one call of the compiled steps for each"


def advise(terminal: Terminal, findings: Sequence[Finding]) -> None:
    """Show what the file does badly, a line each."""
    for finding in findings:
        terminal.line(str(finding), "" if finding.rule.severity == "hint" else "yellow")
    if findings:
        terminal.line()


def phase(
    terminal: Terminal, assembly: Assembly, number: int, trained: Trained, callbacks: Sequence[Any]
) -> None:
    """Say that a phase begins, which layers learn in it and how; nothing where there is only one.

    Args:
        terminal: Where to.
        assembly: What is trained; the network is compiled for the phase.
        number: Its number, from 1.
        trained: What the phases before have left.
        callbacks: The file's callbacks, after the phase before.
    """
    from dltrain.model import description

    if len(assembly.phases) == 1:
        return
    if trained.stopped_early:
        terminal.line(f"phase {number - 1} {_stop(trained, assembly.last_epoch, callbacks)}")
    one, network = assembly.phases[number - 1], assembly.network
    rate = float(network.optimizer.learning_rate)
    layers = [f"{name} {'learns' if on else 'frozen'}" for name, on in one.trainable.items()]
    learning = sum(math.prod(weight.shape) for weight in network.trainable_weights)
    facts = [
        _epochs(one.epochs), *layers, description.describe_optimizer(one.optimizer, rate),
        f"{grouped(learning)} parameters learn",
    ]  # fmt: skip
    terminal.line(f"phase {number}/{len(assembly.phases)}: {' · '.join(facts)}")


def ending(
    terminal: Terminal, trained: Trained, epochs: int, best: BestWeights, callbacks: Sequence[Any]
) -> None:
    """Say why the training ended, and which epoch was the best.

    Args:
        terminal: Where to.
        trained: What the training left.
        epochs: Number of the last epoch that it could have had.
        best: The best weights.
        callbacks: The file's callbacks, after the training.
    """
    done = len(trained.history)
    reason, by = f"done after {_epochs(done)}", ""
    stopping = _stopping(callbacks)
    if trained.stopped_early or stopping:
        reason = _stop(trained, epochs, callbacks)
    if stopping and stopping[-1].monitor != best.monitor:
        by = f" by {best.monitor}"
    if math.isinf(best.value):
        by = f", the last: none had a {best.monitor}"
    terminal.line(f"{reason}; best epoch {best.epoch}{by}")
    terminal.line()


def _stop(trained: Trained, epochs: int, callbacks: Sequence[Any]) -> str:
    """Say which callback has stopped the training, or a phase of it."""
    if stopping := _stopping(callbacks):
        waited = _epochs(stopping[-1].wait)
        return f"stopped: {stopping[-1].monitor} has not improved for {waited}"
    return f"stopped: by a callback after epoch {int(trained.history[-1]['epoch'])} of {epochs}"


def _stopping(callbacks: Sequence[Any]) -> list[Any]:
    """List the callbacks that have stopped a training because nothing improved."""
    return [one for one in callbacks if getattr(one, "stopped_epoch", 0)]


def conclude(
    terminal: Terminal,
    folder: Path,
    metrics: dict[str, Any],
    judged: Sequence[Judged],
    others: int = 0,
    diagnosis: Diagnosis | None = None,
) -> None:
    """Show the figures of the best model beside the baseline, the verdict, and the next command.

    Args:
        terminal: Where to.
        folder: The run folder.
        metrics: What metrics.json holds.
        judged: What the file expects, beside what came out.
        others: How many other configs have opened the same test rows before.
        diagnosis: What is wrong with the run, if that was asked.
    """
    table = results(metrics)
    lines = table.cells(main=True)
    terminal.table(table.header(), lines)
    width = label_width(lines)
    if rule := metrics.get("threshold_rule"):
        terminal.fact("threshold", f"{figure(metrics['threshold'])}, {_chosen(rule)}", width)
    if others:
        configs, runs = f"{others} other config{'s' * (others != 1)}", folder.parent.parent
        terminal.fact("test", f"rows opened before by {configs} in {runs}", width)
    if diagnosis is not None:
        _diagnosed(terminal, diagnosis, width)
    _judge(terminal, judged, width)
    terminal.fact("next", f"dltrain report {shlex.quote(str(folder))} --open", width)


def _chosen(rule: Any) -> str:
    """Say by what a threshold was chosen.

    Example:
        >>> _chosen("youden"), _chosen({"sensitivity": 0.9})
        ('chosen on val by youden', 'chosen on val for a sensitivity of 0.9')
    """
    if isinstance(rule, dict):
        return f"chosen on val for a sensitivity of {rule['sensitivity']}"
    return f"chosen on val by {rule}"


def _judge(terminal: Terminal, judged: Sequence[Judged], width: int) -> None:
    """Say whether the file's expectations are met; where one is not, show all of them."""
    met = sum(one.met for one in judged)
    if met < len(judged):
        lines = rows(judged)
        terminal.line()
        terminal.table(HEADER, lines)
        for one in judged:
            if one.reason:
                terminal.fact(dotted(one.key), one.reason, label_width(lines))
        terminal.line()
    if judged:
        terminal.fact("expect", f"{met} of {len(judged)} met", width)


def _diagnosed(terminal: Terminal, diagnosis: Diagnosis, width: int) -> None:
    """Show the verdict, and the findings that matter most with what to try next."""
    terminal.fact("verdict", diagnosis.verdict.sentence, width)
    shown = [one for one in diagnosis.findings if one.severity == "warning"]
    for number, finding in enumerate(shown[:MOST_FINDINGS]):
        terminal.fact("" if number else "found", f"{finding.name}: {finding.evidence}", width)
        if finding.next:
            terminal.fact("", f"  try {' or '.join(map(shlex.quote, finding.next))}", width)


def _rows(data: Data) -> str:
    shape, form = data.inputs.shape, data.inputs.form
    rows = f"{grouped(data.rows)} rows"
    if form == "images":
        return f"{rows} of {'×'.join(map(str, shape))} pixels"
    if form == "tokens":
        return f"{rows} of {_text(data.inputs)}"
    if form == "array":
        return f"{rows} of {'×'.join(map(str, shape))} numbers"
    if isinstance(data.inputs, WindowInputs):
        return _windows(data.rows, data.inputs)
    columns = f"{rows}, {data.columns} column{'s' * (data.columns != 1)}"
    if isinstance(data.inputs, NamedInputs):
        return f"{columns} → {' · '.join(_input(*pair) for pair in data.inputs.each.items())}"
    inputs = math.prod(shape)
    return f"{columns} → {inputs} input{'s' * (inputs != 1)}"


def _windows(number: int, one: WindowInputs) -> str:
    """Say what the windows over a series see, and what they predict.

    Example:
        >>> _windows(9, WindowInputs((), window=10, horizon=1, stride=1))
        '9 windows of 10 rows, 0 variables → the next row'
    """
    variables = f"{len(one.columns)} variable{'s' * (len(one.columns) != 1)}"
    following = "row" if one.horizon == 1 else f"{one.horizon} rows"
    return f"{grouped(number)} windows of {one.window} rows, {variables} → the next {following}"


def _input(name: str, one: Inputs) -> str:
    return f"{name} {_text(one) if one.form == 'tokens' else one.shape[0]}"


def _text(one: Inputs) -> str:
    """Describe what the first layer sees of a text."""
    facts = one.to_json()
    if facts["encoding"] == "sequence":
        return f"{one.shape[0]} tokens"
    return f"text → {grouped(facts['vocabulary'])} inputs"


def _target(data: Data) -> str:
    y, target = data.parts["train"].y, data.target
    if isinstance(target, Reconstruction):
        return "autoencoder, the inputs are the target"
    if isinstance(target, NamedTargets):
        told = (f"{name}: {_one_target(y[name], one)}" for name, one in target.each.items())
        return " · ".join(told)
    return _one_target(y, target)


def _one_target(y: np.ndarray, target: Target) -> str:
    if target.task == "binary":
        positive = "positive" if target.classes == (0, 1) else target.classes[1]
        return f"binary target, {100 * y.mean():.0f} % {positive}{_merged(target)}"
    if target.task == "multiclass":
        kind = "ordered " * target.ordered + ("bins" if target.bins else "classes")
        return f"multiclass target, {len(target.classes)} {kind}{_merged(target)}"
    if target.task == "multilabel":
        return f"multilabel target, {len(target.names)} label{'s' * (len(target.names) != 1)}"
    if len(target.names) > 1:
        return f"regression target, {len(target.names)} columns"
    span = f"{figure(float(np.min(y)))} to {figure(float(np.max(y)))}"
    scaled = "" if target.scaling is None else f", {SCALED[target.scaling.type]}"
    return f"regression target, {span}{scaled}"


def _merged(target: Target) -> str:
    """Say that there are fewer bins than the file asks for."""
    if target.bins is None or not target.bins.merged:
        return ""
    return f" ({target.bins.asked} bins were asked for, but too many amounts are equal)"


def _parts(data: Data) -> str:
    sizes = " · ".join(f"{name} {grouped(len(part))}" for name, part in data.parts.items())
    return f"{sizes}, stratified" if data.stratified and len(data.parts) > 1 else sizes


def _stored(stored: Stored) -> str:
    """Say how large a table is in the cache, and whether this run has put it there."""
    made = "" if stored.seconds is None else f", made in {stored.seconds:.0f} s"
    return f"{size_in_words(stored.size)} in columns{made}, read by blocks"


def _way(split: Any) -> str:
    """Say by what the rows are divided, where it is not chance."""
    column = getattr(split, "column", None)
    if split.type == "time":
        return f", in the order of {column or 'the file'}"
    return f", {'grouped ' * (split.type == 'group')}by {column}" if column else ""


def _shifted(data: Data) -> list[str]:
    """Name the columns that the saved model takes minus the `offset` in preprocessing.json."""
    facts = data.inputs.to_json()
    inputs = facts["inputs"].values() if facts["form"] == "several" else [facts]
    columns = (column for one in inputs for column in one.get("columns", []))
    return [column["name"] for column in columns if column.get("offset")]


def _model(assembly: Assembly) -> str:
    from dltrain.model import description

    layers = description.describe_plan(assembly.plan)
    optimizer = description.describe_optimizer(
        assembly.phases[0].optimizer, float(assembly.network.optimizer.learning_rate)
    )
    parameters = f"{grouped(assembly.network.count_params())} parameters"
    return f"{layers} · {parameters} · {optimizer} · {assembly.goal.loss_name}"


def _epochs(number: int) -> str:
    return f"{number} epoch{'s' * (number != 1)}"
