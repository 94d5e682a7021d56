"""Some train rows as the network sees them."""

from __future__ import annotations

from typing import Any

import numpy as np

from dltrain.data import Data
from dltrain.data.blocks import rows_of
from dltrain.data.images import ImageInputs
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.table import TableInputs
from dltrain.data.texts.inputs import FIRST_WORD, TextInputs

Facts = dict[str, Any]

# Of a row with more numbers only a summary is shown.
MOST_NUMBERS = 10_000
SPECIAL = {0: "·", 1: "[begin]", 2: "[unknown]"}


def sample(data: Data, count: int, seed: int) -> Facts:
    """Show some train rows after preparing.

    Args:
        data: The prepared rows.
        count: How many.
        seed: Draws them.

    Returns:
        `input_names` where an input has names for its numbers, and `rows`: each with its number as
        in split.csv, its inputs by name and its target.
    """
    train = data.parts["train"]
    drawn = np.random.default_rng(seed).choice(len(train), min(count, len(train)), replace=False)
    positions = np.sort(drawn)
    x, y = rows_of(train.x, positions), rows_of(train.y, positions)
    inputs = data.inputs
    each = dict(inputs.each) if isinstance(inputs, NamedInputs) else {"input": inputs}
    names = {name: one.input_names for name, one in each.items() if isinstance(one, TableInputs)}
    rows = []
    for index, position in enumerate(positions):
        own = {
            name: _shown(one, (x[name] if isinstance(x, dict) else x)[index])
            for name, one in each.items()
        }
        target = _target(y, index)
        rows.append({"row": int(train.rows[position]), "inputs": own, "target": target})
    return {"input_names": names, "rows": rows}


def _shown(inputs: Inputs, row: np.ndarray) -> Any:
    """Show the numbers of one row, or a summary where there are many."""
    if isinstance(inputs, ImageInputs):
        return _summary(inputs.scaled(row))
    if inputs.form == "tokens":
        words = inputs.words if isinstance(inputs, TextInputs) else ()
        return {"tokens": row, "text": " ".join(_word(int(one), words) for one in row if one)}
    return row if row.size <= MOST_NUMBERS else _summary(row)


def _word(token: int, words: tuple[str, ...]) -> str:
    known = SPECIAL.get(token)
    return known or (words[token - FIRST_WORD] if words else str(token))


def _summary(numbers: np.ndarray) -> Facts:
    return {
        "shape": numbers.shape, "min": numbers.min(), "mean": numbers.mean(dtype=np.float64),
        "max": numbers.max(),
    }  # fmt: skip


def _target(y: Any, index: int) -> Any:
    if isinstance(y, dict):
        return {name: _target(one, index) for name, one in y.items()}
    row = y[index]
    return _summary(row) if row.size > MOST_NUMBERS or row.ndim > 1 else row
