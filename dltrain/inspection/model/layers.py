"""The table of layers: what each is, reads and gives, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from dltrain.inspection.model.fields import Field, Fields, fields_of
from dltrain.inspection.model.graph import Use, graph_of, is_network, row_shape, uses
from dltrain.inspection.model.operations import multiply_adds
from dltrain.model.plan import Plan

Row = dict[str, Any]

# What the plan says about a layer and its row says elsewhere.
ELSEWHERE = ("inputs", "name", "type")


def choices(plan: Plan) -> dict[str, Row]:
    """Give what the file says about each layer of a network, by the layer's name."""
    layers = [step.layer for step in plan.steps if step.shares is None]
    layers += [output.layer for output in plan.outputs.values()]
    return {layer["name"]: layer for layer in layers}


def rows(
    network: Any, told: dict[str, Row] | None = None, fields: Fields | None = None
) -> list[Row]:
    """Describe every layer of a network, in the order of computing.

    Args:
        network: A model of Keras.
        told: What the file says about layers, by name.
        fields: Receptive fields of its tensors. Default: followed from its inputs.

    Returns:
        A row for each layer; one that is a network itself has its own rows under `layers`.
    """
    fields = fields_of(network) if fields is None else fields
    names: dict[int, str] = {}
    described = []
    for use in uses(network):
        described.append(_row(use, told or {}, fields, names))
        names |= {id(one): use.name for one in use.outputs}
    return described


def _row(use: Use, told: dict[str, Row], fields: Fields, names: dict[int, str]) -> Row:
    choice = told.get(use.operation.name, {})
    given = {key: value for key, value in choice.items() if key not in ELSEWHERE}
    if choice.get("type") == "application":
        given["name"] = choice["name"]  # of the network in keras.applications
    field = fields.get(id(use.outputs[0]))
    row = {
        "name": use.name,
        "type": choice.get("type", use.kind),
        "arguments": given,
        "reads": [names[id(one)] for one in use.inputs],
        "output_shape": list(use.gives[0]),
        "dtype": use.outputs[0].dtype,
        "parameters": _parameters(use),
        "multiply_adds": None,
        "is_exact": True,
        "receptive_field": field.to_json() if field and field.size else None,
        "shares_weights": use.again,
        "layers": [],
    }
    if is_network(use.operation):
        row["layers"] = _inside(use, fields)
        counts = [one["multiply_adds"] for one in row["layers"]]
        row["multiply_adds"] = sum(one or 0 for one in counts)
        row["is_exact"] = all(one["is_exact"] for one in row["layers"])
    else:
        row["multiply_adds"] = multiply_adds(use)
        row["is_exact"] = row["multiply_adds"] is not None
    return row


def _inside(use: Use, fields: Fields) -> list[Row]:
    """Describe the layers of a network that is one layer here."""
    inputs = graph_of(use.operation).inputs
    start: dict[int, Field | None] = {
        id(inner): fields.get(id(outer)) for inner, outer in zip(inputs, use.inputs, strict=True)
    }
    return rows(use.operation, fields=fields_of(use.operation, start))


def _parameters(use: Use) -> dict[str, int]:
    """Count the numbers that the training changes, and the others; those that are shared once."""
    layer = use.operation
    has_own = hasattr(layer, "trainable_weights") and not use.again
    kinds = {"trainable": "trainable_weights", "frozen": "non_trainable_weights"}
    return {
        word: sum(math.prod(one.shape) for one in getattr(layer, name)) if has_own else 0
        for word, name in kinds.items()
    }


def leaves(described: list[Row]) -> Iterator[Row]:
    """List rows, and instead of a network its layers."""
    for row in described:
        if row["layers"]:
            yield from leaves(row["layers"])
        else:
            yield row


def input_shapes(network: Any) -> list[list[int | None]]:
    """List the shapes of what a network reads, without the batch."""
    return [list(row_shape(one)) for one in graph_of(network).inputs]
