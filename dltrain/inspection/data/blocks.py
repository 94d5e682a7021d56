"""What is known about the data, laid out as tables: for the terminal, and for the page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from dltrain.inspection.data.column_blocks import column_blocks
from dltrain.inspection.data.sample_blocks import sample_blocks
from dltrain.inspection.tables import Block
from dltrain.spelling import NONE, amount, grouped, plain, share

Facts = dict[str, Any]

# Lines of a table on the terminal.
MOST_LINES = 60


def blocks(facts: Facts) -> Iterator[Block]:
    """Lay out what `looking.document` has gathered, for the terminal."""
    yield Block(f"{facts['name']}   {facts['config']}")
    yield from main_blocks(facts, MOST_LINES)
    yield from sample_blocks(facts["sample"], MOST_LINES)


def main_blocks(facts: Facts, most: int) -> Iterator[Block]:
    """Lay out everything but the prepared rows.

    Args:
        facts: The document.
        most: Lines of a table at most; what is left out is said.
    """
    yield _rows(facts)
    for target in facts["targets"]:
        yield from _target(target, facts["rows"]["parts"], most)
    for one in facts["inputs"]:
        yield from column_blocks(one, most)
    yield _warnings(facts["warnings"])


def _rows(facts: Facts) -> Block:
    rows, split = facts["rows"], facts["split"]
    whole = sum(rows["parts"].values())
    table = [[name, grouped(count), share(count, whole)] for name, count in rows["parts"].items()]
    if rows["left_out"]:
        table.append(["left out", grouped(rows["left_out"]), ""])
    notes = [f"{facts['dataset']}, split: {split['type']}" + ", stratified" * split["stratified"]]
    if facts["test_is_closed"]:
        notes.append("test rows are not looked at: evaluation.test is never")
    return Block("rows", ("part", "rows", "share"), table, note=" · ".join(notes))


def _target(target: Facts, parts: dict[str, int], most: int) -> Iterator[Block]:
    title = " ".join(filter(None, ("target", plain(target["name"] or ""))))
    title = f"{title}: {target['task']}"
    note = ", ".join(f"{key} {_spelled(one)}" for key, one in target["learned"].items())
    if "amounts" in target:
        yield _amounts(title, target["amounts"], note, most)
    elif "classes" in target or "labels" in target:
        word = "class" if "classes" in target else "label"
        found = target.get("classes") or target["labels"]
        yield _counts(title, word, found, parts, note, most)
    else:
        yield Block(title, note=note)


def _counts(
    title: str, word: str, found: list[Facts], parts: dict[str, int], note: str, most: int
) -> Block:
    """Show how many rows of each part have a class or label, and which share of it that is."""
    names = list(found[0]["rows"]) if found else []
    header = [word, *chain.from_iterable((name, f"{name} %") for name in names)]
    table = []
    for one in found:
        cells = (_count(one["rows"][name], parts[name]) for name in names)
        table.append([amount(one[word]), *chain.from_iterable(cells)])
    shown, more = shortened(table, most)
    return Block(title, header, shown, note=" · ".join(filter(None, (note, more))))


def _count(rows: int, whole: int) -> tuple[str, str]:
    return grouped(rows), share(rows, whole)


def _amounts(title: str, amounts: list[Facts], note: str, most: int) -> Block:
    header = ("amount", "part", "min", "mean", "max")
    table = [
        [plain(one["name"]), part, *map(amount, spread.values())]
        for one in amounts
        for part, spread in one["parts"].items()
    ]
    shown, more = shortened(table, most)
    return Block(title, header, shown, (0, 1), " · ".join(filter(None, (note, more))))


def shortened(table: list[Any], most: int) -> tuple[list[Any], str]:
    """Cut a table, and say what is left out."""
    left = len(table) - most
    return table[:most], f"{grouped(left)} more lines: `--json` has all" if left > 0 else ""


def _warnings(warnings: list[Facts]) -> Block:
    if not warnings:
        return Block("warnings", note="none")
    lines = [(f"{one['severity']} {one['rule'] or ''}".strip(), f"{said(one)}") for one in warnings]
    return Block("warnings", lines=lines)


def said(warning: Facts) -> str:
    """Spell a warning: where, which key, what."""
    parts = (warning["place"], warning["key"], warning["message"])
    return ": ".join(part for part in parts if part)


def _spelled(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key} {_spelled(one)}" for key, one in value.items())
    if isinstance(value, list):
        return " ".join(map(_spelled, value[:6])) + " …" * (len(value) > 6)
    return NONE if value is None else amount(value)
