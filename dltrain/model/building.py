"""One experiment's model: the network to train, compiled, and what its figures mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from dltrain.data.inputs import Inputs
from dltrain.data.target import Target
from dltrain.errors import ModelError, sentence
from dltrain.model import layers, losses, metrics, network, objects, preprocessing

@dataclass(frozen=True)
class Objective:
    """What is minimised and what is counted.

    Attributes:
        loss: The loss as plain data, spelled out.
        metrics: The metrics as plain data.
        form: How targets and predictions look.
    """

    loss: dict[str, Any]
    metrics: list[dict[str, Any]]
    form: metrics.Form

    def targets(self, y: np.ndarray) -> np.ndarray:
        """Bring encoded targets to the form that the loss wants.

        Args:
            y: As `data.target.encode` gives them.

        Returns:
            float32 (n, classes) of 0 and 1 where the loss wants one-hot targets; else `y`.
        """
        return np.eye(self.form.outputs, dtype=np.float32)[y] if self.form.one_hot else y

    def is_keras_own(self) -> bool:
        """Tell whether loss and metrics are all Keras's, so that plain Keras loads the model."""
        counted = metrics.build_metrics(self.metrics, self.form)
        return metrics.are_keras_own(counted) and self.loss["type"] not in losses.ADDED


def objective(
    loss: str | dict[str, Any],
    metric_choices: list[dict[str, Any]],
    target: Target,
    *,
    label_smoothing: float,
    threshold: float,
) -> Objective:
    """Spell out loss and metrics for a target.

    Args:
        loss: "auto", or the loss as plain data.
        metric_choices: The metrics as plain data.
        target: What was learned about the target.
        label_smoothing: `regularization.label_smoothing`.
        threshold: `evaluation.threshold`.

    Raises:
        ModelError: The loss is made for another task.
    """
    resolved = losses.resolve_loss(loss, target.task, label_smoothing)
    form = metrics.Form(
        task=target.task,
        outputs=target.outputs,
        one_hot=losses.wants_one_hot(resolved, target.task),
        from_logits=bool(resolved.get("from_logits", False)),
        threshold=threshold,
    )
    return Objective(resolved, metric_choices, form)


def build_network(
    architecture: dict[str, Any], regularization: dict[str, Any], inputs: Inputs, target: Target
) -> keras.Model:
    """Build the network that an `architecture` section describes.

    Raises:
        ModelError: A layer does not fit, at the layer's key.
    """
    first, start = preprocessing.network_input(inputs)
    return network.build_network(
        first,
        start,
        network.hidden_layers(architecture, regularization, len(start.shape) - 1),
        network.output_layer(architecture, target.task, target.outputs),
        task=target.task,
        outputs=target.outputs,
    )


def compile_model(
    model: keras.Model, goal: Objective, optimizer: dict[str, Any] | None = None
) -> None:
    """Give a model its loss, its metrics and, to train it, its optimizer.

    Args:
        model: The model.
        goal: Loss and metrics.
        optimizer: The optimizer as plain data, or None for a model that is only evaluated.

    Raises:
        ModelError: Keras refuses an argument.
    """
    loss = _refusable(lambda: losses.build_loss(goal.loss), ("loss",))
    counted = _refusable(lambda: metrics.build_metrics(goal.metrics, goal.form), ("metrics",))
    solver = _refusable(
        lambda: objects.build("optimizer", optimizer) if optimizer else keras.optimizers.SGD(0.0),
        ("optimizer",),
    )
    model.compile(optimizer=solver, loss=loss, metrics=counted, jit_compile=False)


def _refusable(make: Any, key: tuple[str, ...]) -> Any:
    try:
        return make()
    except layers.REFUSALS as error:
        got = f"arguments that Keras refuses ({layers.reason(error)})"
        raise ModelError(sentence(got, f"arguments of its {key[0]}"), key=key) from error


def figures_of(goal: Objective, y: np.ndarray, predictions: np.ndarray) -> dict[str, float]:
    """Compute loss and metrics of given predictions, without a model.

    Args:
        goal: Loss and metrics.
        y: Encoded targets, (n, …).
        predictions: What a model would put out, float32 (n, outputs).

    Returns:
        The figures by name, the loss without regularization.
    """
    targets = goal.targets(y)
    figures = {"loss": float(losses.build_loss(goal.loss)(targets, predictions))}
    for metric in metrics.build_metrics(goal.metrics, goal.form):
        metric.update_state(targets, predictions)
        figures[metric.name] = float(metric.result())
    return figures
