"""How often intervals of few rows hold the true figure, as `benchmarks/coverage.py` has measured.

Imports: none.
"""

from __future__ import annotations

# From so many rows on it is 93 to 97 %.
ENOUGH = 100
# By rows and task, the lowest and the highest share over figures and populations, in %.
MEASURED = {
    30: {
        "binary": (94, 99), "multiclass": (87, 97), "multilabel": (92, 97), "regression": (90, 96),
    },
    61: {
        "binary": (93, 99), "multiclass": (92, 96), "multilabel": (93, 95), "regression": (91, 96),
    },
}  # fmt: skip


def caution(rows: int, task: str) -> str:
    """Say what an interval of 95 % is worth where rows are few; the empty text where it is.

    Example:
        >>> caution(61, "multilabel")
        'Rows are few: of 61 rows, intervals of 95 % held the true figure in 93 to 95 % of sets.'
        >>> caution(500, "binary")
        ''
    """
    if rows >= ENOUGH:
        return ""
    size = min(MEASURED, key=lambda one: abs(one - rows))
    if task not in MEASURED[size]:
        return ""
    low, high = MEASURED[size][task]
    return (
        f"Rows are few: of {size} rows, intervals of 95 % held the true figure in {low} to "
        f"{high} % of sets."
    )
