"""Which engine runs, and what XLA promises."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from dltrain.config.catalogue.names import kinds
from dltrain.data.blocks import Blocks
from dltrain.errors import RunError
from dltrain.model.objects import build
from dltrain.model.precision import building_in
from dltrain.training import train
from dltrain.training.engines import FAST_LAYERS, Engine, choose_engine
from dltrain.training.feeding import InMemory, segments
from dltrain.training.steps import FAST, fast_drawing

layers = keras.layers
SHORT = "a short training: XLA would cost more to compile than it saves"
LONG = "a long training: XLA saves more than it costs to compile"


def dense(*units, shape=(784,)):
    hidden = [layers.Dense(number, "relu") for number in units]
    return keras.Sequential([keras.Input(shape), *hidden, layers.Dense(10, "softmax")])


def convolutional():
    return keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(1)]
    )


def wrapped():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    return keras.Sequential(
        [keras.Input((3, 4)), layers.TimeDistributed(inner), layers.LSTM(2), layers.Dense(1)]
    )


RULE = {
    "a large mlp": (lambda: dense(128, 128), "auto", 60_000, 128, 20 * 469, Engine("xla", LONG)),
    "a small table": (
        lambda: dense(16, shape=(29,)), "auto", 212, 32, 300 * 7, Engine("graph", SHORT)
    ),
    "few epochs": (lambda: dense(128, 128), "auto", 60_000, 128, 469, Engine("graph", SHORT)),
    "convolutions": (
        convolutional, "auto", 60_000, 128, 10**6,
        Engine("graph", "XLA does not speed up Conv2D"),
    ),
    "layers inside of layers": (
        wrapped, "auto", 60_000, 128, 10**6,
        Engine("graph", "XLA does not speed up LSTM, TimeDistributed"),
    ),
    "fewer rows than a batch": (
        dense, "auto", 10, 32, 10**6, Engine("graph", "one short batch")
    ),
    "as the file says": (convolutional, "xla", 212, 32, 7, Engine("xla", "the file says so")),
}  # fmt: skip


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="the rule of a CPU")
@pytest.mark.parametrize(
    ("make", "wanted", "rows", "batch_size", "steps", "engine"), RULE.values(), ids=RULE.keys()
)
def test_the_rule_follows_from_network_rows_and_epochs(
    make, wanted, rows, batch_size, steps, engine
):
    chosen = choose_engine(make(), wanted, rows=rows, batch_size=batch_size, steps=steps)

    assert chosen == engine


def test_every_layer_of_the_rule_is_one_of_keras():
    assert [name for name in FAST_LAYERS if not hasattr(layers, name)] == []


def rows_of(n_rows):
    random = np.random.default_rng(n_rows)
    x = random.normal(size=(n_rows, 6)).astype(np.float32)
    return x, random.integers(0, 3, n_rows).astype(np.int32)


def with_dropout():
    keras.utils.set_random_seed(7)
    model = keras.Sequential([
        keras.Input((6,)), layers.Dense(16, "relu"), layers.BatchNormalization(),
        layers.Dropout(0.3), layers.Dense(3, "softmax"),
    ])  # fmt: skip
    model.compile(
        "adam", "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False
    )
    return model


def fingerprint():
    """Train under XLA and hash the weights; also run in a process of its own."""
    model = with_dropout()
    train(model, rows_of(330), rows_of(70), epochs=3, batch_size=64, seed=1, engine="xla")
    return hashlib.sha256(b"".join(one.tobytes() for one in model.get_weights())).hexdigest()


@pytest.mark.slow
def test_xla_repeats_to_the_bit_from_process_to_process():
    code = f"import runpy; print(runpy.run_path({__file__!r})['fingerprint']())"

    prints = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]

    assert {one.stdout.strip() for one in prints} == {fingerprint()}


def compiled_shapes(rows, monkeypatch, **options):
    """List the shapes that XLA is given in a training, each of which it compiles; give the bits."""
    shapes, make = [], tf.function

    def watching(function=None, **keywords):
        made = make(function, **keywords)
        if not keywords.get("jit_compile"):
            return made

        def watched(*arguments):
            shapes.append([tuple(one.shape) for one in tf.nest.flatten(arguments)])
            return made(*arguments)

        return watched

    model = with_dropout()
    with monkeypatch.context() as patch:
        patch.setattr(tf, "function", watching)
        history = train(
            model, rows, rows_of(70), epochs=3, batch_size=64, seed=1, shuffle=False, **options
        ).history
    bits = [one.tobytes() for one in model.get_weights()]
    return {str(one) for one in shapes}, (history, bits)


@pytest.mark.slow
@pytest.mark.parametrize("block_rows", [128, 256])  # the last one has whole batches, and 10 rows
def test_xla_compiles_one_program_also_for_a_short_last_block(monkeypatch, block_rows):
    rows = rows_of(330)
    blocks = tuple(Blocks(330, one.__getitem__, block_rows) for one in rows)

    whole, expected = compiled_shapes(rows, monkeypatch, engine="xla")
    shapes, streamed = compiled_shapes(blocks, monkeypatch, engine="xla")
    graph, _ = compiled_shapes(rows, monkeypatch, engine="graph")

    assert whole == {str([(330, 6), (330,), (330,), (), ()])}
    assert shapes == {str([(block_rows, 6), (block_rows,), (block_rows,), (), ()])}
    assert streamed == expected
    assert graph == set()


def test_random_layers_draw_by_the_algorithm_that_xla_is_fast_at():
    seed, wanted = tf.constant([3, 0]), tf.random.stateless_uniform
    with fast_drawing():
        compiled = tf.function(lambda: tf.random.stateless_uniform([4, 5], seed), jit_compile=True)
        drawn = compiled().numpy()

    expected = tf.function(lambda: wanted([4, 5], seed, alg=FAST), jit_compile=True)().numpy()
    assert drawn.tolist() == expected.tolist()
    assert tf.random.stateless_uniform is wanted


OPTIMIZERS = [name for name in kinds()["optimizer"] if name != "multi_optimizer"]


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_compiles_and_steps_as_the_graph(name):
    trained = []
    for engine in ("graph", "xla"):
        keras.utils.set_random_seed(7)
        model = keras.Sequential([keras.Input((6,)), layers.Dense(3, "softmax")])
        model.compile(
            build("optimizer", {"type": name}, ("optimizer",)), "sparse_categorical_crossentropy",
            jit_compile=False,
        )  # fmt: skip
        history = train(model, rows_of(100), epochs=1, batch_size=32, seed=1, engine=engine).history
        trained.append(history[0]["loss"])

    assert trained[0] == pytest.approx(trained[1], rel=1e-4)


def test_what_xla_has_no_code_for_is_named():
    model = keras.Sequential(
        [keras.Input((6, 6, 1)), layers.RandomRotation(0.1), layers.Flatten(), layers.Dense(2)]
    )
    model.compile("sgd", "mse", jit_compile=False)
    rows = np.zeros((8, 6, 6, 1), np.float32), np.zeros((8, 2), np.float32)

    with pytest.raises(RunError) as caught:
        train(model, rows, epochs=1, batch_size=4, seed=1, engine="xla")

    assert str(caught.value) == (
        "training.engine: got xla, which has no ImageProjectiveTransformV3, a part of a layer of "
        "this network, expected an engine that runs all of them. Say auto, or graph."
    )


@pytest.mark.slow
def test_half_precision_compiles_and_trains_as_the_graph():
    losses = []
    for engine in ("graph", "xla"):
        keras.utils.set_random_seed(7)
        with building_in("mixed_float16"):
            inner = [layers.Dense(16, "relu"), layers.Dense(3, "softmax", dtype="float32")]
            model = keras.Sequential([keras.Input((6,)), *inner])
        optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1))
        model.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=False)
        trained = train(model, rows_of(100), epochs=3, batch_size=20, seed=1, engine=engine)
        losses.append([one["loss"] for one in trained.history])

    assert losses[0] == pytest.approx(losses[1], rel=2e-3)
    assert losses[0][-1] < losses[0][0]


PARTS = {
    "one epoch": (7, 0, 7, [(0, 0, 7)]),
    "in the middle": (7, 3, 7, [(0, 3, 7)]),
    "over the end of a pass": (7, 5, 10, [(0, 5, 7), (0, 0, 3)]),
    "two passes": (3, 0, 6, [(0, 0, 3), (0, 0, 3)]),
    "nothing": (3, 4, 4, []),
}


@pytest.mark.parametrize(("steps", "begin", "end", "parts"), PARTS.values(), ids=PARTS.keys())
def test_steps_go_on_from_pass_to_pass(steps, begin, end, parts):
    feed = InMemory(rows_of(steps * 4 - 1), 4, seed=1, shuffle=True)

    given = list(segments(feed, begin, end))

    assert [(block.first, start, stop) for block, start, stop in given] == parts
    assert feed.steps == steps
