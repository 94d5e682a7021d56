"""Groups of rows, such as one patient's, that stay together.

Groups are drawn until the part has its share of the *rows*. scikit-learn's GroupShuffleSplit draws
a share of the groups: where they differ in size, its parts miss their shares, by as much as the
largest group. Taking the largest groups first would come still nearer, but no large group would
ever be tested.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dltrain.data.splitting.shares import Parts, as_parts, counted, too_few, wanted_parts


def group_parts(groups: np.ndarray, fractions: Mapping[str, float], *, seed: int) -> Parts:
    """Draw groups by chance, until each part has about its share of the rows.

    Args:
        groups: Number of each row's group, 0 to groups - 1, (n_rows,).
        fractions: Share of each part; their sum is 1.
        seed: Seed of the split.

    Returns:
        Ascending row numbers by part, without the parts whose share is 0; no group is in two.

    Raises:
        DataError: There are fewer groups than parts.

    Example:
        >>> parts = group_parts(
        ...     np.array([0, 0, 1, 1, 1, 2]), {"train": 0.5, "val": 0.0, "test": 0.5}, seed=0
        ... )
        >>> {name: rows.tolist() for name, rows in parts.items()}
        {'train': [2, 3, 4], 'test': [0, 1, 5]}
    """
    counts = np.bincount(groups)
    wanted = wanted_parts(fractions)
    if len(counts) < len(wanted):
        raise too_few(counted(len(counts), "group"), "group", fractions)
    left = np.random.default_rng(seed).permutation(len(counts))
    drawn: Parts = {}
    for name in reversed(wanted[1:]):
        spare = len(left) - (len(wanted) - len(drawn) - 1)
        taken = _nearest(counts[left], len(groups) * fractions[name], spare)
        drawn[name], left = left[taken], left[~taken]
    drawn["train"] = left
    return as_parts({name: np.flatnonzero(np.isin(groups, one)) for name, one in drawn.items()})


def _nearest(counts: np.ndarray, rows: float, at_most: int) -> np.ndarray:
    """Choose groups, in the given order, whose rows add up to about as many as wanted.

    Args:
        counts: Rows of each group.
        rows: Rows that are wanted.
        at_most: Groups that may be taken; at least one is.

    Returns:
        bool (groups,).
    """
    taken = np.zeros(len(counts), bool)
    for index, count in enumerate(counts):
        if count <= rows and at_most:
            taken[index] = True
            rows, at_most = rows - count, at_most - 1
    # One more may come nearer than none: the one that misses by least.
    misses = np.where(taken, np.inf, np.abs(counts - rows))
    nearest = int(np.argmin(misses))
    if not taken.any() or (misses[nearest] < rows and at_most):
        taken[nearest] = True
    return taken
