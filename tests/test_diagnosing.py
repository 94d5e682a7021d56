"""The diagnosis of a run: what is gathered, written and told, and that every next step is valid."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from dltrain import backend, config, diagnosing, runner
from dltrain.assembly import Assembly, assemble, prepare_data
from dltrain.data.targets import Reconstruction, Target
from dltrain.errors import DivergenceError
from dltrain.evaluation.diagnosis import steps
from dltrain.run_folder import RunFolder
from dltrain.terminal import Terminal
from tests.evaluation.diagnosis.conftest import every_step

CONFIGS = Path(__file__).parents[1] / "configs"
OFFLINE = (
    "breast_cancer", "diabetes", "digits", "digits_attention", "digits_autoencoder", "digits_cnn",
    "houses_two_inputs", "houses_two_outputs", "iris", "neuron", "sentences_lstm", "xor",
)  # fmt: skip


def assembled(path: Path, **changes) -> Assembly:
    backend.start()
    checked = config.load(path, changes)
    return assemble(checked, prepare_data(checked, smoke=True), smoke=True)


def test_the_diagnosis_of_a_run_is_written_and_told(finished):
    told = finished.folder.read_json("diagnosis.json")

    assert list(told) == [
        "verdict", "sentence", "figure", "errors", "reference", "evidence", "findings",
        "thresholds",
    ]  # fmt: skip
    assert told["figure"] == "accuracy"
    assert told["errors"].keys() == {"train", "val", "test"}
    assert f"verdict     {told['sentence']}" in finished.ended.stderr.splitlines()


def test_gradients_are_written_by_epoch_and_layer(finished):
    with (finished.folder / "gradients.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert list(rows[0]) == ["epoch", "layer", "norm", "loss"]
    assert [(row["epoch"], row["layer"]) for row in rows] == [
        (epoch, layer) for epoch in ("0", "1", "8", "12") for layer in ("dense", "output")
    ]


def test_what_a_file_says_is_gathered(fruit):
    fruit.write_text(
        fruit.read_text()
        + "regularization: {dropout: 0.1, kernel: {type: l2, l2: 0.01}}\n"
        + "callbacks: [terminate_on_nan, {type: early_stopping, patience: 7}]\n"
        + "optimizer: {type: sgd, learning_rate: {type: exponential_decay, "
        + "initial_learning_rate: 0.5, decay_steps: 10, decay_rate: 0.9}}\n"
    )

    settings = diagnosing.settings_of(assembled(fruit))

    assert (settings.optimizer, settings.learning_rate, settings.rate_key) == (
        "sgd", 0.5, "optimizer.learning_rate",
    )  # fmt: skip
    assert (settings.patience, settings.callbacks, settings.batch_size) == (7, 2, 16)
    assert (settings.dropout, settings.drops, settings.kernel["l2"]) == (0.1, True, 0.01)
    [layer] = settings.layers
    assert (layer.name, layer.key, layer.word, layer.size, layer.activation) == (
        "dense", "architecture.layers.0", "units", 8, "relu",
    )  # fmt: skip


TARGETS = {
    "binary": (Target("binary", ("y",), ("no", "yes")), 2),
    "more than metrics.json lays out": (Target("multiclass", ("y",), tuple(range(101))), 101),
    "labels": (Target("multilabel", ("a", "b", "c"), (0, 1)), 0),
    "amounts": (Target("regression", ("a", "b")), 0),
    "an autoencoder": (Reconstruction((28, 28)), 0),
}  # fmt: skip


@pytest.mark.parametrize(("target", "classes"), TARGETS.values(), ids=TARGETS.keys())
def test_classes_are_counted_from_the_target(target, classes):
    assert diagnosing.classes_of(target) == classes


def test_the_layers_of_an_mlp_have_their_place_in_the_list(fruit):
    text = fruit.read_text().split("architecture:")[0]
    fruit.write_text(f"{text}architecture: {{type: mlp, units: [8, 4]}}\n")

    layers = diagnosing.settings_of(assembled(fruit)).layers

    assert [(one.name, steps.sized(one, 9)) for one in layers] == [
        ("dense", "architecture.units.0=9"),
        ("dense_1", "architecture.units.1=9"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", OFFLINE)
def test_every_next_step_is_valid_for_every_shipped_file(name):
    path = CONFIGS / f"{name}.yaml"
    settings = diagnosing.settings_of(assembled(path))

    for step in every_step(settings):
        changed = config.load(path, [step])
        if step.startswith(("architecture.", "regularization.")):
            assemble(changed, prepare_data(changed, smoke=True), smoke=True)


def test_a_training_that_diverges_leaves_a_diagnosis(fruit, tmp_path):
    checked = config.load(fruit, {"optimizer": {"type": "sgd", "learning_rate": 1e30}})

    with pytest.raises(DivergenceError):
        runner.fit(checked, output=tmp_path / "runs", terminal=Terminal(quiet=True))

    [path] = (tmp_path / "runs").glob("*/*/diagnosis.json")
    told = json.loads(path.read_text(encoding="utf-8"))
    assert told["sentence"] == "unknown: the training failed"
    assert [one["name"] for one in told["findings"]] == ["learning rate too high"]


MADE = {
    "fine": ({}, "fine"),
    "a rate that is too high": ({"optimizer.learning_rate": 3.0}, "learning rate too high"),
    "a rate that is too low": ({"optimizer.learning_rate": 1e-7}, "learning rate too low"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("changes", "said"), MADE.values(), ids=MADE.keys())
def test_faults_that_are_made_are_found(fruit, tmp_path, changes, said):
    checked = config.load(fruit, {"training.epochs": 40, **changes})

    folder = runner.fit(checked, output=tmp_path / "runs", terminal=Terminal(quiet=True)).folder

    told = RunFolder(folder.path).read_json("diagnosis.json")
    assert said in [told["verdict"], *(one["name"] for one in told["findings"])]
