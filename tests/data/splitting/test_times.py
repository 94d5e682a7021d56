"""Train before val before test, equal times together, and a gap at each cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dltrain.data.splitting.times import time_parts
from dltrain.errors import DataError

FRACTIONS = {"train": 0.7, "val": 0.1, "test": 0.2}
SHARES = {
    "three parts": FRACTIONS,
    "no val": {"train": 0.75, "val": 0.0, "test": 0.25},
    "no test": {"train": 0.6, "val": 0.4, "test": 0.0},
    "train alone": {"train": 1.0, "val": 0.0, "test": 0.0},
}


def lists(parts):
    return {name: rows.tolist() for name, rows in parts.items()}


@pytest.mark.parametrize("fractions", SHARES.values(), ids=SHARES.keys())
@pytest.mark.parametrize("gap", [0, 3])
def test_different_times_are_cut_where_the_shares_say(fractions, gap):
    parts = time_parts(np.arange(100), fractions, gap=gap)

    wanted = [name for name, share in fractions.items() if share]
    kept = 100 - gap * (len(wanted) - 1)
    assert list(parts) == wanted
    assert sum(map(len, parts.values())) == kept
    for name in wanted[1:]:
        assert len(parts[name]) == round(kept * fractions[name])
    bounds = [(rows[0], rows[-1]) for rows in parts.values()]
    assert all(b[0] - a[1] == gap + 1 for a, b in pairwise(bounds))


@settings(max_examples=100, deadline=None)
@given(
    times=st.lists(st.integers(0, 12), min_size=8, max_size=60),
    gap=st.integers(0, 3),
    fractions=st.sampled_from(list(SHARES.values())),
)
def test_times_ascend_from_part_to_part_and_are_never_in_two(times, gap, fractions):
    times = np.array(times)
    try:
        parts = time_parts(times, fractions, gap=gap)
    except DataError:
        assume(False)  # too few different times

    for earlier, later in pairwise(parts.values()):
        assert times[earlier].max() < times[later].min()
        between = (times > times[earlier].max()) & (times < times[later].min())
        assert between.sum() <= gap
    left_out = len(times) - sum(map(len, parts.values()))
    assert left_out == gap * (len(parts) - 1)
    assert list(parts) == [name for name, share in fractions.items() if share]


def test_a_split_is_found_wherever_there_is_one():
    times = np.array([0, 1] + [2] * 98)

    assert {name: len(rows) for name, rows in time_parts(times, FRACTIONS).items()} == {
        "train": 1,
        "val": 1,
        "test": 98,
    }


def test_a_cut_moves_to_the_nearest_change_of_time():
    times = np.repeat([1, 2, 3, 4], [4, 3, 1, 2])

    assert lists(time_parts(times, FRACTIONS)) == {
        "train": [0, 1, 2, 3, 4, 5, 6],
        "val": [7],
        "test": [8, 9],
    }


def test_rows_need_not_be_sorted():
    order = np.random.default_rng(0).permutation(50)

    sorted_parts, parts = time_parts(np.arange(50), FRACTIONS), time_parts(order, FRACTIONS)

    for name, rows in parts.items():
        assert sorted(order[rows]) == sorted_parts[name].tolist()
        assert (np.diff(rows) > 0).all()


WRONG = {
    "too few rows": (
        np.arange(2), 0,
        "split: got 2 rows, expected at least one row in each of 3 parts with shares "
        "(0.7, 0.1, 0.2). Use fewer parts or larger shares.",
    ),
    "too few times": (
        np.repeat([1, 2], 20), 0,
        "split: got 40 rows at 2 different times, expected at least one time in each of 3 parts "
        "with shares (0.7, 0.1, 0.2). Use fewer parts or larger shares.",
    ),
    "one time": (
        np.ones(20), 0,
        "split: got 20 rows at 1 different time, expected at least one time in each of 3 parts "
        "with shares (0.7, 0.1, 0.2). Use fewer parts or larger shares.",
    ),
    "a gap as large as the data": (
        np.arange(20), 9,
        "split: got 20 rows, of which 18 are left out, expected at least one row in each of 3 "
        "parts with shares (0.7, 0.1, 0.2). Use fewer parts or larger shares, or a smaller gap.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("times", "gap", "message"), WRONG.values(), ids=WRONG.keys())
def test_times_that_cannot_be_divided_say_why(times, gap, message):
    with pytest.raises(DataError) as caught:
        time_parts(times, FRACTIONS, gap=gap)

    assert str(caught.value) == message
