"""Figures of a sweep against the values that were swept: lines, a heat map, or a row for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from dltrain.report.elements import COLOURS, Plot
from dltrain.report.plots.canvas import LEGEND, drawn, grid, words
from dltrain.report.studies.axes import axis_label, logarithmic_axis, spans_decades
from dltrain.report.studies.combinations import Combination, is_grid, numeric, short, swept, told
from dltrain.report.studies.curves import LINES
from dltrain.report.studies.record import StudyRecord
from dltrain.spelling import figure

MOST_FIGURES = 6
MOST_ROWS = 30
MOST_NUMBERS = 6  # across
MOST_WRITTEN = 80  # cells of a heat map with their figure
DARKEST = 0.75
SIZE = (4.6, 2.9)  # inches
ROW = 0.2
INTERVALS = "Bars are 95 % intervals over the seeds."
UNKNOWN = "One seed says nothing about chance: there are no intervals."

Spread = Mapping[str, Any]


def against_values(record: StudyRecord, found: Sequence[Combination]) -> Iterator[Plot]:
    """Draw the figures of the judged part against what was swept.

    One numeric key, by itself or beside one of words, is an axis; two numeric keys are a heat map;
    of anything else each combination has a row.

    Args:
        record: The sweep.
        found: Its combinations, the best first.
    """
    keys = swept(record)
    numbers = [key for key, values in keys.items() if numeric(values)]
    others = [key for key in keys if key not in numbers]
    for name in record.main[:MOST_FIGURES]:
        known = [one for one in found if one.spread(record.judged, name)]
        if len(known) < 2:
            continue
        if is_grid(record) and len(numbers) == 2 and not others:
            yield _heat_map(record, known, name, keys, numbers[0], numbers[1])
        elif is_grid(record) and len(numbers) == 1 and _is_legible(keys, others):
            yield _lines(record, known, name, keys, numbers[0], others)
        else:
            yield _rows(record, known, name)


def _is_legible(keys: Mapping[str, Sequence[Any]], others: Sequence[str]) -> bool:
    return not others or (len(others) == 1 and len(keys[others[0]]) <= len(LINES))


def _spread(record: StudyRecord, one: Combination, name: str) -> Spread:
    found = one.spread(record.judged, name)
    assert found is not None  # the others were left out
    return found


def _lines(
    record: StudyRecord,
    found: Sequence[Combination],
    name: str,
    keys: Mapping[str, Sequence[Any]],
    key: str,
    others: Sequence[str],
) -> Plot:
    """Draw a figure against the values of one key, a line for each value of another."""
    groups: dict[str, list[Combination]] = {}
    for value in keys[others[0]] if others else (None,):
        own = [one for one in found if not others or one.values[others[0]] == value]
        if own:
            groups[told(value)] = sorted(own, key=lambda one: float(one.values[key]))

    def draw(axes: Any) -> None:
        for (label, own), (colour, style) in zip(groups.items(), LINES, strict=False):
            spreads = [_spread(record, one, name) for one in own]
            x = np.array([one.values[key] for one in own], np.float64)
            _bars(axes, x, spreads, COLOURS[colour], style, label)
        _scales(axes, list(map(float, keys[key])), [_spread(record, one, name) for one in found])
        axes.set_xlabel(key)
        axes.set_ylabel(axis_label(record, name))
        grid(axes)
        if others:
            axes.legend(title=short(others[0]), title_fontsize=7.5, **LEGEND)

    best = _best(record, found, name)
    at = told(best.values[key])
    text = f"{name} of {record.judged} rows is best at {key} {at}"
    text += f" with {short(others[0])} {told(best.values[others[0]])}" if others else ""
    text += f": {figure(_spread(record, best, name)['mean'])}. {_bars_in_words(record, found)}"
    return Plot(
        f"value-{name}", f"{record.judged} {name} by {key}", text, drawn(draw, SIZE, left=0.15)
    )


def _bars(
    axes: Any, x: np.ndarray, spreads: Sequence[Spread], colour: str, style: Any, label: str
) -> None:
    means = np.array([one["mean"] for one in spreads])
    axes.plot(x, means, color=colour, linestyle=style, linewidth=1.3, marker="o", markersize=3.5,
              label=label)  # fmt: skip
    for at, one in zip(x, spreads, strict=True):
        if one["interval"]:
            axes.plot([at, at], one["interval"], color=colour, linewidth=3.5, alpha=0.3,
                      solid_capstyle="butt")  # fmt: skip


def _scales(axes: Any, values: Sequence[float], spreads: Sequence[Spread]) -> None:
    """Choose the scales, and the height by what was seen: intervals of few seeds may be huge."""
    if spans_decades(values) or (min(values) > 0 and _is_even(values)):
        axes.set_xscale("log")
        if len(values) <= 8:
            axes.set_xticks(values, [f"{one:g}" for one in values])
            axes.xaxis.set_minor_formatter(lambda value, _: "")
    if spans_decades(one["mean"] for one in spreads):
        logarithmic_axis(axes, [one["mean"] for one in spreads])
    axes.set_ylim(*_limits([value for one in spreads for value in one["values"]], axes))


def _is_even(values: Sequence[float]) -> bool:
    """Tell whether each of some ascending values is the one before times the same."""
    ratios = np.divide(sorted(values)[1:], sorted(values)[:-1])
    return len(values) > 2 and bool(np.allclose(ratios, ratios[0]))


def _limits(values: Sequence[float], axes: Any) -> tuple[float, float]:
    low, high = min(values), max(values)
    if axes.get_yscale() == "log":
        room = (high / low) ** 0.1
        return low / room, high * room
    room = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room


def _heat_map(
    record: StudyRecord,
    found: Sequence[Combination],
    name: str,
    keys: Mapping[str, Sequence[Any]],
    down: str,
    across: str,
) -> Plot:
    """Draw a figure over the values of two keys; the better, the darker."""
    rows, columns = sorted(keys[down]), sorted(keys[across])
    table = np.full((len(rows), len(columns)), np.nan)
    for one in found:
        place = rows.index(one.values[down]), columns.index(one.values[across])
        table[place] = _spread(record, one, name)["mean"]
    shades = _shades(table, larger=record.mode(name) == "max")

    def draw(axes: Any) -> None:
        from matplotlib.patches import Rectangle

        for (row, column), value in np.ndenumerate(table):
            if np.isfinite(value):
                axes.add_patch(Rectangle(
                    (column - 0.5, row - 0.5), 1, 1, facecolor=COLOURS["train"],
                    alpha=DARKEST * float(shades[row, column]), linewidth=0,
                ))  # fmt: skip
            if table.size <= MOST_WRITTEN:
                text = figure(value) if np.isfinite(value) else "failed"
                axes.text(column, row, text, ha="center", va="center", fontsize=6.5)
        axes.set_xticks(range(len(columns)), map(told, columns))
        axes.set_yticks(range(len(rows)), map(told, rows))
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(-0.5, len(rows) - 0.5)
        axes.set_xlabel(across)
        axes.set_ylabel(down)
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(length=0)

    best = _best(record, found, name)
    where = f"{down} {told(best.values[down])} and {across} {told(best.values[across])}"
    text = (
        f"Mean {name} of {record.judged} rows: the darker, the better. It is best at {where}: "
        f"{figure(_spread(record, best, name)['mean'])}."
    )
    height = float(np.clip(0.8 + 0.3 * len(rows), 1.6, 5.0))
    picture = drawn(draw, (SIZE[0], height), left=0.15, bottom=0.45 / height, top=1 - 0.1 / height)
    return Plot(f"value-{name}", f"{record.judged} {name} by {down} and {across}", text, picture)


def _shades(table: np.ndarray, *, larger: bool) -> np.ndarray:
    """Rank the cells of a table from 0 for the worst to 1 for the best: no far one hides others."""
    shades = np.zeros(table.shape)
    there = np.isfinite(table)
    values = table[there] if larger else -table[there]
    ranks = np.searchsorted(np.unique(values), values)
    shades[there] = (ranks + 0.15) / (max(1, ranks.max()) + 0.15)
    return shades


def _rows(record: StudyRecord, found: Sequence[Combination], name: str) -> Plot:
    """Draw a figure of each combination in a row, the best on top, with intervals and seeds."""
    ranked = sorted(
        found,
        key=lambda one: _spread(record, one, name)["mean"],
        reverse=record.mode(name) == "max",
    )[:MOST_ROWS]
    spreads = [_spread(record, one, name) for one in ranked]
    labels = words((one.label for one in ranked), 30)

    def draw(axes: Any) -> None:
        for at, one in enumerate(spreads):
            if one["interval"]:
                axes.plot(one["interval"], [at, at], color=COLOURS["val"], linewidth=5, alpha=0.3,
                          solid_capstyle="butt")  # fmt: skip
            axes.scatter(one["values"], [at] * len(one["values"]), 10, color=COLOURS["val"],
                         alpha=0.7, linewidth=0, zorder=3)  # fmt: skip
            axes.plot([one["mean"]] * 2, [at - 0.32, at + 0.32], color=COLOURS["val"],
                      linewidth=1.8, zorder=4)  # fmt: skip
        if spans_decades(one["mean"] for one in spreads):
            axes.set_xscale("log")
        values = [value for one in spreads for value in one["values"]]
        low, high = min(values), max(values)
        is_log = axes.get_xscale() == "log"
        room = (high / low) ** 0.08 if is_log else 0.08 * (high - low) or 0.1
        axes.set_xlim(*((low / room, high * room) if is_log else (low - room, high + room)))
        if not is_log:
            axes.xaxis.get_major_locator().set_params(nbins=MOST_NUMBERS)
        axes.set_yticks(range(len(ranked)), labels)
        axes.set_ylim(len(ranked) - 0.4, -0.6)
        axes.set_xlabel(axis_label(record, name))
        grid(axes)

    height = 0.6 + ROW * len(ranked)
    left = min(0.45, 0.04 + 0.0145 * max(map(len, labels)))
    picture = drawn(
        draw, (SIZE[0], height), left=left, bottom=0.42 / height, top=1 - 0.08 / height
    )  # fmt: skip
    more = f" The {MOST_ROWS} best of {len(found)}." if len(found) > MOST_ROWS else ""
    text = (
        f"Points are seeds, the upright mark is their mean; the best is {ranked[0].label} with "
        f"{figure(spreads[0]['mean'])}. {_bars_in_words(record, found)}{more}"
    )
    return Plot(f"value-{name}", f"{record.judged} {name} by combination", text, picture)


def _best(record: StudyRecord, found: Sequence[Combination], name: str) -> Combination:
    choose = max if record.mode(name) == "max" else min
    return choose(found, key=lambda one: float(_spread(record, one, name)["mean"]))


def _bars_in_words(record: StudyRecord, found: Sequence[Combination]) -> str:
    there = any(one.row["monitored"]["interval"] for one in found)
    return INTERVALS if there else UNKNOWN
