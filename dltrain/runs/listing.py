"""`dltrain runs list`: the runs that meet some conditions, in some order, as a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

from dltrain.config.catalogue.rules import is_number
from dltrain.errors import listed
from dltrain.runs.columns import MARKS, SMOKE, Column, check, defaults, parse
from dltrain.runs.conditions import check as check_orders
from dltrain.runs.conditions import condition
from dltrain.runs.finding import find, told
from dltrain.runs.stored_run import StoredRun

MORE = "+"


@dataclass(frozen=True)
class Listing:
    """A table of runs.

    Attributes:
        columns: Names of the columns.
        rows: What each run has in them, as plain data; None where it has nothing.
        notes: What else is to be said: folders passed over, files that are broken.
        exact: Names of the columns whose numbers are shown with all digits.
        asked: The columns that somebody has asked for.
    """

    columns: list[str]
    rows: list[list[Any]]
    notes: list[str]
    exact: frozenset[str]
    asked: frozenset[str] = frozenset()

    def to_json(self) -> list[dict[str, Any]]:
        """Give a map for each run."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def for_reading(self) -> Listing:
        """Mark smoke runs by a word; no column of marks where nobody asked and there are none."""
        rows = [
            [
                (SMOKE if value else None) if name == SMOKE else value
                for name, value in zip(self.columns, row, strict=True)
            ]
            for row in self.rows
        ]
        kept = [
            at
            for at, name in enumerate(self.columns)
            if name not in MARKS or name in self.asked or any(row[at] for row in rows)
        ]
        columns = [self.columns[at] for at in kept]
        return replace(self, columns=columns, rows=[[row[at] for at in kept] for row in rows])


def listing(
    folder: str | PathLike[str],
    *,
    sort: str | None = None,
    reverse: bool = False,
    where: Sequence[str] = (),
    columns: str | None = None,
    limit: int | None = None,
) -> Listing:
    """List the runs in a folder, the latest first where no order is asked for.

    Args:
        folder: Such as `runs`.
        sort: Column to sort by; numbers before words, runs that have nothing in it last.
        reverse: Sort from the largest down, or the earliest run first.
        where: Conditions such as `val.loss<0.4`, all of which have to hold.
        columns: Names with commas between them; a first `+` adds them to those that are shown
            anyway.
        limit: Runs to show at most.

    Raises:
        DltrainError: The folder is none, a column is unknown, a condition is none or orders
            numbers by a word.
    """
    conditions = [condition(text) for text in where]
    asked = [parse(name) for name in (columns or "").removeprefix(MORE).split(",") if name.strip()]
    order = parse(sort) if sort else None
    records, passed = find(folder)
    check([one.column for one in conditions], records, "--where")
    check([order] if order else [], records, "--sort")
    check(asked, records, "--columns")
    check_orders(conditions, records)
    kept = [one for one in records if all(each.holds(one) for each in conditions)]
    kept = ordered(kept, order, reverse=reverse)[:limit]
    wanted = [*asked, *[order] * bool(order), *(one.column for one in conditions)]
    names = frozenset(one.name for one in wanted if one is not None)
    if not asked or (columns or "").startswith(MORE):
        looked_at = [one.column for one in conditions] + [order] * bool(order)
        asked = [*defaults(kept), *asked, *(one for one in looked_at if one is not None)]
    shown = list(dict.fromkeys(asked))
    rows = [[_finite(column.value(record)) for column in shown] for record in kept]
    notes = [*told(passed), *_broken(records)]
    exact = frozenset(column.name for column in shown if column.is_exact)
    return Listing([column.name for column in shown], rows, notes, exact, names)


def ordered(records: list[StoredRun], column: Column | None, *, reverse: bool) -> list[StoredRun]:
    """Sort runs by a column; those that have nothing in it stand last in both directions."""
    if column is None:
        return records[::-1] if reverse else records
    values = [(_finite(column.value(record)), record) for record in records]
    there = [pair for pair in values if pair[0] is not None]
    there.sort(key=lambda pair: _rank(pair[0]), reverse=reverse)
    return [record for _, record in (*there, *(pair for pair in values if pair[0] is None))]


def _rank(value: Any) -> tuple[int, float, str]:
    """Give a key that sorts numbers as numbers, and words, without regard to case, behind them."""
    if is_number(value) or isinstance(value, bool):
        return 0, float(value), ""
    return 1, 0.0, str(value).casefold()


def _finite(value: Any) -> Any:
    """Take NaN and infinity, which only a hand can have written, as nothing."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _broken(records: Sequence[StoredRun]) -> Iterator[str]:
    """Say which files could not be read."""
    for name in sorted({name for record in records for name in record.broken}):
        paths = [record.path for record in records if name in record.broken]
        runs = f"{len(paths)} run{'s' * (len(paths) != 1)}"
        yield f"broken: {name} of {runs} ({listed(paths)})"
