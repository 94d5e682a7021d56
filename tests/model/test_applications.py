"""Networks of keras.applications: they see what `preprocess_input` makes of raw pictures."""

from typing import get_args

import keras
import numpy as np
import pytest

from dltrain.config.sections.architecture import ApplicationName
from dltrain.data.inputs import ArrayInputs, ImageInputs
from dltrain.errors import ModelError, plain_name
from dltrain.model import applications
from dltrain.model.building import compile_model
from dltrain.model.preprocessing import joined
from dltrain.training import train

RAW = ImageInputs((32, 32, 3), "none")
MOBILE = "type: application, name: mobilenet_v2, weights: none"


def over(arguments, before=""):
    return f"architecture:\n  layers:\n{before}    - {{{arguments}}}\n"


def pictures(*shape):
    return np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)


def test_every_name_that_a_file_may_say_is_one_of_keras():
    names = {plain_name(name) for name in get_args(ApplicationName)}

    assert names == set(applications.FUNCTIONS)
    assert all(map(applications.preprocessing_of, applications.FUNCTIONS.values()))


# One of each family: the smallest pictures that it takes, and how far pixels of 0 to 255 reach
# when they are scaled for it, in whole numbers.
RAW_PIXELS, AROUND_ZERO, OF_TORCH, OF_CAFFE = (0, 255), (-1, 1), (-3, 3), (-124, 152)
FAMILIES = {
    "convnext_tiny": (32, RAW_PIXELS), "densenet121": (32, OF_TORCH),
    "efficientnet_b0": (32, RAW_PIXELS), "efficientnet_v2b0": (32, RAW_PIXELS),
    "inception_resnet_v2": (75, AROUND_ZERO), "inception_v3": (75, AROUND_ZERO),
    "mobilenet": (32, AROUND_ZERO), "mobilenet_v2": (32, AROUND_ZERO),
    "mobilenet_v3_small": (32, RAW_PIXELS), "nasnet_mobile": (32, AROUND_ZERO),
    "resnet50": (32, OF_CAFFE), "resnet50_v2": (32, AROUND_ZERO), "vgg16": (32, OF_CAFFE),
    "vgg19": (32, OF_CAFFE), "xception": (71, AROUND_ZERO),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_what_reaches_a_network_is_what_its_own_preprocessing_gives(tmp_path, name):
    size, reach = FAMILIES[name]
    x = pictures(2, size, size, 3).astype(np.float32)
    x[0, 0, 0], x[0, 0, 1] = 0, 255
    choice = {"type": "application", "name": name, "weights": "none", "pooling": "avg"}
    function = applications.FUNCTIONS[plain_name(name)]

    whole = applications.build(choice, (), keras.Input((size, size, 3)), [])

    given = applications.preprocessing_of(function)(x.copy())
    assert (np.floor(given.min()), np.ceil(given.max())) == reach
    assert np.array_equal(whole(x), whole.layers[-1](given))
    whole.save(tmp_path / "a.keras")
    assert np.array_equal(keras.saving.load_model(tmp_path / "a.keras")(x), whole(x))


@pytest.mark.slow
def test_a_frozen_network_trains_nothing_and_loads_in_plain_keras(build, tmp_path):
    text = over(MOBILE + ", trainable: false, pooling: max")
    built = build(text, RAW, "binary")
    x, y = pictures(8, 32, 32, 3), np.tile([0.0, 1.0], 4)[:, None].astype(np.float32)
    before = [array.tobytes() for array in built.network.get_layer("mobilenet_v2").get_weights()]

    train(built.network, (x, y), epochs=1, batch_size=4, seed=0)

    after = [array.tobytes() for array in built.network.get_layer("mobilenet_v2").get_weights()]
    assert before == after
    assert len(built.network.trainable_weights) == 2
    model = joined(built.network, RAW.to_json())
    compile_model(model, built.goal, built.config.experiment.optimizer)
    model.save(tmp_path / "b.keras")
    assert np.array_equal(keras.saving.load_model(tmp_path / "b.keras")(x), built.network(x))


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".weights.h5", ".keras"])
def test_weights_come_from_a_file(build, tmp_path, ending):
    keras.utils.set_random_seed(8)
    theirs = keras.applications.MobileNetV2(
        include_top=False, weights=None, input_shape=(32, 32, 3)
    )
    save = theirs.save_weights if ending == ".weights.h5" else theirs.save
    save(tmp_path / f"mine{ending}")

    text = over(f"type: application, name: mobilenet_v2, weights: mine{ending}, pooling: avg")
    ours = build(text, RAW).network.get_layer("mobilenet_v2")

    assert all(map(np.array_equal, ours.get_weights(), theirs.get_weights()))


@pytest.mark.slow
def test_grey_pictures_become_three_channels_on_the_way_that_the_message_names(build):
    before = "    - {type: concatenate, inputs: [input, input, input]}\n"
    text = over(MOBILE + ", pooling: avg", before)

    network = build(text, ImageInputs((32, 32, 1), "none")).network

    assert network.get_layer("mobilenet_v2").input.shape == (None, 32, 32, 3)


AT = "a.yaml:4:7: architecture.layers.0: "
WRONG = {
    "grey pictures": (
        ImageInputs((32, 32, 1), "none"),
        MOBILE,
        f"{AT}got an input of shape (32, 32, 1), expected (height, width, 3) for mobilenet_v2. "
        "Put `{type: concatenate, inputs: [input, input, input]}` before it.",
    ),
    "four channels": (
        ImageInputs((32, 32, 4), "none"),
        MOBILE,
        f"{AT}got an input of shape (32, 32, 4), expected (height, width, 3) for mobilenet_v2. "
        "Put a conv2d with 3 filters before it.",
    ),
    "no pictures": (
        ArrayInputs((12,)),
        MOBILE,
        f"{AT}got an input of shape (12,), expected (height, width, 3) for mobilenet_v2. "
        "Put `reshape` before it.",
    ),
    "small pictures": (
        ImageInputs((20, 16, 3), "none"),
        MOBILE,
        f"{AT}got 20×16 pixels, expected at least 32×32 for mobilenet_v2. "
        "Put `resizing` before it.",
    ),
    "scaled pictures": (
        ImageInputs((32, 32, 3), "0_1"),
        MOBILE,
        f"{AT}got scaled pictures for mobilenet_v2, expected raw ones, which it scales itself. "
        "Use `dataset.images.scaling=none`.",
    ),
    "standardised pictures": (
        ImageInputs((32, 32, 3), "standard", (1.0, 2.0, 3.0), (4.0, 5.0, 6.0)),
        MOBILE,
        f"{AT}got scaled pictures for mobilenet_v2, expected raw ones, which it scales itself. "
        "Use `dataset.images.scaling=none`.",
    ),
    "several inputs": (
        RAW,
        f"{MOBILE}, inputs: [input, input]",
        "a.yaml:4:70: architecture.layers.0.inputs: got several inputs for mobilenet_v2, "
        "expected one.",
    ),
}


@pytest.mark.parametrize(("inputs", "layer", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_a_network_cannot_take_is_named_with_the_way_out(
    build, tmp_path, inputs, layer, message
):
    with pytest.raises(ModelError) as caught:
        build(over(layer), inputs)

    assert str(caught.value) == f"{tmp_path}/{message}"


def test_no_network_is_needed_to_be_told_that_there_is_none(build, monkeypatch):
    def without_a_network(**arguments):
        raise Exception("URL fetch failure on https://…: None -- unreachable")

    monkeypatch.setitem(applications.FUNCTIONS, "mobilenetv2", without_a_network)

    with pytest.raises(ModelError) as caught:
        build(over("type: application, name: mobilenet_v2"), RAW)

    assert caught.value.key == ("architecture", "layers", 0, "weights")
    assert caught.value.message == (
        "got no network to download the weights of mobilenet_v2 with, expected imagenet weights. "
        "Name a local file of weights without the top layers, or `none`."
    )


def test_an_error_that_is_not_the_users_is_not_hidden(build, monkeypatch):
    def broken(**arguments):
        raise RuntimeError("a bug")

    monkeypatch.setitem(applications.FUNCTIONS, "mobilenetv2", broken)

    with pytest.raises(RuntimeError, match="a bug"):
        build(over("type: application, name: mobilenet_v2"), RAW)


@pytest.mark.slow
def test_weights_of_another_network_are_refused(build, tmp_path):
    other = keras.applications.MobileNet(include_top=False, weights=None, input_shape=(32, 32, 3))
    other.save_weights(tmp_path / "other.weights.h5")
    text = over("type: application, name: mobilenet_v2, weights: other.weights.h5")

    with pytest.raises(ModelError) as caught:
        build(text, RAW)

    assert caught.value.key == ("architecture", "layers", 0, "weights")
    assert caught.value.message.startswith(f"got {tmp_path}/other.weights.h5, which does not fit (")
    assert caught.value.message.endswith(
        ", expected the weights of mobilenet_v2 without its top layers."
    )
