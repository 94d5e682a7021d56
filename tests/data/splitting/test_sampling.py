"""A few rows of each part."""

import numpy as np

from dltrain.data.splitting.chance import all_train, random_parts
from dltrain.data.splitting.sampling import sampled

FRACTIONS = {"train": 0.7, "val": 0.1, "test": 0.2}


def test_a_sample_keeps_parts_in_proportion_and_every_class():
    labels = np.array([0] * 950 + [1] * 45 + [2] * 5)
    parts = random_parts(1000, FRACTIONS, labels=labels, seed=0)

    few = sampled(parts, labels, at_most=100, seed=0)

    assert {name: len(rows) for name, rows in few.items()} == {"train": 70, "val": 10, "test": 20}
    assert set(labels[few["train"]]) == {0, 1, 2}
    assert all(set(few[name]) <= set(parts[name]) for name in parts)
    assert all((np.diff(rows) > 0).all() for rows in few.values())


def test_a_sample_without_classes_keeps_at_least_one_row_of_each_part():
    parts = {"train": np.arange(990), "val": np.arange(990, 991), "test": np.arange(991, 1000)}

    few = sampled(parts, None, at_most=50, seed=0)

    assert {name: len(rows) for name, rows in few.items()} == {"train": 49, "val": 1, "test": 1}


def test_a_small_dataset_is_not_sampled():
    parts = all_train(4)

    assert sampled(parts, None, at_most=4, seed=0) is parts


def test_a_sample_keeps_a_row_of_every_label():
    labels = np.zeros((1000, 3), int)
    labels[:700, 0], labels[[3, 5], 1], labels[990:, 2] = 1, 1, 1

    few = sampled({"train": np.arange(1000)}, labels, at_most=20, seed=0)["train"]

    assert len(few) == 20
    assert labels[few].any(axis=0).all()
    assert len(np.unique(few)) == 20
