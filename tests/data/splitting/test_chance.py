"""Rows drawn by chance: none lost, none doubled, the same ones every time."""

import numpy as np
import pytest

from dltrain.data.splitting.chance import all_train, given_parts, random_parts
from dltrain.errors import DataError
from dltrain.terms import PARTS

FRACTIONS = {"train": 0.7, "val": 0.1, "test": 0.2}
SIZES = (3, 10, 57, 303, 1000)
SHARES = {
    "three parts": FRACTIONS,
    "no val": {"train": 0.75, "val": 0.0, "test": 0.25},
    "no test": {"train": 0.6, "val": 0.4, "test": 0.0},
    "train alone": {"train": 1.0, "val": 0.0, "test": 0.0},
}


def everything(parts):
    return sorted(np.concatenate(list(parts.values())).tolist())


@pytest.mark.parametrize("n_rows", SIZES[1:])
@pytest.mark.parametrize("fractions", SHARES.values(), ids=SHARES.keys())
@pytest.mark.parametrize("stratified", [False, True], ids=["plain", "stratified"])
def test_no_row_is_lost_or_doubled_and_sizes_follow_the_shares(n_rows, fractions, stratified):
    labels = np.zeros(n_rows, int) if stratified else None

    parts = random_parts(n_rows, fractions, labels=labels, seed=0)

    assert everything(parts) == list(range(n_rows))
    assert list(parts) == [name for name, share in fractions.items() if share]
    for name in set(parts) - {"train"}:
        assert len(parts[name]) == round(n_rows * fractions[name])


def test_rows_of_a_part_ascend():
    parts = random_parts(100, FRACTIONS, labels=None, seed=0)

    assert all((np.diff(rows) > 0).all() for rows in parts.values())


def test_same_seed_gives_the_same_rows_and_another_seed_others():
    one, again, other = (random_parts(100, FRACTIONS, labels=None, seed=seed) for seed in (1, 1, 2))

    assert all(np.array_equal(one[name], again[name]) for name in PARTS)
    assert not np.array_equal(one["test"], other["test"])


def test_rows_are_those_of_scikit_learn():
    from sklearn.model_selection import train_test_split

    rest, test = train_test_split(np.arange(50), test_size=10, random_state=3)

    parts = random_parts(50, FRACTIONS, labels=None, seed=3)

    assert parts["test"].tolist() == sorted(test.tolist())
    assert sorted([*parts["train"], *parts["val"]]) == sorted(rest.tolist())


LABELS = {
    "numbers": np.array([0, 1, 2]),
    "words": np.array(["normal", "fixed", "reversible"], dtype=object),
    "booleans": np.array([False, True, True]),
}


@pytest.mark.parametrize("names", LABELS.values(), ids=LABELS.keys())
@pytest.mark.parametrize("seed", range(3))
def test_stratified_parts_keep_the_shares_of_the_classes_within_one_row(names, seed):
    labels = names[np.random.default_rng(seed).choice(3, size=500, p=[0.6, 0.3, 0.1])]

    parts = random_parts(500, FRACTIONS, labels=labels, seed=seed)

    for name, rows in parts.items():
        for label in set(names.tolist()):
            expected = (labels == label).sum() * len(rows) / 500
            assert abs((labels[rows] == label).sum() - expected) <= 1, name


def test_stratified_rows_do_not_depend_on_the_names_of_the_classes():
    codes = np.random.default_rng(0).integers(0, 3, 200)
    words = np.array(["a", "b", "c"], dtype=object)[codes]

    one, other = (random_parts(200, FRACTIONS, labels=labels, seed=5) for labels in (codes, words))

    assert all(np.array_equal(one[name], other[name]) for name in PARTS)


OWN_TEST = np.arange(100) >= 80


@pytest.mark.parametrize("labels", [None, np.arange(100) % 2], ids=["plain", "stratified"])
def test_a_given_test_part_is_kept_and_val_comes_from_the_train_rows(labels):
    parts = given_parts(OWN_TEST, 0.1, labels=labels, seed=0)

    assert parts["test"].tolist() == list(range(80, 100))
    assert {name: len(rows) for name, rows in parts.items()} == {"train": 72, "val": 8, "test": 20}
    assert everything(parts) == list(range(100))


def test_a_given_split_without_val_keeps_all_train_rows():
    parts = given_parts(OWN_TEST, 0.0, labels=None, seed=0)

    assert parts["train"].tolist() == list(range(80))
    assert "val" not in parts


def test_all_rows_train_where_there_is_no_split():
    assert all_train(3)["train"].tolist() == [0, 1, 2]


WAY_OUT = "Use fewer parts or larger shares, or `split.stratify=false`."
WRONG = {
    "no row for val": (
        lambda: random_parts(3, FRACTIONS, labels=None, seed=0),
        "split: got 3 rows, expected at least one row in each of 3 parts with shares "
        "(0.7, 0.1, 0.2). Use fewer parts or larger shares.",
    ),
    "one row": (
        lambda: random_parts(1, SHARES["no test"], labels=None, seed=0),
        "split: got 1 row, expected at least one row in each of 2 parts with shares "
        "(0.6, 0.4). Use fewer parts or larger shares.",
    ),
    "no row for train": (
        lambda: random_parts(2, {"train": 0.1, "val": 0.45, "test": 0.45}, labels=None, seed=0),
        "split: got 2 rows, expected at least one row in each of 3 parts with shares "
        "(0.1, 0.45, 0.45). Use fewer parts or larger shares.",
    ),
    "rare class": (
        lambda: random_parts(30, FRACTIONS, labels=np.array([0] * 28 + [1] * 2), seed=0),
        f"split: Class 1 has 2 rows, too few for 3 parts with shares (0.7, 0.1, 0.2). {WAY_OUT}",
    ),
    "rare class of one row": (
        lambda: random_parts(
            30, SHARES["no val"], labels=np.array(["a"] * 29 + ["b"], dtype=object), seed=0
        ),
        f"split: Class b has 1 row, too few for 2 parts with shares (0.75, 0.25). {WAY_OUT}",
    ),
    "more classes than val rows": (
        lambda: random_parts(40, FRACTIONS, labels=np.arange(40) % 10, seed=0),
        "split: 10 classes do not fit into a part of 8 rows with shares (0.7, 0.1, 0.2). "
        + WAY_OUT,
    ),
    "two classes in one val row": (
        lambda: random_parts(10, FRACTIONS, labels=np.arange(10) % 2, seed=0),
        "split: 2 classes do not fit into a part of 1 row with shares (0.7, 0.1, 0.2). " + WAY_OUT,
    ),
    "no test part": (
        lambda: given_parts(None, 0.1, labels=None, seed=0),
        "split: got a dataset without a test part of its own, expected one with it. "
        "Use `split: random`.",
    ),
    "empty test part": (
        lambda: given_parts(np.zeros(9, bool), 0.1, labels=None, seed=0),
        "split: got a dataset without a test part of its own, expected one with it. "
        "Use `split: random`.",
    ),
    "test part alone": (
        lambda: given_parts(np.ones(9, bool), 0.1, labels=None, seed=0),
        "split: got a dataset with test rows alone, expected train rows too.",
    ),
}


@pytest.mark.parametrize(("act", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_split_that_cannot_be_drawn_says_why(act, message):
    with pytest.raises(DataError) as caught:
        act()

    assert str(caught.value) == message
