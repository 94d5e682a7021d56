"""What stands in the columns of a table: kinds, ranges, gaps, and what no model should see.

All rows are looked at, to propose a config and to say in its comments what was there. What is
learned from data is learned by `fit`, from the train rows alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain.errors import DataError, did_you_mean, listed, one_of, sentence, shown
from dltrain.templates.sniffing import gaps_in, sniff

if TYPE_CHECKING:
    import pandas as pd

# A word in a hundred rows is a value; one of its own in every fifth row is a name.
MOST_VALUES = 200
FEW_VALUES = 20
ROWS_A_VALUE = 5
# Whole numbers with so few different values are taken for codes.
MOST_CODES = 6
MOST_MISSING = 0.9
# Fewer words among numbers are mistakes.
SOME_WORDS = 0.05


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: As the file names it.
        kind: "number", "category", or "left out".
        seen: What is in it, or why it is left out.
        missing: Number of rows without a value.
        different: Number of different values.
    """

    name: str
    kind: str
    seen: str
    missing: int = 0
    different: int = 0


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
        return [column for column in self.columns if column.kind != "left out"]


def look(path: Path, target: str | None) -> Table:
    """Look at a table.

    Args:
        path: A text file.
        target: Name of the column to predict, or its position, from 0 or negative from the end.

    Raises:
        DataError: The file is no table, or has no such target.
    """
    from dltrain.data.sources.delimited import column_names

    written = sniff(path)
    names = column_names(path, written)
    chosen = _chosen(path, names, target)
    cells, written = _cells(path, names, written)
    answers = cells[chosen]
    _check_target(answers)
    task = _task(answers)
    is_amount = task == "regression"
    counts = {} if is_amount else answers.value_counts().sort_index().to_dict()
    return Table(
        path=path,
        written=written,
        rows=len(cells),
        columns=tuple(_beside(cells[name], answers) for name in names if name != chosen),
        target=chosen,
        task=task,
        classes={_plain(name): int(count) for name, count in counts.items()},
        span=(float(answers.min()), float(answers.max())) if is_amount else (0.0, 0.0),
    )


def see(cells: pd.Series) -> Column:
    """Say what is in a column, or why no model should see it."""
    import pandas as pd

    name, present = str(cells.name), cells.dropna()
    missing, different = len(cells) - len(present), int(present.nunique())
    if not different:
        return Column(name, "left out", "empty", missing)
    if missing > MOST_MISSING * len(cells):
        return Column(name, "left out", f"missing in {missing} of {len(cells)} rows", missing)
    if different == 1 and not missing:
        return Column(name, "left out", f"always {shown(_plain(present.iloc[0]))}", missing)
    looked = _numbers if pd.api.types.is_numeric_dtype(cells) else _words
    kind, seen = looked(name, present, different)
    return Column(name, kind, seen, missing, different)


def _beside(cells: pd.Series, answers: pd.Series) -> Column:
    """Look at a column; one that only renames the classes would give the answer away."""
    column, name = see(cells), str(cells.name)
    same = column.different == answers.nunique() and not column.missing
    if same and len({*zip(cells, answers, strict=True)}) == column.different:
        return Column(name, "left out", "the target in other words")
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
    from dltrain.data.column import as_numbers
    from dltrain.data.sources.delimited import read_table

    cells = read_table(path, names, written | {"columns": {}})
    found: set[str] = set()
    for name in cells.select_dtypes(exclude="number"):
        words = cells[name].dropna().unique()
        numbers = as_numbers(words)
        found.update(gaps_in(str(word) for word in words[numbers != numbers]))
    if not found:
        return cells, written
    written = written | {"na_values": sorted(found)}
    return read_table(path, names, written | {"columns": {}}), written


def _check_target(answers: pd.Series) -> None:
    import pandas as pd

    name, missing, different = str(answers.name), int(answers.isna().sum()), answers.nunique()
    if missing:
        got = f"{missing} row{'s' * (missing != 1)} without '{name}'"
        raise DataError(sentence(got, "a target in every row", "Remove them from the file."))
    if different < 2:
        got = f"the one value {shown(_plain(answers.iloc[0]))} as '{name}'"
        raise DataError(sentence(got, "at least two", "Choose another target."))
    words = not pd.api.types.is_numeric_dtype(answers)
    if words and different > max(FEW_VALUES, len(answers) / ROWS_A_VALUE):
        got = f"{different} different words in {len(answers)} rows as '{name}'"
        raise DataError(sentence(got, "classes or numbers", "Choose another target."))


def _task(answers: pd.Series) -> str:
    """Take the task that `fit` would, but for grades of which some are rare: these are amounts."""
    from dltrain.data.target import infer_task

    task = infer_task(answers.to_frame())
    counts = answers.value_counts()
    ordered = task == "multiclass" and answers.dtype.kind in "iuf"
    return "regression" if ordered and counts.max() > MOST_VALUES / 10 * counts.min() else task


def _numbers(name: str, present: pd.Series, different: int) -> tuple[str, str]:
    import numpy as np

    from dltrain.data.column import LARGEST, too_coarse

    numbers = present.to_numpy(np.float64)
    if (np.abs(numbers) > LARGEST).any():
        return "left out", "holds numbers that are not finite or beyond 3.4e38"
    if too_coarse(numbers - np.round(numbers.mean())):
        return "left out", "numbers that differ by too little for float32"
    whole = bool((numbers % 1 == 0).all())
    steady = present.is_monotonic_increasing or present.is_monotonic_decreasing
    if whole and different == len(present) > FEW_VALUES and (steady or _is_identifier(name)):
        return "left out", "identifier: a number of its own in every row"
    if whole and 2 < different <= MOST_CODES:
        codes = ", ".join(f"{value:g}" for value in sorted(set(numbers)))
        return "category", f"{different} codes: {codes}; `number` if they are amounts"
    return "number", f"{numbers.min():g} to {numbers.max():g}"


def _words(name: str, present: pd.Series, different: int) -> tuple[str, str]:
    import numpy as np

    from dltrain.data.column import as_numbers

    words = present.astype(str)
    is_word = np.isnan(as_numbers(present))
    if is_word.mean() < SOME_WORDS and different > FEW_VALUES:
        return "left out", f"numbers, but for {listed(words[is_word].unique())}; mend the file"
    if different > MOST_VALUES or different > max(FEW_VALUES, len(present) / ROWS_A_VALUE):
        if words.str.fullmatch(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*").mean() > MOST_MISSING:
            return "left out", f"dates, such as {shown(words.iloc[0])}"
        kind = "names, codes or free text"
        return "left out", f"{kind}: {different} different in {len(present)} rows"
    return "category", listed(words.unique())


def _is_identifier(name: str) -> bool:
    plain = name.lower().replace("_", " ").replace("-", " ")
    return name.endswith(("Id", "ID")) or plain.split()[-1:] in (["id"], ["index"], ["number"])


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return int(value) if isinstance(value, float) and value.is_integer() else value
