"""The table of a run's figures: which ones, in which columns and order, and how they are spelled.

Terminal, `runs show`, report, model card and the page of several runs lay out this table, each in
its own form. A figure has a row; the columns are the parts, the 95 % interval of the part
that the model is judged by, and its baselines. metrics.json may come from any hand: what is no map
of figures counts as nothing. Imports: spelling and terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dltrain.spelling import figure, interval
from dltrain.terms import judged_part

INTERVAL = "95 % interval"


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        name: Its name.
        parts: Its value in each part; None where it is undefined.
        judged: Its value in the judged part.
        ends: Its 95 % interval in the judged part; None where there is none.
        baselines: What each baseline reaches in the judged part.
    """

    name: str
    parts: tuple[float | None, ...]
    judged: float | None
    ends: Sequence[float] | None
    baselines: tuple[float | None, ...]


@dataclass(frozen=True)
class Results:
    """The figures of a run.

    Attributes:
        parts: The parts that have figures.
        judged: The part that intervals and baselines are of; "" where there is none.
        baselines: Names of the baselines.
        main: Names of the figures that come first.
        rows: All figures, the main ones first.
        has_intervals: Whether any figure has an interval.
    """

    parts: tuple[str, ...]
    judged: str
    baselines: tuple[str, ...]
    main: tuple[str, ...]
    rows: tuple[Row, ...]
    has_intervals: bool

    def header(self, first: str = "", intervals: str = INTERVAL) -> list[str]:
        """Name the columns.

        Args:
            first: What stands above the names of the figures.
            intervals: What stands above the intervals, where there are some.
        """
        return [first, *self.parts, *[intervals] * self.has_intervals, *self.baselines]

    def values(self) -> list[list[Any]]:
        """Give the rows below `header`: numbers, None for nothing, and intervals as text."""
        return [
            [
                one.name,
                *one.parts,
                *[interval(one.ends) if one.ends else None] * self.has_intervals,
                *one.baselines,
            ]
            for one in self.rows
        ]

    def cells(self, *, main: bool = False) -> list[list[str]]:
        """Give the rows below `header` as text; `main` for the main figures alone."""
        return [
            [
                one.name,
                *map(figure, one.parts),
                *[interval(one.ends)] * self.has_intervals,
                *map(figure, one.baselines),
            ]
            for one in self.rows[: len(self.main) if main else None]
        ]

    def row(self, name: str) -> Row | None:
        """Find a figure; None where the run does not have it."""
        return next((one for one in self.rows if one.name == name), None)


def results(metrics: Mapping[str, Any], judged: str | None = None) -> Results:
    """Lay out the figures of a run.

    Args:
        metrics: What metrics.json holds; all but `splits` may be missing.
        judged: The part of intervals and baselines; default: the one the model is judged by.

    Returns:
        The table; without parts and rows where there are no figures.
    """
    splits = maps(metrics.get("splits"))
    judged = judged or judged_part(splits) or next(reversed(splits), "")
    ends = maps(metrics.get("intervals")).get(judged, {})
    baselines = {
        name: maps(parts).get(judged, {}) for name, parts in maps(metrics.get("baselines")).items()
    }
    main = main_figures(metrics.get("main"), splits)
    names = dict.fromkeys((*main, *splits.get(judged, {}))) if splits else ()
    rows = tuple(
        Row(
            name,
            tuple(one.get(name) for one in splits.values()),
            splits.get(judged, {}).get(name),
            ends[name] if isinstance(ends.get(name), list | tuple) else None,
            tuple(one.get(name) for one in baselines.values()),
        )
        for name in names
    )
    return Results(tuple(splits), judged, tuple(baselines), tuple(main), rows, bool(ends))


def main_figures(told: Any, splits: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Name the figures that come first, the loss last.

    Args:
        told: `main` of metrics.json; older runs have none.
        splits: Figures by part and name.

    Example:
        >>> main_figures(None, {"test": {"loss": 0.1, "auc": 0.9}})
        ['auc', 'loss']
    """
    if isinstance(told, list):
        return [name for name in told if isinstance(name, str)]
    known = splits.get(judged_part(splits) or "", {})
    return [name for name in known if name != "loss"] + ["loss"] * bool(known)


def maps(value: Any) -> dict[str, dict[str, Any]]:
    """Keep what is a map in a map of maps.

    Example:
        >>> maps({"test": {"loss": 1.0}, "val": None}), maps([1])
        ({'test': {'loss': 1.0}}, {})
    """
    items = value.items() if isinstance(value, dict) else ()
    return {name: inner for name, inner in items if isinstance(inner, dict)}
