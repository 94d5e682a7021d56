"""Augmentation in front of the scaling: in training only, and no part of what is saved."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from dltrain.config.catalogue.augmentation import augmenting
from dltrain.config.catalogue.names import kinds
from dltrain.data.images import ImageInputs
from dltrain.errors import ModelError
from dltrain.model import building
from dltrain.model.layers import trace
from dltrain.model.preprocessing import joined, network_input

NOTHING = {"kernel": None, "bias": None, "activity": None, "dropout": 0.0}
PIXELS = np.random.default_rng(0).integers(0, 256, (64, 16, 18, 3), dtype=np.uint8)
COLOUR, GREY = ImageInputs((16, 18, 3), "0_1"), ImageInputs((16, 18, 1), "0_1")
# Arguments that a layer needs, or without which it changes nothing.
ARGUMENTS = {
    "random_color_jitter": {"brightness_factor": 0.2, "hue_factor": 0.2},
    "random_posterization": {"factor": 4},
    "random_shear": {"x_factor": 0.3},
    "random_translation": {"height_factor": 0.2, "width_factor": 0.2},
    "random_zoom": {"height_factor": 0.3},
    "solarization": {"threshold_factor": 0.5},
}
FACTOR = {"factor": 0.3}


# Layers that are several others, or large filters, take seconds to compile.
LONG = ("aug_mix", "rand_augment", "random_elastic_transform")


def each(names):
    return [pytest.param(one, marks=pytest.mark.slow if one in LONG else ()) for one in names]


def choice(name):
    needed = kinds()["layer"][name]["arguments"].get("factor", {}).get("required")
    return {"type": name} | ARGUMENTS.get(name, FACTOR if needed else {})


def seen(inputs, layers, seed=3):
    """Build what the first layer sees, as a model."""
    keras.utils.set_random_seed(seed)
    return keras.Model(*network_input(inputs.to_json(), NOTHING, layers))


def network(inputs, layers, seed=3):
    keras.utils.set_random_seed(seed)
    architecture = {"type": "mlp", "units": [6], "activation": "tanh", "output": "auto"}
    facts = {"task": "multiclass", "outputs": 3}
    built, _ = building.build_network(
        architecture, NOTHING, inputs.to_json(), **facts, augment=layers
    )
    return built


@pytest.mark.parametrize("name", each(augmenting()))
def test_a_layer_changes_pictures_in_training_and_nowhere_else(name):
    model = seen(COLOUR, [choice(name)])

    trained = np.asarray(model(PIXELS, training=True))
    predicted = np.asarray(model(PIXELS, training=False))

    assert np.allclose(predicted, PIXELS / 255, atol=1e-6)
    changed = np.abs(trained - predicted).max(axis=(1, 2, 3)) > 0.01
    assert changed.mean() > 0.2
    assert trained.min() >= -0.01
    assert trained.max() <= 1.01


@pytest.mark.parametrize("name", each(augmenting()))
def test_a_layer_can_be_compiled_into_a_step(name):
    model = seen(COLOUR, [choice(name)])

    trace(model, model.input)


def test_pictures_stay_bytes_until_they_are_in_the_network():
    assert seen(COLOUR, [choice("random_flip")]).input.dtype == "uint8"


BRIGHTER, DARKER = ({"type": "random_brightness", "factor": [by, by]} for by in (0.2, -0.2))


@pytest.mark.parametrize("scaling", ["0_1", "standard", "none"])
def test_augmentation_sees_pixels_from_0_to_255_whatever_the_scaling(scaling):
    inputs = ImageInputs((16, 18, 3), scaling, (90.0,) * 3, (2500.0,) * 3)

    found = np.asarray(seen(inputs, [BRIGHTER])(PIXELS, training=True))

    assert np.allclose(found, inputs.scaled(np.minimum(PIXELS + 51.0, 255)), atol=1e-3)


def test_layers_follow_each_other():
    found = np.asarray(seen(COLOUR, [BRIGHTER, DARKER])(PIXELS, training=True))

    assert np.allclose(found, np.minimum(PIXELS, 204) / 255, atol=1e-5)


def test_the_same_seed_draws_the_same():
    layers = [choice("random_rotation"), choice("random_contrast")]
    first, again, other = (seen(COLOUR, layers, seed) for seed in (3, 3, 4))

    drawn = [[np.asarray(one(PIXELS, training=True)) for _ in range(2)] for one in (first, again)]

    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0][0], drawn[0][1])
    assert not np.array_equal(drawn[0][0], np.asarray(other(PIXELS, training=True)))


def test_the_saved_model_is_that_of_a_network_without_augmentation(tmp_path):
    trained = network(COLOUR, [choice("random_flip"), choice("random_zoom")])
    plain = network(COLOUR, [])

    model = joined(trained, COLOUR.to_json())
    model.save(tmp_path / "a.keras")
    loaded = keras.saving.load_model(tmp_path / "a.keras")

    expected = joined(plain, COLOUR.to_json())
    kinds_of = [[type(layer).__name__ for layer in one.layers] for one in (loaded, expected)]
    assert kinds_of[0] == kinds_of[1]
    assert [one.name for one in loaded.layers] == [one.name for one in expected.layers]
    assert loaded.input.dtype == "uint8"
    found = loaded.predict(PIXELS, verbose=0)
    assert np.array_equal(found, trained.predict(PIXELS, verbose=0))


def test_the_saved_model_shares_the_weights_of_the_network():
    trained = network(COLOUR, [choice("random_flip")])
    model = joined(trained, COLOUR.to_json())

    trained.set_weights([weight + 1 for weight in trained.get_weights()])

    assert len(model.get_weights()) == 4
    for ours, theirs in zip(model.get_weights(), trained.get_weights(), strict=True):
        assert np.array_equal(ours, theirs)


COLOURS_ALONE = ("random_color_degeneration", "random_color_jitter", "random_hue",
                 "random_saturation")  # fmt: skip


@pytest.mark.parametrize("name", COLOURS_ALONE)
def test_a_layer_of_colours_is_refused_for_greys(name):
    with pytest.raises(ModelError) as caught:
        seen(GREY, [choice("random_flip"), choice(name)])

    assert caught.value.key == ("dataset", "images", "augment", 1)
    assert str(caught.value).startswith("dataset.images.augment.1: got an input of shape")


@pytest.mark.parametrize("name", each(sorted({*augmenting()} - {*COLOURS_ALONE})))
def test_every_other_layer_takes_greys(name):
    model = seen(GREY, [choice(name)])

    assert np.asarray(model(PIXELS[..., :1], training=True)).shape == (64, 16, 18, 1)


def test_a_layer_that_keras_refuses_is_named_by_its_key():
    with pytest.raises(ModelError) as caught:
        seen(COLOUR, [{"type": "random_rotation", "factor": [3, 2, 1]}])

    assert caught.value.key == ("dataset", "images", "augment", 0)
