"""The text of an ARFF file: its declarations, and its rows as cells that are still text.

Quotes are ' or ", a backslash keeps the next character, % begins a comment, ? is a missing value.
A sparse row, {1 x, 4 y}, names the cells that are not 0, or not the first word of a nominal column.

Source: https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dltrain.data.sources.files import PATH
from dltrain.errors import DataError, sentence, shown

QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
VALUE = rf"""({QUOTED}|(?!['"])[^,%]*?)\s*"""
CELL = re.compile(rf"\s*{VALUE}(,|%.*$|$)")
SPARSE_CELL = re.compile(rf"\s*(\d{{1,9}})\s+{VALUE}(,|$)")
SPARSE_ROW = re.compile(rf"""\{{((?:{QUOTED}|[^'"}}])*)\}}\s*(?:%.*)?""")
ATTRIBUTE = re.compile(rf"@attribute\s+({QUOTED}|[^\s'\"]\S*)\s+(.+)", re.IGNORECASE)
NOMINAL = re.compile(r"\{(.*)\}\s*(?:%.*)?")
WORD_TYPE = re.compile(rf"(\w+)\s*({QUOTED})?\s*(?:%.*)?")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
NUMBERS = ("integer", "numeric", "real")
TYPES = (*NUMBERS, "date", "string")
MEND = "Mend the file."


@dataclass(frozen=True)
class Attribute:
    """One column as the file declares it.

    Attributes:
        kind: "number", "nominal", "string" or "date".
        values: The words of a nominal column.
        format: The pattern of a date, as Java writes it; empty for ISO 8601.
    """

    name: str
    kind: str
    values: tuple[str, ...] = ()
    format: str = ""


@dataclass(frozen=True)
class Text:
    """What an ARFF file holds.

    Attributes:
        attributes: Its columns.
        rows: The cells of each row; None where one is missing.
        lines: The line of each row, from 1.
    """

    attributes: list[Attribute]
    rows: list[list[str | None]]
    lines: list[int]


def read_text(path: Path) -> Text:
    """Divide a file into declarations and cells.

    Raises:
        DataError: It is no ARFF file; the message names the line.
    """
    lines = _lines(path)
    attributes = list(_declared(path, lines))
    names = [one.name for one in attributes]
    twice = [name for name in names if names.count(name) > 1]
    if twice or not names:
        got = f"two columns {shown(twice[0])}" if twice else "no @attribute"
        expected = "each name once" if twice else "a line for each column"
        raise DataError(sentence(f"{path} with {got}", expected, MEND), key=PATH)
    rows, numbers = [], []
    for number, line in lines:
        rows.append(_row(path, number, line, attributes))
        numbers.append(number)
    if not rows:
        raise DataError(sentence(f"{path}, which has no rows", "rows below @data"), key=PATH)
    return Text(attributes, rows, numbers)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Give the lines that say something, with their numbers."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError as error:
                got = f"the byte 0x{line[error.start]:02x}, which is no UTF-8,"
                raise _wrong(path, number, got, "text in UTF-8", "Save it as UTF-8.") from error
            if text and not text.startswith("%"):
                yield number, text


def _declared(path: Path, lines: Iterator[tuple[int, str]]) -> Iterator[Attribute]:
    """Read the declarations, up to @data."""
    number = 0
    for number, line in lines:
        word = line.split(maxsplit=1)[0].lower()
        if word == "@data":
            return
        if word == "@attribute":
            yield _attribute(path, number, line)
        elif word != "@relation":
            raise _wrong(path, number, shown(line), "@relation, @attribute or @data")
    if not number:
        raise DataError(sentence(f"{path}, which is empty", "@data", MEND), key=PATH)
    raise _wrong(path, number, "the end of the file", "@data")


def _attribute(path: Path, number: int, line: str) -> Attribute:
    found = ATTRIBUTE.fullmatch(line)
    if found is None:
        raise _wrong(path, number, shown(line), "@attribute NAME TYPE")
    name, declared = _unquoted(found[1]), found[2]
    if nominal := NOMINAL.fullmatch(declared):
        values = [cell for cell in _cells(path, number, nominal[1]) if cell is not None]
        if not values:
            raise _wrong(path, number, f"no value for {shown(name)}", "at least one")
        return Attribute(name, "nominal", tuple(values))
    typed = WORD_TYPE.fullmatch(declared)
    kind = typed[1].lower() if typed else ""
    if typed is None or kind not in TYPES:
        got, expected = f"{shown(name)} of type {shown(declared)}", "numeric, string, date or {…}"
        raise _wrong(path, number, got, expected)
    return Attribute(name, "number" if kind in NUMBERS else kind, format=_unquoted(typed[2] or ""))


def _row(path: Path, number: int, line: str, attributes: list[Attribute]) -> list[str | None]:
    if line.startswith("{"):
        return _sparse_row(path, number, line, attributes)
    cells = _cells(path, number, line)
    if len(cells) != len(attributes):
        got = f"{len(cells)} value{'s' * (len(cells) != 1)}"
        raise _wrong(path, number, got, f"{len(attributes)}, one for each @attribute")
    return cells


def _cells(path: Path, number: int, line: str) -> list[str | None]:
    if not {"'", '"', "%"} & set(line):
        plain = [cell.strip() for cell in line.split(",")]
        return [None if cell == "?" else cell for cell in plain]
    cells, end = [], 0
    while True:
        found = CELL.match(line, end)
        if found is None:
            raise _wrong(path, number, "a quote that never closes", "values between commas")
        cells.append(_cell(found[1]))
        if found[2] != ",":
            return cells
        end = found.end()


def _sparse_row(
    path: Path, number: int, line: str, attributes: list[Attribute]
) -> list[str | None]:
    inner = SPARSE_ROW.fullmatch(line)
    if inner is None:
        raise _wrong(path, number, shown(line), "{COLUMN VALUE, …}, columns counted from 0")
    row: list[str | None] = [_left_out(path, number, one) for one in attributes]
    text, end, given = inner[1].strip(), 0, set[int]()
    while end < len(text):
        found = SPARSE_CELL.match(text, end)
        if found is None or int(found[1]) >= len(row):
            expected = f"{{COLUMN VALUE, …}} with columns from 0 to {len(row) - 1}"
            raise _wrong(path, number, shown(line), expected)
        column = int(found[1])
        if column in given:
            raise _wrong(path, number, f"column {column} twice", "each column once")
        row[column], end = _cell(found[2]), found.end()
        given.add(column)
    return row


def _left_out(path: Path, number: int, attribute: Attribute) -> str:
    """Give what a sparse row means by saying nothing."""
    if attribute.kind == "nominal":
        return attribute.values[0]
    if attribute.kind != "number":
        got = f"a sparse row beside {shown(attribute.name)}, a {attribute.kind}"
        raise _wrong(path, number, got, "numbers and nominal columns alone", "Write whole rows.")
    return "0"


def _cell(text: str) -> str | None:
    return None if text == "?" else _unquoted(text)


def _unquoted(text: str) -> str:
    if text[:1] not in ("'", '"'):
        return text
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text[1:-1])


def _wrong(path: Path, line: int, got: str, expected: str, way_out: str = MEND) -> DataError:
    return DataError(sentence(f"{got} in line {line} of {path}", expected, way_out), key=PATH)
