"""Training on blocks of rows against the same rows in memory, to the bit."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltrain.data.blocks import Blocks
from dltrain.errors import ModelError, RunError
from dltrain.model.passes import prepare_metrics
from dltrain.training import train
from dltrain.training.feeding import Block, InMemory, check_batch
from dltrain.training.order import block_orders
from dltrain.training.steps import TrainSteps

EPOCHS, SEED = 3, 7
SIZES = {
    "ragged": (1000, 64, 256),
    "batches divide the rows": (1000, 50, 200),
    "short block": (2050, 64, 640),
    "one block": (300, 64, 5000),
    "blocks that hold no whole batches": (500, 64, 100),
    "batch above a block": (500, 64, 10),
    "batch above the rows": (50, 64, 20),
}


def table(n_rows):
    random = np.random.default_rng(n_rows)
    x = random.normal(size=(n_rows, 6)).astype(np.float32)
    return x, random.integers(0, 3, n_rows).astype(np.int32)


def mlp():
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
    model.compile(
        keras.optimizers.Adam(0.01, clipnorm=1.0), "sparse_categorical_crossentropy",
        metrics=["accuracy"], jit_compile=False,
    )  # fmt: skip
    return model


def blocks(array, block_rows):
    return Blocks(len(array), lambda rows: array[rows], block_rows)


def bits(model):
    return [array.tobytes() for array in model.get_weights()]


def in_memory(model, rows, batch_size, block_rows, shuffle=True):
    """Train by the loop's own epoch, on the rows that the blocks of each epoch have."""
    prepare_metrics(model, *rows[:2])
    model.optimizer.build(model.trainable_variables)
    feed, history = InMemory(rows, batch_size, seed=SEED, shuffle=False), []
    steps = TrainSteps(model, feed)
    for epoch in range(EPOCHS):
        drawn = block_orders(len(rows[0]), block_rows, seed=SEED, epoch=epoch, shuffle=shuffle)
        order = np.concatenate([chosen[within] for chosen, within in drawn]).astype(np.int32)
        steps.reset()
        steps(Block(feed.rows, tf.constant(order), 0, feed.steps), 0, feed.steps)
        history.append(steps.results())
    return history


@pytest.mark.slow
@pytest.mark.parametrize(("n_rows", "batch_size", "block_rows"), SIZES.values(), ids=SIZES.keys())
def test_blocks_train_to_the_bits_of_the_same_rows_in_memory(n_rows, batch_size, block_rows):
    x, y = table(n_rows)
    whole = max(1, block_rows // batch_size) * batch_size
    expected, streamed = mlp(), mlp()

    history = in_memory(expected, (x, y), batch_size, whole)
    trained = train(
        streamed, (blocks(x, block_rows), y), epochs=EPOCHS, batch_size=batch_size, seed=SEED
    )

    assert bits(streamed) == bits(expected)
    assert [row | {"epoch": 0} for row in trained.history] == [
        {"epoch": 0, **logs} for logs in history
    ]


@pytest.mark.slow
def test_weights_and_the_order_of_the_file_stream_too():
    x, y = table(300)
    weights = np.random.default_rng(1).uniform(0, 2, 300).astype(np.float32)
    expected, streamed = mlp(), mlp()

    in_memory(expected, (x, y, weights), 32, 96, shuffle=False)
    rows = tuple(blocks(array, 100) for array in (x, y, weights))
    train(streamed, rows, epochs=EPOCHS, batch_size=32, seed=SEED, shuffle=False)

    assert bits(streamed) == bits(expected)


@pytest.mark.slow
@pytest.mark.parametrize("block_rows", [64, 100, 1000])
def test_validation_by_blocks_has_the_figures_of_the_one_in_memory(block_rows):
    x, y = table(300)
    by_block, at_once = mlp(), mlp()

    one = train(by_block, (x, y), (blocks(x, block_rows), y), epochs=2, batch_size=64, seed=SEED)
    other = train(at_once, (x, y), (x, y), epochs=2, batch_size=64, seed=SEED)

    assert one.history == other.history


ORDERS = {"one block": (10, 64), "ragged": (1000, 64), "even": (640, 64), "one row": (1, 8)}


@pytest.mark.parametrize(("n_rows", "block_rows"), ORDERS.values(), ids=ORDERS.keys())
def test_an_epoch_has_every_row_once_and_one_short_block_at_the_end(n_rows, block_rows):
    drawn = list(block_orders(n_rows, block_rows, seed=1, epoch=4))

    rows = np.concatenate([chosen[within] for chosen, within in drawn])
    assert sorted(rows.tolist()) == list(range(n_rows))
    assert [len(chosen) for chosen, _ in drawn[:-1]] == [block_rows] * (len(drawn) - 1)


def test_orders_follow_from_seed_and_epoch_alone():
    def order(seed, epoch):
        drawn = block_orders(500, 64, seed=seed, epoch=epoch)
        return np.concatenate([chosen[within] for chosen, within in drawn]).tolist()

    orders = [order(seed, epoch) for seed in range(3) for epoch in range(3)]

    assert order(2, 1) == orders[7]
    assert len({tuple(one) for one in orders}) == 9


def test_blocks_differ_from_epoch_to_epoch():
    def first_rows(epoch):
        return {int(chosen[0]) for chosen, _ in block_orders(500, 100, seed=0, epoch=epoch)}

    assert first_rows(0) != first_rows(1)


def test_without_shuffling_rows_come_as_they_lie():
    drawn = block_orders(250, 100, seed=0, epoch=0, shuffle=False)

    assert np.concatenate([chosen[within] for chosen, within in drawn]).tolist() == [*range(250)]


FAILURES = {
    "a disk": OSError(5, "Input/output error", "/data/rows.bin"),
    "a value": ValueError("rows of another length"),
}


@pytest.mark.parametrize("engine", ["graph", "keras"])
@pytest.mark.parametrize("part", ["train", "val"])
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_what_fails_while_a_block_is_made_ends_the_training(engine, part, failure):
    x, y = table(300)

    def broken(rows):
        if 0 in rows and len(rows) > 1:
            raise failure
        return x[rows]

    whole, failing = (blocks(x, 64), y), (Blocks(300, broken, 64), y)
    rows = {"train": (failing, whole), "val": (whole, failing)}[part]
    with pytest.raises(type(failure)) as caught:
        train(mlp(), *rows, epochs=1, batch_size=32, seed=0, engine=engine)

    assert caught.value is failure


@pytest.mark.slow
def test_a_loss_that_is_not_finite_ends_the_training():
    x, y = table(300)
    x[17] = np.inf

    with pytest.raises(RunError) as caught:
        train(mlp(), (blocks(x, 64), y), epochs=2, batch_size=32, seed=0)

    assert caught.value.message.startswith("epoch 1: got loss nan, expected a finite number.")


def test_batches_that_memory_may_not_hold_are_refused():
    rows = (blocks(np.zeros((1000, 1)), 10), np.zeros(1000))

    check_batch(rows, 80)
    check_batch((np.zeros(1000), np.zeros(1000)), 1000)
    with pytest.raises(ModelError) as caught:
        check_batch(rows, 1000)

    assert str(caught.value) == (
        "training.batch_size: got batches of 1000 rows for a table that is streamed, expected at "
        "most 80. Or let `dataset.cache` be never, which reads all of it into memory."
    )
