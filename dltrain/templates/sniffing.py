"""How a text file is written, told from its first lines: what `dataset` has to say about it.

A guess that is wrong shows in the file that `init` writes, or is refused by `fit`'s own reader.
Imports: the standard library only.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dltrain.config.sections.delimited import WHITESPACE
from dltrain.config.text.scalars import reads_as_number

LINES = 200
BYTES = 1 << 20
# Where several would divide the lines evenly, the first one does: commas stand inside of
# numbers and words too.
SEPARATORS = "\t;|,"
# Words that mean a missing value beside those that pandas knows.
GAPS = frozenset({"?", "-", "--", ".", "*", "#", "n.a.", "na", "missing"})
PACKED = (".bz2", ".gz", ".tar", ".xz", ".zip", ".zst")
PLAIN = {
    "separator": ",", "header": True, "names": None, "na_values": [], "skip_spaces": False,
    "decimal": ".", "comment": None, "encoding": "utf-8",
}  # fmt: skip

Rows = list[list[str]]


def sniff(path: Path) -> dict[str, Any]:
    """Tell how a table is written, but for `na_values`, which the cells tell.

    Args:
        path: The file; a packed one is taken to be written in the most common way.

    Returns:
        Every key of `dataset` that says so, with its default where nothing else was seen.
    """
    start = b"" if path.suffix in PACKED else _start(path)
    encoding = _encoding(start)
    lines = start.decode(encoding, errors="replace").removeprefix("\ufeff").splitlines()
    if len(start) == BYTES:
        lines = lines[:-1]  # cut off
    lines = [line for line in lines if line.strip()]
    comment = "#" if lines and lines[0].startswith("#") else None
    lines = [line for line in lines if comment is None or not line.startswith(comment)][:LINES]
    if not lines:
        return PLAIN | {"encoding": encoding}
    separator = _separator(lines)
    rows = _rows(lines, separator)
    return PLAIN | {
        "separator": separator,
        "header": has_header(rows),
        "skip_spaces": separator == "," and _has_spaces(lines),
        "decimal": "," if separator != "," and _has_decimal_commas(rows) else ".",
        "comment": comment,
        "encoding": encoding,
    }


def has_header(rows: Rows) -> bool:
    """Tell whether the first row names the columns.

    Names are no numbers, differ from each other, and do not come again in their own columns.

    Example:
        >>> has_header([["age", "sort"], ["3", "a"]]), has_header([["5.1", "a"], ["4.9", "b"]])
        (True, False)
    """
    first, others = [cell.strip() for cell in rows[0]], rows[1:]
    named = first[1:] if len(first) > 1 and not first[0] else first
    if any(reads_as_number(cell) or not cell or cell in GAPS for cell in named):
        return False
    again = any(
        cell and cell == row[index].strip()
        for index, cell in enumerate(first)
        for row in others
        if index < len(row)
    )
    return len(set(first)) == len(first) and not again


def gaps_in(words: Iterator[str]) -> list[str]:
    """Choose the words that mean a missing value, among those of one column.

    Args:
        words: What is no number in the column.

    Example:
        >>> gaps_in(iter(["?", "horse"])), gaps_in(iter(["-"]))
        (['?'], ['-'])
    """
    found = set(words)
    gaps = {word for word in found if word.strip().lower() in GAPS}
    return sorted(gaps if gaps == found else gaps & {"?", " ?"})


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(BYTES)


def _encoding(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1252" if _decodes(start, "cp1252") else "latin-1"
    return "utf-8"


def _decodes(start: bytes, encoding: str) -> bool:
    try:
        start.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _separator(lines: list[str]) -> str:
    """Choose what divides all lines evenly; spaces only where they make more columns."""
    found = next((sign for sign in SEPARATORS if _columns(lines, sign)), ",")
    return WHITESPACE if _columns(lines, WHITESPACE) > _columns(lines, found) else found


def _columns(lines: list[str], separator: str) -> int:
    """Count the values that a separator makes of every line; 0 where not all have as many.

    Lines may end with one more separator than the header, which stands for nothing.
    """
    counts = [len(row) for row in _rows(lines, separator)]
    even = len(set(counts)) == 1 or {*counts[1:]} == {counts[0] + 1}
    return counts[0] if even and counts[0] > 1 else 0


def _rows(lines: list[str], separator: str) -> Rows:
    if separator == WHITESPACE:
        lines = [" ".join(line.split()) for line in lines]
    delimiter = " " if separator == WHITESPACE else separator
    spaces = separator == "," and _has_spaces(lines)
    return [row for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=spaces) if row]


def _has_spaces(lines: list[str]) -> bool:
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]
    return all(", " in line and not re.search(r",(?! )", line) for line in bare)


def _has_decimal_commas(rows: Rows) -> bool:
    cells = [cell.strip() for row in rows[1:] for cell in row]
    commas = any(re.fullmatch(r"[+-]?\d+,\d+", cell) for cell in cells)
    return commas and not any(re.fullmatch(r"[+-]?\d+\.\d+", cell) for cell in cells)
