"""Whether probabilities come true as often as they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.evaluation.answers import Answers
from dltrain.report.elements import COLOURS, Line, Plot
from dltrain.report.plots.canvas import SQUARE, drawn, grid, word
from dltrain.spelling import figure

MOST_AREA = 90.0  # of a point, in square points of a printer
LEAST_AREA = 8.0


@dataclass(frozen=True)
class Calibration:
    """What was predicted and what came out, by bins of equal width that have rows.

    Attributes:
        rows: Number of answers in each bin, int64 (bins,).
        predicted: Their mean probability, float64 (bins,).
        observed: How often what they say is true, float64 (bins,).
        error: Expected calibration error: the mean distance of both, weighed by rows.
    """

    rows: np.ndarray
    predicted: np.ndarray
    observed: np.ndarray
    error: float


def calibration_of(answers: Answers) -> Calibration | None:
    """Give the bins of the judged part, as metrics.json has them; None where there are none.

    Source:
        Guo et al., On Calibration of Modern Neural Networks, 2017.
    """
    found = answers.details.get("calibration")
    if found is None:
        return None
    rows, predicted, observed = (
        np.array([one[name] for one in found["bins"]]) for name in ("rows", "predicted", "observed")
    )
    return Calibration(rows, predicted, observed, found["error"])


def calibration(answers: Answers, ending: str) -> Iterator[Plot]:
    """Draw how often what the model says is true, against the probability that it gives."""
    found = calibration_of(answers)
    if found is None:
        return
    given, true = _axes(answers)

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=COLOURS["dim"], linewidth=0.8, linestyle=":")
        axes.plot(found.predicted, found.observed, color=COLOURS["train"], linewidth=1.2)
        areas = LEAST_AREA + MOST_AREA * found.rows / found.rows.max()
        axes.scatter(found.predicted, found.observed, areas, color=COLOURS["train"], alpha=0.7)
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(-0.03, 1.03)
        axes.set_xlabel(given)
        axes.set_ylabel(true)
        grid(axes)

    said = _said_of_the_predicted(found)
    if answers.task != "multiclass":
        said = _said_of(_one(answers), found)
    yield Plot(
        f"calibration{ending}", f"calibration, {answers.judged}", said,
        drawn(draw, SQUARE), [Line(true, found.predicted, found.observed)], given,
    )  # fmt: skip


def _one(answers: Answers) -> str:
    """Name what the probabilities are those of: the second of two classes, or any label."""
    return word(answers.classes[1]) if answers.task == "binary" else "a label"


def _axes(answers: Answers) -> tuple[str, str]:
    """Name what is across and what is up."""
    if answers.task == "multiclass":
        return "how sure the model is", "how often it is true"
    one = _one(answers)
    return f"P({one}) that the model gives", f"how often {one} is true"


def _said_of_the_predicted(found: Calibration) -> str:
    text = (
        "On the dotted line the model is as often right as it says; larger points have more rows. "
        f"On average it is off by {figure(found.error)}"
    )
    lean = _lean(found)
    if not lean:
        return text + "."
    return text + (", mostly too sure." if lean > 0 else ", mostly not sure enough.")


def _said_of(one: str, found: Calibration) -> str:
    share = f"P({one})"
    text = (
        f"On the dotted line {one} is as often true as {share} says; larger points have more rows. "
        f"The points are off by {figure(found.error)} on average"
    )
    lean = _lean(found)
    if not lean:
        return text + "."
    way = "high" if lean > 0 else "low"
    return text + f"; {share} is on average too {way} by {figure(abs(lean))}."


def _lean(found: Calibration) -> float:
    """Tell by how much what was predicted is too high on average; 0 where it goes both ways."""
    lean = float(np.average(found.predicted - found.observed, weights=found.rows))
    return 0.0 if abs(lean) < 0.5 * found.error or found.error < 0.01 else lean
