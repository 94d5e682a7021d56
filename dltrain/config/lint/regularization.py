"""Rules about what keeps a model from learning its train rows by heart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltrain.config.checks.translation import Problem
from dltrain.config.checks.weighing import has_kernel, has_weights
from dltrain.config.lint.subject import Subject
from dltrain.config.lint.traits import DROPOUTS
from dltrain.config.sections.architecture import Mlp
from dltrain.errors import Key

# Parameters a train row from which on a model needs something against overfitting.
MOST_PARAMETERS = 100
REGULARIZERS = ("activity", "bias", "depthwise", "embeddings", "kernel", "pointwise", "recurrent")


def regularized_bias(subject: Subject) -> Iterator[Problem]:
    """Find biases that are drawn towards 0."""
    places: list[tuple[Any, Key]] = [
        (layer.get("bias_regularizer"), (*key, "bias_regularizer"))
        for node in subject.everything
        for layer, key in node.parts()
    ]
    places.append((subject.experiment.regularization.bias, ("regularization", "bias")))
    for value, key in places:
        if value is not None:
            way_out = "A bias hardly overfits: regularize the kernel."
            yield Problem(key, "a regularized bias", "none", way_out)


def regularization_of_nothing(subject: Subject) -> Iterator[Problem]:
    """Find regularization that no hidden layer takes."""
    regularization = subject.experiment.regularization
    weights = any(has_weights(node.layer) for node in subject.nodes)
    kernels = any(has_kernel(node.layer) for node in subject.nodes)
    finds = {"activity": weights, "bias": weights, "dropout": kernels, "kernel": weights}
    if any(node.type in ("application", "saved") for node in subject.nodes):
        return
    for name, found in finds.items():
        if getattr(regularization, name) and not found:
            got = f"`{name}` without a hidden layer to apply it to"
            way_out = "It is never applied to the output: give the output layer its own."
            expected = "hidden layers with weights"
            yield Problem(("regularization", name), got, expected, way_out)


def dropout_twice(subject: Subject) -> Iterator[Problem]:
    """Find dropout layers beside a dropout that stands behind every layer already."""
    if not subject.experiment.regularization.dropout:
        return
    for node in subject.layers:
        if node.type in DROPOUTS:
            got = f"{node.type} beside `regularization.dropout`"
            way_out = "Both would be applied: remove one."
            yield Problem(node.key, got, "one of the two", way_out)


def parameters_without_regularization(subject: Subject) -> Iterator[Problem]:
    """Find models that are large enough to learn every row by heart, and free to do so."""
    parameters, rows = subject.facts.parameters, subject.facts.train_rows
    if not parameters or not rows or parameters <= MOST_PARAMETERS * rows:
        return
    if not _is_regularized(subject):
        got = f"{parameters} parameters for {rows} train rows, without regularization"
        expected = f"at most {MOST_PARAMETERS} a row"
        way_out = "Use fewer units, or `regularization.dropout`, or early_stopping."
        is_mlp = isinstance(subject.experiment.architecture, Mlp)
        key = ("architecture", "units" if is_mlp else "layers")
        yield Problem(key, got, expected, way_out)


def _is_regularized(subject: Subject) -> bool:
    values = subject.experiment
    regularization = values.regularization
    everywhere = (regularization.kernel, regularization.dropout, regularization.activity)
    layers = [layer for node in subject.everything for layer, _ in node.parts()]
    return (
        any(everywhere)
        or bool(values.optimizer.get("weight_decay"))
        or values.optimizer["type"] == "adamw"
        or any(subject.callbacks("early_stopping"))
        or any(layer["type"] in DROPOUTS or _holds_back(layer) for layer in layers)
    )


def _holds_back(layer: dict[str, Any]) -> bool:
    """Tell whether a layer has a regularizer, a dropout of its own, or draws noise."""
    named = any(layer.get(f"{name}_regularizer") for name in REGULARIZERS)
    drops = layer.get("dropout") or layer.get("recurrent_dropout")
    draws = layer["type"].startswith(("random_", "gaussian_noise", "mix_up", "cut_mix"))
    return bool(named or drops or draws)
