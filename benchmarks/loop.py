"""How much faster is the loop than Keras's `fit`, on the same model and rows?

    python benchmarks/loop.py

Each line is one kind of work: seconds an epoch in `fit` and in the loop, compiling left out (the
first epoch of each is not counted), and their ratio. The machine's load changes the seconds;
read the ratio, and run it more than once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import keras
import numpy as np

from dltrain.training import Trained, train

EPOCHS = 5


def main() -> None:
    """Print one line for each kind of work."""
    rng = np.random.default_rng(0)
    print(f"{'work':44}{'fit':>9}{'loop':>9}{'ratio':>7}")
    for name, make, shape, n_rows, batch_size in WORK:
        x = rng.normal(size=(n_rows, *shape)).astype(np.float32)
        y = rng.integers(0, 10, n_rows).astype(np.int32)
        val = (x[: n_rows // 10], y[: n_rows // 10])
        by_fit = seconds_of_fit(make(), x, y, val, batch_size)
        by_loop = seconds_of_loop(make(), x, y, val, batch_size)
        print(f"{name:44}{by_fit:8.3f}s{by_loop:8.3f}s{by_fit / by_loop:6.1f}×", flush=True)


def seconds_of_fit(
    model: keras.Model, x: np.ndarray, y: np.ndarray, val: tuple, batch_size: int
) -> float:
    """Median seconds of an epoch of `model.fit`, validation included."""
    clock = Clock()
    model.fit(
        x, y, batch_size=batch_size, epochs=EPOCHS + 1, validation_data=val,
        callbacks=[clock], verbose=0,
    )  # fmt: skip
    return float(np.median(clock.seconds[1:]))


def seconds_of_loop(
    model: keras.Model, x: np.ndarray, y: np.ndarray, val: tuple, batch_size: int
) -> float:
    """Median seconds of an epoch of the loop, validation included."""
    trained: Trained = train(model, (x, y), val, epochs=EPOCHS + 1, batch_size=batch_size, seed=0)
    return float(np.median(trained.seconds[1:]))


class Clock(keras.callbacks.Callback):
    """Seconds of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Start the clock."""
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Stop the clock."""
        self.seconds.append(time.perf_counter() - self.started)


def compiled(shape: tuple[int, ...], *layers: keras.layers.Layer) -> keras.Model:
    """Stack layers into a classifier of ten classes."""
    keras.utils.set_random_seed(0)
    output = keras.layers.Dense(10, activation="softmax")
    model = keras.Sequential([keras.Input(shape), *layers, output])
    loss, metrics = "sparse_categorical_crossentropy", ["accuracy"]
    model.compile("adam", loss, metrics=metrics, jit_compile=False)
    return model


def dense(units: int) -> keras.layers.Layer:
    """One hidden layer."""
    return keras.layers.Dense(units, activation="relu")


def small() -> keras.Model:
    """29-16-10."""
    return compiled((29,), dense(16))


def mlp() -> keras.Model:
    """784-128-128-10."""
    return compiled((784,), dense(128), dense(128))


def cnn() -> keras.Model:
    """Two convolutions with pooling."""
    return compiled(
        (28, 28, 1),
        keras.layers.Conv2D(16, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(32, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
    )


WORK: list[tuple[str, Callable[[], keras.Model], tuple[int, ...], int, int]] = [
    ("table 29-16-10, 212 rows, batch 32", small, (29,), 212, 32),
    ("table 29-16-10, 212 rows, batch 1", small, (29,), 212, 1),
    ("MLP 784-128-128-10, 20 000 rows, batch 128", mlp, (784,), 20_000, 128),
    ("CNN 28×28, 4 000 rows, batch 128", cnn, (28, 28, 1), 4_000, 128),
]

if __name__ == "__main__":
    main()
