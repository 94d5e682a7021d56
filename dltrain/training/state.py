"""What an exact continuation of a training needs, taken out of a running one and put back.

Weights, optimizer (its averages before they are applied), seeds, metrics in the middle of an epoch,
what callbacks count and keep, the history so far, and how far the training has come. The order of
rows is not part of it: it follows from the number of the step.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dltrain.errors import FolderError, sentence
from dltrain.training.callbacks import BestWeights
from dltrain.training.film import Film
from dltrain.training.gradients import Gradients
from dltrain.training.trained import Trained

FACTS = "facts"
# Number of the form in which a state is written; another one for every change of it.
FORM = 2
# What is raised where bytes are torn or no state.
BROKEN = (EOFError, KeyError, OSError, TypeError, ValueError, zipfile.BadZipFile, zlib.error)
# Attributes of callbacks that `on_train_begin` sets anew; those of other callbacks hold nothing.
KEPT: dict[type, tuple[str, ...]] = {
    BestWeights: ("value", "epoch", "weights", "_running"),
    Film: ("epochs", "every", "weights"),
    Gradients: ("norms", "_epoch"),
    keras.callbacks.CSVLogger: ("keys",),
    keras.callbacks.EarlyStopping: (
        "best", "best_epoch", "best_weights", "stopped_epoch", "wait",
    ),
    keras.callbacks.ModelCheckpoint: (
        "best", "_batches_seen_since_last_saving", "_last_batch_seen",
    ),
    keras.callbacks.ReduceLROnPlateau: ("best", "cooldown_counter", "wait"),
    keras.callbacks.SwapEMAWeights: ("_ema_weights_in_model",),
    keras.callbacks.TensorBoard: ("_global_test_batch", "_global_train_batch"),
}  # fmt: skip


class TornError(FolderError):
    """A state is not whole."""


@dataclass(frozen=True, order=True)
class Position:
    """How far a training has come.

    Attributes:
        phase: Number of the phase, from 0.
        epoch: Number of the epoch that goes on, or is next, from 0.
        step: Steps of it that are done.
        stopped: Whether a callback has ended the phase.
    """

    phase: int
    epoch: int
    step: int = 0
    stopped: bool = False


@dataclass(frozen=True)
class State:
    """A training that can go on.

    Attributes:
        position: How far it has come.
        history: One row for each epoch that is done.
        seconds: Wall time of each of these epochs.
        callbacks: For each callback its plain attributes.
        arrays: Everything else by name.
        file: Where it was read from, in the run folder; None for one that was not.
    """

    position: Position
    history: list[dict[str, float]]
    seconds: list[float]
    callbacks: list[dict[str, Any]]
    arrays: dict[str, np.ndarray]
    file: Path | None = field(default=None, compare=False)

    def to_bytes(self) -> bytes:
        """Write it as an npz archive, whose checksums tell a torn one."""
        foreign = {name: one for name, one in self.arrays.items() if one.dtype.isbuiltin != 1}
        facts = {
            "form": FORM, "position": asdict(self.position), "history": self.history,
            "seconds": self.seconds, "callbacks": self.callbacks,
            "foreign": {name: one.dtype.name for name, one in foreign.items()},
        }  # fmt: skip
        text = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        # bfloat16 and its like are none of NumPy's: npz keeps their bytes and loses what they are.
        plain = {name: one.view(f"u{one.itemsize}") for name, one in foreign.items()}
        buffer = io.BytesIO()
        np.savez(buffer, **{FACTS: text}, **self.arrays | plain)  # type: ignore[arg-type]
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> State:
        """Read what `to_bytes` wrote.

        Raises:
            TornError: It is not whole.
            FolderError: Another version of dltrain has written it in another form.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            facts = json.loads(arrays.pop(FACTS).tobytes())
            if facts.pop("form", None) != FORM:
                got, expected = "a state of another version of dltrain", "one of this version"
                way_out = "Go on with that version, which environment.json names."
                raise FolderError(sentence(got, expected, way_out))
            for name, dtype in facts.pop("foreign").items():
                arrays[name] = arrays[name].view(tf.as_dtype(dtype).as_numpy_dtype)
            facts["position"] = Position(**facts["position"])
            return cls(**facts, arrays=arrays)
        except BROKEN as error:
            raise TornError(sentence("a torn state", "a whole one")) from error


def capture(
    model: keras.Model,
    callbacks: Sequence[keras.callbacks.Callback],
    trained: Trained,
    position: Position,
) -> State:
    """Copy the state of a running training.

    Args:
        model: The model, in training.
        callbacks: Those of the training.
        trained: What it has left so far.
        position: How far it has come.
    """
    plain: list[dict[str, Any]] = []
    arrays = {name: np.array(one.numpy()) for name, one in _variables(model)}
    for at, callback in enumerate(callbacks):
        plain.append({})
        for name in _kept(callback):
            value = getattr(callback, name)
            if isinstance(value, list) and all(isinstance(one, np.ndarray) for one in value):
                arrays |= {f"callbacks/{at}/{name}/{i}": one for i, one in enumerate(value)}
                plain[-1][name] = {"arrays": len(value)}
            else:
                plain[-1][name] = value.item() if isinstance(value, np.generic) else value
    return State(position, list(trained.history), list(trained.seconds), plain, arrays)


def restore(
    state: State,
    model: keras.Model,
    callbacks: Sequence[keras.callbacks.Callback],
) -> None:
    """Put variables and callbacks back into a training that has just begun in the same way.

    Args:
        state: What `capture` gave.
        model: The model, compiled as it was.
        callbacks: The same callbacks, after their `on_train_begin`.

    Raises:
        FolderError: The state is that of another training.
    """
    variables = dict(_variables(model))
    shapes = {name: tuple(one.shape) for name, one in variables.items()}
    kept = {name: one for name, one in state.arrays.items() if not name.startswith("callbacks/")}
    if shapes != {name: one.shape for name, one in kept.items()}:
        raise FolderError(sentence("the state of another network", "that of this one"))
    for name, variable in variables.items():
        variable.assign(kept[name])
    for at, (callback, plain) in enumerate(zip(callbacks, state.callbacks, strict=True)):
        for name, value in plain.items():
            if isinstance(value, dict):
                count = value["arrays"]
                value = [state.arrays[f"callbacks/{at}/{name}/{i}"] for i in range(count)]
            setattr(callback, name, value)


def _variables(model: keras.Model) -> Iterator[tuple[str, Any]]:
    """Name all variables that a step may change, in an order that follows from the model."""
    kinds = {
        "model": model.variables,
        "optimizer": model.optimizer.variables,
        "metrics": model.metrics_variables,
    }
    for kind, variables in kinds.items():
        for at, variable in enumerate(variables):
            yield f"{kind}/{at}", variable


def _kept(callback: keras.callbacks.Callback) -> tuple[str, ...]:
    return next((names for kind, names in KEPT.items() if isinstance(callback, kind)), ())
