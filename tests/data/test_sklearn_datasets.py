"""The sets that scikit-learn carries."""

import numpy as np
import pytest
from sklearn import datasets

from dltrain.data.sources.sklearn_datasets import read
from dltrain.errors import DataError

NAMES = ("breast_cancer", "diabetes", "digits", "iris", "wine")


def section(name, **options):
    features = {"include": None, "exclude": []}
    return {"type": "sklearn", "name": name, "features": features, "columns": {}} | options


@pytest.mark.parametrize("name", NAMES)
def test_rows_and_names_are_those_of_scikit_learn(name):
    loaded = getattr(datasets, f"load_{name}")()

    raw = read(section(name))

    assert raw.form == "table"
    assert list(raw.features.columns) == list(loaded.feature_names)
    assert np.array_equal(raw.features.to_numpy(), loaded.data)
    assert np.array_equal(raw.targets["target"], loaded.target)
    assert raw.own_test is None


def test_fingerprints_tell_the_sets_apart_and_stay_the_same():
    fingerprints = [read(section(name)).fingerprint for name in NAMES]

    assert len(set(fingerprints)) == len(NAMES)
    assert read(section("iris")).fingerprint == fingerprints[3]


CHOICES = {
    "include": (
        {"include": ["petal width (cm)", "sepal length (cm)"], "exclude": []},
        ["sepal length (cm)", "petal width (cm)"],
    ),
    "exclude": (
        {"include": None, "exclude": ["sepal length (cm)", "sepal width (cm)"]},
        ["petal length (cm)", "petal width (cm)"],
    ),
}


@pytest.mark.parametrize(("features", "names"), CHOICES.values(), ids=CHOICES.keys())
def test_columns_are_chosen_in_the_order_of_the_set(features, names):
    raw = read(section("iris", features=features))

    assert list(raw.features.columns) == names


ONE_OF = "one of petal length (cm), petal width (cm), sepal length (cm), sepal width (cm)"
WRONG = {
    "include": (
        {"features": {"include": ["petal length (cm)", "petal lenght (cm)"], "exclude": []}},
        f"dataset.features.include.1: got 'petal lenght (cm)', expected {ONE_OF}. "
        "Did you mean 'petal length (cm)'?",
    ),
    "exclude": (
        {"features": {"include": None, "exclude": ["id"]}},
        f"dataset.features.exclude.0: got 'id', expected {ONE_OF}.",
    ),
    "columns": (
        {"columns": {"id": {"type": "number", "scaling": None}}},
        f"dataset.columns.id: got 'id', expected {ONE_OF}.",
    ),
    "all excluded": (
        {"features": {"include": ["sepal width (cm)"], "exclude": ["sepal width (cm)"]}},
        "dataset.features: got no column beside the target, expected at least one feature.",
    ),
}


@pytest.mark.parametrize(("options", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_name_that_is_no_column_is_refused(options, message):
    with pytest.raises(DataError) as caught:
        read(section("iris", **options))

    assert str(caught.value) == message
