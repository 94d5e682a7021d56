"""Amounts as classes, against pandas."""

import json

import numpy as np
import pandas as pd
import pytest

from dltrain.data.targets import Target
from dltrain.data.targets.bins import Bins, even_edges
from dltrain.data.targets.one import encode, labels_for_split
from dltrain.errors import DataError

AMOUNTS = np.random.default_rng(4).normal(20, 5, 300)
QUALITY = [3, 4, 4, 5, 5, 5, 6, 6, 7]


@pytest.mark.parametrize("bins", [2, 3, 4, 7, 300])
def test_bins_of_different_amounts_have_equally_many_train_rows(bins):
    codes = Bins(tuple(even_edges(AMOUNTS, bins))).codes(AMOUNTS)

    rows = np.bincount(codes)
    assert len(rows) == bins
    assert np.ptp(rows) <= 1
    assert (np.diff(codes[np.argsort(AMOUNTS)]) >= 0).all()


@pytest.mark.parametrize("bins", [3, 5])
def test_bins_are_those_of_pandas(bins):
    amounts = AMOUNTS[: 300 // bins * bins]

    codes = Bins(tuple(even_edges(amounts, bins))).codes(amounts)

    assert codes.tolist() == pd.qcut(amounts, bins, labels=False).tolist()


def test_an_amount_equal_to_an_edge_lies_above_it():
    assert Bins((5.5, 6.5)).codes(np.array([5.4, 5.5, 6.4, 6.5, 99])).tolist() == [0, 1, 1, 2, 2]


# Name of the case: train rows, `bins`, names of the classes, task.
NAMED = {
    "two": (QUALITY, 2, ("< 4.5", ">= 4.5"), "binary"),
    "three": (QUALITY, 3, ("< 4.5", "4.5 – 5.5", ">= 5.5"), "multiclass"),
    "edges": (QUALITY, [5.0, 6.0], ("< 5", "5 – 6", ">= 6"), "multiclass"),
    "large numbers": ([103_456, 103_900, 1e6, 2e6], 2, ("< 600000", ">= 600000"), "binary"),
    "small numbers": ([1e-5, 3e-5], 2, ("< 2e-05", ">= 2e-05"), "binary"),
    "negative edges": ([-3.5, -1, 0], [-2, 0], ("< -2", "-2 – 0", ">= 0"), "multiclass"),
    "neighbours in float64": (
        [1.0, np.nextafter(1, 2)], 2, ("< 1.0000000000000002", ">= 1.0000000000000002"), "binary",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("amounts", "given", "names", "task"), NAMED.values(), ids=NAMED.keys())
def test_bins_are_classes_named_by_their_edges(raw_of, learned, amounts, given, names, task):
    raw = raw_of(y=amounts)

    target = learned(raw, bins=given)

    assert (target.task, target.classes) == (task, names)
    assert Target.from_json(json.loads(json.dumps(target.to_json()))) == target
    encoded = encode(raw, raw.numbers(), target).reshape(-1)
    assert set(encoded) == set(range(len(names)))


def test_bins_that_would_hold_no_rows_are_merged():
    target = Bins(tuple(even_edges(np.array([0] * 8 + [1, 2]), 4)), 4)

    assert target.names == ("< 0.5", ">= 0.5")
    assert target.merged == 2


def test_edges_are_learned_from_the_train_rows_alone(raw_of, learned):
    changed = np.where(np.arange(300) < 200, AMOUNTS, 1e6)

    one, other = (learned(raw_of(y=y), slice(200), bins=5) for y in (AMOUNTS, changed))

    assert one == other


def test_bins_share_the_classes_of_a_split(raw_of):
    strata = labels_for_split(raw_of(y=QUALITY), {"bins": [5.5]})

    assert strata.tolist() == ["< 5.5"] * 6 + [">= 5.5"] * 3


WRONG = {
    "one value": (
        [4.0, 4.0], {"bins": 2}, "dataset.target.bins: got one value (4) in the train rows, "
        "expected at least two to divide. Use another target.",
    ),
    "an empty bin": (
        QUALITY, {"bins": [0, 5]}, "dataset.target.bins: got no train row in the bin '< 0', "
        "expected one in every bin; they have 0, 3, 6. Use other edges.",
    ),
    "three bins for a binary target": (
        QUALITY, {"bins": 3, "task": "binary"}, "dataset.target: got 3 classes (4.5 – 5.5, < 4.5, "
        ">= 5.5), expected two for `task: binary`. Use `task: multiclass`.",
    ),
    "words": (
        ["a", "b"], {"bins": 2}, "dataset.target: got 'a' as 'y' in row 0 (line 2), expected a "
        "number. Use `task: multiclass`, or mend the row.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "options", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_divided_into_bins_is_refused(raw_of, learned, cells, options, message):
    with pytest.raises(DataError) as caught:
        learned(raw_of(y=cells), **options)

    assert str(caught.value) == message
