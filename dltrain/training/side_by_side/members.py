"""One network among those that train side by side, as Keras's callbacks see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from dltrain.errors import DivergenceError
from dltrain.training.recording import Recorder
from dltrain.training.side_by_side.stack import Stack
from dltrain.training.trained import Trained


class Member:
    """What callbacks take for the model while it trains.

    Args:
        number: The network's number.
        stack: Where its values are.

    Attributes:
        stop_training: Whether a callback wishes that its training ends.
        is_finite: Whether the weights that learn are, after the last epoch.
        optimizer: What callbacks take for its optimizer.
    """

    def __init__(self, number: int, stack: Stack) -> None:
        self.number, self.stack = number, stack
        self.stop_training, self.is_finite = False, True
        self.optimizer = MemberOptimizer(number, stack)

    @property
    def metrics(self) -> list[Any]:
        """The metrics, by which callbacks find out whether more is better."""
        return self.stack.models[0].metrics

    @property
    def output(self) -> Any:
        """What the network puts out, by which figures are put into order."""
        first = self.stack.models[0]
        return None if isinstance(first, keras.Sequential) else first.output

    def get_weights(self) -> list[np.ndarray]:
        """Copy the weights, in the model's order."""
        return self.stack.weights_of(self.number)


class MemberOptimizer:
    """What callbacks take for the optimizer: its learning rate."""

    def __init__(self, number: int, stack: Stack) -> None:
        self._number, self._stack = number, stack

    @property
    def learning_rate(self) -> Any:
        """The learning rate, ()."""
        return self._stack.scalar_of(self._number, self._variable)

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        self._stack.set_scalar(self._number, self._variable, rate)

    @property
    def _variable(self) -> Any:
        return self._stack.models[0].optimizer._learning_rate


class MemberRecorder(Recorder):
    """A recorder whose look at the weights the compiled steps have done."""

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Nothing has stopped yet."""
        self.trained.stopped_early = False
        self._are_finite = lambda: self.model.is_finite


class Completion(keras.callbacks.Callback):
    """Add to an epoch's row the figures that callbacks have added. Stands behind all others."""

    def __init__(self, trained: Trained) -> None:
        super().__init__()
        self.trained = trained

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add them."""
        self.trained.history[-1] |= logs or {}


class Training:
    """The training of one network: its callbacks, and what it leaves.

    Args:
        number: The network's number.
        stack: Where its values are.
        trained: What it leaves.
        callbacks: Its own callbacks.
        end: Number of the last epoch, from 1.
        steps: Steps of an epoch.

    Attributes:
        runs: Whether it has neither stopped nor failed.
    """

    def __init__(
        self,
        number: int,
        stack: Stack,
        trained: Trained,
        callbacks: Sequence[keras.callbacks.Callback],
        *,
        end: int,
        steps: int,
    ) -> None:
        self.number, self.stack, self.trained = number, stack, trained
        self.member, self.runs = Member(number, stack), True
        self._logs: dict[str, float] = {}
        recorder = MemberRecorder(trained, last_epoch=end, marks={})
        self.callbacks = keras.callbacks.CallbackList(
            [recorder, *callbacks, Completion(trained)],
            model=self.member, epochs=end, steps=steps, verbose=0,
        )  # fmt: skip
        for callback in callbacks:
            _compare_plainly(callback)
        self.callbacks.on_train_begin()

    def begin(self, epoch: int) -> None:
        """Tell the callbacks that an epoch begins."""
        self.callbacks.on_epoch_begin(epoch)

    def end(
        self,
        epoch: int,
        train: Mapping[str, float],
        val: Mapping[str, float],
        *,
        is_finite: bool,
    ) -> None:
        """Tell the callbacks that an epoch has ended; keep the failure where it is one.

        Args:
            epoch: Its number, from 0.
            train: Loss and metrics.
            val: Those of the validation; none where there was none.
            is_finite: Whether the weights that learn are.
        """
        self.member.is_finite = is_finite
        if val:
            self.callbacks.on_test_begin()
            self.callbacks.on_test_end(dict(val))
        self._logs = {**train, **{f"val_{name}": value for name, value in val.items()}}
        try:
            self.callbacks.on_epoch_end(epoch, self._logs)
        except DivergenceError as error:
            self.trained.failure = error
            self.leave()
        else:
            if self.member.stop_training:
                self.finish()

    def finish(self) -> None:
        """End the training as Keras does, on the network itself."""
        self.leave()
        self.stack.put_averages_back(self.number)
        model = self.stack.models[self.number]
        model.stop_training = self.member.stop_training
        self.callbacks.set_model(model)
        self.callbacks.on_train_end(self._logs)

    def leave(self) -> None:
        """Give the network the values that it has now, for good."""
        self.runs = False
        self.stack.put_back(self.number)


def _compare_plainly(callback: keras.callbacks.Callback) -> None:
    """Let a callback compare figures by NumPy, in Keras's precision and 50 times as fast."""
    operations = {keras.ops.less: np.less, keras.ops.greater: np.greater}
    if not hasattr(callback, "_set_monitor_op"):
        return
    if callback.monitor_op is None:
        callback._set_monitor_op()
    compare, kind = operations[callback.monitor_op], np.dtype(keras.config.floatx()).type
    callback.monitor_op = lambda one, other: bool(compare(kind(one), kind(other)))
