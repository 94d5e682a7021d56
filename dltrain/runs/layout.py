"""A comparison as tables: for a reader, and one long table for CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dltrain.config.showing.comparison import MISSING
from dltrain.results import INTERVAL
from dltrain.runs.columns import SMOKE
from dltrain.runs.comparing import Comparison
from dltrain.runs.pairing import Pair
from dltrain.runs.tables import cell
from dltrain.spelling import interval

LONG = ("section", "key", "run", "value", "difference", "low", "high", "p", "verdict", "smoke")
ABSENT = "absent"


@dataclass(frozen=True)
class Section:
    """A table with a title, and sentences below it.

    Attributes:
        title: What it is about.
        header: Names of the columns.
        rows: Plain data; None for nothing.
        notes: Sentences.
        exact: Columns whose numbers are shown with all digits.
    """

    title: str
    header: list[str]
    rows: list[list[Any]]
    notes: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()


def sections(compared: Comparison) -> Iterator[Section]:
    """Lay out a comparison: the runs, the config keys that differ, each run against the first."""
    letters = list(compared.runs)
    yield _runs(compared)
    settings = [
        [one.key, *(ABSENT if value is MISSING else value for value in one.values.values())]
        for one in compared.config
    ]
    if settings:
        yield Section("config", ["key", *letters], settings, exact=tuple(letters))
    else:
        yield Section("config", [], [], ("no difference",))
    for letter in compared.pairs:
        yield _against_first(compared, letter)


def _runs(compared: Comparison) -> Section:
    """Lay out the runs by their letters, with a mark on smoke runs where there are some."""
    runs = compared.runs
    any_smoke = any(one.is_smoke for one in runs.values())
    rows = [
        [letter, one.path, one.status, *[SMOKE if one.is_smoke else None] * any_smoke]
        for letter, one in runs.items()
    ]
    return Section("runs", ["", "run", "status", *[SMOKE] * any_smoke], rows)


def _against_first(compared: Comparison, letter: str) -> Section:
    first, pair = next(iter(compared.runs)), compared.pairs[letter]
    header, title = ["", first, letter], f"{compared.part}, {letter} against {first}"
    if isinstance(pair, str):
        rows = [
            [name, values[first], values[letter]]
            for name, values in compared.figures.items()
            if values[first] is not None or values[letter] is not None
        ]
        return Section(title, header, rows, (f"not paired: {pair}",))
    header += [f"{letter} - {first}", INTERVAL, f"{letter} is"]
    names = dict.fromkeys([*compared.figures, *pair.differences])
    rows = [_row(compared, pair, name, first, letter) for name in names]
    rows = [row for row in rows if any(value is not None for value in row[1:])]
    same = ["the predictions are the same"] if pair.identical else []
    notes = (*same, *_tests(pair, first, letter), *_skipped(pair))
    size = f"{pair.rows} row{'s' * (pair.rows != 1)}"
    return Section(f"{title}, on the same {size}", header, rows, notes)


def _row(compared: Comparison, pair: Pair, name: str, first: str, letter: str) -> list[Any]:
    """Lay out a figure; one that metrics.json lacks is the one of the stored predictions."""
    values, one = compared.figures.get(name, {}), pair.differences.get(name)
    old, new = values.get(first), values.get(letter)
    if one is None:
        return [name, old, new, None, None, None]
    old, new = (one.first if old is None else old), (one.second if new is None else new)
    ends = None if one.interval is None else interval(one.interval)
    return [name, old, new, one.value, ends, one.verdict]


def _tests(pair: Pair, first: str, letter: str) -> Iterator[str]:
    for name, one in pair.differences.items():
        if test := one.mcnemar:
            rows = f"{test.gained} right in {letter} alone, {test.lost} in {first} alone"
            yield f"{name} by McNemar's exact test: {rows}, p {cell(test.p)}"


def _skipped(pair: Pair) -> Iterator[str]:
    for target, reason in pair.skipped.items():
        yield f"{target} not paired: {reason}"


def long_rows(compared: Comparison) -> Iterator[list[Any]]:
    """List every value of every run with its difference from the first run."""
    nothing = [None] * 5
    for one in compared.config:
        for letter, value in one.values.items():
            said = None if value is MISSING else value
            run = compared.runs[letter]
            yield ["config", one.key, run.path, said, *nothing, run.is_smoke]
    pairs = {name: pair for name, pair in compared.pairs.items() if isinstance(pair, Pair)}
    measured = [name for pair in pairs.values() for name in pair.differences]
    for name in dict.fromkeys([*compared.figures, *measured]):
        for letter, record in compared.runs.items():
            value = compared.figures.get(name, {}).get(letter)
            pair = pairs.get(letter)
            judged = _judged(pair, name) if pair else nothing
            yield [compared.part, name, record.path, value, *judged, record.is_smoke]


def _judged(pair: Pair, name: str) -> list[Any]:
    one = pair.differences.get(name)
    if one is None:
        return [None] * 5
    low, high = one.interval or (None, None)
    return [one.value, low, high, one.mcnemar.p if one.mcnemar else None, one.verdict]
