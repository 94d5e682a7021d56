"""Callbacks that want batches get those of `fit`, and cut epochs into as few pieces as they can."""

from __future__ import annotations

import importlib.util

import keras
import pytest
import tensorflow as tf

from dltrain.narration import listening
from dltrain.training import train
from dltrain.training.listening import Listeners
from dltrain.training.steps import TrainSteps


class Everything(keras.callbacks.Callback):
    """Write down what it is told of batches."""

    def __init__(self):
        super().__init__()
        self.told = []

    def on_train_batch_begin(self, batch, logs=None):
        self.told.append(batch)

    def on_train_batch_end(self, batch, logs=None):
        self.told.append((batch, dict(logs)))


@pytest.mark.slow
def test_a_callback_hears_of_every_batch_what_fit_tells(rows, val, make_model):
    ours, theirs = Everything(), Everything()

    train(make_model(), rows, val, epochs=2, batch_size=32, seed=0, shuffle=False, callbacks=[ours])
    make_model().fit(
        *rows, 32, epochs=2, shuffle=False, verbose=0, validation_data=val, callbacks=[theirs]
    )

    named = [dict(sorted(one[1].items())) if isinstance(one, tuple) else one for one in ours.told]
    wanted = [
        dict(sorted(one[1].items())) if isinstance(one, tuple) else one for one in theirs.told
    ]
    assert named == wanted


@pytest.mark.slow
def test_checkpoints_between_batches_are_those_of_fit(tmp_path, rows, make_model):
    def checkpoint(name):
        return keras.callbacks.ModelCheckpoint(
            tmp_path / name / "{epoch}-{batch}.weights.h5", save_freq=2, save_weights_only=True
        )

    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    train(
        make_model(), rows, epochs=3, batch_size=32, seed=0, shuffle=False,
        callbacks=[checkpoint("ours")],
    )  # fmt: skip
    make_model().fit(
        *rows, 32, epochs=3, shuffle=False, verbose=0, callbacks=[checkpoint("theirs")]
    )

    names = sorted(path.name for path in (tmp_path / "theirs").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "ours").iterdir())
    assert len(names) == 4
    one, other = make_model(), make_model()
    for model in (one, other):
        model.optimizer.build(model.trainable_variables)
    for name in names:
        one.load_weights(tmp_path / "ours" / name)
        other.load_weights(tmp_path / "theirs" / name)
        assert [a.tobytes() for a in one.get_weights()] == [
            a.tobytes() for a in other.get_weights()
        ]


def events(folder):
    """Read the scalars of a TensorBoard folder: by tag the steps and values."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(folder / "train"), size_guidance={"tensors": 0})
    read.Reload()
    return {
        tag: [(one.step, float(tf.make_ndarray(one.tensor_proto))) for one in read.Tensors(tag)]
        for tag in read.Tags()["tensors"]
        if tag != "keras"
    }


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("tensorboard") is None, reason="needs the extra tensorboard"
)
@pytest.mark.parametrize("freq", ["batch", 2, 5])
def test_tensorboard_draws_the_batches_of_fit(tmp_path, rows, make_model, freq):
    def board(name):
        return keras.callbacks.TensorBoard(tmp_path / name, update_freq=freq, write_graph=False)

    train(
        make_model(), rows, epochs=4, batch_size=32, seed=0, shuffle=False,
        callbacks=[board("ours")],
    )  # fmt: skip
    make_model().fit(*rows, 32, epochs=4, shuffle=False, verbose=0, callbacks=[board("theirs")])

    ours, theirs = events(tmp_path / "ours"), events(tmp_path / "theirs")
    assert "batch_loss" in theirs
    assert ours == theirs


PIECES = {
    "no callback": ([], 1),
    "the end of training on NaN": ([keras.callbacks.TerminateOnNaN], 1),
    "every batch": ([Everything], 3),
    "every second batch": (
        [lambda: keras.callbacks.ModelCheckpoint("x.keras", save_freq=2)], 2
    ),
}  # fmt: skip


@pytest.mark.parametrize(("makers", "pieces"), PIECES.values(), ids=PIECES.keys())
def test_an_epoch_runs_in_as_few_pieces_as_callbacks_allow(
    rows, make_model, monkeypatch, makers, pieces
):
    calls, run = [], TrainSteps.__call__
    monkeypatch.setattr(keras.callbacks.ModelCheckpoint, "_save_model", lambda *a, **k: None)
    monkeypatch.setattr(
        TrainSteps, "__call__", lambda self, *call: (calls.append(call), run(self, *call))[1]
    )

    train(make_model(), rows, epochs=1, batch_size=32, seed=0, callbacks=[one() for one in makers])

    assert len(calls) == pieces


def test_nobody_who_listens_to_epochs_alone_wants_a_batch(make_model, tmp_path):
    callbacks = keras.callbacks
    quiet = [
        callbacks.EarlyStopping(), callbacks.CSVLogger("x.csv"), callbacks.TensorBoard(tmp_path),
        callbacks.ModelCheckpoint("x.keras"),
    ]  # fmt: skip

    listeners = Listeners(quiet, make_model(), epochs=1, steps=3)

    assert listeners.next_batch() is None


COSTS = {
    "tensorboard": (
        {"type": "tensorboard", "update_freq": 10},
        "tensorboard hears of every 10th batch: one call of the compiled steps for each",
    ),
    "model_checkpoint": (
        {"type": "model_checkpoint", "save_freq": 1},
        "model_checkpoint hears of every batch: one call of the compiled steps for each",
    ),
}


@pytest.mark.parametrize(("choice", "line"), COSTS.values(), ids=COSTS.keys())
def test_the_terminal_says_what_a_callback_costs(choice, line):
    assert list(listening([choice, {"type": "early_stopping"}])) == [line]
