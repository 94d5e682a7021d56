"""What the network consists of, before anything is built: layers, names, outputs.

The file's layers are spelled out here: an mlp becomes dense layers, an embedding learns from the
data how many tokens there are, every layer has a name that follows from the file alone. Nothing
is built. Imports: the config alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from dltrain.config.checks.graph import Graph, Step, graph_of, output_tensor
from dltrain.config.checks.outputs import output_in
from dltrain.config.checks.wiring import Tensor, moved_tensor, tensors
from dltrain.errors import Key, ModelError, sentence
from dltrain.model.regularizing import insert_dropout, regularized

Facts = dict[str, Any]

OUTPUT_ACTIVATIONS = {
    "autoencoder": "linear",
    "binary": "sigmoid",
    "multiclass": "softmax",
    "multilabel": "sigmoid",
    "regression": "linear",
}


@dataclass(frozen=True)
class Output:
    """What makes the prediction of one target.

    Attributes:
        layer: The layer as plain data.
        key: Its path in the file.
        reads: The tensor that it reads.
        facts: The target's `task` and `outputs`.
        word: What it is called where the file gives it no name.
    """

    layer: Facts
    key: Key
    reads: Tensor
    facts: Facts
    word: str


@dataclass(frozen=True)
class Plan:
    """A network before it is built.

    Attributes:
        steps: Hidden layers in the order of their building, each with its name.
        outputs: The output of each target; the key is None where there is one alone.
    """

    steps: list[Step]
    outputs: dict[str | None, Output]


def plan_network(
    architecture: Facts,
    regularization: Facts,
    inputs: Facts,
    *,
    task: str,
    outputs: Any,
    taken: set[str],
) -> Plan:
    """Spell out what an `architecture` section means for some data.

    Args:
        architecture: The section as plain data; it has been checked.
        regularization: The `regularization` section as plain data.
        inputs: What was learned about the inputs, as preprocessing.json holds it.
        task: The task; "several" for several targets.
        outputs: Numbers that a prediction has; for several targets task and outputs by name.
        taken: Names that layers before the first have.

    Raises:
        ModelError: A layer has the name of another one, or an embedding does not know how many
            tokens there are.
    """
    graph = graph_of(_items(architecture, inputs), list(by_input(inputs)))
    whole = [
        regularized(_with_tokens(graph, position, inputs), regularization)
        for position in range(len(graph.steps))
    ]
    graph.steps = [
        replace(step, layer=whole[position if step.shares is None else step.shares])
        for position, step in enumerate(graph.steps)
    ]
    read = {
        target: _output(graph, architecture, target, facts)
        for target, facts in by_target(task, outputs).items()
    }
    ends = [output.reads for output in read.values()]
    places = insert_dropout(graph, regularization["dropout"], ends)
    found = {
        target: replace(output, reads=moved_tensor(output.reads, places))
        for target, output in read.items()
    }
    return _named(graph.steps, found, taken)


def by_input(inputs: Facts) -> dict[str, Facts]:
    """Give what was learned about each input, by its name."""
    named: dict[str, Facts] = inputs["inputs"] if inputs["form"] == "several" else {"input": inputs}
    return named


def by_target(task: str, outputs: Any) -> dict[str | None, Facts]:
    """Give `task` and `outputs` of each target; the name is None where there is one alone."""
    return dict(outputs) if task == "several" else {None: {"task": task, "outputs": outputs}}


def _items(architecture: Facts, inputs: Facts) -> Iterator[tuple[Facts, Key]]:
    """List the hidden layers that the file names."""
    if architecture.get("type") != "mlp":
        for index, layer in enumerate(architecture["layers"]):
            yield layer, ("architecture", "layers", index)
        return
    if _dimensions(inputs) > 1:
        yield {"type": "flatten"}, ("architecture",)
    for index, units in enumerate(architecture["units"]):
        layer = {"type": "dense", "units": units, "activation": architecture["activation"]}
        yield layer, ("architecture", "units", index)


def _dimensions(inputs: Facts) -> int:
    """Count the dimensions of what the first layer sees of one row."""
    flat = inputs["form"] == "table" or inputs.get("encoding", "sequence") != "sequence"
    return 1 if flat else len(inputs["shape"])


def _with_tokens(graph: Graph, position: int, inputs: Facts) -> Facts:
    """Tell an embedding how many tokens the texts have that it reads, alone or shared."""
    step = graph.steps[position]
    if step.shares is not None or step.layer["type"] != "embedding" or "input_dim" in step.layer:
        return step.layer
    uses = [step, *(one for one in graph.steps if one.shares == position)]
    read = {one for use in uses for one in tensors(use.inputs)}
    known = [facts.get("vocabulary", 0) for name, facts in by_input(inputs).items() if name in read]
    if not any(known):
        way_out = "Only right behind a text, or an input of integers, the data tells it."
        message = sentence("no `input_dim`", "the number of different tokens", way_out)
        raise ModelError(message, key=step.key)
    return {"type": "embedding", "input_dim": max(known)} | step.layer


def _output(graph: Graph, architecture: Facts, target: str | None, facts: Facts) -> Output:
    layer, key = output_in(architecture["output"], target)
    reads = output_tensor(graph, layer, key)
    assert reads is not None, "the config is checked before"
    is_auto = layer == "auto" or layer["type"] == "auto"
    if is_auto:
        activation = OUTPUT_ACTIVATIONS[facts["task"]]
        layer = {"type": "dense", "units": facts["outputs"], "activation": activation}
    layer = {name: value for name, value in layer.items() if name != "inputs"}
    word = _layer_name(target) if target is not None else "output" if is_auto else layer["type"]
    return Output(layer, key, reads, facts, word)


def _layer_name(target: str) -> str:
    """Turn a target's name into one that TensorFlow takes for a layer.

    Example:
        >>> _layer_name("sale price (m²)"), _layer_name("_x")
        ('sale_price__m__', 'target__x')
    """
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", target)
    return name if re.match(r"[A-Za-z0-9.]", name) else f"target_{name}"


def _named(steps: list[Step], outputs: dict[str | None, Output], taken: set[str]) -> Plan:
    """Give every layer a name that follows from the file alone, as Keras's do not."""
    places = [(step.layer, step.key) for step in steps if step.shares is None]
    places += [(output.layer, output.key) for output in outputs.values()]
    used = _given_names(places, taken)

    def with_name(layer: Facts, word: str) -> Facts:
        name = layer.get("name") or _free_name(word, used)
        used.add(name)
        return layer | {"name": name}

    # The outputs first: theirs are the names that a user sees in an exported model.
    found = {
        target: replace(output, layer=with_name(output.layer, output.word))
        for target, output in outputs.items()
    }
    whole = [
        step if step.shares is not None
        else replace(step, layer=with_name(step.layer, step.layer["type"]))
        for step in steps
    ]  # fmt: skip
    return Plan(whole, found)


def _given_names(places: list[tuple[Facts, Key]], taken: set[str]) -> set[str]:
    """Collect the names that the file gives, and check that each is there once."""
    used = set(taken)
    for layer, key in places:
        name = layer.get("name")
        if name in used:
            message = sentence(f"a second layer {name!r}", "each name once", "Rename it.")
            raise ModelError(message, key=(*key, "name"))
        used |= {name} if name else set()
    return used


def _free_name(base: str, used: set[str]) -> str:
    """Number a name as Keras does: dense, dense_1, dense_2, …."""
    numbered = (f"{base}_{number}" if number else base for number in count())
    return next(name for name in numbered if name not in used)
