"""Classes: those that the file declares, their order, and their weights."""

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from dltrain.data.targets import Target
from dltrain.data.targets.classes import class_weights
from dltrain.data.targets.one import encode
from dltrain.errors import DataError

SIZES = ["small", "large", "small", "medium"]
# Name of the case: cells, declared classes, task, numbers.
DECLARED = {
    "words": (SIZES, ["small", "medium", "large"], "multiclass", [0, 2, 0, 1]),
    "two, the second of which is positive": (
        ["b", "a", "a"],
        ["b", "a"],
        "binary",
        [[0], [1], [1]],
    ),
    "whole numbers": ([3, 7, 5], [7, 5, 3], "multiclass", [2, 0, 1]),
    "whole numbers as floats": ([3.0, 7.0, 5.0], [7, 5, 3], "multiclass", [2, 0, 1]),
    "words for numbers": ([1, 0, 1], ["1", "0"], "binary", [[0], [1], [0]]),
    "numbers for words": (["1", "0", "1"], [1, 0], "binary", [[0], [1], [0]]),
    "words for booleans": ([True, False], ["True", "False"], "binary", [[0], [1]]),
}


@pytest.mark.parametrize(
    ("cells", "classes", "task", "numbers"), DECLARED.values(), ids=DECLARED.keys()
)
def test_declared_classes_have_the_order_of_the_file(
    raw_of, learned, cells, classes, task, numbers
):
    raw = raw_of(y=cells)

    target = learned(raw, classes=classes)

    assert (target.task, target.classes) == (task, tuple(classes))
    assert encode(raw, raw.numbers(), target).tolist() == numbers


WRONG_CLASSES = {
    "a class that is not declared": (
        ["a", "b", "c"], ["a", "b"],
        "got the class 'c' in row 2 (line 4), expected one of `classes` (a, b). "
        "Add it to `classes`, or mend the row.",
    ),
    "a class without rows": (
        ["a", "b", "a"], ["a", "b", "c"],
        "got no train row of the class 'c', expected one of each class. "
        "Remove it from `classes`, or use another split.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "classes", "message"), WRONG_CLASSES.values(), ids=WRONG_CLASSES.keys()
)
def test_train_rows_have_the_declared_classes_and_no_others(
    raw_of, learned, cells, classes, message
):
    with pytest.raises(DataError) as caught:
        learned(raw_of(y=cells), classes=classes)

    assert str(caught.value) == f"dataset.target.classes: {message}"


def test_words_among_numbers_have_no_order_until_it_is_declared(raw_of, learned):
    raw = raw_of(y=["a", 1, "a", 1])

    with pytest.raises(DataError) as caught:
        learned(raw)

    assert str(caught.value) == (
        "dataset.target: got words and numbers (1, a) as classes, expected words alone, or "
        "numbers alone. Mend the rows, or list the classes in `classes`."
    )
    assert learned(raw, classes=["a", 1]).classes == ("a", 1)


def test_another_class_of_a_test_row_is_refused_when_it_is_encoded(raw_of, learned):
    raw = raw_of(y=["b", "a", "c"])
    target = learned(raw, train=[0, 1], classes=["b", "a"])

    with pytest.raises(DataError) as caught:
        encode(raw, np.array([2]), target)

    assert str(caught.value) == (
        "dataset.target: got the class 'c' in row 2 (line 4), expected a class that a train row "
        "has (a, b). Use another split or task."
    )


ORDERED = {
    "declared words": (SIZES, {"classes": ["small", "medium", "large"]}),
    "whole numbers": ([3, 5, 4], {}),
    "bins": ([1.5, 2.5, 9.0], {"bins": 3}),
    "two classes": ([0, 1, 1], {}),
}


@pytest.mark.parametrize(("cells", "options"), ORDERED.values(), ids=ORDERED.keys())
def test_classes_have_an_order_that_is_declared_or_seen(raw_of, learned, cells, options):
    assert learned(raw_of(y=cells), ordered=True, **options).ordered
    assert not learned(raw_of(y=cells), **options).ordered


WITHOUT_ORDER = {
    "words": (
        {"y": SIZES}, {},
        "got words (large, medium, small), whose order only you know, expected their order. "
        "List them in `classes`.",
    ),
    "amounts": (
        {"y": [0.5, 1.5, 7.0]}, {},
        "got an order for regression, expected a target with classes. "
        "Say `task: multiclass`, give it `bins`, or remove `ordered`.",
    ),
    "labels": (
        {"a": [0, 1], "b": [1, 1]}, {},
        "got an order for multilabel, expected a target with classes. "
        "Say `task: multiclass`, give it `bins`, or remove `ordered`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "options", "message"), WITHOUT_ORDER.values(), ids=WITHOUT_ORDER.keys()
)
def test_a_target_without_an_order_is_refused(raw_of, learned, columns, options, message):
    with pytest.raises(DataError) as caught:
        learned(raw_of(**columns), ordered=True, **options)

    assert str(caught.value) == f"dataset.target.ordered: {message}"


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_balanced_weights_are_those_of_scikit_learn(raw_of, learned, classes):
    labels = np.random.default_rng(classes).integers(0, classes, 200) ** 2
    raw = raw_of(y=labels)
    target = learned(raw, task="binary" if classes == 2 else "multiclass")

    weights = class_weights(encode(raw, raw.numbers(), target), target, "balanced")

    expected = compute_class_weight("balanced", classes=np.unique(labels), y=labels)
    np.testing.assert_allclose(weights, expected, rtol=1e-6)
    assert weights.dtype == np.float32


def test_classes_that_the_map_leaves_out_weigh_one():
    target = Target("multiclass", ("y",), ("a", "b", "c"))

    weights = class_weights(np.array([0, 1, 2]), target, {"b": 2.5})

    assert weights.tolist() == [1.0, 2.5, 1.0]


WRONG_WEIGHTS = {
    "a number as a word": (
        Target("binary", ("y",), (0, 1)), {"1": 2},
        "training.class_weight.1: got '1', expected a class (0, 1). Write it without quotes.",
    ),
    "a word as a boolean": (
        Target("binary", ("y",), ("False", "True")), {True: 2},
        "training.class_weight.True: got true, expected a class (False, True). "
        "Write it in quotes.",
    ),
    "unknown class": (
        Target("multiclass", ("y",), ("cat", "cow", "dog")), {"cats": 2},
        "training.class_weight.cats: got 'cats', expected a class (cat, cow, dog). "
        "Did you mean 'cat'?",
    ),
    "no classes": (
        Target("regression", ("y",)), "balanced",
        "training.class_weight: got class weights for regression, "
        "expected a task with classes. Remove them.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("target", "weights", "message"), WRONG_WEIGHTS.values(), ids=WRONG_WEIGHTS.keys()
)
def test_weights_that_do_not_fit_are_refused(target, weights, message):
    with pytest.raises(DataError) as caught:
        class_weights(np.array([0, 1, 2]), target, weights)

    assert str(caught.value) == message
