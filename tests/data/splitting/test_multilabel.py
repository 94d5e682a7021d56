"""Labels that go together: every part has its share of each."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dltrain.data.splitting.chance import random_parts
from dltrain.data.splitting.multilabel import balanced

FRACTIONS = {"train": 0.7, "val": 0.1, "test": 0.2}


def drawn(seed, rows=400):
    """Draw labels as they come: some often, some seldom, some together."""
    rng = np.random.default_rng(seed)
    labels = rng.random((rows, 7)) < [0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02]
    labels[:, 4] |= labels[:, 0] & (rng.random(rows) < 0.3)
    return labels.astype(int)


def error(labels, parts):
    """Mean distance between the share of a label in a part and in all rows."""
    whole = labels.mean(axis=0)
    return np.mean([np.abs(labels[rows].mean(axis=0) - whole) for rows in parts.values()])


@pytest.mark.parametrize("seed", range(10))
def test_shares_of_labels_are_closer_than_those_of_a_plain_split(seed):
    labels = drawn(seed)

    plain = random_parts(len(labels), FRACTIONS, labels=None, seed=seed)
    stratified = random_parts(len(labels), FRACTIONS, labels=labels, seed=seed)

    assert error(labels, stratified) < 0.4 * error(labels, plain)


@settings(max_examples=60, deadline=None)
@given(
    labels=st.lists(st.tuples(*[st.booleans()] * 4), min_size=5, max_size=60),
    seed=st.integers(0, 1000),
)
def test_sizes_are_exact_whatever_the_labels_are(labels, seed):
    labels = np.array(labels)
    first, second = len(labels) // 2, len(labels) // 3
    sizes = [first, second, len(labels) - first - second]

    parts = balanced(labels, sizes, seed=seed)

    assert np.bincount(parts, minlength=3).tolist() == sizes


def test_parts_are_those_of_the_plain_split_in_number_and_none_is_lost():
    labels = drawn(0)

    parts = random_parts(len(labels), FRACTIONS, labels=labels, seed=0)

    assert {name: len(rows) for name, rows in parts.items()} == {
        "train": 280, "val": 40, "test": 80
    }  # fmt: skip
    assert sorted(np.concatenate(list(parts.values()))) == list(range(400))
    assert all((np.diff(rows) > 0).all() for rows in parts.values())


def test_the_same_seed_gives_the_same_rows_and_another_seed_others():
    labels = drawn(0)

    one, again, other = (balanced(labels, [300, 100], seed=seed) for seed in (1, 1, 2))

    assert (one == again).all()
    assert (one != other).any()


def test_one_label_is_divided_like_two_classes():
    label = np.arange(100)[:, np.newaxis] < 30

    parts = balanced(label, [70, 10, 20], seed=0)

    assert [int(label[parts == part].sum()) for part in range(3)] == [21, 3, 6]
