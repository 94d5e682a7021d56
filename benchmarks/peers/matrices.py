"""How fast the machine multiplies matrices: the limit of a network of dense layers.

No training can be faster than its matrix products. They are measured in two ways: large square
ones, and the products of a step of the MLP alone, at their own shapes and in their own order, in
a loop that TensorFlow runs as a graph or compiles with XLA. The better rate counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from peers.works import CLASSES, PIXELS, UNITS, WORKS, products_of

SIDE = 2048
BATCH = WORKS["mlp"].batch
STEPS = 400
BATCHES = 8
REPEATS = 5


def rates() -> dict[str, float]:
    """Measure; returns GFLOP/s of float32 for each way, the best of some repetitions."""
    square = tf.random.normal((SIDE, SIDE))
    weights = [tf.random.normal(shape) for shape in _shapes()]
    x = tf.random.normal((BATCHES, BATCH, PIXELS))
    own = products_of(STEPS * BATCH)
    loops = {
        f"square, {SIDE}": (2 * SIDE**3, tf.function(lambda: tf.matmul(square, square))),
        "the MLP's own, graph": (own, tf.function(lambda: _products(x, weights))),
        "the MLP's own, XLA": (own, tf.function(lambda: _products(x, weights), jit_compile=True)),
    }
    return {name: count / _seconds(run) / 1e9 for name, (count, run) in loops.items()}


def _shapes() -> list[tuple[int, int]]:
    return [(PIXELS, UNITS), (UNITS, UNITS), (UNITS, CLASSES)]


def _products(x: Any, weights: list[Any]) -> Any:
    """Run the products of some steps; the weights change, so that no product is left out."""

    def step(number: Any, first: Any, second: Any, third: Any) -> Any:
        given = x[number % BATCHES]
        one = tf.matmul(given, first)
        two = tf.matmul(one, second)
        three = tf.matmul(two, third)
        back_two = tf.matmul(three, third, transpose_b=True)
        back_one = tf.matmul(back_two, second, transpose_b=True)
        changes = (
            tf.matmul(given, back_one, transpose_a=True),
            tf.matmul(one, back_two, transpose_a=True),
            tf.matmul(two, three, transpose_a=True),
        )
        moved = (
            weight - tf.clip_by_value(change, -1e-6, 1e-6)
            for weight, change in zip((first, second, third), changes, strict=True)
        )
        return (number + 1, *moved)

    start = [tf.constant(0), *weights]
    return tf.while_loop(lambda number, *_: number < STEPS, step, start, parallel_iterations=1)


def _seconds(run: Callable[[], Any]) -> float:
    run()
    taken = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        tf.nest.map_structure(lambda tensor: tensor.numpy(), run())
        taken.append(time.perf_counter() - started)
    return min(taken)
