"""The loop as a graph ends in the bits of `model.fit`; XLA is as near as rounding allows.

Rows come in their own order here, so that one call of `fit` is the oracle; that the loop's order
is followed as well, `test_loop` shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest

from dltrain.training import train

layers, optimizers = keras.layers, keras.optimizers
EPOCHS = 3
SIZES = {"1000 by 64": (1000, 64), "1000 by 50": (1000, 50), "2050 by 64": (2050, 64)}


def table(n_rows: int) -> tuple[Any, Any]:
    random = np.random.default_rng(n_rows)
    x = random.normal(size=(n_rows, 6)).astype(np.float32)
    return x, random.integers(0, 3, n_rows).astype(np.int32)


def halves(n_rows: int) -> tuple[Any, Any]:
    x, y = table(n_rows)
    return x, (y[:, None] > 0).astype(np.float32)


def pictures(n_rows: int) -> tuple[Any, Any]:
    random = np.random.default_rng(n_rows)
    x = random.integers(0, 256, (n_rows, 8, 8, 1)).astype(np.uint8)
    return x, random.integers(0, 3, n_rows).astype(np.int32)


def tokens(n_rows: int) -> tuple[Any, Any]:
    random = np.random.default_rng(n_rows)
    x = random.integers(0, 20, (n_rows, 7)).astype(np.int32)
    return x, random.integers(0, 2, (n_rows, 1)).astype(np.float32)


class Penalty(layers.Layer):
    """A loss of its own, by `add_loss`."""

    def call(self, x: Any) -> Any:
        self.add_loss(0.01 * keras.ops.mean(keras.ops.square(x)))
        return x


def stack(*hidden: Any, outputs: int = 3, shape: tuple[int, ...] = (6,), dtype: Any = None) -> Any:
    """Stack layers into a network that tells classes."""
    activation = "softmax" if outputs > 1 else "sigmoid"
    last = layers.Dense(outputs, activation, dtype="float32")
    return keras.Sequential([keras.Input(shape, dtype=dtype), *hidden, last])


@dataclass(frozen=True)
class Case:
    """A model, its rows, and what else `fit` is told.

    Attributes:
        make: Gives the layers.
        data: Gives rows.
        optimizer: Gives the optimizer.
        metrics: Metrics.
        options: Arguments that the loop and `fit` share.
        is_random: Whether layers draw numbers, which XLA draws in another way.
    """

    make: Callable[[], Any]
    data: Callable[[int], tuple[Any, Any]] = table
    optimizer: Callable[[], Any] = lambda: optimizers.Adam(0.01)
    metrics: tuple[str, ...] = ("accuracy",)
    options: dict[str, Any] = field(default_factory=dict)
    is_random: bool = False

    def model(self) -> Any:
        keras.utils.set_random_seed(7)
        model = self.make()
        loss = "sparse_categorical_crossentropy" if self.data in (table, pictures) else (
            "binary_crossentropy"
        )  # fmt: skip
        model.compile(self.optimizer(), loss, metrics=list(self.metrics), jit_compile=False)
        return model


def dense() -> Any:
    return stack(layers.Dense(16, "relu"))


def half_precise(policy: str) -> Callable[[], Any]:
    return lambda: stack(layers.Dense(16, "relu", dtype=policy))


def attention() -> Any:
    first = keras.Input((7,), dtype="int32")
    seen = layers.Embedding(20, 8)(first)
    seen = layers.LayerNormalization()(seen + layers.MultiHeadAttention(2, 4)(seen, seen))
    return keras.Model(first, layers.Dense(1, "sigmoid")(layers.GlobalAveragePooling1D()(seen)))


def regularized() -> Any:
    return stack(
        layers.Dense(16, "relu", kernel_regularizer=keras.regularizers.L1L2(1e-4, 1e-3)),
        layers.BatchNormalization(), layers.Dropout(0.3),
    )  # fmt: skip


def convolutional() -> Any:
    return stack(
        layers.Rescaling(1 / 255), layers.Conv2D(4, 3, activation="relu"),
        layers.MaxPooling2D(), layers.Flatten(), layers.Dropout(0.2),
        shape=(8, 8, 1), dtype="uint8",
    )  # fmt: skip


def embedded() -> Any:
    return stack(
        layers.Embedding(20, 4), layers.GlobalAveragePooling1D(), layers.Dense(8, "tanh"),
        outputs=1, shape=(7,), dtype="int32",
    )  # fmt: skip


def recurrent() -> Any:
    return stack(layers.Embedding(20, 4), layers.LSTM(5), outputs=1, shape=(7,), dtype="int32")


def frozen() -> Any:
    return stack(layers.Dense(8, "relu", trainable=False), layers.Dense(8, "relu"))


def penalised() -> Any:
    return stack(layers.Dense(16, "relu", activity_regularizer="l2"), Penalty())


def noisy() -> Any:
    return stack(layers.GaussianNoise(0.1), layers.Dense(8, "elu"), layers.GaussianDropout(0.1))


def decaying() -> Any:
    return optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 20, 0.9), momentum=0.9)


WEIGHTS = {0: 0.5, 1: 1.0, 2: 3.0}
CASES = {
    "batch normalisation, dropout and penalties": Case(
        regularized, optimizer=lambda: optimizers.Adam(0.01, clipnorm=1.0), is_random=True
    ),
    "convolutions over uint8": Case(
        convolutional, pictures, lambda: optimizers.SGD(0.05, momentum=0.9), is_random=True
    ),
    "embedding": Case(embedded, tokens, lambda: optimizers.RMSprop(0.01)),
    "lstm": Case(recurrent, tokens),
    "attention": Case(attention, tokens, lambda: optimizers.SGD(0.1)),
    "noise": Case(noisy, is_random=True),
    "losses of its own": Case(penalised),
    "metrics with state": Case(
        lambda: stack(layers.Dense(8, "relu"), outputs=1), halves, metrics=("auc", "precision")
    ),
    "averaged weights": Case(
        dense, optimizer=lambda: optimizers.Adam(0.01, use_ema=True, ema_momentum=0.9)
    ),
    "gradients of several batches": Case(
        dense, optimizer=lambda: optimizers.Adam(0.01, gradient_accumulation_steps=3)
    ),
    "clipped values": Case(dense, optimizer=lambda: optimizers.SGD(0.1, clipvalue=0.01)),
    "clipped by the norm of all": Case(
        dense, optimizer=lambda: optimizers.Nadam(0.01, global_clipnorm=0.1, weight_decay=1e-3)
    ),
    "a schedule": Case(dense, optimizer=decaying),
    "frozen layers": Case(frozen, optimizer=lambda: optimizers.Adagrad(0.1)),
    "mixed_float16": Case(half_precise("mixed_float16")),
    "mixed_bfloat16": Case(half_precise("mixed_bfloat16")),
    "sparse validation": Case(dense, options={"validation_freq": 2, "validation_batch_size": 33}),
}  # fmt: skip


def bits(model: Any) -> list[bytes]:
    return [array.tobytes() for array in model.get_weights()]


def by_loop(case: Case, rows: Any, val: Any, batch_size: int, **more: Any) -> tuple[Any, list]:
    model = case.model()
    options = {"validation_batch_size": batch_size} | case.options | more
    trained = train(
        model, rows, val, epochs=EPOCHS, batch_size=batch_size, seed=0, shuffle=False, **options
    )
    return model, [{name: row[name] for name in row if name != "epoch"} for row in trained.history]


def by_fit(case: Case, rows: Any, val: Any, batch_size: int, **more: Any) -> tuple[Any, list]:
    model = case.model()
    x, y, *weights = rows
    columns = model.fit(
        x, y, batch_size, epochs=EPOCHS, shuffle=False, validation_data=val, verbose=0,
        sample_weight=weights[0] if weights else None, **case.options, **more,
    ).history  # fmt: skip
    sparse = case.options.get("validation_freq", 1)
    return model, [
        {name: values[epoch // sparse if name.startswith("val_") else epoch]
         for name, values in columns.items()
         if not name.startswith("val_") or (epoch + 1) % sparse == 0}
        for epoch in range(EPOCHS)
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize(("n_rows", "batch_size"), SIZES.values(), ids=SIZES.keys())
def test_a_graph_ends_in_the_bits_of_fit(case, n_rows, batch_size):
    rows, val = case.data(n_rows), case.data(130)

    model, history = by_loop(case, rows, val, batch_size)
    expected, expected_history = by_fit(case, rows, val, batch_size)

    assert history == expected_history
    assert bits(model) == bits(expected)


BATCHES = {"one row": (60, 1), "all rows": (96, 96), "more than all rows": (50, 64)}


@pytest.mark.slow
@pytest.mark.parametrize(("n_rows", "batch_size"), BATCHES.values(), ids=BATCHES.keys())
def test_batches_of_any_size_end_in_the_bits_of_fit(n_rows, batch_size):
    case, rows, val = Case(regularized), table(n_rows), table(40)

    model, history = by_loop(case, rows, val, batch_size)
    expected, expected_history = by_fit(case, rows, val, batch_size)

    assert history == expected_history
    assert bits(model) == bits(expected)


@pytest.mark.slow
@pytest.mark.parametrize(("n_rows", "batch_size"), SIZES.values(), ids=SIZES.keys())
def test_weights_of_classes_and_rows_end_in_the_bits_of_fit(n_rows, batch_size):
    case, (x, y), val = Case(regularized), table(n_rows), table(130)
    by_class = np.array([WEIGHTS[one] for one in y], np.float32)

    model, history = by_loop(case, (x, y, by_class), val, batch_size)
    by_weight, row_history = by_fit(case, (x, y, by_class), val, batch_size)
    by_classes, class_history = by_fit(case, (x, y), val, batch_size, class_weight=WEIGHTS)

    assert history == row_history == class_history
    assert bits(model) == bits(by_weight) == bits(by_classes)


@pytest.mark.slow
@pytest.mark.parametrize("steps", [3, 16, 23])
def test_epochs_of_some_steps_follow_each_other_as_in_a_repeated_dataset(steps):
    import tensorflow as tf

    case, rows = Case(regularized), table(1000)
    repeated = tf.data.Dataset.from_tensor_slices(rows).batch(64).repeat()
    expected = case.model()

    model, history = by_loop(case, rows, None, 64, steps_per_epoch=steps)
    columns = expected.fit(
        repeated, epochs=EPOCHS, steps_per_epoch=steps, shuffle=False, verbose=0
    ).history

    assert [row["loss"] for row in history] == columns["loss"]
    assert bits(model) == bits(expected)


@pytest.mark.slow
def test_a_training_can_begin_at_a_later_epoch():
    case, rows = Case(dense), table(200)
    expected = case.model()

    model = case.model()
    trained = train(model, rows, epochs=2, first=3, batch_size=32, seed=0, shuffle=False)
    expected.fit(*rows, 32, initial_epoch=3, epochs=5, shuffle=False, verbose=0)

    assert bits(model) == bits(expected)
    assert [row["epoch"] for row in trained.history] == [4, 5]


@pytest.mark.slow
def test_the_engine_keras_ends_in_the_bits_of_the_graph():
    case, rows, val = Case(regularized), table(1000), table(130)

    expected, expected_history = by_loop(case, rows, val, 64)
    model, history = by_loop(case, rows, val, 64, engine="keras")

    assert history == expected_history
    assert bits(model) == bits(expected)


STEADY = {name: case for name, case in CASES.items() if not case.is_random}
# Recurrent layers and 16-bit numbers round at other places.
COARSE = ("mixed_float16", "mixed_bfloat16")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in STEADY if name not in COARSE])
def test_xla_is_as_near_as_rounding_allows(name):
    case = STEADY[name]
    rows, val = case.data(1000), case.data(130)

    model, history = by_loop(case, rows, val, 64, engine="xla")
    expected, expected_history = by_loop(case, rows, val, 64)

    for row, wanted in zip(history, expected_history, strict=True):
        assert row == pytest.approx(wanted, rel=1e-4)
    change = [
        np.abs(one - other).max() / max(np.abs(other).max(), 1e-3)
        for one, other in zip(model.get_weights(), expected.get_weights(), strict=True)
    ]
    assert max(change) < 1e-4
