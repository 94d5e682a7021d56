"""Parts that are drawn by chance, with or without regard to classes or labels.

scikit-learn does the drawing; several labels in a row are balanced by iterative stratification.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dltrain.data.splitting.multilabel import balanced
from dltrain.data.splitting.shares import (
    SPLIT,
    Parts,
    as_parts,
    counted,
    listing,
    sizes,
    wanted_parts,
)
from dltrain.errors import DataError, sentence

AMOUNTS = " If the target is an amount, say `task: regression`."
WAYS_OUT = {
    "class": "Use fewer parts or larger shares, or `split.stratify=false`.",
    "bin": "Use fewer parts or larger shares, or lower `split.bins`.",
}

# The strata's names, for each row the position of its own, and what they are: class or bin.
Strata = tuple[np.ndarray, np.ndarray, str]


def random_parts(
    n_rows: int,
    fractions: Mapping[str, float],
    *,
    labels: np.ndarray | None,
    seed: int,
    stratum: str = "class",
) -> Parts:
    """Draw the rows of each part by chance.

    Args:
        n_rows: Number of rows.
        fractions: Share of each part; their sum is 1.
        labels: Class of each row, (n_rows,), to keep the shares of the classes in each
            part; or 0 and 1 for each label, (n_rows, labels); None to draw without regard to them.
        seed: Seed of the split.
        stratum: What a class is, in messages: "class" or "bin".

    Returns:
        Ascending row numbers by part, without the parts whose share is 0.

    Raises:
        DataError: Too few rows, or too few of a class, for the parts.

    Example:
        >>> parts = random_parts(10, {"train": 0.7, "val": 0.1, "test": 0.2}, labels=None, seed=0)
        >>> {name: len(rows) for name, rows in parts.items()}
        {'train': 7, 'val': 1, 'test': 2}
    """
    size = sizes(n_rows, fractions)
    if labels is not None and labels.ndim == 2:
        parts = balanced(labels, list(size.values()), seed=seed)
        return as_parts({name: np.flatnonzero(parts == at) for at, name in enumerate(size)})
    wanted = wanted_parts(fractions)
    shares = [fractions[name] for name in wanted]
    strata = None if labels is None else (*np.unique(labels, return_inverse=True), stratum)
    if strata is not None:
        _check_strata(strata, len(wanted), shares)
    rest, test = _drawn(np.arange(n_rows), size["test"], strata, shares, seed)
    train, val = _drawn(rest, size["val"], strata, shares, seed)
    return as_parts({"train": train, "val": val, "test": test})


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


def _drawn(
    rows: np.ndarray, size: int, strata: Strata | None, shares: list[float], seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw `size` of the rows; returns the others and the drawn ones."""
    from sklearn.model_selection import train_test_split

    if size == 0:
        return rows, rows[:0]
    stratify = None
    if strata is not None:
        names, codes, stratum = strata
        stratify = codes[rows]
        _check_strata((names, stratify, stratum), 2, shares)
        smaller = min(size, len(rows) - size)
        if smaller < len(names):
            several = f"{len(names)} {stratum}{'es' if stratum == 'class' else 's'}"
            raise DataError(
                f"{several} do not fit into a part of {counted(smaller)} with shares "
                f"{listing(shares)}. {WAYS_OUT[stratum]}",
                key=SPLIT,
            )
    others, drawn = train_test_split(rows, test_size=size, stratify=stratify, random_state=seed)
    return np.sort(others), drawn


def _check_strata(strata: Strata, at_least: int, shares: list[float]) -> None:
    names, codes, stratum = strata
    counts = np.bincount(codes, minlength=len(names))
    rarest = int(np.argmin(counts))
    if counts[rarest] < at_least:
        may_be_amounts = stratum == "class" and names.dtype.kind in "iuf" and len(names) > 2
        raise DataError(
            f"{stratum.capitalize()} {names[rarest]} has {counted(int(counts[rarest]))}, too few "
            f"for {len(shares)} parts with shares {listing(shares)}. "
            f"{WAYS_OUT[stratum]}{AMOUNTS * may_be_amounts}",
            key=SPLIT,
        )
