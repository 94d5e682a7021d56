"""What `fit` says, composed from facts: what it is about to do, how it ended, what it is worth."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dltrain.data import Data
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.target import Target
from dltrain.data.targets import NamedTargets, Reconstruction
from dltrain.errors import listed
from dltrain.terminal import Terminal, figure, label_width

if TYPE_CHECKING:
    from dltrain.assembly import Assembly
    from dltrain.config.lint import Finding
    from dltrain.training import Trained
    from dltrain.training.callbacks import BestWeights


def introduce(terminal: Terminal, assembly: Assembly, name: str) -> None:
    """Say what will be trained on what, before it begins."""
    config, data = assembly.config, assembly.data
    terminal.fact(name, f"{config.path} · seed {config.experiment.seed}")
    terminal.fact("data", f"{_rows(data)} · {_target(data)}")
    terminal.fact("", _parts(data))
    if data.left_out:
        rows = f"{data.left_out} row{'s' * (data.left_out != 1)}"
        terminal.fact("", f"{rows} left out: a value is missing")
    if shifted := _shifted(data):
        terminal.fact("", f"shifted, as float32 is too coarse for them: {listed(shifted)}")
    terminal.fact("model", _model(assembly))
    terminal.fact("engine", "graph (one compiled function an epoch)")
    terminal.line()


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
        terminal.line(f"phase {number - 1} {_stop(trained, assembly.epochs, callbacks)}")
    one, network = assembly.phases[number - 1], assembly.network
    rate = float(network.optimizer.learning_rate)
    layers = [f"{name} {'learns' if on else 'frozen'}" for name, on in one.trainable.items()]
    learning = sum(math.prod(weight.shape) for weight in network.trainable_weights)
    facts = [
        _epochs(one.epochs), *layers, description.describe_optimizer(one.optimizer, rate),
        f"{_count(learning)} parameters learn",
    ]  # fmt: skip
    terminal.line(f"phase {number}/{len(assembly.phases)}: {' · '.join(facts)}")


def ending(
    terminal: Terminal, trained: Trained, epochs: int, best: BestWeights, callbacks: Sequence[Any]
) -> None:
    """Say why the training ended, and which epoch was the best.

    Args:
        terminal: Where to.
        trained: What the training left.
        epochs: Epochs that it could have had.
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
    return f"stopped: by a callback after epoch {len(trained.history)} of {epochs}"


def _stopping(callbacks: Sequence[Any]) -> list[Any]:
    """List the callbacks that have stopped a training because nothing improved."""
    return [one for one in callbacks if getattr(one, "stopped_epoch", 0)]


def conclude(terminal: Terminal, folder: Path, metrics: dict[str, Any], unmet: list[str]) -> None:
    """Show the figures of the best model beside the baseline, and the next command."""
    header, rows = summary(metrics)
    terminal.table(header, rows)
    width = label_width(rows)
    for line in unmet:
        terminal.fact("unmet", line, width)
    terminal.fact("next", f"dltrain evaluate {shlex.quote(str(folder))}", width)


def summary(metrics: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Lay out metrics.json: a row for each figure, a column for each part and the baseline.

    Args:
        metrics: What metrics.json holds; `baselines` may be missing.

    Returns:
        Header and rows. The baseline is that of the last part.
    """
    splits = metrics["splits"]
    last = list(splits)[-1]
    baselines = {name: parts[last] for name, parts in metrics.get("baselines", {}).items()}
    columns = splits | baselines
    names = [name for name in splits[last] if name != "loss"] + ["loss"]
    rows = [[name, *(figure(column.get(name)) for column in columns.values())] for name in names]
    return ["", *columns], rows


def _rows(data: Data) -> str:
    shape, form = data.inputs.shape, data.inputs.form
    rows = f"{_count(data.rows)} rows"
    if form == "images":
        return f"{rows} of {'×'.join(map(str, shape))} pixels"
    if form == "tokens":
        return f"{rows} of {shape[0]} tokens"
    if form == "array":
        return f"{rows} of {'×'.join(map(str, shape))} numbers"
    columns = f"{rows}, {data.columns} column{'s' * (data.columns != 1)}"
    if isinstance(data.inputs, NamedInputs):
        return f"{columns} → {' · '.join(_input(*pair) for pair in data.inputs.each.items())}"
    inputs = math.prod(shape)
    return f"{columns} → {inputs} input{'s' * (inputs != 1)}"


def _input(name: str, one: Inputs) -> str:
    return f"{name} {one.shape[0]}{' tokens' * (one.form == 'tokens')}"


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
        return f"binary target, {100 * y.mean():.0f} % {positive}"
    if target.task == "multiclass":
        return f"multiclass target, {len(target.classes)} classes"
    if target.task == "multilabel":
        return f"multilabel target, {len(target.names)} label{'s' * (len(target.names) != 1)}"
    if len(target.names) > 1:
        return f"regression target, {len(target.names)} columns"
    return f"regression target, {figure(float(np.min(y)))} to {figure(float(np.max(y)))}"


def _parts(data: Data) -> str:
    sizes = " · ".join(f"{name} {_count(len(part))}" for name, part in data.parts.items())
    return f"{sizes}, stratified" if data.stratified and len(data.parts) > 1 else sizes


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
    parameters = f"{_count(assembly.network.count_params())} parameters"
    return f"{layers} · {parameters} · {optimizer} · {assembly.goal.loss_name}"


def _epochs(number: int) -> str:
    return f"{number} epoch{'s' * (number != 1)}"


def _count(number: int) -> str:
    """Group the digits of a large number.

    Example:
        >>> _count(118282).split(), _count(497)
        (['118', '282'], '497')
    """
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}") if number >= 10_000 else str(number)
