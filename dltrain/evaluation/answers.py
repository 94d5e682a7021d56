"""predictions.csv, read back: what was true and what the model said, by target and part.

Columns are found by their order, which follows from the target, as names may collide: a class may
be called as another target is. Imports: NumPy, and pandas when something is read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dltrain.run_folder import PARTS

MOST_ROWS = 1_000_000
EXCLUSIVE = ("binary", "multiclass")
FIRST = 2  # row and part


@dataclass(frozen=True)
class Rows:
    """The answers of one part.

    Attributes:
        rows: Numbers of the rows in the dataset, int64 (n,).
        truth: Number of the true class, int64 (n,); 0 and 1 (n, labels); amounts (n, outputs).
        said: The same of what the model says.
        shares: Probabilities, float64 (n, classes) or (n, labels); none for amounts.
        errors: For an autoencoder the error of each row, float64 (n,), and nothing else.
    """

    rows: np.ndarray
    truth: np.ndarray
    said: np.ndarray
    shares: np.ndarray
    errors: np.ndarray

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
        cut: Whether there are more rows than were read.
    """

    target: str
    task: str
    names: tuple[str, ...]
    classes: tuple[str, ...]
    parts: Mapping[str, Rows]
    cut: bool = False

    @property
    def judged(self) -> str:
        """The part that the model is judged by: test, else val, else train."""
        return next(name for name in reversed(PARTS) if name in self.parts)

    @property
    def rows(self) -> Rows:
        """The answers of the part that the model is judged by."""
        return self.parts[self.judged]

    @property
    def words(self) -> tuple[str, ...]:
        """What the columns of `shares` are: classes or labels."""
        return self.classes if self.task in EXCLUSIVE else self.names


def read_answers(path: Path, target: dict[str, Any]) -> Iterator[Answers]:
    """Read predictions.csv.

    Args:
        path: The file.
        target: `target` of preprocessing.json.

    Raises:
        LookupError, ValueError: The file does not fit the target.
    """
    import pandas as pd

    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    each = target["targets"] if target["task"] == "several" else {"": target}
    words = list(_columns_of_words(each))
    kinds: dict[Any, Any] = {
        at: str if at == 1 or at in words else np.float64 for at in range(len(header))
    }
    table = pd.read_csv(
        path, header=None, skiprows=1, dtype=kinds, nrows=MOST_ROWS + 1, keep_default_na=False,
        na_values={at: [""] for at in kinds if at != 1 and at not in words},
    )  # fmt: skip
    cut = len(table) > MOST_ROWS
    table = table.iloc[:MOST_ROWS]
    part_of = table[1].to_numpy()
    at = FIRST
    for name, one in each.items():
        found, at = _answers(table, one, at)
        parts = {
            part: Rows(*(array[part_of == part] for array in (table[0].to_numpy(int), *found)))
            for part in PARTS
            if (part_of == part).any()
        }
        classes = tuple(map(str, one.get("classes", ())))
        yield Answers(name, one["task"], tuple(one.get("names", ())), classes, parts, cut)


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


def _answers(table: Any, target: dict[str, Any], at: int) -> tuple[tuple[np.ndarray, ...], int]:
    """Take the columns of one target; give also the number of the next column."""
    end = at + _width(target)
    if target["task"] == "autoencoder":
        errors = table[at].to_numpy(np.float64)
        empty = np.empty((len(table), 0))
        return (empty, empty, empty, errors), end
    nothing = np.empty(len(table))
    if target["task"] in EXCLUSIVE:
        places = {str(name): place for place, name in enumerate(target["classes"])}
        truth, said = (table[one].map(places).to_numpy(np.int64) for one in (at, at + 1))
        shares = table.loc[:, at + 2 : end - 1].to_numpy(np.float64)
        return (truth, said, shares, nothing), end
    width = len(target["names"])
    blocks = [
        table.loc[:, start : start + width - 1].to_numpy(np.float64)
        for start in range(at, end, width)
    ]
    shares = blocks[2] if len(blocks) == 3 else np.empty((len(table), 0))
    return (blocks[0], blocks[1], shares, nothing), end
