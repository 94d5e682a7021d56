"""What the network consists of, before anything is built: layers, names, outputs.

The file's layers are spelled out here: an mlp becomes dense layers, regularization reaches the
layers that say nothing themselves, dropout stands behind them, every layer has a name that
follows from the file alone. Nothing is built. Imports: the config alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from dltrain.config.arguments import LAYERS
from dltrain.config.catalogue import kinds
from dltrain.config.graph import Graph, Step, Tensor, graph_of, moved, output_tensor, tensors
from dltrain.config.outputs import output_in
from dltrain.errors import Key, ModelError, sentence

Facts = dict[str, Any]

OUTPUT_ACTIVATIONS = {
    "autoencoder": "linear",
    "binary": "sigmoid",
    "multiclass": "softmax",
    "multilabel": "sigmoid",
    "regression": "linear",
}

# Arguments that the keys of `regularization` fill where a layer does not say otherwise.
KERNELS = (
    "depthwise_regularizer",
    "kernel_regularizer",
    "pointwise_regularizer",
    "recurrent_regularizer",
)
WEIGHTS = (*KERNELS, "embeddings_regularizer")
# What stands between a hidden layer and its dropout.
BEHIND_A_LAYER = (
    "activation", "batch_normalization", "elu", "group_normalization", "layer_normalization",
    "leaky_relu", "prelu", "relu", "rms_normalization", "softmax", "unit_normalization",
)  # fmt: skip


@dataclass(frozen=True)
class Output:
    """What makes the prediction of one target.

    Attributes:
        layer: The layer as plain data, with its name.
        key: Its path in the file.
        reads: The tensor that it reads.
        facts: The target's `task` and `outputs`.
    """

    layer: Facts
    key: Key
    reads: Tensor
    facts: Facts


@dataclass(frozen=True)
class Plan:
    """A network before it is built.

    Attributes:
        steps: Hidden layers in the order of their building, each with its name.
        outputs: The output of each target; the key is None where there is one alone.
    """

    steps: list[Step]
    outputs: dict[str | None, Output]

    @property
    def layers(self) -> list[Facts]:
        """All layers as plain data, from the first to the last output; shared ones once."""
        own = [step.layer for step in self.steps if step.shares is None]
        return own + [output.layer for output in self.outputs.values()]


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
        ModelError: A layer has the name of another one.
    """
    graph = graph_of(_items(architecture, inputs), list(by_input(inputs)))
    graph.steps = [
        step if step.shares is not None
        else replace(step, layer=_regularized(_inferred(step, inputs), regularization))
        for step in graph.steps
    ]  # fmt: skip
    read = {
        target: _output(graph, architecture, target, facts)
        for target, facts in by_target(task, outputs).items()
    }
    places = _insert_dropout(graph, regularization["dropout"])
    found = {
        target: replace(output, reads=_at(output.reads, places)) for target, output in read.items()
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
    flat = inputs["form"] == "table" or inputs.get("encoding") == "multi_hot"
    return 1 if flat else len(inputs["shape"])


def _inferred(step: Step, inputs: Facts) -> Facts:
    """Fill in what the data tells about a layer: how many tokens an embedding has to know."""
    layer = step.layer
    facts = by_input(inputs).get(step.inputs, {}) if isinstance(step.inputs, str) else {}
    if layer.get("type") != "embedding" or "input_dim" in layer or "vocabulary" not in facts:
        return layer
    return {"type": "embedding", "input_dim": facts["vocabulary"]} | layer


def _output(graph: Graph, architecture: Facts, target: str | None, facts: Facts) -> Output:
    layer, key = output_in(architecture["output"], target)
    reads = output_tensor(graph, layer, key)
    assert reads is not None, "the config is checked before"
    default = "output" if target is None else re.sub(r"[^\w.-]", "_", target)
    if layer == "auto" or layer["type"] == "auto":
        activation = OUTPUT_ACTIVATIONS[facts["task"]]
        layer = {"type": "dense", "units": facts["outputs"], "activation": activation}
        layer["name"] = default
    elif target is not None:
        layer = {"name": default} | layer
    layer = {name: value for name, value in layer.items() if name != "inputs"}
    return Output(layer, key, reads, facts)


def _regularized(layer: Facts, regularization: Facts) -> Facts:
    """Fill in the file's regularizers where the layer, or one inside it, says nothing itself."""
    if layer["type"] not in kinds()["layer"]:
        return layer
    inner = {
        name: _regularized(layer[name], regularization)
        for name in LAYERS
        if isinstance(layer.get(name), dict)
    }
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


def _insert_dropout(graph: Graph, rate: float) -> dict[int, int]:
    """Put dropout behind every layer with a kernel, its normalisation and its activation.

    Returns:
        Where to find what each former step put out.
    """
    ends = _ends(graph) if rate else set()
    steps: list[Step] = []
    places: dict[int, int] = {}
    own: dict[int, int] = {}
    for position, step in enumerate(graph.steps):
        own[position] = len(steps)
        shares = None if step.shares is None else own[step.shares]
        steps.append(replace(step, inputs=moved(step.inputs, places), shares=shares))
        if position in ends:
            dropout = {"type": "dropout", "rate": rate}
            steps.append(Step(dropout, ("regularization", "dropout"), len(steps) - 1))
        places[position] = len(steps) - 1
    graph.steps = steps
    return places


def _ends(graph: Graph) -> set[int]:
    """Find the last step of each run of a layer with a kernel and what belongs to it."""
    readers = Counter(one for step in graph.steps for one in tensors(step.inputs))
    open_runs: set[Tensor] = set()
    for position, step in enumerate(graph.steps):
        goes_on = step.inputs in open_runs if isinstance(step.inputs, int) else False
        if _has_kernel(step.layer):
            open_runs.add(position)
        elif goes_on and step.layer["type"] in BEHIND_A_LAYER and readers[step.inputs] == 1:
            open_runs.remove(step.inputs)
            open_runs.add(position)
    return {one for one in open_runs if isinstance(one, int)}


def _has_kernel(layer: Facts) -> bool:
    """Tell whether a layer, or one inside it, weighs its inputs; an embedding only looks up."""
    if layer["type"] not in kinds()["layer"]:
        return False
    known = kinds()["layer"][layer["type"]]["arguments"]
    inner = [layer[name] for name in LAYERS if isinstance(layer.get(name), dict)]
    return any(name in known for name in KERNELS) or any(map(_has_kernel, inner))


def _at(tensor: Tensor, places: dict[int, int]) -> Tensor:
    return places[tensor] if isinstance(tensor, int) else tensor


def _named(steps: list[Step], outputs: dict[str | None, Output], taken: set[str]) -> Plan:
    """Give every layer a name that follows from the file alone, as Keras's do not."""
    used = set(taken)
    places = [(output.layer, output.key) for output in outputs.values()]
    places += [(step.layer, step.key) for step in steps if step.shares is None]
    for layer, key in places:  # the outputs first: they may be dltrain's own
        name = layer.get("name")
        if name in used:
            message = sentence(f"a second layer {name!r}", "each name once", "Rename it.")
            raise ModelError(message, key=(*key, "name"))
        used |= {name} if name else set()

    def with_name(layer: Facts) -> Facts:
        name = layer.get("name") or _free_name(layer["type"], used)
        used.add(name)
        return layer | {"name": name}

    whole = [
        step if step.shares is not None else replace(step, layer=with_name(step.layer))
        for step in steps
    ]
    found = {
        target: replace(output, layer=with_name(output.layer)) for target, output in outputs.items()
    }
    return Plan(whole, found)


def _free_name(base: str, used: set[str]) -> str:
    """Number a name as Keras does: dense, dense_1, dense_2, …."""
    numbered = (f"{base}_{number}" if number else base for number in count())
    return next(name for name in numbered if name not in used)
