"""Keras's callbacks around the loop, and the batches that some of them want to hear of.

Most callbacks listen to epochs alone. What wants the figures of a batch gets them when a piece of
the epoch ends with it, so pieces are cut there; the other batches of a piece are told as well, so
that everybody counts right.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras

HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
# Callbacks with hooks for batches whose work the loop does itself.
DEAF = (keras.callbacks.TerminateOnNaN,)


class Listeners(keras.callbacks.CallbackList):
    """The callbacks of a training.

    Args:
        callbacks: All of them, in order.
        model: What they look at.
        epochs: Number of the last epoch, from 1.
        steps: Steps of an epoch.
    """

    def __init__(
        self,
        callbacks: Sequence[keras.callbacks.Callback],
        model: keras.Model,
        *,
        epochs: int,
        steps: int,
    ) -> None:
        super().__init__(
            list(callbacks), add_history=True, model=model, epochs=epochs, steps=steps, verbose=0
        )
        self.epochs, self.steps = epochs, steps
        self._hearing = [one for one in self.callbacks if batches_to(one) is not None]

    def next_batch(self) -> int | None:
        """Count the batches up to the next one whose figures are wanted; None for no batch."""
        return min(filter(None, map(batches_to, self._hearing)), default=None)

    def on_batches(self, begin: int, end: int, figures: Callable[[], dict[str, float]]) -> None:
        """Tell those who listen of the batches that have run.

        Args:
            begin: Number of the first in the epoch, from 0.
            end: Number behind the last.
            figures: Gives the figures of the epoch so far.
        """
        if not self._hearing:
            return
        logs = figures()
        for batch in range(begin, end):
            self.on_train_batch_begin(batch)
            self.on_train_batch_end(batch, logs)


def batches_to(callback: Any) -> int | None:
    """Count the batches up to the next one whose figures a callback wants; None for no batch."""
    if isinstance(callback, keras.callbacks.TensorBoard):
        if callback.update_freq == "epoch":
            return None
        if callback.write_steps_per_second:
            return 1  # it takes the time of each
        return int(callback.update_freq - callback._global_train_batch % callback.update_freq)
    if isinstance(callback, keras.callbacks.ModelCheckpoint):
        if callback.save_freq == "epoch":
            return None
        return int(max(1, callback.save_freq - callback._batches_seen_since_last_saving))
    listens = any(
        getattr(type(callback), name) is not getattr(keras.callbacks.Callback, name)
        for name in HOOKS
    )
    return 1 if listens and not isinstance(callback, DEAF) else None


@contextmanager
def monitors_may_be_absent() -> Iterator[None]:
    """Let callbacks say nothing of a figure that is missing.

    Monitors are checked before: one is missing only where `validation_freq` skips it.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* which is not available", UserWarning)
        yield
