"""Networks that train side by side end as each of them does alone.

`train` is the oracle. In float64 sums in another order change the last digits only, so weights and
figures agree to 1e-9 after many epochs, and trainings stop in the same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest

from dltrain.training import train
from dltrain.training.callbacks import BestWeights
from dltrain.training.side_by_side import train_side_by_side

layers, optimizers, callbacks = keras.layers, keras.optimizers, keras.callbacks


@pytest.fixture(params=["float64", "float32"])
def precision(request):
    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(request.param)
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)


def table(n_rows: int, seed: int) -> tuple[Any, ...]:
    random = np.random.default_rng([n_rows, seed])
    x = random.normal(size=(n_rows, 5)).astype(keras.config.floatx())
    noise = random.normal(size=(n_rows, 1))
    return x, (x[:, :1] + x[:, 1:2] + noise > 0).astype(keras.config.floatx())


def weighed(n_rows: int, seed: int) -> tuple[Any, ...]:
    x, y = table(n_rows, seed)
    return x, y, np.where(y[:, 0] > 0, 2.5, 0.5).astype(y.dtype)


def tokens(n_rows: int, seed: int) -> tuple[Any, ...]:
    random = np.random.default_rng([n_rows, seed])
    x = random.integers(0, 9, (n_rows, 6)).astype(np.int32)
    return x, ((x == 3).sum(1, keepdims=True) > 0).astype(keras.config.floatx())


def two_inputs(n_rows: int, seed: int) -> tuple[Any, ...]:
    x, y = table(n_rows, seed)
    return {"left": x[:, :2], "right": x[:, 2:]}, y


def two_outputs(n_rows: int, seed: int) -> tuple[Any, ...]:
    x, y = table(n_rows, seed)
    return x, {"class": y, "amount": x[:, :1] * 2}


def stack(*hidden: Any, shape: tuple[int, ...] = (5,), dtype: Any = None) -> Any:
    last = layers.Dense(1, "sigmoid")
    return keras.Sequential([keras.Input(shape, dtype=dtype), *hidden, last])


def dense(number: int) -> Any:
    return stack(layers.Dense(6, "tanh"))


def dropped_out(number: int) -> Any:
    return stack(layers.Dense(8, "relu"), layers.Dropout(0.1 + 0.2 * number))


def noisy(number: int) -> Any:
    return stack(layers.GaussianNoise(0.1 + 0.2 * number), layers.Dense(8, "relu"))


def normalised(number: int) -> Any:
    # A bias in front would have rounding noise as its gradient, which Adam blows up in float32.
    return stack(layers.Dense(8, use_bias=False), layers.BatchNormalization(), layers.ReLU())


def penalised(number: int) -> Any:
    penalty = keras.regularizers.L1L2(0.001 * number, 0.01 + 0.01 * number)
    activity = keras.regularizers.L2(0.01 * number)
    first = layers.Dense(6, "tanh", kernel_regularizer=penalty, activity_regularizer=activity)
    return stack(first, layers.Dense(4, bias_regularizer=keras.regularizers.L1(0.01 * number)))


def embedded(number: int) -> Any:
    return stack(
        layers.Embedding(9, 3), layers.GlobalAveragePooling1D(), layers.Dense(4, "tanh"),
        shape=(6,), dtype="int32",
    )  # fmt: skip


def joined(number: int) -> Any:
    left, right = keras.Input((2,), name="left"), keras.Input((3,), name="right")
    both = layers.Concatenate()([layers.Dense(3, "tanh")(left), right])
    inputs = {"left": left, "right": right}
    return keras.Model(inputs, layers.Dense(1, "sigmoid")(layers.Dense(4, "tanh")(both)))


def forked(number: int) -> Any:
    first = keras.Input((5,))
    hidden = layers.Dense(6, "tanh")(first)
    outputs = {"class": layers.Dense(1, "sigmoid", name="class")(hidden),
               "amount": layers.Dense(1, name="amount")(hidden)}  # fmt: skip
    return keras.Model(first, outputs)


def constrained(number: int) -> Any:
    return stack(layers.Dense(6, "tanh", kernel_constraint=keras.constraints.MaxNorm(0.8)))


def stopping(number: int) -> list[Any]:
    return [
        BestWeights("val_loss", "min"),
        callbacks.EarlyStopping("val_loss", patience=4, mode="min", restore_best_weights=True),
        callbacks.ReduceLROnPlateau("val_loss", patience=2, factor=0.5, mode="min"),
        callbacks.TerminateOnNaN(),
    ]


def scheduled(number: int) -> list[Any]:
    return [callbacks.LearningRateScheduler(lambda epoch, rate: rate * (0.9 - 0.1 * number))]


def own_rate(number: int) -> Any:
    return optimizers.Adam(0.01 * (1 + number))


@dataclass(frozen=True)
class Case:
    """Networks and what they train with; each function is given the network's number.

    Attributes:
        make: Gives the network.
        data: Gives rows.
        optimizer: Gives the optimizer.
        callbacks: Gives the callbacks.
        metrics: Metrics.
        rows: Number of train rows of each network.
        options: Arguments that both functions share.
    """

    make: Callable[[int], Any] = dense
    data: Callable[[int, int], tuple[Any, ...]] = table
    optimizer: Callable[[int], Any] = own_rate
    callbacks: Callable[[int], list[Any]] = lambda number: []
    metrics: Any = ("accuracy",)
    rows: tuple[int, ...] = (40, 40, 40)
    options: dict[str, Any] = field(default_factory=dict)

    def model(self, number: int) -> Any:
        keras.utils.set_random_seed(7 + number)
        model = self.make(number)
        loss, metrics = self.objective()
        model.compile(self.optimizer(number), loss, metrics=metrics, jit_compile=False)
        return model

    def objective(self) -> tuple[Any, Any]:
        loss = "binary_crossentropy"
        if self.data is two_outputs:
            return {"class": loss, "amount": "mean_squared_error"}, {"class": ["accuracy"]}
        areas = {"auc": keras.metrics.AUC(name="auc")}
        return loss, [areas.get(name, name) for name in self.metrics]

    def parts(self) -> tuple[list[Any], list[Any]]:
        rows = [self.data(count, number) for number, count in enumerate(self.rows)]
        vals = [self.data(count // 2, 100 + number)[:2] for number, count in enumerate(self.rows)]
        return rows, vals


def of_optimizer(make: Callable[[int], Any]) -> Case:
    return Case(optimizer=make)


CASES = {
    "adadelta": of_optimizer(lambda k: optimizers.Adadelta(0.5 + k, rho=0.9 + 0.02 * k)),
    "adagrad": of_optimizer(lambda k: optimizers.Adagrad(0.1 + 0.1 * k, epsilon=10.0 ** (k - 8))),
    "adam": of_optimizer(
        lambda k: optimizers.Adam(0.01 + 0.01 * k, beta_1=0.8 + 0.05 * k, beta_2=0.9 + 0.04 * k)
    ),
    "adamax": of_optimizer(lambda k: optimizers.Adamax(0.01 + 0.01 * k, beta_2=0.9 + 0.04 * k)),
    "adamw": of_optimizer(lambda k: optimizers.AdamW(0.01, weight_decay=0.01 + 0.01 * k)),
    "ftrl": of_optimizer(
        lambda k: optimizers.Ftrl(
            0.05 + 0.05 * k, beta=0.1 + 0.1 * k, l2_shrinkage_regularization_strength=0.01 * (1 + k)
        )
    ),
    "lion": of_optimizer(lambda k: optimizers.Lion(0.003 + 0.002 * k, beta_1=0.8 + 0.05 * k)),
    "nadam": of_optimizer(lambda k: optimizers.Nadam(0.01 + 0.01 * k, beta_1=0.8 + 0.05 * k)),
    "rmsprop": of_optimizer(lambda k: optimizers.RMSprop(0.01 + 0.01 * k, rho=0.8 + 0.05 * k)),
    "rmsprop, centered, momentum": of_optimizer(
        lambda k: optimizers.RMSprop(0.01, momentum=0.5 + 0.1 * k, centered=True, epsilon=1e-3)
    ),
    "sgd": of_optimizer(lambda k: optimizers.SGD(0.1 + 0.1 * k)),
    "sgd, momentum": of_optimizer(lambda k: optimizers.SGD(0.1, momentum=0.5 + 0.2 * k)),
    "sgd, nesterov": of_optimizer(lambda k: optimizers.SGD(0.1 + 0.1 * k, 0.9, nesterov=True)),
    "sgd, decaying": of_optimizer(
        lambda k: optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1 + 0.1 * k, 9, 0.9))
    ),
    "sgd, cosine": of_optimizer(
        lambda k: optimizers.SGD(optimizers.schedules.CosineDecay(0.1 + 0.1 * k, 20, 0.1 * (k + 1)))
    ),
    "sgd, polynomial": of_optimizer(
        lambda k: optimizers.SGD(optimizers.schedules.PolynomialDecay(0.3, 20, 0.1 * (k + 1)))
    ),
    "sgd, inverse time": of_optimizer(
        lambda k: optimizers.SGD(optimizers.schedules.InverseTimeDecay(0.3, 9, 0.1 * (k + 1)))
    ),
    "averaged weights": of_optimizer(
        lambda k: optimizers.Adam(0.01, use_ema=True, ema_momentum=0.9 + 0.03 * k)
    ),
    "averaged weights, put in now and then": of_optimizer(
        lambda k: optimizers.SGD(0.1 + 0.1 * k, use_ema=True, ema_overwrite_frequency=5)
    ),
    "clipnorm": of_optimizer(lambda k: optimizers.SGD(0.5, clipnorm=0.1 + 0.1 * k)),
    "global_clipnorm": of_optimizer(lambda k: optimizers.SGD(0.5, global_clipnorm=0.1 + 0.1 * k)),
    "clipvalue": of_optimizer(lambda k: optimizers.Adam(0.01, clipvalue=0.01 + 0.01 * k)),
    "gradients of several batches": of_optimizer(
        lambda k: optimizers.Adam(0.01 + 0.01 * k, gradient_accumulation_steps=3)
    ),
    "gradients of several batches, clipped, decaying": of_optimizer(
        lambda k: optimizers.SGD(
            0.1, 0.9, weight_decay=0.01 + 0.01 * k, clipnorm=0.3, gradient_accumulation_steps=2
        )
    ),
    "dropout": Case(dropped_out),
    "noise": Case(noisy),
    "batch normalisation": Case(normalised, rows=(40, 37, 44)),
    "penalties": Case(penalised),
    "constraint": Case(constrained),
    "sample weights": Case(data=weighed),
    "embedding": Case(embedded, tokens),
    "embedding, clipped": Case(
        embedded, tokens, lambda k: optimizers.SGD(0.5, 0.9, global_clipnorm=0.1 * (1 + k))
    ),
    "several inputs": Case(joined, two_inputs),
    "several outputs": Case(forked, two_outputs, rows=(40, 37, 44)),
    "early stopping and plateau": Case(
        callbacks=stopping, optimizer=lambda k: optimizers.Adam(0.1 * (1 + k)), rows=(40,) * 5
    ),
    "a schedule of epochs": Case(callbacks=scheduled),
    "ragged folds": Case(dropped_out, rows=(40, 41, 32, 55, 41)),
    "ragged folds that stop": Case(
        callbacks=stopping, optimizer=lambda k: optimizers.Adam(0.1 * (1 + k)),
        rows=(40, 41, 32, 55, 41), metrics=("auc",),
    ),
    "areas under curves": Case(metrics=("auc", "precision")),
    "rare validation": Case(options={"validation_freq": 2, "validation_batch_size": 8}),
    "more epochs": Case(options={"first": 3}),
    "no order": Case(options={"shuffle": False}),
    "one batch": Case(options={"batch_size": 64}),
    "single rows": Case(options={"batch_size": 1}, rows=(9, 9, 8)),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_each_network_ends_as_it_does_alone(case, precision):
    epochs, most = (30, 1e-9) if precision == "float64" else (10, 1e-5)

    together, alone = both_ways(case, epochs)

    assert_alike(together, alone, most)


def both_ways(case: Case, epochs: int) -> tuple[list[Any], list[Any]]:
    """Train side by side, and each network alone."""
    (rows, vals), numbers = case.parts(), range(len(case.rows))
    options = {"epochs": epochs, "batch_size": 16} | case.options
    models, listening = [case.model(k) for k in numbers], [case.callbacks(k) for k in numbers]
    found = train_side_by_side(
        models, rows, vals, seeds=[3 + k for k in numbers], callbacks=listening, **options
    )
    together, alone = list(zip(models, found, listening, strict=True)), []
    for k in numbers:
        model, own = case.model(k), case.callbacks(k)
        left = train(model, rows[k], vals[k], seed=3 + k, callbacks=own, **options)
        alone.append((model, left, own))
    return together, alone


def assert_alike(together: list[Any], alone: list[Any], most: float) -> None:
    for (ours, found, own), (theirs, expected, listening) in zip(together, alone, strict=True):
        assert [list(row) for row in found.history] == [list(row) for row in expected.history]
        assert found.stopped_early == expected.stopped_early
        assert len(found.seconds) == len(found.history)
        for row, other in zip(found.history, expected.history, strict=True):
            assert row == pytest.approx(other, rel=most, abs=most)
        assert_near(found.last, expected.last, most)
        assert_near(ours.get_weights(), theirs.get_weights(), most)
        for callback, other in zip(own, listening, strict=True):
            if isinstance(callback, BestWeights):
                assert callback.epoch == other.epoch
                assert_near(callback.weights, other.weights, most)


def assert_near(ours: list[Any], theirs: list[Any], most: float) -> None:
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=most, atol=most)
