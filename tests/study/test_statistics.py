"""Means and intervals over folds: against closed forms and SciPy's own interval."""

import numpy as np
import pytest
from scipy import stats

from dltrain.study.statistics import spread

VALUES = [0.81, 0.87, 0.79, 0.90, 0.84]


def test_one_value_has_neither_spread_nor_interval():
    found = spread([0.8], share=0.25)

    assert (found.mean, found.deviation, found.interval) == (0.8, None, None)


def test_seeds_get_the_usual_interval_of_a_mean():
    found = spread(VALUES)

    expected = stats.t.interval(0.95, 4, loc=np.mean(VALUES), scale=stats.sem(VALUES))
    assert found.interval == pytest.approx(expected)
    assert found.deviation == pytest.approx(np.std(VALUES, ddof=1))


def test_folds_widen_it_by_the_rows_that_they_share():
    found = spread(VALUES, share=0.25)

    usual = spread(VALUES)
    half, narrow = (one.interval[1] - one.mean for one in (found, usual))
    assert half / narrow == pytest.approx(np.sqrt((1 / 5 + 0.25) / (1 / 5)))


def test_folds_of_nothing_but_noise_hold_the_truth_about_as_often_as_they_say():
    drawn = np.random.default_rng(0)
    held = 0

    for _ in range(300):
        # Five folds of 40 rows and a mean that a network cannot do better than: errors of rows.
        rows = drawn.random(200) < 0.7
        found = spread([float(one.mean()) for one in np.split(rows, 5)], share=0.25)
        held += found.interval[0] <= 0.7 <= found.interval[1]

    assert 0.93 <= held / 300 <= 1.0
