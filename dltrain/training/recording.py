"""The history of a training, written down as its epochs end."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

import keras
import tensorflow as tf

from dltrain.errors import DivergenceError
from dltrain.model.passes import output_names, plain_logs
from dltrain.training.trained import Trained

VAL = "val_"


class Recorder(keras.callbacks.Callback):
    """Write down each epoch, and end a training that has lost itself. Stands before all others.

    Args:
        trained: Where to.
        last_epoch: Number of the last epoch that the training may have, from 1.
        marks: Further cells of each row, such as the phase.
    """

    def __init__(self, trained: Trained, *, last_epoch: int, marks: Mapping[str, float]) -> None:
        super().__init__()
        self.trained, self.last_epoch, self.marks = trained, last_epoch, marks
        self._started = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Compile the look at the weights."""
        weights = self.model.trainable_variables

        @tf.function(autograph=False)
        def are_finite() -> tf.Tensor:
            finite = [tf.reduce_all(tf.math.is_finite(weight.value)) for weight in weights]
            return tf.reduce_all([True, *finite])

        self._are_finite = are_finite
        self.trained.stopped_early = False

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Start the clock."""
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write a row.

        Raises:
            DivergenceError: The loss or a weight is not finite.
        """
        logs = self._in_order(logs or {})
        self.trained.history.append({"epoch": epoch + 1, **self.marks, **logs})
        self.trained.seconds.append(time.perf_counter() - self._started)
        for name in ("loss", "val_loss"):
            if not math.isfinite(logs.get(name, 0.0)):
                raise _diverged(epoch + 1, f"{name} {logs[name]}", "a finite number")
        # What the last step has ruined, and what a ReLU hides: it turns NaN into 0.
        if not self._are_finite():
            raise _diverged(epoch + 1, "weights that are not finite", "finite numbers")

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Keep the last weights, before another callback puts back the best."""
        self.trained.last = self.model.get_weights()
        self.trained.stopped_early = self.model.stop_training and self._done < self.last_epoch

    def _in_order(self, logs: Mapping[str, float]) -> dict[str, float]:
        """Bring figures into the order of the history; Keras sorts them by name."""
        names = output_names(self.model)
        train = {name: value for name, value in logs.items() if not name.startswith(VAL)}
        val = {name.removeprefix(VAL): logs[name] for name in logs if name.startswith(VAL)}
        ordered = plain_logs(val, names) if val else {}
        return plain_logs(train, names) | {f"{VAL}{name}": ordered[name] for name in ordered}

    @property
    def _done(self) -> int:
        return int(self.trained.history[-1]["epoch"]) if self.trained.history else 0


def _diverged(epoch: int, got: str, expected: str) -> DivergenceError:
    way_out = "Try a lower `optimizer.learning_rate`, `optimizer.clipnorm=1`, or scaled inputs."
    return DivergenceError(f"epoch {epoch}: got {got}, expected {expected}. {way_out}")
