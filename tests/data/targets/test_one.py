"""What is learned about a target, and the target as numbers."""

import json

import numpy as np
import pandas as pd
import pytest

from dltrain.data.raw import Raw
from dltrain.data.targets import Target
from dltrain.data.targets.one import encode, labels_for_split, learn_target
from dltrain.errors import DataError


def raw_of(**columns):
    targets = pd.DataFrame(columns)
    return Raw(pd.DataFrame({"x": range(len(targets))}), "table", targets, "", first_line=2)


def learned(raw, task=None, train=None):
    return learn_target(raw, raw.numbers() if train is None else np.array(train), {"task": task})


ENCODED = {
    "binary numbers": ({"y": [1, 0, 1]}, None, (0, 1), [[1], [0], [1]], np.float32),
    "binary words": ({"y": ["b", "a", "b"]}, None, ("a", "b"), [[1], [0], [1]], np.float32),
    "booleans": ({"y": [True, False]}, None, (False, True), [[1], [0]], np.float32),
    "whole floats": ({"y": [5.0, 3.0]}, None, (3, 5), [[1], [0]], np.float32),
    "words": ({"y": ["c", "a", "b"]}, None, ("a", "b", "c"), [2, 0, 1], np.int32),
    "gaps": ({"y": [9, 3, 5]}, None, (3, 5, 9), [2, 0, 1], np.int32),
    "two classes, given": ({"y": [0, 1]}, "multiclass", (0, 1), [0, 1], np.int32),
    "labels": ({"a": [0, 1], "b": [1, 1]}, None, (0, 1), [[0, 1], [1, 1]], np.float32),
    "quantity": ({"y": [1.5, 2, 3]}, None, (), [[1.5], [2], [3]], np.float32),
    "classes as quantity": ({"y": [1, 2]}, "regression", (), [[1], [2]], np.float32),
    "words of numbers": ({"y": ["1.5", "2"]}, "regression", (), [[1.5], [2]], np.float32),
}


@pytest.mark.parametrize(
    ("columns", "task", "classes", "y", "dtype"), ENCODED.values(), ids=ENCODED.keys()
)
def test_targets_become_numbers(columns, task, classes, y, dtype):
    raw = raw_of(**columns)

    target = learned(raw, task)
    encoded = encode(raw, raw.numbers(), target)

    assert target.classes == classes
    assert [type(one) for one in target.classes] == [type(one) for one in classes]
    assert encoded.tolist() == y
    assert encoded.dtype == dtype


OUTPUTS = {
    "binary": (Target("binary", ("y",), (0, 1)), 1),
    "multiclass": (Target("multiclass", ("y",), (0, 1, 2)), 3),
    "multilabel": (Target("multilabel", ("a", "b"), (0, 1)), 2),
    "regression": (Target("regression", ("a", "b", "c")), 3),
}


@pytest.mark.parametrize(("target", "outputs"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_outputs_follow_from_the_task_and_the_target_survives_json(target, outputs):
    assert target.outputs == outputs
    assert Target.from_json(json.loads(json.dumps(target.to_json()))) == target


@pytest.mark.parametrize("columns", [case[0] for case in ENCODED.values()], ids=ENCODED.keys())
def test_a_learned_target_survives_json(columns):
    target = learned(raw_of(**columns))

    assert Target.from_json(json.loads(json.dumps(target.to_json()))) == target


def test_classes_are_learned_from_the_train_rows_alone():
    raw = raw_of(y=["a", "b", "a", "c"])

    assert learned(raw, train=[0, 1, 2]).classes == ("a", "b")


def test_labels_for_the_split_are_the_classes_of_all_rows():
    assert labels_for_split(raw_of(y=["a", "b", "a"]), {}).tolist() == ["a", "b", "a"]


NO_LABELS = {
    "quantities": (raw_of(y=[0.5, 1.5, 2.5]), None),
    "task": (raw_of(y=[0, 1]), "regression"),
    "two columns": (raw_of(a=["u", "v"], b=["v", "v"]), "multiclass"),
}


@pytest.mark.parametrize(("raw", "task"), NO_LABELS.values(), ids=NO_LABELS.keys())
def test_a_split_keeps_no_shares_where_there_is_no_one_class_a_row(raw, task):
    assert labels_for_split(raw, {"task": task}) is None


REMOVE = "Remove them; words such as NA, None and null mean a missing value."
MISSING = {
    "number": (
        raw_of(y=[1.0, np.nan, 2.0]),
        "dataset.target: got 1 row without 'y', the first in row 1 (line 3), "
        f"expected a target in every row. {REMOVE}",
    ),
    "words": (
        raw_of(y=["a", None, None]),
        "dataset.target: got 2 rows without 'y', the first in row 1 (line 3), "
        f"expected a target in every row. {REMOVE}",
    ),
    "second column": (
        raw_of(a=[1.0, 2.0], b=[np.nan, 1.0]),
        "dataset.target: got 1 row without 'b', the first in row 0 (line 2), "
        f"expected a target in every row. {REMOVE}",
    ),
}


@pytest.mark.parametrize(("raw", "message"), MISSING.values(), ids=MISSING.keys())
def test_a_missing_target_is_refused(raw, message):
    with pytest.raises(DataError) as caught:
        labels_for_split(raw, {})

    assert str(caught.value) == message


REGRESSION = "Use `task: regression`."
WRONG = {
    "one class": (
        raw_of(y=["a", "a"]), None,
        "got one class (a) in the train rows, expected at least two. "
        "Use more rows, or another target.",
    ),
    "three classes for binary": (
        raw_of(y=["a", "b", "c"]), "binary",
        "got 3 classes (a, b, c), expected two for `task: binary`. Use `task: multiclass`.",
    ),
    "two fractions": (
        raw_of(y=[0.5, 1.5, 0.5]), None,
        f"got the number 0.5 as a class, expected words or whole numbers. {REGRESSION}",
    ),
    "infinite class": (
        raw_of(y=[1.0, np.inf, 1.0]), None,
        f"got the number inf as a class, expected words or whole numbers. {REGRESSION}",
    ),
    "infinite quantity": (
        raw_of(y=[1.0, -np.inf, 2.5]), None,
        "got -inf as 'y' in row 1 (line 3), expected a finite number of at most 3.4e38. "
        "Mend or remove the row.",
    ),
    "quantity beyond float32": (
        raw_of(y=[1.0, 2.5, 1e39]), None,
        "got 1e+39 as 'y' in row 2 (line 4), expected a finite number of at most 3.4e38. "
        "Mend or remove the row.",
    ),
    "words as quantity": (
        raw_of(y=["1", "two", "3"]), "regression",
        "got 'two' as 'y' in row 1 (line 3), expected a number. "
        "Use `task: multiclass`, or mend the row.",
    ),
    "quantities that float32 cannot tell apart": (
        raw_of(y=[1_600_000_001, 1_600_000_002, 1_600_000_003]), "regression",
        "got numbers as 'y' that differ by too little (1.6e+09 to 1.6e+09), "
        "expected what float32 can tell apart. Shift or scale the column.",
    ),
    "label 2": (
        raw_of(a=[0, 1], b=[1, 2]), "multilabel",
        "got 2 as 'b' in row 1 (line 3), expected 0 or 1 in every label column. "
        "Mend the row, or use another task.",
    ),
    "several columns of classes": (
        raw_of(a=["u", "v"], b=["u", "v"]), "multiclass",
        "got 2 target columns, expected one. Use another task than multiclass.",
    ),
    "one-hot classes": (
        raw_of(a=[0, 1, 0], b=[1, 0, 1]), None,
        "got 2 target columns with exactly one 1 in each row, "
        "expected classes, or labels that may go together. "
        "Give one column of classes, or say `task: multilabel`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "task", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_target_that_does_not_fit_says_why(raw, task, message):
    with pytest.raises(DataError) as caught:
        learned(raw, task)

    assert str(caught.value) == f"dataset.target: {message}"


def test_one_hot_columns_are_labels_where_the_file_says_so():
    assert learned(raw_of(a=[0, 1], b=[1, 0]), "multilabel").task == "multilabel"


@pytest.mark.parametrize("values", [["a", "b", "c"], [1, 2, 7]], ids=["words", "numbers"])
def test_a_class_that_no_train_row_has_is_refused(values):
    raw = raw_of(y=values)
    target = learned(raw, train=[0, 1])

    with pytest.raises(DataError) as caught:
        encode(raw, raw.numbers(), target)

    spelled, known = repr(values[2]), ", ".join(map(str, values[:2]))
    assert str(caught.value) == (
        f"dataset.target: got the class {spelled} in row 2 (line 4), "
        f"expected a class that a train row has ({known}). Use another split or task."
    )


def test_a_word_among_amounts_is_named():
    raw = raw_of(y=[*(f"{number}.5" for number in range(30)), "foo"])

    with pytest.raises(DataError) as caught:
        labels_for_split(raw, {})

    assert str(caught.value) == (
        "dataset.target: got 'foo' as 'y' in row 30 (line 32), among 30 numbers, expected numbers, "
        "or classes. Mend the row, or say `task: multiclass`."
    )


def test_numbers_and_words_may_be_classes():
    few = [*map(str, range(10)), "none"] * 3

    assert labels_for_split(raw_of(y=few), {}).tolist() == few
