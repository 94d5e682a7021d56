"""Tables in files, read by some rows at once: what the cache converts.

The same checks and the same cells as where a table is read as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dltrain.config.sections.delimited import Delimited
from dltrain.data.sources.arrow_columns import plain_columns
from dltrain.data.sources.delimited import (
    MISSING,
    check_lengths,
    one_line_a_row,
    reading_options,
)
from dltrain.data.sources.features import aside_columns as checked_aside
from dltrain.data.sources.features import check_targets, features_table, target_columns
from dltrain.data.sources.files import PATH, existing_files, reading
from dltrain.data.sources.header import names_of_all
from dltrain.data.sources.parquet import EXPECTED, files_and_names, open_file
from dltrain.data.sources.parsing import read_chunks
from dltrain.errors import DataError, sentence, shown

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ROWS = 2**17


class ChunkedFiles:
    """Files of one table.

    Args:
        dataset: The section as plain data.
        paths: The files.
        all_names: Their columns.

    Attributes:
        features, targets, aside: Names of the columns that model and split read.
        spelled: Columns whose cells are words, whatever they look like.
        rows: Rows of each file, once they are read.

    Raises:
        DataError: A column is missing.
    """

    def __init__(self, dataset: dict[str, Any], paths: list[Path], all_names: list[str]) -> None:
        self.dataset, self.paths, self.all_names = dataset, paths, all_names
        self.targets = target_columns(dataset)
        check_targets(all_names, self.targets, dataset)
        header = pd.DataFrame(columns=all_names)
        self.features = list(features_table(header, self.targets, dataset).columns)
        aside = checked_aside(header, self.targets, dataset)
        self.aside = [] if aside is None else list(aside.columns)
        self.labels = self.targets if len(self.targets) > 1 else []
        self.spelled: list[str] = []
        self.rows = [0] * len(paths)

    @property
    def names(self) -> list[str]:
        """The columns that are read."""
        return list(dict.fromkeys([*self.features, *self.targets, *self.aside]))

    def chunks(self, words: frozenset[str] | None) -> Iterator[pd.DataFrame]:
        """Read the rows of all files, see `cache.tables.Source`."""
        for index, path in enumerate(self.paths):
            self.rows[index] = 0
            for chunk in self._of_file(path, words):
                self.rows[index] += len(chunk)
                yield chunk

    def facts(self) -> dict[str, Any]:
        """Tell the rows of each file, and the line of the first."""
        lines = [self._line(*pair) for pair in zip(self.paths, self.rows, strict=True)]
        return {"rows": self.rows, "lines": lines}

    def spelling(self) -> dict[str, Any]:
        """Name everything that the cells follow from, beside the files."""
        return {"labels": self.labels}

    def _of_file(self, path: Path, words: frozenset[str] | None) -> Iterator[pd.DataFrame]:
        raise NotImplementedError

    def _line(self, path: Path, rows: int) -> int | None:
        return None


class CsvChunks(ChunkedFiles):
    """Tables in text files, see `csv.read`."""

    def __init__(self, dataset: dict[str, Any]) -> None:
        paths = existing_files(dataset["path"])
        super().__init__(dataset, paths, names_of_all(paths, dataset))
        self._values, self._options = reading_options(self.all_names, dataset)
        self.spelled = sorted(set(self._values) & set(self.names))

    def spelling(self) -> dict[str, Any]:
        """Name everything that the cells follow from, beside the files."""
        keys = {name: self.dataset[name] for name in Delimited.model_fields}
        gaps = MISSING.union(self.dataset["na_values"])
        values = {name: sorted(gaps.intersection(one)) for name, one in self._values.items()}
        no_gaps = {name: one for name, one in values.items() if one}
        return super().spelling() | keys | {"no_gaps": no_gaps}

    def _of_file(self, path: Path, words: frozenset[str] | None) -> Iterator[pd.DataFrame]:
        types = dict.fromkeys([*self._values, *(words or ())], str)
        short = False
        for chunk in read_chunks(path, self.dataset, CHUNK_ROWS, dtype=types, **self._options):
            if words is None and not short and chunk.iloc[:, -1].isna().any():
                short = True
                check_lengths(path, chunk, self.dataset)
            booleans = [name for name in chunk if chunk[name].dtype == bool]
            if spelled := set(booleans).difference(self.labels):
                chunk = chunk.astype(dict.fromkeys(spelled, str))
            yield chunk[self.names]

    def _line(self, path: Path, rows: int) -> int | None:
        first = 1 + self.dataset["header"]
        return first if one_line_a_row(path, rows, self.dataset) else None


class ParquetChunks(ChunkedFiles):
    """Tables in Parquet files, see `parquet.read`."""

    def __init__(self, dataset: dict[str, Any]) -> None:
        super().__init__(dataset, *files_and_names(dataset))

    @property
    def cells(self) -> int:
        """Cells of the columns that are read, as the files themselves count their rows."""
        rows = 0
        for path in self.paths:
            with open_file(path) as file:
                rows += file.metadata.num_rows
        return rows * len(self.names)

    def _of_file(self, path: Path, words: frozenset[str] | None) -> Iterator[pd.DataFrame]:
        import pyarrow as pa

        with (
            open_file(path, memory_map=True) as file,
            reading(path, EXPECTED, pa.ArrowException, OSError),
        ):
            for group in range(file.num_row_groups):
                batches = file.iter_batches(CHUNK_ROWS, row_groups=[group], columns=self.names)
                yield from (self._chunk(path, batch, words) for batch in batches)

    def _chunk(
        self, path: Path, batch: pa.RecordBatch, words: frozenset[str] | None
    ) -> pd.DataFrame:
        import pyarrow as pa

        table = plain_columns(pa.Table.from_batches([batch]), path, self.labels, set())
        with pd.option_context("mode.string_storage", "python"):  # as in tables of text
            chunk = table.to_pandas(ignore_metadata=True, date_as_object=False)
        self._check_words(path, chunk, words or frozenset())
        return chunk[self.names]

    def _check_words(self, path: Path, chunk: pd.DataFrame, words: frozenset[str]) -> None:
        """Refuse numbers in one file where another has words."""
        for name in words:
            # Words are objects in pandas 2, of a type of their own in pandas 3.
            if chunk[name].dtype.kind == "O" or chunk[name].isna().all():
                continue
            got = f"{path} with numbers or dates as {shown(name)}"
            expected = "words, as another file has"
            raise DataError(sentence(got, expected, "Write them alike."), key=PATH)
