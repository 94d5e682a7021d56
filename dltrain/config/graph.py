"""The graph that a list of layers describes: which layer reads which tensor.

`architecture.layers` names tensors; here every name is looked up, blocks are repeated and
shared layers are found, so that builders only have to follow positions. A tensor is a position
in the list of steps, or the name of an input. Nothing is built. Imports: the config alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from dltrain.config.catalogue import kinds, tensors_of
from dltrain.config.choices import Choice
from dltrain.config.translation import Problem
from dltrain.errors import Key, did_you_mean, one_of, shown

# A step's position, or an input's name.
Tensor = int | str
# One tensor, several, or several by keyword.
Wiring = Tensor | list[Tensor] | dict[str, Tensor]

MOST_STEPS = 10_000
LAYERS: Key = ("architecture", "layers")
OUTPUT: Key = ("architecture", "output")


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
class Graph:
    """The steps in their order, and what is wrong with them.

    Attributes:
        inputs: Names of the network's inputs.
        steps: Each after those that it reads.
        names: The tensor that each name means behind the last layer.
        last: What a layer reads that says nothing else.
        problems: Everything that is wrong.
    """

    inputs: list[str]
    steps: list[Step] = field(default_factory=list)
    names: dict[str, Tensor] = field(default_factory=dict)
    last: Tensor | None = None
    problems: list[Problem] = field(default_factory=list)

    def add(self, layer: Choice, key: Key, inputs: Wiring, shares: int | None = None) -> int:
        """Append a step and make it the last; returns its position."""
        self.steps.append(Step(layer, key, inputs, shares))
        self.last = len(self.steps) - 1
        return self.last


def tensors(wiring: Wiring) -> Iterator[Tensor]:
    """List the tensors that a step reads.

    Example:
        >>> list(tensors([0, "table"])), list(tensors({"query": 1, "value": 1}))
        ([0, 'table'], [1, 1])
    """
    if isinstance(wiring, dict):
        yield from wiring.values()
    elif isinstance(wiring, list):
        yield from wiring
    else:
        yield wiring


def moved(wiring: Wiring, places: dict[int, int]) -> Wiring:
    """Give the same wiring after steps have other positions."""
    if isinstance(wiring, dict):
        return {keyword: _moved(one, places) for keyword, one in wiring.items()}
    if isinstance(wiring, list):
        return [_moved(one, places) for one in wiring]
    return _moved(wiring, places)


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
        if graph.last is None:
            graph.problems.append(_nothing_to_read(graph, key))
        return graph.last
    if not isinstance(wanted, str):
        way_out = "Join them with a layer such as concatenate."
        graph.problems.append(
            Problem((*key, "inputs"), shown(wanted), "the name of one tensor", way_out)
        )
        return None
    return _looked_up(graph, wanted, (*key, "inputs"))


def unread(graph: Graph, outputs: Iterable[Tensor | None]) -> Iterator[Problem]:
    """Find layers and inputs whose numbers go nowhere."""
    read = {one for step in graph.steps for one in tensors(step.inputs)} | set(outputs)
    for position, step in enumerate(graph.steps):
        if position not in read:
            way_out = "Name it in the `inputs` of a layer or output, or remove it."
            yield Problem(step.key, "a layer that nothing reads", "a use of it", way_out)
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
            way_out = "Two layers cannot have one name."
            graph.problems.append(
                Problem((*key, "name"), shown(name), "a name of its own", way_out)
            )
        _step(graph, item, key, suffix)
        if name is not None:
            own.add(name)
            assert graph.last is not None
            graph.names[name] = graph.last


def _repeated(graph: Graph, item: Choice, key: Key, suffix: str) -> None:
    """Add a block several times; from the second on, its names mean the time before."""
    for number in range(1, item["repeat"] + 1):
        if len(graph.steps) > MOST_STEPS:
            expected = f"at most {MOST_STEPS} layers in all"
            graph.problems.append(Problem((*key, "repeat"), shown(item["repeat"]), expected))
            return
        block = [(layer, (*key, "layers", at)) for at, layer in enumerate(item["layers"])]
        found = len(graph.problems)
        _follow(graph, block, suffix=f"{suffix}_{number}", own=set())
        if len(graph.problems) > found:
            return


def _step(graph: Graph, item: Choice, key: Key, suffix: str) -> None:
    layer = {name: value for name, value in item.items() if name != "inputs"}
    if "use" in item:
        shared = _shared(graph, item["use"], key)
        layer = graph.steps[shared].layer if shared is not None else {"type": item["use"]}
        wiring = _wiring(graph, item.get("inputs"), key, layer)
        if shared is not None and graph.steps[shared].shares is not None:
            shared = graph.steps[shared].shares
        graph.add(layer, key, wiring, shared)
        return
    if suffix and layer.get("name") and layer["type"] != "application":
        layer["name"] += suffix
    graph.add(layer, key, _wiring(graph, item.get("inputs"), key, layer))


def _wiring(graph: Graph, names: Any, key: Key, layer: Choice) -> Wiring:
    """Look up what a layer reads."""
    if names is None:
        if graph.last is None:
            graph.problems.append(_nothing_to_read(graph, key))
            return graph.inputs[0]
        return graph.last
    here = (*key, "inputs")
    if isinstance(names, dict):
        graph.problems += _wrong_keywords(names, layer, here)
        found = {word: _looked_up(graph, name, (*here, word)) for word, name in names.items()}
        return {word: tensor for word, tensor in found.items() if tensor is not None}
    if isinstance(names, list):
        several = [_looked_up(graph, name, (*here, at)) for at, name in enumerate(names)]
        return [tensor for tensor in several if tensor is not None]
    one = _looked_up(graph, names, here)
    return graph.inputs[0] if one is None else one


def _wrong_keywords(names: dict[str, str], layer: Choice, key: Key) -> Iterator[Problem]:
    """Compare the keywords of a map with the tensors that the layer takes."""
    if layer["type"] not in kinds()["layer"]:
        return
    known = tensors_of(layer["type"])
    for keyword in names:
        if keyword not in known:
            expected = one_of(known) if known else "no map"
            way_out = did_you_mean(keyword, known)
            got = f"a keyword that {layer['type']} does not take"
            yield Problem((*key, keyword), got, expected, way_out, at_key=True)
    for keyword, fact in known.items():
        if fact.get("required") and keyword not in names:
            got = f"no tensor for {keyword}"
            yield Problem(key, got, f"one: {layer['type']} needs it")


def _looked_up(graph: Graph, name: str, key: Key) -> Tensor | None:
    if name in graph.names:
        return graph.names[name]
    way_out = did_you_mean(name, graph.names) or "A name has to stand above its use."
    graph.problems.append(Problem(key, shown(name), one_of(graph.names), way_out))
    return None


def _shared(graph: Graph, name: str, key: Key) -> int | None:
    found = graph.names.get(name)
    if isinstance(found, int):
        return found
    layers = [one for one, tensor in graph.names.items() if isinstance(tensor, int)]
    expected = one_of(layers) if layers else "the name of a layer above"
    way_out = did_you_mean(name, layers) or "Give the layer a `name`."
    graph.problems.append(Problem((*key, "use"), shown(name), expected, way_out))
    return None


def _nothing_to_read(graph: Graph, key: Key) -> Problem:
    expected = f"`inputs`: {one_of(graph.inputs)}"
    return Problem(key, "no `inputs` behind several inputs of the dataset", expected)


def _moved(tensor: Tensor, places: dict[int, int]) -> Tensor:
    return places[tensor] if isinstance(tensor, int) else tensor
