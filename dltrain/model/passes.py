"""One compiled function for one pass over arrays in memory: evaluate, or predict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dltrain.errors import RunError
from dltrain.model.refusals import reason

SMALLER = "Use a smaller `training.batch_size`, or a smaller network."
# How TensorFlow says that the copy of an array found no room on a GPU.
NO_ROOM = "Dst tensor is not initialized"
# What it raises about numbers; of what else it raises the numbers are no cause.
OF_NUMBERS = (
    tf.errors.InvalidArgumentError, tf.errors.OutOfRangeError, tf.errors.UnimplementedError,
)  # fmt: skip
LEAST_BATCH = 32
LARGE = 2**20  # bytes
ALIGNMENT = 64  # bytes; what TensorFlow's tensors have on a CPU


@contextmanager
def computing(what: str, way_out: str = SMALLER) -> Iterator[None]:
    """Say what TensorFlow cannot compute or keep.

    Args:
        what: What the block does, such as "epoch 3".
        way_out: What to do where memory is used up.

    Raises:
        RunError: Memory is used up, or a layer cannot take its numbers.
    """
    try:
        yield
    except (MemoryError, tf.errors.OpError) as error:
        if _is_full(error):
            got, expected = f"{what}: got more numbers than memory holds", "fewer"
            raise RunError(f"{got}, expected {expected}. {way_out}") from error
        if not isinstance(error, OF_NUMBERS):
            raise
        got = f"{what}: got numbers that a layer cannot take ({reason(error)})"
        way_out = "Compare the layers with the data."
        raise RunError(f"{got}, expected others. {way_out}") from error


def _is_full(error: BaseException) -> bool:
    """Tell whether an error means that memory is used up."""
    if isinstance(error, tf.errors.InternalError):
        return NO_ROOM in error.message
    return isinstance(error, MemoryError | tf.errors.ResourceExhaustedError)


def evaluation_batch(batch_size: int) -> int:
    """Rows that are evaluated at once: those of a training batch, at least 32."""
    return max(batch_size, LEAST_BATCH)


class EvaluationPass:
    """Loss and metrics of a compiled model over rows in memory, as often as wanted.

    Args:
        model: A compiled model.
        x: Inputs, (n, …).
        y: Targets, (n, …).
        batch_size: Rows at once.
    """

    def __init__(self, model: keras.Model, x: Any, y: Any, batch_size: int) -> None:
        self.x, self.y = constants(x), constants(y)
        self._names = output_names(model)
        test_step = counting_rows(model, model.test_step)

        @tf.function(autograph=False, input_signature=[any_rows(self.x), any_rows(self.y)])
        def over_all(x: Any, y: Any) -> dict[str, Any]:
            model.reset_metrics()
            over_batches(test_step, (x, y), batch_size)
            return model.get_metrics_result()

        self._over_all = over_all

    def __call__(self) -> dict[str, float]:
        """Return loss and metrics by name."""
        return plain_logs(self._over_all(self.x, self.y), self._names)

    def over(self, x: Any, y: Any) -> EvaluationPass:
        """Give the same pass over other rows; it need not be compiled again."""
        other = copy(self)
        other.x, other.y = constants(x), constants(y)
        return other


def over_batches(step: Callable[[Any], Any], rows: Any, batch_size: int) -> None:
    """Put the loop over the batches of some rows into the function that is being compiled.

    Args:
        step: What is done with a batch.
        rows: Tensors of the same number of rows, nested.
        batch_size: Rows of a batch; the last may have fewer.
    """
    n_rows = tf.shape(tf.nest.flatten(rows)[0])[0]

    def one(start: Any) -> Any:
        end = tf.minimum(start + batch_size, n_rows)
        step(tf.nest.map_structure(lambda tensor: tensor[start:end], rows))
        return (end,)

    tf.while_loop(lambda start: start < n_rows, one, [tf.constant(0)], parallel_iterations=1)


def predict(model: keras.Model, x: Any, batch_size: int, forward: Any = None) -> Any:
    """Apply a model to all rows.

    Args:
        model: Any model.
        x: Inputs, (n, …), or a map of them by name.
        batch_size: Rows at once.
        forward: What `compiled_forward` gave for the model, to compile it once for several arrays.

    Returns:
        What the model puts out, float32 (n, outputs), or a map of them by target.
    """
    forward = forward or compiled_forward(model, x)
    n_rows = len(tf.nest.flatten(x)[0])
    batches = [
        forward(constants(rows_of(x, slice(start, start + batch_size))))
        for start in range(0, n_rows, batch_size)
    ]
    return tf.nest.map_structure(lambda *parts: np.concatenate(parts), *batches)


def compiled_forward(model: keras.Model, x: Any) -> Any:
    """Compile a model for batches of any size.

    Args:
        model: Any model.
        x: Rows of the kind that it will be given.

    Returns:
        A function from a batch of inputs to what the model puts out.
    """

    @tf.function(autograph=False, input_signature=[any_rows(constants(rows_of(x, slice(1))))])
    def forward(batch: Any) -> Any:
        return model(batch, training=False)

    return forward


def constants(arrays: Any) -> Any:
    """Turn an array, or each of a map, into a tensor."""
    return tf.nest.map_structure(_constant, arrays)


def _constant(array: Any) -> Any:
    """Copy an array into a tensor; once, where `tf.constant` holds a large one twice."""
    numbers = isinstance(array, np.ndarray) and array.dtype.kind in "fiu"
    if not numbers or array.nbytes < LARGE or tf.config.list_physical_devices("GPU"):
        return tf.constant(array)
    room = np.empty(array.nbytes + ALIGNMENT, np.uint8)
    start = -room.ctypes.data % ALIGNMENT
    copy = room[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return tf.experimental.dlpack.from_dlpack(copy.__dlpack__())


def rows_of(arrays: Any, rows: slice | np.ndarray) -> Any:
    """Take some rows of an array or of blocks, or of each of a map."""
    return tf.nest.map_structure(lambda array: array[rows], arrays)


def any_rows(tensors: Any) -> Any:
    """Describe tensors of the same kind with any number of rows."""
    return tf.nest.map_structure(
        lambda tensor: tf.TensorSpec([None, *tensor.shape[1:]], tensor.dtype), tensors
    )


def plain_logs(logs: dict[str, Any], outputs: Sequence[str] = ()) -> dict[str, float]:
    """Turn Keras's figures into floats: the loss first, then those of each output, its loss first.

    Args:
        logs: Figures as Keras gives them.
        outputs: Names of the outputs, where there are several.

    Example:
        >>> plain_logs({"b_acc": 1, "a_mae": 2, "a_loss": 3, "loss": 4, "b_loss": 5}, ["a", "b"])
        {'loss': 4.0, 'a_loss': 3.0, 'a_mae': 2.0, 'b_loss': 5.0, 'b_acc': 1.0}
    """
    names = ["loss"]
    for output in outputs:
        names += [f"{output}_loss", *(name for name in logs if name.startswith(f"{output}_"))]
    return {name: float(logs[name]) for name in dict.fromkeys([*names, *logs])}


def output_names(model: keras.Model) -> list[str]:
    """Name the outputs of a model, where there are several."""
    output = None if isinstance(model, keras.Sequential) else model.output
    return list(output) if isinstance(output, dict) else []


def counting_rows(model: keras.Model, step: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Weigh the loss of each output by the rows of a batch, as Keras weighs their sum.

    Keras takes a batch whose size its graph does not know for one row, so that a short last
    batch counts as much as a whole one.

    Args:
        model: A compiled model whose variables all exist.
        step: Its `train_step` or `test_step`.

    Returns:
        A step for a batch.
    """
    names = {f"{output}_loss" for output in output_names(model)}
    losses = [one for one in model.metrics if one.name in names]

    def counted(batch: Any) -> None:
        before = [(loss.total + 0, loss.count + 0) for loss in losses]
        for loss in losses:
            loss.reset_state()
        step(batch)
        n_rows = tf.shape(tf.nest.flatten(batch)[0])[0]
        for loss, (total, count) in zip(losses, before, strict=True):
            rows = tf.cast(n_rows, loss.dtype)
            loss.total.assign(total + loss.result() * rows)
            loss.count.assign(count + rows)

    return counted


def prepare_metrics(model: keras.Model, x: Any, y: Any) -> None:
    """Make a model create the variables of its metrics, which no compiled function may do.

    Args:
        model: A compiled model.
        x: At least one row of inputs.
        y: Their targets.
    """
    model.test_step(constants(rows_of((x, y), slice(1))))
    model.reset_metrics()
