"""Some pictures of the train rows, small enough for a page."""

from __future__ import annotations

from typing import Any

import numpy as np

from dltrain.data import Part
from dltrain.data.blocks import rows_of
from dltrain.data.raw import Raw
from dltrain.inspection.data.figure import Figure, Picture
from dltrain.inspection.data.plain import some
from dltrain.pages.pictures import as_png
from dltrain.spelling import plain

PICTURES = (6, 10)
LARGEST_SIDE = 80  # pixels


def pictures(raw: Raw, train: Part, x: Any, *, seed: int) -> Figure:
    """Show some pictures of the train rows, with their targets.

    Args:
        raw: All rows.
        train: The train rows.
        x: Their pictures, uint8 (n, height, width, channels).
        seed: Draws which are shown.
    """
    chosen = some(np.arange(len(train)), PICTURES[0] * PICTURES[1], seed)
    labels = _labels(raw, train.rows[chosen])
    rows = rows_of(x, chosen)
    shown = tuple(
        Picture(as_png(row, LARGEST_SIDE), plain(label, 20))
        for row, label in zip(rows, labels, strict=True)
    )
    note = "the first channel alone" if rows.shape[-1] not in (1, 3) else ""
    return Figure("pictures of train", f"{len(shown)} pictures", pictures=shown, note=note)


def _labels(raw: Raw, rows: np.ndarray) -> list[str]:
    if raw.targets.empty:
        return [f"row {row}" for row in rows]
    return [" ".join(map(str, values)) for values in raw.targets.iloc[rows].to_numpy().tolist()]
