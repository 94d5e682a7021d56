"""What the parts of a split have equal shares of: classes, labels, or bins of amounts."""

from __future__ import annotations

from typing import Any

import numpy as np

from dltrain.data.raw import Raw
from dltrain.data.targets.amounts import read_amounts
from dltrain.data.targets.bins import Bins, even_edges
from dltrain.errors import DataError, sentence

BINS = ("split", "bins")


def strata(raw: Raw, section: dict[str, Any], labels: np.ndarray | None) -> np.ndarray | None:
    """Choose what each part gets its share of.

    All rows are looked at, so what is drawn by this is the split alone; nothing is learned.

    Args:
        raw: All rows.
        section: The `split` section as plain data, for `stratify` and `bins`.
        labels: Classes or labels of all rows, see `targets.labels`; None where there are none.

    Returns:
        (n,) for classes and bins; (n, labels) for labels; None to draw without regard to any.

    Raises:
        DataError: There are no amounts to divide into bins.
    """
    if not section.get("bins"):
        return labels if section.get("stratify") else None
    if labels is not None or len(raw.targets.columns) != 1:
        got, way_out = f"bins for {len(raw.targets.columns)} targets", "Remove them."
        if labels is not None:
            got, way_out = "bins for classes", "Remove them; classes are stratified as they are."
        raise DataError(sentence(got, "one target that is an amount", way_out), key=BINS)
    numbers = read_amounts(raw, raw.numbers())[:, 0]
    if numbers.min() == numbers.max():
        return None
    return Bins(tuple(even_edges(numbers, section["bins"]))).codes(numbers)
