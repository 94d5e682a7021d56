"""predictions.csv is read back as what was written, for every task."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dltrain.data import Part
from dltrain.data.targets import NamedTargets, Reconstruction, Target
from dltrain.errors import FolderError
from dltrain.evaluation.predictions import predictions_table
from dltrain.evaluation.statistics import statistics_of
from dltrain.evaluation.stored import read_stored
from dltrain.run_folder import RunFolder

ROWS = 12
DRAW = np.random.default_rng(4)


def shares(columns):
    """Draw probabilities that sum to 1, with all digits that float32 has, (n, columns)."""
    raw = DRAW.random((2 * ROWS, columns))
    return (raw / raw.sum(axis=1, keepdims=True)).astype(np.float32)


# Name of the case: target, what is true, outputs, what `statistics_of` takes.
TASKS = {
    "binary": (
        Target("binary", ("sick",), ("NA", "")),
        DRAW.integers(0, 2, (2 * ROWS, 1)).astype(np.float32),
        shares(1) * 0.99,
        lambda truth, given: (truth[:, 0], given[:, 0]),
    ),
    "binary, True and False": (
        Target("binary", ("sick",), (False, True)),
        DRAW.integers(0, 2, (2 * ROWS, 1)).astype(np.float32),
        shares(2)[:, :1],
        lambda truth, given: (truth[:, 0], given[:, 0]),
    ),
    "multiclass": (
        Target("multiclass", ("kind",), (3, 5, 7.5)),
        DRAW.integers(0, 3, 2 * ROWS).astype(np.int32),
        shares(3),
        lambda truth, given: (truth, given),
    ),
    "multilabel": (
        Target("multilabel", ("a", "b"), (0, 1)),
        DRAW.integers(0, 2, (2 * ROWS, 2)).astype(np.float32),
        shares(2),
        lambda truth, given: (truth, given),
    ),
    "one label": (
        Target("multilabel", ("a",), (0, 1)),
        DRAW.integers(0, 2, (2 * ROWS, 1)).astype(np.float32),
        shares(2)[:, :1],
        lambda truth, given: (truth, given),
    ),
    "regression": (
        Target("regression", ("price",)),
        DRAW.normal(100, 30, (2 * ROWS, 1)),
        DRAW.normal(100, 30, (2 * ROWS, 1)).astype(np.float32),
        lambda truth, given: (truth, given),
    ),
    "regression of two": (
        Target("regression", ("price", "rent")),
        DRAW.normal(100, 30, (2 * ROWS, 2)),
        DRAW.normal(100, 30, (2 * ROWS, 2)).astype(np.float32),
        lambda truth, given: (truth, given),
    ),
}  # fmt: skip


def part(rows, y):
    empty = np.zeros((ROWS, 1), np.float32)
    return Part(rows, empty, empty, y)


def write(folder, target, truth, given, metrics=None, threshold=0.5):
    """Write predictions in which val and test rows take turns; returns the test rows."""
    rows = {"val": np.arange(0, 2 * ROWS, 2), "test": np.arange(1, 2 * ROWS, 2)[::-1]}

    def of(values, numbers):
        if isinstance(values, dict):
            return {name: one[numbers] for name, one in values.items()}
        return values[numbers]

    parts = {name: part(numbers, of(truth, numbers)) for name, numbers in rows.items()}
    outputs = {name: of(given, numbers) for name, numbers in rows.items()}
    table = predictions_table(parts, outputs, target, threshold)
    table.to_csv(folder / "predictions.csv", index=False, lineterminator="\n")
    folder.write_json("preprocessing.json", {"inputs": {}, "target": target.to_json()})
    folder.write_json("metrics.json", metrics or {"threshold": threshold})
    folder.write_text("config.resolved.yaml", f"evaluation: {{threshold: {threshold}}}\n")
    return np.sort(rows["test"])


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path)


@pytest.mark.parametrize(("target", "truth", "given", "taken"), TASKS.values(), ids=TASKS.keys())
def test_predictions_come_back_to_the_bit(folder, target, truth, given, taken):
    rows = write(folder, target, truth, given)

    (stored,) = read_stored(folder, "test").values()

    expected = taken(truth[rows], given[rows])
    assert stored.task == target.task
    assert stored.rows.tolist() == rows.tolist()
    assert stored.truth.tolist() == expected[0].tolist()
    assert stored.given.dtype == (np.float64 if target.task == "regression" else np.float32)
    assert stored.given.astype(np.float32).tolist() == expected[1].tolist()
    assert stored.statistics().values() == pytest.approx(
        statistics_of(target.task, *expected).values(), nan_ok=True
    )


def test_several_targets_come_back_by_their_names(folder):
    names = ("binary", "multiclass", "regression of two")
    target = NamedTargets({name.split()[0]: TASKS[name][0] for name in names})
    truth = {name.split()[0]: TASKS[name][1] for name in names}
    given = {name.split()[0]: TASKS[name][2] for name in names}
    rows = write(folder, target, truth, given)

    stored = read_stored(folder, "test")

    assert list(stored) == ["binary", "multiclass", "regression"]
    assert [one.task for one in stored.values()] == ["binary", "multiclass", "regression"]
    assert stored["multiclass"].truth.tolist() == truth["multiclass"][rows].tolist()
    assert stored["regression"].truth.tolist() == truth["regression"][rows].tolist()


def test_targets_whose_columns_have_the_same_names_are_not_mixed_up(folder):
    target = NamedTargets({
        "a": Target("binary", ("a",), ("b_x", "b_y")),
        "a_b": Target("binary", ("a_b",), ("x", "y")),
    })  # fmt: skip
    truth = {name: DRAW.integers(0, 2, (2 * ROWS, 1)).astype(np.float32) for name in target.each}
    given = {name: shares(2)[:, :1] for name in target.each}
    rows = write(folder, target, truth, given)
    header = (folder / "predictions.csv").read_text().splitlines()[0].split(",")

    stored = read_stored(folder, "test")

    assert header.count("p_a_b_y") == 2
    for name, one in stored.items():
        assert one.truth.tolist() == truth[name][rows, 0].tolist()
        assert one.given.tolist() == given[name][rows, 0].tolist()
        assert one.labels[:, 0].tolist() == [one.names[int(code)] for code in one.truth]


def test_an_autoencoder_has_the_error_of_each_row(folder):
    x, given = DRAW.random((2, 2 * ROWS, 3)).astype(np.float32)
    rows = write(folder, Reconstruction((3,)), x, given)

    (stored,) = read_stored(folder, "test").values()

    expected = np.mean((x[rows] - given[rows]) ** 2, axis=1)
    assert stored.truth == pytest.approx(expected, rel=1e-6)
    assert stored.statistics().values() == {"mse": pytest.approx(expected.mean(), rel=1e-6)}


THRESHOLDS = {
    "that of metrics.json": ({"threshold": 0.25}, 0.75, 0.25),
    "that of the config, in older runs": ({"epoch": 1}, 0.75, 0.75),
    "none": ({"threshold": None}, 0.75, 0.5),
}


@pytest.mark.parametrize(
    ("metrics", "said", "expected"), THRESHOLDS.values(), ids=THRESHOLDS.keys()
)
def test_the_threshold_is_that_of_the_run(folder, metrics, said, expected):
    target, truth, given, _ = TASKS["binary"]
    write(folder, target, truth, given, metrics=metrics, threshold=said)

    assert read_stored(folder, "val")[""].threshold == expected


def test_thresholds_of_several_targets_go_by_their_names(folder):
    one, truth, given, _ = TASKS["binary"]
    target = NamedTargets({"a": one, "b": one})
    both = {"a": truth, "b": truth}, {"a": given, "b": given}
    write(folder, target, *both, metrics={"threshold": {"a": 0.3}})

    stored = read_stored(folder, "val")

    assert {name: each.threshold for name, each in stored.items()} == {"a": 0.3, "b": 0.5}


def broken(path, message):
    return f"got {path}, which is broken, expected {message}."


def test_a_part_without_rows_is_named(folder):
    target, truth, given, _ = TASKS["binary"]
    write(folder, target, truth, given)

    with pytest.raises(FolderError) as caught:
        read_stored(folder, "train")

    path = folder / "predictions.csv"
    assert str(caught.value) == (
        f"got the part train, of which {path} has no row, expected one of test, val."
    )


BROKEN = {
    "no column": lambda table: table.drop(columns="target"),
    "another class": lambda table: table.assign(target="maybe"),
    "a word for a probability": lambda table: table.assign(**{"p_": "much"}),
    "a word for a row": lambda table: table.assign(row="first"),
    "no part": lambda table: table.drop(columns="part"),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_broken_predictions_are_named(folder, change):
    target, truth, given, _ = TASKS["binary"]
    write(folder, target, truth, given)
    path = folder / "predictions.csv"
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)

    with pytest.raises(FolderError) as caught:
        read_stored(folder, "test")

    assert str(caught.value) == broken(path, "predictions as `fit` writes them")
