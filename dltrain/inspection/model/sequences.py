"""Multiply-adds of the layers that work on sequences: recurrent ones and attention."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dltrain.inspection.model.graph import Shape, Use

RECURRENT = ("gru", "lstm", "rnn", "simple_rnn")


def recurrent(layer: Any, read: Shape) -> int | None:
    """Count the weights of a recurrent layer, each used once a step.

    A gate has a kernel for what is read and one for the state, and these stand side by side in
    the cell's two: 4 for LSTM, 3 for GRU, 1 for a simple one.

    Args:
        layer: The layer.
        read: Shape of what it reads, (steps, features).
    """
    steps = read[0]
    weights = _cell(layer.cell)
    return None if weights is None or steps is None else steps * weights


def _cell(cell: Any) -> int | None:
    if hasattr(cell, "cells"):
        each = [_cell(one) for one in cell.cells]
        return None if None in each else sum(one or 0 for one in each)
    if not (hasattr(cell, "kernel") and hasattr(cell, "recurrent_kernel")):
        return None
    return math.prod(cell.kernel.shape) + math.prod(cell.recurrent_kernel.shape)


def _recurrent(use: Use) -> int | None:
    return recurrent(use.operation, use.reads[0])


def _recurrent_convolution(use: Use) -> int:
    """Both kernels are used at each position of the output in each step."""
    cell, (steps, *_) = use.operation.cell, use.reads[0]
    output = use.gives[0][1:] if use.operation.return_sequences else use.gives[0]
    positions = _product(output) // cell.filters
    weights = math.prod(cell.kernel.shape) + math.prod(cell.recurrent_kernel.shape)
    return int(steps or 0) * positions * weights


def _attention(use: Use) -> int:
    """Every query meets every key in a product of vectors, and weighs every value."""
    query, value = use.reads[0], use.reads[1]
    key = use.reads[2] if len(use.reads) > 2 else value
    queries, keys = _product(query[:-1]), int(value[-2] or 0)
    return queries * keys * (int(key[-1] or 0) + int(value[-1] or 0))


def _multi_head_attention(use: Use) -> int | None:
    """Count the four projections, and for each head what `attention` does."""
    layer = use.operation
    query, value = use.read("query", 0), use.read("value", 1)
    key = use.read("key", 2) or value
    if query is None or value is None or key is None or len(query) != 2 or len(value) != 2:
        return None
    queries, keys = int(query[0] or 0), int(value[0] or 0)
    of_query, of_key, of_value, of_output = (
        math.prod(getattr(layer, f"_{name}_dense").kernel.shape)
        for name in ("query", "key", "value", "output")
    )
    projections = queries * (of_query + of_output) + keys * (of_key + of_value)
    # The query's kernel is (features, heads, numbers), that of the output (heads, numbers, …).
    by_query = math.prod(layer._query_dense.kernel.shape[1:])
    by_value = math.prod(layer._output_dense.kernel.shape[:2])
    return projections + queries * keys * (by_query + by_value)


def _product(shape: tuple[int | None, ...]) -> int:
    return math.prod(one for one in shape if one is not None)


SEQUENCES: dict[str, Callable[[Use], int | None]] = {
    **dict.fromkeys(RECURRENT, _recurrent),
    **dict.fromkeys(("conv_lstm1d", "conv_lstm2d", "conv_lstm3d"), _recurrent_convolution),
    **dict.fromkeys(("additive_attention", "attention"), _attention),
    **dict.fromkeys(
        ("group_query_attention", "grouped_query_attention", "multi_head_attention"),
        _multi_head_attention,
    ),
}
