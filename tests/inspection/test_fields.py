"""Receptive fields against what a change of one pixel really reaches."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from dltrain.inspection.model.fields import fields_of
from dltrain.inspection.model.graph import graph_of

SIDE = 31


def stack(*several, shape=(SIDE, SIDE, 1)):
    return keras.Sequential([keras.Input(shape), *several])


STACKS = {
    "one convolution": [layers.Conv2D(2, 3)],
    "two": [layers.Conv2D(2, 3), layers.Conv2D(2, 5, padding="same")],
    "strides": [layers.Conv2D(2, 3, strides=2), layers.Conv2D(2, 3)],
    "pooling between": [layers.Conv2D(2, 3), layers.MaxPooling2D(2), layers.Conv2D(2, 3)],
    "holes": [layers.Conv2D(2, 3, dilation_rate=3)],
    "not square": [layers.Conv2D(2, (5, 1), strides=(2, 1)), layers.AveragePooling2D((1, 3))],
    "one channel at a time": [layers.DepthwiseConv2D(3), layers.SeparableConv2D(2, 3)],
    "pointwise between": [
        layers.Conv2D(2, 3), layers.BatchNormalization(), layers.ReLU(), layers.Dense(3)
    ],
    "larger": [layers.AveragePooling2D(2), layers.UpSampling2D(2), layers.Conv2D(2, 3)],
}  # fmt: skip


def reached(network):
    """Find by gradients which pixels the middle number depends on: height and width of them."""
    import tensorflow as tf

    x = tf.constant(np.random.default_rng(0).normal(size=(1, SIDE, SIDE, 1)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = network(x)
        middle = tf.reduce_sum(y[0, y.shape[1] // 2, y.shape[2] // 2])
    changed = np.argwhere(tape.gradient(middle, x)[0, ..., 0].numpy() != 0)
    return changed.max(axis=0) - changed.min(axis=0) + 1


@pytest.mark.parametrize("several", STACKS.values(), ids=STACKS.keys())
def test_no_pixel_outside_of_the_field_counts(several):
    for layer in several:
        if hasattr(layer, "kernel_initializer"):
            layer.kernel_initializer = "ones"
    network = stack(*(layer for layer in several))

    field = fields_of(network)[id(graph_of(network).outputs[0])]

    found = reached(network)
    assert (found <= field.size).all()
    if not any(isinstance(one, layers.ReLU | layers.MaxPooling2D) for one in several):
        assert (found == field.size).all() or any(
            isinstance(one, layers.UpSampling2D) for one in several
        )


def test_strides_multiply_and_enlarging_divides():
    network = stack(
        layers.Conv2D(2, 3, strides=2), layers.MaxPooling2D(2), layers.Conv2DTranspose(2, 4, 2)
    )

    fields = [fields_of(network)[id(layer.output)] for layer in network.layers]

    assert [field.to_json() for field in fields] == [
        {"size": [3, 3], "stride": [2, 2]},
        {"size": [5, 5], "stride": [4, 4]},
        {"size": [9, 9], "stride": [2, 2]},
    ]


def test_where_branches_meet_the_largest_field_counts():
    first = keras.Input((9, 9, 1))
    far = layers.Conv2D(2, 5, padding="same")(first)
    near = layers.Conv2D(2, 3, padding="same")(first)
    network = keras.Model(first, layers.Add()([far, near]))

    assert fields_of(network)[id(network.output)].size == (5, 5)


def test_steps_of_texts_and_series_have_fields_too():
    words = keras.Sequential(
        [keras.Input((12,), dtype="int32"), layers.Embedding(9, 4), layers.Conv1D(2, 3)]
    )
    series = keras.Sequential([keras.Input((12, 2)), layers.Conv1D(2, 5, strides=2)])

    for network, size, stride in ((words, (3,), (1,)), (series, (5,), (2,))):
        field = fields_of(network)[id(network.outputs[0])]
        assert (field.size, field.stride) == (size, stride)


def test_a_picture_that_comes_as_a_row_has_pixels_again():
    network = keras.Sequential([keras.Input((64,)), layers.Reshape((8, 8, 1)), layers.Conv2D(2, 3)])

    assert fields_of(network)[id(network.outputs[0])].size == (3, 3)


ENDS = {
    "flat": [layers.Conv2D(2, 3), layers.Flatten()],
    "mean": [layers.Conv2D(2, 3), layers.GlobalAveragePooling2D()],
    "dense": [layers.Flatten(), layers.Dense(961), layers.Reshape((SIDE, SIDE, 1))],
}


@pytest.mark.parametrize("several", ENDS.values(), ids=ENDS.keys())
def test_a_layer_that_sees_all_ends_the_field(several):
    network = stack(*several)

    assert fields_of(network)[id(network.outputs[0])] is None


def test_networks_inside_are_followed():
    inner = stack(layers.Conv2D(2, 3), layers.MaxPooling2D(2), shape=(29, 29, 2))
    network = stack(layers.Conv2D(2, 3), inner, layers.Conv2D(2, 3))

    assert fields_of(network)[id(network.outputs[0])].size == (10, 10)
