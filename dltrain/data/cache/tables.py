"""A table in the cache: a file a column, read by memory map, as far as somebody looks at it.

Words are stored as the position of their value, in the type that pandas gives such positions, so
a column over the map is no copy. Imports: NumPy and pandas.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from dltrain.data.cache.writing import BUCKET_ROWS, NPY, ShuffledColumns
from dltrain.errors import DataError, sentence

KIND = "tables"
FACTS = "table.json"
ROWS = "rows"
# Values of a column of words stay in memory.
MOST_WORDS = 1_000_000
GAP = -1


class Source(Protocol):
    """A table that is read in chunks, as often as wanted."""

    @property
    def names(self) -> list[str]:
        """The columns to keep."""

    def chunks(self, words: frozenset[str] | None) -> Iterator[pd.DataFrame]:
        """Read the rows.

        Args:
            words: Columns that hold words somewhere; None while nobody knows.
        """

    def facts(self) -> dict[str, Any]:
        """Describe what is known about the files once all chunks have been read."""


@dataclass(frozen=True)
class StoredTable:
    """An entry of the cache.

    Attributes:
        folder: Where it is.
        rows: Number of rows.
        columns: For each column its name, its file and perhaps the file of its words.
        facts: What its source said about the files.
        seconds: What it took to make.
    """

    folder: Path
    rows: int
    columns: list[dict[str, Any]]
    facts: dict[str, Any]
    seconds: float

    @classmethod
    def open(cls, folder: Path) -> StoredTable:
        """Open an entry.

        Raises:
            DataError: It is broken.
        """
        try:
            found = json.loads((folder / FACTS).read_text(encoding="utf-8"))
            return cls(folder, **{name: found[name] for name in list(cls.__annotations__)[1:]})
        except (LookupError, OSError, ValueError) as error:
            raise _broken(folder) from error

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.folder.iterdir())

    def order(self) -> np.ndarray:
        """Give the number in the file of each stored row, int32 (n,), by memory map."""
        return self._map(ROWS)

    def frame(self, names: Iterable[str]) -> pd.DataFrame:
        """Give columns in the stored order, by memory map; words as categories."""
        columns = {one["name"]: one for one in self.columns}
        return pd.DataFrame({name: self._cells(columns[name]) for name in names}, copy=False)

    def _cells(self, column: dict[str, Any]) -> Any:
        stored = self._map(column["file"])
        if "words" not in column:
            return stored
        words = json.loads((self.folder / column["words"]).read_text(encoding="utf-8"))
        return pd.Categorical.from_codes(stored, dtype=_category(words), validate=False)

    def _map(self, name: str) -> np.ndarray:
        try:
            stored = np.load(self.folder / (name + NPY), mmap_mode="r")
        except (OSError, ValueError) as error:
            raise _broken(self.folder) from error
        if len(stored) != self.rows:
            raise _broken(self.folder)
        return stored


def write(
    source: Source, folder: Path, origin: dict[str, Any], bucket_rows: int = BUCKET_ROWS
) -> None:
    """Convert a table, in two readings: which column holds what, then the cells.

    Args:
        source: The table.
        folder: An empty folder.
        origin: What the content follows from, and what it was made of; kept beside it.
        bucket_rows: As in `ShuffledColumns`.

    Raises:
        DataError: As the source, or a column has too many different words.
    """
    started = time.perf_counter()
    rows, types = _survey(source)
    words = {name: Words(name) for name, dtype in types.items() if dtype is None}
    files = {name: f"{index:04}" for index, name in enumerate(types)}
    kept = {files[name]: dtype or np.dtype(np.int32) for name, dtype in types.items()}
    columns = ShuffledColumns(folder, rows, kept | {ROWS: np.dtype(np.int32)}, bucket_rows)
    start = 0
    for chunk in source.chunks(frozenset(words)):
        cells = {files[name]: _encoded(chunk[name], words.get(name)) for name in types}
        end = start + len(chunk)
        columns.append(cells | {ROWS: np.arange(start, end, dtype=np.int32)})
        start = end
    columns.finish({files[name]: one.dtype for name, one in words.items()})
    described: list[dict[str, Any]] = [{"name": name, "file": files[name]} for name in types]
    for column in (one for one in described if one["name"] in words):
        column["words"] = f"{column['file']}.json"
        values = json.dumps(list(words[column["name"]].codes), ensure_ascii=False)
        (folder / column["words"]).write_text(values, encoding="utf-8")
    facts = origin | {
        "rows": rows,
        "columns": described,
        "facts": source.facts(),
        "seconds": round(time.perf_counter() - started, 1),
    }
    (folder / FACTS).write_text(json.dumps(facts, indent=2, ensure_ascii=False), encoding="utf-8")


@dataclass
class Words:
    """The different words of a column, in the order in which they were met."""

    name: str
    codes: dict[Any, int] = field(default_factory=dict)

    def encode(self, cells: pd.Series) -> np.ndarray:
        """Turn words into their positions, a missing one into -1; int32.

        Raises:
            DataError: There are too many.
        """
        positions, values = pd.factorize(cells)
        known = [self.codes.setdefault(value, len(self.codes)) for value in values]
        if len(self.codes) > MOST_WORDS:
            got = f"more than {MOST_WORDS} different words in a table that is streamed"
            way_out = (
                "Leave the column out with `dataset.features.exclude`, or say "
                "`dataset.cache=never` to read all of it into memory."
            )
            message = sentence(got, "fewer", way_out)
            raise DataError(message, key=("dataset", "columns", self.name))
        return np.append(np.array(known, np.int32), np.int32(GAP))[positions]

    @property
    def dtype(self) -> np.dtype:
        """The type that pandas gives positions among so many values."""
        return pd.Categorical.from_codes([], dtype=_category(list(self.codes))).codes.dtype


def _category(words: list[Any]) -> pd.CategoricalDtype:
    with pd.option_context("mode.string_storage", "python"):  # as in tables of text
        return pd.CategoricalDtype(pd.Index(words, dtype="str"))


def _survey(source: Source) -> tuple[int, dict[str, np.dtype | None]]:
    """Count the rows, and find the type of each column that holds all its cells; None for words."""
    rows = 0
    found: dict[str, set[np.dtype | None]] = {name: set() for name in source.names}
    for chunk in source.chunks(None):
        rows += len(chunk)
        for name, kinds in found.items():
            dtype = chunk[name].dtype
            kinds.add(dtype if isinstance(dtype, np.dtype) and dtype.kind in "biufM" else None)
    return rows, {name: _joint(kinds) for name, kinds in found.items()}


def _joint(kinds: set[np.dtype | None]) -> np.dtype | None:
    """Find the type that holds the cells of all chunks; None where it is words."""
    if None in kinds or len({kind.kind == "b" for kind in kinds if kind}) > 1:
        return None
    return np.result_type(*kinds)


def _encoded(cells: pd.Series, words: Words | None) -> np.ndarray:
    return cells.to_numpy() if words is None else words.encode(cells)


def _broken(folder: Path) -> DataError:
    way_out = "Remove it; the next run makes it again."
    return DataError(sentence(f"{folder}, which is broken", "a table of the cache", way_out))
