"""predictions.csv, read back: what was true and what the model said, by target and part.

Columns are found by their order, which follows from the target, as names may collide: a class may
be called as another target is. Imports: NumPy, and pandas when something is read.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dltrain.evaluation.details import details_of
from dltrain.terms import EXCLUSIVE, PARTS, judged_part

MOST_ROWS = 1_000_000  # of each part
ROWS_AT_ONCE = 2**17
ROW, PART, FIRST = 0, 1, 2  # numbers of columns, the last of the first target


@dataclass(frozen=True)
class Rows:
    """The answers of one part.

    Attributes:
        rows: Numbers of the rows in the dataset, int64 (n,), ascending.
        truth: Number of the true class, int64 (n,); 0 and 1 (n, labels); amounts (n, outputs).
        said: The same of what the model says.
        shares: Probabilities, float64 (n, classes) or (n, labels); none for amounts.
        errors: For an autoencoder the error of each row, float64 (n,), and nothing else.
        cut: Whether the part has more rows than were read.
    """

    rows: np.ndarray
    truth: np.ndarray
    said: np.ndarray
    shares: np.ndarray
    errors: np.ndarray
    cut: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def wrong(self) -> np.ndarray:
        """Whether the model is wrong about a row, or about any of its labels, bool (n,)."""
        different = self.truth != self.said
        return different if different.ndim == 1 else different.any(axis=1)


@dataclass(frozen=True)
class Answers:
    """What was true and what the model said about one target.

    Attributes:
        target: Its name; "" where there is one alone.
        task: Its task.
        names: Its columns: labels, or quantities.
        classes: Its classes, as words.
        parts: The answers by part.
        known: What metrics.json holds below `details` about the judged part.
    """

    target: str
    task: str
    names: tuple[str, ...]
    classes: tuple[str, ...]
    parts: Mapping[str, Rows]
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def judged(self) -> str:
        """The part that the model is judged by: test, else val, else train."""
        part = judged_part(self.parts)
        assert part is not None  # a file without rows has no answers
        return part

    @property
    def rows(self) -> Rows:
        """The answers of the part that the model is judged by."""
        return self.parts[self.judged]

    @cached_property
    def details(self) -> Mapping[str, Any]:
        """What stands behind the figures of the judged part, see `details.details_of`.

        It is what metrics.json holds; what that lacks, as of more than a hundred classes, and all
        of it where only the first rows were read, is computed in the same way.
        """
        rows, known = self.rows, {} if self.rows.cut else self.known
        if {"classes", "calibration"} <= known.keys() and _has_counts(known["classes"]):
            return known
        found = details_of(self.task, self.words, rows.truth, rows.said, rows.shares)
        return found | {name: one for name, one in known.items() if name != "classes"}

    @property
    def words(self) -> tuple[str, ...]:
        """What the columns of `shares` are: classes or labels."""
        return self.classes if self.task in EXCLUSIVE else self.names


def _has_counts(classes: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a table of classes has all counts; that of an older run has fewer."""
    return all("right" in one for one in classes)


def read_answers(
    path: Path,
    target: dict[str, Any],
    *,
    parts: Sequence[str] = PARTS,
    most: int | None = MOST_ROWS,
) -> Iterator[Answers]:
    """Read predictions.csv.

    Args:
        path: The file.
        target: `target` of preprocessing.json.
        parts: The parts to read; those without rows are left out.
        most: How many rows of each part are read, the first of the file; None for all.

    Raises:
        LookupError, ValueError: The file does not fit the target.
    """
    each = target.get("targets", {"": target})
    tables, cut = _tables(path, each, parts, most)
    at = FIRST
    for name, one in each.items():
        rows = {part: _rows(table, one, at, cut=part in cut) for part, table in tables.items()}
        at += _width(one)
        classes = tuple(map(str, one.get("classes", ())))
        yield Answers(name, one["task"], tuple(map(str, one.get("names", ()))), classes, rows)


def _tables(
    path: Path, each: Mapping[str, dict[str, Any]], parts: Sequence[str], most: int | None
) -> tuple[dict[str, Any], set[str]]:
    """Read a table of each part that has rows, in their order, and say which are cut.

    The file is read in pieces, so that the rows of other parts are never in memory together.
    """
    import pandas as pd

    kept: dict[str, list[Any]] = {part: [] for part in parts}
    seen: Counter[str] = Counter()
    for piece in _pieces(path, each):
        for part in parts:
            own = piece[piece[PART] == part]
            kept[part].append(own.iloc[: None if most is None else max(0, most - seen[part])])
            seen[part] += len(own)
    tables = {
        part: pd.concat(kept[part]).sort_values(ROW, kind="stable", ignore_index=True)
        for part in parts
        if seen[part]
    }
    return tables, {part for part in tables if most is not None and seen[part] > most}


def _pieces(path: Path, each: Mapping[str, dict[str, Any]]) -> Iterator[Any]:
    """Read the file in pieces whose columns have numbers instead of names."""
    import pandas as pd

    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    width = FIRST + sum(map(_width, each.values()))
    if header[:FIRST] != ["row", "part"] or len(header) != width:
        raise ValueError(header)
    words = {PART, *_columns_of_words(each)}
    numbers = [at for at in range(FIRST, width) if at not in words]
    kinds: dict[Any, Any] = {ROW: np.int64} | dict.fromkeys(numbers, np.float64)
    with pd.read_csv(
        path, header=None, skiprows=1, dtype=object, na_filter=False, chunksize=ROWS_AT_ONCE
    ) as pieces:
        for piece in pieces:
            # Through text: how many digits pandas reads by itself depends on its version.
            piece[numbers] = piece[numbers].replace("", "nan")
            yield piece.astype(kinds)


def _columns_of_words(each: Mapping[str, dict[str, Any]]) -> Iterator[int]:
    """Number the columns that hold classes."""
    at = FIRST
    for one in each.values():
        if one["task"] in EXCLUSIVE:
            yield from (at, at + 1)
        at += _width(one)


def _width(target: dict[str, Any]) -> int:
    """Count the columns of a target."""
    if target["task"] == "autoencoder":
        return 1
    if target["task"] in EXCLUSIVE:
        return 2 + len(target["classes"])
    return len(target["names"]) * (3 if target["task"] == "multilabel" else 2)


def _rows(table: Any, target: dict[str, Any], at: int, *, cut: bool) -> Rows:
    """Take the columns of one target, of which the first has the number `at`."""
    rows, end = table[ROW].to_numpy(), at + _width(target)
    if target["task"] == "autoencoder":
        empty = np.empty((len(table), 0))
        return Rows(rows, empty, empty, empty, table[at].to_numpy(np.float64), cut)
    nothing = np.empty(len(table))
    if target["task"] in EXCLUSIVE:
        places = {str(name): place for place, name in enumerate(target["classes"])}
        # `astype` refuses what `map` gives for a word that is no class.
        truth, said = (table[one].map(places).astype(np.int64).to_numpy() for one in (at, at + 1))
        shares = table.loc[:, at + 2 : end - 1].to_numpy(np.float64)
        return Rows(rows, truth, said, shares, nothing, cut)
    width = len(target["names"])
    blocks = [
        table.loc[:, start : start + width - 1].to_numpy(np.float64)
        for start in range(at, end, width)
    ]
    shares = blocks[2] if len(blocks) == 3 else np.empty((len(table), 0))
    return Rows(rows, blocks[0], blocks[1], shares, nothing, cut)
