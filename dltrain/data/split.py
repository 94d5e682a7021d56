"""Divide rows into train, validation and test.

Functions here see labels or a row count, never the data itself, so a split can be
computed, saved and replayed without reading the dataset again. Equal arguments give
equal rows on every machine. Imports: NumPy and scikit-learn only, which does the drawing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dltrain.errors import DataError, Key, sentence

PARTS = ("train", "val", "test")
SPLIT: Key = ("split",)
WAY_OUT = "Use fewer parts or larger shares, or `split.stratify=false`."

Parts = dict[str, np.ndarray]


def random_parts(
    n_rows: int, fractions: Mapping[str, float], *, labels: np.ndarray | None, seed: int
) -> Parts:
    """Draw the rows of each part by chance.

    Args:
        n_rows: Number of rows.
        fractions: Share of each part; their sum is 1.
        labels: Class of each row, (n_rows,), to keep the shares of the classes in each
            part; None to draw without regard to them.
        seed: Seed of the split.

    Returns:
        Ascending row numbers by part, without the parts whose share is 0.

    Raises:
        DataError: Too few rows, or too few of a class, for the parts.

    Example:
        >>> parts = random_parts(10, {"train": 0.7, "val": 0.1, "test": 0.2}, labels=None, seed=0)
        >>> {name: len(rows) for name, rows in parts.items()}
        {'train': 7, 'val': 1, 'test': 2}
    """
    wanted = [name for name in PARTS if fractions[name] > 0]
    sizes = {name: round(n_rows * fractions[name]) for name in ("val", "test")}
    if n_rows - sum(sizes.values()) < 1 or any(sizes[name] < 1 for name in wanted if name != "train"):
        shares = _listing([fractions[name] for name in wanted])
        got = f"{n_rows} {'row' if n_rows == 1 else 'rows'}"
        expected = f"at least one row in each of {len(wanted)} parts with shares {shares}"
        raise DataError(sentence(got, expected, "Use fewer parts or larger shares."), key=SPLIT)
    shares = [fractions[name] for name in wanted]
    if labels is not None:
        _check_classes(labels, len(wanted), shares)
    rest, test = _drawn(np.arange(n_rows), sizes["test"], labels, shares, seed)
    train, val = _drawn(rest, sizes["val"], labels, shares, seed)
    return {name: rows for name, rows in zip(PARTS, (train, val, test), strict=True) if len(rows)}


def given_parts(
    own_test: np.ndarray | None, val: float, *, labels: np.ndarray | None, seed: int
) -> Parts:
    """Keep the set's own test part, and draw validation rows from its train rows.

    Args:
        own_test: True for the rows of the test part, (n_rows,).
        val: Share of the train rows that validate; may be 0.
        labels: As in `random_parts`.
        seed: Seed of the split.

    Raises:
        DataError: The set has no test part of its own, or too few rows.
    """
    if own_test is None:
        message = sentence("a dataset without a test part of its own", "one with it", "Use `split: random`.")
        raise DataError(message, key=SPLIT)
    train = np.flatnonzero(~own_test)
    inner = random_parts(
        len(train), {"train": 1 - val, "val": val, "test": 0.0},
        labels=None if labels is None else labels[train], seed=seed,
    )  # fmt: skip
    parts = {name: train[rows] for name, rows in inner.items()}
    return parts | {"test": np.flatnonzero(own_test)}


def all_train(n_rows: int) -> Parts:
    """Let every row train.

    Example:
        >>> all_train(2)
        {'train': array([0, 1])}
    """
    return {"train": np.arange(n_rows)}


def sampled(
    parts: Parts, labels: np.ndarray | None, *, at_most: int, seed: int
) -> Parts:
    """Keep a few rows of each part, in proportion, and at least one of each train class.

    Args:
        parts: Row numbers by part.
        labels: Class of each row of the dataset, or None.
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
    _, firsts = np.unique(labels[order], return_index=True)
    others = np.setdiff1d(np.arange(len(order)), firsts, assume_unique=True)
    return order[np.concatenate([firsts, others])[: max(size, len(firsts))]]


def _drawn(
    rows: np.ndarray, size: int, labels: np.ndarray | None, shares: list[float], seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw `size` of the rows; returns the others and the drawn ones, both ascending."""
    from sklearn.model_selection import train_test_split

    if size == 0:
        return rows, rows[:0]
    stratify = None
    if labels is not None:
        stratify = labels[rows]
        _check_classes(stratify, 2, shares)
        n_classes = len(np.unique(stratify))
        if min(size, len(rows) - size) < n_classes:
            raise DataError(
                f"{n_classes} classes do not fit into a part of {min(size, len(rows) - size)} rows "
                f"with shares {_listing(shares)}. {WAY_OUT}",
                key=SPLIT,
            )
    others, drawn = train_test_split(rows, test_size=size, stratify=stratify, random_state=seed)
    return np.sort(others), np.sort(drawn)


def _check_classes(labels: np.ndarray, at_least: int, shares: list[float]) -> None:
    names, counts = np.unique(labels, return_counts=True)
    rarest = int(np.argmin(counts))
    if counts[rarest] < at_least:
        rows = f"{counts[rarest]} {'row' if counts[rarest] == 1 else 'rows'}"
        raise DataError(
            f"Class {names[rarest]} has {rows}, too few for {len(shares)} parts with shares "
            f"{_listing(shares)}. {WAY_OUT}",
            key=SPLIT,
        )


def _listing(shares: list[float]) -> str:
    return "(" + ", ".join(f"{share:g}" for share in shares) + ")"
