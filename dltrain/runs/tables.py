"""Tables as text for a terminal, as Markdown and as CSV.

What stands in a cell stays in it: nothing from a run folder moves the cursor, ends a row or
begins a column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from typing import Any

from dltrain.config.catalogue.rules import is_number
from dltrain.spelling import MOST_CHARACTERS, NONE, figure, plain, visible

GAP = "  "


def as_text(
    header: Sequence[str], rows: Sequence[Sequence[Any]], exact: Collection[str] = ()
) -> str:
    """Lay out a table in lines, numbers on the right.

    Args:
        header: Names of the columns.
        rows: Plain data; None for nothing.
        exact: Columns whose numbers are shown with all digits.

    Example:
        >>> print(as_text(["run", "loss"], [["a", 0.25], ["bc", None]]))
        run   loss
        a    0.250
        bc       –
    """
    table = [[plain(name) for name in header], *_cells(header, rows, exact)]
    right = _right(header, rows)
    columns = map(_aligned, zip(*table, strict=True), right)
    return "\n".join(GAP.join(line).rstrip() for line in zip(*columns, strict=True))


def as_markdown(
    header: Sequence[str], rows: Sequence[Sequence[Any]], exact: Collection[str] = ()
) -> str:
    r"""Lay out a table as Markdown; for the arguments see `as_text`.

    Example:
        >>> print(as_markdown(["run", "loss"], [["a|b", 0.25]]))
        | run | loss |
        |:--|--:|
        | a\|b | 0.250 |
    """
    right = _right(header, rows)
    marks = "|".join("--:" if one else ":--" for one in right)
    table = [list(header), *_cells(header, rows, exact)]
    lines = [f"| {' | '.join(map(_escaped, row))} |" for row in table]
    return "\n".join([lines[0], f"|{marks}|", *lines[1:]])


def as_csv(
    header: Sequence[str], rows: Sequence[Sequence[Any]], exact: Collection[str] = ()
) -> str:
    """Write a table as CSV, all numbers with all digits; empty where there is nothing."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_whole(value) for value in row] for row in rows)
    return text.getvalue().removesuffix("\n")


def _cells(
    header: Sequence[str], rows: Sequence[Sequence[Any]], exact: Collection[str]
) -> list[list[str]]:
    whole = [name in exact for name in header]
    return [[cell(value, exact=one) for value, one in zip(row, whole, strict=True)] for row in rows]


def cell(value: Any, *, exact: bool = False, most: int | None = MOST_CHARACTERS) -> str:
    """Spell a value for a reader.

    Args:
        value: Plain data; None for nothing.
        exact: Show a number with all its digits.
        most: Cut a text that has more characters; None for not.

    Example:
        >>> cell(0.123456), cell(12), cell(None), cell(True), cell({"type": "adam"})
        ('0.123', '12', '–', 'true', '{type: adam}')
    """
    if value is None:
        return NONE
    if isinstance(value, float) and not exact:
        return figure(value)
    text = str(_whole(value))
    return visible(text) if most is None else plain(text, most)


def _whole(value: Any) -> Any:
    """Spell maps and lists on one line, and True as the file does."""
    if isinstance(value, dict | list):
        from dltrain.config.text.writing import to_yaml

        return to_yaml(value, one_line=True)
    return str(value).lower() if isinstance(value, bool) else value


def _right(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[bool]:
    """Tell which columns hold numbers alone."""
    columns = [[row[at] for row in rows if row[at] is not None] for at in range(len(header))]
    return [bool(column) and all(map(is_number, column)) for column in columns]


def _aligned(cells: Sequence[str], right: bool) -> list[str]:
    """Fill cells up to the width of the widest; a character of some scripts is two wide."""
    sizes = [len(text) if text.isascii() else _size(text) for text in cells]
    widest = max(sizes)
    if right:
        return [" " * (widest - size) + text for text, size in zip(cells, sizes, strict=True)]
    return [text + " " * (widest - size) for text, size in zip(cells, sizes, strict=True)]


def _size(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _escaped(text: str) -> str:
    return plain(text).replace("\\", "\\\\").replace("|", "\\|")
