"""Raw rows for people: cells of tables, words of texts, pictures, windows of a series."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from dltrain.data.columns.boolean import BooleanColumn
from dltrain.data.columns.category import CategoryColumn
from dltrain.data.columns.date import DateColumn
from dltrain.data.columns.number import NumberColumn
from dltrain.data.images import ImageInputs
from dltrain.data.inputs import Inputs, NamedInputs, text_inputs
from dltrain.data.table import TableInputs
from dltrain.data.texts.inputs import TextInputs
from dltrain.data.texts.words import words_of
from dltrain.data.texts.written import Written
from dltrain.data.windows import WindowInputs

LARGEST_SIDE = 96  # pixels
PIXEL = re.compile(r"pixel_(\d+)_(\d+)")  # as scikit-learn names those of digits
MISSING = "missing"
UNKNOWN = "…"
MOST_LETTERS = 400  # of a text
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
    inputs: Inputs, rows: Any, numbers: np.ndarray, names: Sequence[str]
) -> tuple[dict[str, Any], np.ndarray] | None:
    """Give the past of what is predicted, where rows are windows of a time series.

    Args:
        inputs: What was learned about the features.
        rows: Rows as the saved model takes them.
        numbers: Their numbers in the dataset.
        names: What is predicted, such as `x+1` and `x+2`.

    Returns:
        Names of the variables that windows see and the model predicts, `series`, and for each
        window the row of the series that follows, `behind`; and the numbers, float64
        (n, steps, variables). None where rows are no such windows.
    """
    if not isinstance(inputs, WindowInputs):
        return None
    predicted = {name.rpartition("+")[0] for name in names}
    seen = [at for at, one in enumerate(inputs.columns) if one.name in predicted]
    if not seen:
        return None
    offsets = [inputs.columns[at].offset for at in seen]
    past = rows[:, -MOST_STEPS:, seen].astype(np.float64) + offsets
    behind = (numbers * inputs.stride + inputs.window).tolist()
    return {"series": [inputs.columns[at].name for at in seen], "behind": behind}, past


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


def texts_of(
    inputs: Inputs, written: Written | None, numbers: np.ndarray
) -> dict[str, dict[str, Any]]:
    """Give the texts of rows as they were written, by column, from where the model reads them.

    Args:
        inputs: What was learned about the features.
        written: The texts.
        numbers: Numbers of rows in the dataset.

    Returns:
        For each column: `texts`; for each text the places of its `unknown` words, as spaces
        divide it; and how many of the `last` words the model reads, None where it reads all.
    """
    return {
        one.column: _snippets(one, written.of(one.column, numbers))
        for one in text_inputs(inputs)
        if written is not None
    }


def _snippets(inputs: TextInputs, texts: Sequence[str]) -> dict[str, Any]:
    pairs = [_snippet(inputs, text) for text in texts]
    cut = any(inputs.unread(len(words_of(text))) for text in texts)
    return {
        "texts": [" ".join(pieces) for pieces, _ in pairs],
        "unknown": [unknown for _, unknown in pairs],
        "last": inputs.shape[0] if cut else None,
    }


def _snippet(inputs: TextInputs, text: str) -> tuple[list[str], list[int]]:
    """Cut what is shown out of a text, and number the words that the model does not know."""
    pieces = text.split()
    # A piece has one word, or none where it is punctuation alone.
    words = ["".join(words_of(piece)) for piece in pieces]
    unread = inputs.unread(sum(map(bool, words)))
    read = [at for at, word in enumerate(words) if word][unread:]
    start = read[0] if unread else 0
    shown = [UNKNOWN] * bool(unread)
    unknown: list[int] = []
    letters = 0
    for piece, word in zip(pieces[start:], words[start:], strict=True):
        if letters > MOST_LETTERS:
            shown.append(UNKNOWN)
            break
        if word and not inputs.knows(word):
            unknown.append(len(shown))
        shown.append(piece[:MOST_LETTERS])
        letters += len(shown[-1]) + 1
    return shown, unknown
