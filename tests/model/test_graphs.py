"""Graphs from a file against the same graphs, written by hand in Keras with the same weights."""

import keras
import numpy as np
import pytest

from dltrain.data.columns import NumberColumn
from dltrain.data.inputs import ArrayInputs, ImageInputs, NamedInputs
from dltrain.data.table import TableInputs
from dltrain.data.texts.inputs import TextInputs
from dltrain.errors import ModelError
from dltrain.model import building
from dltrain.model.plan import plan_network

NOTHING = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}
NUMBERS = TableInputs(tuple(NumberColumn(f"c{at}", "none", 0.0, 1.0) for at in range(6)))
NOTE = TextInputs((5,), "sequence", 9, "note", tuple("abcdef"))
TITLE = TextInputs((5,), "sequence", 7, "title", tuple("wxyz"))
BOTH = NamedInputs({"table": NUMBERS, "note": NOTE})
SERIES = ArrayInputs((4, 6))
layers = keras.layers


def dense(name, units=6, **more):
    return {"type": "dense", "units": units, "name": name} | more


def build(hidden, inputs=NUMBERS, regularization=None, task="binary", outputs=1, output="auto"):
    """Build a network; dropout and regularizers where a test gives some."""
    architecture = {"layers": hidden, "output": output}
    return building.build_network(
        architecture, NOTHING | (regularization or {}), inputs.to_json(), task=task, outputs=outputs
    )[0]


def rows(shapes):
    """Make rows of numbers, or of tokens below 7 for shapes that say so."""
    random = np.random.default_rng(0)
    return {
        name: random.integers(0, 7, (8, *shape)).astype(np.int32)
        if name in ("note", "title")
        else random.normal(size=(8, *shape)).astype(np.float32)
        for name, shape in shapes.items()
    }


def by_hand_skip(x):
    a = layers.Dense(6, "relu", name="a")(x["input"])
    b = layers.Dense(6, name="b")(a)
    return layers.Add(name="add")([a, b])


def by_hand_branches(x):
    a = layers.Dense(3, name="a")(x["input"])
    b = layers.Dense(4, "tanh", name="b")(x["input"])
    return layers.Concatenate(name="concatenate")([b, a, x["input"]])


def by_hand_attention(x):
    query = layers.Dense(6, name="query")(x["input"])
    mixed = layers.MultiHeadAttention(2, 3, name="m")(query=query, value=x["input"])
    return layers.Flatten(name="flatten")(mixed)


def by_hand_list_attention(x):
    query = layers.Dense(6, name="query")(x["input"])
    return layers.Flatten(name="flatten")(layers.Attention(name="m")([query, x["input"]]))


def by_hand_shared(x):
    shared, last = layers.Dense(6, "relu", name="a"), layers.Dense(6, name="b")
    return last(shared(shared(x["input"])))


def by_hand_residual(x):
    tensor = layers.Dense(6, name="s")(x["input"])
    for time in (1, 2, 3):
        changed = layers.Dense(6, "relu", name=f"a_{time}")(tensor)
        tensor = layers.Add(name=f"s_{time}")([tensor, changed])
    return tensor


def by_hand_two_inputs(x):
    tokens = layers.Embedding(9, 3, name="embedding")(x["note"])
    pooled = layers.GlobalAveragePooling1D(name="p")(tokens)
    return layers.Concatenate(name="concatenate")([x["table"], pooled])


def by_hand_state(x):
    start = layers.Dense(2, name="start")(x["table"])
    tokens = layers.Embedding(9, 3, name="tokens")(x["note"])
    return layers.GRU(2, name="gru")(tokens, initial_state=start)


# Name of the case: inputs, layers, what is between input and output by hand.
GRAPHS = {
    "a skip connection": (
        NUMBERS,
        [dense("a", activation="relu"), dense("b"), {"type": "add", "inputs": ["a", "b"]}],
        by_hand_skip,
    ),
    "branches": (
        NUMBERS,
        [dense("a", 3), dense("b", 4, activation="tanh", inputs="input"),
         {"type": "concatenate", "inputs": ["b", "a", "input"]}],
        by_hand_branches,
    ),
    "attention by keyword": (
        SERIES,
        [dense("query"),
         {"type": "multi_head_attention", "num_heads": 2, "key_dim": 3, "name": "m",
          "inputs": {"query": "query", "value": "input"}}, {"type": "flatten"}],
        by_hand_attention,
    ),
    "attention by a list": (
        SERIES,
        [dense("query"), {"type": "attention", "name": "m", "inputs": ["query", "input"]},
         {"type": "flatten"}],
        by_hand_list_attention,
    ),
    "a layer used twice": (
        NUMBERS, [dense("a", activation="relu"), {"use": "a"}, dense("b")], by_hand_shared,
    ),
    "a residual chain": (
        NUMBERS,
        [dense("s"), {"repeat": 3, "layers": [
            dense("a", activation="relu"), {"type": "add", "inputs": ["s", "a"], "name": "s"}]}],
        by_hand_residual,
    ),
    "two inputs": (
        BOTH,
        [{"type": "embedding", "output_dim": 3, "inputs": "note"},
         {"type": "global_average_pooling1d", "name": "p"},
         {"type": "concatenate", "inputs": ["table", "p"]}],
        by_hand_two_inputs,
    ),
    "a state from another input": (
        BOTH,
        [dense("start", 2, inputs="table"),
         {"type": "embedding", "output_dim": 3, "inputs": "note", "name": "tokens"},
         {"type": "gru", "units": 2, "inputs": {"sequences": "tokens", "initial_state": "start"}}],
        by_hand_state,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("inputs", "hidden", "by_hand"), GRAPHS.values(), ids=GRAPHS.keys())
def test_a_graph_computes_what_the_same_graph_by_hand_computes(inputs, hidden, by_hand):
    keras.utils.set_random_seed(3)
    ours = build(hidden, inputs)
    x = rows({one.name: one.shape[1:] for one in ours.inputs})
    first = {
        one.name: keras.Input(one.shape[1:], dtype=one.dtype, name=one.name) for one in ours.inputs
    }
    output = layers.Dense(1, "sigmoid", name="output")(by_hand(first))
    theirs = keras.Model(first, output)

    for layer in theirs.layers:
        if layer.weights:
            layer.set_weights(ours.get_layer(layer.name).get_weights())

    assert ours.count_params() == theirs.count_params()
    given = x if len(x) > 1 else x["input"]
    assert np.array_equal(ours(given), theirs(x))


def test_shared_weights_are_counted_and_regularized_once():
    l2 = {"kernel": {"type": "l2", "l2": 0.5}}

    network = build([dense("a"), {"use": "a"}], NUMBERS, l2)

    kernel = np.array(network.get_layer("a").kernel)
    assert network.count_params() == 6 * 6 + 6 + 6 + 1
    assert float(sum(network.losses)) == pytest.approx(0.5 * (kernel**2).sum(), rel=1e-6)


def test_an_embedding_that_several_texts_share_knows_the_tokens_of_all():
    both = NamedInputs({"note": NOTE, "title": TITLE})
    hidden = [
        {"type": "embedding", "output_dim": 2, "inputs": "title", "name": "e"},
        {"use": "e", "inputs": "note", "name": "f"},
        {"type": "add", "inputs": ["e", "f"]},
        {"type": "flatten"},
    ]

    assert build(hidden, both).get_layer("e").input_dim == 9


STACK = [dense("a"), {"type": "batch_normalization"}, {"type": "relu"}, dense("b")]
DROPOUT = {
    "as in a stack": (
        [dense("a"), {"type": "batch_normalization", "name": "n", "inputs": "a"},
         {"type": "relu", "inputs": "n"}, dense("b")],
        ["a", "n", "relu", "dropout", "b", "dropout_1"],
    ),
    "before a branch": (
        [dense("a"), {"type": "relu", "name": "r"}, {"type": "add", "inputs": ["a", "r"]}],
        ["a", "dropout", "r", "add"],
    ),
    "in each branch": (
        [dense("a"), dense("b", inputs="input"), {"type": "add", "inputs": ["a", "b"]}],
        ["a", "b", "dropout", "dropout_1", "add"],
    ),
    "behind each use of a shared layer": (
        [dense("a"), {"use": "a"}],
        ["a", "dropout", "dropout_1"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("hidden", "names"), DROPOUT.values(), ids=DROPOUT.keys())
def test_dropout_stands_behind_every_layer_of_a_graph(hidden, names):
    network = build(hidden, NUMBERS, {"dropout": 0.5})

    found = [layer.name for layer in network.layers]
    assert sorted(found) == sorted(["input", *names, "output"])


def test_what_branches_off_reads_the_dropout_too():
    keras.utils.set_random_seed(1)
    hidden = [dense("a"), {"type": "relu", "name": "r"}, {"type": "add", "inputs": ["a", "r"]}]

    network = build(hidden, NUMBERS, {"dropout": 0.5})

    dropped = network.get_layer("dropout").output
    assert network.get_layer("r").input is dropped
    assert network.get_layer("add").input[0] is dropped


def test_an_output_can_read_any_layer():
    two = {"price": {"task": "regression", "outputs": 1}, "sold": {"task": "binary", "outputs": 1}}
    output = {"price": {"type": "auto", "inputs": "a"}}

    network = build([dense("a", 3), dense("b", 4)], NUMBERS, None, "several", two, output)

    assert list(network.output) == ["price", "sold"]
    assert network.get_layer("price").kernel.shape == (3, 1)
    assert network.get_layer("sold").kernel.shape == (4, 1)
    activations = [network.get_layer(name).activation.__name__ for name in ("price", "sold")]
    assert activations == ["linear", "sigmoid"]


NAMES = {
    "with spaces and slashes": (["sale price", "m²/a"], ["sale_price", "m__a"]),
    "that fold together": (["a b", "a/b"], ["a_b", "a_b_1"]),
    "like a hidden layer": (["a", "b"], ["a_1", "b"]),
    "like what is not named": (["add", "output"], ["add", "output"]),
    "that begin with a line": (["_x", "y"], ["target__x", "y"]),
}


@pytest.mark.parametrize(("targets", "names"), NAMES.values(), ids=NAMES.keys())
def test_the_output_layers_of_targets_have_names_that_tensorflow_takes(targets, names):
    facts = {name: {"task": "regression", "outputs": 1} for name in targets}

    network = build([dense("a")], NUMBERS, None, "several", facts)

    assert list(network.output) == targets
    layers_of_outputs = [network.output[name]._keras_history.operation for name in targets]
    assert [layer.name for layer in layers_of_outputs] == names


def test_a_hidden_layer_may_be_called_output():
    network = build([dense("output")])

    assert [layer.name for layer in network.layers] == ["input", "output", "output_1"]


def test_the_plan_follows_from_the_file_alone():
    plans = [
        plan_network(
            {"layers": STACK, "output": "auto"}, NOTHING | {"dropout": 0.5}, NUMBERS.to_json(),
            task="binary", outputs=1, taken={"input"},
        )
        for _ in range(2)
    ]  # fmt: skip

    assert plans[0] == plans[1]


AUTOENCODERS = {
    "of a table": (NUMBERS, [dense("a", 2)], "auto", (6,)),
    "of pictures": (
        ImageInputs((4, 4, 1), "0_1"), [{"type": "flatten"}, dense("a", 2)], "auto", (4, 4, 1),
    ),
    "of pictures by convolution": (
        ImageInputs((4, 4, 1), "0_1"),
        [{"type": "conv2d", "filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}],
        {"type": "conv2d_transpose", "filters": 1, "kernel_size": 3, "strides": 2,
         "padding": "same"},
        (4, 4, 1),
    ),
    "of an array": (SERIES, [{"type": "flatten"}, dense("a", 2)], "auto", (4, 6)),
    "of an array step by step": (
        SERIES, [{"type": "lstm", "units": 3, "return_sequences": True}],
        {"type": "dense", "units": 6}, (4, 6),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "hidden", "output", "shape"), AUTOENCODERS.values(), ids=AUTOENCODERS.keys()
)
def test_an_autoencoder_puts_out_the_shape_of_its_inputs(inputs, hidden, output, shape):
    numbers = int(np.prod(shape))

    network = build(hidden, inputs, None, "autoencoder", numbers, output)

    assert network.output.shape == (None, *shape)


TOKENS = "Only right behind a text, or an input of integers, the data tells it."
WRONG = {
    "an embedding of numbers": (
        NUMBERS, [{"type": "embedding", "output_dim": 2}], "binary", 1,
        "architecture.layers.0: got no `input_dim`, expected the number of different tokens. "
        + TOKENS,
    ),
    "an embedding behind another layer": (
        NOTE, [dense("a"), {"type": "embedding", "output_dim": 2}], "binary", 1,
        "architecture.layers.1: got no `input_dim`, expected the number of different tokens. "
        + TOKENS,
    ),
    "an embedding of 0 and 1": (
        TextInputs((5,), "multi_hot", 9, "note", tuple("abcdef")),
        [{"type": "embedding", "output_dim": 2}], "binary", 1,
        "architecture.layers.0: got an embedding of a multi_hot text, expected token numbers. Use "
        "`encoding: sequence`.",
    ),
    "a shared embedding that is too small for the second text": (
        NamedInputs({"note": NOTE, "title": TITLE}),
        [{"type": "embedding", "input_dim": 7, "output_dim": 2, "inputs": "title", "name": "e"},
         {"use": "e", "inputs": "note", "name": "f"},
         {"type": "add", "inputs": ["e", "f"]}, {"type": "flatten"}], "binary", 1,
        "architecture.layers.0.input_dim: got 7, expected at least 9, the `vocabulary` of the "
        "dataset.",
    ),
    "a repeated name that another layer has": (
        NUMBERS, [dense("a_2"), {"repeat": 2, "layers": [dense("a")]}], "binary", 1,
        "architecture.layers.1.layers.0.name: got a second layer 'a_2', expected each name once. "
        "Rename it.",
    ),
    "a shape that two layers do not share": (
        NUMBERS, [dense("a", 3), dense("b", 4, inputs="input"),
                  {"type": "add", "inputs": ["a", "b"]}], "binary", 1,
        "architecture.layers.2: got inputs of the shapes (3,), (4,), expected some that add takes "
        "(Inputs have incompatible shapes). keras.io describes add.",
    ),
    "an autoencoder of another size": (
        ImageInputs((4, 4, 1), "0_1"),
        [{"type": "conv2d", "filters": 2, "kernel_size": 3}], "autoencoder", 16,
        "architecture.layers.0: got an output of shape (2, 2, 2) before the output layer, expected "
        "(features,). Put `flatten` or a global pooling layer before it.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "hidden", "task", "outputs", "message"), WRONG.values(), ids=WRONG.keys()
)
def test_a_graph_that_does_not_fit_the_data_is_refused(inputs, hidden, task, outputs, message):
    with pytest.raises(ModelError) as caught:
        build(hidden, inputs, None, task, outputs)

    assert str(caught.value) == message
