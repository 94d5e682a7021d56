"""The plots of a cross-validation: curves with their band, and the figures fold by fold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dltrain.report.elements import COLOURS, Plot
from dltrain.report.plots.canvas import STYLES, drawn, grid
from dltrain.report.studies.axes import with_unit
from dltrain.report.studies.bands import band, rule
from dltrain.report.studies.curves import Chart, Curve, curve_plot, ends
from dltrain.report.studies.record import VAL, StudyRecord
from dltrain.spelling import figure, interval

MOST_FIGURES = 4
WIDTH = 4.6  # inches
ROW = 0.42
SEED = 0
OFFSET = 0.14  # of a row, to both sides


def curves(record: StudyRecord) -> Iterator[Plot]:
    """Draw the loss and the main figures of all folds over the epochs, train against val."""
    for name in _names(record):
        if chart := chart_of(record, name):
            yield curve_plot(chart)


def _names(record: StudyRecord) -> list[str]:
    return list(dict.fromkeys(("loss", *record.main)))[:MOST_FIGURES]


def chart_of(record: StudyRecord, name: str) -> Chart | None:
    """Lay out the curves of one figure; None where no training has them."""
    columns = {"train": name, "val": VAL + name}
    found = {part: band(record.trainings, column) for part, column in columns.items()}
    bands = {part: one for part, one in found.items() if one is not None}
    if not bands:
        return None
    lines = [Curve(part, one, part, STYLES[part]) for part, one in bands.items()]
    what = f"{len(record.trainings)} trainings"
    told = (
        f"In its last epoch the mean {name} is {', '.join(ends(lines))}. "
        f"{rule(list(bands.values()), what)} Each training is thin behind."
    )
    title = f"{name} of {what}"
    return Chart(f"curve-{name}", title, told, with_unit(name, record.experiment), lines, True)


def strips(record: StudyRecord) -> Iterator[Plot]:
    """Draw the figures of each fold as points, the mean and its interval beside them."""
    for name in record.metrics.get("main", ())[:MOST_FIGURES]:
        rows = {part: found[name] for part, found in record.metrics["spreads"].items()
                if name in found}  # fmt: skip
        if "val" in rows and len(rows["val"]["values"]) > 1:
            yield _strip(record, name, rows)


def _strip(record: StudyRecord, name: str, rows: dict[str, dict[str, Any]]) -> Plot:
    val = rows["val"]
    baselines = {
        one: parts["val"][name]
        for one, parts in record.metrics["baselines"].items()
        if parts.get("val", {}).get(name) is not None
    }

    def draw(axes: Any) -> None:
        for at, (part, found) in enumerate(rows.items()):
            _draw_row(axes, at, part, found)
        _draw_baselines(axes, len(rows), baselines)
        axes.set_yticks(range(len(rows)), rows)
        axes.set_ylim(len(rows) - 0.5, -0.5 - 0.5 * bool(baselines))
        axes.set_xlabel(with_unit(name, record.experiment))
        grid(axes)

    height = 0.6 + ROW * (len(rows) + 0.5 * bool(baselines))
    picture = drawn(
        draw, (WIDTH, height), left=0.1, bottom=0.42 / height, top=1 - 0.08 / height
    )  # fmt: skip
    told = (
        f"Each point is a fold: of val rows from {figure(min(val['values']))} to "
        f"{figure(max(val['values']))}. The upright mark is the mean, {figure(val['mean'])}, and "
        f"the bar its corrected 95 % interval, {interval(val['interval'])}."
    )
    if baselines:
        each = ", ".join(f"{one} {figure(value)}" for one, value in baselines.items())
        told += f" Dotted: baselines on the same val rows ({each})."
    return Plot(f"folds-{name}", f"{name} by fold", told, picture)


def _draw_row(axes: Any, at: int, part: str, found: dict[str, Any]) -> None:
    values = np.array(found["values"])
    shifts = np.random.default_rng(SEED).uniform(-OFFSET, OFFSET, len(values))
    colour = COLOURS[part]
    if part == "val":  # folds of train rows share most of them: their interval would say nothing
        axes.plot(found["interval"], [at, at], color=colour, linewidth=6, alpha=0.3,
                  solid_capstyle="butt")  # fmt: skip
    axes.scatter(values, at + shifts, 14, color=colour, alpha=0.7, linewidth=0, zorder=3)
    axes.plot([found["mean"]] * 2, [at - 0.3, at + 0.3], color=colour, linewidth=1.8, zorder=4)


def _draw_baselines(axes: Any, rows: int, baselines: dict[str, float]) -> None:
    for one, value in baselines.items():
        axes.plot([value] * 2, [rows - 0.5, -0.55], color=COLOURS["dim"], linewidth=0.9,
                  linestyle=":")  # fmt: skip
        axes.text(value, -0.6, one, ha="center", va="bottom", fontsize=6.5)
