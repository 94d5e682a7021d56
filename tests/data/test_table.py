"""Tables: what is learned from the train rows, and the numbers that come of it."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler

from dltrain.data.columns import CategoryColumn, NumberColumn
from dltrain.data.inputs import prepared as as_prepared
from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs, learn_table
from dltrain.errors import DataError

TRAIN = np.arange(60)
NUMBER = {"type": "number", "scaling": None}


def category(values=None, unknown="zeros"):
    return {"type": "category", "encoding": "one_hot", "values": values, "unknown": unknown}


def raw_of(table):
    table = pd.DataFrame(table)
    return Raw(table, "table", table[[]], "", first_line=2)


def section(scaling="standard", missing="error", **columns):
    return {"columns": columns, "scaling": scaling, "missing": missing}


def learned(table, train=None, **options):
    raw = raw_of(table)
    return learn_table(raw, raw.numbers() if train is None else np.array(train), section(**options))


def prepared(table, **options):
    raw = raw_of(table)
    return rows_of(learned(table, **options), raw)


def rows_of(inputs, raw, rows=None):
    """Give rows as the network takes them."""
    rows = raw.numbers() if rows is None else np.array(rows)
    return as_prepared(inputs, raw, rows)[1]


@pytest.fixture
def mixed():
    """100 rows: two numbers of very different size, words, whole-number codes."""
    rng = np.random.default_rng(0)
    return pd.DataFrame({
        "age": rng.integers(20, 80, 100),
        "sort": rng.choice(["pear", "apple", "fig"], 100),
        "price": rng.lognormal(8, 2, 100),
        "code": rng.choice([3, 10, -1], 100),
    })  # fmt: skip


SCALERS = {
    "standard": StandardScaler(),
    "min_max": MinMaxScaler(),
    "robust": RobustScaler(),
}


@pytest.mark.parametrize(("scaling", "scaler"), SCALERS.items(), ids=SCALERS.keys())
def test_scaled_numbers_are_those_of_scikit_learn(mixed, scaling, scaler):
    table = mixed[["age", "price"]]
    raw = raw_of(table)

    inputs = learn_table(raw, TRAIN, section(scaling))

    expected = scaler.fit(table.to_numpy()[TRAIN]).transform(table.to_numpy())
    np.testing.assert_allclose(rows_of(inputs, raw), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("values", ["sort", "code"], ids=["words", "whole numbers"])
def test_categories_become_the_inputs_of_scikit_learns_one_hot_encoder(mixed, values):
    table = mixed[[values]]
    raw = raw_of(table)

    inputs = learn_table(raw, TRAIN, section(**{values: category()}))

    encoder = OneHotEncoder(sparse_output=False).fit(table.to_numpy()[TRAIN])
    assert list(inputs.columns[0].values) == encoder.categories_[0].tolist()
    expected = encoder.transform(table.to_numpy())
    assert np.array_equal(rows_of(inputs, raw), expected)


def test_unscaled_numbers_stay_as_they_are():
    assert prepared({"a": [1.5, -2.0]}, scaling="none").tolist() == [[1.5], [-2.0]]


def test_a_column_can_have_a_scaling_of_its_own():
    table = {"a": [0, 10], "b": [0, 10]}

    result = prepared(table, scaling="standard", b={"type": "number", "scaling": "min_max"})

    assert result.tolist() == [[-1, 0], [1, 1]]


def test_inputs_are_first_the_numbers_then_the_values_of_each_category(mixed):
    inputs = learned(mixed, code=category())

    assert inputs.input_names == [
        "age", "price", "sort=apple", "sort=fig", "sort=pear", "code=-1", "code=3", "code=10",
    ]  # fmt: skip
    assert inputs.shape == (8,)


def test_the_raw_matrix_keeps_the_order_of_the_table_and_the_position_of_words(mixed):
    raw = raw_of(mixed)

    matrix = learned(mixed, code=category()).raw(raw, np.array([0, 1, 2]))

    words = ["apple", "fig", "pear"]
    assert matrix.dtype == np.float32
    assert matrix[:, 0].tolist() == mixed["age"][:3].tolist()
    assert matrix[:, 1].tolist() == [words.index(word) for word in mixed["sort"][:3]]
    assert matrix[:, 3].tolist() == mixed["code"][:3].tolist()


def test_the_prepared_matrix_follows_from_the_raw_one(mixed):
    raw = raw_of(mixed)
    inputs = learn_table(raw, TRAIN, section(code=category()))

    again = inputs.prepared_matrix(inputs.raw(raw, raw.numbers()).astype(np.float64))

    np.testing.assert_allclose(again, rows_of(inputs, raw), rtol=1e-5, atol=1e-5)


def test_what_is_learned_depends_on_the_train_rows_alone(mixed):
    changed = mixed.copy()
    changed.loc[60:, "age"] = 10_000
    changed.loc[60:, "price"] = -1e30
    changed.loc[60:, "sort"] = "other"
    changed.loc[60:, "code"] = 77

    before, after = (learned(table, TRAIN, code=category()) for table in (mixed, changed))

    assert before.to_json() == after.to_json()


def test_what_is_learned_survives_json(mixed):
    inputs = learned(mixed, code=category(), sort=category(["fig", "pear", "apple"], "error"))
    facts = json.loads(json.dumps(inputs.to_json()))

    facts.pop("form")
    assert TableInputs.from_json(facts) == inputs


TYPES = {
    "whole numbers": ([1, 2, 3], "number"),
    "fractions": ([0.5, 1.5, 2.0], "number"),
    "booleans": ([True, False, True], "boolean"),
    "words of booleans": (["true", "False", "TRUE"], "boolean"),
    "booleans of Python": (pd.Series([True, False, True], dtype=object), "boolean"),
    "other words of truth": (["yes", "no", "yes"], "category"),
    "words": (["a", "b", "a"], "category"),
    "words of numbers": (["1", "2.5", "3"], "number"),
    "words and a junk number": (["fixed", "normal", "1"], "category"),
    "months": (["1949-01", "1949-02", "1949-03"], "date"),
    "dates": (["2026-11-20", "2026-11-21", "2026-11-22"], "date"),
    "times": (["2026-11-20T18:30", "2026-11-21 00:00:00.5", "2026-11-22T01:02:03"], "date"),
    "times with their zone": (["2026-11-20T18:30Z", "2026-11-20T18:30+01:00"] * 2, "date"),
    "dates as pandas holds them": (pd.date_range("2026-01-01", periods=3, tz="UTC"), "date"),
    "codes that look like months": (["1234-56", "1234-01", "1234-99"], "category"),
    "dates in another format": (["20.11.2026", "21.11.2026", "22.11.2026"], "category"),
    "free text": (["Braund, Mr. Owen", "Cumings, Mrs. John", "on 2026-11-20"], "category"),
    "20 numbers beyond int64": ([str(10**30 + i * 10**28) for i in range(20)], "number"),
}


@pytest.mark.parametrize(("cells", "kind"), TYPES.values(), ids=TYPES.keys())
def test_the_type_of_a_column_follows_from_its_train_cells(cells, kind):
    assert learned({"a": cells}).columns[0].type == kind


def test_a_word_in_a_val_row_does_not_change_the_type():
    cells = ["1", "2", "3", "word"]

    assert learned({"a": cells}, train=[0, 1, 2]).columns[0].type == "number"


VALUES = {
    "words": (["b", "a", "b"], ["a", "b"]),
    "codes as words": (["10", "2", "10"], [2, 10]),
    "codes as floats": ([10.0, 2.0, 10.0], [2, 10]),
    "one number in two spellings": (["01", "1", "1"], ["01", "1"]),
    "leading zeros": (["007", "010", "010"], [7, 10]),
    "fractions": (["0.5", "1", "1"], ["0.5", "1"]),
    "booleans": ([True, False, True], [0, 1]),
    "large codes": (["100000000", "5", "5"], ["100000000", "5"]),
    "no finite number": (["inf", "1", "1"], ["1", "inf"]),
}


@pytest.mark.parametrize(("cells", "values"), VALUES.values(), ids=VALUES.keys())
def test_values_are_whole_numbers_where_each_is_one_and_else_words(cells, values):
    inputs = learned({"a": cells}, a=category())

    assert list(inputs.columns[0].values) == values
    assert [type(one) for one in inputs.columns[0].values] == [type(one) for one in values]
    assert prepared({"a": cells}, a=category()).sum(axis=1).tolist() == [1, 1, 1]


UNKNOWN = {
    "word": (["a", "b"], ["a", "x"]),
    "number": ([1, 2], [1, 9]),
    "word among numbers": ([1, 2], ["1", "x"]),
    "word where -1 is a value": ([-1, 1], ["1", "x"]),
    "fraction": ([1, 2], [1, 1.5]),
}


@pytest.mark.parametrize(("values", "cells"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_an_unknown_value_turns_no_input_on(values, cells):
    column = CategoryColumn("a", tuple(values))
    raw = raw_of({"a": cells})

    inputs = TableInputs((column,))

    assert rows_of(inputs, raw, [1]).tolist() == [[0, 0]]
    assert inputs.raw(raw, np.array([1]))[0, 0] not in column.codes


def test_unknown_values_are_counted_by_column():
    table = {
        "a": ["x", "y", "q", "q"], "b": [1, 2, 2, 3], "c": ["u", None, None, "v"],
        "d": ["s", "s", "s", "s"], "e": [0.5, 1.5, 7.0, 8.0],
    }  # fmt: skip
    integer = {"type": "category", "encoding": "integer", "missing": "impute"}

    inputs = learned(table, [0, 1], b=category(), c=integer)

    assert inputs.unknown_values(raw_of(table), np.arange(4)) == {"a": 2, "b": 1, "c": 1}
    assert inputs.unknown_values(raw_of(table), np.arange(2)) == {}


def test_inputs_of_every_kind_stand_in_one_order():
    table = pd.DataFrame({
        "one_hot": ["a", "b", None], "integer": [5, 7, 5],
        "date": ["2020-01", "2021-02", "2022-03"], "embedded": ["x", None, "y"],
        "true": [True, False, None], "number": [1.0, 2.0, 4.0],
    })  # fmt: skip
    inputs = learned(
        table, missing="impute",
        integer={"type": "category", "encoding": "integer"},
        embedded={"type": "category", "encoding": "embedding"},
    )  # fmt: skip

    assert inputs.input_names == [
        "number", "true", "date.year", "date.month sin", "date.month cos", "integer", "embedded",
        "one_hot=a", "one_hot=b", "one_hot missing", "true missing",
    ]  # fmt: skip
    assert inputs.to_json()["raw"] == [
        "one_hot", "integer", "date.year", "date.month", "embedded", "true", "number",
    ]  # fmt: skip
    assert rows_of(inputs, raw_of(table))[:, [1, 5, 6, 7, 8, 9, 10]].tolist() == [
        [1, 1, 1, 1, 0, 0, 0],
        [0, 2, 3, 0, 1, 0, 0],
        [0, 1, 2, 0, 0, 1, 1],
    ]


def test_declared_values_keep_their_order():
    inputs = learned({"a": ["x", "y"]}, a=category(["y", "z", "x"]))

    assert inputs.columns[0].values == ("y", "z", "x")
    assert prepared({"a": ["x", "y"]}, a=category(["y", "z", "x"])).tolist() == [
        [0, 0, 1],
        [1, 0, 0],
    ]


@pytest.mark.parametrize("number", [0.1, -7, 1_000_000_001, 1e-30, 1e30], ids=str)
@pytest.mark.parametrize("scaling", [*SCALERS, "none"])
def test_a_constant_column_is_not_blown_up(number, scaling):
    raw = raw_of({"a": [number] * 11 + [number * 1.5]})

    inputs = learn_table(raw, np.arange(11), section(scaling))
    result = rows_of(inputs, raw)

    assert inputs.columns[0].scale == 1.0
    expected = 0.0 if scaling != "none" else number - inputs.columns[0].offset
    np.testing.assert_allclose(result[:11], expected, rtol=1e-6)
    assert abs(result[11]) <= abs(2 * number)


LARGE = {
    "Unix seconds": 1_600_000_000 + np.arange(1000),
    "Unix seconds of a day": 1_600_000_000 + np.arange(0, 86400, 7),
    "ids": 10**12 + np.arange(1000) * 3,
    "fractions": 1e7 + np.arange(1000) / 128,
}


@pytest.mark.parametrize("numbers", LARGE.values(), ids=LARGE.keys())
def test_numbers_that_float32_cannot_tell_apart_are_shifted(numbers):
    raw = raw_of({"a": numbers})
    assert len(np.unique(numbers.astype(np.float32))) < len(numbers)

    inputs = learned({"a": numbers})

    assert inputs.columns[0].offset == np.round(numbers.mean())
    for matrix in (inputs.raw(raw, raw.numbers()), rows_of(inputs, raw)):
        assert len(np.unique(matrix)) == len(numbers)
    expected = StandardScaler().fit_transform(numbers.astype(np.float64).reshape(-1, 1))
    np.testing.assert_allclose(rows_of(inputs, raw), expected, rtol=1e-4, atol=1e-4)


SMALL = {
    "whole numbers": np.arange(100),
    "fractions": np.linspace(-1, 1, 100),
    "wide": np.array([1e-3, 1.0, 1e6, 1e9]),
    "constant": np.full(5, 0.5),
    "constant whole number": np.full(5, 2**24 - 1),
}


@pytest.mark.parametrize("numbers", SMALL.values(), ids=SMALL.keys())
def test_numbers_that_float32_holds_are_not_shifted(numbers):
    assert learned({"a": numbers}).columns[0].offset == 0.0


CONSTANT = {"whole": (1_600_000_001, 2), "held by float32": (2**30, 1), "fraction": (0.1, 1e-9)}


@pytest.mark.parametrize("scaling", [*SCALERS, "none"])
@pytest.mark.parametrize(("number", "step"), CONSTANT.values(), ids=CONSTANT.keys())
def test_a_constant_is_shifted_where_float32_would_lose_what_differs_from_it(number, step, scaling):
    raw = raw_of({"a": [number, number, number + step]})

    inputs = learn_table(raw, np.arange(2), section(scaling))

    assert inputs.columns[0].offset == number
    for matrix in (inputs.raw(raw, raw.numbers()), rows_of(inputs, raw)):
        np.testing.assert_allclose(matrix[:, 0], [0, 0, step], rtol=1e-6)


@pytest.mark.parametrize("scaling", [*SCALERS, "none"])
def test_a_table_of_numbers_is_read_at_once_as_it_is_read_column_by_column(scaling):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.lognormal(3, 2, (50, 6)), columns=list("abcdef"))
    table["g"] = 1_600_000_000 + rng.integers(0, 100, 50)
    table["h"] = table["a"] > 20
    fast, slow = raw_of(table), raw_of(table.astype({"a": object}))

    inputs = learn_table(fast, np.arange(30), section(scaling))

    assert learn_table(slow, np.arange(30), section(scaling)) == inputs
    rows = np.arange(50)[::-1]
    assert inputs.matrix(fast, rows).flags.c_contiguous
    assert np.array_equal(inputs.matrix(fast, rows), inputs.matrix(slow, rows))


@pytest.fixture
def gappy(mixed):
    """The mixed table with a fifth of the cells missing, and none of `price` in train rows."""
    rng = np.random.default_rng(1)
    table = mixed.astype({"age": float, "code": float}).mask(rng.random(mixed.shape) < 0.2)
    table.loc[TRAIN, "price"] = mixed.loc[TRAIN, "price"]
    assert table.loc[60:, "price"].isna().any()
    return table


@pytest.mark.parametrize(("scaling", "scaler"), SCALERS.items(), ids=SCALERS.keys())
def test_missing_numbers_become_scikit_learns_median_with_an_indicator(gappy, scaling, scaler):
    table = gappy[["age", "price"]]
    raw = raw_of(table)

    inputs = learn_table(raw, TRAIN, section(scaling, "impute"))

    assert inputs.input_names == ["age", "price", "age missing"]
    pipeline = make_pipeline(scaler, SimpleImputer(strategy="median"))
    expected = pipeline.fit(table.to_numpy()[TRAIN]).transform(table.to_numpy())
    found = rows_of(inputs, raw)
    np.testing.assert_allclose(found[:, :2], expected, rtol=1e-5, atol=1e-6)
    assert np.array_equal(found[:, 2], table["age"].isna())


def test_a_missing_category_is_a_value_of_its_own(gappy):
    table = gappy[["sort", "code"]]
    raw = raw_of(table)

    inputs = learn_table(raw, TRAIN, section(missing="impute", code=category()))

    assert inputs.input_names == [
        "sort=apple", "sort=fig", "sort=pear", "code=-1", "code=3", "code=10",
        "sort missing", "code missing",
    ]  # fmt: skip
    found = rows_of(inputs, raw)
    assert found.sum(axis=1).tolist() == [2] * 100
    assert np.array_equal(found[:, 6:], table.isna())


def test_a_category_without_gaps_in_train_rows_takes_them_for_unknown():
    raw = raw_of({"a": ["x", "y", None]})

    inputs = learn_table(raw, np.arange(2), section(missing="impute"))

    assert inputs.input_names == ["a=x", "a=y"]
    assert rows_of(inputs, raw, [2]).tolist() == [[0, 0]]


def test_a_raw_matrix_holds_nan_for_what_is_missing(gappy):
    raw = raw_of(gappy)

    inputs = learn_table(raw, TRAIN, section(missing="impute", code=category()))

    assert np.array_equal(np.isnan(inputs.raw(raw, raw.numbers())), gappy.isna())


def test_what_fills_gaps_depends_on_the_train_rows_alone_and_survives_json(gappy):
    changed = gappy.copy()
    changed.loc[60:, ["age", "code"]] = np.nan
    changed.loc[60:, "sort"] = None

    before, after = (
        learned(table, TRAIN, missing="impute", code=category()) for table in (gappy, changed)
    )

    facts = json.loads(json.dumps(before.to_json()))
    assert facts == after.to_json()
    facts.pop("form")
    assert TableInputs.from_json(facts) == before


def test_a_column_can_treat_gaps_in_its_own_way():
    table = {"a": [1.0, np.nan, 3.0], "b": [1.0, 2.0, 4.0]}

    inputs = learned(table, a=NUMBER | {"missing": "impute"})

    assert [column.missing for column in inputs.columns] == ["impute", "error"]
    assert inputs.columns[0].fill == 2.0


def test_gaps_among_large_numbers_are_filled_after_the_shift():
    numbers = np.append(LARGE["Unix seconds"].astype(float), np.nan)
    raw = raw_of({"a": numbers})

    inputs = learned({"a": numbers}, missing="impute")

    assert inputs.columns[0].offset + inputs.columns[0].fill == np.nanmedian(numbers)
    assert rows_of(inputs, raw, [1000])[0].tolist() == pytest.approx([0, 1], abs=1e-3)


MEND = "Mend the cell."
EXCLUDE = "leave it out with `dataset.features.exclude`."
WAY_OUT = (
    "Mend the file, let `dataset.missing` be drop or impute, or leave the column out with "
    "`dataset.features.exclude`."
)
WRONG = {
    "text in a declared number column": (
        {"a": ["1", "2", "x"]}, {"a": NUMBER},
        f"got 'x' in row 2 (line 4), expected a finite number. {MEND}",
    ),
    "text in an undeclared number column": (
        {"a": ["1", "2", "x"]}, {},
        "got 'x' in row 2 (line 4), among 2 numbers, expected numbers, or words alone. "
        "Mend the cell, or say whether the column is `number` or `category`.",
    ),
    "infinity": (
        {"a": [1.0, np.inf]}, {}, f"got .inf in row 1 (line 3), expected a finite number. {MEND}",
    ),
    "minus infinity as a word": (
        {"a": ["1", "-inf"]}, {"a": NUMBER},
        f"got '-inf' in row 1 (line 3), expected a finite number. {MEND}",
    ),
    "beyond float32": (
        {"a": [1.0, 1e39]}, {},
        f"got 1e+39 in row 1 (line 3), expected a finite number of at most 3.4e38. {MEND}",
    ),
    "one NaN": (
        {"a": [1.0, np.nan]}, {},
        "got 1 missing value, the first in row 1 (line 3), expected a value in every row. "
        + WAY_OUT,
    ),
    "missing words": (
        {"a": [None, "x", None]}, {"a": category()},
        "got 2 missing values, the first in row 0 (line 2), expected a value in every row. "
        + WAY_OUT,
    ),
    "an imputed column without a value": (
        {"a": [np.nan, None]}, {"missing": "impute"},
        "got no value in any train row, expected at least one. "
        "Leave the column out with `dataset.features.exclude`.",
    ),
    "a gap where gaps were left out": (
        {"a": [np.nan, 1.0]}, {"missing": "drop"},
        "got 1 missing value, the first in row 0 (line 2), expected a value in every row. "
        "Leave such rows out here too, as the training did.",
    ),
    "a word among imputed numbers": (
        {"a": ["1", None, "x", "2"]}, {"missing": "impute", "a": NUMBER},
        f"got 'x' in row 2 (line 4), expected a finite number. {MEND}",
    ),
    "infinity among imputed numbers": (
        {"a": [1.0, np.nan, np.inf]}, {"missing": "impute"},
        f"got .inf in row 2 (line 4), expected a finite number. {MEND}",
    ),
    "whole numbers beyond float64": (
        {"a": 2**60 + np.arange(3)}, {},
        "got numbers that differ by too little (1.15292e+18 to 1.15292e+18), expected what "
        f"float32 can tell apart. Shift or scale the column, or {EXCLUDE}",
    ),
    "too small for float32": (
        {"a": [1e-300, 2e-300]}, {},
        "got numbers that differ by too little (1e-300 to 2e-300), expected what "
        f"float32 can tell apart. Shift or scale the column, or {EXCLUDE}",
    ),
    "20 000 words": (
        {"a": [f"w{i}" for i in range(20_000)]}, {},
        "got a category with 20000 values, expected at most 1000. "
        "Leave the column out with `dataset.features.exclude`, or use `encoding: embedding`.",
    ),
    "words and numbers as values": (
        {"a": ["1", "x"]}, {"a": category([1, "x"])},
        "got words and numbers (1, x), expected words, or whole numbers below 2**24. "
        "Write all of them as words, in quotes.",
    ),
    "large values": (
        {"a": [2**24, 1]}, {"a": category([2**24, 1])},
        "got 16777216, expected words, or whole numbers below 2**24. "
        "Write all of them as words, in quotes.",
    ),
    "unknown word": (
        {"a": ["x", "q"]}, {"a": category(["y", "x"], "error")},
        "got 'q' in row 1 (line 3), expected one of x, y. `unknown: zeros` would allow it.",
    ),
    "unknown number": (
        {"a": [1, 5]}, {"a": category([1, 2], "error")},
        "got 5 in row 1 (line 3), expected one of 1, 2. `unknown: zeros` would allow it.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("table", "options", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_column_that_is_not_what_it_should_be_says_why(table, options, message):
    with pytest.raises(DataError) as caught:
        prepared(table, **options)

    assert str(caught.value) == f"dataset.columns.a: {message}"


def test_a_gap_is_an_unknown_value_where_these_are_errors_and_train_rows_had_none():
    raw = raw_of({"a": ["x", "y", None]})
    inputs = learn_table(raw, np.arange(2), section(missing="impute", a=category(unknown="error")))

    with pytest.raises(DataError) as caught:
        rows_of(inputs, raw, [2])

    assert str(caught.value) == (
        "dataset.columns.a: got a missing value in row 2 (line 4), expected one of x, y. "
        "`unknown: zeros` would allow it."
    )


AFTER_TRAINING = {
    "missing": (np.nan, f"got 1 missing value, the first in row 3 (line 5), expected a value in "
                f"every row. {WAY_OUT}"),
    "infinite": (np.inf, f"got .inf in row 3 (line 5), expected a finite number. {MEND}"),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "message"), AFTER_TRAINING.values(), ids=AFTER_TRAINING.keys())
def test_wrong_cells_of_val_and_test_rows_are_found_when_they_are_prepared(cell, message):
    raw = raw_of({"a": [1.0, 2.0, 3.0, cell]})
    inputs = learn_table(raw, np.arange(3), section())

    with pytest.raises(DataError) as caught:
        rows_of(inputs, raw, [3])

    assert str(caught.value) == f"dataset.columns.a: {message}"


def test_the_key_of_a_column_whose_name_has_a_dot_is_one_word():
    with pytest.raises(DataError) as caught:
        prepared({"a.b": [1.0, np.inf]})

    assert caught.value.key == ("dataset", "columns", "a.b")


def test_columns_are_described_with_what_was_learned():
    inputs = learned({"a": [0.0, 2.0], "b": ["x", "y"]})

    assert inputs.columns == (
        NumberColumn("a", "standard", 1.0, 1.0),
        CategoryColumn("b", ("x", "y")),
    )
    assert inputs.to_json() == {
        "form": "table",
        "columns": [
            {"name": "a", "scaling": "standard", "center": 1.0, "scale": 1.0, "offset": 0.0,
             "missing": "error", "fill": 0.0, "indicator": False, "type": "number"},
            {"name": "b", "values": ["x", "y"], "codes": [0.0, 1.0], "unknown": "zeros",
             "missing": "error", "indicator": False, "encoding": "one_hot", "dimension": None,
             "type": "category"},
        ],
        "raw": ["a", "b"],
        "inputs": ["a", "b=x", "b=y"],
    }  # fmt: skip


@pytest.mark.slow
def test_a_million_rows_of_twenty_numbers_take_seconds():
    import time

    rng = np.random.default_rng(0)
    raw = raw_of(
        pd.DataFrame(rng.normal(size=(1_000_000, 20)), columns=list("abcdefghijklmnopqrst"))
    )
    started = time.perf_counter()

    inputs = learn_table(raw, raw.numbers(), section())
    rows_of(inputs, raw)

    assert time.perf_counter() - started < 10
