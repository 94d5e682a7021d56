"""Regularization of the file, down to layers inside of layers."""

import pytest

from dltrain.model.plan import plan_network

CELL = {"type": "lstm_cell", "units": 2}
INSIDE = {
    "one cell": {"type": "rnn", "cell": CELL},
    "a list of cells": {"type": "rnn", "cell": [CELL, CELL]},
    "stacked cells": {"type": "rnn", "cell": {"type": "stacked_rnn_cells", "cells": [CELL, CELL]}},
    "a layer in both directions": {"type": "bidirectional", "layer": {"type": "lstm", "units": 2}},
}


def leaves(layer):
    """Give the layers inside of a layer that hold no others."""
    inside = [layer[name] for name in ("layer", "cell", "cells") if name in layer]
    inner = [one for part in inside for one in (part if isinstance(part, list) else [part])]
    return [leaf for one in inner for leaf in leaves(one)] if inner else [layer]


@pytest.mark.parametrize("layer", INSIDE.values(), ids=INSIDE.keys())
def test_layers_inside_of_layers_are_regularized_and_followed_by_dropout(layer):
    section = {"kernel": {"type": "l2", "l2": 0.1}, "bias": None, "activity": None, "dropout": 0.5}

    plan = plan_network(
        {"layers": [layer], "output": "auto"},
        section,
        {"form": "array", "shape": [5, 3]},
        task="regression",
        outputs=1,
        taken={"input"},
    )

    first, second = (step.layer for step in plan.steps)
    assert [leaf["kernel_regularizer"] for leaf in leaves(first)] == [section["kernel"]] * len(
        leaves(first)
    )
    assert (second["type"], second["rate"]) == ("dropout", 0.5)
