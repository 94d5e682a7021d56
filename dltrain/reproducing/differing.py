"""Where two files of one name differ: tables cell by cell, facts key by key, weights by array."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from filecmp import cmp
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from dltrain.config.showing.comparison import MISSING, differences
from dltrain.errors import dotted
from dltrain.model.digest import weights_sha256

Weights = list[tuple[str, np.ndarray]]
WAYS = ("first", "largest")


@dataclass(frozen=True)
class Differing:
    """One difference of many.

    Attributes:
        where: Such as `epoch 3, val_loss`.
        old: What the run has there; None for nothing.
        new: What the run has there when it is made again.
        size: How far numbers are apart; infinite for what is no pair of numbers.
        way: "first" or "largest" among all.
        number: How many differences there are.
    """

    where: str
    old: Any
    new: Any
    size: float = math.inf
    way: str = "first"
    number: int = 1

    def __str__(self) -> str:
        sides = ("nothing" if side is None else str(side) for side in (self.old, self.new))
        among = f", the {self.way} of {self.number} differences" if self.number > 1 else ""
        return f"{self.where}: {' → '.join(sides)}{among}"

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {"where": self.where, "old": self.old, "new": self.new, "number": self.number}


def in_tables(old: Path, new: Path, label: str, way: str) -> Differing | None:
    """Find the first or the largest difference of two CSV files; None where their bytes agree.

    Args:
        old: One file.
        new: The other.
        label: What the number in the first column counts, such as `epoch`.
        way: One of WAYS.
    """
    if cmp(old, new, shallow=False):
        return None
    found = _chosen(_cells(old, new, label), way)
    return found or Differing("line ends or quotes", "these bytes", "others")


def in_facts(old: dict[str, Any], new: dict[str, Any], way: str) -> Differing | None:
    """Find the first or the largest difference of two JSON documents; None where there is none."""
    found = (
        one for key, was, now in differences(old, new) for one in _in_value(dotted(key), was, now)
    )
    return _chosen(found, way)


def in_weights(old: Weights, new: Weights) -> Differing | None:
    """Find the weight that differs most; None where the digests agree."""
    if weights_sha256(old) == weights_sha256(new):
        return None
    names = [[name for name, _ in weights] for weights in (old, new)]
    if names[0] != names[1]:
        return Differing("names", ", ".join(names[0]), ", ".join(names[1]))
    found = [
        _in_array(name, one, other)
        for (name, one), (_, other) in zip(old, new, strict=True)
        if weights_sha256([(name, one)]) != weights_sha256([(name, other)])
    ]
    return _chosen(found, "largest")


def _chosen(found: Iterable[Differing], way: str) -> Differing | None:
    """Choose among all differences, in one pass."""
    chosen, number = None, 0
    for one in found:
        number += 1
        if chosen is None or (way == "largest" and one.size > chosen.size):
            chosen = one
    if chosen is None:
        return None
    return Differing(chosen.where, chosen.old, chosen.new, chosen.size, way, number)


def _cells(old: Path, new: Path, label: str) -> Iterator[Differing]:
    """List the cells that differ, a row of both files at a time."""
    with (
        old.open(encoding="utf-8", errors="replace", newline="") as first,
        new.open(encoding="utf-8", errors="replace", newline="") as second,
    ):
        ours, theirs = csv.reader(first), csv.reader(second)
        header, other = next(ours, []), next(theirs, [])
        if header != other:
            yield Differing("columns", ", ".join(header), ", ".join(other))
            return
        for row, again in zip_longest(ours, theirs):
            if row is None or again is None:
                number = (row or again or [""])[0]
                yield Differing(f"{label} {number}", _line(row), _line(again))
                continue
            for column, a, b in zip_longest(header, row, again):
                if a != b:
                    where = f"{label} {again[0]}, {column}"
                    yield Differing(where, a, b, _size(a, b))


def _line(row: list[str] | None) -> str | None:
    return None if row is None else ",".join(row)


def _in_value(where: str, old: Any, new: Any) -> Iterator[Differing]:
    """List the differences of two values; lists of one length are compared entry by entry."""
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for at, (was, now) in enumerate(zip(old, new, strict=True)):
            yield from _in_value(f"{where}[{at}]", was, now)
    elif old is MISSING or new is MISSING or json.dumps(old) != json.dumps(new):
        was, now = (None if side is MISSING else side for side in (old, new))
        yield Differing(where, was, now, _size(was, now))


def _size(old: Any, new: Any) -> float:
    """Tell how far two numbers, or cells with numbers, are apart; others as far as can be."""
    try:
        distance = abs(float(old) - float(new))
    except (TypeError, ValueError):
        return math.inf
    return distance if math.isfinite(distance) else math.inf


def _in_array(name: str, old: np.ndarray, new: np.ndarray) -> Differing:
    if (old.shape, old.dtype) != (new.shape, new.dtype):
        return Differing(name, f"{old.dtype} {old.shape}", f"{new.dtype} {new.shape}")
    apart = np.abs(old.astype(np.float64) - new.astype(np.float64)).ravel()
    at = int(np.argmax(np.where(np.isfinite(apart), apart, np.inf)))
    index = "".join(f"[{i}]" for i in np.unravel_index(at, old.shape))
    was, now = (one.ravel()[at].item() for one in (old, new))
    return Differing(f"{name}{index}", was, now, float(apart[at]))
