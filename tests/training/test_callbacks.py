import math
from pathlib import Path

import keras
import numpy as np
import pytest

from dltrain.config.catalogue.choices import checked
from dltrain.errors import ModelError
from dltrain.training import callbacks as callbacks_module
from dltrain.training import train
from dltrain.training.callbacks import BestWeights, build_callbacks, check_callbacks

MODES = {"loss": "min", "accuracy": "max", "val_loss": "min", "val_accuracy": "max"}


class Stub:
    """Stands for a model whose one weight is the epoch's number."""

    def __init__(self):
        self.epoch = 0

    def get_weights(self):
        return [np.array(self.epoch)]


def watched(monitor, mode, figures):
    """Play epochs with the given figures to a BestWeights."""
    best, model = BestWeights(monitor, mode), Stub()
    best.set_model(model)
    for epoch, figure in enumerate(figures):
        model.epoch = epoch + 1
        best.on_epoch_begin(epoch)
        if figure is not None and monitor.startswith("val_"):
            best.on_test_end({"loss": figure})
        best.on_epoch_end(epoch, {} if figure is None else {monitor: figure})
    best.on_train_end()
    return best


CASES = {
    "smallest": ("min", [3.0, 1.0, 2.0], 2),
    "largest": ("max", [3.0, 4.0, 2.0], 2),
    "first epoch": ("min", [1.0, 1.5, 2.0], 1),
    "the earlier of two equal ones": ("min", [2.0, 1.0, 1.0], 2),
    "below zero": ("max", [-3.0, -1.0, -2.0], 2),
    "NaN first": ("min", [math.nan, 2.0, 3.0], 2),
    "NaN later": ("max", [1.0, math.nan, 0.5], 1),
    "infinite": ("max", [-math.inf, -math.inf], 1),
    "missing in some epochs": ("min", [None, 2.0, None, 1.0], 4),
    "missing in all epochs": ("min", [None, None, None], 3),
    "NaN in all epochs": ("max", [math.nan, math.nan], 2),
}


@pytest.mark.parametrize("monitor", ["loss", "val_loss"])
@pytest.mark.parametrize(("mode", "figures", "epoch"), CASES.values(), ids=CASES.keys())
def test_the_weights_of_the_best_epoch_are_kept(monitor, mode, figures, epoch):
    best = watched(monitor, mode, figures)

    assert best.epoch == epoch
    assert best.weights == [epoch]


def test_an_epoch_counts_once_it_has_ended():
    best, model = watched("val_loss", "min", [2.0]), Stub()
    best.set_model(model)
    model.epoch = 2

    best.on_epoch_begin(1)
    best.on_test_end({"loss": 1.0})
    during = (best.epoch, best.weights, best.value)
    best.on_epoch_begin(2)  # the second was no good
    best.on_epoch_end(2, {})

    assert during == (best.epoch, best.weights, best.value) == (1, [1], -2.0)


def test_who_interrupts_the_copy_leaves_the_best_as_it_was(monkeypatch):
    best = watched("val_loss", "min", [2.0])

    def interrupt(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Stub, "get_weights", interrupt)
    best.on_epoch_begin(1)
    with pytest.raises(KeyboardInterrupt):
        best.on_test_end({"loss": 1.0})

    assert (best.epoch, best.weights, best.value) == (1, [1], -2.0)


def test_the_best_weights_are_those_that_were_validated(rows, val, make_model):
    """`swap_ema_weights` validates averages, so a copy of the raw weights would lie."""
    model = make_model({"class_name": "sgd", "config": {"learning_rate": 0.5, "use_ema": True}})
    best = BestWeights("val_loss", "min")

    trained = train(
        model, rows, val, epochs=3, batch_size=32, seed=0,
        callbacks=[best, keras.callbacks.SwapEMAWeights()],
    )  # fmt: skip
    model.set_weights(best.weights)

    loss = model.evaluate(*val, verbose=0, return_dict=True)["loss"]
    assert loss == pytest.approx(min(row["val_loss"] for row in trained.history), rel=1e-6)


def test_paths_land_in_the_run_folder(tmp_path):
    choices = [
        checked("callback", {"type": "csv_logger", "filename": "log/a.csv"}),
        checked("callback", {"type": "model_checkpoint", "filepath": "kept/{epoch}.keras"}),
    ]

    logger, checkpoint = build_callbacks(choices, tmp_path, MODES)

    assert Path(logger.filename) == tmp_path / "log" / "a.csv"
    assert Path(checkpoint.filepath) == tmp_path / "kept" / "{epoch}.keras"
    assert (tmp_path / "log").is_dir()
    assert (tmp_path / "kept").is_dir()


MONITORS = {
    "default": ({}, "val_loss", "min"),
    "dotted": ({"monitor": "val.accuracy"}, "val_accuracy", "max"),
    "mode of its own": ({"monitor": "accuracy", "mode": "min"}, "accuracy", "min"),
    "auto": ({"monitor": "loss", "mode": "auto"}, "loss", "min"),
}


@pytest.mark.parametrize(("given", "monitor", "mode"), MONITORS.values(), ids=MONITORS.keys())
@pytest.mark.parametrize("name", ["early_stopping", "reduce_lr_on_plateau"])
def test_monitor_and_mode_are_spelled_out(tmp_path, name, given, monitor, mode):
    (callback,) = build_callbacks([checked("callback", {"type": name, **given})], tmp_path, MODES)

    assert (callback.monitor, callback.mode) == (monitor, mode)


def test_a_checkpoint_of_every_epoch_needs_no_figure(tmp_path):
    choice = checked("callback", {"type": "model_checkpoint", "filepath": "a.keras"})

    (checkpoint,) = build_callbacks([choice], tmp_path, {"loss": "min"})

    assert checkpoint.mode == "min"


def test_a_checkpoint_holds_the_model_that_dltrain_saves(tmp_path, rows, make_model):
    model = make_model()
    saved = keras.Sequential([keras.Input((5,)), keras.layers.Rescaling(1.0), *model.layers])
    choice = checked("callback", {"type": "model_checkpoint", "filepath": "{epoch}.keras"})

    train(
        model, rows, epochs=2, batch_size=32, seed=0,
        callbacks=build_callbacks([choice], tmp_path, MODES, saved),
    )  # fmt: skip

    loaded = keras.saving.load_model(tmp_path / "2.keras")
    assert np.array_equal(loaded.predict(rows[0], verbose=0), model.predict(rows[0], verbose=0))
    assert type(loaded.layers[0]) is keras.layers.Rescaling
    assert not loaded.compiled


KERAS = "expected arguments as keras.io describes them."
WRONG = {
    "checkpoint with another ending": (
        {"type": "model_checkpoint", "filepath": "a.txt"},
        ("callbacks", 0),
        "callbacks.0: got arguments of model_checkpoint that Keras refuses "
        f"(The filepath provided must end in `.keras` (Keras model format)), {KERAS}",
    ),
    "checkpoint with an unknown field": (
        {"type": "model_checkpoint", "filepath": "{epoch}-{val_f1:.2f}.keras"},
        ("callbacks", 0, "filepath"),
        "callbacks.0.filepath: got '{epoch}-{val_f1:.2f}.keras', expected a path whose fields a "
        "run can fill. Fields are accuracy, epoch, loss, val_accuracy, val_loss.",
    ),
    "checkpoint with a broken field": (
        {"type": "model_checkpoint", "filepath": "{epoch.keras"},
        ("callbacks", 0, "filepath"),
        "callbacks.0.filepath: got '{epoch.keras', expected a path whose fields a run can fill. "
        "Fields are accuracy, epoch, loss, val_accuracy, val_loss.",
    ),
}


@pytest.mark.parametrize(("choice", "key", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_callback_is_found_before_the_training(choice, key, message):
    with pytest.raises(ModelError) as caught:
        check_callbacks([checked("callback", choice)], MODES)

    assert str(caught.value) == message
    assert caught.value.key == key


def test_a_check_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    choices = [
        checked("callback", {"type": "csv_logger", "filename": "log/a.csv"}),
        checked("callback", {"type": "model_checkpoint", "filepath": "{epoch}/a.keras"}),
        checked("callback", {"type": "early_stopping"}),
    ]

    check_callbacks(choices, MODES)

    assert not list(tmp_path.iterdir())


@pytest.fixture
def without_tensorboard(monkeypatch):
    monkeypatch.setattr(callbacks_module.importlib.util, "find_spec", lambda name: None)


@pytest.mark.usefixtures("without_tensorboard")
def test_missing_tensorboard_names_the_pip_command(tmp_path):
    with pytest.raises(ModelError) as caught:
        build_callbacks([{"type": "tensorboard"}], tmp_path, MODES)

    assert str(caught.value) == (
        "callbacks.0: got tensorboard, which is not installed, expected the package of that name. "
        "Install it: pip install 'dltrain[tensorboard]'."
    )


def test_tensorboard_writes_its_logs_into_the_run_folder(tmp_path, rows, val, make_model):
    pytest.importorskip("tensorboard")
    choice = checked("callback", {"type": "tensorboard", "histogram_freq": 1})

    train(
        make_model(), rows, val, epochs=2, batch_size=32, seed=0,
        callbacks=build_callbacks([choice], tmp_path, MODES),
    )  # fmt: skip

    assert {path.name for path in (tmp_path / "logs").iterdir()} == {"train", "validation"}
