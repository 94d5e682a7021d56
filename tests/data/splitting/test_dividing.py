"""The `split` section over rows: columns that say parts, groups and times; windows that overlap."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dltrain.data.raw import Raw
from dltrain.data.series import Series
from dltrain.data.splitting import columns_read, divide, divide_fold, folds
from dltrain.errors import DataError

FRACTIONS = {"train": 0.6, "val": 0.2, "test": 0.2}
NONE = {"type": "none"}
COLUMN = {"type": "column", "column": "c"}
GROUP = {"type": "group", "column": "c", "fractions": FRACTIONS, "seed": 0}
TIME = {"type": "time", "column": "c", "fractions": FRACTIONS, "gap": 0}
RANDOM = {"type": "random", "fractions": FRACTIONS, "stratify": True, "bins": None, "seed": 0}
GIVEN = {"type": "given", "fractions": {"val": 0.2}, "stratify": True, "seed": 0}


def raw_of(cells, *, overlap=0, first_line=2, dtype=None):
    cells = pd.Series(cells, dtype=dtype)
    table = pd.DataFrame({"x": np.arange(len(cells))})
    aside = pd.DataFrame({"c": cells})
    return Raw(table, "table", table, "", first_line=first_line, aside=aside, overlap=overlap)


def divided(section, cells, **options):
    raw = raw_of(cells, **options)
    return {name: rows.tolist() for name, rows in divide(raw, raw.numbers(), section, None).items()}


def test_a_split_names_the_columns_that_it_reads():
    assert columns_read(TIME) == {"c": "time"}
    assert columns_read(TIME | {"column": None}) == {}
    assert columns_read(RANDOM) == {}


def test_a_column_says_the_part_of_each_row_in_any_case():
    words = ["train", "TRAIN", "val", "Validation", "valid", "dev", "Test"]

    assert divided(COLUMN, words) == {"train": [0, 1], "val": [2, 3, 4, 5], "test": [6]}


def test_a_column_without_test_rows_is_enough():
    assert divided(COLUMN, ["val", "train"]) == {"train": [1], "val": [0]}


def test_rows_that_were_left_out_before_are_in_no_part():
    raw = raw_of(["?", "train", "?", "val"])

    parts = divide(raw, np.array([1, 3]), COLUMN, None)

    assert {name: rows.tolist() for name, rows in parts.items()} == {"train": [1], "val": [3]}


TIMES = {
    "numbers": [3, 1, 2, 5, 4],
    "fractions": [3.5, -1, 2, 1e9, 4],
    "words that are numbers": ["30", "9", "10", "200", "100"],
    "whole numbers that float64 does not tell apart": [2**60 + 2, 2**60, 2**60 + 1, 2**60 + 4,
                                                       2**60 + 3],
    "dates": ["2026-01-03", "2025-12-31", "2026-01-02", "2026-02-01", "2026-01-31"],
    "dates with a time": ["2026-01-01T10", "2026-01-01", "2026-01-01 09:00", "2026-01-02",
                          "2026-01-01 23:59:59.5"],
    "dates with a zone": ["2026-01-01T10:00Z", "2026-01-01T10:00+02:00", "2026-01-01T09:00+00:30",
                          "2026-01-01T09:00-05:00", "2026-01-01T12:00Z"],
    "months": ["2026-03", "2025-12", "2026-02", "2026-11", "2026-10"],
    "what pandas calls dates": pd.to_datetime(["2026-01-03", "2025-12-31", "2026-01-02",
                                               "2026-02-01", "2026-01-31"]),
}  # fmt: skip


@pytest.mark.parametrize("cells", TIMES.values(), ids=TIMES.keys())
def test_times_are_numbers_or_dates(cells):
    assert divided(TIME, cells) == {"train": [0, 1, 2], "val": [4], "test": [3]}


def test_without_a_column_the_rows_are_in_the_order_of_time():
    assert divided(TIME | {"column": None, "gap": 1}, [0] * 12) == {
        "train": [0, 1, 2, 3, 4, 5],
        "val": [7, 8],
        "test": [10, 11],
    }


@pytest.mark.parametrize("cells", [["b", "c", "a"] * 4, [7, 8, 9] * 4], ids=["words", "numbers"])
def test_groups_stay_together(cells):
    parts = divided(GROUP, cells)

    assert sorted(row for rows in parts.values() for row in rows) == list(range(12))
    assert all(len({cells[row] for row in rows}) == 1 for rows in parts.values())


def test_windows_that_overlap_are_left_out_at_each_cut():
    parts = divided(TIME | {"gap": 1}, range(26), overlap=2)

    assert parts == {
        "train": list(range(12)),
        "val": [15, 16, 17, 18],
        "test": [22, 23, 24, 25],
    }
    assert divided(NONE, range(3), overlap=2) == {"train": [0, 1, 2]}


@pytest.mark.parametrize("section", [RANDOM, GROUP, GIVEN, COLUMN], ids=lambda one: one["type"])
@pytest.mark.parametrize("act", [divide, lambda *given: folds(*given, 3)], ids=["parts", "folds"])
def test_windows_that_overlap_are_divided_by_time_alone(section, act):
    raw = raw_of(range(30), overlap=4)

    with pytest.raises(DataError) as caught:
        act(raw, raw.numbers(), section, None)

    assert str(caught.value) == (
        f"split: got `split: {section['type']}` for windows that share rows, expected a split by "
        "time. Use `split: time`, or a larger `dataset.stride`."
    )


def test_windows_that_overlap_have_no_folds_by_chance():
    raw = raw_of(range(30), overlap=4)

    with pytest.raises(DataError) as caught:
        folds(raw, raw.numbers(), NONE, None, 3)

    assert str(caught.value) == (
        "split: got `split: none` for windows that share rows, expected a split by time. "
        "Use `split: time`, or a larger `dataset.stride`."
    )


SHARED = {"next to each other": (1, 1, True), "apart": (4, 1, False), "nearly": (3, 1, True)}


@pytest.mark.parametrize(("stride", "horizon", "shared"), SHARED.values(), ids=SHARED.keys())
def test_windows_that_share_rows_are_not_drawn_even_where_their_targets_differ(
    stride, horizon, shared
):
    series = Series(pd.DataFrame({"x": np.arange(90.0)}), 3, horizon, stride)
    targets = pd.DataFrame({"y": np.arange(len(series))})
    raw = Raw(series.table, "windows", targets, "", series=series)

    if shared:
        with pytest.raises(DataError, match="for windows that share rows, expected a split by"):
            divide(raw, np.arange(20), RANDOM, None)
    else:
        assert len(divide(raw, np.arange(20), RANDOM, None)) == 3


WRONG = {
    "another word": (
        COLUMN, ["train", "val", "tset"],
        "split.column: got 'tset' in row 2 (line 4), expected train, val or test. Mend the cell.",
    ),
    "a number": (
        COLUMN, [1, 0],
        "split.column: got 1 in row 0 (line 2), expected train, val or test. Mend the cell.",
    ),
    "no part": (
        COLUMN, ["train", None, "val", None],
        "split.column: got 2 missing values in 'c', the first in row 1 (line 3), expected a value "
        "in every row. Mend the file.",
    ),
    "no train rows": (
        COLUMN, ["val", "test"],
        "split.column: got no train row in 'c', expected at least one. Name some in the column, "
        "or use another split.",
    ),
    "no val rows": (
        COLUMN, ["train", "test"],
        "split.column: got no val row in 'c', expected at least one. Name some in the column, "
        "or use another split.",
    ),
    "no group": (
        GROUP, ["a", "b", "c", "", None],
        "split.column: got 1 missing value in 'c', the first in row 4 (line 6), expected a value "
        "in every row. Mend the file.",
    ),
    "too few groups": (
        GROUP, ["a", "b", "a"],
        "split: got 2 groups, expected at least one group in each of 3 parts with shares "
        "(0.6, 0.2, 0.2). Use fewer parts or larger shares.",
    ),
    "no time": (
        TIME, [1, 2, np.nan],
        "split.column: got 1 missing value in 'c', the first in row 2 (line 4), expected a value "
        "in every row. Mend the file.",
    ),
    "an infinite time": (
        TIME, [1, np.inf, 2],
        "split.column: got .inf in row 1 (line 3), expected a number, or a date in ISO 8601. "
        "Mend the cell.",
    ),
    "a word among dates": (
        TIME, ["2026-01-01", "2026-01-02", "soon"],
        "split.column: got 'soon' in row 2 (line 4), expected a date such as 2026-01-31. "
        "Mend the cell.",
    ),
    "a date that is not in the calendar": (
        TIME, ["2026-01-01", "2026-02-30", "2026-03-01"],
        "split.column: got '2026-02-30' in row 1 (line 3), expected a date such as 2026-01-31. "
        "Mend the cell.",
    ),
    "dates of another country": (
        TIME, ["31.01.2026", "01.02.2026"],
        "split.column: got '31.01.2026' in row 0 (line 2), expected a number, or a date in ISO "
        "8601. Mend the cell.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("section", "cells", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_column_that_does_not_divide_rows_says_why(section, cells, message):
    with pytest.raises(DataError) as caught:
        divided(section, cells)

    assert str(caught.value) == message


def test_windows_have_to_be_in_the_order_of_their_column():
    with pytest.raises(DataError) as caught:
        divided(TIME, [1, 2, 4, 3, 5, 6, 7, 8, 9], overlap=1)

    assert str(caught.value) == (
        "split.column: got an earlier 'c' in row 3 (line 5) than in the row before, expected "
        "windows in the order of time. Sort the file."
    )


def test_rows_that_are_no_table_have_no_such_column():
    raw = Raw(np.zeros((4, 2, 2, 1), np.uint8), "images", pd.DataFrame({"y": [0, 1] * 2}), "")

    with pytest.raises(DataError) as caught:
        divide(raw, raw.numbers(), GROUP, None)

    assert str(caught.value) == (
        "split.column: got the column 'c' for rows that are no table, expected a table. "
        "Use another split."
    )


FOLDS = {"random": RANDOM, "group": GROUP, "time": TIME, "given": GIVEN, "column": COLUMN}


@pytest.mark.parametrize("section", FOLDS.values(), ids=FOLDS.keys())
def test_folds_divide_the_rows_that_are_kept_as_the_split_does(section):
    raw = raw_of(np.arange(60) // 4)
    kept = np.arange(10, 50)

    drawn = folds(raw, kept, section, np.arange(60) % 2, 4)

    assert len(drawn) == 4
    for parts in drawn:
        assert set(parts["train"]) | set(parts["val"]) <= set(kept)
        assert not set(parts["train"]) & set(parts["val"])
        if section["type"] in ("group", "time"):
            assert not set(parts["train"] // 4) & set(parts["val"] // 4)
        if section["type"] == "time":
            assert parts["train"].max() < parts["val"].min()
        else:
            assert len(parts["train"]) + len(parts["val"]) == 40
        if section["type"] == "random":
            assert (parts["val"] % 2).sum() == 5


FOLDED = {"random": RANDOM, "group": GROUP, "time": TIME, "given": GIVEN}


@pytest.mark.parametrize("section", FOLDED.values(), ids=FOLDED.keys())
def test_folds_leave_the_test_rows_and_have_every_other_row_in_val_once(section):
    raw = replace(raw_of(np.arange(60) // 4), own_test=np.arange(60) % 5 == 0)
    labels = np.arange(60) % 2
    whole = divide(raw, raw.numbers(), section, labels)

    drawn = [
        divide_fold(raw, raw.numbers(), section | {"fold": fold(number)}, labels)
        for number in (1, 2, 3)
    ]

    val = np.concatenate([parts["val"] for parts in drawn])
    assert len(set(val)) == len(val)
    for parts in drawn:
        np.testing.assert_array_equal(parts["test"], whole["test"])
        assert not set(parts["train"]) & set(parts["val"])
        assert not (set(parts["train"]) | set(parts["val"])) & set(parts["test"])
    if section["type"] != "time":  # the first rows of all train alone
        assert set(val) == set(whole["train"]) | set(whole["val"])


@pytest.mark.parametrize("section", [RANDOM, GROUP, GIVEN], ids=["random", "group", "given"])
def test_each_repeat_draws_other_folds_and_always_the_same(section):
    raw = replace(raw_of(np.arange(60) // 4), own_test=np.arange(60) % 5 == 0)
    labels = np.arange(60) % 2

    first, second, again = (
        divide_fold(raw, raw.numbers(), section | {"fold": fold(1, repeat)}, labels)
        for repeat in (1, 2, 2)
    )

    assert set(first["val"]) != set(second["val"])
    np.testing.assert_array_equal(second["val"], again["val"])


def fold(number, repeat=1):
    return {"number": number, "folds": 3, "repeat": repeat}
