"""config.resolved.yaml says everything, loads again, and says the same then."""

from pathlib import Path

import pytest
import yaml

from dltrain.config import load
from dltrain.config.catalogue.names import kinds
from dltrain.config.checks.wiring import simplest_inputs
from dltrain.config.showing.resolved import resolved

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))

AWKWARD = """
name: awkward
task: binary
dataset:
  type: csv
  path: a.csv
  target: "no"
  columns:
    zip: {type: category, values: ["007", "1e3", "null", "true", "0x1F", "~"]}
architecture:
  layers:
    - {type: dense, units: 3, kernel_regularizer: null, kernel_initializer: {type: he_normal, seed: 1}}
    - {type: bidirectional, layer: {type: lstm, units: 2}}
optimizer: {type: sgd, learning_rate: {type: exponential_decay, initial_learning_rate: 1e-5, decay_steps: 10, decay_rate: 0.5}}
expect: {test: {loss: "< 1e-5"}}
"""  # noqa: E501


@pytest.fixture
def again(tmp_path):
    """Resolve a file, and resolve what came out."""

    def resolve_twice(path):
        first = resolved(load(path).experiment, {})
        (tmp_path / "resolved.yaml").write_text(first, encoding="utf-8")
        return first, resolved(load(tmp_path / "resolved.yaml").experiment, {})

    return resolve_twice


@pytest.mark.parametrize("path", CONFIGS, ids=[path.stem for path in CONFIGS])
def test_a_resolved_config_resolves_to_itself(again, path):
    first, second = again(path)

    assert first == second


def test_words_that_look_like_numbers_stay_words(again, tmp_path):
    (tmp_path / "a.yaml").write_text(AWKWARD, encoding="utf-8")

    first, second = again(tmp_path / "a.yaml")

    reloaded = load(tmp_path / "resolved.yaml").experiment
    assert first == second
    assert reloaded.dataset.target == "no"
    assert reloaded.dataset.columns["zip"].values == ["007", "1e3", "null", "true", "0x1F", "~"]


def test_a_null_that_was_given_stays_given(again, tmp_path):
    (tmp_path / "a.yaml").write_text(AWKWARD, encoding="utf-8")

    again(tmp_path / "a.yaml")

    first_layer = load(tmp_path / "resolved.yaml").experiment.architecture.layers[0]
    assert first_layer["kernel_regularizer"] is None


def test_defaults_of_keras_are_spelled_out_to_the_bottom(again, tmp_path):
    (tmp_path / "a.yaml").write_text(AWKWARD, encoding="utf-8")

    again(tmp_path / "a.yaml")

    experiment = load(tmp_path / "resolved.yaml").experiment
    assert experiment.optimizer["learning_rate"]["staircase"] is False
    assert experiment.architecture.layers[0]["bias_initializer"] == {"type": "zeros"}
    assert experiment.architecture.layers[1]["layer"]["recurrent_activation"] == "sigmoid"


def test_inferences_replace_what_the_file_left_open(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "dataset: {type: csv, path: a.csv, target: y}\narchitecture: {layers: []}\n",
        encoding="utf-8",
    )
    columns = {"x": {"type": "number", "scaling": "robust"}}
    inferred = {"name": "a", "task": "regression", "loss": {"type": "huber"}, "columns": columns}

    text = resolved(load(tmp_path / "a.yaml").experiment, inferred)

    (tmp_path / "resolved.yaml").write_text(text, encoding="utf-8")
    experiment = load(tmp_path / "resolved.yaml").experiment
    assert experiment.name == "a"
    assert experiment.task == "regression"
    assert experiment.loss["type"] == "huber"
    assert experiment.dataset.columns["x"].scaling == "robust"


# Values for arguments that have to be given.
NEEDED = {
    "boundaries": [5],
    "cells": [{"type": "lstm_cell", "units": 2}],
    "cell": {"type": "gru_cell", "units": 2},
    "dims": [1],
    "equation": "ab,bc->ac",
    "factor": 1,
    "filename": "a.csv",
    "filepath": "a.keras",
    "layer": {"type": "lstm", "units": 2},
    "activation": "relu",
    "output_shape": [4],
    "target_class_ids": [0],
    "target_shape": [4],
    "values": [0.1, 0.01],
}
SPLITS = ("random", "none")
COLUMNS = {
    "age": {"type": "number", "scaling": "standard"},
    "zip": {"type": "category", "values": ["007", "no"], "unknown": "zeros"},
}
# Metrics of classes that have an order.
ORDERED = ("class_distance", "quadratic_weighted_kappa")
ENTRIES = [(kind, name) for kind, names in kinds().items() for name in names]


def needed(argument):
    """Give a value that an argument accepts."""
    if argument.endswith(
        ("_factor", "rate", "recall", "precision", "specificity", "sensitivity", "stddev")
    ):
        return 0.5
    return NEEDED.get(argument, 2)


def using(kind, name, split):
    """Write a file that uses one entry of the catalogue."""
    facts = kinds()[kind][name]["arguments"]
    choice = {"type": name} | {key: needed(key) for key in facts if facts[key].get("required")}
    hidden, sections = {"type": "dense", "units": 4}, {}
    if kind in ("activation", "constraint", "initializer"):
        argument = "activation" if kind == "activation" else f"kernel_{kind}"
        hidden[argument] = name if kind == "activation" else choice
    elif kind == "layer":
        inputs = simplest_inputs(name, "input")
        hidden = choice | ({"inputs": inputs} if inputs else {})
    elif kind == "regularizer":
        sections["regularization"] = {"kernel": choice}
    elif kind == "schedule":
        sections["optimizer"] = {"type": "sgd", "learning_rate": choice}
    elif kind == "callback":
        if split == "none" and name in ("early_stopping", "reduce_lr_on_plateau"):
            choice["monitor"] = "loss"
        sections["callbacks"] = [choice]
        if name == "swap_ema_weights":
            sections["optimizer"] = {"use_ema": True}
    elif kind == "metric":
        sections["metrics"] = [choice]
    else:
        sections[kind] = choice
    target = {"y": {"bins": 3, "ordered": True}} if name in ORDERED else "y"
    dataset = {"type": "csv", "path": "a.csv", "target": target}
    architecture = {"layers": [hidden]}
    return {"dataset": dataset, "split": split, "architecture": architecture} | sections


@pytest.fixture
def settles(tmp_path):
    """Resolve a file as `fit` does, load what came out, and resolve it once more."""

    def resolve_twice(values, task, loss):
        path = tmp_path / "a.yaml"
        path.write_text(yaml.safe_dump(values), encoding="utf-8")
        inferred = {"name": "a", "task": task, "loss": loss, "columns": COLUMNS}
        first = resolved(load(path).experiment, inferred)
        (tmp_path / "resolved.yaml").write_text(first, encoding="utf-8")
        reloaded = load(tmp_path / "resolved.yaml").experiment
        return first, resolved(reloaded, inferred | {"loss": reloaded.loss}), reloaded

    return resolve_twice


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(("kind", "name"), ENTRIES, ids=[f"{k}-{n}" for k, n in ENTRIES])
def test_every_choice_resolves_to_a_file_that_resolves_to_itself(settles, kind, name, split):
    values = using(kind, name, split)
    loss = values.get("loss", {"type": "mean_squared_error"})

    first, second, _ = settles(values, "multiclass" if name in ORDERED else "regression", loss)

    assert first == second


SMOOTHED = {
    "binary": ("auto", "binary", "binary_crossentropy"),
    "multiclass": ("auto", "multiclass", "categorical_crossentropy"),
    "given": ({"type": "categorical_focal_crossentropy"}, "multiclass",
              "categorical_focal_crossentropy"),
}  # fmt: skip


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(("given", "task", "loss"), SMOOTHED.values(), ids=SMOOTHED.keys())
def test_label_smoothing_moves_into_the_loss(settles, given, task, loss, split):
    values = using("layer", "relu", split) | {
        "loss": given,
        "regularization": {"label_smoothing": 0.1, "dropout": 0.2},
    }

    first, second, reloaded = settles(values, task, {"type": loss, "label_smoothing": 0.1})

    assert first == second
    assert (reloaded.loss["type"], reloaded.loss["label_smoothing"]) == (loss, 0.1)
    assert reloaded.regularization.label_smoothing == 0
    assert reloaded.regularization.dropout == 0.2


def test_label_smoothing_of_the_loss_itself_stays_there(settles):
    loss = {"type": "binary_crossentropy", "label_smoothing": 0.2}
    values = using("layer", "relu", "random") | {"loss": loss}

    first, second, reloaded = settles(values, "binary", loss)

    assert first == second
    assert reloaded.loss["label_smoothing"] == 0.2
