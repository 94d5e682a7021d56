"""Keras's callbacks for the loop, and the one that keeps the best weights."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from dltrain.config.checks.agreement import PATH_ARGUMENTS
from dltrain.config.checks.monitors import canonical_monitor, takes_monitor
from dltrain.errors import Key, ModelError, listed, sentence, shown
from dltrain.model.objects import arguments, build
from dltrain.model.refusals import REFUSALS, refused_arguments

LOG_FOLDER = "logs"


class BestWeights(keras.callbacks.Callback):
    """Keep a copy of the weights of the best epoch in memory, over all phases.

    They are the weights that were judged: for a figure of the val rows those of the validation,
    where `swap_ema_weights` may have put averages in. They count once the epoch has ended, so it
    must stand behind the `Recorder`, which ends a training that diverges, and before other
    callbacks. Where no epoch has the figure, the weights of the last one are kept.

    Args:
        monitor: Column of the history.
        mode: "max" or "min".

    Attributes:
        epoch: Number of the best epoch, from 1; 0 before the first.
        weights: Its weights, in the model's order.
    """

    def __init__(self, monitor: str, mode: str) -> None:
        super().__init__()
        self.monitor = monitor
        self.sign = 1.0 if mode == "max" else -1.0
        self.value = -math.inf
        self.epoch = 0
        self.weights: list[np.ndarray] = []
        self._running = 0
        self._better: tuple[float, list[np.ndarray]] | None = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Note the epoch's number."""
        self._running, self._better = epoch + 1, None

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        """Judge by the val rows."""
        if self.monitor.startswith("val_"):
            self._judge((logs or {}).get(self.monitor.removeprefix("val_")))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Judge by the train rows; keep what was judged to be better."""
        if not self.monitor.startswith("val_"):
            self._judge((logs or {}).get(self.monitor))
        if self._better:
            # All at once: a second Ctrl-C must not leave old weights under the new number.
            (self.value, self.weights), self.epoch = self._better, self._running
            self._better = None

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Fall back on the last epoch."""
        if not self.epoch:
            self.epoch, self.weights = self._running, self.model.get_weights()

    def _judge(self, figure: float | None) -> None:
        """Copy the weights where the figure is better than ever before."""
        if figure is None or math.isnan(figure):
            return
        if not self.epoch or self.sign * figure > self.value:
            self._better = self.sign * figure, self.model.get_weights()


class PlainCheckpoint(keras.callbacks.ModelCheckpoint):
    """Keras's `model_checkpoint`, writing the model that dltrain saves instead of the network.

    Args:
        saved: A model that shares the network's weights.
        **arguments: Keras's arguments.
    """

    def __init__(self, saved: keras.Model, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.saved = saved

    def set_model(self, model: keras.Model) -> None:
        """Write the other model."""
        super().set_model(self.saved)


class EachEpoch(keras.callbacks.Callback):
    """Call a function when an epoch has ended."""

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self.then = then

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Call the function."""
        self.then()


def check_callbacks(choices: list[dict[str, Any]], modes: dict[str, str]) -> None:
    """Build the callbacks of a file and throw them away, to find mistakes before the training.

    Args:
        choices: Each callback as plain data.
        modes: "max" or "min" for every column of the history.

    Raises:
        ModelError: Keras refuses an argument, or a package is missing.
    """
    for index, choice in enumerate(choices):
        _built(choice, Path(), modes, None, index)
        if choice["type"] == "model_checkpoint":
            _check_placeholders(choice["filepath"], modes, ("callbacks", index, "filepath"))


def build_callbacks(
    choices: list[dict[str, Any]],
    folder: Path,
    modes: dict[str, str],
    saved: keras.Model | None = None,
) -> list[keras.callbacks.Callback]:
    """Build the callbacks of a file; what they write lands in the run folder.

    Args:
        choices: Each callback as plain data.
        folder: The run folder.
        modes: "max" or "min" for every column of the history.
        saved: What `model_checkpoint` writes, sharing the network's weights; default: the
            network itself.

    Returns:
        Keras's callbacks, in the file's order.

    Raises:
        ModelError: Keras refuses an argument, or a package is missing.
    """
    for choice in choices:
        if argument := PATH_ARGUMENTS.get(choice["type"]):
            path = folder / choice.get(argument, LOG_FOLDER)
            path.parent.mkdir(parents=True, exist_ok=True)
    return [_built(choice, folder, modes, saved, index) for index, choice in enumerate(choices)]


def _built(
    choice: dict[str, Any],
    folder: Path,
    modes: dict[str, str],
    saved: keras.Model | None,
    index: int,
) -> keras.callbacks.Callback:
    key = ("callbacks", index)
    if choice["type"] == "tensorboard" and importlib.util.find_spec("tensorboard") is None:
        got, expected = "tensorboard, which is not installed", "the package of that name"
        way_out = "Install it: pip install 'dltrain[tensorboard]'."
        raise ModelError(sentence(got, expected, way_out), key=key)
    complete = _complete(choice, folder, modes)
    try:
        if choice["type"] == "model_checkpoint" and saved is not None:
            return PlainCheckpoint(saved, **arguments("callback", complete))
        return build("callback", complete, key)
    except REFUSALS as error:
        raise ModelError(refused_arguments(choice["type"], error), key=key) from error


def _check_placeholders(path: str, modes: dict[str, str], key: Key) -> None:
    """Check that `{NAME}` in a path is the epoch or a column of the history."""
    try:
        path.format(epoch=1, batch=1, **dict.fromkeys(modes, 0.0))
    except (LookupError, ValueError, AttributeError) as error:
        way_out = f"Fields are {listed(['epoch', *modes])}."
        message = sentence(shown(path), "a path whose fields a run can fill", way_out)
        raise ModelError(message, key=key) from error


def _complete(choice: dict[str, Any], folder: Path, modes: dict[str, str]) -> dict[str, Any]:
    """Spell out paths, and the monitor and mode that Keras would have to guess."""
    choice = dict(choice)
    if takes_monitor(choice):
        monitor = canonical_monitor(choice.get("monitor", "val_loss"))
        choice["monitor"] = monitor
        if choice.get("mode", "auto") == "auto":
            # A checkpoint of every epoch watches nothing, so its monitor need not exist.
            choice["mode"] = modes.get(monitor, "min")
    if argument := PATH_ARGUMENTS.get(choice["type"]):
        choice[argument] = str(folder / choice.get(argument, LOG_FOLDER))
    return choice
