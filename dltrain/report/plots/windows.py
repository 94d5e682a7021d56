"""The windows of a time series whose next values are predicted worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.evaluation.answers import Answers
from dltrain.report.elements import COLOURS, Line, Plot
from dltrain.report.plots.canvas import LEGEND, drawn, grid
from dltrain.report.record import Record
from dltrain.spelling import amount, figure, plain

MOST_WINDOWS = 6
SIZE = (3.2, 2.1)  # inches


@dataclass(frozen=True)
class Window:
    """A window and what follows it, of one variable.

    Attributes:
        number: Its number among the windows.
        behind: The row that follows it in the series.
        variable: What is predicted.
        past: What the model sees of the variable, float64 (steps,).
        truth: The values that follow, float64 (horizon,).
        said: What the model says they are, float64 (horizon,).
    """

    number: int
    behind: int
    variable: str
    past: np.ndarray
    truth: np.ndarray
    said: np.ndarray

    @property
    def worst(self) -> int:
        """The step that is farthest off."""
        return int(np.argmax(np.abs(self.said - self.truth)))


def windows(record: Record, answers: Answers, ending: str) -> Iterator[Plot]:
    """Draw the worst windows: what the model has seen, what came, and what it said would come."""
    for at, window in enumerate(_worst(record, answers), 1):
        yield _window(window, f"worst-window{ending}-{at}")


def _worst(record: Record, answers: Answers) -> Iterator[Window]:
    """Take the worst windows that `fit` has kept; of several variables the one farthest off."""
    found = (record.insights.get("mistakes") or {}).get(answers.target) or {}
    if answers.task != "regression" or "series" not in found:
        return
    number = [one.target for one in record.answers].index(answers.target)
    kept = record.insights.arrays[f"mistakes/{number}/windows"][:MOST_WINDOWS]
    usual = np.abs(answers.rows.said - answers.rows.truth).mean(axis=0)
    for at, past in enumerate(kept):
        truth, said = (np.array(found[key][at], np.float64) for key in ("truth", "said"))
        gaps = np.abs(said - truth) / np.where(usual > 0, usual, 1.0)
        steps = {name: _steps(answers.names, name) for name in found["series"]}
        variable = max(steps, key=lambda name: gaps[steps[name]].max())
        own = past[:, found["series"].index(variable)]
        chosen = steps[variable]
        yield Window(
            found["rows"][at], found["behind"][at], variable, own, truth[chosen], said[chosen]
        )


def _steps(names: Sequence[str], variable: str) -> list[int]:
    """Number the columns that hold the next values of a variable."""
    return [at for at, name in enumerate(names) if name.rpartition("+")[0] == variable]


def _window(window: Window, name: str) -> Plot:
    """Draw a window; the points of what follows are joined with the last that was seen."""
    before = np.arange(1 - len(window.past), 1)
    behind = np.arange(1, 1 + len(window.truth))
    joined = np.arange(1 + len(window.truth))
    last = window.past[-1:]

    def draw(axes: Any) -> None:
        many = len(before) > 40
        axes.plot(before, window.past, "" if many else ".", linestyle="-", linewidth=1,
                  markersize=4, color=COLOURS["train"], label="seen")  # fmt: skip
        for values, colour, dashes, mark, label in (
            (window.truth, "test", "-", "o", "true"),
            (window.said, "bad", (0, (4, 1.5)), "X", "predicted"),
        ):
            axes.plot(joined, [*last, *values], linewidth=0.9, linestyle=dashes, marker=mark,
                      markevery=slice(1, None), markersize=4.5, color=COLOURS[colour],
                      label=label)  # fmt: skip
        axes.set_xlabel("row, counted from the last one seen")
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 0.97), ncols=3, columnspacing=1.2, **LEGEND
        )
        axes.xaxis.get_major_locator().set_params(integer=True)
        grid(axes)

    true, said = (float(one[window.worst]) for one in (window.truth, window.said))
    rows, far = f"Row {amount(window.behind)}", ""
    if len(window.truth) > 1:
        last_row = window.behind + len(window.truth) - 1
        rows = f"Rows {amount(window.behind)} to {amount(last_row)}"
        far = f"farthest off is row {amount(window.behind + window.worst)}, where "
    sentence = (
        f"{rows} of the series, from the {len(before)} before: {far}the model says "
        f"{figure(said)} for {plain(window.variable, 30)}, {figure(abs(said - true))} too "
        f"{'high' if said > true else 'low'}."
    )
    title = f"window {amount(window.number)}: {figure(true)}, predicted {figure(said)}"
    x, none_seen = np.append(before, behind), np.full(len(behind), np.nan)
    none_said = np.full(len(before), np.nan)
    lines = (
        Line("seen", x, np.append(window.past, none_seen)),
        Line("true", x, np.append(none_said, window.truth)),
        Line("predicted", x, np.append(none_said, window.said)),
    )
    figure_drawn = drawn(draw, SIZE, left=0.16, bottom=0.21, top=0.86)
    return Plot(name, title, sentence, figure_drawn, lines, "row")
