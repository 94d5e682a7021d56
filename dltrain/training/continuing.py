"""What makes a training one that can go on: where it starts, what it keeps, when it stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import keras

from dltrain.training.keeping import Keeper
from dltrain.training.state import Position, State, capture, restore
from dltrain.training.stopping import Stop
from dltrain.training.trained import Trained


class Continuation(keras.callbacks.Callback):
    """Put a state back when a training begins, and keep it now and then. Stands behind all others.

    Args:
        state: Where to go on; None for the start.
        keeper: Where the state is kept; None for nowhere.
        stop: Who may wish to stop.
        phase: Number of the phase, from 0.
        marks: What each row of the history says besides.
    """

    def __init__(
        self,
        state: State | None = None,
        keeper: Keeper | None = None,
        stop: Stop | None = None,
        phase: int = 0,
        marks: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.state, self.keeper, self.stop = state, keeper, stop or Stop()
        self.phase, self.marks = phase, marks
        self.position = Position(phase, 0)

    def begin(
        self, first: int, trained: Trained, others: Sequence[keras.callbacks.Callback]
    ) -> None:
        """Learn what the training is.

        Args:
            first: Number of its first epoch, from 0.
            trained: What it leaves.
            others: All callbacks before this one.
        """
        self.trained, self.others = trained, others
        self.position = self.state.position if self.state else Position(self.phase, first)
        if self.state:
            trained.history[:], trained.seconds[:] = self.state.history, self.state.seconds

    def kept(self, callback: keras.callbacks.Callback) -> Mapping[str, Any] | None:
        """Give what the state holds of a callback; None where there is none."""
        return self.state.callbacks[self.others.index(callback)] if self.state else None

    def is_over(self, end: int) -> bool:
        """Tell whether no epoch is left."""
        return self.position.stopped or self.position.epoch >= end

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Put the state back."""
        if self.state:
            restore(self.state, self.model, self.others)
            self.model.stop_training = self.position.stopped

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Complete the epoch's row, as callbacks may have added figures; keep what is due.

        The last state is always kept: before averages are applied, or the best weights put back.
        """
        self.trained.history[-1] |= logs or {}
        self.look(Position(self.phase, epoch + 1, stopped=self.model.stop_training), within=False)

    def look(self, position: Position, *, within: bool = True) -> None:
        """Keep the state where it is due or the last, and stop where somebody wishes so.

        Args:
            position: How far the training has come.
            within: Whether the epoch has not ended yet.

        Raises:
            KeyboardInterrupt: Somebody does; the state has been kept.
        """
        self.position = position
        is_last = not within and self.is_over(self.params["epochs"])
        if self.keeper and (is_last or self.stop.reason or self.keeper.is_due(within=within)):
            self.keeper.keep(self.captured())
        self.stop.check()

    def captured(self) -> State:
        """Copy the state as it is."""
        return capture(self.model, self.others, self.trained, self.position)
