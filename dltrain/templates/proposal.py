"""What to begin with on a table of some size: rules of thumb, each with its reason.

They give a file that trains to decent figures in seconds or minutes; what is best for a table
is for its owner to try. Imports: the standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass

from dltrain.templates.seen import LEAST_ROWS, Table

# Rows of the largest class for each row of the smallest.
IMBALANCED = 3.0
TOO_RARE_FOR_WEIGHTS = 20.0


@dataclass(frozen=True)
class Proposal:
    """The values of a config.

    Attributes:
        fractions: Shares of train, val and test; None where there are too few rows for parts.
        units: Units of the hidden layers.
        dropout: Share of units dropped after each.
        learning_rate: Of Adam.
        batch_size: Rows a step, or "full".
        epochs: At most.
        patience: Epochs without improvement before the end.
        metrics: Beside the loss.
        class_weight: "balanced" or None.
    """

    fractions: dict[str, float] | None
    units: tuple[int, ...]
    dropout: float
    learning_rate: float
    batch_size: int | str
    epochs: int
    patience: int
    metrics: tuple[str, ...]
    class_weight: str | None


def propose(table: Table) -> Proposal:
    """Choose the values for a table."""
    rows, amounts = table.rows, table.task == "regression"
    small, middle = rows < 1_000, rows < 20_000
    return Proposal(
        fractions=_fractions(rows),
        units=(32,) if small else (64, 32) if middle else (128, 64),
        dropout=0.1 if amounts else 0.2,
        learning_rate=0.01 if amounts else 0.003 if small else 0.001,
        batch_size="full" if rows < LEAST_ROWS else 16 if small else 32 if middle else 256,
        epochs=300 if small else 200 if middle else 100,
        patience=30 if small else 20 if middle else 10,
        metrics=_metrics(table),
        class_weight=_class_weight(table),
    )


def imbalance(table: Table) -> float:
    """Divide the rows of the largest class by those of the smallest; 1 where there are none."""
    counts = table.classes.values()
    return max(counts) / min(counts) if counts else 1.0


def _fractions(rows: int) -> dict[str, float] | None:
    """Give val and test enough rows to be judged by."""
    if rows < LEAST_ROWS:
        return None
    if rows < 200:
        return {"train": 0.6, "val": 0.2, "test": 0.2}
    if rows < 100_000:
        return {"train": 0.7, "val": 0.1, "test": 0.2}
    return {"train": 0.8, "val": 0.1, "test": 0.1}


def _metrics(table: Table) -> tuple[str, ...]:
    if table.task == "regression":
        return ("mae", "rmse")
    if table.task == "multiclass":
        return ("accuracy", "f1")
    even = imbalance(table) < IMBALANCED
    return ("accuracy", "auc", "f1") + (() if even else ("sensitivity", "specificity"))


def _class_weight(table: Table) -> str | None:
    """Weigh rare classes up, but not where a few rows would then decide the training."""
    ratio = imbalance(table)
    rare = table.task == "multiclass" and ratio > TOO_RARE_FOR_WEIGHTS
    return "balanced" if ratio >= IMBALANCED and not rare else None
