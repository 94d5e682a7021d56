"""The networks in JAX: initial weights, and a function from them and a batch to logits."""

from __future__ import annotations

from typing import Any

import jax
import optax
from jax import lax
from jax import numpy as jnp

from peers.works import (
    CLASSES,
    EMBEDDING_SIZE,
    EMBEDDING_UNITS,
    FILTERS,
    LSTM_UNITS,
    TABLE_COLUMNS,
    TABLE_UNITS,
    UNITS,
    WORDS,
    Work,
)

POOLED = 5  # side of a picture of 28 behind two convolutions and two poolings
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    "mlp": {"first": (784, UNITS), "second": (UNITS, UNITS), "output": (UNITS, CLASSES)},
    "table": {"hidden": (TABLE_COLUMNS, TABLE_UNITS), "output": (TABLE_UNITS, 1)},
    "convolution": {
        "first": (3, 3, 1, FILTERS[0]),
        "second": (3, 3, FILTERS[0], FILTERS[1]),
        "output": (POOLED**2 * FILTERS[1], CLASSES),
    },
    "embedding": {"hidden": (EMBEDDING_SIZE, EMBEDDING_UNITS), "output": (EMBEDDING_UNITS, 1)},
    "lstm": {
        "input": (EMBEDDING_SIZE, 4 * LSTM_UNITS),
        "recurrent": (LSTM_UNITS, 4 * LSTM_UNITS),
        "output": (LSTM_UNITS, 1),
    },
}


def initial(work: Work) -> dict[str, Any]:
    """Draw the initial weights: a matrix and a bias for each layer."""
    draw, shapes = jax.nn.initializers.glorot_uniform(), SHAPES[work.network]
    keys = jax.random.split(jax.random.key(0), len(shapes) + 1)
    weights: dict[str, Any] = {
        name: {"kernel": draw(key, shape), "bias": jnp.zeros(shape[-1])}
        for key, (name, shape) in zip(keys[1:], shapes.items(), strict=True)
    }
    if work.network in ("embedding", "lstm"):
        size = (WORDS, EMBEDDING_SIZE)
        weights["vectors"] = jax.random.uniform(keys[0], size, minval=-0.05, maxval=0.05)
    return weights


def judged(work: Work, weights: Any, x: Any, y: Any, key: Any = None) -> tuple[Any, Any]:
    """Give the mean loss of a batch and how many of its rows are right.

    Args:
        work: What is trained.
        weights: As `initial` gives them.
        x: Inputs of the batch.
        y: Their classes.
        key: Draws what is dropped; None: nothing is.
    """
    logits = FORWARD[work.network](work, weights, x, key)
    if work.is_binary:
        logits = logits[:, 0]
        right = ((logits > 0) == y).sum()
        return optax.sigmoid_binary_cross_entropy(logits, y.astype(jnp.float32)).mean(), right
    loss = optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()
    return loss, (logits.argmax(axis=1) == y).sum()


def _mlp(work: Work, weights: Any, x: Any, key: Any) -> Any:
    hidden = _scaled(x).reshape(len(x), -1)
    for number, name in enumerate(("first", "second")):
        hidden = jax.nn.relu(_dense(weights[name], hidden))
        if work.dropout and key is not None:
            kept = jax.random.bernoulli(
                jax.random.fold_in(key, number), 1 - work.dropout, hidden.shape
            )
            hidden = jnp.where(kept, hidden / (1 - work.dropout), 0)
    return _dense(weights["output"], hidden)


def _table(work: Work, weights: Any, x: Any, key: Any) -> Any:
    return _dense(weights["output"], jax.nn.relu(_dense(weights["hidden"], x)))


def _convolution(work: Work, weights: Any, x: Any, key: Any) -> Any:
    hidden = _scaled(x)[..., None]
    for name in ("first", "second"):
        hidden = _pooled(jax.nn.relu(_convolved(weights[name], hidden)))
    return _dense(weights["output"], hidden.reshape(len(x), -1))


def _embedding(work: Work, weights: Any, x: Any, key: Any) -> Any:
    pooled = weights["vectors"][x].mean(axis=1)
    return _dense(weights["output"], jax.nn.relu(_dense(weights["hidden"], pooled)))


def _lstm(work: Work, weights: Any, x: Any, key: Any) -> Any:
    recurrent = weights["recurrent"]

    def step(state: Any, given: Any) -> Any:
        hidden, cell = state
        gates = given + hidden @ recurrent["kernel"] + recurrent["bias"]
        into, forget, new, out = jnp.split(gates, 4, axis=1)
        cell = jax.nn.sigmoid(forget) * cell + jax.nn.sigmoid(into) * jnp.tanh(new)
        return (jax.nn.sigmoid(out) * jnp.tanh(cell), cell), None

    given = _dense(weights["input"], weights["vectors"][x])
    zeros = jnp.zeros((len(x), LSTM_UNITS))
    (hidden, _), _ = lax.scan(step, (zeros, zeros), given.swapaxes(0, 1))
    return _dense(weights["output"], hidden)


def _scaled(x: Any) -> Any:
    return x.astype(jnp.float32) / 255


def _dense(layer: Any, x: Any) -> Any:
    return x @ layer["kernel"] + layer["bias"]


def _convolved(layer: Any, x: Any) -> Any:
    axes = ("NHWC", "HWIO", "NHWC")
    convolved = lax.conv_general_dilated(
        x, layer["kernel"], (1, 1), "VALID", dimension_numbers=axes
    )
    return convolved + layer["bias"]


def _pooled(x: Any) -> Any:
    """Take the largest of each 2×2, faster than `reduce_window` does."""
    rows, columns = x.shape[1] // 2, x.shape[2] // 2
    even = x[:, : 2 * rows, : 2 * columns]
    return even.reshape(len(x), rows, 2, columns, 2, -1).max(axis=(2, 4))


FORWARD = {
    "mlp": _mlp,
    "table": _table,
    "convolution": _convolution,
    "embedding": _embedding,
    "lstm": _lstm,
}
