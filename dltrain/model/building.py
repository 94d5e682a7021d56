"""One experiment's network: planned, built and compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from dltrain.config.catalogue.names import kinds
from dltrain.config.checks.wiring import tensors
from dltrain.errors import Key, ModelError, listed, sentence, shown
from dltrain.model import network, objects, preprocessing
from dltrain.model.network import RECONSTRUCTION
from dltrain.model.objective import Objective
from dltrain.model.objectives import Goal
from dltrain.model.plan import Plan, by_input, plan_network
from dltrain.model.precision import HALF, WHOLE, building_in, needs_scaled_loss
from dltrain.model.refusals import REFUSALS, refused_arguments
from dltrain.model.vocabularies import check_vocabularies

# Losses that take the logarithm of what the model puts out.
LIKELIHOODS = (
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "kl_divergence",
    "sparse_categorical_crossentropy",
)
# Activations that give numbers from 0 to 1.
PROBABILITIES = {"hard_sigmoid", "sigmoid", "softmax", "sparse_sigmoid", "sparsemax"}


def build_network(
    architecture: dict[str, Any],
    regularization: dict[str, Any],
    inputs: dict[str, Any],
    *,
    task: str,
    outputs: Any,
    augment: Sequence[dict[str, Any]] = (),
    precision: str = WHOLE,
) -> tuple[keras.Model, Plan]:
    """Build the network that an `architecture` section describes.

    Args:
        architecture: The section as plain data; it has been checked.
        regularization: The `regularization` section as plain data.
        inputs: What was learned about the inputs, as preprocessing.json holds it.
        task: The task; "several" for several targets.
        outputs: Numbers that a prediction has; for several targets task and outputs by name.
        augment: The layers of `dataset.images.augment` as plain data; for pictures alone.
        precision: Keras's dtype policy of the hidden layers; what prepares the inputs, and the
            outputs, compute in float32.

    Returns:
        The network, and the plan that it follows.

    Raises:
        ModelError: A layer does not fit, at the layer's key.
    """
    with building_in(WHOLE):
        first, start = preprocessing.network_input(inputs, regularization, augment)
    taken = {layer.name for layer in keras.Model(first, start).layers}
    plan = plan_network(
        architecture, regularization, inputs, task=task, outputs=outputs, taken=taken
    )
    _check_embeddings(plan, inputs)
    if task == "autoencoder":
        _check_reconstruction(inputs)
    built = network.build(plan, first, start, precision)
    check_vocabularies(built, plan, inputs)
    return built, plan


def _check_embeddings(plan: Plan, inputs: dict[str, Any]) -> None:
    """Check that an embedding is given tokens, and knows every one of them.

    TensorFlow would find out row by row.
    """
    known = by_input(inputs)
    for step in plan.steps:
        if "embedding" not in step.layer["type"]:
            continue
        owner = step if step.shares is None else plan.steps[step.shares]
        for name in tensors(step.inputs):
            if isinstance(name, str):
                _check_tokens(step.layer, known[name], owner.key)


def _check_reconstruction(inputs: dict[str, Any]) -> None:
    """Check that the target of an autoencoder has the numbers that its first layer sees."""
    for column in inputs.get("columns", []):
        if column.get("encoding") == "embedding":
            got = "an embedding in an autoencoder, which would reconstruct the numbers of values"
            message = sentence(got, "inputs of 0 and 1", "Use `encoding: one_hot`.")
            raise ModelError(message, key=("dataset", "columns", column["name"], "encoding"))


def _check_tokens(layer: dict[str, Any], inputs: dict[str, Any], key: Key) -> None:
    if (encoding := inputs.get("encoding", "sequence")) != "sequence":
        got, way_out = f"an embedding of a {encoding} text", "Use `encoding: sequence`."
        raise ModelError(sentence(got, "token numbers", way_out), key=key)
    columns = inputs.get("columns", [])
    scaled = [column["name"] for column in columns if column.get("scaling", "none") != "none"]
    if scaled:
        got = f"an embedding of scaled numbers ({listed(scaled)})"
        way_out = "Use `dataset.scaling=none`."
        raise ModelError(sentence(got, "token numbers", way_out), key=key)
    others = [
        column["name"]
        for column in columns
        if column["type"] == "date" or column.get("encoding", "integer") != "integer"
    ]
    if others:
        got = f"an embedding of columns that are no single number each ({listed(others)})"
        way_out = "Give categories `encoding: integer`, and an input of their own."
        raise ModelError(sentence(got, "token numbers", way_out), key=key)
    vocabulary = inputs.get("vocabulary", 0)
    if layer.get("input_dim", vocabulary) < vocabulary:
        whose = "different numbers of the columns" if columns else "`vocabulary` of the dataset"
        expected = f"at least {vocabulary}, the {whose}"
        message = sentence(str(layer["input_dim"]), expected)
        raise ModelError(message, key=(*key, "input_dim"))


def compile_model(
    model: keras.Model,
    goal: Goal,
    optimizer: dict[str, Any] | None = None,
    key: Key = ("optimizer",),
) -> None:
    """Give a model its loss, its metrics and, to train it, its optimizer.

    Args:
        model: The model.
        goal: Loss and metrics.
        optimizer: The optimizer as plain data, or None for a model that is only evaluated.
        key: Where the file names the optimizer.

    Raises:
        ModelError: Keras refuses an argument of the optimizer, the loss would be scaled twice, or
            it wants logits where the model puts out probabilities.
    """
    _check_logits(model, goal)
    built = _optimizer(optimizer, key) if optimizer else keras.optimizers.SGD(0.0)
    if optimizer and needs_scaled_loss(model):
        _check_scale(built, key)
        built = keras.optimizers.LossScaleOptimizer(built, name="loss_scale_optimizer")
    model.compile(built, **goal.compiled(), jit_compile=False, auto_scale_loss=False)
    # Its variables must exist: plain Keras warns where it loads a model saved without them.
    model.optimizer.build(model.trainable_variables)


def _optimizer(choice: dict[str, Any], key: Key) -> keras.optimizers.Optimizer:
    try:
        optimizer = objects.build("optimizer", choice, key)
        float(optimizer.learning_rate)  # a schedule computes its first value
    except REFUSALS as error:
        raise ModelError(refused_arguments(choice["type"], error), key=key) from error
    return optimizer


def _check_scale(optimizer: keras.optimizers.Optimizer, key: Key) -> None:
    """Check that an optimizer has no factor of its own, which a scaled loss would ignore."""
    if optimizer.loss_scale_factor is not None:
        factor = shown(optimizer.loss_scale_factor)
        got = f"{factor} for a network with a layer in {HALF}, which scales the loss itself"
        message = sentence(got, "null", "Remove it.")
        raise ModelError(message, key=(*key, "loss_scale_factor"))


def _check_logits(model: keras.Model, goal: Goal) -> None:
    if isinstance(goal, Objective):
        last = model.layers[-1]
        if last.name == RECONSTRUCTION:  # it only brings numbers into the shape of the inputs
            last = last.input._keras_history.operation
        _check_one_output(last, goal, None)
        return
    for target, one in goal.each.items():
        layer = model.output[target]._keras_history.operation
        _check_one_output(layer, one, target)


def _check_one_output(layer: Any, goal: Objective, target: str | None) -> None:
    """Check that what the loss wants, logits or probabilities, is what a layer puts out."""
    below = () if target is None else (target,)
    activation = getattr(getattr(layer, "activation", None), "__name__", layer.name)
    form = goal.form
    likelihood = goal.loss["type"] in LIKELIHOODS and form.task != "regression"
    no_probabilities = activation in kinds()["activation"].keys() - PROBABILITIES
    if likelihood and not form.from_logits and no_probabilities:
        got = f"an output with the activation {activation} for {goal.loss['type']}"
        way_out = "Use `output: auto`, or `from_logits: true` in `loss`."
        if form.task == "autoencoder":
            way_out = "Use `loss: auto`, or give `output` a layer with that activation."
        message = sentence(got, "sigmoid or softmax", way_out)
        raise ModelError(message, key=("architecture", "output", *below))
    if form.from_logits and activation in ("sigmoid", "softmax"):
        got = f"from_logits with an output of probabilities ({activation})"
        way_out = "Remove `from_logits`, or give `output` a layer without activation."
        message = sentence(got, "logits", way_out)
        raise ModelError(message, key=("loss", *below, "from_logits"))
