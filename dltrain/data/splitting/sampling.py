"""A few rows of each part, for a smoke run."""

from __future__ import annotations

import numpy as np

from dltrain.data.splitting.shares import Parts


def sampled(parts: Parts, labels: np.ndarray | None, *, at_most: int, seed: int) -> Parts:
    """Keep a few rows of each part, in proportion, and at least one of each class or label.

    Args:
        parts: Row numbers by part.
        labels: Class of each row of the dataset, or its labels, (n, labels); or None.
        at_most: Rows to keep in all.
        seed: Seed of the split.

    Returns:
        Ascending row numbers by part, none empty.
    """
    total = sum(map(len, parts.values()))
    if total <= at_most:
        return parts
    return {
        name: np.sort(_few(rows, labels, max(1, len(rows) * at_most // total), seed))
        for name, rows in parts.items()
    }


def _few(rows: np.ndarray, labels: np.ndarray | None, size: int, seed: int) -> np.ndarray:
    order = np.random.default_rng(seed).permutation(rows)
    if labels is None:
        return order[:size]
    if labels.ndim == 2:
        firsts = np.unique([np.argmax(label) for label in labels[order].T if label.any()])
        firsts = firsts.astype(np.int64)
    else:
        firsts = np.unique(labels[order], return_index=True)[1]
    others = np.setdiff1d(np.arange(len(order)), firsts, assume_unique=True)
    return order[np.concatenate([firsts, others])[: max(size, len(firsts))]]
