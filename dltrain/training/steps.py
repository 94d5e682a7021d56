"""The train steps of a block in one compiled function, instead of one Python round trip a batch.

`tf.while_loop` runs over the steps, gathers the rows of each from tensors that are in memory, and
calls Keras's own `train_step`. As a graph it ends in the same bits as `fit`, given the same order
of rows: the step sees the static shapes that `fit` would trace, a fixed batch dimension where the
batch size divides the rows, an unknown one where it does not. Under XLA it differs by rounding; a
short last batch, whose shape is another one, stays a graph, so that nothing is compiled twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from dltrain.errors import RunError, sentence
from dltrain.model.passes import any_rows, counting_rows, output_names, plain_logs
from dltrain.training.feeding import Block, Feed

COUNT = tf.TensorSpec([], tf.int32)
COUNTS = tf.TensorSpec([None], tf.int32)
# What Keras's layers draw with, and the argument that names the algorithm. The default one takes
# longer under XLA on a CPU (docs/log.md).
DRAWING = {
    (tf.nn.experimental, "stateless_dropout"): "rng_alg",
    (tf.random, "stateless_normal"): "alg",
    (tf.random, "stateless_truncated_normal"): "alg",
    (tf.random, "stateless_uniform"): "alg",
}
FAST = "threefry"
# How TensorFlow names an operation that XLA has no code for.
UNCOMPILED = re.compile(r"unsupported operations .* on XLA_\w+: (\w+)")


class TrainSteps:
    """Compiled train steps over the blocks of a feed.

    Args:
        model: A compiled model whose variables all exist.
        feed: The rows that it will be given.
        xla: Compile whole batches by XLA.
    """

    def __init__(self, model: keras.Model, feed: Feed, *, xla: bool = False) -> None:
        self.feed, self.xla, self._names = feed, xla, output_names(model)

        def steps(rows: Any, order: Any, start: Any, stop: Any, *, fixed: bool) -> Any:
            # A function of its own, as in `fit`: TensorFlow rewrites its graph before that of the
            # loop. One for each engine: XLA must not be given the graph's, which draws otherwise.
            train_step = counting_rows(model, tf.function(model.train_step, autograph=False))

            def step(number: Any) -> Any:
                train_step(batch_of(rows, order, number, feed.batch_size, fixed=fixed))
                return (number + 1,)

            [last] = tf.while_loop(
                lambda number: number < stop, step, [start], parallel_iterations=1
            )
            return last

        def under_xla(rows: Any, order: Any, start: Any, stop: Any) -> Any:
            with fast_drawing():
                return steps(rows, order, start, stop, fixed=True)

        def as_graph(rows: Any, order: Any, start: Any, stop: Any) -> Any:
            return steps(rows, order, start, stop, fixed=feed.is_even)

        function = partial(tf.function, autograph=False)
        signature = [any_rows(feed.like), COUNTS, COUNT, COUNT]
        self._under_xla = function(under_xla, input_signature=signature, jit_compile=True)
        self._as_graph = function(as_graph, input_signature=signature)
        self._results = function(model.get_metrics_result)
        self.reset = function(model.reset_metrics)

    def __call__(self, block: Block, start: int, stop: int) -> None:
        """Train the steps start to stop - 1 of a block, and wait for the last."""
        whole = len(block.order) // self.feed.batch_size if self.xla else 0
        if start < whole:
            rows, order = self._padded(block)
            until = tf.constant(min(stop, whole))
            with compiling():
                self._under_xla(rows, order, tf.constant(start), until).numpy()
        if stop > whole:
            first = tf.constant(max(start, whole))
            self._as_graph(block.rows, block.order, first, tf.constant(stop)).numpy()

    def results(self) -> dict[str, float]:
        """Give loss and metrics since the last `reset`."""
        return plain_logs(self._results(), self._names)

    def _padded(self, block: Block) -> tuple[Any, Any]:
        """Fill a short block up with zeros that no step reads, so that XLA knows its shape."""
        missing = self.feed.block_rows - len(block.order)
        if not missing:
            return block.rows, block.order
        fill = partial(_fill, missing)
        return tf.nest.map_structure(fill, block.rows), fill(block.order)


def batch_of(rows: Any, order: Any, number: Any, batch_size: int, *, fixed: bool) -> Any:
    """Gather the rows of one step.

    Args:
        rows: Tensors, each (m, …).
        order: Positions among the rows, int32 (m,).
        number: Number of the step.
        batch_size: Rows of a step; the last may have fewer.
        fixed: Whether the step has as many rows as any, which its static shape then says.
    """
    start = number * batch_size
    if fixed:
        chosen = tf.ensure_shape(tf.slice(order, [start], [batch_size]), [batch_size])
    else:
        chosen = order[start : tf.minimum(start + batch_size, tf.shape(order)[0])]
    return tf.nest.map_structure(lambda tensor: tf.gather(tensor, chosen), rows)


@contextmanager
def fast_drawing() -> Iterator[None]:
    """Let what is traced in the block draw random numbers by the algorithm that XLA is fast at."""
    before = {place: getattr(*place) for place in DRAWING}
    try:
        for place, argument in DRAWING.items():
            setattr(*place, partial(before[place], **{argument: FAST}))
        yield
    finally:
        for place, draw in before.items():
            setattr(*place, draw)


@contextmanager
def compiling() -> Iterator[None]:
    """Say what XLA cannot compile.

    Raises:
        RunError: Something in the step is nothing for XLA.
    """
    try:
        yield
    except tf.errors.OpError as error:
        if not (found := UNCOMPILED.search(error.message)):
            raise
        got = f"xla, which has no {found[1]}, a part of a layer of this network"
        message = sentence(got, "an engine that runs all of them", "Say auto, or graph.")
        raise RunError(message, key=("training", "engine")) from error


def _fill(missing: int, tensor: Any) -> Any:
    return tf.pad(tensor, [[0, missing], *[[0, 0]] * (len(tensor.shape) - 1)])
