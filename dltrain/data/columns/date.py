"""A column of dates or times: its cells as numbers, one for each part that is an input.

The saved model cannot read words, so its raw matrix has the parts: `date.year`, `date.month`
and so on. They are those of the clock as it is written, also where a time zone stands beside it.
Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.columns.cells import as_words, missing_cells, wrong_cell
from dltrain.data.columns.number import center_and_scale
from dltrain.data.raw import Raw

# The first value of each part that comes round again, and after how many it does.
CYCLES = {
    "month": (1, 12), "day": (1, 31), "weekday": (0, 7),
    "hour": (0, 24), "minute": (0, 60), "second": (0, 60),
}  # fmt: skip
PARTS = ("year", *CYCLES)
# What pandas calls a part by another name.
ATTRIBUTES = {"weekday": "day_of_week"}
# What ISO 8601 writes: a month or day; or a day with a time, and perhaps its zone.
MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"
DAY = rf"{MONTH}(?:-\d{{2}})?"
ZONE = r"(?:Z|[+-]\d{2}:?\d{2})"
TIME = rf"{MONTH}-\d{{2}}[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d{{1,9}})?)?{ZONE}?"


@dataclass(frozen=True)
class DatePart:
    """One part of a date: (x - center) / scale, or sine and cosine where it comes round again.

    Attributes:
        fill: What a missing number becomes, before it is scaled; sine and cosine become 0.
        first: The least value of a part that comes round again.
        period: After how many values it does; None for a part that does not.
    """

    name: str
    center: float = 0.0
    scale: float = 1.0
    fill: float = 0.0
    first: int = 0
    period: int | None = None

    def wave(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give sine and cosine of a part that comes round again, (n,) each; 0 for NaN."""
        angle = (numbers - self.first) * (2 * np.pi / (self.period or 1))
        return np.nan_to_num(np.sin(angle)), np.nan_to_num(np.cos(angle))


@dataclass(frozen=True)
class DateColumn:
    """A column of dates or times: an input, or two, for each of its parts.

    Attributes:
        parts: What was learned about each part, in the order of the inputs.
        format: As in Python's strptime; None for ISO 8601.
        cyclic: Whether parts that come round again become a sine and a cosine.
        zoned: Whether a time zone stands beside each time.
        missing: "error", "drop" or "impute".
        indicator: Whether an input of 0 or 1 says where a date is missing.
    """

    name: str
    parts: tuple[DatePart, ...]
    format: str | None = None
    cyclic: bool = True
    zoned: bool = False
    missing: str = "error"
    indicator: bool = False
    type: str = "date"

    @property
    def raw_names(self) -> list[str]:
        """Names of its numbers in the raw matrix."""
        return [f"{self.name}.{part.name}" for part in self.parts]

    def read(self, raw: Raw, cells: pd.Series, rows: np.ndarray) -> np.ndarray:
        """Read cells as the parts of dates, float64 (n, parts); NaN for a missing one.

        Raises:
            DataError: A cell is no date, lacks a time zone or has one where the train rows do
                not, or is missing and not imputed.
        """
        missing_cells(raw, cells, rows, self.missing)
        positions, values = pd.factorize(cells)
        clocks, zoned = _clocks(values, self.format)
        # The last one is that of a missing cell, whose position is -1.
        wrong = np.append(clocks.isna(), False)[positions]
        if wrong.any():
            expected = "a date such as 2026-11-20 or 2026-11-20T18:30:00"
            way_out = "Mend the cell, or say the `format` of the column."
            if self.format is not None:
                expected, way_out = f"a date in the format {self.format}", "Mend the cell."
            raise wrong_cell(raw, cells, rows, int(np.argmax(wrong)), expected, way_out)
        other = np.append(zoned != self.zoned, False)[positions]
        if other.any():
            expected = f"a time {'with' if self.zoned else 'without'} time zone, as other rows have"
            raise wrong_cell(raw, cells, rows, int(np.argmax(other)), expected, "Mend the cell.")
        table = np.full((len(clocks) + 1, len(self.parts)), np.nan)
        for index, part in enumerate(self.parts):
            table[:-1, index] = getattr(clocks, ATTRIBUTES.get(part.name, part.name))
        return np.asarray(table[positions])

    def to_json(self) -> dict[str, Any]:
        """Describe the column for preprocessing.json; `raw` says what the saved model takes."""
        facts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        raw = [
            vars(part) | {"name": name}
            for name, part in zip(self.raw_names, self.parts, strict=True)
        ]
        return facts | {"parts": [part.name for part in self.parts], "raw": raw}


def date_from_json(facts: dict[str, Any]) -> DateColumn:
    """Restore what `to_json` wrote."""
    facts = dict(facts)
    pairs = zip(facts["parts"], facts.pop("raw"), strict=True)
    return DateColumn(**facts | {"parts": tuple(DatePart(**one | {"name": p}) for p, one in pairs)})


def learn_date(raw: Raw, cells: pd.Series, rows: np.ndarray, options: dict[str, Any]) -> DateColumn:
    """Learn which parts of a date differ, and the scaling of those that do not come round again.

    Args:
        raw: All rows.
        cells: The train cells that are not missing.
        rows: The number of each cell's row.
        options: `missing` and `indicator`, and `format`, `parts` and `cyclic` where they are
            given.

    Raises:
        DataError: A cell is no date, or not all have a time zone.
    """
    format_, cyclic = options.get("format"), options.get("cyclic", True)
    zoned = bool(_clocks(pd.Index(cells.iloc[:1]), format_)[1][0])
    missing, indicator = options["missing"], options["indicator"]
    whole = DateColumn(
        str(cells.name), tuple(map(DatePart, PARTS)), format_, cyclic, zoned, missing, indicator
    )
    numbers = dict(zip(PARTS, whole.read(raw, cells, rows).T, strict=True))
    names = options.get("parts") or _differing(numbers)
    return replace(whole, parts=tuple(_part(name, numbers[name], cyclic) for name in names))


def are_dates(values: pd.Series | pd.Index) -> np.ndarray:
    """Tell which words are dates as ISO 8601 writes them.

    Example:
        >>> are_dates(pd.Index(["1949-01", "2026-02-30", "2026-11-20T12:30Z", "20261120"])).tolist()
        [True, False, True, False]
    """
    return ~np.asarray(_clocks(pd.Index(values), None)[0].isna())


def _part(name: str, numbers: np.ndarray, cyclic: bool) -> DatePart:
    if cyclic and name in CYCLES:
        first, period = CYCLES[name]
        return DatePart(name, first=first, period=period)
    center, scale = center_and_scale(numbers, "standard")
    return DatePart(name, center, scale, float(np.median(numbers)))


def _differing(numbers: dict[str, np.ndarray]) -> list[str]:
    """Name the parts that differ; the weekday of dates on one day of a month says nothing."""
    names = [name for name, one in numbers.items() if one.min() != one.max()]
    if "day" not in names and "weekday" in names:
        names.remove("weekday")
    return names or ["year"]


def _clocks(values: pd.Index, format_: str | None) -> tuple[pd.DatetimeIndex, np.ndarray]:
    """Read dates as what the clock shows.

    Returns:
        One date for each value, NaT for what is none, and whether a time zone stands beside it.
    """
    if isinstance(values, pd.DatetimeIndex):
        return values.tz_localize(None), np.full(len(values), values.tz is not None)
    words = as_words(values)
    if format_ is None:
        return _iso_clocks(words)
    if "%z" in format_.lower():  # pandas would show all clocks in one zone
        read = pd.DatetimeIndex([_clock(word, format_) for word in words])
        return read, np.full(len(words), True)
    dates = pd.DatetimeIndex(pd.to_datetime(words, format=format_, errors="coerce"))
    return dates, np.full(len(words), False)


def _iso_clocks(words: pd.Series) -> tuple[pd.DatetimeIndex, np.ndarray]:
    timed = words.str.fullmatch(TIME)
    zoned = timed & words.str.contains(rf"{ZONE}$")
    if zoned.any():
        words = words.where(~zoned, words.str.replace(rf"{ZONE}$", "", regex=True))
    dates = words.where(timed | words.str.fullmatch(DAY))
    clocks = pd.to_datetime(dates, format="ISO8601", errors="coerce")
    return pd.DatetimeIndex(clocks), zoned.to_numpy(bool)


def _clock(word: str, format_: str) -> datetime | None:
    try:
        return datetime.strptime(word, format_).replace(tzinfo=None)
    except ValueError:
        return None
