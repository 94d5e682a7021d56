"""What stands behind the figures of a part: who is taken for whom, class by class, bin by bin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dltrain.evaluation.statistics.amounts import of_amounts
from dltrain.evaluation.statistics.probabilities import BINS, bins_of
from dltrain.terms import CLASS_TASKS

if TYPE_CHECKING:
    from dltrain.data.targets import Target

# A table of more classes is no longer read by anybody.
MOST_CLASSES = 100


def details(
    target: Target, truth: np.ndarray, given: np.ndarray, threshold: float
) -> dict[str, Any]:
    """Lay out what metrics.json holds below `details` about one target.

    Args:
        target: What was learned about the target.
        truth: Encoded targets, (n, …).
        given: Probabilities or amounts, float32 (n, outputs).
        threshold: Probability above which a class or label is given.
    """
    if target.task == "regression":
        several = len(target.names) > 1
        return {"outputs": _outputs(target.names, truth, given)} if several else {}
    if target.task == "multilabel":
        chosen = given > given.dtype.type(threshold)
        return details_of(target.task, target.names, truth, chosen, given)
    true = truth.reshape(-1).astype(int)
    if target.task == "binary":
        chosen = (given[:, 0] > given.dtype.type(threshold)).astype(int)
        given = np.stack([1 - given[:, 0], given[:, 0]], axis=1)
    else:
        chosen = given.argmax(axis=1)
    few = len(target.classes) <= MOST_CLASSES
    return details_of(target.task, target.classes, true, chosen, given, tables=few)


def details_of(
    task: str,
    names: Sequence[Any],
    truth: np.ndarray,
    said: np.ndarray,
    shares: np.ndarray,
    *,
    tables: bool = True,
) -> dict[str, Any]:
    """Lay out what stands behind the figures of a task with classes or labels.

    Args:
        task: The task.
        names: Names of the classes or labels.
        truth: Number of the true class, int (n,); 0 and 1, (n, labels).
        said: The same of what the model says.
        shares: Probabilities, float (n, classes) or (n, labels).
        tables: Whether the tables of classes are wanted.

    Returns:
        `confusion` for classes, `classes`, and `calibration` where all probabilities are finite;
        nothing for other tasks. The probability is that of the second of two classes, of the one
        that is predicted among more, and that of each label.
    """
    if task not in CLASS_TASKS:
        return {}
    found = _tables(task, names, truth, said) if tables else {}
    if task == "multilabel":
        given, hits = shares.ravel(), truth.ravel() == 1
    elif task == "binary":
        given, hits = shares[:, 1], truth == 1
    else:
        given, hits = shares.max(axis=1), truth == said
    if np.isfinite(given).all():
        found["calibration"] = calibration(hits, given.astype(np.float64))
    return found


def _tables(task: str, names: Sequence[Any], truth: np.ndarray, said: np.ndarray) -> dict[str, Any]:
    """Count who is taken for whom, and what follows for each class or label."""
    if task == "multilabel":
        true, chosen = truth.astype(bool), said.astype(bool)
        counts = [(true & chosen).sum(axis=0), true.sum(axis=0), chosen.sum(axis=0)]
        return {"classes": _classes(names, *counts)}
    confusion = _confusion(len(names), truth, said)
    counts = [np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)]
    table = {"classes": list(map(str, names)), "counts": confusion.tolist()}
    return {"confusion": table, "classes": _classes(names, *counts)}


def calibration(hits: np.ndarray, given: np.ndarray) -> dict[str, Any]:
    """Compare probabilities with how often they come true, in ten bins of equal width.

    Args:
        hits: What came true, bool (n,).
        given: Probability of it, float (n,).
    """
    bins, found = bins_of(given), []
    for number in range(BINS):
        member = bins == number
        if member.any():
            found.append({
                "low": number / BINS,
                "high": (number + 1) / BINS,
                "rows": int(member.sum()),
                "predicted": float(given[member].mean()),
                "observed": float(hits[member].mean()),
            })  # fmt: skip
    gaps = (one["rows"] * abs(one["predicted"] - one["observed"]) for one in found)
    return {"bins": found, "error": math.fsum(gaps) / len(given)}


def _confusion(size: int, true: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Count rows by class, in lines, and by predicted class, in columns: int (size, size)."""
    return np.bincount(true * size + chosen, minlength=size * size).reshape(size, size)


def _classes(
    names: Sequence[Any], hits: np.ndarray, support: np.ndarray, picked: np.ndarray
) -> list[dict[str, Any]]:
    """Give precision, recall and F1 of each class; None where one is undefined.

    Args:
        names: Names of the classes.
        hits: How many rows have the class and are predicted to have it, int (k,).
        support: How many rows have it, int (k,).
        picked: How many are predicted to have it, int (k,).
    """
    columns = zip(names, hits.tolist(), support.tolist(), picked.tolist(), strict=True)
    return [
        {
            "class": str(name),
            "precision": right / given if given else None,
            "recall": right / rows if rows else None,
            "f1": 2 * right / (rows + given) if rows + given else None,
            "rows": rows,
            "predicted": given,
            "right": right,
        }
        for name, right, rows, given in columns
    ]


def _outputs(names: Sequence[Any], truth: np.ndarray, given: np.ndarray) -> list[dict[str, Any]]:
    """Give the figures of each output by itself; None where one is undefined."""
    found = []
    for at, name in enumerate(names):
        values = of_amounts(truth[:, at : at + 1], given[:, at : at + 1]).values()
        plain = {key: one if math.isfinite(one) else None for key, one in values.items()}
        found.append({"output": str(name), **plain})
    return found
