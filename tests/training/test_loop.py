"""The loop against `model.fit`, which is fed the same rows in the same order."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltrain.errors import RunError
from dltrain.training import Trained, train
from dltrain.training.order import epoch_order

EPOCHS = 3
SEED = 7


def table(n_rows):
    random = np.random.default_rng(n_rows)
    x = random.normal(size=(n_rows, 6)).astype(np.float32)
    return x, random.integers(0, 3, n_rows).astype(np.int32)


def pictures(n_rows):
    random = np.random.default_rng(n_rows)
    x = random.integers(0, 256, (n_rows, 8, 8, 1)).astype(np.uint8)
    return x, random.integers(0, 3, n_rows).astype(np.int32)


def mlp():
    """Make an MLP with dropout, batch normalisation and L2."""
    layers = keras.layers
    keras.utils.set_random_seed(SEED)
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(16, "relu", kernel_regularizer=keras.regularizers.L2(1e-3)),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(3, "softmax"),
        ]
    )
    return compiled(model, keras.optimizers.Adam(0.01, clipnorm=1.0))


def cnn():
    """Make a small CNN that scales its uint8 pictures inside the step."""
    layers = keras.layers
    keras.utils.set_random_seed(SEED)
    first = keras.Input((8, 8, 1), dtype="uint8")
    x = layers.Rescaling(1 / 255)(first)
    x = layers.Conv2D(4, 3, activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Dropout(0.2)(layers.Flatten()(x))
    model = keras.Model(first, layers.Dense(3, "softmax")(x))
    return compiled(model, keras.optimizers.SGD(0.05, momentum=0.9))


def compiled(model, optimizer):
    model.compile(
        optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False
    )
    return model


def fitted(model, rows, val, batch_size):
    """Train by `fit`, one call an epoch, with the rows in the loop's order; give the history."""
    history = []
    for epoch in range(EPOCHS):
        order = epoch_order(len(rows[0]), seed=SEED, epoch=epoch)
        x, y, *weight = (array[order] for array in rows)
        one = model.fit(
            x, y, batch_size, epochs=1, shuffle=False, validation_data=val, verbose=0,
            sample_weight=weight[0] if weight else None,
        )  # fmt: skip
        history.append({name: values[0] for name, values in one.history.items()})
    return history


def bits(model):
    return [array.tobytes() for array in model.get_weights()]


SIZES = {"1000 by 64": (1000, 64), "1000 by 50": (1000, 50), "2050 by 64": (2050, 64)}
NETWORKS = {"mlp": (mlp, table), "cnn": (cnn, pictures)}


@pytest.mark.slow
@pytest.mark.parametrize(("make", "data"), NETWORKS.values(), ids=NETWORKS.keys())
@pytest.mark.parametrize(("n_rows", "batch_size"), SIZES.values(), ids=SIZES.keys())
def test_weights_and_history_equal_those_of_fit_to_the_bit(make, data, n_rows, batch_size):
    rows, val = data(n_rows), data(130)
    ours, theirs = make(), make()

    trained = train(ours, rows, val, epochs=EPOCHS, batch_size=batch_size, seed=SEED)
    history = fitted(theirs, rows, val, batch_size)

    assert bits(ours) == bits(theirs)
    assert trained.history == [{"epoch": at + 1, **row} for at, row in enumerate(history)]
    assert [array.tobytes() for array in trained.last] == bits(ours)


def several(n_rows):
    """Make rows with two inputs and two targets."""
    random = np.random.default_rng(n_rows)
    x = {
        "table": random.normal(size=(n_rows, 4)).astype(np.float32),
        "note": random.integers(0, 9, (n_rows, 5)).astype(np.int32),
    }
    y = {
        "price": random.normal(size=(n_rows, 1)).astype(np.float32),
        "sold": random.integers(0, 2, (n_rows, 1)).astype(np.float32),
    }
    return x, y


def two_by_two():
    """Make a network with two inputs, two outputs, and losses and metrics of their own."""
    layers = keras.layers
    keras.utils.set_random_seed(SEED)
    first = {"table": keras.Input((4,), name="table"),
             "note": keras.Input((5,), dtype="int32", name="note")}  # fmt: skip
    tokens = layers.GlobalAveragePooling1D()(layers.Embedding(9, 3)(first["note"]))
    both = layers.Dropout(0.2)(layers.Concatenate()([first["table"], tokens]))
    hidden = layers.Dense(8, "relu", kernel_regularizer=keras.regularizers.L2(1e-3))(both)
    outputs = {"price": layers.Dense(1)(hidden), "sold": layers.Dense(1, "sigmoid")(hidden)}
    model = keras.Model(first, outputs)
    model.compile(
        keras.optimizers.Adam(0.01),
        loss={"price": "mean_squared_error", "sold": "binary_crossentropy"},
        loss_weights={"price": 0.5, "sold": 2.0},
        metrics={"price": ["mae"], "sold": ["accuracy", "auc"]},
        jit_compile=False,
    )
    return model


def fitted_several(model, rows, val, batch_size):
    history = []
    for epoch in range(EPOCHS):
        order = epoch_order(len(rows[0]["table"]), seed=SEED, epoch=epoch)
        x, y = ({name: one[order] for name, one in arrays.items()} for arrays in rows)
        one = model.fit(x, y, batch_size, shuffle=False, validation_data=val, verbose=0)
        history.append({name: values[0] for name, values in one.history.items()})
    return history


@pytest.mark.slow
@pytest.mark.parametrize(("n_rows", "batch_size"), SIZES.values(), ids=SIZES.keys())
def test_several_inputs_and_outputs_are_trained_as_in_fit_to_the_bit(n_rows, batch_size):
    rows, val = several(n_rows), several(130)
    ours, theirs = two_by_two(), two_by_two()

    trained = train(ours, rows, val, epochs=EPOCHS, batch_size=batch_size, seed=SEED)
    history = fitted_several(theirs, rows, val, batch_size)

    assert bits(ours) == bits(theirs)
    # Keras takes a short last batch for a whole one in the losses of single outputs.
    single = {f"{part}{name}_loss" for part in ("", "val_") for name in ("price", "sold")}
    for row, expected in zip(trained.history, history, strict=True):
        assert row.keys() - {"epoch"} == expected.keys()
        assert {name: row[name] for name in expected if name not in single} == {
            name: value for name, value in expected.items() if name not in single
        }


def test_the_losses_of_outputs_are_means_over_rows_and_add_up_to_the_loss():
    rows, val = several(70), several(50)
    model = two_by_two()

    [row] = train(model, rows, val, epochs=1, batch_size=32, seed=SEED).history

    given = model.predict(val[0], verbose=0)
    losses = {
        "price": np.mean((given["price"] - val[1]["price"]) ** 2),
        "sold": keras.losses.BinaryCrossentropy()(val[1]["sold"], given["sold"]),
    }
    assert row["val_price_loss"] == pytest.approx(float(losses["price"]), rel=1e-5)
    assert row["val_sold_loss"] == pytest.approx(float(losses["sold"]), rel=1e-5)
    penalty = float(sum(model.losses))
    total = 0.5 * row["val_price_loss"] + 2 * row["val_sold_loss"] + penalty
    assert row["val_loss"] == pytest.approx(total, rel=1e-5)


def test_the_figures_of_each_output_stand_together_its_loss_first():
    [row] = train(two_by_two(), several(40), several(20), epochs=1, batch_size=20, seed=0).history

    figures = ["loss", "price_loss", "price_mae", "sold_loss", "sold_accuracy", "sold_auc"]
    assert list(row) == ["epoch", *figures, *(f"val_{name}" for name in figures)]


@pytest.mark.slow
def test_weights_of_rows_count_as_in_fit(rows, make_model):
    weight = np.linspace(0, 2, len(rows[0])).astype(np.float32)
    ours, theirs = make_model(), make_model()

    trained = train(ours, (*rows, weight), epochs=EPOCHS, batch_size=32, seed=SEED)
    history = fitted(theirs, (*rows, weight), None, 32)

    assert bits(ours) == bits(theirs)
    assert [row["loss"] for row in trained.history] == [row["loss"] for row in history]


@pytest.mark.slow
def test_one_batch_can_hold_all_rows(rows, make_model):
    ours, theirs = make_model(), make_model()

    train(ours, rows, epochs=EPOCHS, batch_size=len(rows[0]), seed=SEED)
    fitted(theirs, rows, None, len(rows[0]))

    assert bits(ours) == bits(theirs)


@pytest.mark.slow
def test_a_batch_larger_than_the_rows_holds_them_all(rows, make_model):
    few = tuple(array[:10] for array in rows)
    ours, theirs = make_model(), make_model()

    train(ours, few, epochs=2, batch_size=64, seed=SEED, shuffle=False)
    theirs.fit(*few, 64, epochs=2, shuffle=False, verbose=0)

    assert bits(ours) == bits(theirs)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bits_and_another_one_others(rows, val, make_model):
    trainings = [
        train(make_model(), rows, val, epochs=2, batch_size=32, seed=seed) for seed in (1, 1, 2)
    ]

    first, second, other = trainings
    assert first.history == second.history
    assert [array.tobytes() for array in first.last] == [a.tobytes() for a in second.last]
    assert first.history != other.history


def test_seconds_are_measured_for_every_epoch(rows, make_model):
    trained = train(make_model(), rows, epochs=2, batch_size=32, seed=0)

    assert len(trained.seconds) == 2
    assert min(trained.seconds) > 0


OPTIMIZERS = {
    "averaged weights": {
        "class_name": "sgd",
        "config": {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.9},
    },
    "averages that overwrite": {
        "class_name": "adam",
        "config": {"use_ema": True, "ema_overwrite_frequency": 4},
    },
    "gradients of several batches": {
        "class_name": "adam",
        "config": {"gradient_accumulation_steps": 2},
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())
def test_what_an_optimizer_does_at_the_end_is_done_as_in_fit(rows, make_model, optimizer):
    ours, theirs = make_model(optimizer), make_model(optimizer)

    trained = train(ours, rows, epochs=2, batch_size=32, seed=0, shuffle=False)
    theirs.fit(*rows, 32, epochs=2, shuffle=False, verbose=0)

    assert bits(ours) == bits(theirs)
    assert [array.tobytes() for array in trained.last] == bits(ours)


def callback_cases():
    callbacks = keras.callbacks
    return {
        "early stopping": lambda: [
            callbacks.EarlyStopping("val_loss", patience=1, mode="max", restore_best_weights=True)
        ],
        "lower learning rate": lambda: [
            callbacks.ReduceLROnPlateau("val_loss", factor=0.1, patience=1, mode="max")
        ],
        "no callback": list,
    }


@pytest.mark.slow
@pytest.mark.parametrize("make", callback_cases().values(), ids=callback_cases().keys())
def test_callbacks_act_as_in_fit(rows, val, make_model, make):
    ours, theirs = make_model(), make_model()

    trained = train(
        ours, rows, val, epochs=6, batch_size=32, seed=0, shuffle=False, callbacks=make()
    )
    fit = theirs.fit(
        *rows, 32, epochs=6, shuffle=False, verbose=0, validation_data=val, callbacks=make()
    )

    assert bits(ours) == bits(theirs)
    columns = {name: [row[name] for row in trained.history] for name in trained.history[0]}
    assert columns == {"epoch": [*range(1, len(trained.history) + 1)], **fit.history}
    assert trained.stopped_early == (len(trained.history) < 6)


@pytest.mark.slow
def test_averages_are_swapped_in_for_the_validation_as_in_fit(rows, val, make_model):
    optimizer = {"class_name": "sgd", "config": {"learning_rate": 0.5, "use_ema": True}}
    ours, theirs = make_model(optimizer), make_model(optimizer)
    ours_swap, their_swap = keras.callbacks.SwapEMAWeights(), keras.callbacks.SwapEMAWeights()

    trained = train(
        ours, rows, val, epochs=3, batch_size=32, seed=0, shuffle=False, callbacks=[ours_swap]
    )
    fit = theirs.fit(
        *rows, 32, epochs=3, shuffle=False, verbose=0, validation_data=val, callbacks=[their_swap]
    )

    assert [row["val_loss"] for row in trained.history] == fit.history["val_loss"]
    assert bits(ours) == bits(theirs)


@pytest.mark.slow
def test_files_of_callbacks_equal_those_of_fit(tmp_path, rows, val, make_model):
    def callbacks(name):
        return [
            keras.callbacks.CSVLogger(tmp_path / f"{name}.csv"),
            keras.callbacks.ModelCheckpoint(
                tmp_path / f"{name}.weights.h5", save_weights_only=True, save_best_only=True,
                monitor="val_loss", mode="min",
            ),
        ]  # fmt: skip

    ours, theirs = make_model(), make_model()

    train(ours, rows, val, epochs=3, batch_size=32, seed=0, shuffle=False, callbacks=callbacks("a"))
    theirs.fit(
        *rows, 32, epochs=3, shuffle=False, verbose=0, validation_data=val,
        callbacks=callbacks("b"),
    )  # fmt: skip

    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()
    ours.load_weights(tmp_path / "a.weights.h5")
    theirs.load_weights(tmp_path / "b.weights.h5")
    assert bits(ours) == bits(theirs)


def test_an_epoch_without_validation_has_no_val_figures_and_warns_nobody(rows, val, make_model):
    stopping = keras.callbacks.EarlyStopping("val_loss", patience=5, mode="min")

    trained = train(
        make_model(), rows, val, epochs=4, batch_size=32, seed=0, validation_freq=2,
        callbacks=[stopping],
    )  # fmt: skip

    assert ["val_loss" in row for row in trained.history] == [False, True, False, True]


def test_a_stopped_training_says_so_unless_it_was_the_last_epoch(rows, make_model):
    class StopAfter(keras.callbacks.Callback):
        def __init__(self, epoch):
            super().__init__()
            self.epoch = epoch

        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch + 1 == self.epoch

    early, last = (
        train(make_model(), rows, epochs=3, batch_size=32, seed=0, callbacks=[StopAfter(epoch)])
        for epoch in (2, 3)
    )

    assert (len(early.history), early.stopped_early) == (2, True)
    assert (len(last.history), last.stopped_early) == (3, False)


TRY = "Try a lower `optimizer.learning_rate`, `optimizer.clipnorm=1`, or scaled inputs."


def linear(learning_rate):
    """Make one linear unit."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    optimizer = keras.optimizers.SGD(learning_rate)
    model.compile(optimizer, "mean_squared_error", jit_compile=False)
    return model


def test_a_loss_that_is_not_finite_ends_the_run_with_a_way_out():
    rows = (np.full((8, 1), 1e18, np.float32), np.ones((8, 1), np.float32))
    trained = Trained()

    with pytest.raises(RunError) as caught:
        train(
            linear(1.0), rows, epochs=3, batch_size=4, seed=0, trained=trained,
            callbacks=[keras.callbacks.TerminateOnNaN()],
        )  # fmt: skip

    assert str(caught.value) == f"epoch 1: got loss inf, expected a finite number. {TRY}"
    assert caught.value.exit_code == 1
    assert len(trained.history) == 1


def test_a_val_loss_that_is_not_finite_ends_the_run_with_a_way_out(rows, val, make_model):
    x, y = val
    x[5, 0] = np.inf

    with pytest.raises(RunError) as caught:
        train(make_model(), rows, (x, y), epochs=3, batch_size=32, seed=0)

    assert str(caught.value) == f"epoch 1: got val_loss nan, expected a finite number. {TRY}"


def without_nan(x):
    """Turn NaN into 0, as the ReLU of some machines does."""
    return keras.ops.where(keras.ops.isnan(x), 0.0, x)


def test_weights_that_an_activation_hides_end_the_run_with_a_way_out(rows):
    x, y = rows
    x[17, 2] = np.nan
    layers = [keras.Input((5,)), keras.layers.Dense(6, without_nan), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile("sgd", "mean_squared_error", jit_compile=False)

    with pytest.raises(RunError) as caught:
        train(model, (x, y), epochs=3, batch_size=len(x), seed=0)

    message = "epoch 1: got weights that are not finite, expected finite numbers"
    assert str(caught.value) == f"{message}. {TRY}"


def test_weights_that_the_last_step_has_ruined_end_the_run_with_a_way_out():
    rows = (np.full((4, 1), 1e15, np.float32), np.ones((4, 1), np.float32))

    with pytest.raises(RunError) as caught:
        train(linear(1e30), rows, epochs=1, batch_size=4, seed=0)

    message = "epoch 1: got weights that are not finite, expected finite numbers"
    assert str(caught.value) == f"{message}. {TRY}"


WHERE = {"graph": "epoch 1", "keras": "an epoch of fit from 1 on"}


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="a GPU reads zeros")
@pytest.mark.parametrize("engine", ["graph", "keras"])
def test_a_number_that_a_layer_cannot_take_ends_the_run_with_a_way_out(engine):
    model = keras.Sequential(
        [
            keras.Input((2,), dtype="int32"),
            keras.layers.Embedding(4, 2),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
    )
    model.compile("sgd", "mean_squared_error", jit_compile=False)
    rows = (np.array([[0, 1], [2, 9]], np.int32), np.ones((2, 1), np.float32))

    with pytest.raises(RunError) as caught:
        train(model, rows, epochs=1, batch_size=2, seed=0, engine=engine)

    told = str(caught.value)
    assert told.startswith(f"{WHERE[engine]}: got numbers that a layer cannot take (indices[")
    assert told.endswith(" is not in [0, 4)), expected others. Compare the layers with the data.")


FEWER = (
    "got more numbers than memory holds, expected fewer. "
    "Use fewer rows, or `dataset.cache=always`, which reads a table in blocks."
)
SMALLER = (
    "got more numbers than memory holds, expected fewer. "
    "Use a smaller `training.batch_size`, or a smaller network."
)
PREPARATIONS = {
    "feed_of": f"the train rows: {FEWER}",
    "evaluation_pass": f"the val rows: {FEWER}",
    "prepare_metrics": f"epoch 1: {SMALLER}",
}


@pytest.mark.parametrize(("name", "message"), PREPARATIONS.items(), ids=PREPARATIONS.keys())
def test_rows_that_memory_does_not_hold_are_named(
    rows, val, make_model, monkeypatch, name, message
):
    def full(*arguments, **keywords):
        raise tf.errors.InternalError(None, None, "Dst tensor is not initialized.")

    monkeypatch.setattr(f"dltrain.training.loop.{name}", full)
    with pytest.raises(RunError) as caught:
        train(make_model(), rows, val, epochs=1, batch_size=32, seed=0)

    assert str(caught.value) == message


def test_an_optimizer_that_memory_does_not_hold_is_named(rows, make_model, monkeypatch):
    model = make_model()

    def full(variables):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(model.optimizer, "build", full)
    with pytest.raises(RunError) as caught:
        train(model, rows, epochs=1, batch_size=32, seed=0)

    assert str(caught.value) == f"epoch 1: {SMALLER}"
