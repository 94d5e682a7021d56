"""The layers of a network, inside of networks, wrappers and layers too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras


def leaves(layer: Any, *, parts: bool = False) -> Iterator[Any]:
    """List the layers of a network without the networks among them.

    What a network or a wrapper holds stands in the file as a layer of its own. What attention or
    a recurrent layer is made of does not: who looks for kinds of layers need not know of it, but
    each part has a dtype policy of its own.

    Args:
        layer: A network or a layer.
        parts: Whether to list what other layers than networks and wrappers are made of.
    """
    if not isinstance(layer, keras.Model):
        yield layer
    for one in _inside(layer, parts):
        yield from leaves(one, parts=parts)


def _inside(layer: Any, parts: bool) -> list[Any]:
    if parts:
        return list(layer._flatten_layers(include_self=False, recursive=False))
    wrapped = getattr(layer, "layer", None)
    return [*getattr(layer, "layers", []), *([wrapped] * isinstance(wrapped, keras.Layer))]
