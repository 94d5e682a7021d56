"""Groups stay together, and parts have about their shares of the rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltrain.data.splitting.groups import group_parts
from dltrain.errors import DataError

FRACTIONS = {"train": 0.7, "val": 0.1, "test": 0.2}
NO_VAL = {"train": 0.5, "val": 0.0, "test": 0.5}


def rows_of(counts, seed=0):
    """Make the group of each row, in no order, from the number of rows of each group."""
    return np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.integers(1, 40), min_size=3, max_size=60),
    seed=st.integers(0, 1000),
    fractions=st.sampled_from([FRACTIONS, NO_VAL]),
)
def test_every_row_is_in_one_part_and_no_group_in_two(counts, seed, fractions):
    groups = rows_of(counts)

    parts = group_parts(groups, fractions, seed=seed)

    assert sorted(np.concatenate(list(parts.values()))) == list(range(len(groups)))
    assert list(parts) == [name for name, share in fractions.items() if share]
    seen = [set(groups[rows].tolist()) for rows in parts.values()]
    assert sum(map(len, seen)) == len(counts)
    assert all((np.diff(rows) > 0).all() for rows in parts.values())


@settings(max_examples=60, deadline=None)
@given(counts=st.lists(st.integers(1, 40), min_size=30, max_size=60), seed=st.integers(0, 1000))
def test_parts_miss_their_share_by_less_than_half_of_the_largest_group(counts, seed):
    groups = rows_of(counts)

    parts = group_parts(groups, FRACTIONS, seed=seed)

    for name in ("val", "test"):
        missed = abs(len(parts[name]) - FRACTIONS[name] * len(groups))
        assert missed <= max(counts) / 2


def test_shares_of_rows_are_nearer_than_those_of_scikit_learn():
    from sklearn.model_selection import GroupShuffleSplit

    groups = rows_of(np.random.default_rng(0).geometric(0.05, 60))

    def own(seed):
        return len(group_parts(groups, {"train": 0.8, "val": 0.0, "test": 0.2}, seed=seed)["test"])

    def theirs(seed):
        split = GroupShuffleSplit(1, test_size=0.2, random_state=seed)
        return len(next(split.split(groups, groups=groups))[1])

    missed = {
        drawn.__name__: max(abs(drawn(seed) / len(groups) - 0.2) for seed in range(20))
        for drawn in (own, theirs)
    }
    assert missed["own"] < 0.005
    assert missed["theirs"] > 0.05


def test_large_groups_are_tested_as_often_as_small_ones():
    groups = rows_of([30] * 10 + [3] * 100)

    large = sum(
        len(set(groups[group_parts(groups, FRACTIONS, seed=seed)["test"]]) & set(range(10)))
        for seed in range(200)
    )

    assert 1.6 < large / 200 < 2.4  # a fifth of 10


def test_the_same_seed_gives_the_same_groups_in_any_order_of_the_rows():
    groups = rows_of([5, 9, 1, 4, 7, 7, 2, 3, 8])
    order = np.random.default_rng(1).permutation(len(groups))

    one = group_parts(groups, FRACTIONS, seed=4)
    other = group_parts(groups[order], FRACTIONS, seed=4)

    for name, rows in one.items():
        assert set(groups[rows]) == set(groups[order][other[name]])


def test_three_groups_give_one_to_each_part():
    parts = group_parts(rows_of([1, 1, 98]), FRACTIONS, seed=0)

    assert list(parts) == ["train", "val", "test"]


def test_fewer_groups_than_parts_are_refused():
    with pytest.raises(DataError) as caught:
        group_parts(rows_of([5, 5]), FRACTIONS, seed=0)

    assert str(caught.value) == (
        "split: got 2 groups, expected at least one group in each of 3 parts with shares "
        "(0.7, 0.1, 0.2). Use fewer parts or larger shares."
    )
