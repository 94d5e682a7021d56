"""Look at rows and columns, and put what was found into words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.inputs import Inputs
from dltrain.data.quality.columns import are_whole, is_constant, is_identifier
from dltrain.data.quality.coverage import absent_classes, tables, unseen_values
from dltrain.data.quality.duplicates import MOST_ROWS, copies
from dltrain.data.quality.leakage import columns_that_tell_amounts, columns_that_tell_classes
from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs
from dltrain.data.targets import NamedTargets, Target, Targets, encode_targets
from dltrain.errors import listed

# Train rows that are enough to suspect a column.
SAMPLE = 2_000
TRAIN = "train"


@dataclass(frozen=True)
class Quality:
    """What is doubtful.

    Attributes:
        constant: Columns with one value in all train rows.
        identifiers: Columns with another value in each train row, which name it and no more.
        telling: Columns that alone tell a target, by the target's name.
        copies: Rows of a part that stand in an earlier part too, by both names.
        unseen: Cells with a value that their category does not have: rows by part, by column.
        absent: Classes without a row, by part.
        compared: Whether rows were compared and counted; there may be too many of them.
    """

    constant: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    telling: dict[str, tuple[str, ...]] = field(default_factory=dict)
    copies: dict[tuple[str, str], int] = field(default_factory=dict)
    unseen: dict[str, dict[str, int]] = field(default_factory=dict)
    absent: dict[str, list[str]] = field(default_factory=dict)
    compared: bool = True

    def within(self, parts: Collection[str]) -> Quality:
        """Leave out what is said about the rows of other parts."""
        unseen = {
            name: {part: count for part, count in rows.items() if part in parts}
            for name, rows in self.unseen.items()
        }
        return replace(
            self,
            copies={pair: count for pair, count in self.copies.items() if {*pair} <= {*parts}},
            unseen={name: rows for name, rows in unseen.items() if rows},
            absent={part: names for part, names in self.absent.items() if part in parts},
        )

    def sentences(self) -> Iterator[str]:
        """Say what is doubtful about the rows, a line each."""
        if self.copies:
            pairs = (f"{_rows(count, b)} of {a} rows" for (a, b), count in self.copies.items())
            yield f"exact copies: {', '.join(pairs)}"
        for part, classes in self.absent.items():
            yield f"no {part} row of {_several(classes, 'class', 'classes')}"
        if self.unseen:
            columns = ", ".join(f"{name} ({_parts(rows)})" for name, rows in self.unseen.items())
            yield f"unknown values: {columns}"
        if not self.compared:
            yield "copies and unknown values were not looked for: many rows, or in the cache"


def quality_of(
    raw: Raw, parts: Mapping[str, np.ndarray], y: Mapping[str, Any], inputs: Inputs, target: Targets
) -> Quality:
    """Look for what is doubtful.

    Args:
        raw: All rows.
        parts: Numbers of the rows of each part.
        y: Encoded targets of each part.
        inputs: What was learned about the inputs.
        target: What was learned about the target.
    """
    train = parts[TRAIN]
    others = [name for name in parts if name != TRAIN]
    compared = sum(map(len, parts.values())) <= MOST_ROWS and raw.stored is None
    absent = {
        name: absent_classes(target, y[name]) if isinstance(y[name], np.ndarray | dict) else []
        for name in others
    }
    suspects = [_suspects(raw, table, train, target) for table in tables(inputs)]
    return Quality(
        constant=tuple(name for one in suspects for name in one.constant),
        identifiers=tuple(name for one in suspects for name in one.identifiers),
        telling=_joined(one.telling for one in suspects),
        copies=copies(raw, parts) if compared else {},
        unseen=unseen_values(raw, inputs, parts) if compared else {},
        absent={name: classes for name, classes in absent.items() if classes},
        compared=compared,
    )


def _suspects(raw: Raw, table: TableInputs, train: np.ndarray, target: Targets) -> Quality:
    """Look at the columns of one table; a few rows tell which need a look at all of them."""
    sample = np.random.default_rng(0).permutation(train)[:SAMPLE]
    train = train[:MOST_ROWS]
    cells = pd.DataFrame(raw.features)[table.columns_read].iloc[np.sort(sample)]
    few = {str(name): cells[name].nunique(dropna=False) for name in cells}
    constant = [
        name for name, count in few.items() if count == 1 and is_constant(raw.cells(name, train))
    ]
    categories, numbers = (
        {one.name for one in table.columns if one.type == kind} for kind in ("category", "number")
    )
    unique = [one.name for one in table.columns if few[one.name] == len(sample)]
    identifiers = [
        name for name in unique
        if (name in categories or (name in numbers and are_whole(cells[name])))
        and is_identifier(raw.cells(name, train), is_category=name in categories)
    ]  # fmt: skip
    telling = _telling(raw, table, sample, target)
    return Quality(tuple(constant), tuple(identifiers), telling)


def _telling(
    raw: Raw, table: TableInputs, sample: np.ndarray, target: Targets
) -> dict[str, tuple[str, ...]]:
    """Name the columns that tell a target, by the target's name."""
    if not isinstance(target, Target | NamedTargets):
        return {}
    y = encode_targets(raw, sample, target, None, table)
    each = target.each if isinstance(target, NamedTargets) else {target.names[0]: target}
    matrix = table.matrix(raw, sample)
    found = {}
    for name, one in each.items():
        own = y[name] if isinstance(y, dict) else y
        for label, told in _told(table, matrix, one, own, name).items():
            found[label] = told
    return {name: columns for name, columns in found.items() if columns}


def _told(
    table: TableInputs, matrix: np.ndarray, target: Target, y: np.ndarray, name: str
) -> dict[str, tuple[str, ...]]:
    amounts = target.task == "regression"
    types = ("boolean", "number") if amounts else ("boolean", "category", "number")
    placed = [one for one in table.layout.placed if one.what.type in types]
    columns = matrix[:, [one.at for one in placed]]
    labels = y.reshape(len(y), -1).T
    names = target.names if len(labels) > 1 else (name,)
    told = {}
    for label, values in zip(names, labels, strict=True):
        if amounts:
            which = columns_that_tell_amounts(columns, values.astype(np.float64))
        else:
            which = columns_that_tell_classes(columns, values.astype(np.int64))
        told[label] = tuple(placed[index].name for index in np.flatnonzero(which))
    return told


def _joined(each: Any) -> dict[str, tuple[str, ...]]:
    joined: dict[str, tuple[str, ...]] = {}
    for one in each:
        for name, columns in one.items():
            joined[name] = (*joined.get(name, ()), *columns)
    return joined


def _rows(count: int, part: str) -> str:
    return f"{count} {part} row{'s' * (count != 1)}"


def _parts(rows: Mapping[str, int]) -> str:
    return ", ".join(_rows(count, part) for part, count in rows.items())


def _several(names: list[str], one: str, more: str) -> str:
    return f"{one if len(names) == 1 else more} {listed(names)}"
