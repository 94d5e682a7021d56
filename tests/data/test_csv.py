"""`type: csv`: ugly files are read as they are meant, or refused; never misread."""

import csv
import gzip

import pytest

from dltrain.data.sources.csv import read
from dltrain.data.sources.delimited import MISSING
from dltrain.errors import DataError

GOOD = "age,sort,y\n" + "".join(f"{i},{'ab'[i % 2]},{i % 2}\n" for i in range(20))
PACKED = gzip.compress(GOOD.encode())


def category(values=None):
    return {"type": "category", "encoding": "one_hot", "values": values, "unknown": "zeros"}


SAME = {
    "plain": GOOD,
    "byte order mark": "\ufeff" + GOOD,
    "CRLF": GOOD.replace("\n", "\r\n"),
    "CR": GOOD.replace("\n", "\r"),
    "no last line break": GOOD.rstrip(),
    "blank lines at the end": GOOD + "\n\n",
    "blank lines between": GOOD.replace("\n", "\n\n"),
    "everything in quotes": '"' + GOOD.strip().replace(",", '","').replace("\n", '"\n"') + '"\n',
    "a comma after every row": GOOD.replace("\n", ",\n").replace("y,\n", "y\n"),
}


@pytest.mark.parametrize("content", SAME.values(), ids=SAME.keys())
def test_the_same_table_is_read_however_it_is_written(csv_section, content):
    raw = read(csv_section(content))

    assert list(raw.features.columns) == ["age", "sort"]
    assert raw.features["age"].tolist() == list(range(20))
    assert raw.features["sort"].tolist() == ["a", "b"] * 10
    assert raw.targets["y"].tolist() == [0, 1] * 10
    assert raw.form == "table"
    assert raw.own_test is None


def test_a_packed_table_is_read_too(csv_section):
    raw = read(csv_section(PACKED, name="a.csv.gz"))

    assert raw.features["age"].tolist() == list(range(20))
    assert raw.where(0) == "row 0"


def test_a_packed_table_is_known_by_its_ending_in_any_case(csv_section):
    section = csv_section(gzip.compress(b"a,b,y\n1,0,\n2,3,1\n"), name="a.CSV.GZ")

    raw = read(section | {"target": "b"})

    assert raw.where(0) == "row 0"
    assert raw.features["y"].isna().tolist() == [True, False]


def test_a_cell_may_be_longer_than_the_csv_module_takes_by_itself(csv_section):
    before = csv.field_size_limit()

    raw = read(csv_section(f"note,y,gap\n{'x' * 200_000},0,\nb,1,2\n"))

    assert raw.features["note"].str.len().tolist() == [200_000, 1]
    assert csv.field_size_limit() == before


WRITTEN = {
    "semicolons and decimal commas": (
        "age;sort;y\n" + "".join(f"{i},5;a;0\n" for i in range(20)),
        {"separator": ";", "decimal": ","},
    ),
    "tabs": (
        "age\tsort\ty\n" + "".join(f"{i}.5\ta\t0\n" for i in range(20)), {"separator": "\t"},
    ),
    "spaces, several and in front": (
        "  age sort   y\n" + "".join(f"  {i}.5 \t a   0 \n" for i in range(20)),
        {"separator": "whitespace"},
    ),
    "spaces after commas": (
        'age, sort, y\n' + "".join(f'{i}.5, "a", 0\n' for i in range(20)), {"skip_spaces": True},
    ),
    "no header": (
        "".join(f"{i}.5,a,0\n" for i in range(20)),
        {"header": False, "names": ["age", "sort", "y"]},
    ),
    "comments": (
        "# made up\nage,sort,y\n" + "".join(f"{i}.5,a,0# {i}\n" for i in range(20)),
        {"comment": "#"},
    ),
    "UTF-16": (
        ("age,sort,y\n" + "".join(f"{i}.5,a,0\n" for i in range(20))).encode("utf-16"),
        {"encoding": "utf-16"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "options"), WRITTEN.values(), ids=WRITTEN.keys())
def test_the_section_says_how_the_table_is_written(csv_section, content, options):
    raw = read(csv_section(content, **options))

    assert list(raw.features.columns) == ["age", "sort"]
    assert raw.features["age"].tolist() == [i + 0.5 for i in range(20)]
    assert raw.features["sort"].tolist() == ["a"] * 20
    assert raw.targets["y"].tolist() == [0] * 20


def test_columns_without_a_header_are_counted_from_0(csv_section):
    raw = read(csv_section("5.1,a\n4.9,b\n", header=False, target="column_1"))

    assert list(raw.features.columns) == ["column_0"]
    assert raw.features["column_0"].tolist() == [5.1, 4.9]
    assert raw.where(1) == "row 1 (line 2)"


def test_words_in_quotes_may_hold_what_separates(csv_section):
    text = '18.0  8  "chevrolet malibu"\t1\n15.0 8 "buick skylark 320" 0\n'
    section = csv_section(text, separator="whitespace", header=False, target="column_3")

    assert read(section).features["column_2"].tolist() == ["chevrolet malibu", "buick skylark 320"]


def test_further_words_mean_a_missing_value_where_they_are_not_declared(csv_section):
    text = "a,b,c,y\n?,?,-9,0\n1,x,1.5,1\nNA,y,2,0\n"

    raw = read(csv_section(text, na_values=["?", "-9"], columns={"b": category(["?", "x", "y"])}))

    assert raw.features.isna().to_numpy().tolist() == [
        [True, False, True], [False, False, False], [True, False, False],
    ]  # fmt: skip
    assert raw.features["a"].dtype == raw.features["c"].dtype == float


def test_a_table_may_have_no_target(csv_section):
    raw = read(csv_section(GOOD, target=None))

    assert list(raw.features.columns) == ["age", "sort", "y"]
    assert raw.targets.shape == (20, 0)


LINES = {
    "one line a row": (GOOD, "row 5 (line 7)"),
    "blank lines at the end": (GOOD + "\n\n", "row 5 (line 7)"),
    "blank line between": (GOOD.replace("\n3,", "\n\n3,"), "row 5"),
    "blank line first": ("\n" + GOOD, "row 5"),
    "line break in quotes": (GOOD.replace("3,b", '3,"b\nc"'), "row 5"),
}


@pytest.mark.parametrize(("content", "name"), LINES.values(), ids=LINES.keys())
def test_a_row_has_a_line_only_where_it_is_sure(csv_section, content, name):
    assert read(csv_section(content)).where(5) == name


def test_declared_categories_keep_their_spelling(csv_section):
    raw = read(csv_section("c,y\n01,0\n1,1\n1.0,0\n", columns={"c": category()}))

    assert raw.features["c"].tolist() == ["01", "1", "1.0"]


SPELLED = {
    "words": ({"classes": ["01", "1", "NA"]}, ["01", "1", "NA"]),
    "labels of a cell": ({"separator": ";"}, ["01", "1", "none"]),
}


@pytest.mark.parametrize(("options", "cells"), SPELLED.values(), ids=SPELLED.keys())
def test_declared_classes_and_labels_keep_their_spelling(csv_section, options, cells):
    raw = read(csv_section("c,y\n1,01\n2,1\n3,NA\n", target={"y": options}))

    assert raw.targets["y"].fillna("none").tolist() == cells


def test_words_for_a_missing_value_are_values_where_they_are_declared(csv_section):
    text = "cellar,pool,y\nNA,NA,0\nbig,None,1\n,small,0\n"
    declared = category(["NA", "big"])

    features = read(csv_section(text, columns={"cellar": declared})).features

    assert features["cellar"].isna().tolist() == [False, False, True]
    assert features["pool"].isna().tolist() == [True, True, False]


def test_words_for_a_missing_value_are_those_of_pandas():
    from pandas._libs.parsers import STR_NA_VALUES

    assert set(MISSING) == set(STR_NA_VALUES)


BOOLEANS = {
    "booleans alone": (["True", "False", "True"], ["True", "False", "True"]),
    "another word": (["True", "False", "maybe"], ["True", "False", "maybe"]),
    "their spelling": (["TRUE", "false", "true"], ["TRUE", "false", "true"]),
}


@pytest.mark.parametrize(("cells", "words"), BOOLEANS.values(), ids=BOOLEANS.keys())
def test_booleans_are_words_as_features_and_as_classes(csv_section, cells, words):
    raw = read(csv_section("a,y\n" + "".join(f"{cell},{cell}\n" for cell in cells)))

    assert raw.features["a"].tolist() == raw.targets["y"].tolist() == words


def test_a_missing_cell_among_booleans_stays_missing(csv_section):
    raw = read(csv_section("a,y\nTrue,0\n,1\nfalse,0\n"))

    assert raw.features["a"].isna().tolist() == [False, True, False]
    assert raw.features["a"].dropna().tolist() == ["True", "false"]


def test_booleans_in_several_target_columns_are_labels(csv_section):
    raw = read(csv_section("x,a,b\n1,True,False\n2,True,True\n", target=["a", "b"]))

    assert raw.targets.to_numpy().tolist() == [[1, 0], [1, 1]]


def test_names_may_have_spaces_dots_and_commas(csv_section):
    raw = read(csv_section('my age,a.b,"c,d",y\n1,2,3,0\n4,5,6,1\n'))

    assert list(raw.features.columns) == ["my age", "a.b", "c,d"]


def test_several_targets_are_no_features(csv_section):
    raw = read(csv_section("a,b,c\n1,2,3\n4,5,6\n", target=["c", "a"]))

    assert list(raw.targets.columns) == ["c", "a"]
    assert list(raw.features.columns) == ["b"]


FEATURES = {
    "include": ({"include": ["sort"], "exclude": []}, ["sort"]),
    "exclude": ({"include": None, "exclude": ["sort"]}, ["age"]),
    "target included": ({"include": ["age", "y"], "exclude": []}, ["age"]),
}


@pytest.mark.parametrize(("features", "names"), FEATURES.values(), ids=FEATURES.keys())
def test_columns_are_chosen(csv_section, features, names):
    assert list(read(csv_section(GOOD, features=features)).features.columns) == names


@pytest.mark.parametrize(
    "options",
    [
        {"features": {"include": ["Unnamed: 0"], "exclude": []}},
        {"features": {"include": None, "exclude": ["Unnamed: 0"]}},
        {"columns": {"Unnamed: 0": {"type": "number", "scaling": None}}},
    ],
    ids=["included", "excluded", "declared"],
)
def test_a_column_without_a_name_is_taken_or_left_as_the_file_says(csv_section, options):
    raw = read(csv_section(",a,y\n7,1,0\n8,2,1\n", **options))

    assert raw.features.iloc[0].tolist() in ([7], [1], [7, 1])


SAVE = "Save it as UTF-8, or name its `dataset.encoding`, such as latin-1."
TABLE = "expected a table of comma-separated values in UTF-8."
WRONG = {
    "empty": ("", {}, "path: got FILE, which is empty, expected a header line and rows."),
    "blank lines alone": (
        "\n\n", {},
        f"path: got FILE, which is broken (No columns to parse from file), {TABLE} Mend the file.",
    ),
    "header alone": (
        "a,y\n", {}, "path: got FILE, which has no rows, expected a header line and rows.",
    ),
    "no such target": (
        "a,survived\n1,0\n", {"target": "Survived_"},
        "target: got 'Survived_', expected one of a, survived. Did you mean 'survived'?",
    ),
    "no such second target": (
        "a,y\n1,0\n", {"target": ["y", "z"]}, "target: got 'z', expected one of a, y.",
    ),
    "no header": (
        "63,1,0\n67,1,1\n", {},
        "target: got 'y', expected one of 0, 1, 63. "
        "Let `dataset.header` be false, if the first line holds values.",
    ),
    "a name with a space in front": (
        "a, y\n1,0\n", {}, "target: got 'y', expected one of  y, a. Did you mean ' y'?",
    ),
    "target alone": (
        "y\n1\n0\n", {},
        "features: got no column beside the target, expected at least one feature.",
    ),
    "no such column declared": (
        GOOD, {"columns": {"ages": category()}},
        "columns.ages: got 'ages', expected one of age, sort, y. Did you mean 'age'?",
    ),
    "target declared": (
        GOOD, {"columns": {"y": category()}},
        "columns.y: got the target, expected a feature. "
        "`task` says what kind of target it is.",
    ),
    "no such column included": (
        GOOD, {"features": {"include": ["sort", "id"], "exclude": []}},
        "features.include.1: got 'id', expected one of age, sort, y.",
    ),
    "no such column excluded": (
        GOOD, {"features": {"include": None, "exclude": ["id"]}},
        "features.exclude.0: got 'id', expected one of age, sort, y.",
    ),
    "a column without a name": (
        ",a,y\n0,1,0\n1,2,1\n", {},
        "features: got a column without a name, which is most often the number of the row "
        "('Unnamed: 0'), expected a name for every column. "
        "Name it, or add it to `dataset.features.exclude`.",
    ),
    "a name twice": (
        "a,b,a,y\n1,2,3,0\n", {},
        "path: got FILE with two columns 'a', expected each name once. Rename or remove one.",
    ),
    "target twice": (
        "a,y,y\n1,0,1\n", {},
        "path: got FILE with two columns 'y', expected each name once. Rename or remove one.",
    ),
    "semicolons": (
        "a;b;y\n1;2;0\n", {},
        "separator: got FILE with the one column 'a;b;y', expected comma-separated values. "
        'Say `separator: ";"` in `dataset`.',
    ),
    "tabs": (
        "a\ty\n1\t0\n", {},
        "separator: got FILE with the one column 'a\\ty', expected comma-separated values. "
        'Say `separator: "\\t"` in `dataset`.',
    ),
    "spaces": (
        "a y\n1 0\n", {},
        "separator: got FILE with the one column 'a y', expected comma-separated values. "
        "Say `separator: whitespace` in `dataset`.",
    ),
    "commas": (
        GOOD, {"separator": ";"},
        "separator: got FILE with the one column 'age,sort,y', expected values separated by ';'. "
        'Say `separator: ","` in `dataset`.',
    ),
    "too few names": (
        "1,0\n2,1\n", {"header": False, "names": ["y"]},
        "names: got 1 name for the 2 columns of FILE, expected one for each.",
    ),
    "a line too short": (
        "a,b,y\n1,2,0\n3,4\n5,6,1\n", {},
        "path: got FILE with 2 values in line 3, expected 3, as in the first line. Mend the file.",
    ),
    "a line too short, in spaces": (
        '1 2  "a b"\n3  "c d"\n',
        {"separator": "whitespace", "header": False, "target": "column_2"},
        "path: got FILE with 2 values in line 2, expected 3, as in the first line. Mend the file.",
    ),
    "another encoding than named": (
        "né,y\n1,0\n".encode("cp1252"), {"encoding": "ascii"},
        "path: got FILE with the byte 0xe9, which is no ascii, expected a table of comma-separated "
        f"values in ascii. {SAVE}",
    ),
    "every line longer than the header": (
        "a,y\n1,0,7\n2,1,7\n", {},
        "path: got FILE, whose lines have more values than its header has names, "
        "expected a name for every column. Mend the file.",
    ),
    "every line longer, numbered from 0": (
        "a,y\n0,5,1\n1,6,0\n", {},
        "path: got FILE, whose lines have more values than its header has names, "
        "expected a name for every column. Mend the file.",
    ),
    "one line longer": (
        "a,y\n1,0\n2,1,5\n", {},
        f"path: got FILE, which is broken (Expected 2 fields in line 3, saw 3), {TABLE} "
        "Mend the file.",
    ),
    "a quote never closed": (
        'a,y\n"1,0\n2,1\n', {},
        f"path: got FILE, which is broken (EOF inside string starting at row 1), {TABLE} "
        "Mend the file.",
    ),
    "Latin-1": (
        "né,y\n1,0\n".encode("latin-1"), {},
        f"path: got FILE with the byte 0xe9, which is no UTF-8, {TABLE} {SAVE}",
    ),
    "Latin-1 further down": (
        b"a,y\n" + b"1,0\n" * 50_000 + b"\xfc,1\n", {},
        f"path: got FILE with the byte 0xfc, which is no UTF-8, {TABLE} {SAVE}",
    ),
    "UTF-16": (
        GOOD.encode("utf-16"), {},
        f"path: got FILE with the byte 0xff, which is no UTF-8, {TABLE} {SAVE}",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "options", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_file_that_is_no_such_table_is_refused(csv_section, content, options, message):
    section = csv_section(content, **options)

    with pytest.raises(DataError) as caught:
        read(section)

    assert str(caught.value) == "dataset." + message.replace("FILE", section["path"])


def test_a_tsv_file_without_its_separator_says_how_to_spell_it(csv_section):
    section = csv_section("a\ty\n1, 2\t0\n", name="a.tsv")

    with pytest.raises(DataError) as caught:
        read(section)

    assert str(caught.value) == (
        f"dataset.separator: got {section['path']} with the one column 'a\\ty', expected "
        'comma-separated values. Say `separator: "\\t"` in `dataset`.'
    )


AGAIN = "expected a whole file. Fetch the file again."
PACKED_WRONG = {
    "cut off": (
        "a.csv.gz", PACKED[:-10],
        "Compressed file ended before the end-of-stream marker was reached",
    ),
    "damaged": (
        "a.csv.gz", PACKED[:20] + b"\xff\xff\xff" + PACKED[23:],
        "Error -3 while decompressing data: invalid bit length repeat",
    ),
    "not packed": ("a.csv.gz", GOOD.encode(), "Not a gzipped file (b'ag')"),
    "zip": ("a.csv.zip", GOOD.encode(), "File is not a zip file"),
    "xz": ("a.csv.xz", GOOD.encode(), "Input format not supported by decoder"),
    "bz2": ("a.csv.bz2", GOOD.encode(), "Invalid data stream"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "reason"), PACKED_WRONG.values(), ids=PACKED_WRONG.keys()
)
def test_a_packed_file_that_is_not_whole_is_refused(csv_section, name, content, reason):
    section = csv_section(content, name=name)

    with pytest.raises(DataError) as caught:
        read(section)

    got = f"got {section['path']}, which is broken ({reason})"
    assert str(caught.value) == f"dataset.path: {got}, {AGAIN}"


def test_a_packing_that_python_lacks_names_the_package(csv_section, monkeypatch):
    import pandas as pd

    def fail(*_, **__):
        raise ImportError("`Import zstandard` failed.")

    monkeypatch.setattr(pd, "read_csv", fail)
    section = csv_section(GOOD, name="a.csv.zst")

    with pytest.raises(DataError) as caught:
        read(section)

    assert str(caught.value) == (
        f"dataset.path: got {section['path']}, which only zstandard unpacks, {TABLE[:-1]}. "
        "Unpack it, or `pip install zstandard`."
    )


PLACES = {
    "nothing there": ("nowhere.csv", "got {path}, which does not exist, expected a file."),
    "a folder": ("", "got the folder {path}, expected a file."),
    "a name too long": ("x" * 5000, "got {path}, which does not exist, expected a file."),
}


@pytest.mark.parametrize(("name", "message"), PLACES.values(), ids=PLACES.keys())
def test_a_path_that_is_no_file_is_refused(csv_section, tmp_path, name, message):
    section = csv_section(GOOD) | {"path": str(tmp_path / name)}

    with pytest.raises(DataError) as caught:
        read(section)

    got = message.format(path=section["path"])
    assert str(caught.value) == f"dataset.path: {got} Name another with `dataset.path=…`."


def test_a_file_that_may_not_be_read_is_refused(csv_section, monkeypatch):
    import pandas as pd

    def fail(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pd, "read_csv", fail)
    section = csv_section(GOOD)

    with pytest.raises(DataError) as caught:
        read(section)

    assert str(caught.value) == (
        f"dataset.path: got {section['path']}, which may not be read, {TABLE} "
        "Change its permissions."
    )
