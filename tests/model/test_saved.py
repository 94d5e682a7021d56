"""Networks from files as layers: what is taken, what it sees, and what is refused."""

import keras
import numpy as np
import pytest

from dltrain.data.columns import NumberColumn
from dltrain.data.inputs import ArrayInputs, ImageInputs
from dltrain.data.table import TableInputs
from dltrain.data.texts.tokens import TokenInputs
from dltrain.errors import ModelError
from dltrain.model.building import compile_model
from dltrain.model.preprocessing import joined
from dltrain.training import train

PICTURES = ImageInputs((8, 8, 1), "0_1")


def pictures(scaling="0_1", **facts):
    return ImageInputs((8, 8, 1), scaling, **facts)


def trained(build, path, inputs=PICTURES, layers="[{type: flatten}, {type: dense, units: 4}]"):
    """Save a model as a run does; returns the network that was trained."""
    built = build(f"architecture: {{layers: {layers}}}\n", inputs)
    joined(built.network, inputs.to_json()).save(path)
    return built.network


def over(path, arguments="", more=""):
    """Write an architecture whose first layer is a saved one."""
    return f"architecture:\n  layers:\n    - {{type: saved, path: {path}{arguments}}}\n{more}"


def numbers(shape, dtype="float32"):
    draw = np.random.default_rng(1)
    if dtype == "uint8":
        return draw.integers(0, 256, shape).astype(dtype)
    return draw.normal(size=shape).astype(dtype)


def test_all_layers_but_the_output_are_taken_with_their_weights(build, tmp_path):
    first = trained(build, tmp_path / "a.keras")
    x = numbers((5, 8, 8, 1), "uint8")

    network = build(over("a.keras", ", name: base"), PICTURES, "binary").network

    base = keras.Model(network.input, network.get_layer("output").input)
    expected = keras.Model(first.input, first.get_layer("dense").output)
    assert [layer.name for layer in network.layers] == ["input", "scaling", "base", "output"]
    assert np.array_equal(base(x), expected(x))


def test_until_names_the_last_layer_that_is_taken(build, tmp_path):
    layers = "[{type: conv2d, filters: 2, kernel_size: 3, name: c}, {type: flatten}]"
    first = trained(build, tmp_path / "a.keras", layers=layers)
    x = numbers((5, 8, 8, 1), "uint8")

    network = build(over("a.keras", ", until: c", "    - flatten\n"), PICTURES).network

    taken = keras.Model(network.input, network.get_layer("flatten").input)
    assert np.array_equal(taken(x), keras.Model(first.input, first.get_layer("c").output)(x))


def test_a_network_that_ends_with_an_activation_gives_up_its_output_layer_too(build, tmp_path):
    layers = keras.layers
    keras.Sequential(
        [
            keras.Input((13,)), layers.Dense(4, name="hidden"),
            layers.Dense(3, name="logits"), layers.Softmax(),
        ]
    ).save(tmp_path / "a.keras")  # fmt: skip

    network = build(over("a.keras")).network

    assert network.get_layer("saved").output.shape == (None, 4)


SCALINGS = {
    "the same": (pictures(), pictures()),
    "raw pictures, which the network scales itself": (pictures(), pictures("none")),
    "the same mean and variance": (
        pictures("standard", mean=(3.0,), variance=(2.0,)),
        pictures("standard", mean=(3.0,), variance=(2.0,)),
    ),
    "none at all": (pictures("none"), pictures("none")),
}


@pytest.mark.parametrize(("then", "now"), SCALINGS.values(), ids=SCALINGS.keys())
def test_a_network_sees_pictures_as_in_its_training(build, tmp_path, then, now):
    first = trained(build, tmp_path / "a.keras", then)
    x = numbers((5, 8, 8, 1), "uint8")

    network = build(over("a.keras"), now).network

    taken = keras.Model(network.input, network.get_layer("output").input)
    expected = keras.Model(first.input, first.get_layer("dense").output)(x)
    np.testing.assert_allclose(taken(x), expected, rtol=1e-6, atol=1e-6)


ANOTHER_SCALING = (
    "a.yaml:4:7: architecture.layers.0: got pictures scaled in another way than those that the "
    "network was trained on, expected the same scaling, or raw ones. "
    "Use `dataset.images.scaling=none`: the network brings its own scaling."
)
OTHER_SCALINGS = {
    "scaled by the data": (pictures(), pictures("standard", mean=(3.0,), variance=(2.0,))),
    "another mean": (
        pictures("standard", mean=(3.0,), variance=(2.0,)),
        pictures("standard", mean=(4.0,), variance=(2.0,)),
    ),
    "scaled instead of raw": (pictures("none"), pictures()),
}


@pytest.mark.parametrize(("then", "now"), OTHER_SCALINGS.values(), ids=OTHER_SCALINGS.keys())
def test_pictures_scaled_in_another_way_are_refused(build, tmp_path, then, now):
    trained(build, tmp_path / "a.keras", then)

    with pytest.raises(ModelError) as caught:
        build(over("a.keras"), now)

    assert str(caught.value).endswith(ANOTHER_SCALING)


def test_of_a_table_the_network_behind_its_preparation_is_taken(build, tmp_path):
    """A run's model takes raw rows; the rows of a new network are prepared before."""
    columns = tuple(NumberColumn(f"c{at}", "standard", 3.0, 2.0) for at in range(13))
    first = trained(build, tmp_path / "a.keras", TableInputs(columns), "[{type: dense, units: 4}]")
    prepared = numbers((5, 13))

    network = build(over("a.keras")).network

    taken = keras.Model(network.input, network.get_layer("output").input)
    expected = keras.Model(first.input, first.get_layer("dense").output)
    assert keras.saving.load_model(tmp_path / "a.keras").name == "model"
    assert np.array_equal(taken(prepared), expected(prepared))


EMBEDDED = "[{type: embedding, output_dim: 3}, {type: flatten}, {type: dense, units: 4}]"
TOKENS = {
    "a sequence": (TokenInputs((6,), "sequence", 20), EMBEDDED),
    "marked words": (TokenInputs((6,), "multi_hot", 20), "[{type: dense, units: 4}]"),
    "weighed words": (
        TokenInputs((6,), "tf_idf", 20, tuple(range(20))),
        "[{type: dense, units: 4}]",
    ),
}


@pytest.mark.parametrize(("inputs", "layers"), TOKENS.values(), ids=TOKENS.keys())
def test_a_network_of_tokens_sees_what_a_first_layer_sees(build, tmp_path, inputs, layers):
    first = trained(build, tmp_path / "a.keras", inputs, layers)
    x = np.arange(12, dtype=np.int32).reshape(2, 6)

    network = build(over("a.keras"), inputs).network

    taken = keras.Model(network.input, network.get_layer("output").input)
    assert np.array_equal(taken(x), keras.Model(first.input, first.get_layer("dense").output)(x))


def two_inputs(path):
    """Save a plain network of two inputs; returns it up to its hidden layer."""
    a, b = keras.Input((13,), name="a"), keras.Input((13,), name="b")
    hidden = keras.layers.Dense(4, name="hidden")(keras.layers.Concatenate()([a, b]))
    keras.Model([a, b], keras.layers.Dense(2)(hidden)).save(path)
    return keras.Model([a, b], hidden)


def test_a_network_of_several_inputs_reads_a_map(build, tmp_path):
    hidden = two_inputs(tmp_path / "a.keras")
    x = numbers((5, 13))

    network = build(over("a.keras", ", inputs: {b: input, a: input}")).network

    taken = keras.Model(network.input, network.get_layer("output").input)
    assert np.array_equal(taken(x), hidden([x, x]))


def test_layers_inside_may_have_the_names_of_layers_outside(build, tmp_path):
    names = "[{type: flatten, name: output}, {type: dense, units: 4, name: dense}]"
    trained(build, tmp_path / "a.keras", layers=names.replace("name: output", "name: scaling_1"))
    more = "    - {type: dense, units: 6, name: dense}\n    - {type: dense, units: 4}\n"
    x = numbers((5, 8, 8, 1), "uint8")

    built = build(over("a.keras", ", name: base", more), PICTURES)
    built.network.save(tmp_path / "b.keras")

    again = keras.saving.load_model(tmp_path / "b.keras")
    assert np.array_equal(again(x), built.network(x))


def test_every_entry_has_weights_of_its_own_unless_it_shares_them(build, tmp_path):
    trained(build, tmp_path / "a.keras")
    more = (
        "    - {type: saved, path: a.keras, name: b, inputs: input}\n"
        "    - {use: b, inputs: input, name: c}\n"
        "    - {type: add, inputs: [saved, b, c]}\n"
    )

    network = build(over("a.keras", ", name: saved", more), PICTURES, "binary").network

    assert network.count_params() == 2 * (64 * 4 + 4) + 4 + 1


def test_a_frozen_network_keeps_its_weights_and_statistics_in_training(build, tmp_path):
    layers = "[flatten, {type: dense, units: 4}, batch_normalization, {type: dropout, rate: 0.5}]"
    trained(build, tmp_path / "a.keras", layers=layers)
    frozen = build(over("a.keras", ", trainable: false"), PICTURES, "binary")
    y = np.tile([0.0, 1.0], 8)[:, None].astype(np.float32)
    before = frozen.network.get_weights()

    train(frozen.network, (numbers((16, 8, 8, 1), "uint8"), y), epochs=2, batch_size=8, seed=0)

    after = frozen.network.get_weights()
    assert [weight.path for weight in frozen.network.trainable_weights] == [
        "output/kernel",
        "output/bias",
    ]
    assert [np.array_equal(*pair) for pair in zip(before, after, strict=True)] == (
        [True] * 6 + [False] * 2
    )


def test_a_model_that_holds_a_saved_network_loads_in_plain_keras(build, tmp_path):
    trained(build, tmp_path / "a.keras")
    built = build(over("a.keras", ", name: base"), PICTURES)
    model = joined(built.network, PICTURES.to_json())
    compile_model(model, built.goal, built.config.experiment.optimizer)
    model.save(tmp_path / "b.keras")
    (tmp_path / "a.keras").unlink()
    x = numbers((5, 8, 8, 1), "uint8")

    again = keras.saving.load_model(tmp_path / "b.keras")

    assert np.array_equal(again(x), model(x))
    assert all(type(layer).__module__.startswith("keras.") for layer in again.layers)


def test_the_same_seed_draws_the_same_weights_beside_a_saved_network(build, tmp_path):
    trained(build, tmp_path / "a.keras")

    def drawn():
        keras.utils.set_random_seed(3)
        return build(over("a.keras"), PICTURES).network.get_weights()

    assert all(np.array_equal(*pair) for pair in zip(drawn(), drawn(), strict=True))


WRONG = {
    "an unknown layer": (
        ", until: dens",
        "until: got 'dens', expected one of dense, flatten, output. Did you mean 'dense'?",
        "4:43: ",
    ),
    "the layer that scales": (
        ", until: scaling",
        "until: got 'scaling', expected one of dense, flatten, output.",
        "4:43: ",
    ),
    "a list of inputs": (", inputs: [input]", "got a list of inputs, expected one.", "4:7: "),
    "another input": (
        ", inputs: {note: input}",
        "inputs: got the inputs note, expected those of the network: input.",
        "4:44: ",
    ),
    "a name that Keras refuses": (
        ", name: a/b",
        "got arguments of saved that Keras refuses (Argument `name` must be a string and cannot "
        "contain character `/`), expected arguments as keras.io describes them.",
        "4:7: ",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "message", "place"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_argument_is_named_at_its_place(build, tmp_path, arguments, message, place):
    trained(build, tmp_path / "a.keras")

    with pytest.raises(ModelError) as caught:
        build(over("a.keras", arguments), PICTURES)

    key = "architecture.layers.0"
    separator = ": " if message.startswith("got") else "."
    assert str(caught.value) == f"{tmp_path / 'a.yaml'}:{place}{key}{separator}{message}"


def plain(path, *layers, shape=(13,)):
    keras.Sequential([keras.Input(shape), *layers]).save(path)


def two_outputs(path):
    first = keras.Input((13,))
    hidden = keras.layers.Dense(4)(first)
    keras.Model(first, [keras.layers.Dense(1)(hidden), keras.layers.Dense(2)(hidden)]).save(path)


def joining_output(path):
    first = keras.Input((13,))
    hidden = [keras.layers.Dense(4)(first), keras.layers.Dense(4)(first)]
    keras.Model(first, keras.layers.Add(name="sum")(hidden)).save(path)


OTHERS = {
    "another shape": (
        lambda path: plain(path, keras.layers.Dense(4), keras.layers.Dense(1), shape=(9,)),
        "got an input of shape (13,), expected (9,), which the network in a.keras takes. "
        "Rows have to be prepared as those that it was trained on.",
    ),
    "another number of dimensions": (
        lambda path: plain(path, keras.layers.LSTM(4), keras.layers.Dense(1), shape=(None, 8)),
        "got an input of shape (13,), expected (None, 8), which the network in a.keras takes. "
        "Rows have to be prepared as those that it was trained on.",
    ),
    "no hidden layer": (
        lambda path: plain(path, keras.layers.Dense(1, name="y")),
        "got a network without a layer before its output layer y, expected hidden layers. "
        "Name the last layer that is used with `until`.",
    ),
    "an output that joins": (
        joining_output,
        "got a network without a layer before its output layer sum, expected hidden layers. "
        "Name the last layer that is used with `until`.",
    ),
    "two inputs": (
        two_inputs,
        "got one input, expected one for each of a, b. Write `inputs: {a: …, b: …}`.",
    ),
    "two outputs": (
        two_outputs,
        "got a network with 2 outputs, expected `until`. "
        "Name the last layer that is used with `until`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("save", "message"), OTHERS.values(), ids=OTHERS.keys())
def test_a_network_that_does_not_fit_is_refused(build, tmp_path, save, message):
    save(tmp_path / "a.keras")

    with pytest.raises(ModelError) as caught:
        build(over("a.keras"))

    assert str(caught.value) == f"{tmp_path / 'a.yaml'}:4:7: architecture.layers.0: {message}"


def test_a_layer_with_several_outputs_cannot_be_the_last(build, tmp_path):
    first = keras.Input((5, 2))
    states = keras.layers.LSTM(3, return_state=True, name="states")(first)
    keras.Model(first, keras.layers.Dense(1)(states[0])).save(tmp_path / "a.keras")

    with pytest.raises(ModelError) as caught:
        build(over("a.keras", ", until: states"), ArrayInputs((5, 2)))

    assert caught.value.message == (
        "got 'states', which puts out several tensors, expected a layer that puts out one."
    )


def test_pictures_of_any_size_are_taken_where_the_file_leaves_it_open(build, tmp_path):
    layers = keras.layers
    hidden = (layers.Conv2D(2, 3), layers.GlobalAveragePooling2D(name="pool"))
    plain(tmp_path / "a.keras", *hidden, layers.Dense(1), shape=(None, None, 1))

    network = build(over("a.keras"), PICTURES).network

    assert network.get_layer("saved").input.shape == (None, 8, 8, 1)
