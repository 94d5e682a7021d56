"""Predictions and baselines by blocks against those of the same rows in memory."""

from __future__ import annotations

import io

import keras
import numpy as np
import pandas as pd
import pytest

from dltrain.data import Part
from dltrain.data.blocks import Blocks
from dltrain.data.targets import NamedTargets, Reconstruction, Target
from dltrain.evaluation import streamed
from dltrain.evaluation.constant import baseline_figures
from dltrain.evaluation.figures import figures_by_part
from dltrain.evaluation.outputs import outputs_by_part
from dltrain.evaluation.predictions import predictions_table
from dltrain.evaluation.streamed import (
    baseline_of_part,
    prediction_tables,
    predictions_in_chunks,
)
from dltrain.model.objective import objective
from dltrain.model.objectives import named_objectives

ROWS = 230
COMMON = {"label_smoothing": 0.0, "threshold": 0.5}


def outputs(count, activation):
    """Make a model of four inputs."""
    keras.utils.set_random_seed(3)
    first = keras.Input((4,))
    return first, keras.layers.Dense(count, activation)(first)


def binary():
    goal = objective("auto", [{"type": "auc", "name": "auc"}], task="binary", outputs=1, **COMMON)
    y = (np.arange(ROWS) % 3 == 0).astype(np.float32).reshape(-1, 1)
    return keras.Model(*outputs(1, "sigmoid")), goal, Target("binary", ("y",), ("no", "yes")), y


def multiclass():
    loss = {"type": "categorical_crossentropy"}
    metrics = [{"type": "accuracy", "name": "accuracy"}]
    goal = objective(loss, metrics, task="multiclass", outputs=3, **COMMON)
    y = (np.arange(ROWS) % 3).astype(np.int32)
    target = Target("multiclass", ("y",), ("a", "b", "c"))
    return keras.Model(*outputs(3, "softmax")), goal, target, y


def several():
    metrics = {"n": [{"type": "mean_absolute_error", "name": "mae"}], "k": []}
    facts = {"n": {"task": "regression", "outputs": 1}, "k": {"task": "multiclass", "outputs": 3}}
    losses, weights = {"n": "auto", "k": "auto"}, {"n": 1.0, "k": 0.5}
    goal = named_objectives(losses, metrics, weights, outputs=facts, **COMMON)
    first = keras.Input((4,))
    dense = keras.layers.Dense
    model = keras.Model(first, {"n": dense(1)(first), "k": dense(3, "softmax")(first)})
    y = {
        "n": np.linspace(-2, 9, ROWS, dtype=np.float32).reshape(-1, 1),
        "k": (np.arange(ROWS) % 3).astype(np.int32),
    }
    each = {"n": Target("regression", ("n",)), "k": Target("multiclass", ("k",), ("a", "b", "c"))}
    return model, goal, NamedTargets(each), y


def autoencoder():
    goal = objective("auto", [], task="autoencoder", outputs=4, shape=(4,), **COMMON)
    return keras.Model(*outputs(4, None)), goal, Reconstruction((4,)), None


TASKS = {one.__name__: one for one in (binary, multiclass, several, autoencoder)}


@pytest.fixture(params=TASKS.values(), ids=TASKS.keys())
def both(request, tmp_path, monkeypatch):
    """A model, its goal and target, and the same parts in memory and in blocks."""
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path))
    model, goal, target, y = request.param()
    model.compile("sgd", **goal.compiled(), jit_compile=False)
    x = np.random.default_rng(0).normal(size=(ROWS, 4)).astype(np.float32)
    y = x if y is None else y
    part_of = np.random.default_rng(1).choice(["train", "val", "test"], ROWS)
    in_memory, in_blocks = {}, {}
    for name in ("train", "val", "test"):
        rows = np.flatnonzero(part_of == name)
        in_memory[name] = Part(rows, x[rows], x[rows], _taken(y, rows))
        order = np.random.default_rng(2).permutation(rows)
        shuffled = Blocks(len(order), _from(x, order), 16)
        truth = shuffled if target.task == "autoencoder" else _taken(y, order)
        in_blocks[name] = Part(order, shuffled, shuffled, truth)
    return model, goal, target, in_memory, in_blocks


def _taken(y, rows):
    return {name: one[rows] for name, one in y.items()} if isinstance(y, dict) else y[rows]


def _from(x, order):
    return lambda rows: x[order[rows]]


def test_figures_are_those_of_the_rows_in_memory(both):
    model, goal, _, in_memory, in_blocks = both

    found, expected = (figures_by_part(model, goal, parts, 32) for parts in (in_blocks, in_memory))

    assert list(found) == list(expected)
    for part, figures in found.items():
        assert figures == pytest.approx(expected[part], rel=1e-5)


@pytest.mark.parametrize("chunk_rows", [7, 64, 1000])
def test_predictions_in_chunks_are_the_table_in_memory(both, chunk_rows):
    model, goal, target, in_memory, in_blocks = both

    outputs = outputs_by_part(model, goal, in_blocks, 32)
    chunks = predictions_in_chunks(in_blocks, outputs, target, 0.5, chunk_rows)
    found = pd.concat(chunks, ignore_index=True)

    outputs = outputs_by_part(model, goal, in_memory, 32)
    expected = predictions_table(in_memory, outputs, target, 0.5)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-5, atol=1e-6)


def test_the_chunks_of_predictions_are_one_file(both):
    model, goal, target, in_memory, in_blocks = both
    text = io.StringIO()

    outputs = outputs_by_part(model, goal, in_blocks, 32)
    for number, table in enumerate(prediction_tables(in_blocks, outputs, target, 0.5)):
        table.to_csv(text, index=False, header=not number)

    outputs = outputs_by_part(model, goal, in_memory, 32)
    (expected,) = prediction_tables(in_memory, outputs, target, 0.5)
    assert text.getvalue().splitlines()[0] == ",".join(expected.columns)
    assert len(text.getvalue().splitlines()) == ROWS + 1


def test_the_baseline_is_that_of_the_rows_in_memory(both):
    _, goal, _, in_memory, in_blocks = both

    for part in ("train", "test"):
        found = baseline_of_part(goal, in_blocks["train"], in_blocks[part], 32)

        expected = baseline_figures(goal, in_memory["train"].y, in_memory[part].y)
        assert list(found) == list(expected)
        assert found == pytest.approx(expected, rel=1e-5)


def test_the_baseline_of_many_rows_is_compiled(both, monkeypatch):
    _, goal, _, in_memory, _ = both
    expected = baseline_of_part(goal, in_memory["train"], in_memory["test"], 32)
    monkeypatch.setattr(streamed, "MANY_ROWS", 1)
    monkeypatch.setattr(streamed, "baseline_figures", None)

    found = baseline_of_part(goal, in_memory["train"], in_memory["test"], 32)

    assert found == pytest.approx(expected, rel=1e-5)


def test_predictions_without_some_parts_leave_their_rows_out(both):
    model, goal, target, _, in_blocks = both
    parts = {name: in_blocks[name] for name in ("train", "val")}

    outputs = outputs_by_part(model, goal, parts, 32)
    found = pd.concat(predictions_in_chunks(parts, outputs, target, 0.5, 10))

    rows = np.sort(np.concatenate([part.rows for part in parts.values()]))
    assert found["row"].tolist() == rows.tolist()
