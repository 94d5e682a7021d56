"""Which layers a network has, inside of networks, wrappers and layers."""

import keras
import pytest

from dltrain.model.leaves import leaves
from dltrain.model.precision import needs_scaled_loss

layers = keras.layers


def nested():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(2), layers.ReLU()])
    return keras.Sequential([keras.Input((3, 4)), layers.TimeDistributed(inner), layers.Flatten()])


def attentive():
    first = keras.Input((3, 4))
    return keras.Model(first, layers.MultiHeadAttention(1, 2)(first, first))


def recurrent():
    cell = layers.LSTMCell(2, dtype="mixed_float16")
    return keras.Sequential([keras.Input((3, 4)), layers.RNN(cell, dtype="float32")])


CASES = {
    "networks and wrappers": (nested, ["Dense", "Flatten", "ReLU", "TimeDistributed"], []),
    "attention": (
        attentive, ["MultiHeadAttention"], [*["EinsumDense"] * 4, "Dropout", "Softmax"]
    ),
    "a cell": (recurrent, ["RNN"], ["LSTMCell"]),
}  # fmt: skip


def names(found):
    """Name the kinds; whether a network lists its inputs among its layers depends on its form."""
    return sorted(type(one).__name__ for one in found if not isinstance(one, layers.InputLayer))


@pytest.mark.parametrize(("make", "named", "parts"), CASES.values(), ids=CASES.keys())
def test_leaves_are_what_a_file_names_and_their_parts_where_they_are_asked_for(make, named, parts):
    model = make()

    assert names(leaves(model)) == named
    assert names(leaves(model, parts=True)) == sorted([*named, *parts])


def test_a_part_that_computes_in_half_precision_has_its_loss_scaled():
    assert needs_scaled_loss(recurrent())
    assert not needs_scaled_loss(attentive())
