"""What stands in a table: how it is written, its columns, its target and the task.

All rows are looked at, to propose a config and to say in its comments what was there. What is
learned from data is learned by `fit`, from the train rows alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain.data.targets.checks import plain
from dltrain.errors import DataError, did_you_mean, one_of, sentence, shown
from dltrain.templates.columns import FEW_VALUES, LEFT_OUT, ROWS_A_VALUE, Column, see
from dltrain.templates.sniffing import gaps_in, sniff

if TYPE_CHECKING:
    import pandas as pd

# Largest class of grades, in rows of the smallest, up to which they are classes.
MOST_UNEVEN = 20
LEAST_OF_A_CLASS = 3
# With fewer, all rows train.
LEAST_ROWS = 20


@dataclass(frozen=True)
class Table:
    """A table and its target.

    Attributes:
        path: The file.
        written: How it is written, by the keys of `dataset`.
        rows: Number of rows.
        columns: Every column but the target.
        target: The target's name.
        task: "binary", "multiclass" or "regression".
        classes: Rows of each class; empty for regression.
        span: For regression the smallest and the largest target.
    """

    path: Path
    written: dict[str, Any]
    rows: int
    columns: tuple[Column, ...]
    target: str
    task: str
    classes: dict[Any, int]
    span: tuple[float, float] = (0.0, 0.0)

    @property
    def features(self) -> list[Column]:
        """The columns that the model sees."""
        return [column for column in self.columns if column.kind != LEFT_OUT]


def look(path: Path, target: str | None) -> Table:
    """Look at a table.

    Args:
        path: A text file.
        target: Name of the column to predict, or its position, from 0 or negative from the end.

    Raises:
        DataError: The file is no table, or has no such target.
    """
    from dltrain.data.sources.header import column_names

    written = sniff(path)
    names = column_names(path, written)
    chosen = _chosen(path, names, target)
    cells, written = _cells(path, names, written)
    answers = cells[chosen]
    _check_target(answers)
    columns = tuple(_beside(cells[name], answers) for name in names if name != chosen)
    _check_features(columns)
    task = _task(answers)
    _check_classes(answers, task)
    is_amount = task == "regression"
    counts = {} if is_amount else answers.value_counts().sort_index().to_dict()
    return Table(
        path=path,
        written=written,
        rows=len(cells),
        columns=columns,
        target=chosen,
        task=task,
        classes={plain(name): int(count) for name, count in counts.items()},
        span=(float(answers.min()), float(answers.max())) if is_amount else (0.0, 0.0),
    )


def _beside(cells: pd.Series, answers: pd.Series) -> Column:
    """Look at a column; one that only renames the classes would give the answer away."""
    column, name = see(cells), str(cells.name)
    same = column.different == answers.nunique() and not column.missing
    if same and len({*zip(cells, answers, strict=True)}) == column.different:
        return Column(name, LEFT_OUT, "the target in other words")
    return column


def _chosen(path: Path, names: list[str], target: str | None) -> str:
    """Find the target by its name, or else by its position."""
    if target is None:
        columns = "\n".join(f"  {index:>3}  {name}" for index, name in enumerate(names))
        message = sentence("nothing", f"the name or position of a column of {path}")
        raise DataError(f"--target: {message}\n{columns}")
    if target in names:
        return target
    position = int(target) if target.removeprefix("-").isdecimal() else None
    if position is not None and -len(names) <= position < len(names):
        return names[position]
    position_is = f", or a position from {-len(names)} to {len(names) - 1}"
    expected = one_of(names) + position_is
    raise DataError(f"--target: {sentence(shown(target), expected, did_you_mean(target, names))}")


def _cells(
    path: Path, names: list[str], written: dict[str, Any]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Read all cells, once more where a word turns out to mean a missing value."""
    import numpy as np

    from dltrain.data.columns import as_numbers
    from dltrain.data.sources.delimited import read_tables

    cells = read_tables([path], names, written | {"columns": {}})[0]
    found: set[str] = set()
    for name in cells.select_dtypes(exclude="number"):
        words = cells[name].dropna().drop_duplicates()
        is_word = np.isnan(as_numbers(words))
        found.update(gaps_in(str(word) for word in words[is_word]))
    if not found:
        return cells, written
    written = written | {"na_values": sorted(found)}
    return read_tables([path], names, written | {"columns": {}})[0], written


def _check_target(answers: pd.Series) -> None:
    import pandas as pd

    name, missing, different = str(answers.name), int(answers.isna().sum()), answers.nunique()
    if missing:
        got = f"{missing} row{'s' * (missing != 1)} without '{name}'"
        raise DataError(sentence(got, "a target in every row", "Remove them from the file."))
    if different < 2:
        got = f"the one value {shown(plain(answers.iloc[0]))} as '{name}'"
        raise DataError(sentence(got, "at least two", "Choose another target."))
    words = not pd.api.types.is_numeric_dtype(answers)
    if words and different > max(FEW_VALUES, len(answers) / ROWS_A_VALUE):
        got = f"{different} different words in {len(answers)} rows as '{name}'"
        raise DataError(sentence(got, "classes or numbers", "Choose another target."))


def _check_features(columns: tuple[Column, ...]) -> None:
    if all(column.kind == LEFT_OUT for column in columns):
        reasons = "; ".join(f"{column.name}: {column.seen}" for column in columns)
        got = f"no column that could help ({reasons})" if reasons else "one column"
        raise DataError(sentence(got, "at least one beside the target"))


def _check_classes(answers: pd.Series, task: str) -> None:
    """Refuse classes with too few rows for every part of the split to have one."""
    counts = answers.value_counts()
    if task != "regression" and counts.min() < LEAST_OF_A_CLASS and len(answers) >= LEAST_ROWS:
        name, rows = plain(counts.index[-1]), int(counts.min())
        got = f"{rows} row{'s' * (rows != 1)} of the class {shown(name)}"
        way_out = "Remove them, or join the class with another."
        raise DataError(sentence(got, f"at least {LEAST_OF_A_CLASS}", way_out))


def _task(answers: pd.Series) -> str:
    """Take the task that `fit` would, but for grades of which some are rare: these are amounts."""
    from dltrain.data.targets.tasks import infer_task

    task = infer_task(answers.to_frame())
    counts = answers.value_counts()
    ordered = task == "multiclass" and answers.dtype.kind in "iuf"
    return "regression" if ordered and counts.max() > MOST_UNEVEN * counts.min() else task
