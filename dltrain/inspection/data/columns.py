"""What the columns of a table hold, and what was learned of each from the train rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from dltrain.data.columns.cells import as_numbers, plain
from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs
from dltrain.inspection.data.plain import MOST_ROWS, some

if TYPE_CHECKING:
    import pandas as pd

Facts = dict[str, Any]

TRAIN, LEFT_OUT = "train", "left out"


def columns_facts(
    raw: Raw, inputs: TableInputs, rows: Mapping[str, np.ndarray], seed: int
) -> list[Facts]:
    """Describe every column: its type, gaps, values, and what was learned.

    Args:
        raw: All rows.
        inputs: What was learned about the columns.
        rows: Numbers of the rows of each part that may be looked at, and of those left out.
        seed: Draws the rows whose values are counted, where there are very many.

    Returns:
        Gaps and unknown values by part; range and values of the train rows alone.
    """
    unknown = {
        part: inputs.unknown_values(raw, numbers)
        for part, numbers in rows.items()
        if part not in (TRAIN, LEFT_OUT)
    }
    return [
        _column(raw, one.to_json(), rows, seed)
        | {"unknown": {part: found.get(one.name, 0) for part, found in unknown.items()}}
        for one in inputs.columns
    ]


def _column(raw: Raw, learned: Facts, rows: Mapping[str, np.ndarray], seed: int) -> Facts:
    name = learned["name"]
    cells = raw.cells(name, some(rows[TRAIN], MOST_ROWS, seed))
    counts = cells.value_counts()
    top = None if counts.empty else {"value": plain(counts.index[0]), "rows": counts.iloc[0]}
    return {
        "name": name,
        "type": learned["type"],
        "encoding": learned.get("encoding") or learned.get("scaling"),
        "missing": {
            part: int(raw.cells(name, numbers).isna().sum()) for part, numbers in rows.items()
        },
        "range": _range(raw.cells(name, rows[TRAIN]), learned),
        "unique": len(counts),
        "most_frequent": top,
        "counted_rows": len(cells),
        "learned": {key: learned[key] for key in learned if key not in ("name", "type")},
    }


def _range(cells: pd.Series, learned: Facts) -> list[Any] | None:
    """Give the least and the largest value, of numbers and dates."""
    if learned["type"] == "number":
        numbers = as_numbers(cells)
        present = numbers[~np.isnan(numbers)]
        return [present.min(), present.max()] if len(present) else None
    if learned["type"] == "date":
        found = dates(cells, learned).dropna()
        return [found.min().isoformat(), found.max().isoformat()] if len(found) else None
    return None


def dates(cells: pd.Series, learned: Facts) -> pd.Series:
    """Read cells as dates, in the way that was learned; what is none becomes NaT."""
    import pandas as pd

    form, zoned = learned.get("format") or "ISO8601", bool(learned.get("zoned"))
    return pd.to_datetime(cells, format=form, errors="coerce", utc=zoned)
