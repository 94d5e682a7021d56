"""The plots of a cross-validation: curves with their band, and the figures fold by fold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dltrain.report.elements import COLOURS, Plot
from dltrain.report.plots.canvas import STYLES, drawn, grid
from dltrain.report.studies.axes import axis_label
from dltrain.report.studies.bands import band, rule
from dltrain.report.studies.curves import Chart, Curve, curve_plot, ends
from dltrain.report.studies.record import VAL, StudyRecord
from dltrain.spelling import figure, interval

MOST_FIGURES = 6
WIDTH = 4.0  # inches
ROW = 0.34
MOST_NUMBERS = 6  # across
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
    told = f"In the last epoch the mean {name} is {', '.join(ends(lines))}."
    title = f"{name} of {len(record.trainings)} trainings"
    y, is_max = axis_label(record, name), record.mode(name) == "max"
    return Chart(f"curve-{name}", title, told, y, lines, True, is_max)


def words(record: StudyRecord) -> list[str]:
    """Say how the curves are made, once for all of them."""
    if len(record.trainings) < 2:
        return []
    text = rule([record.trainings], f"{len(record.trainings)} trainings")
    return [f"{text} Each training is thin behind."]


def strips(record: StudyRecord) -> Iterator[Plot]:
    """Draw the figures of each fold as points, the mean and its interval beside them."""
    for name in record.metrics.get("main", ())[:MOST_FIGURES]:
        rows = {part: found[name] for part, found in record.metrics["spreads"].items()
                if name in found}  # fmt: skip
        if "val" in rows and len(rows["val"]["values"]) > 1:
            yield _strip(record, name, rows)


def _strip(record: StudyRecord, name: str, rows: dict[str, dict[str, Any]]) -> Plot:
    val = rows["val"]
    baselines = _baselines(record, name)

    def draw(axes: Any) -> None:
        for at, (part, found) in enumerate(rows.items()):
            if part == "val":  # intervals of train rows, which folds share, would say nothing
                axes.plot(found["interval"], [at, at], color=COLOURS[part], linewidth=6, alpha=0.3,
                          solid_capstyle="butt")  # fmt: skip
            _draw_row(axes, at, COLOURS[part], found["values"])
        for at, values in enumerate(baselines.values(), len(rows)):
            _draw_row(axes, at, COLOURS["dim"], values)
        axes.set_yticks(range(len(rows) + len(baselines)), [*rows, *baselines])
        axes.set_ylim(len(rows) + len(baselines) - 0.5, -0.5)
        axes.set_xlabel(axis_label(record, name))
        axes.xaxis.get_major_locator().set_params(nbins=MOST_NUMBERS)
        grid(axes)

    height = 0.6 + ROW * (len(rows) + len(baselines))
    picture = drawn(
        draw, (WIDTH, height), left=0.17, bottom=0.42 / height, top=1 - 0.08 / height
    )  # fmt: skip
    told = (
        f"Each point is a fold: of val rows from {figure(min(val['values']))} to "
        f"{figure(max(val['values']))}. The upright mark is the mean, {figure(val['mean'])}, and "
        f"the bar its corrected 95 % interval, {interval(val['interval'])}."
    )
    if baselines:
        each = ", ".join(f"{one} {figure(float(np.mean(got)))}" for one, got in baselines.items())
        told += f" Grey: baselines on the same val rows (means: {each})."
    return Plot(f"folds-{name}", f"{name} by fold", told, picture)


def _baselines(record: StudyRecord, name: str) -> dict[str, list[float]]:
    """List what baselines reach on the val rows of each training; those that have no figure not."""
    found = {}
    for one in record.metrics["baselines"]:
        values = [own.metrics["baselines"][one]["val"].get(name) for own in record.trainings]
        if None not in values:
            found[one] = values
    return found


def _draw_row(axes: Any, at: int, colour: str, values: Sequence[float]) -> None:
    shifts = np.random.default_rng(SEED).uniform(-OFFSET, OFFSET, len(values))
    axes.scatter(values, at + shifts, 14, color=colour, alpha=0.7, linewidth=0, zorder=3)
    axes.plot([np.mean(values)] * 2, [at - 0.3, at + 0.3], color=colour, linewidth=1.8, zorder=4)
