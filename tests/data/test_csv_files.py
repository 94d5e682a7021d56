"""`type: csv` with several files: as if they were one, or an error that names the files."""

import bz2
import gzip
import io
import lzma
import zipfile

import numpy as np
import pytest

from dltrain.data.input_learning import learn_inputs
from dltrain.data.sources.csv import read
from dltrain.errors import DataError

HEAD = "age,sort,y\n"
ROWS = [f"{i},{'ab'[i % 2]},{i % 2}\n" for i in range(9)]
PATH = "Name another with `dataset.path=…`."


@pytest.fixture
def section(tmp_path, csv_section):
    """Write files of given texts, and give the section of a path below their folder."""

    def make(files, path="*.csv", **options):
        for name, content in files.items():
            (tmp_path / name).write_bytes(content.encode())
        paths = [path] if isinstance(path, str) else path
        paths = [str(tmp_path / one) for one in paths]
        given = paths[0] if isinstance(path, str) else paths
        return csv_section(HEAD, name="unread.txt", **options) | {"path": given}

    return make


FILES = {"b.csv": HEAD + "".join(ROWS[4:]), "a.csv": HEAD + "".join(ROWS[:4])}


@pytest.mark.parametrize(
    "path", ["*.csv", "[ab].csv", ["a.csv", "b.csv"], ["a*.csv", "b.csv"]], ids=str
)
def test_several_files_are_read_as_one(section, csv_section, path):
    several = read(section(FILES, path))

    one = read(csv_section(HEAD + "".join(ROWS), name="one.csv"))
    assert several.features.equals(one.features)
    assert several.targets.equals(one.targets)


def test_a_list_keeps_its_order_and_a_pattern_is_sorted(section):
    listed, sorted_ = read(section(FILES, ["b.csv", "a.csv"])), read(section(FILES))

    assert listed.features["age"].tolist() == [4, 5, 6, 7, 8, 0, 1, 2, 3]
    assert sorted_.features["age"].tolist() == list(range(9))
    assert listed.fingerprint != sorted_.fingerprint


def test_a_row_is_named_with_its_file_and_line(section):
    raw = read(section(FILES))

    assert [raw.where(row) for row in (0, 3, 4, 7)] == [
        "row 0 (a.csv, line 2)", "row 3 (a.csv, line 5)", "row 4 (b.csv, line 2)",
        "row 7 (b.csv, line 5)",
    ]  # fmt: skip


def test_a_row_is_named_with_its_file_alone_where_rows_are_no_lines(section):
    files = {"a.csv": FILES["a.csv"], "b.csv": "\n" + FILES["b.csv"]}

    assert read(section(files)).where(7) == "row 7 (b.csv)"


def test_files_of_one_name_are_named_with_their_folders(section, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    files = {"one/a.csv": FILES["a.csv"], "two/a.csv": FILES["b.csv"]}

    raw = read(section(files, "**/a.csv"))

    assert raw.where(4) == f"row 4 ({tmp_path / 'two/a.csv'}, line 2)"


def test_a_path_that_is_there_is_no_pattern(section):
    assert len(read(section({"a[1].csv": HEAD + "".join(ROWS)}, "a[1].csv"))) == 9


def test_files_without_a_header_are_put_together(section):
    files = {"a.csv": "1,0\n2,1\n", "b.csv": "3,0\n"}

    raw = read(section(files, header=False, target="column_1"))

    assert raw.features["column_0"].tolist() == [1, 2, 3]
    assert raw.where(2) == "row 2 (b.csv, line 1)"


TYPES = {
    "words in one file": ("01\n1\n", "x\n", ["01", "1", "x"]),
    "truth in one file": ("true\nfalse\n", "x\n", ["true", "false", "x"]),
    "truth and numbers": ("true\n", "1\n0\n", ["true", "1", "0"]),
    "gaps in one file": ('""\n', "x\n", [np.nan, "x"]),
    "whole and broken numbers": ("1\n", "2.5\n", [1.0, 2.5]),
}


@pytest.mark.parametrize(("first", "second", "cells"), TYPES.values(), ids=TYPES.keys())
def test_a_column_has_the_type_that_it_has_in_one_file(section, csv_section, first, second, cells):
    columns = {"features": {"include": ["a"], "exclude": []}, "target": None}
    several = read(section({"a.csv": "a\n" + first, "b.csv": "a\n" + second}, **columns))

    one = read(csv_section("a\n" + first + second, name="one.txt", **columns))
    assert several.features["a"].dtype.kind == one.features["a"].dtype.kind
    assert several.features["a"].fillna("gap").tolist() == [
        "gap" if cell is np.nan else cell for cell in cells
    ]


def test_an_error_in_a_cell_names_the_file(section):
    files = {"a.csv": "a,y\n1,0\n", "b.csv": "a,y\n2,1\n3,0\nx,1\n4,1\n"}
    options = section(files)
    raw = read(options)

    with pytest.raises(DataError) as caught:
        learn_inputs(raw, raw.numbers(), options)

    assert str(caught.value) == (
        "dataset.columns.a: got 'x' in row 3 (b.csv, line 4), among 4 numbers, expected numbers, "
        "or words alone. Mend the cell, or say whether the column is `number` or `category`."
    )


WRONG = {
    "other columns": (
        {"a.csv": HEAD + ROWS[0], "b.csv": "age,kind,y\n" + ROWS[1]}, "*.csv",
        "path: got {}/b.csv with 'kind' as column 2, expected 'sort', as {}/a.csv has. "
        "Mend the file, or leave it out.",
    ),
    "another order": (
        {"a.csv": HEAD + ROWS[0], "b.csv": "age,y,sort\n0,1,a\n"}, "*.csv",
        "path: got {}/b.csv with 'y' as column 2, expected 'sort', as {}/a.csv has. "
        "Mend the file, or leave it out.",
    ),
    "fewer columns": (
        {"a.csv": HEAD + ROWS[0], "b.csv": "age,y\n1,0\n"}, "*.csv",
        "path: got {}/b.csv with 2 columns, expected 3, as {}/a.csv has. "
        "Mend the file, or leave it out.",
    ),
    "an empty one": (
        {"a.csv": HEAD + ROWS[0], "b.csv": ""}, "*.csv",
        "path: got {}/b.csv, which is empty, expected a header line and rows.",
    ),
    "one without rows": (
        {"a.csv": HEAD + ROWS[0], "b.csv": HEAD}, "*.csv",
        "path: got {}/b.csv, which has no rows, expected a header line and rows.",
    ),
    "a ragged one": (
        {"a.csv": HEAD + ROWS[0], "b.csv": HEAD + "1,b\n"}, "*.csv",
        "path: got {}/b.csv with 2 values in line 2, expected 3, as in the first line. "
        "Mend the file.",
    ),
    "no match": (
        {}, "rows-*.csv",
        "path: got {}/rows-*.csv, which no file matches, expected a pattern of files. " + PATH,
    ),
    "one of a list is missing": (
        {"a.csv": HEAD + ROWS[0]}, ["a.csv", "c.csv"],
        "path.1: got {}/c.csv, which does not exist, expected a file. " + PATH,
    ),
    "one of a list twice": (
        {"a.csv": HEAD + ROWS[0]}, ["a.csv", "*.csv"],
        "path.1: got {}/a.csv twice, expected each file once.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "path", "message"), WRONG.values(), ids=WRONG.keys())
def test_files_that_are_no_one_table_are_refused(section, tmp_path, files, path, message):
    with pytest.raises(DataError) as caught:
        read(section(files, path))

    assert str(caught.value) == "dataset." + message.replace("{}", str(tmp_path))


def zipped(content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.csv", content)
    return packed.getvalue()


def zstd(content):
    return pytest.importorskip("zstandard").compress(content)


PACKINGS = {
    "gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zip": zipped, "zst": zstd,
}  # fmt: skip


@pytest.mark.parametrize(("ending", "pack"), PACKINGS.items(), ids=PACKINGS.keys())
def test_a_file_may_be_packed(csv_section, ending, pack):
    raw = read(csv_section(pack((HEAD + "".join(ROWS)).encode()), name=f"a.csv.{ending}"))

    assert raw.features["age"].tolist() == list(range(9))
