"""Regularization of a whole network: what the file says once, put into every layer that it means.

Regularizers reach the layers that say nothing themselves, dropout stands behind the layers that
weigh their inputs; the output has neither. Nothing is built. Imports: the config alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dltrain.config.catalogue.arguments import LAYERS
from dltrain.config.catalogue.names import kinds
from dltrain.config.checks.graph import Graph, Step
from dltrain.config.checks.weighing import WEIGHTS, has_kernel
from dltrain.config.checks.wiring import Tensor, moved, tensors

Facts = dict[str, Any]

# What stands between a hidden layer and its dropout.
BEHIND_A_LAYER = (
    "activation", "batch_normalization", "elu", "group_normalization", "layer_normalization",
    "leaky_relu", "prelu", "relu", "rms_normalization", "softmax", "unit_normalization",
)  # fmt: skip


def regularized(layer: Facts, regularization: Facts) -> Facts:
    """Fill in the file's regularizers where the layer, or one inside it, says nothing itself.

    Args:
        layer: A layer as plain data.
        regularization: The `regularization` section as plain data.
    """
    if layer["type"] not in kinds()["layer"]:
        return layer
    inner = {name: _each(layer[name], regularization) for name in LAYERS if name in layer}
    known = kinds()["layer"][layer["type"]]["arguments"]
    weights = [name for name in WEIGHTS if name in known]
    if not weights:
        return layer | inner
    defaults = dict.fromkeys(weights, regularization["kernel"])
    defaults["bias_regularizer"] = regularization["bias"]
    defaults["activity_regularizer"] = regularization["activity"]
    return (
        {name: value for name, value in defaults.items() if value and name in known} | layer | inner
    )


def _each(inner: Any, regularization: Facts) -> Any:
    """Reach a layer inside of another, or each of a list of cells."""
    if isinstance(inner, list):
        return [_each(one, regularization) for one in inner]
    return regularized(inner, regularization) if isinstance(inner, dict) else inner


def insert_dropout(graph: Graph, rate: float, ends: Iterable[Tensor]) -> dict[int, int]:
    """Put dropout behind every layer with a kernel, its normalisation and its activation.

    Args:
        graph: The hidden layers, which get more steps.
        rate: Share of the numbers that is dropped.
        ends: What the outputs read.

    Returns:
        Where to find what each former step put out.
    """
    behind = _ends(graph, ends) if rate else set()
    steps: list[Step] = []
    places: dict[int, int] = {}
    own: dict[int, int] = {}
    for position, step in enumerate(graph.steps):
        own[position] = len(steps)
        shares = None if step.shares is None else own[step.shares]
        steps.append(replace(step, inputs=moved(step.inputs, places), shares=shares))
        if position in behind:
            dropout = {"type": "dropout", "rate": rate}
            steps.append(Step(dropout, ("regularization", "dropout"), len(steps) - 1))
        places[position] = len(steps) - 1
    graph.steps = steps
    return places


def _ends(graph: Graph, read: Iterable[Tensor]) -> set[int]:
    """Find the last step of each run of a layer with a kernel and what belongs to it."""
    readers = Counter(one for step in graph.steps for one in tensors(step.inputs))
    readers.update(read)
    open_runs: set[int] = set()
    for position, step in enumerate(graph.steps):
        belongs = isinstance(step.inputs, int) and step.layer["type"] in BEHIND_A_LAYER
        if has_kernel(step.layer):
            open_runs.add(position)
        elif belongs and step.inputs in open_runs and readers[step.inputs] == 1:
            open_runs.remove(step.inputs)
            open_runs.add(position)
    return open_runs
