"""Figures of the order in which scores put the rows: areas under ROC and precision-recall.

Sources:
    ROC-AUC: Mann and Whitney (1947), ties count half; several classes each against the rest,
    averaged (Provost and Domingos 2000). Area under precision and recall: average precision,
    without interpolation, as in scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dltrain.evaluation.statistics.kinds import Area, Cells, Figures, cells_of
from dltrain.evaluation.statistics.statistics import Statistics, mean_of_defined

ONE_CLASS = "all rows are one class"
NO_POSITIVE = "no row is positive"


def of_scores(truth: np.ndarray, scores: np.ndarray) -> Statistics:
    """Describe how well scores tell positive rows from negative ones.

    Args:
        truth: Whether a row is positive, bool (n,).
        scores: More means rather positive, float (n,).
    """
    reasons = {"roc_auc": ONE_CLASS, "pr_auc": NO_POSITIVE}
    return Statistics(
        len(truth),
        _figures_of_ranking(truth, scores),
        reasons,
        areas={"roc_auc": Area(scores[truth], scores[~truth])},
        cells=(_cells(truth, scores),),
    )


def _figures_of_ranking(truth: np.ndarray, scores: np.ndarray) -> Callable[[np.ndarray], Figures]:
    ranking = Ranking(truth, scores)

    def of(weights: np.ndarray) -> Figures:
        area, precision = ranking.areas(weights)
        return {"roc_auc": area, "pr_auc": precision}

    return of


def _cells(truth: np.ndarray, scores: np.ndarray) -> Cells:
    """Put negative rows together that no positive one stands between; each counts alike."""
    positive = np.unique(scores[truth])
    places = np.searchsorted(positive, scores, "left") + np.searchsorted(positive, scores, "right")
    kinds = np.stack([places, truth], axis=1)
    return cells_of(kinds, lambda rows: _figures_of_ranking(truth[rows], places[rows]))


def of_columns(truth: np.ndarray, scores: np.ndarray, names: list[str], what: str) -> Statistics:
    """Describe the same of several classes or labels, averaged; all have to be there.

    In a resample that lacks a class the others are averaged.

    Args:
        truth: Whether a row has the class, bool (n, k).
        scores: More means rather so, float (n, k).
        names: Names of the classes.
        what: The word for one of them.
    """
    rankings = [Ranking(truth[:, at], scores[:, at]) for at in range(truth.shape[1])]
    shares = truth.mean(axis=0) if len(truth) else np.zeros(truth.shape[1])
    absent = [name for name, share in zip(names, shares, strict=True) if share == 0]
    alone = [name for name, share in zip(names, shares, strict=True) if share in (0, 1)]

    def of(weights: np.ndarray) -> Figures:
        areas = [one.areas(weights) for one in rankings]
        roc, precision = (np.stack(one, axis=1) for one in zip(*areas, strict=True))
        nothing = np.full(len(weights), np.nan)
        return {
            "roc_auc": nothing if alone else mean_of_defined(roc),
            "pr_auc": nothing if absent else mean_of_defined(precision),
        }

    reasons = {
        name: f"no row has the {what} {some[0]}" if some[0] in absent else _every(what, some[0])
        for name, some in (("roc_auc", alone), ("pr_auc", absent))
        if some
    }
    return Statistics(len(truth), of, reasons, width=len(names))


def _every(what: str, name: str) -> str:
    return f"every row has the {what} {name}"


class Ranking:
    """The order in which scores put the rows; rows with the same score stand together.

    Args:
        truth: Whether a row is positive, bool (n,).
        scores: More means rather positive, float (n,).
    """

    def __init__(self, truth: np.ndarray, scores: np.ndarray) -> None:
        self._order = np.argsort(-scores, kind="stable")
        ordered, positive = scores[self._order], truth[self._order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        counts = np.add.reduceat(positive.astype(int), starts)
        held = counts > 0  # groups of one score with a positive row among them
        self._starts, self._ends = starts[held], np.r_[starts[1:], len(ordered)][held]
        self._positives, self._counts = self._order[positive], counts[held].cumsum()

    def areas(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute ROC-AUC and average precision of weights (B, n), each (B,)."""
        passed = _sums(weights[:, self._order])
        found = _sums(weights[:, self._positives])
        chosen, hits = passed[:, self._ends], found[:, self._counts]
        every = chosen - passed[:, self._starts]
        positive = np.diff(hits, axis=1, prepend=0)
        positives, negatives = found[:, -1], passed[:, -1] - found[:, -1]
        below = negatives[:, None] - (chosen - hits)  # negatives with a lower score
        area = (positive * (below + (every - positive) / 2)).sum(axis=1)
        precision = np.where(positive > 0, positive * hits / chosen, 0.0).sum(axis=1)
        return area / (positives * negatives), precision / positives


def _sums(weights: np.ndarray) -> np.ndarray:
    """Add up what stands before each place, from nothing to all; (B, n + 1)."""
    sums = np.zeros((len(weights), weights.shape[1] + 1), weights.dtype)
    np.cumsum(weights, axis=1, out=sums[:, 1:])
    return sums
