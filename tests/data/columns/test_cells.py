"""One column: which cells are numbers, and whether float32 can tell them apart."""

import numpy as np
import pandas as pd
import pytest

from dltrain.data.columns import CategoryColumn, as_numbers, too_coarse

CELLS = {
    "words": (["1", "a", " 2.5", "1e3"], [1.0, np.nan, 2.5, 1000.0]),
    "booleans": ([True, False], [1.0, 0.0]),
    "whole numbers": ([1, 2**40], [1.0, 2.0**40]),
    "infinity": (["inf", "-inf"], [np.inf, -np.inf]),
}


@pytest.mark.parametrize(("cells", "numbers"), CELLS.values(), ids=CELLS.keys())
def test_cells_become_numbers_and_all_else_nan(cells, numbers):
    np.testing.assert_array_equal(as_numbers(pd.Series(cells)), numbers)


COARSE = {
    "Unix seconds of a day": (1_600_000_000 + np.arange(86_400.0), True),
    "Unix seconds of ten years": (1_300_000_000 + np.arange(0, 3e8, 1e5), False),
    "one large number among small ones": (np.append(np.linspace(0, 1, 10**6), 1e12 + 1), False),
    "small whole numbers": (np.arange(100.0), False),
    "equal numbers": (np.full(9, 1_600_000_001.0), False),
    "numbers that become zero": (np.array([1e-300, 2e-300]), True),
}


@pytest.mark.parametrize(("numbers", "coarse"), COARSE.values(), ids=COARSE.keys())
def test_float32_is_too_coarse_where_numbers_differ_by_little(numbers, coarse):
    assert too_coarse(numbers) == coarse


CODES = {"words": (("b", "a"), (0.0, 1.0)), "whole numbers": ((7, -1), (7.0, -1.0))}


@pytest.mark.parametrize(("values", "codes"), CODES.values(), ids=CODES.keys())
def test_a_word_stands_as_its_position_and_a_number_as_itself(values, codes):
    assert CategoryColumn("a", values).codes == codes
