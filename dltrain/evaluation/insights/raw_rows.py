"""Raw rows for people: cells of tables, words of texts, pictures, windows of a series."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dltrain.data.columns.boolean import BooleanColumn
from dltrain.data.columns.category import CategoryColumn
from dltrain.data.columns.date import DateColumn
from dltrain.data.columns.number import NumberColumn
from dltrain.data.images import ImageInputs
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.table import TableInputs
from dltrain.data.texts.inputs import BEGIN, FIRST_WORD, TextInputs
from dltrain.data.texts.words import SETS
from dltrain.data.windows import WindowInputs

LARGEST_SIDE = 96  # pixels
PIXEL = re.compile(r"pixel_(\d+)_(\d+)")  # as scikit-learn names those of digits
MISSING = "missing"
UNKNOWN = "…"
MOST_WORDS = 120
CHANNELS = (1, 3)
MOST_STEPS = 200  # of a window, the last ones


def pictures_of(inputs: Inputs, rows: Any) -> np.ndarray | None:
    """Turn raw rows into pictures, where they are some.

    Args:
        inputs: What was learned about the features.
        rows: Rows as the saved model takes them.

    Returns:
        uint8 (n, height, width, 1 or 3), at most 96 pixels high and wide; else None.
    """
    if isinstance(inputs, NamedInputs):
        found = (pictures_of(one, rows[name]) for name, one in inputs.each.items())
        return next((one for one in found if one is not None), None)
    if isinstance(inputs, ImageInputs):
        return _smaller(rows[..., : 3 if rows.shape[-1] >= 3 else 1])
    if isinstance(inputs, TableInputs):
        pixels = pixel_shape(inputs)
        return None if pixels is None else _grey(rows.reshape(len(rows), *pixels))
    if inputs.form == "array" and len(inputs.shape) in (2, 3):
        shape = inputs.shape if len(inputs.shape) == 3 else (*inputs.shape, 1)
        if shape[-1] in CHANNELS and min(shape[:2]) > 1:
            return _smaller(_grey(rows.reshape(len(rows), *shape)))
    return None


def pixel_shape(inputs: TableInputs) -> tuple[int, int, int] | None:
    """Tell the shape of pictures whose pixels are the columns of a table, row by row."""
    found = [PIXEL.fullmatch(one.name) for one in inputs.columns]
    places = [(int(one[1]), int(one[2])) for one in found if one]
    if len(places) < len(found) or not places:
        return None
    height, width = (1 + max(one[axis] for one in places) for axis in (0, 1))
    whole = [(row, column) for row in range(height) for column in range(width)]
    return (height, width, 1) if places == whole else None


def _grey(rows: np.ndarray) -> np.ndarray:
    """Turn numbers into levels from 0 to 255, the same ones in all rows."""
    low, high = float(rows.min()), float(rows.max())
    levels = 255 * (rows.astype(np.float64) - low) / (high - low or 1.0)
    return levels.round().astype(np.uint8)


def _smaller(pictures: np.ndarray) -> np.ndarray:
    """Take every second, third, … pixel of pictures that are large."""
    step = -(-max(pictures.shape[1:3]) // LARGEST_SIDE)
    return np.ascontiguousarray(pictures[:, ::step, ::step])


def windows_of(
    inputs: Inputs, rows: Any, names: Sequence[str]
) -> tuple[list[str], np.ndarray] | None:
    """Give the past of what is predicted, where rows are windows of a time series.

    Args:
        inputs: What was learned about the features.
        rows: Rows as the saved model takes them.
        names: What is predicted, such as `x+1` and `x+2`.

    Returns:
        Names of the variables that windows see and the model predicts, and float64
        (n, steps, variables); else None.
    """
    if not isinstance(inputs, WindowInputs):
        return None
    predicted = {name.rpartition("+")[0] for name in names}
    seen = [at for at, one in enumerate(inputs.columns) if one.name in predicted]
    if not seen:
        return None
    offsets = [inputs.columns[at].offset for at in seen]
    past = rows[:, -MOST_STEPS:, seen].astype(np.float64) + offsets
    return [inputs.columns[at].name for at in seen], past


def cells_of(inputs: Inputs, rows: Any) -> dict[str, list[str]]:
    """Spell the cells of raw rows of tables, by column; texts are left out."""
    if isinstance(inputs, NamedInputs):
        every: dict[str, list[str]] = {}
        for name, one in inputs.each.items():
            every |= cells_of(one, rows[name])
        return every
    if not isinstance(inputs, TableInputs):
        return {}
    return {
        one.name: _cells(one.what, rows[:, one.at : one.at + len(one.what.raw_names)])
        for one in inputs.layout.placed
    }


def _cells(column: Any, numbers: np.ndarray) -> list[str]:
    if isinstance(column, CategoryColumn):
        values = dict(zip(column.codes, column.values, strict=True))
        return [str(values.get(float(one), UNKNOWN)) for one in numbers[:, 0]]
    if isinstance(column, BooleanColumn):
        return [MISSING if np.isnan(one) else str(bool(one)) for one in numbers[:, 0]]
    if isinstance(column, DateColumn):
        return [_date(column, one) for one in numbers]
    assert isinstance(column, NumberColumn)
    return [
        MISSING if np.isnan(one) else f"{float(one) + column.offset:.6g}" for one in numbers[:, 0]
    ]


def _date(column: DateColumn, numbers: np.ndarray) -> str:
    if np.isnan(numbers).any():
        return MISSING
    pairs = zip(column.raw_names, numbers, strict=True)
    return " ".join(f"{name.rpartition('.')[2]} {number:g}" for name, number in pairs)


def texts_of(inputs: Inputs, rows: Any) -> list[str] | None:
    """Spell the words of raw rows, where they are texts whose words are known."""
    if isinstance(inputs, NamedInputs):
        found = (texts_of(one, rows[name]) for name, one in inputs.each.items())
        return next((one for one in found if one is not None), None)
    if not isinstance(inputs, TextInputs):
        return None
    return [" ".join(_words(inputs, row[row != 0][: MOST_WORDS + 1])) for row in rows]


def names_words_once(inputs: Inputs) -> bool:
    """Tell whether the texts that `texts_of` spells have each word once, whatever they said."""
    if isinstance(inputs, NamedInputs):
        return any(names_words_once(one) for one in inputs.each.values())
    return isinstance(inputs, TextInputs) and inputs.encoding in SETS


def _words(inputs: TextInputs, tokens: Sequence[int]) -> Iterator[str]:
    for token in tokens[:MOST_WORDS]:
        if token >= FIRST_WORD:
            yield inputs.words[token - FIRST_WORD]
        elif token != BEGIN or inputs.encoding != "sequence":
            yield UNKNOWN
    if len(tokens) > MOST_WORDS:
        yield UNKNOWN
