import keras
import numpy as np
import pytest

from dltrain.config.catalogue.choices import checked
from dltrain.config.catalogue.names import kinds
from dltrain.data.inputs import ArrayInputs
from dltrain.errors import ModelError
from dltrain.model.layers import apply_layer, build_layer

PLAIN = "architecture:\n  layers: [{type: dense, units: 4, activation: relu}]\n"


KEY = ("architecture", "layers", 0)


def applied(choice, start):
    """Build a layer and put it on an input."""
    return apply_layer(choice, build_layer(choice, KEY), start, KEY)


def layers(built):
    return {layer.name: layer for layer in built.network.layers}


def regularizer(layer, name="kernel_regularizer"):
    found = getattr(layer, name)
    return found and {key: float(value) for key, value in found.get_config().items()}


OUTPUTS = {
    "binary": ("binary", 1, "sigmoid"),
    "multiclass": ("multiclass", 10, "softmax"),
    "multilabel": ("multilabel", 3, "sigmoid"),
    "regression": ("regression", 1, "linear"),
}


@pytest.mark.parametrize(("task", "units", "activation"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_the_output_follows_from_the_task(build, task, units, activation):
    output = layers(build(PLAIN, target=task))["output"]

    assert (output.units, output.activation.__name__) == (units, activation)


def test_an_mlp_flattens_and_has_one_dense_layer_for_each_number(build):
    text = "architecture: {type: mlp, units: [8, 6], activation: tanh}\n"

    network = build(text, "image").network

    names = ["input", "scaling", "flatten", "dense", "dense_1", "output"]
    assert [layer.name for layer in network.layers] == names
    assert [layer.activation.__name__ for layer in network.layers[3:]] == ["tanh"] * 2 + ["softmax"]


def test_an_mlp_without_layers_of_a_table_has_no_flatten(build):
    names = [layer.name for layer in build("architecture: {type: mlp, units: 3}\n").network.layers]

    assert names == ["input", "dense", "output"]


def test_names_follow_from_the_file_alone(build):
    text = (
        "architecture:\n  layers:\n    - {type: dense, units: 4}\n"
        "    - {type: dense, units: 4, name: dense}\n    - {type: dense, units: 4}\n"
    )

    first, second = build(text).network, build(text).network

    names = ["input", "dense_1", "dense", "dense_2", "output"]
    assert [layer.name for layer in first.layers] == names
    assert [layer.name for layer in second.layers] == names


def test_building_does_not_change_what_keras_would_draw(build):
    """The network is traced once to find mistakes; its dropout must not have drawn by that."""
    text = "architecture:\n  layers: [{type: dense, units: 4}, {type: dropout, rate: 0.5}]\n"
    keras.utils.set_random_seed(5)
    ours = build(text, target="binary").network
    keras.utils.set_random_seed(5)
    theirs = keras.Sequential(
        [
            keras.Input((13,)),
            keras.layers.Dense(4),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )
    x = np.ones((6, 13), np.float32)

    assert np.array_equal(ours(x, training=True), theirs(x, training=True))


L2 = "regularization: {kernel: {type: l2, l2: 0.5}, bias: {type: l1, l1: 0.25}}\n"
WEIGHTS = {
    "dense": ("table", "{type: dense, units: 4, name: a}", ["kernel_regularizer"]),
    "conv2d": ("image", "{type: conv2d, filters: 2, kernel_size: 3, name: a}, flatten",
               ["kernel_regularizer"]),
    "depthwise_conv2d": ("image", "{type: depthwise_conv2d, kernel_size: 3, name: a}, flatten",
                         ["depthwise_regularizer"]),
    "separable_conv2d": (
        "image", "{type: separable_conv2d, filters: 2, kernel_size: 3, name: a}, flatten",
        ["depthwise_regularizer", "pointwise_regularizer"]),
    "lstm": ("series", "{type: lstm, units: 4, name: a}",
             ["kernel_regularizer", "recurrent_regularizer"]),
    "embedding": ("tokens", "{type: embedding, input_dim: 1000, output_dim: 2, name: a}, flatten",
                  ["embeddings_regularizer"]),
}  # fmt: skip


@pytest.mark.parametrize(("inputs", "text", "names"), WEIGHTS.values(), ids=WEIGHTS.keys())
def test_regularization_reaches_every_kind_of_weights(build, inputs, text, names):
    built = build(f"architecture:\n  layers: [{text}]\n{L2}", inputs)

    layer = layers(built)["a"]
    assert [regularizer(layer, name) for name in names] == [{"l2": 0.5}] * len(names)
    if hasattr(layer, "bias_regularizer"):
        assert regularizer(layer, "bias_regularizer") == {"l1": 0.25}


def test_regularization_reaches_layers_inside_others(build):
    text = "architecture:\n  layers: [{type: bidirectional, layer: {type: gru, units: 4}}]\n"

    both = layers(build(text + L2, "series"))["bidirectional"]

    assert regularizer(both.forward_layer) == {"l2": 0.5}
    assert regularizer(both.backward_layer, "recurrent_regularizer") == {"l2": 0.5}


def test_regularization_never_reaches_the_output_nor_gamma_and_beta(build):
    text = "architecture:\n  layers: [{type: dense, units: 4}, batch_normalization]\n"

    found = layers(build(text + L2))

    assert regularizer(found["output"]) is None
    assert regularizer(found["batch_normalization"], "gamma_regularizer") is None
    assert regularizer(found["batch_normalization"], "beta_regularizer") is None


OWN = {
    "its own": ("kernel_regularizer: {type: l1, l1: 0.125}", {"l1": 0.125}),
    "null": ("kernel_regularizer: null", None),
}


@pytest.mark.parametrize(("argument", "expected"), OWN.values(), ids=OWN.keys())
def test_what_a_layer_says_itself_wins(build, argument, expected):
    text = f"architecture:\n  layers: [{{type: dense, units: 4, {argument}}}]\n"

    assert regularizer(layers(build(text + L2))["dense"]) == expected


def test_activity_is_regularized_where_there_are_weights(build):
    text = f"{PLAIN}regularization: {{activity: {{type: l2, l2: 0.125}}}}\n"

    found = layers(build(text))

    assert regularizer(found["dense"], "activity_regularizer") == {"l2": 0.125}
    assert found["output"].activity_regularizer is None


def test_regularization_adds_what_the_formula_says_to_the_loss(build):
    network = build(PLAIN + L2).network
    kernel, bias = (np.array(one) for one in network.get_layer("dense").weights)

    expected = 0.5 * (kernel**2).sum() + 0.25 * np.abs(bias).sum()
    assert float(sum(network.losses)) == pytest.approx(expected, rel=1e-6)


DROPOUT = {
    "behind each hidden layer": (
        "table",
        "{type: dense, units: 4}, {type: dense, units: 4}",
        ["dense", "dropout", "dense_1", "dropout_1"],
    ),
    "behind normalisation and activation": (
        "table",
        "{type: dense, units: 4}, batch_normalization, relu, {type: dense, units: 4}",
        ["dense", "batch_normalization", "relu", "dropout", "dense_1", "dropout_1"],
    ),
    "before pooling": (
        "image",
        "{type: conv2d, filters: 2, kernel_size: 3}, max_pooling2d, flatten",
        ["conv2d", "dropout", "max_pooling2d", "flatten"],
    ),
    "behind a depthwise convolution": (
        "image",
        "{type: depthwise_conv2d, kernel_size: 3}, flatten",
        ["depthwise_conv2d", "dropout", "flatten"],
    ),
    "behind both directions": (
        "series",
        "{type: bidirectional, layer: {type: lstm, units: 2}}",
        ["bidirectional", "dropout"],
    ),
    "not behind an embedding": (
        "tokens",
        "{type: embedding, input_dim: 1000, output_dim: 2}, global_average_pooling1d",
        ["embedding", "global_average_pooling1d"],
    ),
}


@pytest.mark.parametrize(("inputs", "text", "names"), DROPOUT.values(), ids=DROPOUT.keys())
def test_dropout_stands_behind_every_hidden_layer(build, inputs, text, names):
    text = f"architecture:\n  layers: [{text}]\nregularization: {{dropout: 0.3}}\n"

    built = build(text, inputs)

    found = [layer.name for layer in built.network.layers]
    assert found[found.index(names[0]) :] == [*names, "output"]
    rates = [one.rate for one in built.network.layers if isinstance(one, keras.layers.Dropout)]
    assert rates == [0.3] * len(rates)


INITIALIZERS = {
    name: {"value": 0.5} if name == "constant" else {}
    for name in kinds()["initializer"]
    if name != "stft"  # makes the two kernels of a Fourier transform, not weights of a layer
}


@pytest.mark.parametrize(("name", "arguments"), INITIALIZERS.items(), ids=[*INITIALIZERS])
def test_every_initializer_fills_a_kernel(name, arguments):
    choice = {"type": name, **arguments}
    layer = {"type": "dense", "units": 4, "kernel_initializer": choice, "bias_initializer": "ones"}
    start = keras.Input((3,))

    network = keras.Model(start, applied(layer, start))

    kernel, bias = network.get_weights()
    assert kernel.shape == (3, 4)
    assert np.isfinite(kernel).all()
    assert bias.tolist() == [1.0] * 4


KERNELS = {
    "zeros": ("zeros", np.zeros((3, 4))),
    "ones": ("ones", np.ones((3, 4))),
    "constant": ({"type": "constant", "value": 0.5}, np.full((3, 4), 0.5)),
    "identity": ({"type": "identity", "gain": 2.0}, 2 * np.eye(3, 4)),
}


@pytest.mark.parametrize(("choice", "expected"), KERNELS.values(), ids=KERNELS.keys())
def test_an_initializer_takes_its_arguments(choice, expected):
    layer = checked("layer", {"type": "dense", "units": 4, "kernel_initializer": choice})
    start = keras.Input((3,))

    network = keras.Model(start, applied(layer, start))

    assert np.array_equal(network.get_weights()[0], expected)


def test_a_cell_and_a_list_of_cells_are_built():
    start = keras.Input((5, 2))
    cell = {"type": "lstm_cell", "units": 3}

    one = applied({"type": "rnn", "cell": cell}, start)
    two = applied({"type": "rnn", "cell": [cell, cell | {"units": 4}]}, start)

    assert (one.shape, two.shape) == ((None, 3), (None, 4))


SHAPES = {
    "table": ((13,), "float32"),
    "series": ((50, 3), "float32"),
    "picture": ((28, 28, 3), "float32"),
    "tokens": ((200,), "int32"),
}
NEEDED = {
    "activation": "relu", "axes": 1, "cell": {"type": "lstm_cell", "units": 3}, "dims": [1, 2],
    "equation": "ab,bc->ac", "height_factor": 0.2,
    "factor": 0.2, "filters": 4, "head_dim": 2, "height": 4,
    "input_dim": 1000, "kernel_size": 3, "key_dim": 2, "layer": {"type": "dense", "units": 3},
    "max_number": 3, "n": 2, "num_bins": 4, "num_heads": 2, "num_key_value_heads": 2,
    "num_query_heads": 2, "num_tokens": 10, "output_dim": 4, "output_shape": 4, "output_size": 4,
    "pool_size": 2, "rate": 0.5, "scale": 2.0, "stddev": 0.1, "target_shape": [2, 2], "units": 4,
    "value_range": [0, 1], "width": 4, "width_factor": 0.2,
}  # fmt: skip


def simplest(name):
    """Give the arguments that a layer cannot be without."""
    facts = kinds()["layer"][name]["arguments"].items()
    return {argument: NEEDED[argument] for argument, fact in facts if fact.get("required")}


@pytest.mark.parametrize(("shape", "dtype"), SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("name", sorted({*kinds()["layer"]} - {"pipeline", "stacked_rnn_cells"}))
def test_every_layer_of_the_catalogue_fits_or_says_why_not(name, shape, dtype):
    start, told = keras.Input(shape, dtype=dtype), ""

    try:
        result = applied({"type": name, **simplest(name)}, start)
    except ModelError as error:
        result, told = start, str(error)

    assert all(size > 0 for size in result.shape[1:])
    assert not told or told.startswith("architecture.layers.0")
    assert "\x1b" not in told
    assert "KerasTensor" not in told


def test_an_array_of_one_number_can_be_the_input(build):
    assert build(PLAIN, ArrayInputs((1,)), "regression").network.count_params() == 13
