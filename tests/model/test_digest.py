"""The digest of named weights: what changes it, and what does not."""

from __future__ import annotations

import hashlib

import keras
import numpy as np
import pytest

from dltrain.model.digest import named_weights, weights_sha256

WEIGHTS = [("a/kernel", np.arange(6, dtype="<f4").reshape(2, 3)), ("a/bias", np.zeros(3, "<f4"))]
OTHERS = {
    "a bit": [("a/kernel", np.nextafter(WEIGHTS[0][1], np.float32(9))), WEIGHTS[1]],
    "a sign of zero": [WEIGHTS[0], ("a/bias", -np.zeros(3, "<f4"))],
    "a name": [("b/kernel", WEIGHTS[0][1]), WEIGHTS[1]],
    "a shape": [("a/kernel", WEIGHTS[0][1].reshape(3, 2)), WEIGHTS[1]],
    "a type": [("a/kernel", WEIGHTS[0][1].view("<i4")), WEIGHTS[1]],
    "the order": WEIGHTS[::-1],
    "one less": WEIGHTS[:1],
}


def test_the_digest_is_the_sha256_over_names_types_shapes_and_bits():
    text = b"a/kernel\0<f4(2, 3)\0" + WEIGHTS[0][1].tobytes()
    text += b"a/bias\0<f4(3,)\0" + bytes(12)

    assert weights_sha256(WEIGHTS) == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_whatever_differs_changes_the_digest(other):
    assert weights_sha256(other) != weights_sha256(WEIGHTS)


def test_how_an_array_lies_in_memory_does_not_matter():
    turned = [("a/kernel", np.asfortranarray(WEIGHTS[0][1])), WEIGHTS[1]]

    assert weights_sha256(turned) == weights_sha256(WEIGHTS)


def test_a_model_that_is_saved_at_another_time_is_the_same(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="out")])
    files = [tmp_path / "one.keras", tmp_path / "two.keras"]
    for file in files:
        model.save(file)

    loaded = [named_weights(keras.saving.load_model(file)) for file in files]

    assert [name for name, _ in loaded[0]] == ["out/kernel", "out/bias"]
    assert weights_sha256(loaded[0]) == weights_sha256(loaded[1])
