"""Names and signatures of Keras, as the catalogue holds them."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from dltrain.config.catalogue.names import (
    ALIASES,
    canonical,
    keras_class,
    keras_version,
    kinds,
    tensors_of,
)

CANONICAL = {
    "dense": ("layer", "Dense"),
    "conv2d": ("layer", "Conv2D"),
    "batch_normalization": ("layer", "BatchNormalization"),
    "leaky_relu": ("activation", "LeakyReLU"),
    "relu": ("activation", "RELU"),
    "rmsprop": ("optimizer", "RMSprop"),
    "adamw": ("optimizer", "AdamW"),
    "early_stopping": ("callback", "EarlyStopping"),
    "tensorboard": ("callback", "TensorBoard"),
    "mean_squared_error": ("loss", "mse"),
    "rmse": ("loss", "RootMeanSquaredError"),
    "root_mean_squared_error": ("metric", "rmse"),
    "accuracy": ("metric", "acc"),
    "l1_l2": ("regularizer", "L1L2"),
}


@pytest.mark.parametrize(("name", "spelling"), CANONICAL.items(), ids=CANONICAL.keys())
def test_a_name_has_one_canonical_spelling(name, spelling):
    assert canonical(*spelling) == name
    assert canonical(spelling[0], name) == name


def test_what_keras_does_not_have_has_no_canonical_spelling():
    assert canonical("layer", "densee") is None
    assert canonical("layer", "lambda") is None


@pytest.mark.parametrize("kind", ["layer", "loss", "metric", "optimizer"])
def test_every_alias_leads_to_a_name(kind):
    assert set(ALIASES.get(kind, {}).values()) <= set(kinds()[kind])


def test_a_canonical_name_stands_for_a_class():
    assert keras_class("optimizer", "adamw") == "AdamW"
    assert keras_class("layer", "relu") == "ReLU"


CALLS = {
    "dense": {"inputs": {"required": True}},
    "multi_head_attention": {
        "query": {"required": True}, "value": {"required": True}, "key": {"default": None},
    },
    "gru": {"sequences": {"required": True}, "initial_state": {"default": None}},
    "random_flip": {"data": {"required": True}},
}  # fmt: skip


@pytest.mark.parametrize(("layer", "tensors"), CALLS.items(), ids=CALLS.keys())
def test_the_tensors_of_a_layer_are_told_from_flags_and_masks(layer, tensors):
    assert tensors_of(layer) == tensors


def test_every_layer_reads_something():
    assert [layer for layer in kinds()["layer"] if not tensors_of(layer)] == []


@pytest.mark.slow
@pytest.mark.skipif(
    version("keras") != keras_version(), reason=f"the catalogue is that of Keras {keras_version()}"
)
def test_the_catalogue_is_that_of_the_installed_keras():
    script = Path(__file__).parents[3] / "scripts" / "make_catalogue.py"

    done = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr[-2000:]
