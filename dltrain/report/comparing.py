"""Several runs beside each other: figures, curves, and the keys that differ."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dltrain.config.showing.comparison import MISSING
from dltrain.config.text.writing import to_yaml
from dltrain.pages.plots import as_svg
from dltrain.pages.writing import write
from dltrain.report.elements import COLOURS, Line, Plot, Section, Table
from dltrain.report.page import document
from dltrain.report.plots.canvas import LEGEND, SERIES, drawn, grid, ignore_missing_letters
from dltrain.report.record import Record, read_record
from dltrain.report.words import SMOKE
from dltrain.results import Row, results
from dltrain.runs.comparing import differing
from dltrain.spelling import NONE, figure, interval, plain
from dltrain.terms import judged_part

SIZE = (5.6, 3.0)  # inches
MOST_CURVES = 4
MARK = "smoke run "
MOST_LETTERS = 40


def write_comparison(runs: Sequence[str | Path], path: Path) -> None:
    """Draw a page about several runs.

    Args:
        runs: The run folders.
        path: The page.

    Raises:
        DltrainError: A folder is no run folder, a file in it is broken, or the disk is full.
    """
    pairs = zip(names_of(list(map(Path, runs))), map(read_record, runs), strict=True)
    records = {f"{MARK * record.run.is_smoke}{name}": record for name, record in pairs}
    found = list(_sections(records))
    with warnings.catch_warnings():
        ignore_missing_letters()
        drawings = {plot.name: as_svg(plot.figure) for section in found for plot in section.plots}
    heading = f"{len(records)} runs"
    write(path, document("runs compared", heading, " · ".join(records), (), found, drawings))


def names_of(paths: Sequence[Path]) -> list[str]:
    """Name runs by their folder and the one above; by their number where that is not enough.

    Example:
        >>> names_of([Path("runs/a/1"), Path("runs/b/1"), Path("runs/a/1")])
        ['a/1', 'b/1', 'a/1 (3)']
    """
    names: list[str] = []
    for number, path in enumerate(paths, 1):
        name = "/".join(path.absolute().parts[-2:])
        names.append(f"{name} ({number})" if name in names else name)
    return names


def _sections(records: dict[str, Record]) -> Iterator[Section]:
    yield Section("figures", "Figures", (), list(_figures(records)))
    yield Section("curves", "How they learned", (), list(_curves(records)))
    yield _config(records)


def _figures(records: dict[str, Record]) -> Iterator[Table]:
    """Lay out the figures of the part that the runs are compared on, a run in each column."""
    judged = _judged(records)
    if judged is None:
        return
    columns = [results(record.metrics, judged) for record in records.values()]
    names = dict.fromkeys(row.name for one in columns for row in one.rows)
    rows = [[name, *(_cell(one.row(name)) for one in columns)] for name in names]
    rows.append(["best epoch", *(str(one.best_epoch or NONE) for one in records.values())])
    seconds = (one.status.get("seconds", {}).get("training") for one in records.values())
    rows.append(["seconds of training", *map(figure, seconds)])
    note = (
        "An interval in brackets is that of 95 %. Whether two runs differ more than chance would "
        "make them, `dltrain runs compare` tells."
    )
    if any(one.run.is_smoke for one in records.values()):
        note += f" Of a smoke run: {SMOKE}."
    yield Table(f"on {judged}", ["figure", *map(_short, records)], rows, note=note)


def _judged(records: dict[str, Record]) -> str | None:
    """Choose the last part that all runs with figures have; the last of any where there is none."""
    judged = [set(record.splits) for record in records.values() if record.splits]
    if not judged:
        return None
    parts = set.intersection(*judged) or set.union(*judged)
    return judged_part(parts)


def _cell(row: Row | None) -> str:
    if row is None:
        return NONE
    value = figure(row.judged)
    return f"{value} ({interval(row.ends)})" if row.ends else value


def _curves(records: dict[str, Record]) -> Iterator[Plot]:
    """Draw the curves of all runs over each other: of val rows where there are some."""
    wanted = dict.fromkeys(name for record in records.values() for name in ("loss", *record.main))
    for name in list(wanted)[:MOST_CURVES]:
        curves = {
            run: (record.epochs, record.history[column])
            for run, record in records.items()
            for column in (f"val_{name}" if f"val_{name}" in record.history else name,)
            if column in record.history
        }
        if curves:
            yield curve(name, curves)


def curve(name: str, curves: dict[str, tuple[np.ndarray, np.ndarray]]) -> Plot:
    """Draw one figure of several runs over the epochs.

    Args:
        name: The figure.
        curves: By run the numbers of its epochs and what it had in them, both float (epochs,);
            NaN for nothing. A value between two gaps is a point, as no line joins it.
    """

    def draw(axes: Any) -> None:
        for number, (run, (epochs, values)) in enumerate(curves.items()):
            colour, style = SERIES[number] if number < len(SERIES) else ("dim", "-")
            alone = _alone(values)
            marks = {"marker": "o", "markersize": 3.5, "markevery": alone} if alone else {}
            axes.plot(
                epochs, values, color=COLOURS[colour], linestyle=style, linewidth=1.3,
                label=_short(run), **marks,
            )  # fmt: skip
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        grid(axes)
        axes.legend(**LEGEND)

    ends = ", ".join(f"{_short(run)} {figure(values[-1])}" for run, (_, values) in curves.items())
    said = f"{name} of val rows, or of train rows where there is no val; in the last epoch: {ends}."
    lines = [Line(_short(run), *points) for run, points in curves.items()]
    return Plot(f"curve-{name}", name, said, drawn(draw, SIZE, left=0.1), lines)


def _alone(values: np.ndarray) -> list[int]:
    """Find the places of figures that no line joins: of one epoch alone, or between gaps."""
    there = np.pad(np.isfinite(values), 1)
    return np.flatnonzero(there[1:-1] & ~there[:-2] & ~there[2:]).tolist()


def _config(records: dict[str, Record]) -> Section:
    """Lay out the keys in which any run differs from the first, a run in each column."""
    settings = differing({name: record.config for name, record in records.items()})
    same = [] if settings else ["The configs are the same, defaults spelled out."]
    header = ["key", *map(_short, records)]
    rows = [[one.key, *map(_value, one.values.values())] for one in settings]
    tables = [Table("", header, rows, range(len(header)))] if settings else []
    return Section("config", "Config keys that differ", same, tables)


def _value(value: Any) -> str:
    return NONE if value is MISSING else plain(to_yaml(value, one_line=True), MOST_LETTERS)


def _short(name: str) -> str:
    return plain(name, MOST_LETTERS)
