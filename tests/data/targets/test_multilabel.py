"""Labels that go together, each in a column or all in one cell, against scikit-learn."""

import json

import numpy as np
import pytest
from sklearn.preprocessing import MultiLabelBinarizer

from dltrain.data.targets import Target
from dltrain.data.targets.one import encode
from dltrain.errors import DataError

CELLS = ["happy;quiet", " sad ", None, "quiet; happy;", "quiet"]
SETS = [{"happy", "quiet"}, {"sad"}, set(), {"happy", "quiet"}, {"quiet"}]


def test_labels_of_one_cell_are_those_of_scikit_learn(raw_of, learned):
    raw = raw_of(mood=CELLS)

    target = learned(raw, separator=";")

    oracle = MultiLabelBinarizer().fit(SETS)
    assert (target.task, target.names) == ("multilabel", tuple(oracle.classes_))
    encoded = encode(raw, raw.numbers(), target)
    assert encoded.tolist() == oracle.transform(SETS).tolist()
    assert encoded.dtype == np.float32
    assert Target.from_json(json.loads(json.dumps(target.to_json()))) == target


def test_declared_labels_have_the_order_of_the_file(raw_of, learned):
    raw = raw_of(mood=CELLS)

    target = learned(raw, separator=";", classes=["sad", "quiet", "happy"])

    expected = MultiLabelBinarizer(classes=["sad", "quiet", "happy"]).fit_transform(SETS)
    assert encode(raw, raw.numbers(), target).tolist() == expected.tolist()


def test_labels_may_be_numbers(raw_of, learned):
    raw = raw_of(codes=[3.0, 7.0, None])

    assert learned(raw, separator=";").names == ("3", "7")


def test_cells_without_any_label_teach_none(raw_of, learned):
    with pytest.raises(DataError) as caught:
        learned(raw_of(mood=CELLS), train=[2], separator=";")

    assert str(caught.value) == (
        "dataset.target: got no label in any train row, expected at least one. Use another target."
    )


def test_a_label_that_only_test_rows_have_is_refused(raw_of, learned):
    raw = raw_of(mood=CELLS)
    target = learned(raw, train=[0, 2, 3], separator=";")

    with pytest.raises(DataError) as caught:
        encode(raw, np.array([4, 1]), target)

    assert str(caught.value) == (
        "dataset.target: got the label 'sad' in row 1 (line 3), expected a label that a train "
        "row has (happy, quiet). Use another split, or mend the row."
    )


WRONG_LABELS = {
    "not declared": (
        ["happy", "quiet"],
        "dataset.target.classes: got the label 'sad' in row 1 (line 3), expected one of `classes` "
        "(happy, quiet). Add it to `classes`, or mend the row.",
    ),
    "absent": (
        ["happy", "quiet", "sad", "angry"],
        "dataset.target.classes: got no train row with the label 'angry', expected one for each "
        "label. Remove it from `classes`, or use another split.",
    ),
}


@pytest.mark.parametrize(("classes", "message"), WRONG_LABELS.values(), ids=WRONG_LABELS.keys())
def test_train_rows_have_the_declared_labels_and_no_others(raw_of, learned, classes, message):
    with pytest.raises(DataError) as caught:
        learned(raw_of(mood=CELLS), separator=";", classes=classes)

    assert str(caught.value) == message


SPELLED = {
    "numbers": ([0, 1, 1], [1, 1, 0]),
    "floats": ([0.0, 1.0, 1.0], [1.0, 1.0, 0.0]),
    "words": (["0", "1", "1"], ["1", "1", "0"]),
    "booleans": ([False, True, True], [True, True, False]),
    "words of booleans": (["False", "true", "TRUE"], [True, True, False]),
}


@pytest.mark.parametrize(("a", "b"), SPELLED.values(), ids=SPELLED.keys())
def test_label_columns_hold_0_and_1_however_they_are_spelled(raw_of, learned, a, b):
    raw = raw_of(a=a, b=b)

    target = learned(raw)

    assert (target.task, target.names) == ("multilabel", ("a", "b"))
    assert encode(raw, raw.numbers(), target).tolist() == [[0, 1], [1, 1], [1, 0]]


def test_a_test_row_with_another_value_is_refused_when_it_is_encoded(raw_of, learned):
    raw = raw_of(a=[0, 1, 2], b=[1, 1, 0])
    target = learned(raw, train=[0, 1], task="multilabel")

    with pytest.raises(DataError) as caught:
        encode(raw, raw.numbers(), target)

    assert str(caught.value) == (
        "dataset.target: got 2 as 'a' in row 2 (line 4), expected 0 or 1 in every label column. "
        "Mend the row, or use another task."
    )
