"""The layers of a file as rules look at them: what stands before and behind each one.

`checks/graph.py` follows names, blocks and shared layers; here its steps get links both ways and
Keras's defaults. The output layers are nodes like all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dltrain.config.catalogue.choices import Choice
from dltrain.config.checks.graph import Graph
from dltrain.config.checks.weighing import arguments_of, parts
from dltrain.config.checks.wiring import Tensor, tensors
from dltrain.errors import Key


@dataclass(eq=False)
class Node:
    """One layer where it is used.

    Attributes:
        layer: The layer as plain data.
        key: Its key in the file.
        starts: The inputs of the network that it reads.
        before: The layers that it reads.
        after: The layers that read it.
        shares: Whether it uses the weights of a layer above.
    """

    layer: Choice
    key: Key
    starts: tuple[str, ...] = ()
    before: tuple[Node, ...] = ()
    after: list[Node] = field(default_factory=list)
    shares: bool = False

    @property
    def type(self) -> str:
        """The layer's canonical name."""
        return str(self.layer["type"])

    def argument(self, name: str) -> Any:
        """Give the value of an argument, Keras's default where the file says nothing."""
        return argument(self.layer, name)

    def parts(self) -> Iterator[tuple[Choice, Key]]:
        """Give the layer and the layers inside it, each with its key."""
        return parts(self.layer, self.key)

    def above(self) -> Iterator[Node]:
        """Give the layers on the way back to the input, nearest first, as far as it is one."""
        node = self
        while len(node.before) == 1:
            node = node.before[0]
            yield node


def nodes_of(graph: Graph) -> list[Node]:
    """Link the steps of a graph."""
    nodes: list[Node] = []
    for step in graph.steps:
        shares = step.shares is not None
        nodes.append(linked(step.layer, step.key, tensors(step.inputs), nodes, shares=shares))
    return nodes


def linked(
    layer: Choice, key: Key, read: Iterable[Tensor], nodes: list[Node], *, shares: bool = False
) -> Node:
    """Make a node behind the tensors that it reads."""
    read = list(read)
    starts = tuple(one for one in read if isinstance(one, str))
    before = tuple(nodes[one] for one in read if isinstance(one, int))
    node = Node(layer, key, starts, before, shares=shares)
    for one in before:
        one.after.append(node)
    return node


def argument(layer: Choice, name: str) -> Any:
    """Give the value of an argument of a layer, Keras's default where the file says nothing.

    Example:
        >>> argument({"type": "lstm", "units": 8}, "activation")
        'tanh'
    """
    return layer[name] if name in layer else arguments_of(layer).get(name, {}).get("default")
