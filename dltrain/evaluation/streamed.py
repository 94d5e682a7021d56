"""Predictions and baselines of parts whose rows come in blocks; memory holds no more than a few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import keras
import numpy as np
import pandas as pd

from dltrain.data import Part
from dltrain.data.blocks import Blocks, changed, rows_of
from dltrain.data.targets import Targets
from dltrain.evaluation.constant import baseline_figures, constant_of, constant_prediction
from dltrain.evaluation.predictions import predictions_table
from dltrain.model.objective import Objective
from dltrain.model.objectives import Goal, NamedObjectives
from dltrain.model.passes import evaluation_batch, prepare_metrics
from dltrain.model.streams import evaluation_pass, is_streamed

CHUNK_ROWS = 2**16
# Above so many rows it is quicker to compile the baseline first.
MANY_ROWS = 2**16


def prediction_tables(
    parts: Mapping[str, Part], outputs: Mapping[str, Any], target: Targets, threshold: float
) -> Iterable[pd.DataFrame]:
    """Lay out predictions, see `predictions.predictions_table`; at once, or in chunks."""
    if any(is_streamed(part.raw) for part in parts.values()):
        return predictions_in_chunks(parts, outputs, target, threshold)
    return [predictions_table(parts, outputs, target, threshold)]


def baseline_of_part(goal: Goal, train: Part, part: Part, batch_size: int) -> dict[str, float]:
    """Compute loss and metrics of the constant prediction, see `baselines.baseline_figures`."""
    if is_streamed(part.raw) or len(part) > MANY_ROWS:
        return compiled_baseline(goal, train, part, batch_size)
    rows = evaluation_batch(batch_size)
    return baseline_figures(goal, train.y, part.y, batch_size=rows)


def predictions_in_chunks(
    parts: Mapping[str, Part],
    outputs: Mapping[str, Any],
    target: Targets,
    threshold: float,
    chunk_rows: int = CHUNK_ROWS,
) -> Iterator[pd.DataFrame]:
    """Lay predictions out in the order of the file, though parts have another order.

    Args:
        parts: Rows by part.
        outputs: As `outputs.outputs_by_part` gives them.
        target: What was learned about the target.
        threshold: Probability above which a binary prediction is positive.
        chunk_rows: Rows of the file in a chunk.

    Returns:
        The tables that predictions.csv holds one below the other.
    """
    n_rows = max(int(part.rows.max()) for part in parts.values()) + 1
    part_of, place = np.full(n_rows, -1, np.int8), np.empty(n_rows, np.int32)
    for number, part in enumerate(parts.values()):
        part_of[part.rows] = number
        place[part.rows] = np.arange(len(part), dtype=np.int32)
    for start in range(0, n_rows, chunk_rows):
        chosen, given = {}, {}
        for number, (name, part) in enumerate(parts.items()):
            rows = np.flatnonzero(part_of[start : start + chunk_rows] == number) + start
            if len(rows):
                places = place[rows]
                chosen[name] = Part(rows, None, None, rows_of(part.y, places))
                given[name] = rows_of(outputs[name], places)
        if chosen:
            yield predictions_table(chosen, given, target, threshold)


def constant_outputs(goal: Goal, train: Part, n_rows: int) -> Any:
    """Give each row the probabilities or amounts of the constant prediction, without a copy."""
    if isinstance(goal, NamedObjectives):
        return {name: _repeated(one, train.y[name], n_rows) for name, one in goal.each.items()}
    return _repeated(goal, train.y, n_rows)


def _repeated(goal: Objective, y_train: Any, n_rows: int) -> np.ndarray:
    constant = constant_prediction(y_train, goal.form.task, goal.form.outputs)
    return np.broadcast_to(constant, (n_rows, *constant.shape))


def compiled_baseline(goal: Goal, train: Part, part: Part, batch_size: int) -> dict[str, float]:
    """Let a model that knows nothing but the constant prediction be evaluated as any other."""
    model = _constant_model(goal, train.y)
    model.compile("sgd", **goal.compiled(), jit_compile=False)
    x: Any = np.zeros((len(part), 1), np.float32)
    if is_streamed(part.raw):
        at_once = part.raw.block_rows
        x = Blocks(len(part), lambda rows: np.zeros((len(rows), 1), np.float32), at_once)
    y = changed(part.y, x, goal.targets)
    prepare_metrics(model, x, y)
    return evaluation_pass(model, x, y, evaluation_batch(batch_size))()


class Constant(keras.layers.Layer):
    """Puts out the same numbers for every row.

    Args:
        values: The numbers.
        **arguments: Keras's.
    """

    def __init__(self, values: np.ndarray, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.values = values

    def call(self, inputs: Any) -> Any:
        """Give a row of the numbers for each row of inputs."""
        rows = keras.ops.shape(inputs)[0]
        return keras.ops.broadcast_to(self.values, (rows, *self.values.shape))


def _constant_model(goal: Goal, y_train: Any) -> keras.Model:
    first = keras.Input((1,))
    if isinstance(goal, NamedObjectives):
        outputs = {
            name: Constant(constant_of(one, y_train[name]), name=name)(first)
            for name, one in goal.each.items()
        }
        return keras.Model(first, outputs)
    return keras.Model(first, Constant(constant_of(goal, y_train))(first))
