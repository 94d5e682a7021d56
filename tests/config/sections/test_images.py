"""`dataset.images`: sizes, and layers that augment, checked without TensorFlow."""

from __future__ import annotations

import pytest

from dltrain import config
from dltrain.config.catalogue.augmentation import augmenting
from dltrain.errors import ConfigError

ALL = (
    "one of aug_mix, rand_augment, random_brightness, random_color_degeneration, "
    "random_color_jitter, random_contrast, …"
)


@pytest.fixture
def load(tmp_path):
    """Load a file whose pictures are described by some YAML."""

    def images(text):
        path = tmp_path / "a.yaml"
        path.write_text(
            f"dataset: {{type: images, path: x, images: {text}}}\n"
            "architecture: {type: mlp, units: 4}\n",
            encoding="utf-8",
        )
        return config.load(path).experiment.dataset.images

    return images


def test_names_of_layers_are_spelled_as_keras_or_the_catalogue_spells_them(load):
    found = load("{augment: [RandomFlip, {type: random_rotation, factor: 0.1}]}")

    assert found.augment == [{"type": "random_flip"}, {"type": "random_rotation", "factor": 0.1}]


@pytest.mark.parametrize("text", ["{}", "{augment: }", "{augment: []}"])
def test_nothing_is_augmented_by_default(load, text):
    assert load(text).augment == []


@pytest.mark.parametrize(("text", "size"), [("64", [64, 64]), ("[48, 64]", [48, 64]), ("", None)])
def test_one_side_stands_for_both(load, text, size):
    assert load(f"{{size: {text}}}").size == size


def test_the_range_of_pixels_may_be_said(load):
    [layer] = load("{augment: [{type: random_invert, value_range: [0, 255]}]}").augment

    assert layer["value_range"] == [0, 255]


WRONG = {
    "misspelled": (
        "augment: [random_flp]",
        f"augment.0: got 'random_flp', expected {ALL}. Did you mean 'random_flip'?",
    ),
    "another layer": (
        "augment: [{type: dense, units: 3}]",
        f"augment.0.type: got 'dense', expected {ALL}. "
        "It does not augment: it belongs into `architecture.layers`.",
    ),
    "a layer that predictions need too": (
        "augment: [auto_contrast]",
        f"augment.0: got 'auto_contrast', expected {ALL}. "
        "It does not augment: it belongs into `architecture.layers`.",
    ),
    "a crop": (
        "augment: [{type: random_crop, height: 3, width: 3}]",
        f"augment.0.type: got 'random_crop', expected {ALL}. It crops in training alone, and "
        "other rows would not fit; use `center_crop`, or `random_translation` and `random_zoom`.",
    ),
    "a layer that mixes targets": (
        "augment: [CutMix]",
        f"augment.0: got 'CutMix', expected {ALL}. "
        "It mixes the targets of rows too, which a layer does not see.",
    ),
    "an argument misspelled": (
        "augment: [random_flip, {type: random_flip, mod: vertical}]",
        "augment.1.mod: got an unknown argument, expected one of activity_regularizer, "
        "data_format, dtype, mode, name, seed, … of random_flip. Did you mean 'mode'?",
    ),
    "pixels from 0 to 1": (
        "augment: [{type: random_contrast, factor: 0.2, value_range: [0, 1]}]",
        "augment.0.value_range: got [0, 1], expected [0, 255]. "
        "Pixels are augmented before they are scaled: remove it.",
    ),
    "a name": (
        "augment: [{type: random_flip, name: mirror}]",
        "augment.0.name: got 'mirror', expected none. "
        "The saved model has no such layer: remove it.",
    ),
    "no list": (
        "augment: random_flip",
        "augment: got 'random_flip', expected a list.",
    ),
    "no layer": (
        "augment: [3]", "augment.0: got 3, expected the name of a layer, or a map with `type`.",
    ),
    "three sides": (
        "size: [1, 2, 3]",
        "size: got [1, 2, 3], expected [height, width] in pixels, each 1 to 4096.",
    ),
    "no pixel": ("size: 0", "size: got 0, expected [height, width] in pixels, each 1 to 4096."),
    "another way": (
        "resize: fit", "resize: got 'fit', expected one of crop, pad, stretch.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_the_way_out(load, text, message):
    with pytest.raises(ConfigError) as caught:
        load(f"{{{text}}}")

    assert str(caught.value).partition("dataset.images.")[2] == message


def test_layers_that_augment_are_those_whose_names_say_so_and_three_more():
    others = [name for name in augmenting() if not name.startswith("random_")]

    assert others == ["aug_mix", "rand_augment", "solarization"]
    assert "random_flip" in augmenting()
    assert "random_crop" not in augmenting()
