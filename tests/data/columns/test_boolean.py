"""Booleans: which words are true, and what fills gaps."""

import numpy as np
import pandas as pd
import pytest

from dltrain.errors import DataError

BOOLEAN = {"type": "boolean"}
CELLS = {
    "words": ["true", "False", "TRUE", " true"],
    "answers": ["yes", "No", "YES", "yes"],
    "letters": ["t", "F", "y", "Y"],
    "switches": ["on", "off", "ON", "on"],
    "numbers": [1, 0, 1, 1],
    "fractions": [1.0, 0.0, 1.0, 1.0],
    "words of numbers": ["1", "0", "1.0", "1"],
    "booleans": [True, False, True, True],
    "booleans of NumPy": np.array([True, False, True, True]),
    "nullable booleans": pd.array([True, False, True, True], dtype="boolean"),
    "several spellings": ["yes", 0, True, "on"],
}


@pytest.mark.parametrize("cells", CELLS.values(), ids=CELLS.keys())
def test_words_of_truth_become_one_input(learn, cells):
    inputs, found = learn({"a": cells}, a=BOOLEAN)

    assert inputs.input_names == ["a"]
    assert found[:, 0].tolist() == [1, 0, 1, 1]


FILLS = {
    "most are true": ([True, True, False, None], 1.0),
    "most are false": (["no", "yes", "no", None], 0.0),
    "as many": (["t", "f", np.nan, None], 0.0),
}


@pytest.mark.parametrize(("cells", "fill"), FILLS.values(), ids=FILLS.keys())
def test_a_gap_becomes_what_most_train_rows_have_with_an_indicator(learn, cells, fill):
    inputs, found = learn({"a": cells}, a=BOOLEAN, missing="impute")

    assert inputs.input_names == ["a", "a missing"]
    assert found[3].tolist() == [fill, 1]


WRONG = {
    "a word": (["yes", "no", "maybe"], "'maybe'"),
    "a number": ([1, 0, 2], "2"),
    "a fraction": ([1.0, 0.0, 0.5], "0.5"),
}


@pytest.mark.parametrize(("cells", "got"), WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("train", [2, 3])
def test_anything_else_is_an_error_in_any_row(learn, cells, got, train):
    with pytest.raises(DataError) as caught:
        learn({"a": cells}, train, a=BOOLEAN)

    assert str(caught.value) == (
        f"dataset.columns.a: got {got} in row 2 (line 4), expected true or false, yes or no, t or "
        "f, y or n, on or off, 1 or 0. Mend the cell, or use `type: category`."
    )
