"""The formulas of a university course on Keras, in NumPy, against what the loop computes.

No oracle calls Keras; each computes in float64 from the float32 numbers that the loop is given.
Where textbooks differ, about the place of epsilon for one, it follows Keras 3 and says so.
"""

import math
from collections import defaultdict
from functools import partial

import keras
import numpy as np
import pytest

from dltrain.model.form import Form
from dltrain.model.losses import build_loss
from dltrain.model.metrics import build_metric
from dltrain.model.objects import build
from dltrain.model.passes import evaluation_batch
from dltrain.model.seeding import set_seed
from dltrain.training import train

EPOCHS = 5
# float32 rounds each operation by at most 2**-24 = 6e-8; two layers, a gradient and twenty steps
# chain some hundred of them. Near 0, where sums cancel, the same holds against terms near 1.
CLOSE = {"rtol": 1e-5, "atol": 1e-6}
# Rows in the order in which they lie, so that the oracles meet the same batches.
train_in_order = partial(train, seed=0, shuffle=False)


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def batches(n_rows, batch_size):
    """Cut the rows as they lie; the last batch is short where the size does not divide them."""
    return [slice(start, start + batch_size) for start in range(0, n_rows, batch_size)]


def mean_over_rows(loss, y, outputs, batch_size):
    """Weigh the loss of each batch by its rows."""
    cut = batches(len(y), batch_size)
    return sum(loss(y[one], outputs[one]) * len(y[one]) for one in cut) / len(y)


# Keras keeps probabilities away from 0 and 1; 1 - 1e-7 is no float32, its neighbour is taken.
LEAST, MOST = 1e-7, float(np.float32(1 - 1e-7))


def squared_error(y, outputs):
    return np.mean((y - outputs) ** 2)


def root_of_squared_error(y, outputs):
    return np.sqrt(squared_error(y, outputs))


def binary(y, p):
    p = np.clip(p, LEAST, MOST)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_logits(y, z):
    """-y log σ(z) - (1 - y) log(1 - σ(z)), rewritten so that nothing overflows."""
    return np.mean(np.logaddexp(0, z) - y * z)


def categorical(y, p):
    p = np.clip(p / p.sum(axis=1, keepdims=True), LEAST, MOST)
    return -np.mean(np.sum(y * np.log(p), axis=1))


def categorical_logits(y, z):
    return np.mean(np.logaddexp.reduce(z, axis=1) - np.sum(y * z, axis=1))


def sparse(y, p):
    """Keras clips first here and lets the sum be 1 then, in the other order than above."""
    p = np.clip(p, LEAST, MOST)
    return -np.mean(np.log((p / p.sum(axis=1, keepdims=True))[np.arange(len(y)), y]))


def sparse_logits(y, z):
    return categorical_logits(np.eye(z.shape[1])[y], z)


# 80 makes float32 probabilities of exactly 0 and 1, right and wrong, that clipping would cut.
LOGITS = np.vstack([3 * drawn(9, 3), np.float32([[80, -80, 0], [-80, 80, 0]])])
# Eighths are float32 numbers, and so is what they lack to 1.
EIGHTHS = np.float32([[0, 1, 1], [1, 0, 1], *np.random.default_rng(1).integers(1, 8, (9, 3)) / 8])
CLASSES = np.int32([0, 1, 2, 0, 1, 2, 2, 1, 0, 0, 0])
ONE_HOT = np.eye(3, dtype=np.float32)[CLASSES]
LABELS = np.float32(np.random.default_rng(2).integers(0, 2, (11, 3)))
AMOUNTS = drawn(11, 3, seed=3)

# The loss, its arguments, the activation before it, inputs of the activation, targets, formula.
# Behind its own activation Keras computes a cross-entropy from the logits and clips nothing.
BINARY, CATEGORICAL = "binary_crossentropy", "categorical_crossentropy"
SPARSE, OF_LOGITS = "sparse_categorical_crossentropy", {"from_logits": True}
LOSSES = {
    "mse": ("mean_squared_error", {}, "linear", LOGITS, AMOUNTS, squared_error),
    "rmse": ("rmse", {}, "linear", LOGITS, AMOUNTS, root_of_squared_error),
    "binary": (BINARY, {}, "linear", EIGHTHS, LABELS, binary),
    "binary, sigmoid": (BINARY, {}, "sigmoid", LOGITS, LABELS, binary_logits),
    "binary, logits": (BINARY, OF_LOGITS, "linear", LOGITS, LABELS, binary_logits),
    "categorical": (CATEGORICAL, {}, "linear", EIGHTHS, ONE_HOT, categorical),
    "categorical, softmax": (CATEGORICAL, {}, "softmax", LOGITS, ONE_HOT, categorical_logits),
    "categorical, logits": (CATEGORICAL, OF_LOGITS, "linear", LOGITS, ONE_HOT, categorical_logits),
    "sparse": (SPARSE, {}, "linear", EIGHTHS, CLASSES, sparse),
    "sparse, softmax": (SPARSE, {}, "softmax", LOGITS, CLASSES, sparse_logits),
    "sparse, logits": (SPARSE, OF_LOGITS, "linear", LOGITS, CLASSES, sparse_logits),
}


def compiled(layers, optimizer, loss, metrics=()):
    model = keras.Sequential(layers)
    model.compile(optimizer, loss, metrics=list(metrics), jit_compile=False)
    return model


def unchanged(activation, loss, metrics=()):
    """Make a model that applies an activation to its inputs and learns nothing."""
    dense = keras.layers.Dense(3, activation, use_bias=False, kernel_initializer="identity")
    return compiled([keras.Input((3,)), dense], keras.optimizers.SGD(0.0), loss, metrics)


@pytest.mark.parametrize("case", LOSSES.values(), ids=LOSSES.keys())
def test_a_loss_is_the_mean_of_its_formula_over_the_rows(case):
    name, arguments, activation, x, y, formula = case
    model = unchanged(activation, build_loss({"type": name, **arguments}))
    val_x, val_y = np.concatenate([x] * 4), np.concatenate([y] * 4)  # more than one batch

    [row] = train_in_order(model, (x, y), (val_x, val_y), epochs=1, batch_size=4).history

    loss = mean_over_rows(formula, y, x.astype(float), 4)
    val_loss = mean_over_rows(formula, val_y, val_x.astype(float), evaluation_batch(4))
    assert (row["loss"], row["val_loss"]) == pytest.approx((loss, val_loss), rel=1e-5)


def test_the_rmse_of_an_epoch_is_the_root_over_all_rows_unlike_its_loss():
    choice = {"type": "root_mean_squared_error", "name": "rmse"}
    metric = build_metric(choice, Form("regression", outputs=3), ("metrics", 0))
    model, rows = unchanged("linear", build_loss({"type": "rmse"}), [metric]), (LOGITS, AMOUNTS)

    [row] = train_in_order(model, rows, rows, epochs=1, batch_size=4).history

    root = root_of_squared_error(AMOUNTS, LOGITS.astype(float))
    assert (row["rmse"], row["val_rmse"]) == pytest.approx((root, root), rel=1e-5)


# The activation of the hidden layer, and its slope where it has given a.
HIDDEN = {
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
}
# By the activation of the output: the loss, its formula, and its slope at the outputs z.
OUTPUTS = {
    "linear": ("mean_squared_error", squared_error, lambda y, z: 2 * (z - y) / z.size),
    "sigmoid": (BINARY, binary_logits, lambda y, z: (1 / (1 + np.exp(-z)) - y) / z.size),
}
X, VAL_X = drawn(13, 3, seed=4), drawn(7, 3, seed=5)
Y, VAL_Y = np.float32(drawn(13, 2, seed=6) > 0), np.float32(drawn(7, 2, seed=7) > 0)
# Kernel and bias of the hidden layer, then of the output.
START = [drawn(3, 4, seed=8), drawn(4, seed=9), drawn(4, 2, seed=10), drawn(2, seed=11)]
KERNELS = (0, 2)
NETWORKS = [("tanh", "linear"), ("relu", "linear"), ("relu", "sigmoid")]
STEPS = {"full batch": 13, "mini-batches": 4}


def forward(weights, x, hidden):
    w1, b1, w2, b2 = weights
    a = HIDDEN[hidden][0](x @ w1 + b1)
    return a, a @ w2 + b2


def gradients(weights, x, y, hidden, output):
    a, z = forward(weights, x, hidden)
    dz = OUTPUTS[output][2](y, z)
    da = dz @ weights[2].T * HIDDEN[hidden][1](a)
    return [x.T @ da, da.sum(axis=0), a.T @ dz, dz.sum(axis=0)]


def epoch_row(loss, val_loss, weights):
    """Put what an epoch leaves into one row of numbers."""
    return np.concatenate([[loss, val_loss], *(w.ravel() for w in weights)])


def by_hand(rule, hidden, output, batch_size, *, l1=0.0, l2=0.0):
    """Train in NumPy; give one row an epoch."""

    def loss(weights, x, y):
        penalty = sum(l1 * np.abs(weights[k]).sum() + l2 * (weights[k] ** 2).sum() for k in KERNELS)
        return OUTPUTS[output][1](y, forward(weights, x, hidden)[1]) + penalty

    weights, epochs, t = [w.astype(float) for w in START], [], 0
    past = [defaultdict(float) for _ in weights]
    for _ in range(EPOCHS):
        total = 0.0
        for batch in batches(len(X), batch_size):
            x, y, t = X[batch], Y[batch], t + 1
            total += loss(weights, x, y) * len(x)
            slopes = gradients(weights, x, y, hidden, output)
            for k in KERNELS:
                slopes[k] += l1 * np.sign(weights[k]) + 2 * l2 * weights[k]
            weights = [w + rule(g, p, t) for w, g, p in zip(weights, slopes, past, strict=True)]
        epochs.append(epoch_row(total / len(X), loss(weights, VAL_X, VAL_Y), weights))
    return epochs


def by_loop(optimizer, hidden, output, batch_size, regularizer=None):
    """Train by the loop; give one row an epoch."""
    dense = partial(keras.layers.Dense, kernel_regularizer=regularizer)
    layers = [keras.Input((3,)), dense(4, hidden), dense(2, output)]
    model, after = compiled(layers, optimizer, OUTPUTS[output][0]), []
    model.set_weights(START)
    keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: after.append(model.get_weights()))
    trained = train_in_order(
        model, (X, Y), (VAL_X, VAL_Y), epochs=EPOCHS, batch_size=batch_size, callbacks=[keep]
    )
    after[-1] = trained.last
    figures = [(row["loss"], row["val_loss"]) for row in trained.history]
    return [epoch_row(*row, weights) for row, weights in zip(figures, after, strict=True)]


# Update rules: from the gradient g, what the steps before have left, and the number t of the
# step, from 1, to what is added to the weight. Defaults are those of the Keras manual.


def sgd(g, past, t, *, learning_rate=0.01, momentum=0.0, nesterov=False):
    """Step along the velocity; Nesterov (Sutskever's form) steps from where it leads to."""
    past["v"] = momentum * past["v"] - learning_rate * g
    return momentum * past["v"] - learning_rate * g if nesterov else past["v"]


def adagrad(g, past, t, *, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7):
    """Keras starts the sum above 0 and puts epsilon under the root."""
    past["sum"] = past.get("sum", initial_accumulator_value) + g**2
    return -learning_rate * g / np.sqrt(past["sum"] + epsilon)


def adadelta(g, past, t, *, learning_rate=0.001, rho=0.95, epsilon=1e-7):
    """Zeiler's rule, which has no learning rate, times Keras's."""
    past["g"] = rho * past["g"] + (1 - rho) * g**2
    step = -np.sqrt(past["step"] + epsilon) / np.sqrt(past["g"] + epsilon) * g
    past["step"] = rho * past["step"] + (1 - rho) * step**2
    return learning_rate * step


def rmsprop(g, past, t, *, learning_rate=0.001, rho=0.9, epsilon=1e-7):
    """Keras puts epsilon under the root; Hinton's slides have none."""
    past["square"] = rho * past["square"] + (1 - rho) * g**2
    return -learning_rate * g / np.sqrt(past["square"] + epsilon)


def adam(g, past, t, *, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Kingma & Ba, end of section 2: epsilon stands beside the root that is not yet corrected."""
    past["m"] = beta_1 * past["m"] + (1 - beta_1) * g
    past["v"] = beta_2 * past["v"] + (1 - beta_2) * g**2
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return -rate * past["m"] / (np.sqrt(past["v"]) + epsilon)


def nadam(g, past, t, *, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Dozat's rule: momentum grows by 0.96**t; epsilon stands beside the corrected root."""
    momenta = [beta_1 * (1 - 0.5 * 0.96**step) for step in range(1, t + 2)]
    past["m"] = beta_1 * past["m"] + (1 - beta_1) * g
    past["v"] = beta_2 * past["v"] + (1 - beta_2) * g**2
    ahead = momenta[t] * past["m"] / (1 - math.prod(momenta))
    here = (1 - momenta[t - 1]) * g / (1 - math.prod(momenta[:-1]))
    return -learning_rate * (ahead + here) / (np.sqrt(past["v"] / (1 - beta_2**t)) + epsilon)


RULES = {"SGD": sgd, "Adagrad": adagrad, "Adadelta": adadelta}
RULES |= {"RMSprop": rmsprop, "Adam": adam, "Nadam": nadam}
# Epsilons so large that their places show; betas so small that 1 - beta**t, which float32 takes
# from numbers near 1, keeps six digits.
ADAM = {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01}
OPTIMIZERS = {
    "sgd": ("SGD", {"learning_rate": 0.1}),
    "momentum": ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    "nesterov": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {"learning_rate": 0.1, "epsilon": 0.1}),
    "adadelta": ("Adadelta", {"learning_rate": 0.7, "rho": 0.8, "epsilon": 0.01}),
    "rmsprop": ("RMSprop", {"learning_rate": 0.02, "rho": 0.8, "epsilon": 0.01}),
    "adam": ("Adam", ADAM),
    "nadam": ("Nadam", ADAM),
}


@pytest.mark.parametrize("batch_size", STEPS.values(), ids=STEPS.keys())
@pytest.mark.parametrize(("hidden", "output"), NETWORKS)
@pytest.mark.parametrize(("name", "arguments"), OPTIMIZERS.values(), ids=OPTIMIZERS.keys())
def test_epochs_end_where_backpropagation_does(name, arguments, hidden, output, batch_size):
    optimizer = getattr(keras.optimizers, name)(**arguments)

    got = by_loop(optimizer, hidden, output, batch_size)

    expected = by_hand(partial(RULES[name], **arguments), hidden, output, batch_size)
    np.testing.assert_allclose(got, expected, **CLOSE)


@pytest.mark.parametrize("name", RULES.keys())
def test_the_defaults_of_an_optimizer_are_those_of_its_manual(name):
    # Adadelta by default moves a weight by 3e-7 a step, which float32 can hardly show. Nor can it
    # show an epsilon of 1e-7 beside a root near 0.01; above, epsilons are large.
    arguments = {"learning_rate": 1.0} if name == "Adadelta" else {}
    optimizer = getattr(keras.optimizers, name)(**arguments)

    got = by_loop(optimizer, "tanh", "linear", 4)

    expected = by_hand(partial(RULES[name], **arguments), "tanh", "linear", 4)
    np.testing.assert_allclose(got, expected, **CLOSE)


PENALTIES = {"L1": {"l1": 0.03}, "L2": {"l2": 0.05}, "L1L2": {"l1": 0.03, "l2": 0.05}}


@pytest.mark.parametrize(("name", "strengths"), PENALTIES.items(), ids=PENALTIES.keys())
def test_penalties_count_in_the_loss_the_val_loss_and_the_gradient(name, strengths):
    regularizer = getattr(keras.regularizers, name)(**strengths)

    got = by_loop(keras.optimizers.SGD(0.1), "tanh", "linear", 4, regularizer)

    expected = by_hand(partial(sgd, learning_rate=0.1), "tanh", "linear", 4, **strengths)
    np.testing.assert_allclose(got, expected, **CLOSE)


# Seven steps are neither an epoch nor a whole number of them.
DECAY = {"initial_learning_rate": 0.2, "decay_steps": 7, "decay_rate": 0.5}


@pytest.mark.parametrize("staircase", [False, True], ids=["smooth", "staircase"])
def test_a_learning_rate_decays_by_steps_not_epochs(staircase):
    schedule = keras.optimizers.schedules.ExponentialDecay(**DECAY, staircase=staircase)

    got = by_loop(keras.optimizers.SGD(schedule), "tanh", "linear", 4)

    def decaying(g, past, t):
        power = (t - 1) / DECAY["decay_steps"]
        decayed = DECAY["decay_rate"] ** (math.floor(power) if staircase else power)
        return sgd(g, past, t, learning_rate=DECAY["initial_learning_rate"] * decayed)

    np.testing.assert_allclose(got, by_hand(decaying, "tanh", "linear", 4), **CLOSE)


NORMALISATIONS = {
    "by default": ((11, 3), {}),
    "another momentum": ((11, 3), {"momentum": 0.7, "epsilon": 0.1}),
    "pictures": ((11, 2, 2, 3), {"momentum": 0.9}),
}


def normalised_by_hand(weights, x, y, *, momentum=0.99, epsilon=1e-3):
    """Train a dense layer and a normalisation by SGD(0.1); see Ioffe & Szegedy 2015, section 3."""
    kernel, gamma, beta, moving_mean, moving_variance = weights
    axes, losses = tuple(range(x.ndim - 1)), []
    for _ in range(EPOCHS):
        total = 0.0
        for batch in batches(len(x), 4):
            z = x[batch] @ kernel
            mean, variance = z.mean(axes), z.var(axes)  # divided by n, not n - 1
            scaled = (z - mean) / np.sqrt(variance + epsilon)
            outputs = gamma * scaled + beta
            total += squared_error(y[batch], outputs) * len(z)
            moving_mean = momentum * moving_mean + (1 - momentum) * mean
            moving_variance = momentum * moving_variance + (1 - momentum) * variance
            d = 2 * (outputs - y[batch]) / outputs.size
            inner = d - d.mean(axes) - scaled * (d * scaled).mean(axes)
            dz = gamma / np.sqrt(variance + epsilon) * inner
            kernel = kernel - 0.1 * x[batch].reshape(-1, 3).T @ dz.reshape(-1, 3)
            gamma = gamma - 0.1 * (d * scaled).sum(axes)
            beta = beta - 0.1 * d.sum(axes)
        z = (x @ kernel - moving_mean) / np.sqrt(moving_variance + epsilon)
        losses.append((total / len(x), squared_error(y, gamma * z + beta)))
    return losses, [kernel, gamma, beta, moving_mean, moving_variance]


@pytest.mark.parametrize(("shape", "arguments"), NORMALISATIONS.values(), ids=NORMALISATIONS.keys())
def test_steps_normalise_by_the_batch_and_validation_by_running_statistics(shape, arguments):
    x, y = 2 * drawn(*shape, seed=12) + 1, drawn(*shape, seed=13)
    start = [drawn(3, 3, seed=14), drawn(3, seed=15), drawn(3, seed=16), np.zeros(3), np.ones(3)]
    normalisation = keras.layers.BatchNormalization(**arguments)
    layers = [keras.Input(shape[1:]), keras.layers.Dense(3, use_bias=False), normalisation]
    model = compiled(layers, keras.optimizers.SGD(0.1), "mean_squared_error")
    model.set_weights(start)

    trained = train_in_order(model, (x, y), (x, y), epochs=EPOCHS, batch_size=4)

    losses, weights = normalised_by_hand(start, x.astype(float), y, **arguments)
    figures = [(row["loss"], row["val_loss"]) for row in trained.history]
    np.testing.assert_allclose(figures, losses, **CLOSE)
    for one, other in zip(trained.last, weights, strict=True):
        np.testing.assert_allclose(one, other, **CLOSE)


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_dropout_keeps_the_expectation_anew_in_each_step_and_is_off_in_validation(rate):
    # One weight for each of 8 × 2500 ones, all 0, and the target 0.5: after a step at learning
    # rate 1 the weights are 2 · 0.5 · x, the very inputs that the step saw behind the dropout.
    rows, width = 8, 2500
    x = np.kron(np.eye(rows), np.ones(width)).astype(np.float32)
    y = np.full((rows, 1), 0.5, np.float32)
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    layers = [keras.Input((rows * width,)), keras.layers.Dropout(rate, seed=1), dense]
    model = compiled(layers, keras.optimizers.SGD(1.0), "mean_squared_error")

    trained = train_in_order(model, (x, y), (x, y), epochs=1, batch_size=1)

    [seen] = trained.last
    np.testing.assert_allclose(np.unique(seen), [0, 1 / (1 - rate)], rtol=1e-6)
    assert len(np.unique(seen.reshape(rows, width), axis=0)) == rows
    # The share dropped is binomial; it leaves 5 standard deviations once in 1.7 million draws.
    deviation = math.sqrt(rate * (1 - rate) / seen.size)
    assert np.mean(seen == 0) == pytest.approx(rate, abs=5 * deviation)
    val_loss = squared_error(y, x.astype(float) @ seen)
    assert trained.history[0]["val_loss"] == pytest.approx(val_loss, rel=1e-5)


VARIANCES = {"glorot": lambda n_in, n_out: 2 / (n_in + n_out), "he": lambda n_in, n_out: 2 / n_in}
# Keras draws normal weights anew beyond two standard deviations, which leaves this share of the
# standard deviation, and widens the normal distribution so that the wanted variance remains.
TRUNCATED = math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2)))
# By the name's ending: the largest weight in standard deviations, and its kurtosis at most.
DISTRIBUTIONS = {"uniform": (math.sqrt(3), 9 / 5), "normal": (2 / TRUNCATED, 3)}
# Fan-in and fan-out of a dense kernel, and of a convolution's, which count its 3 × 3 pixels.
FANS = {
    "dense": ({"type": "dense", "units": 90}, (None, 300), 300, 90),
    "conv2d": ({"type": "conv2d", "filters": 90, "kernel_size": 3}, (None, 8, 8, 30), 270, 810),
}


@pytest.mark.parametrize(("layer", "shape", "fan_in", "fan_out"), FANS.values(), ids=FANS.keys())
@pytest.mark.parametrize("distribution", DISTRIBUTIONS.keys())
@pytest.mark.parametrize("family", VARIANCES.keys())
def test_initial_weights_spread_by_fans(family, distribution, layer, shape, fan_in, fan_out):
    set_seed(0)
    built = build("layer", layer | {"kernel_initializer": {"type": f"{family}_{distribution}"}})

    built.build(shape)

    weights = built.get_weights()[0].astype(float)
    deviation = math.sqrt(VARIANCES[family](fan_in, fan_out))
    n, (largest, kurtosis) = weights.size, DISTRIBUTIONS[distribution]
    # Standard errors: σ/√n of a mean, σ √((kurtosis - 1) / 4n) of a standard deviation; 5 of them.
    assert weights.mean() == pytest.approx(0, abs=5 * deviation / math.sqrt(n))
    assert weights.std() == pytest.approx(deviation, rel=5 * math.sqrt((kurtosis - 1) / (4 * n)))
    # No weight lies beyond the limit; that none of n lies in its last hundredth has a chance of
    # less than (1 - 0.01 · 0.2)^n < 1e-20, for either density is at least a fifth of the uniform.
    assert 0.99 < np.abs(weights).max() / (largest * deviation) <= 1 + 1e-6
