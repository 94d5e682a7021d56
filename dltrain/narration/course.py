"""What `fit` says of the training itself: each phase as it begins, and why the last one ended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dltrain.spelling import grouped
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    from dltrain.assembly import Assembly
    from dltrain.training import Trained
    from dltrain.training.callbacks import BestWeights


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


def _epochs(number: int) -> str:
    return f"{number} epoch{'s' * (number != 1)}"
