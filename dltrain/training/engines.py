"""Which engine runs the epochs, by a fixed rule of network, rows, epochs and device.

Never by a stopwatch: the engines differ in bits, so the same file has to choose the same one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import keras
import tensorflow as tf

from dltrain.errors import listed
from dltrain.model.leaves import leaves

# Layers that XLA makes faster on a CPU, or does not slow down. Convolutions take 40 times as long
# under it, recurrent layers gain nothing (docs/log.md); what is not here stays a graph.
FAST_LAYERS = frozenset({
    "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "BatchNormalization",
    "Concatenate", "Dense", "Dot", "Dropout", "ELU", "Embedding", "Flatten", "GaussianDropout",
    "GaussianNoise", "GlobalAveragePooling1D", "GlobalMaxPooling1D", "InputLayer",
    "LayerNormalization", "LeakyReLU", "Maximum", "Minimum", "Multiply", "Normalization", "PReLU",
    "Permute", "ReLU", "RepeatVector", "Rescaling", "Reshape", "Softmax", "SpatialDropout1D",
    "Subtract", "UnitNormalization",
})  # fmt: skip
# What XLA saves, measured on two cores (docs/log.md): some of each step, whatever the network, and
# some of each weight for every row of the step, and for its update, which counts as so many rows.
SAVED_A_STEP = 1e-4  # seconds
SAVED_A_WEIGHT_AND_ROW = 3e-11  # seconds
UPDATE_ROWS = 30
# What has to be saved: compiling takes about a second, and trainings often stop early.
LEAST_SAVED = 2.0  # seconds


@dataclass(frozen=True)
class Engine:
    """What runs the epochs.

    Attributes:
        name: "graph", "xla" or "keras".
        reason: Why, in words.
    """

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name} ({self.reason})"


def choose_engine(
    model: keras.Model, wanted: str = "auto", *, rows: int, batch_size: int, steps: int
) -> Engine:
    """Choose what runs the epochs of a training.

    Args:
        model: The network.
        wanted: `training.engine`.
        rows: Train rows.
        batch_size: Rows of a step.
        steps: Steps of all epochs.
    """
    if wanted != "auto":
        return Engine(wanted, "the file says so")
    if tf.config.list_physical_devices("GPU"):
        return Engine("graph", "on a GPU")
    if rows < batch_size:
        return Engine("graph", "one short batch")
    if slow := sorted({type(layer).__name__ for layer in leaves(model)} - FAST_LAYERS):
        return Engine("graph", f"XLA does not speed up {listed(slow)}")
    weights = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    a_step = SAVED_A_STEP + SAVED_A_WEIGHT_AND_ROW * weights * (batch_size + UPDATE_ROWS)
    if steps * a_step < LEAST_SAVED:
        return Engine("graph", "a short training: XLA would cost more to compile than it saves")
    return Engine("xla", "a long training: XLA saves more than it costs to compile")
