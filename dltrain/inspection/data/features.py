"""What the parts hold of each input, and what was learned of it from the train rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dltrain.data import Part
from dltrain.data.blocks import rows_of
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs
from dltrain.data.windows import WindowInputs
from dltrain.inspection.data.columns import columns_facts
from dltrain.inspection.data.plain import some
from dltrain.inspection.data.series import series_facts
from dltrain.inspection.data.texts import text_facts

Facts = dict[str, Any]

# Rows of arrays and pictures that are looked at.
MOST_ROWS = 20_000
# What was learned that the facts of an input say elsewhere.
ELSEWHERE = ("columns", "form", "idf", "inputs", "raw", "shape", "words")


def inputs_facts(
    raw: Raw,
    inputs: Inputs,
    parts: Mapping[str, Part],
    rows: Mapping[str, np.ndarray],
    seed: int,
) -> list[Facts]:
    """Describe every input.

    Args:
        raw: All rows.
        inputs: What was learned about the inputs.
        parts: The parts that may be looked at.
        rows: Where their rows are in `raw`, and those of no part.
        seed: Draws the rows to look at where there are many.

    Returns:
        For each its name, form, shape and what was learned, and the facts of its form: `columns`,
        `series`, `text`, `pictures` or `numbers`.
    """
    if isinstance(inputs, NamedInputs):
        each = {
            name: (one, {part: parts[part].x[name] for part in parts})
            for name, one in inputs.each.items()
        }
    else:
        each = {"input": (inputs, {part: parts[part].x for part in parts})}
    return [_one(name, raw, *both, rows, seed) for name, both in each.items()]


def _one(
    name: str, raw: Raw, inputs: Inputs, x: Mapping[str, Any], rows: Mapping[str, Any], seed: int
) -> Facts:
    learned = inputs.to_json()
    facts: Facts = {
        "name": name,
        "form": inputs.form,
        "shape": list(inputs.shape),
        "learned": {key: value for key, value in learned.items() if key not in ELSEWHERE},
    }
    if isinstance(inputs, TableInputs):
        return facts | {"columns": columns_facts(raw, inputs, rows, seed)}
    if inputs.form == "tokens":
        return facts | {"text": text_facts(raw, inputs, x, rows, seed)}
    if isinstance(inputs, WindowInputs):
        return facts | {"series": series_facts(raw, inputs, rows)}
    chosen = some(np.arange(len(rows["train"])), MOST_ROWS, seed)
    train = rows_of(x["train"], chosen)
    if inputs.form == "images":
        return facts | {"pictures": _pictures(train)}
    return facts | {"numbers": _numbers(train)}


def _pictures(train: np.ndarray) -> Facts:
    """Describe pixels, 0 to 255, of the train rows."""
    channels = np.moveaxis(train, -1, 0).reshape(train.shape[-1], -1)
    return {
        "counted_rows": len(train),
        "channels": [_spread(channel) for channel in channels],
    }


def _numbers(train: np.ndarray) -> Facts:
    """Describe the numbers of the train rows, by their last dimension."""
    variables = np.moveaxis(train, -1, 0).reshape(train.shape[-1], -1)
    return {
        "counted_rows": len(train),
        "all": _spread(train),
        "variables": [_spread(one) for one in variables] if train.ndim > 2 else [],
    }


def _spread(numbers: np.ndarray) -> Facts:
    mean, deviation = np.mean(numbers, dtype=np.float64), np.std(numbers, dtype=np.float64)
    return {
        "min": numbers.min(), "mean": mean, "deviation": deviation, "max": numbers.max()
    }  # fmt: skip
