"""Prepared rows as tables: an input a line, a row a column."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from dltrain.inspection.data.column_blocks import input_title
from dltrain.inspection.tables import Block
from dltrain.spelling import amount, plain

Facts = dict[str, Any]

MOST_ROWS = 12
MOST_TOKENS = 300
MOST_NUMBERS = 16


def sample_blocks(sample: Facts, most: int) -> Iterator[Block]:
    """Lay out some train rows as the network sees them.

    Args:
        sample: `sample` of the document.
        most: Inputs of a table at most.
    """
    rows = sample["rows"]
    if not rows:
        return
    for name in rows[0]["inputs"]:
        values = [row["inputs"][name] for row in rows]
        title = f"prepared rows of train: {input_title(name)}"
        if name in sample["input_names"]:
            yield _table(title, sample["input_names"][name], rows, values, most)
        else:
            pairs = zip(rows, values, strict=True)
            lines = [(f"row {row['row']}", _line(one)) for row, one in pairs]
            yield Block(title, lines=lines)
    targets = [(f"row {row['row']}", _target(row["target"])) for row in rows]
    yield Block("prepared targets of the same rows", lines=targets)


def _table(
    title: str, names: list[str], rows: list[Facts], values: list[list[float]], most: int
) -> Block:
    header = ("input", *(f"row {row['row']}" for row in rows[:MOST_ROWS]))
    table = [
        [plain(name, 40), *(amount(one[number]) for one in values[:MOST_ROWS])]
        for number, name in enumerate(names[:most])
    ]
    left = (f"{len(names) - most} more inputs" if len(names) > most else "",
            f"{len(rows) - MOST_ROWS} more rows" if len(rows) > MOST_ROWS else "")  # fmt: skip
    more = " and ".join(filter(None, left))
    return Block(title, header, table, note=f"{more}: `--json` has all" if more else "")


def _line(value: Any) -> str:
    """Show one row of an input that has no names: a text, a summary, or its first numbers."""
    if isinstance(value, dict) and "text" in value:
        return plain(value["text"], MOST_TOKENS)
    if isinstance(value, dict):
        shape = "×".join(map(str, value["shape"]))
        spread = " · ".join(f"{name} {amount(value[name])}" for name in ("min", "mean", "max"))
        return f"{shape} · {spread}"
    numbers = list(_flat(value))
    shown = " ".join(map(amount, numbers[:MOST_NUMBERS]))
    return f"{shown} … ({len(numbers)})" if len(numbers) > MOST_NUMBERS else shown


def _target(value: Any) -> str:
    if isinstance(value, dict) and "shape" not in value:
        return " · ".join(f"{plain(name)} {_target(one)}" for name, one in value.items())
    return _line(value)


def _flat(value: Any) -> Iterator[Any]:
    """List the numbers of nested lists."""
    if isinstance(value, list):
        yield from chain.from_iterable(map(_flat, value))
    else:
        yield value
