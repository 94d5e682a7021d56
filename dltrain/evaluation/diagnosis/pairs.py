"""Whether one of two models has more wrong rows of the same part than chance explains."""

from __future__ import annotations


def sign_test(more: int, fewer: int, rows: int) -> float:
    """Give the largest p of McNemar's exact test that two numbers of wrong rows allow.

    The test asks which rows only one of the two has wrong. That is not known here, so as few rows
    as possible are taken to be wrong in both; each that is would lower p.

    Args:
        more: Wrong rows of the one.
        fewer: Wrong rows of the other, no more.
        rows: All rows.

    Returns:
        The two-sided p.

    Example:
        >>> sign_test(3, 0, 20), sign_test(6, 0, 20)
        (0.25, 0.03125)
    """
    both = max(0, more + fewer - rows)
    alone, other = more - both, fewer - both
    way = ways = 1
    for at in range(other):
        way = way * (alone + other - at) // (at + 1)
        ways += way
    # Of integers, as both may be too large for a float.
    return min(1.0, 2 * ways / 2 ** (alone + other))
