"""Multiply-adds against TensorFlow's own count of a graph, and against counts by hand."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from dltrain.inspection.model.graph import uses
from dltrain.inspection.model.operations import multiply_adds, of_network

NO_BIAS = {"use_bias": False}


def counted(layer, *shapes):
    """Count the multiply-adds of one layer on inputs of some shapes."""
    inputs = [keras.Input(shape) for shape in shapes]
    network = keras.Model(inputs, layer(inputs[0] if len(inputs) == 1 else inputs))
    return [multiply_adds(use) for use in uses(network)][-1]


def profiled(layer, shape):
    """Let TensorFlow count the floating-point operations of a layer for one row."""
    from tensorflow.python.profiler.model_analyzer import profile
    from tensorflow.python.profiler.option_builder import ProfileOptionBuilder

    layer(keras.Input(shape))
    graph = tf.function(layer).get_concrete_function(tf.TensorSpec((1, *shape), tf.float32)).graph
    options = ProfileOptionBuilder(ProfileOptionBuilder.float_operation()).with_empty_output()
    return profile(graph, options=options.build()).total_float_ops


PROFILED = {
    "dense": (layers.Dense(7, **NO_BIAS), (5,)),
    "dense on every step": (layers.Dense(7, **NO_BIAS), (4, 5)),
    "conv2d": (layers.Conv2D(6, 3, **NO_BIAS), (9, 8, 3)),
    "conv2d with strides": (layers.Conv2D(6, (3, 2), strides=2, **NO_BIAS), (9, 8, 3)),
    "conv2d, same size": (layers.Conv2D(6, 5, padding="same", **NO_BIAS), (9, 8, 3)),
    "conv1d": (layers.Conv1D(6, 3, **NO_BIAS), (9, 4)),
    "conv3d": (layers.Conv3D(4, 2, **NO_BIAS), (5, 6, 7, 2)),
    "depthwise": (layers.DepthwiseConv2D(3, depth_multiplier=2, **NO_BIAS), (9, 8, 3)),
    "separable": (layers.SeparableConv2D(5, 3, **NO_BIAS), (9, 8, 3)),
}


@pytest.mark.parametrize(("layer", "shape"), PROFILED.values(), ids=PROFILED.keys())
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_two_operations_of_tensorflow_are_one_multiply_add(layer, shape, capfd):
    count = counted(layer, shape)

    assert count == profiled(layer, shape) / 2
    assert count > 0


BY_HAND = {
    "dense has no count for its bias": (layers.Dense(7), [(5,)], 5 * 7),
    "groups": (layers.Conv2D(8, 3, groups=2), [(6, 6, 4)], 4 * 4 * 8 * 9 * 2),
    "dilation": (layers.Conv1D(3, 3, dilation_rate=2), [(10, 2)], 6 * 3 * 3 * 2),
    "channels in groups of one": (layers.Conv1D(4, 5, groups=4), [(10, 4)], 6 * 4 * 5),
    "transposed": (layers.Conv2DTranspose(3, 2, strides=2), [(5, 4, 6)], 5 * 4 * 4 * 3 * 6),
    "separable in one dimension": (layers.SeparableConv1D(5, 3), [(9, 4)], 7 * (3 * 4 + 4 * 5)),
    "depthwise in one dimension": (layers.DepthwiseConv1D(3), [(9, 4)], 7 * 3 * 4),
    "embedding": (layers.Embedding(100, 8), [(12,)], 0),
    "simple_rnn": (layers.SimpleRNN(6), [(5, 3)], 5 * 6 * (3 + 6)),
    "gru": (layers.GRU(6), [(5, 3)], 5 * 3 * 6 * (3 + 6)),
    "lstm": (layers.LSTM(6, return_sequences=True), [(5, 3)], 5 * 4 * 6 * (3 + 6)),
    "both ways": (layers.Bidirectional(layers.LSTM(6)), [(5, 3)], 2 * 5 * 4 * 6 * (3 + 6)),
    "a stack of cells": (
        layers.RNN(layers.StackedRNNCells([layers.LSTMCell(6), layers.GRUCell(2)])),
        [(5, 3)],
        5 * (4 * 6 * (3 + 6) + 3 * 2 * (6 + 2)),
    ),
    "convolutions in steps": (
        layers.ConvLSTM2D(4, 3, padding="valid"), [(5, 8, 9, 2)],
        5 * 6 * 7 * (9 * 2 + 9 * 4) * 4 * 4,
    ),
    "attention": (layers.Attention(), [(4, 6), (5, 6)], 4 * 5 * 6 * 2),
    "attention with keys of their own": (
        layers.Attention(), [(4, 6), (5, 7), (5, 6)], 4 * 5 * (6 + 7)
    ),
    "additive attention": (layers.AdditiveAttention(), [(4, 6), (5, 6)], 4 * 5 * 6 * 2),
    "batch normalisation": (layers.BatchNormalization(), [(4, 4, 3)], 48),
    "layer normalisation": (layers.LayerNormalization(), [(10,)], 30),
    "pooling": (layers.MaxPooling2D(2), [(6, 6, 3)], 3 * 3 * 3 * 4),
    "average of all": (layers.GlobalAveragePooling2D(), [(6, 6, 3)], 108),
    "einsum": (layers.EinsumDense("abc,cde->abde", (3, 4, 5)), [(3, 6)], 3 * 6 * 4 * 5),
    "in every step": (layers.TimeDistributed(layers.Dense(3)), [(4, 5)], 4 * 5 * 3),
    "a picture in every step": (
        layers.TimeDistributed(layers.Conv2D(3, 3)), [(4, 5, 5, 2)], 4 * 9 * 9 * 3 * 2
    ),
    "a sum": (layers.Add(), [(4,), (4,), (4,)], 8),
    "side by side": (layers.Concatenate(), [(4,), (4,)], 0),
    "dot": (layers.Dot(axes=2), [(3, 4), (5, 4)], 3 * 5 * 4),
    "spectral": (layers.SpectralNormalization(layers.Dense(3)), [(5,)], 15),
    "dropout": (layers.Dropout(0.5), [(5,)], 0),
    "by chance": (layers.RandomFlip(), [(4, 4, 3)], 0),
    "larger": (layers.UpSampling2D(2), [(4, 4, 3)], 0),
    "larger and smooth": (layers.UpSampling2D(2, interpolation="bilinear"), [(4, 4, 3)], None),
    "nobody knows": (layers.MelSpectrogram(), [(16_000,)], None),
}  # fmt: skip


@pytest.mark.parametrize(("layer", "shapes", "expected"), BY_HAND.values(), ids=BY_HAND.keys())
def test_the_count_follows_from_the_shapes(layer, shapes, expected):
    assert counted(layer, *shapes) == expected


@pytest.mark.parametrize("by_keyword", [True, False])
def test_attention_of_several_heads_counts_projections_scores_and_values(by_keyword):
    query, value = keras.Input((4, 6)), keras.Input((5, 8))
    layer = layers.MultiHeadAttention(2, 3, value_dim=7)
    output = layer(query=query, value=value) if by_keyword else layer(query, value)

    use = list(uses(keras.Model([query, value], output)))[-1]

    projections = 4 * 6 * 6 + 5 * 8 * 6 + 5 * 8 * 14 + 4 * 14 * 6
    assert multiply_adds(use) == projections + 4 * 5 * (2 * 3 + 2 * 7)


def test_groups_of_queries_share_keys_and_values():
    first = keras.Input((5, 8))
    layer = layers.GroupQueryAttention(3, 4, 2)

    use = list(uses(keras.Model(first, layer(first, first))))[-1]

    projections = 5 * 8 * 12 + 2 * 5 * 8 * 6 + 5 * 12 * 8
    assert multiply_adds(use) == projections + 2 * 5 * 5 * 4 * 3


def test_networks_inside_are_counted_through():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
    outer = keras.Sequential([keras.Input((5,)), layers.Dense(4), inner])

    assert of_network(outer) == (5 * 4 + 4 * 3 + 3 * 2, True)


def test_a_sum_without_all_parts_says_so():
    network = keras.Sequential([keras.Input((16_000,)), layers.MelSpectrogram(), layers.Flatten()])

    assert of_network(network) == (0, False)


def test_a_shape_that_is_not_known_has_no_count():
    network = keras.Sequential([keras.Input((None, 5)), layers.Dense(4)])

    assert of_network(network) == (0, False)


def test_a_layer_that_is_used_twice_counts_twice():
    first = keras.Input((5,))
    shared = layers.Dense(5)
    network = keras.Model(first, shared(shared(first)))

    assert of_network(network) == (50, True)
    assert [use.name for use in uses(network)][-2:] == [shared.name, f"{shared.name}:2"]


def test_counts_are_those_of_one_row():
    network = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.Flatten()])

    weights = np.prod(network.layers[0].kernel.shape)
    assert of_network(network) == (weights * 6 * 6, True)
