"""Dates: how they are read, which parts become inputs, and what these are."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

from dltrain.data.table import TableInputs
from dltrain.errors import DataError

HOURS = pd.date_range("2023-11-28T05:10:20", periods=80, freq="211h")
DATE = {"type": "date"}
PERIODS = {"month": (1, 12), "day": (1, 31), "weekday": (0, 7), "hour": (0, 24), "minute": (0, 60)}


def wave(numbers, first, period):
    angle = 2 * np.pi * (np.asarray(numbers) - first) / period
    return np.column_stack([np.sin(angle), np.cos(angle)])


def test_a_year_is_standardised_and_parts_that_come_round_again_are_on_a_circle(learn):
    inputs, found = learn({"a": HOURS.astype(str)}, train=50)

    assert inputs.columns[0].type == "date"
    assert inputs.input_names == [
        "a.year", "a.month sin", "a.month cos", "a.day sin", "a.day cos", "a.weekday sin",
        "a.weekday cos", "a.hour sin", "a.hour cos",
    ]  # fmt: skip
    years = HOURS.year.to_numpy(float)[:, None]
    circles = [
        wave(getattr(HOURS, {"weekday": "day_of_week"}.get(name, name)), *PERIODS[name])
        for name in ("month", "day", "weekday", "hour")
    ]
    expected = np.hstack([StandardScaler().fit(years[:50]).transform(years), *circles])
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_december_lies_beside_january(learn):
    _, found = learn({"a": ["2025-12", "2026-01", "2026-06"]}, a=DATE | {"parts": ["month"]})

    near, far = np.linalg.norm(found[0] - found[1]), np.linalg.norm(found[0] - found[2])
    assert near == pytest.approx(2 * np.sin(np.pi / 12), rel=1e-5)
    assert far == pytest.approx(2, rel=1e-5)


def test_parts_are_standardised_where_they_are_not_to_be_cyclic(learn):
    inputs, found = learn({"a": HOURS}, a=DATE | {"parts": ["weekday", "hour"], "cyclic": False})

    assert inputs.input_names == ["a.weekday", "a.hour"]
    parts = np.column_stack([HOURS.day_of_week, HOURS.hour]).astype(float)
    expected = StandardScaler().fit_transform(parts)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


PARTS = {
    "months of several years": (["1949-01", "1949-02", "1950-01"], ["year", "month"]),
    "months of one year": (["1949-01", "1949-02", "1949-07"], ["month"]),
    "days of one month": (["2026-11-01", "2026-11-02", "2026-11-07"], ["day", "weekday"]),
    "Mondays": (["2026-11-02", "2026-11-09", "2026-11-16"], ["day"]),
    "times of one day": (["2026-11-20T10:00", "2026-11-20T11:30:00"], ["hour", "minute"]),
    "seconds": (["2026-11-20 10:00:01", "2026-11-20 10:00:02.5"], ["second"]),
    "one date": (["2026-11-20", "2026-11-20"], ["year"]),
}


@pytest.mark.parametrize(("cells", "parts"), PARTS.values(), ids=PARTS.keys())
def test_the_parts_that_differ_among_the_train_rows_are_inputs(learn, cells, parts):
    later = ["2001-02-03T04:05:06"] if "T" in cells[0] or " " in cells[0] else ["2001-02-03"]

    inputs, _ = learn({"a": cells + later}, train=len(cells))

    assert [part.name for part in inputs.columns[0].parts] == parts
    assert inputs.to_json()["raw"] == [f"a.{part}" for part in parts]


FORMATS = {
    "German": ("%d.%m.%Y", ["20.11.2026", "1.2.2025"]),
    "American": ("%m/%d/%y", ["11/20/26", "02/01/25"]),
    "whole numbers": ("%Y%m%d", [20261120, 20250201]),
    "whole numbers as fractions": ("%Y%m%d", [20261120.0, 20250201.0]),
    "names": ("%d %b %Y", ["20 Nov 2026", "01 Feb 2025"]),
    "with a zone": ("%Y-%m-%d %z", ["2026-11-20 +0100", "2025-02-01 -0500"]),
}


@pytest.mark.parametrize(("format_", "cells"), FORMATS.values(), ids=FORMATS.keys())
def test_dates_are_read_in_a_format_as_strptime_does(learn, format_, cells):
    inputs, _ = learn({"a": cells}, a=DATE | {"format": format_, "parts": ["year", "month", "day"]})

    table = pd.DataFrame({"a": cells})
    matrix = inputs.matrix(raw_of(table), np.arange(2))
    assert matrix.tolist() == [[2026, 11, 20], [2025, 2, 1]]


def raw_of(table):
    from dltrain.data.raw import Raw

    return Raw(table, "table", table[[]], "", first_line=2)


ZONED = zip(HOURS, ["Z", "-0500"] * 40, strict=True)
SAME = {
    "dates of pandas": HOURS,
    "dates of pandas with a zone": HOURS.tz_localize("Europe/Berlin"),
    "words with their zone": [f"{one}+01:00" for one in HOURS],
    "words of several zones": [f"{one}{zone}" for one, zone in ZONED],
    "words with T": [one.isoformat() for one in HOURS],
    "dates of Python": [one.to_pydatetime() for one in HOURS],
}  # fmt: skip


@pytest.mark.parametrize("cells", SAME.values(), ids=SAME.keys())
def test_what_the_clock_shows_counts(learn, cells):
    inputs, found = learn({"a": pd.Series(cells)}, train=50)

    assert inputs.columns[0].type == "date"
    assert np.array_equal(found, learn({"a": HOURS.astype(str)}, train=50)[1])


def test_days_of_python_are_dates(learn):
    cells = pd.Series([date(2026, 11, 20), date(2026, 11, 21)])

    inputs, _ = learn({"a": cells})

    assert [part.name for part in inputs.columns[0].parts] == ["day", "weekday"]


def test_gaps_become_the_median_year_and_the_middle_of_the_circles(learn):
    cells = ["2020-01", None, "2021-02", "2029-03", None]

    inputs, found = learn({"a": cells}, train=4, missing="impute")

    assert inputs.input_names == ["a.year", "a.month sin", "a.month cos", "a missing"]
    years = np.array([2020, 2021, 2029])
    median = (2021 - years.mean()) / years.std()
    np.testing.assert_allclose(found[[1, 4]], [[median, 0, 0, 1]] * 2, rtol=1e-5)
    assert found[[0, 2, 3], 3].tolist() == [0, 0, 0]


def test_what_is_learned_survives_json(learn):
    inputs, _ = learn({"a": HOURS.astype(str), "b": [None, *HOURS[1:]]}, missing="impute")
    facts = json.loads(json.dumps(inputs.to_json()))

    facts.pop("form")
    assert TableInputs.from_json(facts) == inputs


def test_a_date_is_described_with_the_numbers_that_the_saved_model_takes(learn):
    inputs, _ = learn({"a": ["2020-01", "2022-02"]})

    assert inputs.columns[0].to_json() == {
        "name": "a", "type": "date", "format": None, "parts": ["year", "month"], "cyclic": True,
        "zoned": False, "missing": "error", "indicator": False,
        "raw": [
            {"name": "a.year", "center": 2021.0, "scale": 1.0, "fill": 2021.0, "first": 0,
             "period": None},
            {"name": "a.month", "center": 0.0, "scale": 1.0, "fill": 0.0, "first": 1,
             "period": 12},
        ],
    }  # fmt: skip


ISO = "a date such as 2026-11-20 or 2026-11-20T18:30:00"
SAY = "Mend the cell, or say the `format` of the column."
WRONG = {
    "a word": (
        ["2026-01", "2026-02", "soon"], DATE,
        f"got 'soon' in row 2 (line 4), expected {ISO}. {SAY}",
    ),
    "a day that is not": (
        ["2026-01-01", "2026-01-02", "2026-02-30"], DATE,
        f"got '2026-02-30' in row 2 (line 4), expected {ISO}. {SAY}",
    ),
    "a number": (
        [20260101, 20260102], DATE, f"got 20260101 in row 0 (line 2), expected {ISO}. {SAY}",
    ),
    "another format": (
        ["01.02.2026", "2026-02-01"], DATE | {"format": "%d.%m.%Y"},
        "got '2026-02-01' in row 1 (line 3), expected a date in the format %d.%m.%Y. "
        "Mend the cell.",
    ),
    "a zone among times without": (
        ["2026-01-01T00:00", "2026-01-01T00:00Z"], DATE,
        "got '2026-01-01T00:00Z' in row 1 (line 3), expected a time without time zone, as other "
        "rows have. Mend the cell.",
    ),
    "no zone among times with one": (
        ["2026-01-01T00:00+01:00", "2026-01-01T00:00"], DATE,
        "got '2026-01-01T00:00' in row 1 (line 3), expected a time with time zone, as other rows "
        "have. Mend the cell.",
    ),
    "few words among dates": (
        ["2026-01-01", "2026-01-02", "2026-02-30"], {},
        "got '2026-02-30' in row 2 (line 4), among 2 dates, expected dates, or words alone. "
        "Mend the cell, or say whether the column is `date` or `category`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "column", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_cell_that_is_no_date_is_named(learn, cells, column, message):
    with pytest.raises(DataError) as caught:
        learn({"a": cells}, a=column)

    assert str(caught.value) == f"dataset.columns.a: {message}"


LATER = {
    "a word": ("soon", f"got 'soon' in row 2 (line 4), expected {ISO}. {SAY}"),
    "a gap": (
        None,
        "got 1 missing value, the first in row 2 (line 4), expected a value in every row. Mend the "
        "file, let `dataset.missing` be drop or impute, or leave the column out with "
        "`dataset.features.exclude`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "message"), LATER.values(), ids=LATER.keys())
def test_wrong_cells_of_later_rows_are_found_when_they_are_prepared(learn, cell, message):
    with pytest.raises(DataError) as caught:
        learn({"a": ["2026-01", "2026-02", cell]}, train=2)

    assert str(caught.value) == f"dataset.columns.a: {message}"
