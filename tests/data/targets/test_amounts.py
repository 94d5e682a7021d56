"""Amounts: read, checked and scaled, against scikit-learn."""

import json

import numpy as np
import pytest
from sklearn import preprocessing as sk

from dltrain.data.targets import Target
from dltrain.data.targets.one import encode
from dltrain.errors import DataError

AMOUNTS = np.random.default_rng(3).lognormal(11, 1, 200).round(2)
ORACLES = {
    "standard": sk.StandardScaler(),
    "min_max": sk.MinMaxScaler(),
    "robust": sk.RobustScaler(),
    "log1p": sk.StandardScaler(),
}


@pytest.mark.parametrize("kind", ORACLES)
def test_amounts_are_scaled_as_by_scikit_learn(raw_of, learned, kind):
    raw, train = raw_of(y=AMOUNTS), slice(150)

    target = learned(raw, train, task="regression", scaling=kind)

    amounts = np.log1p(AMOUNTS) if kind == "log1p" else AMOUNTS
    expected = ORACLES[kind].fit(amounts[train, None]).transform(amounts[:, None])
    np.testing.assert_allclose(target.scaling.apply(AMOUNTS[:, None]), expected, rtol=1e-9)
    assert Target.from_json(json.loads(json.dumps(target.to_json()))) == target


@pytest.mark.parametrize("kind", ["none", *ORACLES])
def test_encoded_amounts_stay_in_the_columns_own_unit(raw_of, learned, kind):
    raw = raw_of(y=AMOUNTS)

    encoded = encode(raw, raw.numbers(), learned(raw, task="regression", scaling=kind))

    assert np.array_equal(encoded, AMOUNTS.astype(np.float32)[:, None])


@pytest.mark.parametrize("kind", ORACLES)
def test_other_rows_than_train_teach_nothing(raw_of, learned, kind):
    changed = AMOUNTS.copy()
    changed[150:] = 1e6

    one, other = (
        learned(raw_of(y=amounts), slice(150), task="regression", scaling=kind)
        for amounts in (AMOUNTS, changed)
    )

    assert one == other


def test_each_column_is_scaled_by_itself(raw_of, learned):
    raw = raw_of(a=AMOUNTS, b=AMOUNTS[::-1] / 7)

    target = learned(raw, task="regression", scaling="min_max")

    scaled = target.scaling.apply(raw.targets.to_numpy())
    assert scaled.min(axis=0).tolist() == [0, 0]
    assert scaled.max(axis=0).tolist() == [1, 1]


@pytest.mark.parametrize("kind", ["none", "standard", "log1p"])
def test_amounts_that_are_all_equal_are_refused(raw_of, learned, kind):
    with pytest.raises(DataError) as caught:
        learned(raw_of(y=[3.0, 3.0, 3.0]), task="regression", scaling=kind)

    assert str(caught.value) == (
        "dataset.target: got one value of 'y' (3) in the train rows, expected at least two. "
        "Use more rows, or another target."
    )


UNSCALABLE = {
    "half of one value": (
        [0.0, 0.0, 0.0, 0.0, 7.0], "robust",
        "got a column 'y' of which half the train rows have one value (0), expected a middle half "
        "with a spread. Use `scaling: standard`.",
    ),
    "no logarithm": (
        [0.0, 2.0, -1.0], "log1p",
        "got -1 as 'y' in row 2 (line 4), expected amounts above -1 for log1p. "
        "Use `scaling: standard`.",
    ),
    "no logarithm as float32": (
        [0.0, -0.999999999, 2.0], "log1p",
        "got -0.999999999 as 'y' in row 1 (line 3), expected amounts above -1 for log1p. "
        "Use `scaling: standard`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("amounts", "kind", "message"), UNSCALABLE.values(), ids=UNSCALABLE.keys())
def test_amounts_that_cannot_be_scaled_are_refused(raw_of, learned, amounts, kind, message):
    with pytest.raises(DataError) as caught:
        learned(raw_of(y=amounts), task="regression", scaling=kind)

    assert str(caught.value) == f"dataset.target.scaling: {message}"


def test_a_test_row_without_a_logarithm_is_refused_when_it_is_encoded(raw_of, learned):
    raw = raw_of(y=[0.0, 2.0, -3.0])
    target = learned(raw, train=[0, 1], task="regression", scaling="log1p")

    with pytest.raises(DataError) as caught:
        encode(raw, np.array([2]), target)

    assert str(caught.value) == (
        "dataset.target.scaling: got -3 as 'y' in row 2 (line 4), expected amounts above -1 for "
        "log1p. Use `scaling: standard`."
    )
