"""Embedded columns: the layers that they become, against the same numbers looked up by hand."""

import keras
import numpy as np
import pytest

from dltrain.data.columns import CategoryColumn, DateColumn, DatePart, NumberColumn
from dltrain.data.inputs import NamedInputs
from dltrain.data.table import TableInputs
from dltrain.errors import ModelError
from dltrain.model import building

NOTHING = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}
PAIR = {"task": "regression", "outputs": 1}


def embedded(name, values, dimension, **more):
    return CategoryColumn(name, values, encoding="embedding", dimension=dimension, **more)


NUMBER = NumberColumn("size", "standard", 2.0, 3.0)
COLOUR = embedded("colour", ("red", "green"), 3)
SHOP = embedded("shop", (4, 8, 9), 2, missing="impute", indicator=True)
KIND = CategoryColumn("kind", ("a", "b"))
MIXED = TableInputs((COLOUR, NUMBER, SHOP, KIND))


def build(inputs, layers=(), regularization=None, **facts):
    architecture = {"layers": list(layers), "output": "auto"}
    regularization = NOTHING | (regularization or {})
    return building.build_network(
        architecture, regularization, inputs.to_json(), **(PAIR | facts)
    )[0]  # fmt: skip


def test_vectors_stand_behind_the_other_inputs():
    network = build(MIXED)
    rows = np.array([[0.5, 0, 4, 1, 0], [-1, 2, 0, 0, 0], [0, 1, 2, 0, 1]], np.float32)

    seen = keras.Model(network.input, network.get_layer("embedded").output)

    colours, shops = (
        network.get_layer(f"{name}_embedding").get_weights()[0] for name in ("colour", "shop")
    )
    assert (colours.shape, shops.shape) == ((3, 3), (5, 2))
    vectors = [colours[[0, 2, 1]], shops[[4, 0, 2]]]
    expected = np.hstack([rows[:, [0, 3, 4]], *vectors])
    assert np.array_equal(seen.predict(rows, verbose=0), expected)


def test_an_embedding_alone_is_all_that_the_first_layer_sees():
    network = build(TableInputs((COLOUR,)))

    assert [layer.name for layer in network.layers if layer.weights] == [
        "colour_embedding", "output",
    ]  # fmt: skip
    assert network.get_layer("output").kernel.shape == (3, 1)


def test_embeddings_learn_and_are_regularized_as_kernels_are():
    network = build(MIXED, regularization={"kernel": {"type": "l2", "l2": 0.25}})

    assert len(network.trainable_weights) == 4
    weights = [layer.get_weights()[0] for layer in network.layers if layer.weights]
    expected = 0.25 * sum(np.square(one).sum() for one in weights[:2])
    assert float(sum(network.losses)) == pytest.approx(expected, rel=1e-5)


NAMES = {
    "signs": (("sale place (m²)",), ["sale_place__m___embedding"]),
    "a first sign": (("_x",), ["column_x_embedding"]),
    "equal but for signs": (("a b", "a-b", "a?b"), ["a_b_embedding", "a-b_embedding",
                                                   "a_b_embedding_1"]),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "names"), NAMES.values(), ids=NAMES.keys())
def test_a_layer_has_the_name_of_its_column(columns, names):
    network = build(TableInputs(tuple(embedded(name, ("x", "y"), 1) for name in columns)))

    assert [layer.name for layer in network.layers if layer.weights] == [*names, "output"]


def test_each_of_several_inputs_has_its_own_embeddings():
    inputs = NamedInputs(
        {"a": TableInputs((COLOUR, NUMBER)), "embedded": TableInputs((SHOP, KIND))}
    )

    network = build(inputs, [{"type": "concatenate", "inputs": ["a", "embedded"]}])

    assert network.get_layer("concatenate").output.shape == (None, 1 + 3 + 2 + 2)
    rows = {"a": np.array([[0, 1]], np.float32), "embedded": np.array([[4, 0, 1]], np.float32)}
    assert network.predict(rows, verbose=0).shape == (1, 1)


def test_equal_seeds_give_equal_vectors():
    first, second = (
        keras.utils.set_random_seed(3) or build(MIXED).get_layer("shop_embedding").get_weights()[0]
        for _ in range(2)
    )

    assert np.array_equal(first, second)


INTEGERS = TableInputs((
    CategoryColumn("a", ("x", "y", "z"), encoding="integer"),
    CategoryColumn("b", (1, 2, 3), "zeros", "impute", True, "integer"),
))  # fmt: skip


def test_an_embedding_in_the_file_learns_from_integers_how_many_there_are():
    layers = [{"type": "embedding", "output_dim": 4}, {"type": "flatten"}]

    network = build(INTEGERS, layers)

    assert network.get_layer("embedding").input_dim == 5
    vectors = network.get_layer("embedding").get_weights()[0]
    seen = keras.Model(network.input, network.get_layer("flatten").output)
    rows = np.array([[3, 4], [0, 1]], np.float32)
    assert np.array_equal(seen.predict(rows, verbose=0), vectors[[[3, 4], [0, 1]]].reshape(2, 8))


EMBEDDING = {"type": "embedding", "output_dim": 2, "input_dim": 4}
NO_NUMBERS = (
    "expected token numbers. Give categories `encoding: integer`, and an input of their own."
)
WRONG = {
    "a second embedding": (
        TableInputs((COLOUR,)), [EMBEDDING], PAIR,
        "architecture.layers.0: got an embedding of columns that are no single number each "
        f"(colour), {NO_NUMBERS}",
    ),
    "an embedding of dates": (
        TableInputs((DateColumn("day", (DatePart("month", first=1, period=12),)),)), [EMBEDDING],
        PAIR,
        "architecture.layers.0: got an embedding of columns that are no single number each (day), "
        f"{NO_NUMBERS}",
    ),
    "an embedding that is too small": (
        INTEGERS, [EMBEDDING], PAIR,
        "architecture.layers.0.input_dim: got 4, expected at least 5, the different numbers of the "
        "columns.",
    ),
    "an autoencoder": (
        MIXED, [], {"task": "autoencoder", "outputs": 5},
        "dataset.columns.colour.encoding: got an embedding in an autoencoder, which would "
        "reconstruct the numbers of values, expected inputs of 0 and 1. Use `encoding: one_hot`.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("inputs", "layers", "facts", "message"), WRONG.values(), ids=WRONG.keys())
def test_an_embedding_that_would_learn_nothing_is_refused(inputs, layers, facts, message):
    with pytest.raises(ModelError) as caught:
        build(inputs, layers, **facts)

    assert str(caught.value) == message
