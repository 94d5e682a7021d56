import numpy as np
import pandas as pd
import pytest

from dltrain.data import Part
from dltrain.data.targets import NamedTargets, Reconstruction, Target
from dltrain.evaluation.predictions import prediction_columns, predictions_table

THIRD = np.float32(0.3)


def part(rows, y):
    empty = np.zeros((len(rows), 1), np.float32)
    return Part(np.array(rows), empty, empty, np.array(y))


# Name of the case: target, encoded targets of rows 0 and 2, of row 1, outputs of both, table.
CASES = {
    "binary": (
        Target("binary", ("sick",), ("no", "yes")),
        np.array([[0], [1]], np.float32), np.array([[1]], np.float32),
        [[0.75], [0.25]], [[0.5]],
        {
            "target": ["no", "yes", "yes"],
            "prediction": ["yes", "no", "no"],
            "p_no": [0.25, 0.5, 0.75],
            "p_yes": [0.75, 0.5, 0.25],
        },
    ),
    "multiclass": (
        Target("multiclass", ("kind",), (3, 5, 7)),
        np.array([2, 0], np.int32), np.array([1], np.int32),
        [[0.25, 0.0, 0.75], [0.5, 0.5, 0.0]], [[0.0, 1.0, 0.0]],
        {
            "target": [7, 5, 3],
            "prediction": [7, 5, 3],
            "p_3": [0.25, 0.0, 0.5],
            "p_5": [0.0, 1.0, 0.5],
            "p_7": [0.75, 0.0, 0.0],
        },
    ),
    "multilabel": (
        Target("multilabel", ("a", "b"), (0, 1)),
        np.array([[0, 1], [1, 1]], np.float32), np.array([[0, 0]], np.float32),
        [[0.25, 0.75], [0.5, 1.0]], [[0.75, 0.0]],
        {
            "target_a": [0, 0, 1],
            "target_b": [1, 0, 1],
            "prediction_a": [0, 1, 0],
            "prediction_b": [1, 0, 1],
            "p_a": [0.25, 0.75, 0.5],
            "p_b": [0.75, 0.0, 1.0],
        },
    ),
    "one label": (
        Target("multilabel", ("a",), (0, 1)),
        np.array([[0], [1]], np.float32), np.array([[0]], np.float32),
        [[0.25], [0.5]], [[0.75]],
        {"target": [0, 0, 1], "prediction": [0, 1, 0], "p_a": [0.25, 0.75, 0.5]},
    ),
    "regression": (
        Target("regression", ("price",)),
        np.array([[1.5], [2.5]], np.float32), np.array([[3.5]], np.float32),
        [[1.0], [2.0]], [[3.0]],
        {"target": [1.5, 3.5, 2.5], "prediction": [1.0, 3.0, 2.0]},
    ),
    "several quantities": (
        Target("regression", ("x", "y")),
        np.array([[1, 2], [3, 4]], np.float32), np.array([[5, 6]], np.float32),
        [[1, 0], [2, 0]], [[3, 0]],
        {
            "target_x": [1.0, 5.0, 3.0],
            "target_y": [2.0, 6.0, 4.0],
            "prediction_x": [1.0, 3.0, 2.0],
            "prediction_y": [0.0, 0.0, 0.0],
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("target", "train_y", "test_y", "train", "test", "columns"), CASES.values(), ids=CASES.keys()
)
def test_every_task_has_its_columns_in_the_order_of_the_rows(
    target, train_y, test_y, train, test, columns
):
    parts = {"train": part([0, 2], train_y), "test": part([1], test_y)}
    outputs = {"train": np.array(train, np.float32), "test": np.array(test, np.float32)}

    table = predictions_table(parts, outputs, target, 0.5)

    front = {"row": [0, 1, 2], "part": ["train", "test", "train"]}
    expected = pd.DataFrame(front | columns)
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)
    assert list(table.columns) == list(expected.columns)


THRESHOLDS = {"below": (0.25, "yes"), "equal": (float(THIRD), "no"), "above": (0.5, "no")}


@pytest.mark.parametrize(("threshold", "chosen"), THRESHOLDS.values(), ids=THRESHOLDS.keys())
def test_a_row_is_positive_above_the_threshold(threshold, chosen):
    target = Target("binary", ("y",), ("no", "yes"))

    columns = prediction_columns(np.array([[THIRD]]), target, threshold)

    assert columns["prediction"].tolist() == [chosen]


def test_the_shares_of_two_classes_read_as_they_are():
    target = Target("binary", ("y",), (0, 1))

    columns = prediction_columns(np.array([[0.1]], np.float32), target, 0.5)

    assert columns.to_csv(index=False) == "prediction,p_0,p_1\n0,0.9,0.1\n"


def test_several_targets_have_their_names_in_their_columns():
    target = NamedTargets(
        {
            "sale price": Target("regression", ("sale price",)),
            "kind": Target("multiclass", ("kind",), ("a", "b")),
        }
    )
    y = {"sale price": np.array([[1.5]], np.float32), "kind": np.array([1], np.int32)}
    outputs = {
        "sale price": np.array([[2.5]], np.float32),
        "kind": np.array([[0.75, 0.25]], np.float32),
    }
    x = np.zeros((1, 1), np.float32)

    table = predictions_table({"test": Part(np.array([4]), x, x, y)}, {"test": outputs}, target, 0)

    assert table.to_dict("list") == {
        "row": [4], "part": ["test"],
        "target_sale price": [1.5], "prediction_sale price": [2.5],
        "target_kind": ["b"], "prediction_kind": ["a"], "p_kind_a": [0.75], "p_kind_b": [0.25],
    }  # fmt: skip


def test_an_autoencoder_has_the_error_of_each_row():
    x = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
    given = x + np.array([1.0, 2.0], np.float32)

    table = predictions_table({"val": Part(np.array([3, 1]), x, x, x)}, {"val": given},
                              Reconstruction((2, 2)), 0.5)  # fmt: skip

    assert table.to_dict("list") == {"row": [1, 3], "part": ["val"] * 2, "error": [2.5, 2.5]}
