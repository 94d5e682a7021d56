"""Layers that weigh their inputs are found, also inside of others."""

from __future__ import annotations

import pytest

from dltrain.config.checks.weighing import has_kernel, has_weights, parts

LSTM = {"type": "lstm", "units": 2}
CELLS = [{"type": "gru_cell", "units": 2}, {"type": "lstm_cell", "units": 2}]
LAYERS = {
    "dense": ({"type": "dense", "units": 2}, True, True),
    "a convolution by channels": ({"type": "depthwise_conv2d", "kernel_size": 3}, True, True),
    "an embedding": ({"type": "embedding", "input_dim": 9, "output_dim": 2}, False, True),
    "normalisation": ({"type": "batch_normalization"}, False, False),
    "a wrapper": ({"type": "bidirectional", "layer": LSTM}, True, True),
    "a wrapper of no weights": ({"type": "time_distributed", "layer": {"type": "flatten"}},
                                False, False),
    "a list of cells": ({"type": "rnn", "cell": CELLS}, True, True),
    "a saved network": ({"type": "saved", "path": "a.keras"}, False, False),
}  # fmt: skip


@pytest.mark.parametrize(("layer", "kernel", "weights"), LAYERS.values(), ids=LAYERS.keys())
def test_kernels_and_weights_are_told_by_the_layer(layer, kernel, weights):
    assert (has_kernel(layer), has_weights(layer)) == (kernel, weights)


def test_every_part_has_its_key():
    found = [(layer["type"], key) for layer, key in parts({"type": "rnn", "cell": CELLS}, ("a",))]

    assert found == [
        ("rnn", ("a",)), ("gru_cell", ("a", "cell", 0)), ("lstm_cell", ("a", "cell", 1)),
    ]  # fmt: skip
