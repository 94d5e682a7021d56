"""Columns that alone tell the target, and the best columns of real sets, which do not."""

import numpy as np
import pytest
from sklearn import datasets

from dltrain.data.quality.leakage import columns_that_tell_amounts, columns_that_tell_classes

ROWS = 1000
DRAW = np.random.default_rng(0)
CLASSES = DRAW.choice(3, ROWS, p=[0.5, 0.3, 0.2])
AMOUNTS = DRAW.lognormal(3, 1, ROWS)

TELLING = {
    "the class itself": CLASSES.astype(float),
    "a code for it": np.array([7.0, -2.0, 30.0])[CLASSES],
    "many codes": CLASSES + 3.0 * DRAW.integers(0, 15, ROWS),
    "an interval for each": CLASSES + DRAW.uniform(-0.4, 0.4, ROWS),
    "the number of the row in a sorted file": np.argsort(np.argsort(CLASSES, kind="stable")),
    "its gaps": np.where(CLASSES == 2, np.nan, CLASSES),
}
QUIET = {
    "noise": DRAW.normal(size=ROWS),
    "a constant": np.ones(ROWS),
    "nothing but gaps": np.full(ROWS, np.nan),
    "95 % of the classes": np.where(DRAW.random(ROWS) < 0.95, CLASSES, 2 - CLASSES),
    "another number in each row": DRAW.permutation(ROWS).astype(float),
    "one of the classes": (CLASSES == 1).astype(float),
}


@pytest.mark.parametrize("column", TELLING.values(), ids=TELLING.keys())
def test_a_column_tells_the_classes(column):
    assert columns_that_tell_classes(column[:, np.newaxis].astype(float), CLASSES).all()


@pytest.mark.parametrize("column", QUIET.values(), ids=QUIET.keys())
def test_a_column_does_not_tell_the_classes(column):
    assert not columns_that_tell_classes(column[:, np.newaxis].astype(float), CLASSES).any()


def test_each_column_is_looked_at_alone():
    columns = np.stack([*TELLING.values(), *QUIET.values()], axis=1).astype(float)

    told = columns_that_tell_classes(columns, CLASSES)

    assert told.tolist() == [True] * len(TELLING) + [False] * len(QUIET)


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits"])
def test_no_column_of_a_real_set_is_blamed(name):
    loaded = getattr(datasets, f"load_{name}")()
    order = DRAW.permutation(len(loaded.data))

    assert not columns_that_tell_classes(loaded.data[order], loaded.target[order]).any()


def test_few_rows_or_few_of_a_class_prove_nothing():
    assert not columns_that_tell_classes(CLASSES[:49, np.newaxis] * 1.0, CLASSES[:49]).any()
    rare = (np.arange(ROWS) < 19).astype(int)
    assert not columns_that_tell_classes(rare[:, np.newaxis] * 1.0, rare).any()


OF_AMOUNTS = {
    "another unit": (AMOUNTS * 1.17 - 4, True),
    "the other way round": (-AMOUNTS, True),
    "logarithms": (np.log(AMOUNTS), True),
    "rounded": (np.round(AMOUNTS), True),
    "with a few gaps": (np.where(np.arange(ROWS) < 1, np.nan, AMOUNTS), True),
    "with noise": (AMOUNTS + DRAW.normal(0, 10, ROWS), False),
    "noise": (DRAW.normal(size=ROWS), False),
    "a constant": (np.ones(ROWS), False),
    "nothing but gaps": (np.full(ROWS, np.nan), False),
}


@pytest.mark.parametrize(("column", "expected"), OF_AMOUNTS.values(), ids=OF_AMOUNTS.keys())
def test_a_column_tells_amounts_where_it_goes_with_them(column, expected):
    assert columns_that_tell_amounts(column[:, np.newaxis], AMOUNTS).tolist() == [expected]


def test_no_column_of_the_diabetes_set_is_blamed():
    loaded = datasets.load_diabetes()

    assert not columns_that_tell_amounts(loaded.data, loaded.target).any()


def test_amounts_that_are_all_equal_are_told_by_nothing():
    assert not columns_that_tell_amounts(AMOUNTS[:, np.newaxis], np.ones(ROWS)).any()
