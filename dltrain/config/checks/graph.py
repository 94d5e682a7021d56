"""The graph that a list of layers describes: which layer reads which tensor.

`architecture.layers` names tensors; here every name is looked up, blocks are repeated and
shared layers are found, so that builders only have to follow positions. Nothing is built.
Imports: the config alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dltrain.config.catalogue.choices import Choice
from dltrain.config.checks.translation import Problem
from dltrain.config.checks.wiring import Names, Tensor, Wiring, tensors
from dltrain.errors import Key, shown

MOST_STEPS = 1_000
LAYERS: Key = ("architecture", "layers")


@dataclass(frozen=True)
class Step:
    """One layer, applied once.

    Attributes:
        layer: The layer as plain data, without `inputs`.
        key: Its path in the file.
        inputs: What it reads.
        shares: Position of the step whose weights it uses, None for weights of its own.
    """

    layer: Choice
    key: Key
    inputs: Wiring
    shares: int | None = None


@dataclass
class Graph(Names):
    """The steps in their order, what the names mean behind the last, and what is wrong.

    Attributes:
        steps: Each after those that it reads.
    """

    steps: list[Step] = field(default_factory=list)

    def add(self, layer: Choice, key: Key, inputs: Wiring, shares: int | None = None) -> int:
        """Append a step and make it the last; returns its position."""
        self.steps.append(Step(layer, key, inputs, shares))
        self.last = len(self.steps) - 1
        return self.last


def graph_of(items: Iterable[tuple[Choice, Key]], inputs: list[str]) -> Graph:
    """Follow a list of layers.

    Args:
        items: Each entry of `layers` as checked plain data, with its path in the file.
        inputs: Names of the network's inputs; with one alone, the first layer reads it.

    Returns:
        Steps and problems; the steps are whole where there is no problem.
    """
    graph = Graph(list(inputs), names={name: name for name in inputs})
    graph.last = inputs[0] if len(inputs) == 1 else None
    _follow(graph, items, suffix="", own=set(inputs))
    return graph


def output_tensor(graph: Graph, output: Any, key: Key) -> Tensor | None:
    """Find what an output layer reads; None, with a problem, where there is no such tensor."""
    wanted = output.get("inputs") if isinstance(output, dict) else None
    if wanted is None:
        return graph.last_one(key)
    if not isinstance(wanted, str):
        way_out = "Join them with a layer such as concatenate."
        graph.problems.append(
            Problem((*key, "inputs"), shown(wanted), "the name of one tensor", way_out)
        )
        return None
    return graph.tensor(wanted, (*key, "inputs"))


def unread(graph: Graph, outputs: Iterable[Tensor | None]) -> Iterator[Problem]:
    """Find layers and inputs whose numbers go nowhere."""
    read = {one for step in graph.steps for one in tensors(step.inputs)} | set(outputs)
    keys = [step.key for position, step in enumerate(graph.steps) if position not in read]
    for key in dict.fromkeys(keys):  # a layer of a repeated block once
        way_out = "Name it in the `inputs` of a layer or output, or remove it."
        yield Problem(key, "a layer that nothing reads", "a use of it", way_out)
    for name in graph.inputs:
        if name not in read:
            key = ("dataset", "inputs", name) if len(graph.inputs) > 1 else LAYERS
            way_out = "Name it in the `inputs` of a layer, or remove it."
            yield Problem(key, f"the input {name}, which no layer reads", "a use of it", way_out)


def _follow(
    graph: Graph, items: Iterable[tuple[Choice, Key]], *, suffix: str, own: set[str]
) -> None:
    """Add the steps of a list of layers; `own` holds the names that the list may not give twice."""
    for item, key in items:
        if "repeat" in item:
            _repeated(graph, item, key, suffix)
            continue
        name = item.get("name")
        if name in own:
            whose = "an input" if name in graph.inputs else "another layer"
            got = f"{shown(name)}, the name of {whose}"
            graph.problems.append(Problem((*key, "name"), got, "each name once", "Rename it."))
        position = _step(graph, item, key, suffix)
        if name is not None:
            own.add(name)
            graph.names[name] = position


def _repeated(graph: Graph, item: Choice, key: Key, suffix: str) -> None:
    """Add a block several times; from the second on, its names mean the time before."""
    block = [(layer, (*key, "layers", at)) for at, layer in enumerate(item["layers"])]
    for number in range(1, item["repeat"] + 1):
        found = len(graph.problems)
        if len(graph.steps) + len(block) > MOST_STEPS:
            expected = f"at most {MOST_STEPS} layers in all"
            graph.problems.append(Problem((*key, "repeat"), shown(item["repeat"]), expected))
        else:
            _follow(graph, block, suffix=f"{suffix}_{number}", own=set())
        if len(graph.problems) > found:
            return


def _step(graph: Graph, item: Choice, key: Key, suffix: str) -> int:
    """Add one layer, or one that shares its weights; returns its position."""
    layer = {name: value for name, value in item.items() if name != "inputs"}
    if "use" in item:
        return _shared(graph, item, key)
    if suffix and layer.get("name") and layer["type"] != "application":
        layer["name"] += suffix
    return graph.add(layer, key, graph.wiring(item.get("inputs"), key, layer))


def _shared(graph: Graph, item: Choice, key: Key) -> int:
    """Add a layer that shares the weights of one above, which may share them itself."""
    shared = graph.step(item["use"], key)
    layer = {"type": item["use"]} if shared is None else graph.steps[shared].layer
    wiring = graph.wiring(item.get("inputs"), key, layer)
    owner = None if shared is None else graph.steps[shared].shares
    return graph.add(layer, key, wiring, shared if owner is None else owner)
