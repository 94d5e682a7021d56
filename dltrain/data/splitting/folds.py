"""Several divisions of the same rows, each with another fold of them as val.

scikit-learn does the drawing; what it lacks are labels that go together, and equal times.
"""

from __future__ import annotations

import numpy as np

from dltrain.data.splitting.multilabel import balanced
from dltrain.data.splitting.shares import SPLIT, Parts, as_parts, counted
from dltrain.errors import DataError, sentence


def random_folds(n_rows: int, k: int, *, labels: np.ndarray | None, seed: int) -> list[Parts]:
    """Draw k folds by chance; every row is in val once.

    Args:
        n_rows: Number of rows.
        k: Number of folds, at least 2.
        labels: As in `random_parts`.
        seed: Seed of the split.

    Returns:
        train and val of each fold: ascending row numbers.

    Raises:
        DataError: There are fewer rows, or fewer of a class, than folds.

    Example:
        >>> folds = random_folds(6, 3, labels=None, seed=0)
        >>> [len(parts["train"]) for parts in folds]
        [4, 4, 4]
    """
    from sklearn.model_selection import KFold, StratifiedKFold

    _check(n_rows, "row", k)
    if labels is not None and labels.ndim == 2:
        sizes = [n_rows // k + (fold < n_rows % k) for fold in range(k)]
        return _held_out(balanced(labels, sizes, seed=seed), k)
    if labels is None:
        drawn = KFold(k, shuffle=True, random_state=seed).split(np.arange(n_rows))
    else:
        names, codes = np.unique(labels, return_inverse=True)
        rarest = int(np.argmin(np.bincount(codes)))
        _check(int(np.bincount(codes)[rarest]), f"row of the class {names[rarest]}", k)
        drawn = StratifiedKFold(k, shuffle=True, random_state=seed).split(codes, codes)
    return [as_parts({"train": train, "val": val}) for train, val in drawn]


def group_folds(groups: np.ndarray, k: int, *, seed: int | None = None) -> list[Parts]:
    """Divide groups into k folds; every row is in val once.

    Args:
        groups: Number of each row's group, (n_rows,).
        k: Number of folds, at least 2.
        seed: Draws the groups of each fold; None for folds of about equally many rows, of which
            there is one division alone.

    Returns:
        train and val of each fold: ascending row numbers; no group is in both.

    Raises:
        DataError: There are fewer groups than folds.

    Example:
        >>> [parts["val"].tolist() for parts in group_folds(np.array([0, 0, 1, 2]), 2)]
        [[0, 1], [2, 3]]
    """
    from sklearn.model_selection import GroupKFold

    _check(len(np.unique(groups)), "group", k)
    drawn = GroupKFold(k, shuffle=seed is not None, random_state=seed).split(groups, groups=groups)
    return [as_parts({"train": train, "val": val}) for train, val in drawn]


def time_folds(times: np.ndarray, k: int, *, gap: int = 0) -> list[Parts]:
    """Cut the rows in the order of time into k + 1 blocks; each but the first is val once.

    The rows before it train, less the gap, so train grows from fold to fold, as in scikit-learn's
    TimeSeriesSplit. Rows of equal time stay in one block: a cut moves to the next change of time.

    Args:
        times: What the rows are ordered by, (n_rows,); in any order.
        k: Number of folds, at least 2.
        gap: Rows that are left out before val.

    Returns:
        train and val of each fold: ascending row numbers.

    Raises:
        DataError: There are too few rows, or too few different times.

    Example:
        >>> [parts["train"].tolist() for parts in time_folds(np.arange(6), 2)]
        [[0, 1], [0, 1, 2, 3]]
    """
    n_rows = len(times)
    order = np.argsort(times, kind="stable")
    changes = np.append(np.flatnonzero(np.diff(times[order])) + 1, n_rows)
    block = max(1, n_rows // (k + 1))
    ends = n_rows - block * np.arange(k, -1, -1)
    cuts = changes[np.searchsorted(changes, ends.clip(0))]
    stops = cuts[:-1] - gap
    if (np.diff(cuts) == 0).any() or (stops <= 0).any():
        got = f"{counted(n_rows)} at {counted(len(changes), 'different time')}"
        raise _too_few(f"{got}{f' and a gap of {gap}' * bool(gap)}", k)
    return [
        as_parts({"train": order[:stop], "val": order[start:end]})
        for stop, start, end in zip(stops, cuts[:-1], cuts[1:], strict=True)
    ]


def _held_out(fold: np.ndarray, k: int) -> list[Parts]:
    return [
        as_parts({"train": np.flatnonzero(fold != one), "val": np.flatnonzero(fold == one)})
        for one in range(k)
    ]


def _check(count: int, thing: str, k: int) -> None:
    if count < k:
        one, *more = thing.split(" ", 1)
        raise _too_few(" ".join([counted(count, one), *more]), k)


def _too_few(got: str, k: int) -> DataError:
    message = sentence(got, f"enough for {k} folds", "Use fewer folds.")
    return DataError(message, key=SPLIT)
