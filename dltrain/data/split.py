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
AMOUNTS = " If the target is an amount, say `task: regression`."
WAY_OUT = "Use fewer parts or larger shares, or `split.stratify=false`."

Parts = dict[str, np.ndarray]
# The classes' names, and for each row the position of its own.
Classes = tuple[np.ndarray, np.ndarray]


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
    sizes["train"] = n_rows - sum(sizes.values())
    shares = [fractions[name] for name in wanted]
    if any(sizes[name] < 1 for name in wanted):
        listing = _listing(shares)
        expected = f"at least one row in each of {len(wanted)} parts with shares {listing}"
        message = sentence(_rows(n_rows), expected, "Use fewer parts or larger shares.")
        raise DataError(message, key=SPLIT)
    classes = None if labels is None else np.unique(labels, return_inverse=True)
    if classes is not None:
        _check_classes(*classes, len(wanted), shares)
    rest, test = _drawn(np.arange(n_rows), sizes["test"], classes, shares, seed)
    train, val = _drawn(rest, sizes["val"], classes, shares, seed)
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
    if own_test is None or not own_test.any():
        got = "a dataset without a test part of its own"
        raise DataError(sentence(got, "one with it", "Use `split: random`."), key=SPLIT)
    if own_test.all():
        raise DataError(sentence("a dataset with test rows alone", "train rows too"), key=SPLIT)
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


def sampled(parts: Parts, labels: np.ndarray | None, *, at_most: int, seed: int) -> Parts:
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
    rows: np.ndarray, size: int, classes: Classes | None, shares: list[float], seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw `size` of the rows; returns the others and the drawn ones, both ascending."""
    from sklearn.model_selection import train_test_split

    if size == 0:
        return rows, rows[:0]
    stratify = None
    if classes is not None:
        names, codes = classes
        stratify = codes[rows]
        _check_classes(names, stratify, 2, shares)
        smaller = min(size, len(rows) - size)
        if smaller < len(names):
            raise DataError(
                f"{len(names)} classes do not fit into a part of {_rows(smaller)} with shares "
                f"{_listing(shares)}. {WAY_OUT}",
                key=SPLIT,
            )
    others, drawn = train_test_split(rows, test_size=size, stratify=stratify, random_state=seed)
    return np.sort(others), np.sort(drawn)


def _check_classes(
    names: np.ndarray, codes: np.ndarray, at_least: int, shares: list[float]
) -> None:
    counts = np.bincount(codes, minlength=len(names))
    rarest = int(np.argmin(counts))
    if counts[rarest] < at_least:
        may_be_amounts = names.dtype.kind in "iuf" and len(names) > 2
        raise DataError(
            f"Class {names[rarest]} has {_rows(counts[rarest])}, too few for {len(shares)} parts "
            f"with shares {_listing(shares)}. {WAY_OUT}{AMOUNTS * may_be_amounts}",
            key=SPLIT,
        )


def _rows(count: int) -> str:
    return f"{count} {'row' if count == 1 else 'rows'}"


def _listing(shares: list[float]) -> str:
    return "(" + ", ".join(f"{share:g}" for share in shares) + ")"
