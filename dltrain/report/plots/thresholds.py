"""What every threshold would give: ROC and precision-recall curves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.evaluation.answers import Answers
from dltrain.report.elements import COLOURS, Line, Plot
from dltrain.report.plots.canvas import LEGEND, SERIES, SQUARE, drawn, grid, words
from dltrain.spelling import figure

# Points of a curve at most: more cannot be seen, and would make the page large.
MOST_POINTS = 400
MOST_GREY = 30  # curves without a colour of their own
Points = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Curve:
    """One class or label against all others.

    Attributes:
        name: The class or label.
        x: Where the points are, ascending for ROC, float64 (n,).
        y: How high.
        area: The area below it: for ROC by trapezoids, for precision-recall the average precision.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    area: float


def roc(answers: Answers, ending: str) -> Iterator[Plot]:
    """Draw the ROC curve of each class or label that has rows of both kinds."""
    curves = list(_curves(answers, _roc))
    if not curves:
        return

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=COLOURS["dim"], linewidth=0.8, linestyle=":")
        _draw(axes, curves, "lower right")
        axes.set_xlabel("false positive rate")
        axes.set_ylabel("true positive rate")

    said = _said(answers, curves, "area", "Chance would have 0.5, the dotted line.")
    yield Plot(
        f"roc{ending}", f"ROC, {answers.judged}", said, drawn(draw, SQUARE), _lines(curves),
        "false positive rate",
    )  # fmt: skip


def precision_recall(answers: Answers, ending: str) -> Iterator[Plot]:
    """Draw the precision-recall curve of each class or label that has rows of both kinds."""
    curves = list(_curves(answers, _precision_recall))
    if not curves:
        return

    def draw(axes: Any) -> None:
        _draw(axes, curves, "lower center")
        axes.set_xlabel("recall")
        axes.set_ylabel("precision")

    shares = [float(truth.mean()) for _, truth, _ in _against_others(answers)]
    chance = f"Chance would have {_span(shares)}, the share of its rows."
    said = _said(answers, curves, "average precision", chance)
    yield Plot(
        f"precision-recall{ending}", f"precision and recall, {answers.judged}", said,
        drawn(draw, SQUARE), _lines(curves), "recall",
    )  # fmt: skip


def _against_others(answers: Answers) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Give each class or label that has rows of both kinds: its name, truth and probabilities."""
    rows, names = answers.rows, words(answers.words)
    if answers.task == "binary":
        each = [(names[1], rows.truth == 1, rows.shares[:, 1])]
    elif answers.task == "multiclass":
        each = [(name, rows.truth == at, rows.shares[:, at]) for at, name in enumerate(names)]
    elif answers.task == "multilabel":
        each = [(name, rows.truth[:, at] == 1, rows.shares[:, at]) for at, name in enumerate(names)]
    else:
        return
    for name, truth, shares in each:
        if 0 < truth.sum() < len(truth) and np.isfinite(shares).all():
            yield name, truth, shares


def _curves(
    answers: Answers, curve: Callable[[np.ndarray, np.ndarray], tuple[Points, float]]
) -> Iterator[Curve]:
    for name, truth, shares in _against_others(answers):
        (x, y), area = curve(truth, shares)
        yield Curve(name, *_thinned(x, y), area)


def _roc(truth: np.ndarray, shares: np.ndarray) -> tuple[Points, float]:
    from sklearn.metrics import auc, roc_curve

    false, true, _ = roc_curve(truth, shares)
    return (false, true), float(auc(false, true))


def _precision_recall(truth: np.ndarray, shares: np.ndarray) -> tuple[Points, float]:
    from sklearn.metrics import average_precision_score, precision_recall_curve

    precision, recall, _ = precision_recall_curve(truth, shares, drop_intermediate=True)
    return (recall, precision), float(average_precision_score(truth, shares))


def _thinned(x: np.ndarray, y: np.ndarray) -> Points:
    """Keep the points that can be told apart, the first and the last among them."""
    if len(x) <= MOST_POINTS:
        return x, y
    way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
    wanted = np.linspace(0, way[-1], MOST_POINTS)
    kept = np.unique(np.searchsorted(way, wanted, side="left").clip(0, len(x) - 1))
    return x[kept], y[kept]


def _split(curves: list[Curve]) -> tuple[list[Curve], list[Curve]]:
    """Choose the curves that have a colour of their own, those with the smallest area; and others.

    Of many others some are taken, evenly from the smallest area to the largest.
    """
    ordered = sorted(curves, key=lambda one: one.area)
    shown, others = ordered[: len(SERIES)], ordered[len(SERIES) :]
    places = np.linspace(0, len(others) - 1, min(len(others), MOST_GREY)).round().astype(int)
    return shown, [others[at] for at in places]


def _draw(axes: Any, curves: list[Curve], corner: str) -> None:
    shown, grey = _split(curves)
    for one in grey:
        axes.plot(one.x, one.y, color=COLOURS["dim"], linewidth=0.7, alpha=0.6)
    for one, (colour, style) in zip(shown, SERIES, strict=False):
        label = f"{one.name}  {figure(one.area)}"
        axes.plot(one.x, one.y, color=COLOURS[colour], linestyle=style, linewidth=1.4, label=label)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    grid(axes)
    left = len(curves) - len(shown)
    of = f"{len(grey)} of {left}" if left > len(grey) else left
    title = f"{of} more in grey" if left else None
    axes.legend(loc=corner, title=title, title_fontsize=7.5, **LEGEND)


def _lines(curves: list[Curve]) -> list[Line]:
    return [Line(one.name, one.x, one.y) for one in _split(curves)[0]]


def _said(answers: Answers, curves: list[Curve], word: str, chance: str) -> str:
    kind = "label" if answers.task == "multilabel" else "class"
    if len(curves) == 1:
        only = curves[0]
        return f"{kind.capitalize()} {only.name} has the {word} {figure(only.area)}. {chance}"
    ordered = sorted(curves, key=lambda one: one.area)
    return (
        f"Each {kind} against all others: the {word} lies between {figure(ordered[0].area)} "
        f"({ordered[0].name}) and {figure(ordered[-1].area)} ({ordered[-1].name}). {chance}"
    )


def _span(values: list[float]) -> str:
    low, high = figure(min(values)), figure(max(values))
    return low if low == high else f"{low} to {high}"
