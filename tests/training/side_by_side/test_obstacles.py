"""Which networks can train side by side, and what is said of those that cannot."""

import keras
import numpy as np
import pytest

from dltrain.errors import ModelError
from dltrain.training.side_by_side import obstacle, train_side_by_side
from dltrain.training.side_by_side.numbers import NUMBERS, OF_OPTIMIZERS, differing_numbers
from dltrain.training.side_by_side.obstacles import LAYERS

layers, optimizers, callbacks = keras.layers, keras.optimizers, keras.callbacks
schedules = optimizers.schedules


def network(
    *hidden, units=4, rate=0.1, l2=0.1, optimizer="adam", loss="mse", metrics=("mae",), inputs=3
):
    penalty = keras.regularizers.L2(l2)
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            layers.Dense(units, "relu", kernel_regularizer=penalty),
            layers.Dropout(rate),
            *hidden,
            layers.Dense(1),
        ]
    )
    model.compile(optimizer, loss, metrics=list(metrics), jit_compile=False)
    return model


def rows(width=3, dtype=np.float32):
    return np.zeros((4, width), dtype), np.zeros((4, 1), np.float32)


def decaying(rate, steps=10):
    return optimizers.SGD(schedules.ExponentialDecay(rate, steps, 0.9))


class Recounting(callbacks.Callback):
    """Looks at the model."""


ALIKE = {
    "names, weights and seeds": ({}, {}),
    "learning rates": ({"optimizer": optimizers.Adam(0.1)}, {}),
    "dropout and penalties": ({"rate": 0.5, "l2": 0.0}, {}),
    "numbers of the optimizer": (
        {"optimizer": optimizers.Adam(beta_1=0.8, clipnorm=0.5)},
        {"optimizer": optimizers.Adam(clipnorm=2.0)},
    ),
    "numbers of a schedule": ({"optimizer": decaying(0.1)}, {"optimizer": decaying(0.2)}),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE.keys())
def test_networks_may_differ_in_numbers(one, other):
    models = [network(**one), network(**other)]

    assert obstacle(models, [rows()] * 2, [rows()] * 2, [[], []], batch_size=2) is None


DIFFERENT = {
    "units": (
        {"units": 4}, {"units": 5},
        "a difference in architecture.layers.1.units: 4 in network 1, 5 in network 2",
    ),
    "no dropout": (
        {}, {"rate": 0.0},
        "a difference in architecture.layers.2.rate: 'a number' in network 1, 0.0 in network 2",
    ),
    "loss": ({}, {"loss": "mae"}, "a difference in loss: 'mse' in network 1, 'mae' in network 2"),
    "metrics": (
        {}, {"metrics": ("mse",)},
        "a difference in metrics.0: 'mae' in network 1, 'mse' in network 2",
    ),
    "optimizer": (
        {}, {"optimizer": "sgd"},
        "a difference in optimizer.class_name: 'Adam' in network 1, 'SGD' in network 2",
    ),
    "clipping": (
        {}, {"optimizer": optimizers.Adam(clipnorm=0.5)},
        "a difference in optimizer.clipnorm: null in network 1, 'a number' in network 2",
    ),
    "steps of a schedule": (
        {"optimizer": decaying(0.1)}, {"optimizer": decaying(0.1, 20)},
        "a difference in optimizer.learning_rate.decay_steps: 10 in network 1, 20 in network 2",
    ),
    "inputs": (
        {}, {"inputs": 4},
        "a difference in architecture.layers.0.batch_shape.1: 3 in network 1, 4 in network 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other", "reason"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_differs_is_named(one, other, reason):
    models = [network(**one), network(**other)]

    assert obstacle(models, [rows()] * 2, batch_size=2) == reason


def test_layers_that_are_not_vectorised_are_named():
    def model():
        return network(layers.Reshape((2, 2)), layers.LSTM(2))

    reason = obstacle([model(), model()], [rows()] * 2, batch_size=2)

    assert reason == "layers that are not vectorised: LSTM"


def test_loss_scaling_is_an_obstacle():
    scaled = optimizers.LossScaleOptimizer(optimizers.SGD())

    reason = obstacle([network(optimizer=scaled)], [rows()], batch_size=2)

    assert reason == "the optimizer LossScaleOptimizer, which is not vectorised"


def test_large_networks_are_an_obstacle():
    models = [network(units=4000)]

    assert obstacle(models, [rows()], batch_size=49) is None
    assert obstacle(models, [rows()], batch_size=50) == (
        "20001 weights at 50 rows a step, which fill the cores alone"
    )


def test_some_optimizers_do_not_vectorise_embeddings():
    model = keras.Sequential([keras.Input((3,)), layers.Embedding(3, 2), layers.Flatten()])
    model.compile("adagrad", "mse")

    reason = obstacle([model], [rows()], batch_size=2)

    assert reason == "an embedding under Adagrad, which is not vectorised"


def test_a_train_step_of_its_own_is_an_obstacle():
    class Own(keras.Sequential):
        def train_step(self, data):
            return {}

    model = Own([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")

    assert obstacle([model], [rows()], batch_size=2) == "a train step of its own, that of Own"


def test_callbacks_that_need_the_model_are_named():
    models, listening = [network(), network()], [[], [Recounting(), callbacks.TerminateOnNaN()]]

    reason = obstacle(models, [rows()] * 2, None, listening, batch_size=2)

    assert reason == "callbacks that need the model: Recounting"


def test_a_rate_that_two_would_set_is_an_obstacle():
    models, listening = [network(optimizer=decaying(0.1))], [[callbacks.ReduceLROnPlateau()]]

    reason = obstacle(models, [rows()], None, listening, batch_size=2)

    assert reason == "ReduceLROnPlateau beside a schedule of the learning rate"


def test_rows_of_different_kinds_are_an_obstacle():
    models = [network(), network()]

    reason = obstacle(models, [rows(), rows(dtype=np.float64)], batch_size=2)

    assert reason == (
        "train rows of different kinds: (('float32', 3), ('float32', 1)) in network 1, "
        "(('float64', 3), ('float32', 1)) in network 2"
    )


def test_who_trains_such_networks_nevertheless_is_told_why_not():
    with pytest.raises(ModelError) as caught:
        train_side_by_side(
            [network(), network(units=5)], [rows()] * 2, epochs=1, batch_size=2, seeds=[0, 1]
        )

    assert str(caught.value) == (
        "got networks with a difference in architecture.layers.1.units: 4 in network 1, 5 in "
        "network 2, expected networks that can train side by side. Train each alone."
    )


def test_the_numbers_that_differ_are_found():
    models = [network(rate=0.1, optimizer=optimizers.Adam(0.1, beta_1=0.8)), network(rate=0.3)]

    found = {(type(slot.owner).__name__, slot.name): slot.values for slot in
             differing_numbers(models)}  # fmt: skip

    assert found == {("Adam", "beta_1"): (0.8, 0.9), ("Dropout", "rate"): (0.1, 0.3)}


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_each_number_is_an_argument_of_keras(name):
    parts = (layers, optimizers, schedules, keras.regularizers)
    kind = next(getattr(part, name) for part in parts if hasattr(part, name))
    needed = {
        "CosineDecay": (0.1, 10), "ExponentialDecay": (0.1, 10, 0.9), "GaussianNoise": (0.1,),
        "InverseTimeDecay": (0.1, 10, 0.9), "PolynomialDecay": (0.1, 10),
    }  # fmt: skip
    rate = (0.1,) if "Dropout" in name else needed.get(name, ())

    config = kind(*rate).get_config()

    assert set(NUMBERS[name]) <= set(config)


def test_layers_and_optimizers_are_those_of_keras():
    assert [name for name in LAYERS if not hasattr(layers, name)] == []
    assert [name for name in OF_OPTIMIZERS if not hasattr(optimizers, name)] == []
