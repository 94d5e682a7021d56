"""What a training leaves in its run folder where it fails, or is stopped before it has begun."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import keras
import pytest
import tensorflow as tf

from dltrain import config, runner
from dltrain.errors import RunError
from dltrain.run_folder import RunFolder
from dltrain.terminal import Terminal
from dltrain.training import keeping
from dltrain.training.steps import TrainSteps

QUIET = Terminal(quiet=True)
# More epochs are better, so that the last one that is whole is the best one.
STEADY = {
    "training.best": {"monitor": "loss"}, "optimizer": {"type": "sgd", "learning_rate": 0.1},
    "architecture.layers": [{"type": "dense", "units": 8, "activation": "relu"}],
    "training.engine": "graph",
}  # fmt: skip


def only_folder(output: Path) -> RunFolder:
    [status] = output.glob("*/*/status.json")
    return RunFolder(status.parent)


def epochs_in(folder: RunFolder, name: str = "history.csv") -> list[int]:
    with (folder / name).open(newline="") as file:
        return [int(row["epoch"]) for row in csv.DictReader(file)]


def failing_in(epoch: int, error: BaseException, monkeypatch) -> None:
    """Let the steps of an epoch fail, behind those of the epochs before."""
    steps = TrainSteps.__init__

    def counted(self, *arguments, **keywords):
        steps(self, *arguments, **keywords)
        reset, begun = self.reset, []

        def counting():
            begun.append(None)
            if len(begun) == epoch:
                raise error
            reset()

        self.reset = counting

    monkeypatch.setattr(TrainSteps, "__init__", counted)


FAILURES = {
    "memory is used up": (tf.errors.ResourceExhaustedError(None, None, "OOM"), RunError),
    "a full disk": (RunError("got a full disk, expected room."), RunError),
    "a data file that is gone": (FileNotFoundError(2, "No such file", "a.csv"), OSError),
    "Ctrl-C": (KeyboardInterrupt("stopped by the user"), KeyboardInterrupt),
    "a bug": (ZeroDivisionError(), ZeroDivisionError),
}


@pytest.mark.parametrize(("error", "raised"), FAILURES.values(), ids=FAILURES.keys())
def test_a_training_that_fails_keeps_its_epochs_and_the_best_of_them(
    fruit, tmp_path, monkeypatch, error, raised
):
    failing_in(4, error, monkeypatch)

    with pytest.raises(raised):
        runner.fit(config.load(fruit, STEADY), output=tmp_path / "runs", terminal=QUIET)

    folder = only_folder(tmp_path / "runs")
    assert epochs_in(folder) == epochs_in(folder, "timing.csv") == [1, 2, 3]
    assert folder.read_json("status.json")["best_epoch"] == 3
    assert keras.saving.load_model(folder / "model" / "best.keras", compile=False).weights


def test_the_epoch_that_diverges_is_never_the_best(fruit, tmp_path, monkeypatch):
    """Weights of NaN predict the first class alone, which is right more often than the rest."""
    step, batches = keras.optimizers.SGD.update_step, 11

    def ruined(self, gradient, variable, learning_rate):
        step(self, -gradient, variable, learning_rate)  # learn to be wrong, for two epochs
        is_over = self.iterations >= 2 * batches
        variable.assign(tf.where(is_over, float("nan"), variable))

    monkeypatch.setattr(keras.optimizers.SGD, "update_step", ruined)
    overrides = STEADY | {"training.best": {"monitor": "val_accuracy"}}

    with pytest.raises(RunError, match=r"^epoch 3: got loss nan, expected a finite number\."):
        runner.fit(config.load(fruit, overrides), output=tmp_path / "runs", terminal=QUIET)

    folder = only_folder(tmp_path / "runs")
    assert folder.read_json("status.json")["best_epoch"] in (1, 2)
    saved = keras.saving.load_model(folder / "model" / "best.keras", compile=False)
    assert all(bool(keras.ops.all(keras.ops.isfinite(one))) for one in saved.trainable_weights)
    with (folder / "history.csv").open(newline="") as file:
        accuracies = [float(row["val_accuracy"]) for row in csv.DictReader(file)]
    assert accuracies[2] > max(accuracies[:2])


def test_a_resume_that_stops_before_an_epoch_has_ended_leaves_the_files_as_they_are(
    fruit, tmp_path, monkeypatch, command
):
    folder = runner.fit(config.load(fruit), output=tmp_path / "runs", terminal=QUIET).folder
    names = ("history.csv", "timing.csv", "model/best.keras", "model/last.keras")
    before = {name: (folder / name).read_bytes() for name in names}

    monkeypatch.setattr("dltrain.training.loop.prepare_metrics", interrupt)
    with pytest.raises(KeyboardInterrupt):
        runner.resume(folder.path, {"training.epochs": 14}, terminal=QUIET)

    assert {name: (folder / name).read_bytes() for name in names} == before
    ended = command("evaluate", folder.path, "--checkpoint", "last", "--json")
    assert json.loads(ended.stdout)["epoch"] == 12


def interrupt(*arguments, **keywords):
    raise KeyboardInterrupt("stopped by the user")


def test_a_run_that_begins_anew_keeps_its_history_until_an_epoch_has_ended(
    fruit, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        failing_in(4, RunError("got a full disk, expected room."), patch)
        with pytest.raises(RunError):
            runner.fit(config.load(fruit, STEADY), output=tmp_path / "runs", terminal=QUIET)
    folder = only_folder(tmp_path / "runs")
    assert not any((folder / name).exists() for name in keeping.GENERATIONS)

    failing_in(1, KeyboardInterrupt("stopped by the user"), monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        runner.resume(folder.path, terminal=QUIET)

    assert epochs_in(folder) == [1, 2, 3]
    assert folder.read_json("status.json")["best_epoch"] == 3
