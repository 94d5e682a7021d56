"""The networks in Keras, compiled."""

from __future__ import annotations

import keras
from keras import layers

from peers.clock import Clock
from peers.works import (
    CLASSES,
    EMBEDDING_SIZE,
    EMBEDDING_UNITS,
    EPSILON,
    FILTERS,
    LENGTH,
    LSTM_UNITS,
    RATE,
    TABLE_COLUMNS,
    TABLE_UNITS,
    UNITS,
    WORDS,
    Work,
)


class Mark(keras.callbacks.Callback):
    """Tell the clock that an epoch has ended, and end the training where it says so."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Note the time."""
        if self.clock.epoch_ends():
            self.model.stop_training = True


def callbacks_of(work: Work, clock: Clock) -> list[keras.callbacks.Callback]:
    """Give the clock, and early stopping where there are val rows."""
    stopping = [keras.callbacks.EarlyStopping(patience=work.epochs)] if work.val_rows else []
    return [*stopping, Mark(clock)]


def network(work: Work, jit_compile: str | bool) -> keras.Model:
    """Build and compile the network of a work.

    Args:
        work: The work.
        jit_compile: Keras's argument.
    """
    keras.utils.set_random_seed(0)
    units, activation = (1, "sigmoid") if work.is_binary else (CLASSES, "softmax")
    output = layers.Dense(units, activation=activation)
    model = keras.Sequential([*BUILDERS[work.network](work), output])
    loss = "binary_crossentropy" if work.is_binary else "sparse_categorical_crossentropy"
    adam = keras.optimizers.Adam(RATE, epsilon=EPSILON)
    model.compile(adam, loss, metrics=["accuracy"], jit_compile=jit_compile)
    return model


def _mlp(work: Work) -> list[keras.layers.Layer]:
    hidden = []
    for _ in range(2):
        hidden.append(layers.Dense(UNITS, activation="relu"))
        if work.dropout:
            hidden.append(layers.Dropout(work.dropout))
    return [*_pixels(), layers.Flatten(), *hidden]


def _table(work: Work) -> list[keras.layers.Layer]:
    return [keras.Input((TABLE_COLUMNS,)), layers.Dense(TABLE_UNITS, activation="relu")]


def _convolution(work: Work) -> list[keras.layers.Layer]:
    stack = [*_pixels(), layers.Reshape((28, 28, 1))]
    for filters in FILTERS:
        stack += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D()]
    return [*stack, layers.Flatten()]


def _embedding(work: Work) -> list[keras.layers.Layer]:
    hidden = layers.Dense(EMBEDDING_UNITS, activation="relu")
    return [*_vectors(), layers.GlobalAveragePooling1D(), hidden]


def _lstm(work: Work) -> list[keras.layers.Layer]:
    return [*_vectors(), layers.LSTM(LSTM_UNITS)]


def _pixels() -> list[keras.layers.Layer]:
    return [keras.Input((28, 28), dtype="uint8"), layers.Rescaling(1 / 255)]


def _vectors() -> list[keras.layers.Layer]:
    return [keras.Input((LENGTH,), dtype="int32"), layers.Embedding(WORDS, EMBEDDING_SIZE)]


BUILDERS = {
    "mlp": _mlp,
    "table": _table,
    "convolution": _convolution,
    "embedding": _embedding,
    "lstm": _lstm,
}
