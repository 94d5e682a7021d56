"""Rows in the order of time: train before val, val before test."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dltrain.data.splitting.shares import (
    FEWER,
    SPLIT,
    Parts,
    as_parts,
    counted,
    listing,
    sizes,
    too_few,
    wanted_parts,
)
from dltrain.errors import DataError, sentence


def time_parts(times: np.ndarray, fractions: Mapping[str, float], *, gap: int = 0) -> Parts:
    """Cut the rows in the order of time, and leave some out at each cut.

    Rows of equal time are never in two parts: a cut moves to the nearest change of time.

    Args:
        times: What the rows are ordered by, (n_rows,); in any order.
        fractions: Share of each part of the rows that are not left out; their sum is 1.
        gap: Rows that are left out at each cut.

    Returns:
        Ascending row numbers by part, without the parts whose share is 0.

    Raises:
        DataError: There are too few rows, or too few different times, for the parts.

    Example:
        >>> parts = time_parts(np.arange(10), {"train": 0.7, "val": 0.1, "test": 0.2})
        >>> {name: rows.tolist() for name, rows in parts.items()}
        {'train': [0, 1, 2, 3, 4, 5, 6], 'val': [7], 'test': [8, 9]}
    """
    wanted = wanted_parts(fractions)
    kept = len(times) - gap * (len(wanted) - 1)
    if gap and kept < len(wanted):
        shares = listing([fractions[name] for name in wanted])
        got = f"{counted(len(times))}, of which {len(times) - max(kept, 0)} are left out"
        expected = f"at least one row in each of {len(wanted)} parts with shares {shares}"
        raise DataError(sentence(got, expected, f"{FEWER[:-1]}, or a smaller gap."), key=SPLIT)
    size = sizes(kept, fractions)
    order = np.argsort(times, kind="stable")
    changes = np.flatnonzero(np.diff(times[order])) + 1
    ends = np.cumsum([size[name] for name in wanted[:-1]]) + gap * np.arange(len(wanted) - 1)
    cuts = _nearest(changes, ends, gap, len(times))
    if cuts is None:
        got = f"{counted(len(times))} at {counted(len(changes) + 1, 'different time')}"
        raise too_few(got, "time", fractions)
    starts = [0, *(cut + gap for cut in cuts)]
    stops = [*cuts, len(times)]
    return as_parts({
        name: order[start:stop] for name, start, stop in zip(wanted, starts, stops, strict=True)
    })  # fmt: skip


def _nearest(changes: np.ndarray, ends: np.ndarray, gap: int, n_rows: int) -> list[int] | None:
    """Find the cuts nearest to where the parts should end, so that no part is empty.

    Args:
        changes: Where the time changes, ascending: the only places to cut.
        ends: Where each part but the last should end; at most two.
        gap: Rows that are left out behind each cut.
        n_rows: Number of rows.

    Returns:
        A cut for each end; None where there are too few changes.
    """
    last = changes[changes + gap < n_rows]
    if not len(ends):
        return []
    if not len(last):
        return None
    if len(ends) == 1:
        return [int(last[np.argmin(np.abs(last - ends[0]))])]
    # For each first cut the best second one: the nearest of all, or the first behind the gap.
    nearest = int(np.argmin(np.abs(last - ends[1])))
    behind = np.maximum(np.searchsorted(last, changes + gap, side="right"), nearest)
    first = changes[behind < len(last)]
    if not len(first):
        return None
    second = last[behind[behind < len(last)]]
    best = int(np.argmin(np.abs(first - ends[0]) + np.abs(second - ends[1])))
    return [int(first[best]), int(second[best])]
