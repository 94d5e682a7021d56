"""A network as a list of layers and what each of them reads, in the order of computing.

Keras's own graph: a layer that is used twice is there twice, and a network inside of a network
is one layer with a graph of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dltrain.config.catalogue.names import canonical

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class Use:
    """One layer, or operation, where it is put on tensors.

    Attributes:
        operation: A layer of Keras, or one of keras.ops.
        inputs: What it reads, KerasTensors.
        outputs: What it gives, KerasTensors.
        keywords: Those of its inputs that have a name, such as `query`.
        number: 1 where the layer is used for the first time, 2 for the second, ….
    """

    operation: Any
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    keywords: dict[str, Any]
    number: int = 1

    @property
    def name(self) -> str:
        """Name of the layer, and behind a colon which use of it this is but for the first."""
        return f"{self.operation.name}:{self.number}" if self.again else str(self.operation.name)

    @property
    def again(self) -> bool:
        """Tell whether the same layer has been used before."""
        return self.number > 1

    @property
    def kind(self) -> str:
        """What kind of layer it is, as the file spells it; `ops.NAME` for one of keras.ops."""
        return kind_of(self.operation)

    @property
    def reads(self) -> list[Shape]:
        """Shape of each tensor that it reads, without the batch."""
        return [row_shape(one) for one in self.inputs]

    @property
    def gives(self) -> list[Shape]:
        """Shape of each tensor that it gives, without the batch."""
        return [row_shape(one) for one in self.outputs]

    def read(self, keyword: str, position: int) -> Shape | None:
        """Give the shape of an input that has a name and a position; None where it is absent."""
        if keyword in self.keywords:
            return row_shape(self.keywords[keyword])
        unnamed = self.reads[: len(self.inputs) - len(self.keywords)]
        return unnamed[position] if position < len(unnamed) else None


def uses(network: Any) -> Iterator[Use]:
    """List the layers of a network, each behind those that it reads.

    Args:
        network: A functional or sequential model of Keras.
    """
    seen: Counter[int] = Counter()
    nodes = graph_of(network)._nodes_by_depth
    for depth in sorted(nodes, reverse=True):
        for node in nodes[depth]:
            operation = node.operation
            given = node.arguments.kwargs if node.arguments else {}
            keywords = {name: one for name, one in given.items() if hasattr(one, "_keras_history")}
            seen[id(operation)] += 1
            inputs, outputs = tuple(node.input_tensors), tuple(node.outputs)
            yield Use(operation, inputs, outputs, keywords, seen[id(operation)])


def graph_of(network: Any) -> Any:
    """Give the functional graph of a model, which a sequential one keeps inside."""
    return getattr(network, "_functional", None) or network


def is_network(operation: Any) -> bool:
    """Tell whether a layer is a whole network, whose layers can be listed."""
    return hasattr(graph_of(operation), "_nodes_by_depth")


def kind_of(operation: Any) -> str:
    """Spell what kind of layer it is as a config file does.

    Example:
        >>> class MaxPooling2D: trainable_weights = ()
        >>> class GetItem: pass
        >>> kind_of(MaxPooling2D()), kind_of(GetItem())
        ('max_pooling2d', 'ops.get_item')
    """
    name = type(operation).__name__
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    if not hasattr(operation, "trainable_weights"):
        return f"ops.{plain}"
    return canonical("layer", name) or plain


def augments(kind: str) -> bool:
    """Tell whether a layer changes pictures by chance, which it does in training only."""
    return kind.startswith("random_") or kind in ("aug_mix", "rand_augment")


def row_shape(tensor: Any) -> Shape:
    """Give the shape of a tensor without the batch."""
    return tuple(tensor.shape[1:])
