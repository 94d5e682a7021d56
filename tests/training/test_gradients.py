"""Gradient norms: equal to those of a closed form, when they are due, and without a trace."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltrain.model.objective import objective
from dltrain.model.objectives import named_objectives
from dltrain.training import train
from dltrain.training.gradients import Gradients, is_recurrent, norms_by_layer, terms_of

ROWS = 300


@pytest.fixture
def rows():
    draw = np.random.default_rng(0)
    return draw.normal(size=(ROWS, 3)).astype("float32"), draw.normal(size=(ROWS, 1)).astype(
        "float32"
    )


def goal(loss="auto"):
    return objective(loss, [], task="regression", outputs=1, label_smoothing=0.0, threshold=0.5)


def network(*hidden, penalty=None):
    keras.utils.set_random_seed(0)
    first = keras.Input((3,))
    tensor = first
    for layer in hidden:
        tensor = layer(tensor)
    output = keras.layers.Dense(1, name="output", kernel_regularizer=penalty)(tensor)
    model = keras.Model(first, output)
    model.compile("sgd", "mse")
    return model


def test_the_norm_of_a_linear_network_is_that_of_the_normal_equations(rows):
    x, y = rows
    model = network(penalty=keras.regularizers.L2(0.1))
    weights, bias = (one.numpy() for one in model.weights)
    left = x @ weights + bias - y
    slope = 2 / ROWS * np.concatenate([x.T @ left, left.sum(keepdims=True)])
    slope[:3] += 0.2 * weights

    loss, norms = norms_by_layer(model, terms_of(goal()), x, y)

    assert loss == pytest.approx((left**2).mean() + 0.1 * (weights**2).sum(), rel=1e-5)
    assert norms == {"output": pytest.approx(np.linalg.norm(slope), rel=1e-5)}


LOSSES = {
    "a mean": ("mse", {"penalty": keras.regularizers.L2(0.1)}),
    "a mean over what a mask lets through": ("mse", {"masked": True}),
    "a mean with weights": ("mae", {"weighed": True}),
    "a mean by weights": (
        {"type": "mean_squared_error", "reduction": "mean_with_sample_weight"}, {"weighed": True},
    ),
    "a root of a mean": ("rmse", {}),
    "a root of a mean with weights": ("rmse", {"weighed": True}),
    "a sum": ({"type": "huber", "reduction": "sum"}, {"penalty": keras.regularizers.L1(0.1)}),
}  # fmt: skip


@pytest.mark.parametrize(("loss", "how"), LOSSES.values(), ids=LOSSES.keys())
def test_losses_and_slopes_are_those_that_keras_computes(rows, loss, how):
    x, y = rows
    x[::3] = 0
    hidden = [keras.layers.Masking(0.0)] if how.get("masked") else []
    model = network(*hidden, keras.layers.Dense(4, "tanh"), penalty=how.get("penalty"))
    weights = np.linspace(0, 2, ROWS, dtype="float32") if how.get("weighed") else None
    plain = goal(loss).compiled()["loss"]
    with tf.GradientTape() as tape:
        expected = plain(y, model(x), weights) + sum(model.losses)
    slopes = tape.gradient(expected, [one.value for one in model.layers[-1].weights])

    found, norms = norms_by_layer(model, terms_of(goal(loss)), x, y, weights)

    assert found == pytest.approx(float(expected), rel=1e-5)
    assert norms["output"] == pytest.approx(float(tf.linalg.global_norm(slopes)), rel=1e-5)


def test_layers_that_do_not_learn_have_no_norm(rows):
    hidden = keras.layers.Dense(4, name="hidden", trainable=False)

    _, norms = norms_by_layer(network(hidden), terms_of(goal()), *rows)

    assert list(norms) == ["output"]


def test_the_losses_of_several_outputs_are_weighed():
    parts = {"a": {"task": "regression", "outputs": 1}, "b": {"task": "regression", "outputs": 1}}
    several = named_objectives(
        {"a": "auto", "b": "auto"}, {"a": [], "b": []}, {"a": 1.0, "b": 3.0}, outputs=parts,
        label_smoothing=0.0, threshold=0.5,
    )  # fmt: skip
    y, outputs = np.zeros((5, 1), "float32"), np.ones((5, 1), "float32")

    found = terms_of(several)({"a": y, "b": y}, {"a": outputs, "b": 2 * outputs})

    assert [(factor, values.numpy().tolist()) for factor, values in found] == [
        (1.0, [1.0] * 5),
        (3.0, [4.0] * 5),
    ]


def test_norms_are_taken_now_and_then_and_at_the_end(rows):
    looking = Gradients(rows, goal())

    train(network(), rows, epochs=11, batch_size=32, seed=0, callbacks=[looking])

    assert [epoch for epoch, *_ in looking.norms] == [0, 1, 8, 11]


def test_recurrent_networks_are_looked_at_in_the_end_alone(rows):
    model = network(keras.layers.Reshape((3, 1)), keras.layers.LSTM(2))
    looking = Gradients(rows, goal())

    train(model, rows, epochs=2, batch_size=64, seed=0, callbacks=[looking])

    assert is_recurrent(model)
    assert {epoch for epoch, *_ in looking.norms} == {2}


@pytest.mark.parametrize("engine", ["graph", "keras"])
def test_looking_changes_no_bit_of_a_training(rows, engine):
    def trained(*callbacks):
        hidden = [keras.layers.Dense(8, "relu"), keras.layers.BatchNormalization()]
        model = network(*hidden, keras.layers.Dropout(0.5), keras.layers.GaussianNoise(0.1))
        history = train(
            model, rows, rows, epochs=3, batch_size=32, seed=0, callbacks=callbacks, engine=engine
        ).history
        variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
        return history, [np.asarray(one.numpy()).tobytes() for one in variables]

    assert trained(Gradients(rows, goal())) == trained()
