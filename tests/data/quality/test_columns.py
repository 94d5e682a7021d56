"""Constant columns and identifiers, and columns that look like them and are none."""

import numpy as np
import pandas as pd
import pytest

from dltrain.data.quality.columns import is_constant, is_identifier

ROWS = 212
DRAW = np.random.default_rng(0)


def some(values):
    """Draw rows in the order of the file, as a random split leaves them to train."""
    return np.sort(DRAW.choice(values, ROWS, replace=False))


IDENTIFIERS = {
    "numbers of rows": some(np.arange(1, 304)),
    "numbers of rows, mixed": DRAW.permutation(some(np.arange(1, 304))),
    "large ids in order": some(np.arange(10**12, 10**12 + 10**6)),
    "ids as words": np.array(["900001", "900007"] + [str(900010 + 3 * row) for row in range(210)]),
    "descending": some(np.arange(10**6))[::-1],
}
NONE = {
    "fractions": DRAW.normal(size=ROWS),
    "incomes": DRAW.permutation(some(np.arange(10_000, 90_000))),
    "ages": DRAW.integers(20, 80, ROWS),
    "fractions in order": np.sort(DRAW.normal(size=ROWS)),
    "few rows": np.arange(19),
    "one twice": np.append(np.arange(1, ROWS), 5),
    "one missing": np.append(np.arange(1.0, ROWS), np.nan),
}


@pytest.mark.parametrize("cells", IDENTIFIERS.values(), ids=IDENTIFIERS.keys())
def test_numbers_that_only_name_a_row_are_identifiers(cells):
    assert is_identifier(pd.Series(cells, name="a"), is_category=False)


@pytest.mark.parametrize("cells", NONE.values(), ids=NONE.keys())
def test_amounts_are_none(cells):
    assert not is_identifier(pd.Series(cells, name="a"), is_category=False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("id", True), ("patient_id", True), ("PassengerId", True), ("orderID", True), ("row", True),
     ("Index", True), ("account number", True), ("Unnamed: 0", True), ("humid", False),
     ("PAID", False), ("income", False), ("grid", False), ("width", False)],
)  # fmt: skip
def test_a_name_tells_where_numbers_do_not(name, expected):
    cells = pd.Series(NONE["incomes"], name=name)

    assert is_identifier(cells, is_category=False) == expected


def test_words_are_identifiers_where_each_is_another():
    words = pd.Series([f"name {row}" for row in range(20)])

    assert is_identifier(words, is_category=True)
    assert not is_identifier(words[:19], is_category=True)
    assert not is_identifier(pd.concat([words, words[:1]]), is_category=True)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [([7, 7], True), (["a", "a"], True), ([7, 8], False), ([None, None], True),
     ([7, None], False)],
)  # fmt: skip
def test_a_column_is_constant_where_all_cells_are_equal(cells, expected):
    assert is_constant(pd.Series(cells)) == expected
