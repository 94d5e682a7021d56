"""Phases against two calls of plain Keras's `fit` with the same rows in the same order."""

import keras
import numpy as np
import pytest

from dltrain.config.checks.phases import PlannedPhase
from dltrain.training import Trained, train_in_phases
from dltrain.training.callbacks import BestWeights
from dltrain.training.order import epoch_order

pytestmark = pytest.mark.slow

SEED = 7
BATCH = 32
ADAM = {"type": "adam"}
FROZEN = PlannedPhase(2, ADAM, trainable={"base": False})
WHOLE = PlannedPhase(3, ADAM)


@pytest.fixture
def network():
    """Make a network whose first part, with dropout and statistics, is a network itself."""
    keras.utils.set_random_seed(3)
    layers = keras.layers
    base = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(6, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.2),
        ],
        name="base",
    )
    first = keras.Input((5,))
    return keras.Model(first, layers.Dense(1, "sigmoid", name="output")(base(first)))


def compiled(model, rate):
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", jit_compile=False)


def trained_in(network, rows, val, phases, rates=(0.01, 0.001), **options):
    def begin(number, phase):
        compiled(network, rates[number - 1])

    return train_in_phases(
        network, rows, val, phases, begin=begin, trained=Trained(), batch_size=BATCH, seed=SEED,
        **options,
    )  # fmt: skip


def fitted(network, rows, val, epochs):
    """Fit by Keras, an epoch a call, with the rows in the order that belongs to its number."""
    history = []
    for epoch in epochs:
        order = epoch_order(len(rows[0]), seed=SEED, epoch=epoch)
        one = network.fit(
            *(array[order] for array in rows), BATCH, shuffle=False, verbose=0, validation_data=val
        )
        history.append({name: values[0] for name, values in one.history.items()})
    return history


def bits(model):
    return [array.tobytes() for array in model.get_weights()]


def clone(network):
    other = keras.models.clone_model(network)
    other.set_weights(network.get_weights())
    return other


def test_two_phases_equal_two_fits_to_the_bit(network, rows, val):
    theirs = clone(network)
    for ours, other in zip(network.layers[1].layers, theirs.layers[1].layers, strict=True):
        if isinstance(ours, keras.layers.Dropout):
            other.seed_generator.state.assign(ours.seed_generator.state)

    trained = trained_in(network, rows, val, [FROZEN, WHOLE])
    theirs.get_layer("base").trainable = False
    compiled(theirs, 0.01)
    history = fitted(theirs, rows, val, [0, 1])
    theirs.get_layer("base").trainable = True
    compiled(theirs, 0.001)
    history += fitted(theirs, rows, val, [2, 3, 4])

    assert bits(network) == bits(theirs)
    assert [row["loss"] for row in trained.history] == [row["loss"] for row in history]
    assert [row["val_loss"] for row in trained.history] == [row["val_loss"] for row in history]


def test_frozen_layers_keep_their_bits_in_the_first_phase_and_change_in_the_second(network, rows):
    before = bits(network.get_layer("base"))
    seen = []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(bits(network.get_layer("base")) == before)
    )

    trained = trained_in(network, rows, None, [FROZEN, WHOLE], callbacks=[keep])

    assert seen == [True, True, False, False, False]
    assert [row["epoch"] for row in trained.history] == [1, 2, 3, 4, 5]
    assert [row["phase"] for row in trained.history] == [1, 1, 2, 2, 2]
    assert list(trained.history[0])[:2] == ["epoch", "phase"]


def test_a_phase_says_nothing_about_layers_that_only_another_one_names(network, rows):
    network.get_layer("base").trainable = False
    learning = []
    phases = [WHOLE, PlannedPhase(1, ADAM, trainable={"base": True}), PlannedPhase(1, ADAM)]

    def begin(number, phase):
        compiled(network, 0.01)
        learning.append(len(network.trainable_weights))

    train_in_phases(
        network, rows, None, phases, begin=begin, trained=Trained(), batch_size=BATCH, seed=0
    )

    assert learning == [2, 6, 2]


def test_one_phase_has_no_column_of_its_number(network, rows):
    trained = trained_in(network, rows, None, [WHOLE])

    assert list(trained.history[0]) == ["epoch", "loss"]


def test_what_stops_early_ends_its_phase_and_begins_anew_in_the_next(network, rows, val):
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=1, mode="max")
    phases = [PlannedPhase(9, ADAM), PlannedPhase(9, ADAM)]

    trained = trained_in(network, rows, val, phases, callbacks=[stopping])

    epochs = [row["phase"] for row in trained.history]
    assert epochs == sorted(epochs)
    assert 1 < epochs.count(1) < 9
    assert 1 < epochs.count(2) < 9
    assert trained.stopped_early


def test_a_phase_that_ends_by_itself_was_not_stopped(network, rows, val):
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=1, mode="max")
    phases = [PlannedPhase(9, ADAM), PlannedPhase(1, ADAM)]

    trained = trained_in(network, rows, val, phases, callbacks=[stopping])

    assert not trained.stopped_early


def test_the_best_epoch_is_that_of_all_phases(network, rows, val):
    best = BestWeights("val_loss", "min")

    trained = trained_in(network, rows, val, [FROZEN, WHOLE], (0.01, 0.5), callbacks=[best])

    losses = [row["val_loss"] for row in trained.history]
    assert best.epoch == 1 + int(np.argmin(losses))


def test_files_of_callbacks_grow_over_the_phases(tmp_path, network, rows, val):
    log = keras.callbacks.CSVLogger(tmp_path / "log.csv")
    checkpoint = keras.callbacks.ModelCheckpoint(
        tmp_path / "{epoch}.weights.h5", save_weights_only=True, save_best_only=True,
        monitor="val_loss", mode="min",
    )  # fmt: skip

    trained = trained_in(
        network, rows, val, [FROZEN, WHOLE], (0.01, 0.5), callbacks=[log, checkpoint]
    )

    losses = [row["val_loss"] for row in trained.history]
    better = {at + 1 for at, loss in enumerate(losses) if loss == min(losses[: at + 1])}
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch", "0", "1", "2", "3", "4"]
    assert {int(path.name.split(".")[0]) for path in tmp_path.glob("*.h5")} == better


def test_a_rate_that_was_lowered_begins_anew(network, rows, val):
    lower = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.1, patience=1, mode="max")

    trained = trained_in(network, rows, val, [WHOLE, WHOLE], (0.01, 0.002), callbacks=[lower])

    rates = [row["learning_rate"] for row in trained.history]
    assert rates[0] == pytest.approx(0.01)
    assert rates[2] < 0.01
    assert rates[3] == pytest.approx(0.002)
