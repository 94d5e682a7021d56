"""What several outputs minimise together, and the same questions to one output or several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from dltrain.errors import ModelError, sentence
from dltrain.model.objective import ROWS_AT_ONCE, Objective, objective


@dataclass(frozen=True)
class NamedObjectives:
    """The objectives of several outputs; their weighted losses are added.

    Attributes:
        each: The objectives by target.
        weights: Weight of each loss.
    """

    each: dict[str, Objective]
    weights: dict[str, float]

    @property
    def loss(self) -> dict[str, Any]:
        """The losses as plain data, spelled out, by target."""
        return {name: one.loss for name, one in self.each.items()}

    @property
    def loss_name(self) -> str:
        """The losses in a few words."""
        return ", ".join(f"{name} {one.loss_name}" for name, one in self.each.items())

    def targets(self, y: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Bring encoded targets to the form that the losses want."""
        return {name: one.targets(y[name]) for name, one in self.each.items()}

    def probabilities(self, outputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Turn what a model puts out into probabilities, where a task has any."""
        return {name: one.probabilities(outputs[name]) for name, one in self.each.items()}

    def in_form(self, given: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Undo `probabilities`."""
        return {name: one.in_form(given[name]) for name, one in self.each.items()}

    def at_threshold(self, threshold: float) -> NamedObjectives:
        """Give the same with metrics that decide at another threshold."""
        return replace(
            self, each={name: one.at_threshold(threshold) for name, one in self.each.items()}
        )

    def without_metrics(self) -> NamedObjectives:
        """Give the same with the losses alone."""
        return replace(self, each={name: one.without_metrics() for name, one in self.each.items()})

    def in_own_unit(self) -> NamedObjectives:
        """Give the same for the saved model, which puts out amounts in the column's own unit."""
        return replace(self, each={name: one.in_own_unit() for name, one in self.each.items()})

    def is_keras_own(self) -> bool:
        """Tell whether losses and metrics are all Keras's, so that plain Keras loads the model."""
        return all(one.is_keras_own() for one in self.each.values())

    def compiled(self) -> dict[str, Any]:
        """Build what Keras's `compile` takes."""
        built = {name: one.compiled() for name, one in self.each.items()}
        return {
            "loss": {name: one["loss"] for name, one in built.items()},
            "loss_weights": self.weights,
            "metrics": {name: one["metrics"] for name, one in built.items()},
        }

    def figures(
        self,
        y: Mapping[str, np.ndarray],
        predictions: Mapping[str, np.ndarray],
        batch_size: int = ROWS_AT_ONCE,
    ) -> dict[str, float]:
        """Compute loss and metrics of given predictions, without a model."""
        found = {
            name: one.figures(y[name], predictions[name], batch_size)
            for name, one in self.each.items()
        }
        total = sum(self.weights[name] * one["loss"] for name, one in found.items())
        below = {
            f"{name}_{key}": value for name, one in found.items() for key, value in one.items()
        }
        return {"loss": total} | below


Goal = Objective | NamedObjectives


def named_objectives(
    losses: Mapping[str, Any],
    metrics: Mapping[str, list[dict[str, Any]]],
    weights: Mapping[str, float],
    *,
    outputs: Mapping[str, dict[str, Any]],
    label_smoothing: float,
    threshold: float,
    scalings: Mapping[str | None, dict[str, Any]] = MappingProxyType({}),
) -> NamedObjectives:
    """Spell out the losses and metrics of several outputs.

    Args:
        losses: "auto" or the loss as plain data, by target.
        metrics: The metrics as plain data, by target.
        weights: Weight of each loss.
        outputs: `task` and `outputs` of each target.
        label_smoothing: `regularization.label_smoothing`, for the targets that have classes.
        threshold: `evaluation.threshold`.
        scalings: How the network sees amounts, by target, as preprocessing.json holds it.

    Raises:
        ModelError: A loss or a metric is made for another task, or no target has classes to
            smooth.
    """
    has_classes = {name: facts["task"] != "regression" for name, facts in outputs.items()}
    if label_smoothing and not any(has_classes.values()):
        message = sentence("label smoothing for quantities", "0.0")
        raise ModelError(message, key=("regularization", "label_smoothing"))
    each = {}
    for name, facts in outputs.items():
        smoothing = label_smoothing if has_classes[name] else 0.0
        with _placed_below(name):
            each[name] = objective(
                losses[name], metrics[name], **facts, label_smoothing=smoothing,
                threshold=threshold, scaling=scalings.get(name),
            )  # fmt: skip
    return NamedObjectives(each, dict(weights))


@contextmanager
def _placed_below(target: str) -> Iterator[None]:
    """Place errors of a loss or metric at the target that it belongs to."""
    try:
        yield
    except ModelError as error:
        if error.key[:1] in (("loss",), ("metrics",)):
            error.key = (error.key[0], target, *error.key[1:])
        raise
