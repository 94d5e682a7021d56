"""A network is trained, and another one learns from it in two phases: as users do it."""

import csv
import hashlib
import io
import json

import keras
import pytest
import yaml

pytestmark = pytest.mark.slow

SECOND = """\
seed: 3
dataset:
  type: csv
  path: fruit.csv
  target: sort
  columns:
    crate: {type: category, values: [1, 2, 3]}
architecture:
  layers:
    - {type: saved, path: base.keras, name: base}
metrics: [accuracy]
optimizer: {type: adam, learning_rate: 0.01}
training:
  batch_size: 16
  phases:
    - {epochs: 3, trainable: {base: false}}
    - {epochs: 4, learning_rate: 1e-4}
"""


@pytest.fixture
def second(fruit, finished):
    """A config that starts from the model of the finished run."""
    (fruit.parent / "base.keras").write_bytes((finished.folder / "model/best.keras").read_bytes())
    path = fruit.parent / "second.yaml"
    path.write_text(SECOND, encoding="utf-8")
    return path


def history(folder):
    text = (folder / "history.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_terminal_says_what_is_taken_and_when_a_phase_begins(command, second):
    ended = command("fit", second)

    assert ended.exit_code == 0
    lines = ended.stderr.splitlines()
    assert next(line for line in lines if line.startswith("model")) == (
        "model   saved base.keras → dense 1 sigmoid · 81 parameters · adam 0.01 · "
        "binary_crossentropy"
    )
    assert [line for line in lines if line.startswith("phase")] == [
        "phase 1/2: 3 epochs · base frozen · adam 0.01 · 9 parameters learn",
        "phase 2/2: 4 epochs · adam 0.0001 · 81 parameters learn",
    ]
    assert [line.split()[1] for line in lines if line.startswith("epoch")] == [
        f"{epoch}/7" for epoch in range(1, 8)
    ]


def test_a_run_in_phases_needs_nothing_but_its_folder(command, second):
    folder = command("fit", second).folder
    base = second.parent / "base.keras"
    digest = hashlib.sha256(base.read_bytes()).hexdigest()
    base.unlink()

    ended = command("evaluate", folder, "--json")

    assert ended.exit_code == 0, ended.stderr
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert json.loads(ended.stdout)["splits"] == metrics["splits"]
    facts = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
    assert facts["networks"] == {str(base): digest}
    resolved = yaml.safe_load((folder / "config.resolved.yaml").read_text(encoding="utf-8"))
    assert resolved["architecture"]["layers"][0]["path"] == str(base)


@pytest.mark.parametrize("checkpoint", ["best", "last"])
def test_plain_keras_loads_what_phases_leave_with_its_optimizer(command, second, checkpoint):
    folder = command("fit", second).folder

    model = keras.saving.load_model(folder / "model" / f"{checkpoint}.keras")

    inner = model.get_layer("network")
    assert type(inner.get_layer("base")).__module__.startswith("keras.")
    assert model.compiled
    assert float(model.optimizer.learning_rate) == pytest.approx(1e-4)


def test_history_goes_on_through_the_phases(command, second):
    rows = history(command("fit", second).folder)

    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [row["phase"] for row in rows] == ["1", "1", "1", "2", "2", "2", "2"]


def test_the_best_model_is_that_of_all_phases(command, second):
    ruin = "training.phases.1.learning_rate=50"

    folder = command("fit", second, ruin).folder

    rows = history(folder)
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    best = min(rows, key=lambda row: float(row["val_loss"]))
    assert best["phase"] == "1"
    assert metrics["epoch"] == int(best["epoch"])
    assert metrics["splits"]["val"]["loss"] == pytest.approx(float(best["val_loss"]), rel=1e-4)


def test_the_same_file_gives_the_same_bits_again(command, second):
    first, again = (command("fit", second).folder for _ in range(2))

    assert (first / "history.csv").read_bytes() == (again / "history.csv").read_bytes()
    assert (first / "predictions.csv").read_bytes() == (again / "predictions.csv").read_bytes()


def test_a_phase_that_is_stopped_early_says_so(command, second):
    stop = (
        "callbacks=[{type: early_stopping, min_delta: 10, patience: 1, restore_best_weights: true}]"
    )

    ended = command("fit", second, stop)

    lines = [line for line in ended.stderr.splitlines() if line.startswith(("phase", "stopped"))]
    assert lines[1] == "phase 1 stopped: val_loss has not improved for 1 epoch"
    assert lines[2].startswith("phase 2/2: ")
    assert lines[3].startswith("stopped: val_loss has not improved for 1 epoch; best epoch ")


def test_smoke_tries_both_phases(command, second):
    ended = command("fit", second, "--smoke")

    assert [row["phase"] for row in history(ended.folder)] == ["1", "2"]


MISSING = "expected a Keras model, a .keras file."


def test_a_missing_file_is_said_before_tensorflow_starts(shell, second):
    (second.parent / "base.keras").unlink()

    ended = shell("fit", "second.yaml", folder=second.parent)

    assert ended.exit_code == 2
    assert ended.stderr == (
        "second.yaml:10:27: architecture.layers.0.path: got "
        f"{second.parent / 'base.keras'}, which does not exist, {MISSING}\n"
    )
    assert not (second.parent / "runs").exists()
