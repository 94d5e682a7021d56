"""What stands in one column: its kind, its range or values, or why no model should see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dltrain.data.targets.checks import plain
from dltrain.errors import listed, shown

if TYPE_CHECKING:
    import pandas as pd

LEFT_OUT = "left out"
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
        kind: "number", "category", "date", "boolean", or "left out".
        seen: What is in it, or why it is left out.
        missing: Number of rows without a value.
        different: Number of different values.
    """

    name: str
    kind: str
    seen: str
    missing: int = 0
    different: int = 0


def see(cells: pd.Series) -> Column:
    """Say what is in a column, or why no model should see it."""
    import pandas as pd

    name, present = str(cells.name), cells.dropna()
    missing, different = len(cells) - len(present), int(present.nunique())
    if not name.isprintable():
        return Column(name, LEFT_OUT, "its name has characters that no key may have", missing)
    if not different:
        return Column(name, LEFT_OUT, "empty", missing)
    if missing > MOST_MISSING * len(cells):
        return Column(name, LEFT_OUT, f"missing in {missing} of {len(cells)} rows", missing)
    if different == 1 and not missing:
        return Column(name, LEFT_OUT, f"always {shown(plain(present.iloc[0]))}", missing)
    if not missing and _is_identifier(name, present):
        return Column(name, LEFT_OUT, "identifier: a number of its own in every row")
    looked = _numbers if pd.api.types.is_numeric_dtype(cells) else _words
    kind, seen = looked(present, different)
    return Column(name, kind, seen, missing, different)


def _numbers(present: pd.Series, different: int) -> tuple[str, str]:
    import numpy as np

    from dltrain.data.columns import LARGEST, too_coarse

    numbers = present.to_numpy(np.float64)
    if (np.abs(numbers) > LARGEST).any():
        return LEFT_OUT, "holds numbers that are not finite or beyond 3.4e38"
    if too_coarse(numbers - np.round(numbers.mean())):
        return LEFT_OUT, "numbers that differ by too little for float32"
    whole = bool((numbers % 1 == 0).all())
    if whole and 2 < different <= MOST_CODES:
        codes = ", ".join(f"{value:g}" for value in sorted(set(numbers)))
        return "category", f"{different} codes: {codes}; `number` if they are amounts"
    return "number", f"{numbers.min():g} to {numbers.max():g}"


def _words(present: pd.Series, different: int) -> tuple[str, str]:
    import numpy as np

    from dltrain.data.columns import are_dates, as_numbers

    words = present.astype(str)
    if are_dates(present).all():
        return "date", f"{words.min()} to {words.max()}"
    if {"true", "false"}.issuperset(words.str.lower()):
        return "boolean", listed(words.unique())
    is_word = np.isnan(as_numbers(present))
    if is_word.mean() < SOME_WORDS and different > FEW_VALUES:
        return LEFT_OUT, f"numbers, but for {listed(words[is_word].unique())}; mend the file"
    if different > MOST_VALUES or different > max(FEW_VALUES, len(present) / ROWS_A_VALUE):
        if words.str.fullmatch(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*").mean() > MOST_MISSING:
            return LEFT_OUT, f"dates, such as {shown(words.iloc[0])}"
        kind = "names, codes or free text"
        return LEFT_OUT, f"{kind}: {different} different in {len(present)} rows"
    return "category", listed(words.unique())


def _is_identifier(name: str, present: pd.Series) -> bool:
    """Tell whether different whole numbers only number the rows: in order, or by their name."""
    if present.dtype.kind not in "iu" or len(present) <= FEW_VALUES or not present.is_unique:
        return False
    words = name.lower().replace("_", " ").replace("-", " ").split()
    named = name.endswith(("Id", "ID")) or words[-1:] in (["id"], ["index"], ["number"])
    return named or present.is_monotonic_increasing or present.is_monotonic_decreasing
