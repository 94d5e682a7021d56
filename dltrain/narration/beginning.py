"""What `fit` says before the first epoch: what it is about to train, and on what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dltrain.config.checks.structure import augmentation
from dltrain.data.raw import Stored
from dltrain.errors import listed
from dltrain.narration.rows import parts_in_words, rows_in_words, shifted_columns, target_in_words
from dltrain.spelling import grouped, size_in_words
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    from dltrain.assembly import Assembly
    from dltrain.config.lint import Finding
    from dltrain.training.state import State


def introduce(terminal: Terminal, assembly: Assembly, name: str) -> None:
    """Say what will be trained on what, and by what, before it begins."""
    describe(terminal, assembly, name)
    terminal.fact("engine", str(assembly.engine))
    for line in listening(assembly.config.experiment.callbacks):
        terminal.fact("", line)
    terminal.line()


def describe(terminal: Terminal, assembly: Assembly, name: str) -> None:
    """Say what the rows and the network are."""
    config, data = assembly.config, assembly.data
    terminal.fact(name, f"{config.path} · seed {config.experiment.seed}")
    terminal.fact("data", f"{rows_in_words(data)} · {target_in_words(data)}")
    terminal.fact("", f"{parts_in_words(data)}{_way(config.experiment.split)}")
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
    if shifted := shifted_columns(data):
        terminal.fact("", f"shifted, as float32 is too coarse for them: {listed(shifted)}")
    if augment := augmentation(config.experiment):
        layers = ", ".join(layer["type"] for layer in augment)
        terminal.fact("", f"augmented in training alone: {layers}")
    terminal.fact("model", _model(assembly))


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


def _way(split: Any) -> str:
    """Say by what the rows are divided, where it is not chance."""
    column = getattr(split, "column", None)
    if split.type == "time":
        return f", in the order of {column or 'the file'}"
    return f", {'grouped ' * (split.type == 'group')}by {column}" if column else ""


def _stored(stored: Stored) -> str:
    """Say how large a table is in the cache, and whether this run has put it there."""
    made = "" if stored.seconds is None else f", made in {stored.seconds:.0f} s"
    return f"{size_in_words(stored.size)} in columns{made}, read by blocks"


def _model(assembly: Assembly) -> str:
    from dltrain.model import description

    layers = description.describe_plan(assembly.plan)
    optimizer = description.describe_optimizer(
        assembly.phases[0].optimizer, float(assembly.network.optimizer.learning_rate)
    )
    parameters = f"{grouped(assembly.network.count_params())} parameters"
    return f"{layers} · {parameters} · {optimizer} · {assembly.goal.loss_name}"
