"""`type: arff` a table as Weka writes it, multi-label ones too.

Nominal columns hold words; whole numbers where all their declared words are such, so that labels
declared as {0,1} are 0 and 1.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from dltrain.data.raw import Raw, fingerprint_of_files
from dltrain.data.sources.arff_text import MEND, Attribute, Text, read_text
from dltrain.data.sources.features import (
    aside_columns,
    check_targets,
    features_table,
    target_columns,
)
from dltrain.data.sources.files import PATH, existing_file
from dltrain.errors import DataError, listed, sentence, shown

WHOLE = re.compile(r"0|-?[1-9]\d*")
# Letters of Java's date patterns, and of strptime's.
JAVA = {
    "yyyy": "%Y", "yy": "%y", "MM": "%m", "MMM": "%b", "dd": "%d", "d": "%d", "M": "%m",
    "HH": "%H", "mm": "%M", "ss": "%S", "SSS": "%f",
}  # fmt: skip
# The zone behind a time in ISO 8601.
ZONE = re.compile(r"[T ].*(Z|[+-]\d{2}:?\d{2})$")
JAVA_PART = re.compile(r"'([^']*)'|([A-Za-z])\2*|.")


def read(dataset: dict[str, Any]) -> Raw:
    """Read the table.

    Args:
        dataset: The section as plain data.

    Raises:
        DataError: The file is missing or no ARFF file, lacks a column, or a cell is not what its
            column declares.
    """
    path = existing_file(dataset["path"])
    text = read_text(path)
    targets = target_columns(dataset)
    check_targets([one.name for one in text.attributes], targets, dataset)
    columns = zip(*text.rows, strict=True)
    table = pd.DataFrame(
        {
            attribute.name: _column(path, text, attribute, pd.Series(cells, dtype=object))
            for attribute, cells in zip(text.attributes, columns, strict=True)
        }
    )
    return Raw(
        features=features_table(table, targets, dataset),
        form="table",
        targets=table[targets],
        fingerprint=fingerprint_of_files([path]),
        first_line=text.lines[0] if _one_line_a_row(text.lines) else None,
        aside=aside_columns(table, targets, dataset),
        types={one.name: "category" for one in text.attributes if _needs_saying(one)},
    )


def _one_line_a_row(lines: list[int]) -> bool:
    return all(after == before + 1 for before, after in pairwise(lines))


def _are_whole(attribute: Attribute) -> bool:
    return all(WHOLE.fullmatch(value) for value in attribute.values)


def _needs_saying(attribute: Attribute) -> bool:
    """Tell whether the cells alone would be taken for amounts."""
    return attribute.kind == "nominal" and len(attribute.values) > 2 and _are_whole(attribute)


def _column(path: Path, text: Text, attribute: Attribute, cells: pd.Series) -> pd.Series:
    """Turn the cells of a column into what it declares."""
    if attribute.kind == "nominal":
        return _nominal(path, text, attribute, cells)
    if attribute.kind == "number":
        numbers = pd.to_numeric(cells, errors="coerce")
        _check(path, text, attribute, cells, numbers.isna(), "a number")
        return numbers
    if attribute.kind == "date":
        return _dates(path, text, attribute, cells)
    return _as_words(cells)


def _as_words(cells: pd.Series) -> pd.Series:
    """Give words, and gaps as gaps; pandas 2 would spell them `None`."""
    return cells.astype("str").where(cells.notna())


def _nominal(path: Path, text: Text, attribute: Attribute, cells: pd.Series) -> pd.Series:
    known = cells.isin(attribute.values)
    _check(path, text, attribute, cells, ~known, f"one of {listed(attribute.values)}")
    return pd.to_numeric(cells) if _are_whole(attribute) else _as_words(cells)


def _dates(path: Path, text: Text, attribute: Attribute, cells: pd.Series) -> pd.Series:
    if not attribute.format and cells.dropna().str.extract(ZONE)[0].nunique(dropna=False) > 1:
        got = f"{path} with times of several zones as {shown(attribute.name)}"
        raise DataError(sentence(got, "one zone, or none", MEND), key=PATH)
    pattern = _strptime(path, attribute) if attribute.format else "ISO8601"
    dates = pd.to_datetime(cells, format=pattern, errors="coerce")
    _check(path, text, attribute, cells, dates.isna(), f"a date as {attribute.format or pattern}")
    return dates


def _strptime(path: Path, attribute: Attribute) -> str:
    """Translate a date pattern of Java."""
    result = ""
    for found in JAVA_PART.finditer(attribute.format):
        part = found[0]
        if found[2] and part not in JAVA:
            got = (
                f"{path} with the date format {shown(attribute.format)} of {shown(attribute.name)}"
            )
            expected = f"letters of {', '.join(JAVA)}"
            raise DataError(sentence(got, expected, "Declare it as a string."), key=PATH)
        result += JAVA[part] if found[2] else (found[1] or part).replace("%", "%%")
    return result


def _check(
    path: Path, text: Text, attribute: Attribute, cells: pd.Series, wrong: pd.Series, expected: str
) -> None:
    """Refuse a cell that is there and wrong."""
    wrong = wrong & cells.notna()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        got = f"{shown(cells.iloc[row])} as {shown(attribute.name)} in line {text.lines[row]}"
        raise DataError(sentence(f"{got} of {path}", expected, MEND), key=PATH)
