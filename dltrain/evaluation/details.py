"""What stands behind the figures of a part: who is taken for whom, class by class, bin by bin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from dltrain.data.targets import Target
from dltrain.evaluation.statistics.amounts import of_amounts
from dltrain.evaluation.statistics.probabilities import BINS, bins_of

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
        return {"classes": _classes(target.names, truth.astype(bool), chosen)}
    if target.task == "binary":
        true = truth.reshape(-1).astype(int)
        chosen = (given[:, 0] > given.dtype.type(threshold)).astype(int)
        hits, shares = true == 1, given[:, 0].astype(np.float64)
    else:
        true, chosen = truth.reshape(-1).astype(int), given.argmax(axis=1)
        hits, shares = true == chosen, given.max(axis=1).astype(np.float64)
    found: dict[str, Any] = {}
    if len(target.classes) <= MOST_CLASSES:
        numbers = np.arange(len(target.classes))
        masks = (one[:, None] == numbers for one in (true, chosen))
        found["confusion"] = _confusion(target.classes, true, chosen)
        found["classes"] = _classes(target.classes, *masks)
    return found | {"calibration": calibration(hits, shares)}


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


def _confusion(classes: Sequence[Any], true: np.ndarray, chosen: np.ndarray) -> dict[str, Any]:
    """Count rows by class, in lines, and by predicted class, in columns."""
    size = len(classes)
    counts = np.bincount(true * size + chosen, minlength=size * size).reshape(size, size)
    return {"classes": list(map(str, classes)), "counts": counts.tolist()}


def _classes(names: Sequence[Any], true: np.ndarray, chosen: np.ndarray) -> list[dict[str, Any]]:
    """Give precision, recall and F1 of each class; None where one is undefined.

    Args:
        names: Names of the classes.
        true: Whether a row has the class, bool (n, k).
        chosen: Whether it is predicted, bool (n, k).
    """
    hits, support, picked = ((true & chosen).sum(axis=0), true.sum(axis=0), chosen.sum(axis=0))
    columns = zip(names, hits.tolist(), support.tolist(), picked.tolist(), strict=True)
    return [
        {
            "class": str(name),
            "precision": right / given if given else None,
            "recall": right / rows if rows else None,
            "f1": 2 * right / (rows + given) if rows + given else None,
            "rows": rows,
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
