"""A training in phases: first the new layers learn, say, then all of them at a lower rate.

A phase is one call of `train`. Before it the network is compiled anew, as Keras asks for once
other weights learn, so every phase has a new optimizer. Epochs count on, and so does the order of
rows, which follows from their numbers. Callbacks begin anew as Keras begins them: what stops
early ends the phase. The best model, checkpoints and log files know all phases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras

from dltrain.config.checks.phases import PlannedPhase
from dltrain.training.loop import Arrays, Trained, train


def train_in_phases(
    network: keras.Model,
    rows: Arrays,
    val: Arrays | None,
    phases: Sequence[PlannedPhase],
    *,
    begin: Callable[[int, PlannedPhase], None],
    trained: Trained,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    **options: Any,
) -> Trained:
    """Train a network phase by phase.

    Args:
        network: The network; `begin` compiles it.
        rows: As in `train`.
        val: As in `train`.
        phases: What to do, in order.
        begin: Called with the number of a phase, from 1, and the phase, when the layers that are to
            learn are set: compiles the network.
        trained: Where to put what happens while it happens; its rows get a column `phase` where
            there are several.
        callbacks: Keras callbacks, the same for all phases.
        **options: Arguments of `train` that are the same for all phases.

    Returns:
        What the phases leave; whether the last of them was stopped early.

    Raises:
        RunError: As in `train`.
    """
    own = {name: layer.trainable for name, layer in _named(network, phases).items()}
    for number, phase in enumerate(phases, start=1):
        set_trainable(network, own | phase.trainable)
        begin(number, phase)
        done = len(trained.history)
        try:
            train(
                network, rows, val, epochs=phase.epochs, first=done, trained=trained,
                callbacks=callbacks, **options,
            )  # fmt: skip
        finally:
            if len(phases) > 1:
                _mark(trained, done, number)
        go_on_writing(callbacks)
    return trained


def set_trainable(network: keras.Model, trainable: dict[str, bool]) -> None:
    """Say by name which layers learn; the network has to be compiled after it."""
    for name, learns in trainable.items():
        network.get_layer(name).trainable = learns


def go_on_writing(callbacks: Sequence[keras.callbacks.Callback]) -> None:
    """Let log files grow in the next phase; Keras would begin them anew."""
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.CSVLogger):
            callback.append = True


def _named(network: keras.Model, phases: Sequence[PlannedPhase]) -> dict[str, Any]:
    """Find the layers that any phase names."""
    names = dict.fromkeys(name for phase in phases for name in phase.trainable)
    return {name: network.get_layer(name) for name in names}


def _mark(trained: Trained, done: int, number: int) -> None:
    """Note the phase in the rows of its epochs."""
    for at in range(done, len(trained.history)):
        row = trained.history[at]
        trained.history[at] = {"epoch": row["epoch"], "phase": number, **row}
