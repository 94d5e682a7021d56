"""Keras's callbacks for the loop, and the one that keeps the best weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from dltrain.config.agreement import PATH_ARGUMENTS, takes_monitor
from dltrain.model.objects import build

LOG_FOLDER = "logs"


class BestWeights(keras.callbacks.Callback):
    """Keep a copy of the weights of the best epoch in memory.

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

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Copy the weights where the figure is better than ever before."""
        figure = (logs or {}).get(self.monitor)
        if figure is None or math.isnan(figure):
            return
        if not self.epoch or self.sign * figure > self.value:
            self.value = self.sign * figure
            self.epoch = epoch + 1
            self.weights = self.model.get_weights()


class EachEpoch(keras.callbacks.Callback):
    """Call a function when an epoch has ended."""

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self.then = then

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Call the function."""
        self.then()


def build_callbacks(
    choices: list[dict[str, Any]], folder: Path, modes: dict[str, str]
) -> list[keras.callbacks.Callback]:
    """Build the callbacks of a file; what they write lands in the run folder.

    Args:
        choices: Each callback as plain data.
        folder: The run folder.
        modes: "max" or "min" for every column of the history.

    Returns:
        Keras's callbacks, in the file's order.
    """
    return [build("callback", _complete(choice, folder, modes)) for choice in choices]


def _complete(choice: dict[str, Any], folder: Path, modes: dict[str, str]) -> dict[str, Any]:
    """Spell out paths, and the monitor and mode that Keras would have to guess."""
    choice = dict(choice)
    if takes_monitor(choice):
        monitor = choice.get("monitor", "val_loss").replace("val.", "val_", 1)
        choice["monitor"] = monitor
        if choice.get("mode", "auto") == "auto":
            choice["mode"] = modes[monitor]
    argument = PATH_ARGUMENTS.get(choice["type"])
    if argument:
        path = folder / choice.get(argument, LOG_FOLDER)
        path.parent.mkdir(parents=True, exist_ok=True)
        choice[argument] = str(path)
    return choice
