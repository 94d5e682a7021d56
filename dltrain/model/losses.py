"""The loss, and the form in which it wants its targets."""

from __future__ import annotations

from typing import Any

import keras

from dltrain.config.checks.agreement import SMOOTHING_LOSSES
from dltrain.errors import ModelError, sentence
from dltrain.model.objects import build
from dltrain.model.scaling import Scaling

AUTO = {
    "autoencoder": "mean_squared_error",
    "binary": "binary_crossentropy",
    "multiclass": "sparse_categorical_crossentropy",
    "multilabel": "binary_crossentropy",
    "regression": "mean_squared_error",
}
# Tasks whose outputs are no probabilities.
QUANTITIES = ("autoencoder", "regression")
# Losses that want the number of the class; all others want one-hot targets for classes.
INTEGER_LOSSES = (
    "categorical_generalized_cross_entropy",
    "circle",
    "sparse_categorical_crossentropy",
)
# Losses over exclusive classes, which need one output for each.
CLASS_LOSSES = (
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    *INTEGER_LOSSES,
)


class RootMeanSquaredError(keras.losses.Loss):
    """sqrt(mean((y - ŷ)²)) over the whole batch, in the unit of the target.

    The root has no gradient at 0; below 1e-7 the loss is flat, so a perfect fit stays one.
    """

    def __init__(self, name: str = "rmse") -> None:
        super().__init__(name=name)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of a batch, a scalar."""
        squared = keras.ops.mean(keras.ops.square(y_true - y_pred))
        return keras.ops.sqrt(keras.ops.maximum(squared, 1e-14))


class ScaledLoss(keras.losses.Loss):
    """A loss over amounts that are scaled before, as the network saw them.

    Args:
        loss: The loss.
        scaling: How the network saw the targets.
    """

    def __init__(self, loss: keras.losses.Loss, scaling: Scaling) -> None:
        super().__init__(name=loss.name, reduction=loss.reduction)
        self.loss = loss
        self.scaling = scaling

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return what the loss does of the scaled amounts."""
        return self.loss.call(self.scaling.scaled(y_true), self.scaling.scaled(y_pred))


ADDED = {"rmse": RootMeanSquaredError}


def resolve_loss(
    loss: str | dict[str, Any], task: str, label_smoothing: float = 0.0
) -> dict[str, Any]:
    """Spell out `auto` and put the file's label smoothing into the loss.

    Args:
        loss: "auto", or the loss as plain data.
        task: The task.
        label_smoothing: `regularization.label_smoothing`.

    Raises:
        ModelError: The loss is made for another task.

    Example:
        >>> resolve_loss("auto", "multiclass", 0.1)
        {'type': 'categorical_crossentropy', 'label_smoothing': 0.1}
    """
    if isinstance(loss, dict):
        choice = dict(loss)
    elif task == "multiclass" and label_smoothing:
        choice = {"type": "categorical_crossentropy"}
    else:
        choice = {"type": AUTO[task]}
    if choice["type"] == "ctc":
        message = sentence("ctc", AUTO[task], "It compares sequences; no task here has any.")
        raise ModelError(message, key=("loss",))
    if choice["type"] in CLASS_LOSSES and task != "multiclass":
        way_out = "`task: multiclass` gives each class an output." if task == "binary" else ""
        message = sentence(f"{choice['type']} for {a_target(task)}", AUTO[task], way_out)
        raise ModelError(message, key=("loss",))
    if label_smoothing:
        if task in QUANTITIES:
            message = sentence(f"label smoothing for {a_target(task)}", "0.0")
            raise ModelError(message, key=("regularization", "label_smoothing"))
        if choice["type"] not in SMOOTHING_LOSSES:
            got, way_out = f"label smoothing with the loss {choice['type']}", "Use `loss: auto`."
            message = sentence(got, "a loss that smooths", way_out)
            raise ModelError(message, key=("regularization", "label_smoothing"))
        choice["label_smoothing"] = label_smoothing
    return choice


def a_target(task: str) -> str:
    """Name a target of a task.

    Example:
        >>> a_target("binary"), a_target("autoencoder")
        ('a binary target', 'an autoencoder')
    """
    return "an autoencoder" if task == "autoencoder" else f"a {task} target"


def build_loss(choice: dict[str, Any], scaling: Scaling | None = None) -> keras.losses.Loss:
    """Build a loss that `resolve_loss` has spelled out.

    Args:
        choice: The loss as plain data.
        scaling: What is done first to targets and predictions in the column's own unit.
    """
    own = choice["type"] in ADDED
    loss = ADDED[choice["type"]]() if own else build("loss", choice, ("loss",))
    return loss if scaling is None else ScaledLoss(loss, scaling)


def wants_one_hot(choice: dict[str, Any], task: str) -> bool:
    """Tell whether the loss wants one-hot targets instead of class numbers."""
    return task == "multiclass" and choice["type"] not in INTEGER_LOSSES
