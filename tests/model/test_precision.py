"""Half precision: what computes in it, what does not, and that the saved model stays right."""

import keras
import numpy as np
import pytest

from dltrain.data.columns import CategoryColumn, NumberColumn
from dltrain.data.inputs import ImageInputs
from dltrain.data.table import TableInputs
from dltrain.data.texts.tokens import TokenInputs
from dltrain.errors import ModelError
from dltrain.model import building
from dltrain.model.precision import building_in
from dltrain.model.preprocessing import joined

NOTHING = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}
HALVES = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
PRECISIONS = {"float32": "float32", **HALVES}
SHOPS = tuple(f"shop {at}" for at in range(3000))  # more than the whole numbers of float16
TABLE = TableInputs(
    (
        NumberColumn("size", "standard", 2.0, 3.0),
        CategoryColumn("shop", SHOPS, encoding="embedding", dimension=2),
    )
)
TEXTS = TokenInputs((9,), "tf_idf", 4, idf=(0.0, 1.0, 1.5, 2.0))
PICTURES = ImageInputs((4, 4, 1), "standard", mean=(99.0,), variance=(900.0,))
DENSE = ({"type": "dense", "units": 8, "activation": "relu"},)
FLAT = ({"type": "flatten"}, *DENSE)
KINDS = {
    "a table": (TABLE, DENSE, "binary"),
    "texts": (TEXTS, DENSE, "binary"),
    "pictures": (PICTURES, FLAT, "binary"),
    "an autoencoder": (PICTURES, FLAT, "autoencoder"),
}
ROWS = 64


def network(inputs, layers, precision, task="binary", output="auto"):
    architecture = {"layers": list(layers), "output": output}
    outputs = 16 if task == "autoencoder" else 1
    return building.build_network(
        architecture, NOTHING, inputs.to_json(), task=task, outputs=outputs, precision=precision
    )[0]


def rows(inputs):
    """Make rows as the network takes them."""
    draw = np.random.default_rng(0)
    if inputs is TABLE:
        shops = draw.integers(1, len(SHOPS) + 1, ROWS)
        return np.stack([draw.normal(size=ROWS), shops], axis=1).astype(np.float32)
    if inputs is TEXTS:
        return draw.integers(0, 4, (ROWS, 9)).astype(np.int32)
    return draw.integers(0, 256, (ROWS, *inputs.shape)).astype(np.uint8)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_hidden_layers_compute_in_it_and_nothing_else(kind, precision):
    inputs, layers, task = KINDS[kind]

    built = network(inputs, layers, precision, task)

    hidden = {"dense", "flatten"}
    for layer in built.layers:
        computes = PRECISIONS[precision] if layer.name in hidden else "float32"
        assert layer.compute_dtype == computes, layer.name
    assert {weight.dtype for weight in built.weights} == {"float32"}
    assert built.output.dtype == "float32"


@pytest.mark.parametrize("precision", HALVES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_prepares_the_inputs_is_as_in_float32(kind, precision):
    inputs, layers, task = KINDS[kind]
    seen = []

    for policy in ("float32", precision):
        keras.utils.set_random_seed(1)
        built = network(inputs, layers, policy, task)
        first = keras.Model(built.input, built.get_layer(layers[0]["type"]).input)
        seen.append(first(rows(inputs)).numpy())

    assert seen[0].dtype == seen[1].dtype == np.float32
    assert np.array_equal(*seen)


def test_a_layer_that_names_its_own_keeps_it():
    own = {"type": "dense", "units": 8, "dtype": "float32", "name": "own"}
    output = {"type": "dense", "units": 1, "activation": "sigmoid", "dtype": "mixed_float16"}

    built = network(PICTURES, (*FLAT, own), "mixed_bfloat16", output=output)

    assert built.get_layer("own").compute_dtype == "float32"
    assert built.output.dtype == "float16"


def test_a_network_from_a_file_keeps_its_own(build, tmp_path):
    layers = keras.layers
    keras.Sequential([keras.Input((13,)), layers.Dense(4), layers.Dense(3)]).save(
        tmp_path / "a.keras"
    )

    built = build(
        "architecture: {layers: [{type: saved, path: a.keras}]}\n"
        "training: {precision: mixed_float16}\n"
    )

    assert built.network.get_layer("saved").layers[-1].compute_dtype == "float32"
    assert isinstance(built.network.optimizer, keras.optimizers.Adam)


@pytest.mark.parametrize("before", ["float32", "mixed_bfloat16"])
def test_the_policy_of_the_process_is_what_it_was(before):
    with building_in(before):
        built = network(PICTURES, FLAT, "mixed_float16")
        with pytest.raises(ModelError):
            network(PICTURES, DENSE, "mixed_float16")

        assert keras.config.dtype_policy().name == before
    assert built.get_layer("scaling").compute_dtype == "float32"
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_training_learns_and_leaves_a_model_that_plain_keras_loads(build, tmp_path, precision):
    x = rows(PICTURES)
    y = (x.mean(axis=(1, 2, 3)) > 128).astype(np.float32)[:, np.newaxis]
    built = build(
        "architecture: {layers: [flatten, {type: dense, units: 8, activation: relu}]}\n"
        f"training: {{precision: {precision}}}\noptimizer: {{type: adam, learning_rate: 0.01}}\n",
        PICTURES, "binary",
    )  # fmt: skip

    losses = built.network.fit(x, y, epochs=20, verbose=0).history["loss"]
    saved = joined(built.network, PICTURES.to_json())
    building.compile_model(saved, built.goal, built.config.experiment.optimizer)
    saved.save(tmp_path / "a.keras")
    loaded = keras.saving.load_model(tmp_path / "a.keras")

    assert losses[-1] < 0.9 * losses[0]
    expected = built.network.predict(x, verbose=0)
    assert expected.dtype == np.float32
    assert np.array_equal(loaded.predict(x, verbose=0), expected)
    assert np.isfinite(loaded.fit(x, y, verbose=0).history["loss"]).all()
    scaled = keras.optimizers.LossScaleOptimizer
    for model in (built.network, saved, loaded):
        assert isinstance(model.optimizer, scaled) == (precision == "mixed_float16")


def test_a_scaled_loss_hides_nothing_of_the_optimizer(build):
    built = build(
        "architecture: {layers: [flatten, {type: dense, units: 8}]}\n"
        "training: {precision: mixed_float16}\noptimizer: {type: sgd, learning_rate: 0.25}\n",
        PICTURES,
    )
    optimizer = built.network.optimizer

    assert optimizer.built
    assert optimizer.inner_optimizer.built
    assert float(optimizer.learning_rate) == 0.25
    optimizer.learning_rate = 0.5
    assert float(optimizer.inner_optimizer.learning_rate) == 0.5


def test_a_model_that_is_only_evaluated_scales_no_loss(build):
    built = build(
        "architecture: {layers: [flatten, {type: dense, units: 8}]}\n"
        "training: {precision: mixed_float16}\n",
        PICTURES,
    )

    building.compile_model(built.network, built.goal)

    assert isinstance(built.network.optimizer, keras.optimizers.SGD)


OWN_HALF = (
    "architecture: {layers: [flatten, {type: dense, units: 8, dtype: mixed_float16}]}\n"
    "optimizer: {type: adam, loss_scale_factor: 128}\n"
)


def test_a_factor_beside_a_loss_that_is_scaled_anyway_is_refused(build):
    with pytest.raises(ModelError) as caught:
        build(OWN_HALF, PICTURES)

    assert str(caught.value).endswith(
        "a.yaml:3:44: optimizer.loss_scale_factor: got 128.0 for a network with a layer in "
        "mixed_float16, which scales the loss itself, expected null. Remove it."
    )


def test_a_factor_of_its_own_scales_the_loss_of_layers_in_float32(build):
    built = build(OWN_HALF.replace("mixed_float16", "float32"), PICTURES)

    assert built.network.optimizer.loss_scale_factor == 128.0
