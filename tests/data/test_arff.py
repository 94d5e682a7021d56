"""`type: arff`: dense and sparse rows, quotes and dates, and mistakes with their lines."""

import io

import numpy as np
import pandas as pd
import pytest
from scipy.io import arff as scipy_arff

from dltrain.data.input_learning import learn_inputs
from dltrain.data.sources.arff import read
from dltrain.errors import DataError

BASE = {
    "type": "arff",
    "features": {"include": None, "exclude": []},
    "columns": {},
    "scaling": "standard",
    "missing": "error",
    "target": "y",
}
HEAD = "@relation made\n@attribute a numeric\n@attribute 'the sort' {red, 'dark blue'}\n"
Y = "@attribute y {0,1}\n"


@pytest.fixture
def section(tmp_path):
    """Write an ARFF file and give its section."""

    def make(content, **options):
        path = tmp_path / "a.arff"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return BASE | {"path": str(path)} | options

    return make


SAME = {
    "plain": f"{HEAD}{Y}@data\n1.5,red,0\n?,'dark blue',1\n-2e3,red,1\n",
    "CRLF": f"{HEAD}{Y}@data\n1.5,red,0\n?,'dark blue',1\n-2e3,red,1\n".replace("\n", "\r\n"),
    "byte order mark": f"\ufeff{HEAD}{Y}@data\n1.5,red,0\n?,'dark blue',1\n-2e3,red,1\n",
    "keywords in capitals": (
        "@RELATION made\n@ATTRIBUTE a REAL\n@Attribute \"the sort\" {red,\"dark blue\"}\n"
        "@attribute y {0, 1}\n@DATA\n1.5, red, 0\n?, \"dark blue\", 1\n-2e3 ,red ,1\n"
    ),
    "comments and blank lines": (
        f"% made up\n\n{HEAD}% two classes\n{Y}\n@data\n% rows\n1.5,red,0 % first\n\n"
        "?,'dark blue',1\n-2e3,red,1\n"
    ),
    "tabs in the declarations": (
        "@relation\tmade\n@attribute\ta\tnumeric\n@attribute\t'the sort'\t{red,\t'dark blue'}\n"
        f"{Y}@data\n1.5,\tred,0\n?,'dark blue',1\n-2e3,red,1\n"
    ),
    "sparse": f"{HEAD}{Y}@data\n{{0 1.5}}\n{{0 ?, 1 'dark blue', 2 1}}\n{{ 0 -2e3,2 1 }}\n",
}  # fmt: skip


@pytest.mark.parametrize("content", SAME.values(), ids=SAME.keys())
def test_the_same_table_is_read_however_it_is_written(section, content):
    raw = read(section(content))

    assert list(raw.features.columns) == ["a", "the sort"]
    assert raw.features["a"].isna().tolist() == [False, True, False]
    assert raw.features["a"].dropna().tolist() == [1.5, -2000.0]
    assert raw.features["the sort"].tolist() == ["red", "dark blue", "red"]
    assert raw.targets["y"].tolist() == [0, 1, 1]
    assert raw.form == "table"


def test_a_sparse_row_leaves_out_zeros_and_first_words(section):
    raw = read(section(f"{HEAD}{Y}@data\n{{}}\n{{1 'dark blue'}}\n", target="y"))

    assert raw.features.to_numpy().tolist() == [[0, "red"], [0, "dark blue"]]
    assert raw.targets["y"].tolist() == [0, 0]


def test_numbers_and_words_are_those_of_scipy(section):
    draw = np.random.default_rng(5)
    lines = [f"{draw.normal()!r},{word}" for word in draw.choice(["p", "q", "r"], 50)]
    text = "@relation t\n@attribute x real\n@attribute y {p,q,r}\n@data\n" + "\n".join(lines)

    raw = read(section(text))

    theirs, _ = scipy_arff.loadarff(io.StringIO(text))
    assert raw.features["x"].tolist() == theirs["x"].tolist()
    assert raw.targets["y"].tolist() == [word.decode() for word in theirs["y"]]


CELLS = {
    "whole numbers": ("integer", "3\n-1\n", [3, -1]),
    "nominal whole numbers": ("{1,2,5}", "5\n1\n", [5, 1]),
    "nominal words of digits": ("{01,2}", "01\n2\n", ["01", "2"]),
    "words in quotes": ("string", "'it\\'s, 5 %'\n\"a \\\"b\\\"\"\n", ["it's, 5 %", 'a "b"']),
    "a question mark in quotes": ("string", "'?'\nx\n", ["?", "x"]),
    "dates in ISO 8601": (
        "date", "2026-01-02T03:04:05\n'2025-12-31T00:00:00'\n",
        [pd.Timestamp("2026-01-02 03:04:05"), pd.Timestamp("2025-12-31")],
    ),
    "dates of a pattern": (
        "date \"dd.MM.yyyy 'at' HH:mm\"", "'02.01.2026 at 03:04'\n31.12.2025 at 00:00\n",
        [pd.Timestamp("2026-01-02 03:04"), pd.Timestamp("2025-12-31")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("declared", "rows", "cells"), CELLS.values(), ids=CELLS.keys())
def test_a_column_holds_what_it_declares(section, declared, rows, cells):
    raw = read(section(f"@relation t\n@attribute a {declared}\n@data\n{rows}", target=None))

    assert raw.features["a"].tolist() == cells


def test_a_nominal_column_of_numbers_is_a_category(section):
    head = "@relation t\n@attribute size {1,2,5}\n@attribute on {0,1}\n"
    options = section(f"{head}@data\n1,0\n5,1\n2,1\n", target=None)
    raw = read(options)

    inputs = learn_inputs(raw, raw.numbers(), options)

    assert [one.type for one in inputs.columns] == ["category", "number"]


def test_a_row_has_a_line_where_rows_follow_each_other(section):
    rows = "1,red,0\n2,red,1\n3,red,1\n"

    assert read(section(f"{HEAD}{Y}@data\n{rows}")).where(2) == "row 2 (line 8)"
    assert read(section(f"{HEAD}{Y}@data\n{rows}% end\n4,red,0\n")).where(2) == "row 2"


@pytest.mark.parametrize(("name", "rows"), [("emotions-train", 391), ("emotions-test", 202)])
def test_emotions_has_six_labels(real_data, name, rows):
    labels = ["amazed-suprised", "happy-pleased", "relaxing-calm", "quiet-still", "sad-lonely",
              "angry-aggresive"]  # fmt: skip
    path = real_data("emotions") / f"{name}.arff"

    raw = read(BASE | {"path": str(path), "target": labels})

    assert raw.features.shape == (rows, 72)
    assert all(dtype.kind in "if" for dtype in raw.features.dtypes)
    assert raw.targets.isin([0, 1]).all(axis=None)
    theirs, _ = scipy_arff.loadarff(path)
    assert raw.targets["sad-lonely"].tolist() == [int(one) for one in theirs["sad-lonely"]]


MEND = "Mend the file."
WRONG = {
    "empty": ("", "got FILE, which is empty, expected @data. " + MEND),
    "a csv": (
        "a,y\n1,0\n",
        "got 'a,y' in line 1 of FILE, expected @relation, @attribute or @data. " + MEND,
    ),
    "no data": (HEAD, "got the end of the file in line 3 of FILE, expected @data. " + MEND),
    "no columns": (
        "@relation t\n@data\n1\n",
        "got FILE with no @attribute, expected a line for each column. " + MEND,
    ),
    "no rows": (f"{HEAD}{Y}@data\n", "got FILE, which has no rows, expected rows below @data."),
    "no value of a nominal column": (
        f"@attribute w {{?}}\n{Y}@data\n{{1 1}}\n",
        "got no value for 'w' in line 1 of FILE, expected at least one. " + MEND,
    ),
    "a column twice in a sparse row": (
        f"@attribute x real\n{Y}@data\n{{0 1, 0 2, 1 1}}\n",
        "got column 0 twice in line 4 of FILE, expected each column once. " + MEND,
    ),
    "times of several zones": (
        f"@attribute t date\n{Y}@data\n2026-11-20T12:00:00Z,1\n2026-11-20T12:00:00+01:00,0\n",
        "got FILE with times of several zones as 't', expected one zone, or none. " + MEND,
    ),
    "a name twice": (
        f"{Y}{Y}@data\n0,1\n",
        "got FILE with two columns 'y', expected each name once. " + MEND,
    ),
    "an attribute without type": (
        "@attribute a\n@data\n1\n",
        "got '@attribute a' in line 1 of FILE, expected @attribute NAME TYPE. " + MEND,
    ),
    "an unknown type": (
        "@attribute a relational\n@data\n1\n",
        "got 'a' of type 'relational' in line 1 of FILE, expected numeric, string, date or {…}. "
        + MEND,
    ),
    "too few values": (
        f"{HEAD}{Y}@data\n1,red,0\n2,red\n",
        "got 2 values in line 7 of FILE, expected 3, one for each @attribute. " + MEND,
    ),
    "too many values": (
        f"{HEAD}{Y}@data\n1,'dark blue',0,5\n",
        "got 4 values in line 6 of FILE, expected 3, one for each @attribute. " + MEND,
    ),
    "a word as a number": (
        f"{HEAD}{Y}@data\n1,red,0\nx,red,0\n",
        "got 'x' as 'a' in line 7 of FILE, expected a number. " + MEND,
    ),
    "a word that is not declared": (
        f"{HEAD}{Y}@data\n1,green,0\n",
        "got 'green' as 'the sort' in line 6 of FILE, expected one of dark blue, red. " + MEND,
    ),
    "a quote never closed": (
        f"{HEAD}{Y}@data\n1,'dark blue,0\n",
        "got a quote that never closes in line 6 of FILE, expected values between commas. " + MEND,
    ),
    "no date": (
        f"@attribute a date yyyy-MM-dd\n{Y}@data\n2026-13-01,0\n",
        "got 'a' of type 'date yyyy-MM-dd' in line 1 of FILE, "
        "expected numeric, string, date or {…}. " + MEND,
    ),
    "another date": (
        f"@attribute a date 'yyyy-MM-dd'\n{Y}@data\n2026-13-01,0\n",
        "got '2026-13-01' as 'a' in line 4 of FILE, expected a date as yyyy-MM-dd. " + MEND,
    ),
    "a date pattern without a twin": (
        f"@attribute a date 'EEE yyyy'\n{Y}@data\nMon 2026,0\n",
        "got FILE with the date format 'EEE yyyy' of 'a', expected letters of yyyy, yy, MM, MMM, "
        "dd, d, M, HH, mm, ss, SSS. Declare it as a string.",
    ),
    "a sparse column that is not there": (
        f"{HEAD}{Y}@data\n{{7 1}}\n",
        "got '{7 1}' in line 6 of FILE, expected {COLUMN VALUE, …} with columns from 0 to 2. "
        + MEND,
    ),
    "a sparse row that never ends": (
        f"{HEAD}{Y}@data\n{{0 1\n",
        "got '{0 1' in line 6 of FILE, expected {COLUMN VALUE, …}, columns counted from 0. "
        + MEND,
    ),
    "a sparse row of words": (
        f"@attribute a string\n{Y}@data\n{{1 1}}\n",
        "got a sparse row beside 'a', a string in line 4 of FILE, "
        "expected numbers and nominal columns alone. Write whole rows.",
    ),
    "Latin-1": (
        f"{HEAD}{Y}@data\n1,r\u00e9d,0\n".encode("latin-1"),
        "got the byte 0xe9, which is no UTF-8, in line 6 of FILE, expected text in UTF-8. "
        "Save it as UTF-8.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_file_that_is_no_such_table_is_refused(section, content, message):
    options = section(content)

    with pytest.raises(DataError) as caught:
        read(options)

    assert str(caught.value) == "dataset.path: " + message.replace("FILE", options["path"])


def test_a_target_that_is_not_there_is_refused(section):
    with pytest.raises(DataError) as caught:
        read(section(f"{HEAD}{Y}@data\n1,red,0\n", target="Y"))

    assert str(caught.value) == (
        "dataset.target: got 'Y', expected one of a, the sort, y. Did you mean 'y'?"
    )
