"""Categories as integers and as what is embedded; one input a value is tested with whole tables."""

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import OrdinalEncoder

from dltrain.data.columns import CategoryColumn
from dltrain.data.raw import Raw
from dltrain.errors import DataError

RANDOM = np.random.default_rng(0)
CELLS = {
    "words": RANDOM.choice(["pear", "apple", "fig"], 50),
    "whole numbers": RANDOM.choice([3, 10, -1], 50),
}


def category(encoding, **options):
    return {"type": "category", "encoding": encoding, **options}


@pytest.mark.parametrize("encoding", ["integer", "embedding"])
@pytest.mark.parametrize("cells", CELLS.values(), ids=CELLS.keys())
def test_values_become_their_position_from_1_as_in_scikit_learn(learn, cells, encoding):
    inputs, found = learn({"a": cells}, train=30, a=category(encoding))

    expected = OrdinalEncoder().fit(cells[:30, None]).transform(cells[:, None]) + 1
    assert np.array_equal(found, expected)
    assert inputs.input_names == ["a"]


def test_declared_values_say_the_positions(learn):
    _, found = learn({"a": ["x", "y", "z"]}, a=category("integer", values=["z", "x", "y"]))

    assert found[:, 0].tolist() == [2, 3, 1]


UNKNOWN = {
    "a word": (["x", "y", "q"], {}, [1, 2, 0]),
    "a number": ([7, -5, 8], {}, [2, 1, 0]),
    "a number below all": ([7, 5, -9], {}, [2, 1, 0]),
    "a number above all": ([7, 5, 99], {}, [2, 1, 0]),
    "a gap that train rows had not": (["x", "y", None], {"missing": "impute"}, [1, 2, 0]),
}


@pytest.mark.parametrize(("cells", "options", "numbers"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_an_unknown_value_is_0(learn, cells, options, numbers):
    _, found = learn({"a": cells}, train=2, a=category("integer", **options))

    assert found[:, 0].tolist() == numbers


SPELLINGS = {
    "declared in quotes, floats because of a gap": (
        [1, 2, np.nan, 1], {"values": ["1", "2"], "missing": "impute"}, [1, 2, 0, 1],
    ),
    "floats among fractions": ([1.5, 1.0, 2.0, 1.0], {}, [2, 1, 3, 1]),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "options", "numbers"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_whole_number_is_one_value_however_its_column_holds_it(learn, cells, options, numbers):
    inputs, found = learn({"a": cells}, train=2, a=category("integer", **options))
    whole = Raw(pd.DataFrame({"a": [1, 2]}), "table", pd.DataFrame(), "")

    alone = inputs.matrix(whole, whole.numbers())

    assert found[:2, 0].tolist() == numbers[:2]
    assert inputs.prepared_matrix(alone)[0, 0] == numbers[3] == found[3, 0]


def test_a_gap_that_train_rows_had_is_the_last_number(learn):
    inputs, found = learn(
        {"a": [None, "x", "y", None, "q"]}, train=3, a=category("embedding"), missing="impute"
    )

    assert found[:, 0].tolist() == [3, 1, 2, 3, 0]
    assert inputs.input_names == ["a"]
    assert inputs.columns[0].numbers == 4


DIMENSIONS = {1: 1, 2: 1, 3: 2, 10: 5, 99: 50, 500: 50}


@pytest.mark.parametrize(("values", "dimension"), DIMENSIONS.items())
def test_an_embedding_has_half_as_many_numbers_as_values(learn, values, dimension):
    inputs, _ = learn({"a": [f"w{at}" for at in range(values)]}, a=category("embedding"))

    assert inputs.columns[0].dimension == dimension


def test_an_embedding_has_the_dimension_that_is_given(learn):
    inputs, _ = learn({"a": ["x", "y"]}, a=category("embedding", dimension=7))

    assert inputs.columns[0].dimension == 7


def test_integers_alone_tell_how_many_there_are(learn):
    table = {"a": [None, "x", "y", "z"], "b": [1, 2, 1, 2]}
    integers = {"a": category("integer", missing="impute"), "b": category("integer")}

    assert learn(table, **integers)[0].to_json()["vocabulary"] == 5
    assert "vocabulary" not in learn(table, a=integers["a"])[0].to_json()


@pytest.mark.parametrize("encoding", ["integer", "embedding"])
def test_20_000_values_have_numbers_but_no_inputs_of_their_own(learn, encoding):
    words = [f"w{at:05}" for at in range(20_000)]

    _, found = learn({"a": words}, a=category(encoding))

    assert np.array_equal(found[:, 0], np.arange(1, 20_001))


@pytest.mark.parametrize("encoding", ["one_hot", "integer", "embedding"])
def test_an_unknown_value_can_be_an_error(learn, encoding):
    with pytest.raises(DataError) as caught:
        learn({"a": ["x", "y", "q"]}, train=2, a=category(encoding, unknown="error"))

    assert str(caught.value) == (
        "dataset.columns.a: got 'q' in row 2 (line 4), expected one of x, y. "
        "`unknown: zeros` would allow it."
    )


@pytest.mark.parametrize("encoding", ["one_hot", "integer", "embedding"])
def test_codes_that_are_none_of_the_values_are_found(encoding):
    column = CategoryColumn("a", ("x", "y"), encoding=encoding)

    assert column.unknown_cells(np.array([0, 1, -1, np.nan])).tolist() == [0, 0, 1, 1]


def test_a_gap_that_is_a_value_of_its_own_is_not_unknown():
    column = CategoryColumn("a", (3, -4), missing="impute", indicator=True)

    assert column.unknown_cells(np.array([3, -4, -5, np.nan])).tolist() == [0, 0, 1, 0]
