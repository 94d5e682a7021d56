"""The lecture figure: how each combination of a sweep learns, with its band over the seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dltrain.report.elements import Plot
from dltrain.report.studies.axes import axis_label
from dltrain.report.studies.bands import band, rule
from dltrain.report.studies.combinations import Combination
from dltrain.report.studies.curves import LINES, Chart, Curve, curve_plot
from dltrain.report.studies.record import VAL, StudyRecord
from dltrain.spelling import figure

MOST_FIGURES = 6


def sweep_curves(record: StudyRecord, found: Sequence[Combination]) -> Iterator[Plot]:
    """Draw the monitored figure, the loss and the main figures over the epochs.

    Args:
        record: The sweep.
        found: Its combinations, the best first.
    """
    for column in _columns(record):
        if chart := chart_of(record, found, column):
            yield curve_plot(chart)


def _columns(record: StudyRecord) -> list[str]:
    mark = VAL if record.judged == "val" else ""
    columns = (record.monitor, f"{mark}loss", "loss", *(mark + name for name in record.main))
    return list(dict.fromkeys(columns))[:MOST_FIGURES]


def chart_of(record: StudyRecord, found: Sequence[Combination], column: str) -> Chart | None:
    """Lay out the curves of one column of history.csv; None where no training has it."""
    chosen = legible(found)
    lines = [
        Curve(one.label, its, *style)
        for one, style in zip(chosen, LINES, strict=False)
        if (its := band(one.trainings, column)) is not None
    ]
    if not lines:
        return None
    name, part = column.removeprefix(VAL), "val" if column.startswith(VAL) else "train"
    title = f"{name} of {part} rows"
    if len(chosen) < len(found):
        best = -(-len(LINES) // 2)
        title += f", the {best} best and the {len(LINES) - best} worst of {len(found)}"
    sentence, y = _last(lines, record.mode(column)), axis_label(record, name)
    is_max = record.mode(column) == "max"
    return Chart(f"curve-{part}-{name}", title, sentence, y, lines, False, is_max)


def words(found: Sequence[Combination]) -> list[str]:
    """Say how the curves are made, once for all of them."""
    if not found:
        return []
    groups = [one.trainings for one in found]
    return [rule(groups, f"{max(map(len, groups))} seeds")]


def legible(found: Sequence[Combination]) -> list[Combination]:
    """Choose at most as many combinations as there are lines to tell apart, in the file's order.

    Args:
        found: The combinations, the best first; of many the best and the worst are taken.
    """
    chosen = list(found)
    if len(found) > len(LINES):
        best = -(-len(LINES) // 2)
        chosen = [*found[:best], *found[best - len(LINES) :]]
    return sorted(chosen, key=lambda one: one.number)


def _last(lines: Sequence[Curve], mode: str) -> str:
    """Say which curves are the highest and the lowest in their last epoch."""
    ranked = sorted(lines, key=lambda one: float(one.band.mean[-1]), reverse=mode == "max")
    first, last = ranked[0], ranked[-1]
    text = f"In the last epoch the best is {first.label} with {figure(float(first.band.mean[-1]))}"
    if last is first:
        return f"{text}."
    return f"{text}, the worst {last.label} with {figure(float(last.band.mean[-1]))}."
