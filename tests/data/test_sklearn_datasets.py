"""The sets that scikit-learn carries, and those that it makes up."""

import inspect

import numpy as np
import pytest
from sklearn import datasets

from dltrain.config.sections.choosing import words
from dltrain.config.sections.sklearn_sets import GENERATORS, Name
from dltrain.data.sources.sklearn_datasets import read
from dltrain.errors import DataError

NAMES = ("breast_cancer", "diabetes", "digits", "iris", "wine")
MADE = {
    "moons": ({"n_samples": 30, "noise": 0.1}, 2, 1), "circles": ({"factor": 0.5}, 2, 1),
    "blobs": ({"centers": 4, "cluster_std": [0.5, 1, 1, 2]}, 2, 1),
    "classification": ({"n_classes": 3, "n_informative": 4}, 20, 1),
    "regression": ({"n_features": 7, "n_targets": 2, "noise": 1.0}, 7, 2),
    "friedman1": ({"n_features": 6}, 6, 1), "friedman2": ({}, 4, 1), "friedman3": ({}, 4, 1),
    "gaussian_quantiles": ({"n_features": 3, "mean": [1, 2, 3]}, 3, 1),
    "hastie_10_2": ({"n_samples": 50}, 10, 1), "s_curve": ({"noise": 0.1}, 3, 1),
    "swiss_roll": ({"hole": True}, 3, 1), "multilabel_classification": ({"n_classes": 3}, 20, 3),
}  # fmt: skip


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


def test_a_set_with_several_targets_names_them():
    raw = read(section("linnerud"))

    assert list(raw.targets) == ["Weight", "Waist", "Pulse"]
    assert np.array_equal(raw.targets.to_numpy(), datasets.load_linnerud().target)


@pytest.mark.parametrize(("name", "given"), MADE.items(), ids=MADE.keys())
def test_rows_are_those_that_scikit_learn_makes_up(name, given):
    arguments, features, targets = given

    raw = read(section(name, arguments=arguments))

    x, y = getattr(datasets, f"make_{name}")(**arguments, random_state=0)
    assert np.array_equal(raw.features.to_numpy(), x)
    assert np.array_equal(raw.targets.to_numpy(), y.reshape(len(y), -1))
    assert (raw.features.shape[1], raw.targets.shape[1]) == (features, targets)
    assert raw.form == "table"


def test_a_set_is_the_same_each_time_and_another_for_another_state():
    same = [read(section("moons", arguments={"noise": 0.3})).fingerprint for _ in range(2)]
    other = read(section("moons", arguments={"noise": 0.3, "random_state": 1})).fingerprint

    assert same[0] == same[1] != other


@pytest.mark.parametrize("name", ["moons", "circles", "blobs"])
def test_rows_may_be_counted_by_group(name):
    raw = read(section(name, arguments={"n_samples": [10, 20]}))

    assert raw.targets["target"].value_counts().to_dict() == {0: 10, 1: 20}


# What changes the form of what a generator returns.
FORMS = {"coef", "return_X_y", "return_centers", "return_distributions", "return_indicator",
         "sparse"}  # fmt: skip


@pytest.mark.parametrize("name", GENERATORS)
def test_the_known_arguments_are_those_of_scikit_learn(name):
    theirs = inspect.signature(getattr(datasets, f"make_{name}")).parameters

    assert list(GENERATORS[name]) == sorted(set(theirs) - FORMS)


def test_every_name_is_known_to_scikit_learn():
    for name in words(Name):
        assert hasattr(datasets, f"{'make' if name in GENERATORS else 'load'}_{name}")


def test_arguments_that_scikit_learn_refuses_are_refused():
    with pytest.raises(DataError) as caught:
        read(section("moons", arguments={"noise": -1}))

    assert str(caught.value) == (
        "dataset.arguments: got arguments that scikit-learn refuses (The 'noise' parameter of "
        "make_moons must be a float in the range [0.0, inf) or None. Got -1 instead), expected "
        "those of sklearn.datasets.make_moons."
    )


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
