"""A small model and rows, made anew and equal for every test."""

import keras
import numpy as np
import pytest


@pytest.fixture
def rows():
    """Give 96 rows of five numbers and a binary target that follows from them."""
    random = np.random.default_rng(0)
    x = random.normal(size=(96, 5)).astype(np.float32)
    return x, (x[:, :1] + x[:, 1:2] > 0).astype(np.float32)


@pytest.fixture
def val():
    random = np.random.default_rng(1)
    x = random.normal(size=(40, 5)).astype(np.float32)
    return x, (x[:, :1] > 0).astype(np.float32)


@pytest.fixture
def make_model():
    """Give a function that makes the same compiled model each time."""

    def make(optimizer="adam", metrics=("accuracy",)):
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [
                keras.Input((5,)),
                keras.layers.Dense(6, "relu"),
                keras.layers.Dropout(0.2),
                keras.layers.Dense(1, "sigmoid"),
            ]
        )
        if isinstance(optimizer, dict):
            optimizer = keras.optimizers.get(optimizer)
        model.compile(optimizer, "binary_crossentropy", metrics=list(metrics), jit_compile=False)
        return model

    return make
