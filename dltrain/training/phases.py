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
from dltrain.training.continuing import Continuation
from dltrain.training.feeding import Arrays
from dltrain.training.keeping import Keeper
from dltrain.training.loop import train
from dltrain.training.state import State
from dltrain.training.stopping import Stop
from dltrain.training.trained import Trained


def train_in_phases(
    network: keras.Model,
    rows: Arrays,
    val: Arrays | None,
    phases: Sequence[PlannedPhase],
    *,
    begin: Callable[[int, PlannedPhase], None],
    trained: Trained,
    first: int = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    state: State | None = None,
    keeper: Keeper | None = None,
    stop: Stop | None = None,
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
        first: Number of the first epoch of all, from 0.
        callbacks: Keras callbacks, the same for all phases.
        state: Where to go on, if the training has begun before.
        keeper: Where the state is kept.
        stop: Who may wish to stop.
        **options: Arguments of `train` that are the same for all phases.

    Returns:
        What the phases leave; whether the last of them was stopped early.

    Raises:
        KeyboardInterrupt: As in `train`.
        RunError: As in `train`.
    """
    own = {name: layer.trainable for name, layer in _named(network, phases).items()}
    for number, phase in enumerate(phases):
        if state and number < state.position.phase:
            continue
        set_trainable(network, own | phase.trainable)
        begin(number + 1, phase)
        marks = {"phase": number + 1} if len(phases) > 1 else {}
        history = state.history if state else trained.history
        done = sum(row.get("phase", 1) <= number for row in history)
        train(
            network, rows, val, epochs=phase.epochs, first=first + done, trained=trained,
            callbacks=callbacks, continuation=Continuation(state, keeper, stop, number, marks),
            **options,
        )  # fmt: skip
        state = None
    return trained


def set_trainable(network: keras.Model, trainable: dict[str, bool]) -> None:
    """Say by name which layers learn; the network has to be compiled after it."""
    for name, learns in trainable.items():
        network.get_layer(name).trainable = learns


def _named(network: keras.Model, phases: Sequence[PlannedPhase]) -> dict[str, Any]:
    """Find the layers that any phase names."""
    names = dict.fromkeys(name for phase in phases for name in phase.trainable)
    return {name: network.get_layer(name) for name in names}
