"""The weights at some epochs of a training, for a drawing of its way."""

from __future__ import annotations

import keras
import numpy as np

MOST_FRAMES = 60


class Film(keras.callbacks.Callback):
    """Keep a copy of the weights now and then, evenly over the epochs, however many there will be.

    Every epoch is kept at first; when there are too many, every second one is dropped, and so on.
    What is kept belongs to the state of a training, so one that goes on keeps the same epochs as
    one that never stopped.

    Args:
        most: How many epochs are kept at most, beside the beginning.

    Attributes:
        epochs: Numbers of the epochs that are kept, from 1; 0 is the beginning.
        every: One epoch in so many is kept.
        weights: Their weights, one epoch behind the other, each in the model's order.
    """

    def __init__(self, most: int = MOST_FRAMES) -> None:
        super().__init__()
        self.most, self.every = most, 1
        self.epochs: list[int] = []
        self.weights: list[np.ndarray] = []

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Keep the weights that the training begins with."""
        if not self.epochs:
            self._keep(0)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keep the weights where it is their turn."""
        if (epoch + 1) % self.every == 0:
            self._keep(epoch + 1)
        if len(self.epochs) > self.most + 1:
            self.every *= 2
            kept = {one: weights for one, weights in self.frames.items() if one % self.every == 0}
            self.epochs = list(kept)
            self.weights = [one for weights in kept.values() for one in weights]

    @property
    def frames(self) -> dict[int, list[np.ndarray]]:
        """The weights of each epoch that is kept."""
        size = len(self.weights) // max(1, len(self.epochs))
        return {
            epoch: self.weights[size * at : size * (at + 1)] for at, epoch in enumerate(self.epochs)
        }

    def _keep(self, epoch: int) -> None:
        self.epochs.append(epoch)
        self.weights += self.model.get_weights()
