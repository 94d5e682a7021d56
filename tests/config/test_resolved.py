"""config.resolved.yaml says everything, loads again, and says the same then."""

from pathlib import Path

import pytest

from dltrain.config import load
from dltrain.config.resolved import resolved

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))

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
