"""Predictions and baselines of parts whose rows come in blocks; memory holds no more than a few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import keras
import numpy as np
import pandas as pd

from dltrain.data import Part
from dltrain.data.blocks import Blocks, changed, rows_of
from dltrain.data.cache.scratch import on_disk
from dltrain.data.targets import Targets
from dltrain.evaluation.baselines import baseline_figures, constant_of
from dltrain.evaluation.figures import predictions_by_row
from dltrain.evaluation.predictions import predictions_table
from dltrain.model.objectives import Goal, NamedObjectives
from dltrain.model.passes import evaluation_batch, prepare_metrics
from dltrain.model.streams import evaluation_pass, is_streamed, predicted_blocks

CHUNK_ROWS = 2**16
LEAST_BATCH = 1024
# Above so many rows it is quicker to compile the baseline first.
MANY_ROWS = 2**16


def prediction_tables(
    model: Any,
    goal: Goal,
    parts: Mapping[str, Part],
    target: Targets,
    batch_size: int,
    threshold: float,
) -> Iterable[pd.DataFrame]:
    """Predict every row, see `figures.predictions_by_row`; at once, or in chunks."""
    streams = any(is_streamed(part.raw) for part in parts.values())
    if streams:
        return predictions_in_chunks(model, goal, parts, target, batch_size, threshold)
    return [predictions_by_row(model, goal, parts, target, batch_size, threshold)]


def baseline_of_part(goal: Goal, train: Part, part: Part, batch_size: int) -> dict[str, float]:
    """Compute loss and metrics of the constant prediction, see `baselines.baseline_figures`."""
    if is_streamed(part.raw) or len(part) > MANY_ROWS:
        return compiled_baseline(goal, train, part, batch_size)
    rows = evaluation_batch(batch_size)
    return baseline_figures(goal, train.y, part.y, batch_size=rows)


def predictions_in_chunks(
    model: Any,
    goal: Goal,
    parts: Mapping[str, Part],
    target: Targets,
    batch_size: int,
    threshold: float,
    chunk_rows: int = CHUNK_ROWS,
) -> Iterator[pd.DataFrame]:
    """Predict every row, and lay the predictions out in the order of the file.

    What the model puts out is kept on disk, as rows come in another order.

    Args:
        model: The model that is saved.
        goal: Loss and metrics.
        parts: Rows by part.
        target: What was learned about the target.
        batch_size: Rows of a training step.
        threshold: Probability above which a binary prediction is positive.
        chunk_rows: Rows of the file in a chunk.

    Returns:
        The tables that predictions.csv holds one below the other.
    """
    size = max(LEAST_BATCH, batch_size)
    outputs = {
        name: on_disk(map(goal.probabilities, predicted_blocks(model, part.raw, size)))
        for name, part in parts.items()
    }
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
