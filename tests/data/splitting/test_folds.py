"""Folds: every row is in val once, and what belongs together stays so; scikit-learn as oracle."""

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit

from dltrain.data.splitting.folds import group_folds, random_folds, time_folds
from dltrain.errors import DataError

ROWS = 103
CLASSES = np.random.default_rng(0).choice(["a", "b", "c"], ROWS, p=[0.6, 0.3, 0.1])
GROUPS = np.random.default_rng(1).integers(0, 12, ROWS)
LABELS = np.random.default_rng(2).random((ROWS, 4)) < [0.5, 0.3, 0.2, 0.1]

DRAWN = {
    "random": (
        lambda k: random_folds(ROWS, k, labels=None, seed=3),
        lambda k: KFold(k, shuffle=True, random_state=3).split(CLASSES),
    ),
    "stratified": (
        lambda k: random_folds(ROWS, k, labels=CLASSES, seed=3),
        lambda k: StratifiedKFold(k, shuffle=True, random_state=3).split(CLASSES, CLASSES),
    ),
    "group": (
        lambda k: group_folds(GROUPS, k),
        lambda k: GroupKFold(k).split(GROUPS, groups=GROUPS),
    ),
    "time": (
        lambda k: time_folds(np.arange(ROWS), k),
        lambda k: TimeSeriesSplit(k).split(GROUPS),
    ),
    "time with a gap": (
        lambda k: time_folds(np.arange(ROWS), k, gap=4),
        lambda k: TimeSeriesSplit(k, gap=4).split(GROUPS),
    ),
}


@pytest.mark.parametrize("k", [2, 5, 8])
@pytest.mark.parametrize(("own", "theirs"), DRAWN.values(), ids=DRAWN.keys())
def test_folds_are_those_of_scikit_learn(own, theirs, k):
    folds = own(k)

    assert len(folds) == k
    for parts, (train, val) in zip(folds, theirs(k), strict=True):
        assert list(parts) == ["train", "val"]
        assert parts["train"].tolist() == sorted(train.tolist())
        assert parts["val"].tolist() == sorted(val.tolist())


def test_folds_of_labels_hold_every_row_once_and_their_share_of_each_label():
    folds = random_folds(ROWS, 5, labels=LABELS, seed=0)

    assert sorted(np.concatenate([parts["val"] for parts in folds])) == list(range(ROWS))
    for parts in folds:
        assert len(parts["val"]) in (20, 21)
        assert not set(parts["train"]) & set(parts["val"])
        expected = LABELS.sum(axis=0) / 5
        assert (abs(LABELS[parts["val"]].sum(axis=0) - expected) < 1.5).all()


def test_equal_times_are_never_on_both_sides():
    times = np.sort(np.random.default_rng(0).integers(0, 30, ROWS))

    for parts in time_folds(times, 4, gap=2):
        assert times[parts["train"]].max() < times[parts["val"]].min()


def test_times_need_not_be_sorted():
    order = np.random.default_rng(0).permutation(ROWS)

    for parts, inorder in zip(time_folds(order, 3), time_folds(np.arange(ROWS), 3), strict=True):
        for name, rows in parts.items():
            assert sorted(order[rows]) == inorder[name].tolist()


WRONG = {
    "rows": (
        lambda: random_folds(3, 5, labels=None, seed=0),
        "split: got 3 rows, expected enough for 5 folds. Use fewer folds.",
    ),
    "a class": (
        lambda: random_folds(9, 3, labels=np.array(["a"] * 7 + ["b"] * 2), seed=0),
        "split: got 2 rows of the class b, expected enough for 3 folds. Use fewer folds.",
    ),
    "groups": (
        lambda: group_folds(np.array([0, 0, 1]), 3),
        "split: got 2 groups, expected enough for 3 folds. Use fewer folds.",
    ),
    "times": (
        lambda: time_folds(np.repeat([1, 2, 3], 10), 3),
        "split: got 30 rows at 3 different times, expected enough for 3 folds. Use fewer folds.",
    ),
    "a gap": (
        lambda: time_folds(np.arange(12), 3, gap=3),
        "split: got 12 rows at 12 different times and a gap of 3, expected enough for 3 folds. "
        "Use fewer folds.",
    ),
    "rows in order": (
        lambda: time_folds(np.arange(2), 3),
        "split: got 2 rows at 2 different times, expected enough for 3 folds. Use fewer folds.",
    ),
}


@pytest.mark.parametrize(("act", "message"), WRONG.values(), ids=WRONG.keys())
def test_too_few_for_the_folds_say_so(act, message):
    with pytest.raises(DataError) as caught:
        act()

    assert str(caught.value) == message
