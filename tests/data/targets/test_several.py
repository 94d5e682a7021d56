"""Several targets, one target in a map, and inputs that are the target."""

import json

import numpy as np
import pandas as pd
import pytest

from dltrain.data.inputs import ArrayInputs, ImageInputs, NamedInputs
from dltrain.data.raw import Raw
from dltrain.data.targets import (
    NamedTargets,
    Reconstruction,
    Target,
    encode_targets,
    labels,
    learn_targets,
    targets_from_json,
)
from dltrain.data.texts.tokens import TokenInputs
from dltrain.errors import DataError

TABLE = pd.DataFrame(
    {
        "price": [1.5, 2.0, 9.25, 4.0],
        "sold": ["no", "yes", "no", "yes"],
        "sort": [3, 1, 2, 3],
        "flag": [0, 1, 1, 0],
    }
)
TRAIN = np.array([0, 1, 2])
INPUTS = ArrayInputs((2,))
X = np.zeros((4, 2), np.float32)


def raw_of(*names, table=TABLE):
    return Raw(X, "array", table[list(names)], "")


def section(**tasks):
    return {"target": {name: {"task": task, "weight": 1.0} for name, task in tasks.items()}}


def learned(table=TABLE, **tasks):
    return learn_targets(raw_of(*tasks, table=table), TRAIN, section(**tasks), None, INPUTS)


def test_each_target_has_a_task_of_its_own():
    target = learned(price=None, sold=None, sort="multiclass", flag="multilabel")

    assert target == NamedTargets(
        {
            "price": Target("regression", ("price",)),
            "sold": Target("binary", ("sold",), ("no", "yes")),
            "sort": Target("multiclass", ("sort",), (1, 2, 3)),
            "flag": Target("multilabel", ("flag",), (0, 1)),
        }
    )
    assert target.facts["outputs"]["sort"] == {"task": "multiclass", "outputs": 3}


def test_each_target_becomes_numbers_of_its_own():
    target = learned(price=None, sold=None, sort="multiclass")

    y = encode_targets(raw_of("price", "sold", "sort"), np.array([3, 0]), target, X, INPUTS)

    assert {name: one.tolist() for name, one in y.items()} == {
        "price": [[4.0], [1.5]], "sold": [[1.0], [0.0]], "sort": [2, 2],
    }  # fmt: skip
    assert {name: one.dtype for name, one in y.items()} == {
        "price": np.float32, "sold": np.float32, "sort": np.int32,
    }  # fmt: skip


@pytest.mark.parametrize("task", [None, "multiclass"])
def test_a_map_of_one_target_is_one_target(task):
    target = learn_targets(raw_of("sort"), TRAIN, section(sort=task), None, INPUTS)

    assert target == Target("multiclass", ("sort",), (1, 2, 3))


LABELS = {
    "one target of classes": ({"target": "sold"}, ("sold",), None, ["no", "yes", "no", "yes"]),
    "a map of one": (section(sold=None), ("sold",), None, ["no", "yes", "no", "yes"]),
    "a map of one whose task has no classes": (section(sort="regression"), ("sort",), None, None),
    "a quantity": ({"target": "price"}, ("price",), None, None),
    "several targets": (section(sold=None, price=None), ("sold", "price"), None, None),
    "an autoencoder": ({}, (), "autoencoder", None),
}


@pytest.mark.parametrize(("dataset", "names", "task", "expected"), LABELS.values(), ids=[*LABELS])
def test_a_split_keeps_the_shares_of_one_target_with_classes(dataset, names, task, expected):
    found = labels(raw_of(*names), dataset, task)

    assert (None if found is None else found.tolist()) == expected


SHAPES = {
    "a table or array": (INPUTS, X + 3, X + 3),
    "pictures, divided": (
        ImageInputs((1, 2, 1), "0_1"),
        np.array([[[[0], [255]]]], np.uint8),
        np.array([[[[0], [1]]]], np.float32),
    ),
    "pictures, standardised": (
        ImageInputs((1, 2, 1), "standard", (3.0,), (4.0,)),
        np.array([[[[3], [7]]]], np.uint8),
        np.array([[[[0], [2]]]], np.float32),
    ),
    "pictures as they are": (
        ImageInputs((1, 2, 1), "none"),
        np.array([[[[3], [7]]]], np.uint8),
        np.array([[[[3], [7]]]], np.float32),
    ),
}


@pytest.mark.parametrize(("inputs", "x", "expected"), SHAPES.values(), ids=SHAPES.keys())
def test_an_autoencoder_is_to_give_back_what_its_first_layer_sees(inputs, x, expected):
    target = learn_targets(raw_of(), TRAIN, {}, "autoencoder", inputs)

    y = encode_targets(raw_of(), TRAIN, target, x, inputs)

    assert target == Reconstruction(inputs.shape)
    assert target.facts == {"task": "autoencoder", "outputs": int(np.prod(inputs.shape))}
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, expected)


REFUSED = {
    "texts": (TokenInputs((5,), "sequence", 9), "texts"),
    "several inputs": (NamedInputs({"a": INPUTS, "b": INPUTS}), "several inputs"),
}


@pytest.mark.parametrize(("inputs", "what"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_reconstructed_is_refused(inputs, what):
    with pytest.raises(DataError) as caught:
        learn_targets(raw_of(), TRAIN, {}, "autoencoder", inputs)

    assert str(caught.value) == (
        f"task: got {what} for an autoencoder, expected one input of numbers or pictures."
    )


WRONG = {
    "a task that does not fit": (
        TABLE, {"sold": None, "sort": "binary"},
        "dataset.target.sort: got 3 classes (1, 2, 3), expected two for `task: binary`. Use "
        "`task: multiclass`.",
    ),
    "a quantity with words": (
        TABLE, {"sold": "regression", "price": None},
        "dataset.target.sold: got 'no' as 'sold' in row 0, expected a number. Use `task: "
        "multiclass`, or mend the row.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("table", "tasks", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_target_of_several_is_named(table, tasks, message):
    with pytest.raises(DataError) as caught:
        learned(table, **tasks)

    assert str(caught.value) == message


def test_a_class_that_no_train_row_has_is_named_with_its_target():
    table = TABLE.assign(sold=["no", "yes", "no", "maybe"])
    target = learned(table, sold=None, price=None)

    with pytest.raises(DataError) as caught:
        encode_targets(raw_of("sold", "price", table=table), np.array([3]), target, X, INPUTS)

    assert str(caught.value) == (
        "dataset.target.sold: got the class 'maybe' in row 3, expected a class that a train row "
        "has (no, yes). Use another split or task."
    )


ROUND_TRIPS = {
    "several": NamedTargets(
        {"a b": Target("regression", ("a b",)), "c": Target("binary", ("c",), ("no", "yes"))}
    ),
    "reconstruction": Reconstruction((28, 28, 1)),
    "one": Target("multiclass", ("y",), (1, 2, 3)),
}


@pytest.mark.parametrize("target", ROUND_TRIPS.values(), ids=ROUND_TRIPS.keys())
def test_targets_survive_json(target):
    assert targets_from_json(json.loads(json.dumps(target.to_json()))) == target
