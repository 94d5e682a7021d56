"""What is learned about pictures, whatever file they come from."""

from __future__ import annotations

import numpy as np
import pytest

from dltrain.data import images
from dltrain.data.images import learn_images

PICTURES = np.random.default_rng(0).integers(0, 256, (30, 4, 5, 3), dtype=np.uint8)
TRAIN = np.arange(0, 30, 2)


@pytest.mark.parametrize("at_once", [1, 45, 10**9])
def test_mean_and_variance_are_those_of_the_train_pixels(monkeypatch, at_once):
    monkeypatch.setattr(images, "PIXELS_AT_ONCE", at_once)

    found = learn_images(PICTURES, TRAIN, "standard")

    assert np.allclose(found.mean, PICTURES[TRAIN].mean(axis=(0, 1, 2)), rtol=1e-12)
    assert np.allclose(found.variance, PICTURES[TRAIN].var(axis=(0, 1, 2)), rtol=1e-12)


@pytest.mark.parametrize("scaling", ["0_1", "standard", "none"])
def test_other_pictures_change_nothing(scaling):
    others = PICTURES.copy()
    others[1::2] = 255 - others[1::2]

    assert learn_images(others, TRAIN, scaling) == learn_images(PICTURES, TRAIN, scaling)
