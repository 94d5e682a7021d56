"""Steps at given rates: equal to gradient descent in NumPy, batch by batch."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from dltrain.model.passes import prepare_metrics
from dltrain.training.feeding import feed_of, segments
from dltrain.training.order import epoch_order
from dltrain.training.rate_steps import RateSteps

ROWS = 50


@pytest.fixture
def linear():
    draw = np.random.default_rng(0)
    x = draw.normal(size=(ROWS, 3)).astype("float32")
    return x, (x @ [[1.0], [2.0], [-1.0]] + 0.5).astype("float32")


def network(optimizer="sgd"):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(optimizer, "mse")
    model.optimizer.build(model.trainable_variables)
    return model


def by_hand(x, y, weights, rates, batch_size):
    """Do the same in NumPy: the losses before each update."""
    weights, losses = weights.astype(float), []
    x = np.hstack([x, np.ones((len(x), 1))])
    batches = [
        order[start : start + batch_size]
        for order in (epoch_order(len(x), seed=5, epoch=number) for number in range(len(rates)))
        for start in range(0, len(x), batch_size)
    ]
    for chosen, rate in zip(batches[: len(rates)], rates, strict=True):
        left = x[chosen] @ weights - y[chosen]
        losses.append((left**2).mean())
        weights = weights - rate * 2 / len(chosen) * x[chosen].T @ left
    return losses


@pytest.mark.parametrize("batch_size", [1, 10, 16, ROWS, 64])
def test_the_losses_are_those_before_each_update(linear, batch_size):
    x, y = linear
    model = network()
    rates = np.geomspace(1e-3, 0.2, 60)
    weights = np.vstack([model.weights[0].numpy(), model.weights[1].numpy()[None]])
    prepare_metrics(model, x, y)
    feed = feed_of((x, y), batch_size, seed=5, shuffle=True)
    steps, losses = RateSteps(model, feed), []

    for block, start, stop in segments(feed, 0, len(rates)):
        losses += steps(block, start, rates[len(losses) : len(losses) + stop - start]).tolist()

    assert losses == pytest.approx(by_hand(x, y, weights, rates, batch_size), rel=1e-3, abs=1e-6)


def test_the_rate_of_the_last_step_stays(linear):
    model = network(keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD()))
    prepare_metrics(model, *linear)
    feed = feed_of(linear, 10, seed=0, shuffle=True)
    (block,) = feed.blocks(0, 0)

    RateSteps(model, feed)(block, 0, np.array([0.5, 0.25]))

    assert float(model.optimizer.learning_rate) == 0.25
