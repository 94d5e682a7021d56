"""The network that is trained: a plan, built layer by layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras

from dltrain.config.checks.graph import Step
from dltrain.config.checks.wiring import Tensor, Wiring, tensors
from dltrain.errors import Key, ModelError, sentence
from dltrain.model import applications, saved
from dltrain.model.layers import apply_layer, build_layer, check_traceable, trace
from dltrain.model.losses import a_target
from dltrain.model.plan import Output, Plan
from dltrain.model.precision import WHOLE, building_in
from dltrain.model.refusals import REFUSALS

# Layers that are whole networks, trained before.
NETWORKS = {"application": applications.build, "saved": saved.build}
# The layer that gives what an autoencoder puts out the shape of its inputs.
RECONSTRUCTION = "reconstruction"
UNITS = {
    "autoencoder": "the shape of the inputs",
    "binary": "one unit for the positive class",
    "multiclass": "one unit for each class",
    "multilabel": "one unit for each label",
    "regression": "one unit for each target column",
}


def build(plan: Plan, first: Any, start: Any, precision: str = WHOLE) -> keras.Model:
    """Build what a plan describes.

    Args:
        plan: Layers, names and outputs.
        first: The network's input, a KerasTensor, or several by name.
        start: What the first layers see: the inputs, scaled or expanded.
        precision: Keras's dtype policy of the hidden layers that name none.

    Returns:
        A network whose output is one tensor, or a map from target to tensor.

    Raises:
        ModelError: A layer does not fit, at the layer's key.
    """
    builder = _Builder(plan, start if isinstance(start, dict) else {"input": start})
    with building_in(precision):
        for step in plan.steps:
            builder.hidden(step)
    with building_in(WHOLE):  # probabilities and amounts, and the loss of them
        found = {target: builder.output(output) for target, output in plan.outputs.items()}
        network = keras.Model(first, found.get(None, found), name="network")
    builder.check_traceable(network)
    return network


class _Builder:
    """The tensors and layers so far; one method for each kind of step."""

    def __init__(self, plan: Plan, inputs: dict[str, Any]) -> None:
        self.plan = plan
        self.inputs = inputs
        self.layers: Any = []
        self.results: list[Any] = []
        self.applied: list[tuple[dict[str, Any], Any, Any, Key]] = []

    def hidden(self, step: Step) -> None:
        """Build a hidden layer, or find the one that it shares, and apply it."""
        read = self.read(step.inputs)
        layer = self.layer(step, read) if step.shares is None else self.layers[step.shares]
        self.layers.append(layer)
        self.results.append(self.apply(step.layer, layer, read, step.key))

    def layer(self, step: Step, read: Any) -> Any:
        """Build a layer of Keras, or one that is a whole network itself."""
        whole = NETWORKS.get(step.layer["type"])
        if whole is None:
            return build_layer(step.layer, step.key)
        starts = map(saved.layer_behind, self.inputs.values())
        preparing = [layer for layer in starts if not isinstance(layer, keras.layers.InputLayer)]
        return whole(step.layer, step.key, read, preparing)

    def output(self, output: Output) -> Any:
        """Build the output of one target and check that it has the target's shape."""
        layer, key, task = output.layer, output.key, output.facts["task"]
        tensor = self.tensor(output.reads)
        is_autoencoder = task == "autoencoder"
        wanted = (output.facts["outputs"],)
        reads_rows = not is_autoencoder or layer.get("units") == output.facts["outputs"]
        if len(tensor.shape) != 2 and reads_rows:
            self.refuse_unflattened(output, tensor)
        tensor = self.apply(layer, build_layer(layer, key), tensor, key)
        if is_autoencoder:
            flat, wanted = wanted, tuple(next(iter(self.inputs.values())).shape[1:])
            if tuple(tensor.shape[1:]) == flat != wanted:
                tensor = keras.layers.Reshape(wanted, name=RECONSTRUCTION)(tensor)
        if tuple(tensor.shape[1:]) != wanted:
            got = f"an output of shape {tuple(tensor.shape[1:])}"
            expected = f"{wanted} for {a_target(task)}, {UNITS[task]}"
            raise ModelError(sentence(got, expected, "Use `output: auto`."), key=key)
        return tensor

    def apply(self, choice: dict[str, Any], layer: Any, read: Any, key: Key) -> Any:
        self.applied.append((choice, layer, read, key))
        return apply_layer(choice, layer, read, key)

    def read(self, wiring: Wiring) -> Any:
        if isinstance(wiring, dict):
            return {keyword: self.tensor(one) for keyword, one in wiring.items()}
        if isinstance(wiring, list):
            return [self.tensor(one) for one in wiring]
        return self.tensor(wiring)

    def tensor(self, tensor: Tensor) -> Any:
        return self.results[tensor] if isinstance(tensor, int) else self.inputs[tensor]

    def refuse_unflattened(self, output: Output, tensor: Any) -> None:
        """Blame the first dense layer of the way to an output that has more than one dimension."""
        blamed = output.key
        for number, position in enumerate(self.way_to(output.reads)):
            step = self.plan.steps[position]
            read = self.tensor(next(tensors(step.inputs)))
            is_dense = step.layer.get("type") == "dense" and len(read.shape) > 2
            if is_dense or number == 0:
                blamed = step.key
        got = f"an output of shape {tuple(tensor.shape[1:])} before the output layer"
        way_out = "Put `flatten` or a global pooling layer before it."
        raise ModelError(sentence(got, "(features,)", way_out), key=blamed)

    def way_to(self, tensor: Tensor) -> Iterator[int]:
        """List the steps from a tensor back to where it became more than one dimension."""
        while isinstance(tensor, int) and len(self.results[tensor].shape) > 2:
            yield tensor
            tensor = next(tensors(self.plan.steps[tensor].inputs))

    def check_traceable(self, network: keras.Model) -> None:
        """Trace the network once; where that fails, layer by layer to find the one to blame."""
        try:
            trace(network, network.input)
        except REFUSALS:
            for choice, layer, read, key in self.applied:
                check_traceable(choice, layer, read, key)
            raise
