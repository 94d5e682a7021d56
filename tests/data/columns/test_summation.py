"""Sums that do not hang on the order of their numbers; exact arithmetic as oracle."""

import math

import numpy as np
import pytest

from dltrain.data.columns.summation import BLOCK, mean_and_deviation, total

DRAW = np.random.default_rng(0)
NUMBERS = {
    "normal": DRAW.normal(size=10_000),
    "far from zero": 1e9 + DRAW.normal(size=10_000),
    "around zero": np.concatenate([half := DRAW.normal(size=5_000), -half]),
    "of all sizes": DRAW.normal(size=10_000) * 10.0 ** DRAW.integers(-20, 20, 10_000),
    "as large as float32": DRAW.normal(size=1_000) * 1e38,
    "several blocks": DRAW.lognormal(3, 4, size=3 * BLOCK + 7),
    "whole": DRAW.integers(-9, 9, 1_000).astype(float),
    "one": np.array([0.1]),
    "nothing but zeros": np.zeros(5),
    "the smallest": np.array([5e-324, 1e-310, -1e-310]),
}


@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS.keys())
def test_a_sum_is_exact_and_the_same_in_any_order(numbers):
    expected = math.fsum(numbers)

    sums = {total(DRAW.permutation(numbers)) for _ in range(5)} | {total(np.sort(numbers))}

    assert len(sums) == 1
    assert sums.pop() == pytest.approx(expected, rel=1e-15, abs=1e-18 * np.abs(numbers).max())


@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS.keys())
def test_mean_and_deviation_are_those_of_numpy(numbers):
    largest = np.abs(numbers).max()

    mean, deviation = mean_and_deviation(numbers)

    assert mean == pytest.approx(numbers.mean(), rel=1e-9, abs=1e-15 * largest)
    assert deviation == pytest.approx(numbers.std(), rel=1e-9, abs=1e-300)
    assert (mean, deviation) == mean_and_deviation(numbers[::-1])
