"""How far off amounts are: residuals, predicted against true, errors of reconstruction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dltrain.evaluation.answers import Answers
from dltrain.report.elements import COLOURS, Plot
from dltrain.report.plots.canvas import SQUARE, drawn, grid
from dltrain.spelling import figure, plain

# Points of a plot at most; every page holds all of them.
MOST_POINTS = 500
MOST_QUANTITIES = 4
BINS = 30
SEED = 0


def amounts(answers: Answers, ending: str) -> Iterator[Plot]:
    """Draw predicted against true, and the residuals, of each quantity."""
    if answers.task == "autoencoder":
        yield from _reconstruction(answers, ending)
    if answers.task != "regression":
        return
    rows = answers.rows
    chosen = some(len(rows))
    for at, name in enumerate(answers.names[:MOST_QUANTITIES]):
        mark = f"{ending}-{at + 1}" if len(answers.names) > 1 else ending
        title = f" of {plain(name, 30)}" if len(answers.names) > 1 else ""
        truth, said = rows.truth[:, at], rows.said[:, at]
        yield _against(truth, said, chosen, title, mark, answers.judged)
        yield _residuals(truth, said, chosen, title, mark, answers.judged)


def some(count: int) -> np.ndarray:
    """Draw at most so many of some rows, the same ones each time."""
    if count <= MOST_POINTS:
        return np.arange(count)
    drawn_rows = np.random.default_rng(SEED).choice(count, MOST_POINTS, replace=False)
    return np.sort(drawn_rows)


def _against(
    truth: np.ndarray, said: np.ndarray, chosen: np.ndarray, title: str, mark: str, part: str
) -> Plot:
    def draw(axes: Any) -> None:
        ends = [min(truth.min(), said.min()), max(truth.max(), said.max())]
        axes.plot(ends, ends, color=COLOURS["dim"], linewidth=0.8, linestyle=":")
        axes.scatter(truth[chosen], said[chosen], 9, color=COLOURS["train"], alpha=0.6, linewidth=0)
        axes.set_xlabel("true")
        axes.set_ylabel("predicted")
        grid(axes)

    words = (
        f"On the dotted line the prediction is right. Half of the {len(truth)} rows of {part} are "
        f"off by less than {figure(float(np.median(np.abs(said - truth))))}."
    )
    name = f"predicted-against-true{mark}"
    return Plot(
        name, f"predicted against true{title}, {part}", words, drawn(draw, SQUARE, left=0.2)
    )


def _residuals(
    truth: np.ndarray, said: np.ndarray, chosen: np.ndarray, title: str, mark: str, part: str
) -> Plot:
    gaps = said - truth

    def draw(axes: Any) -> None:
        axes.axhline(0, color=COLOURS["dim"], linewidth=0.8, linestyle=":")
        axes.scatter(said[chosen], gaps[chosen], 9, color=COLOURS["bad"], alpha=0.6, linewidth=0)
        axes.set_xlabel("predicted")
        axes.set_ylabel("predicted - true")
        grid(axes)

    lean, largest = float(gaps.mean()), float(gaps[np.argmax(np.abs(gaps))])
    words = (
        f"Predictions are on average {figure(abs(lean))} too {'high' if lean > 0 else 'low'}; the "
        f"largest error is {figure(largest)}. A slope or a funnel would say what is left to learn."
    )
    name = f"residuals{mark}"
    return Plot(name, f"residuals{title}, {part}", words, drawn(draw, SQUARE, left=0.2))


def _reconstruction(answers: Answers, ending: str) -> Iterator[Plot]:
    """Draw how many rows are reconstructed how well."""
    errors = answers.rows.errors

    def draw(axes: Any) -> None:
        axes.hist(errors, BINS, color=COLOURS["train"], alpha=0.75)
        axes.set_xlabel("mean squared error of a row")
        axes.set_ylabel("rows")
        grid(axes)

    words = (
        f"Half of the {len(errors)} rows of {answers.judged} are reconstructed with an error below "
        f"{figure(float(np.median(errors)))}, one in twenty with one above "
        f"{figure(float(np.quantile(errors, 0.95)))}."
    )
    title = f"errors of reconstruction, {answers.judged}"
    yield Plot(f"reconstruction{ending}", title, words, drawn(draw))
