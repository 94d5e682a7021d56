"""Columns of a table that are embedded, as layers of the network: a vector for each value."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

import keras

from dltrain.model.layers import build_layer
from dltrain.model.preprocessing.tables import embedded
from dltrain.model.regularizing import regularized

Facts = dict[str, Any]


def with_vectors(first: Any, inputs: Facts, regularization: Facts, used: set[str]) -> Any:
    """Put a vector in the place of each number that is embedded.

    Args:
        first: The prepared matrix, float32 (n, inputs).
        inputs: What was learned about the table, as preprocessing.json holds it.
        regularization: The `regularization` section as plain data.
        used: Names that layers have; those of the new ones are added.

    Returns:
        float32 (n, other inputs + dimensions), a KerasTensor; `first` itself where there is none.
    """
    columns = dict(embedded(inputs["columns"]))
    if not columns:
        return first
    others = [at for at in range(len(inputs["inputs"])) if at not in columns]
    parts = [keras.ops.take(first, others, axis=1)] if others else []
    for at, column in columns.items():
        layer = _embedding(column, regularization, used)
        # Whole numbers, as 16 bits of precision would not hold those above 2048.
        parts.append(layer(keras.ops.cast(keras.ops.take(first, at, axis=1), "int32")))
    if len(parts) == 1:
        return parts[0]
    return keras.layers.Concatenate(name=_free_name("embedded", used))(parts)


def _embedding(column: Facts, regularization: Facts, used: set[str]) -> Any:
    """Build the embedding of a column, with a row for unknown values and one for missing ones."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", f"{column['name']}_embedding")
    name = name if re.match(r"[A-Za-z0-9.]", name) else f"column{name}"
    layer = {
        "type": "embedding",
        "input_dim": len(column["values"]) + 1 + column["indicator"],
        "output_dim": column["dimension"],
        "name": _free_name(name, used),
    }
    key = ("dataset", "columns", column["name"])
    return build_layer(regularized(layer, regularization), key)


def _free_name(base: str, used: set[str]) -> str:
    """Take a name that no other layer has."""
    numbered = (f"{base}_{number}" if number else base for number in count())
    name = next(one for one in numbered if one not in used)
    used.add(name)
    return name
