"""`type: parquet`: the same rows as from a csv file, whatever types the columns have."""

import datetime as dt
import decimal
import importlib.util

import numpy as np
import pandas as pd
import pytest

from dltrain.data.sources.csv import read as read_csv
from dltrain.data.sources.parquet import read
from dltrain.errors import DataError

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

AGAIN = "Fetch the file again."
BASE = {
    "type": "parquet",
    "features": {"include": None, "exclude": []},
    "columns": {},
    "scaling": "standard",
    "missing": "error",
    "target": "y",
}


@pytest.fixture
def section(tmp_path):
    """Write tables into Parquet files, and give the section of a path below their folder."""

    def make(files, path="a.parquet", **options):
        for name, columns in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(columns, bytes):
                file.write_bytes(columns)
            else:
                parquet.write_table(pa.table(columns), file)
        return BASE | {"path": str(tmp_path / path)} | options

    return make


def rows(first, count=3):
    numbers = list(range(first, first + count))
    return {"a": numbers, "y": [number % 2 for number in numbers]}


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.parquet", 3), (".", 9), ("*.parquet", 6), ("deep", 3)],
    ids=["file", "folder", "pattern", "inner folder"],
)
def test_a_path_is_a_file_a_folder_or_a_pattern(section, path, expected):
    files = {"b.parquet": rows(3), "a.parquet": rows(0), "deep/c.parquet": rows(6)}

    raw = read(section(files, path))

    first = 6 if path == "deep" else 0
    assert raw.features["a"].tolist() == list(range(first, first + expected))
    assert raw.form == "table"


def test_a_list_keeps_its_order_and_rows_have_files(section, tmp_path):
    options = section({"b.parquet": rows(3), "a.parquet": rows(0)})
    paths = [str(tmp_path / name) for name in ("b.parquet", "a.parquet")]

    raw = read(options | {"path": paths})

    assert raw.features["a"].tolist() == [3, 4, 5, 0, 1, 2]
    assert raw.where(4) == f"row 4 ({tmp_path / 'a.parquet'})"
    assert read(options).where(1) == "row 1"


BERLIN = pa.timestamp("us", "Europe/Berlin")
TYPES = {
    "dictionary of words": (pa.array(["x", None, "z"]).dictionary_encode(), ["x", np.nan, "z"]),
    "dictionary of numbers": (pa.array([7, 8, 7]).dictionary_encode(), [7, 8, 7]),
    "large words": (pa.array(["x", "y", None], pa.large_string()), ["x", "y", np.nan]),
    "true and false": (pa.array([True, None, False]), ["true", np.nan, "false"]),
    "decimal numbers": (pa.array([decimal.Decimal("1.25"), None, decimal.Decimal(3)]),
        [1.25, np.nan, 3.0]),
    "half precision": (pa.array(np.array([1, 2, 0.5], np.float16)), [1.0, 2.0, 0.5]),
    "whole numbers with gaps": (pa.array([1, None, 3]), [1.0, np.nan, 3.0]),
    "small whole numbers": (pa.array([1, 2, 3], pa.uint8()), [1, 2, 3]),
    "nothing": (pa.nulls(3), [np.nan] * 3),
    "dates": (pa.array([dt.date(2026, 1, 2), None, dt.date(1969, 3, 4)]),
        [pd.Timestamp("2026-01-02"), pd.NaT, pd.Timestamp("1969-03-04")]),
    "times of a zone, as its clocks show them": (
        pa.array([dt.datetime(2026, 7, 1, 10), None, dt.datetime(2026, 1, 1, 10)], BERLIN),
        [pd.Timestamp("2026-07-01 12:00"), pd.NaT, pd.Timestamp("2026-01-01 11:00")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("column", "cells"), TYPES.values(), ids=TYPES.keys())
def test_a_column_has_a_type_of_a_text_file(section, column, cells):
    raw = read(section({"a.parquet": {"a": column, "y": [0, 1, 0]}}))

    found = raw.features["a"]
    assert found.isna().tolist() == pd.isna(pd.Series(cells)).tolist()
    assert found.dropna().tolist() == [cell for cell in cells if not pd.isna(cell)]


def test_truth_is_1_and_0_where_it_is_a_label(section):
    columns = {"a": [1, 2], "u": [True, False], "v": [True, True]}

    labels = read(section({"a.parquet": columns}, target=["u", "v"])).targets
    words = read(section({"a.parquet": columns}, target="u")).targets

    assert labels.to_numpy().tolist() == [[1, 1], [0, 1]]
    assert words["u"].tolist() == ["true", "false"]


def test_a_table_is_what_its_csv_is(section, csv_section):
    table = pd.DataFrame({"n": [1, 2, 3], "x": [0.5, np.nan, 2], "w": ["b", "a", None]})
    table["y"] = [0, 1, 0]
    csv = read_csv(csv_section(table.to_csv(index=False)))
    options = section({})
    table.to_parquet(options["path"])

    raw = read(options)

    pd.testing.assert_frame_equal(raw.features, csv.features)
    pd.testing.assert_frame_equal(raw.targets, csv.targets)


def test_whole_and_broken_numbers_go_together(section):
    files = {"a.parquet": {"a": [1], "y": [0]}, "b.parquet": {"a": [2.5], "y": [1]}}

    assert read(section(files, ".")).features["a"].tolist() == [1.0, 2.5]


def test_columns_of_strange_types_are_read_where_nobody_looks_at_them(section):
    columns = {"a": [1, 2], "tags": [["x"], []], "y": [0, 1]}
    left_out = {"features": {"include": None, "exclude": ["tags"]}}

    assert list(read(section({"a.parquet": columns}, **left_out)).features) == ["a"]


def test_the_columns_of_the_split_stand_aside(section):
    columns = {"a": [1, 2], "who": ["p", "q"], "y": [0, 1]}

    raw = read(section({"a.parquet": columns}, aside={"who": "group"}))

    assert raw.aside["who"].tolist() == ["p", "q"]
    assert list(raw.features) == ["a"]


WAY_OUT = "Leave the column out with `dataset.features.exclude`."
WRONG = {
    "a list": (
        {"a.parquet": {"a": [[1], [2]], "y": [0, 1]}}, "a.parquet",
        "path: got {}/a.parquet with list<element: int64> as 'a', "
        f"expected words, numbers, dates or times. {WAY_OUT}",
    ),
    "a map": (
        {"a.parquet": {"a": [{"b": 1}], "y": [0]}}, "a.parquet",
        "path: got {}/a.parquet with struct<b: int64> as 'a', "
        f"expected words, numbers, dates or times. {WAY_OUT}",
    ),
    "bytes": (
        {"a.parquet": {"a": [b"x"], "y": [0]}}, "a.parquet",
        "path: got {}/a.parquet with binary as 'a', "
        f"expected words, numbers, dates or times. {WAY_OUT}",
    ),
    "a target of lists": (
        {"a.parquet": {"a": [1], "y": [[0]]}}, "a.parquet",
        "path: got {}/a.parquet with list<element: int64> as 'y', "
        f"expected words, numbers, dates or times. {WAY_OUT}",
    ),
    "no such target": (
        {"a.parquet": {"a": [1], "z": [0]}}, "a.parquet",
        "target: got 'y', expected one of a, z.",
    ),
    "other columns": (
        {"a.parquet": {"a": [1], "y": [0]}, "b.parquet": {"b": [1], "y": [0]}}, ".",
        "path: got {}/b.parquet with 'b' as column 1, expected 'a', as {}/a.parquet has. "
        "Mend the file, or leave it out.",
    ),
    "words and numbers": (
        {"a.parquet": {"a": [1], "y": [0]}, "b.parquet": {"a": ["x"], "y": [0]}}, ".",
        "path: got {}/b.parquet with words as 'a', expected numbers, as {}/a.parquet has. "
        "Write them alike.",
    ),
    "no rows": (
        {"a.parquet": {"a": pa.array([], pa.int64()), "y": pa.array([], pa.int64())}}, "a.parquet",
        "path: got {}/a.parquet, which has no rows, expected rows.",
    ),
    "no file in the folder": (
        {"a/b.txt": b""}, "a",
        "path: got the folder {}/a without such a file, expected *.parquet. "
        "Name another with `dataset.path=…`.",
    ),
    "folders named by a column": (
        {"in/year=2026/a.parquet": {"a": [1], "y": [0]}}, "in",
        "path: got {}/in/year=2026/a.parquet, whose folder 'year=2026' is the value of a column, "
        "expected files with all columns. Write the column into the files.",
    ),
    "no Parquet file": (
        {"a.parquet": b"a,y\n1,0\n2,1\n3,1\n"}, "a.parquet",
        "path: got {}/a.parquet, which is broken (Parquet magic bytes not found in footer. Either "
        "the file is corrupted or this is not a parquet file), expected a whole Parquet file. "
        + AGAIN,
    ),
    "an index without a name": (
        {"a.parquet": {"a": [1], "__index_level_0__": [5], "y": [0]}}, "a.parquet",
        "features: got a column without a name, which is most often the number of the row "
        "('__index_level_0__'), expected a name for every column. "
        "Name it, or add it to `dataset.features.exclude`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "path", "message"), WRONG.values(), ids=WRONG.keys())
def test_files_that_are_no_such_table_are_refused(section, tmp_path, files, path, message):
    with pytest.raises(DataError) as caught:
        read(section(files, path))

    assert str(caught.value) == "dataset." + message.replace("{}", str(tmp_path))


def test_a_file_that_is_cut_off_is_refused(section, tmp_path):
    options = section({"a.parquet": rows(0, 1000)})
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(DataError, match=r"a\.parquet, which is broken"):
        read(options)


def test_without_pyarrow_the_command_is_named(section, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(DataError) as caught:
        read(section({}))

    assert str(caught.value) == (
        "dataset.type: got parquet without pyarrow, expected the package of that name. "
        "Install it: pip install 'dltrain[parquet]'."
    )
