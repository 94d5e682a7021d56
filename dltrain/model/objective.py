"""What is minimised and what is counted: loss and metrics of one output, or of several."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import keras
import numpy as np

from dltrain.errors import Key, ModelError, sentence
from dltrain.model import losses, metrics
from dltrain.model.form import Form
from dltrain.model.refusals import REFUSALS, refused_arguments
from dltrain.model.scaling import Scaling

# Rows whose loss is computed at once without a model; some losses compare all pairs of rows.
ROWS_AT_ONCE = 1024
# How Keras's losses say that they are the mean over the rows.
MEANS = ("mean", "mean_with_sample_weight", "sum_over_batch_size")


@dataclass(frozen=True)
class Objective:
    """What is minimised and what is counted.

    Attributes:
        loss: The loss as plain data, spelled out.
        metrics: The metrics as plain data.
        form: How targets and predictions look.
        loss_scaling: What the loss does first to amounts in the column's own unit.
    """

    loss: dict[str, Any]
    metrics: list[dict[str, Any]]
    form: Form
    loss_scaling: Scaling | None = None

    def targets(self, y: np.ndarray) -> np.ndarray:
        """Bring encoded targets to the form that the loss wants.

        Args:
            y: As `data.targets.one.encode` gives them.

        Returns:
            float32 (n, classes) of 0 and 1 where the loss wants one-hot targets; amounts as the
            network sees them; else `y`.
        """
        if self.form.scaling is not None:
            return self.form.scaling.scaled_rows(y)
        return np.eye(self.form.outputs, dtype=np.float32)[y] if self.form.one_hot else y

    def in_own_unit(self) -> Objective:
        """Give the same for the saved model, which puts out amounts in the column's own unit."""
        form = replace(self.form, scaling=None)
        return replace(self, form=form, loss_scaling=self.form.scaling)

    def at_threshold(self, threshold: float) -> Objective:
        """Give the same with metrics that decide at another threshold."""
        return replace(self, form=replace(self.form, threshold=threshold))

    def without_metrics(self) -> Objective:
        """Give the same with the loss alone."""
        return replace(self, metrics=[])

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Turn what a model puts out into probabilities, where the task has any."""
        return np.asarray(self.form.probabilities(outputs))

    def in_form(self, given: np.ndarray) -> np.ndarray:
        """Undo `probabilities`."""
        return self.form.outputs_of(given)

    def row_losses(
        self, y: np.ndarray, predictions: np.ndarray, batch_size: int = ROWS_AT_ONCE
    ) -> np.ndarray | None:
        """Compute the loss of each row, without regularization.

        Args:
            y: Encoded targets, (n, …).
            predictions: What a model would put out, float32 (n, outputs).
            batch_size: Rows at once.

        Returns:
            float64 (n,), whose mean is the loss; None where the loss is no mean over rows.
        """
        loss = losses.build_loss(self.loss, self.loss_scaling)
        if not isinstance(loss, keras.losses.Loss) or loss.reduction not in MEANS:
            return None
        targets, found = self.targets(y), []
        for start in range(0, len(y), batch_size):
            rows = slice(start, start + batch_size)
            found.append(np.asarray(loss.call(targets[rows], predictions[rows]), np.float64))
            if found[-1].shape != (len(targets[rows]),):
                return None
        return np.concatenate(found)

    @property
    def loss_name(self) -> str:
        """The loss in a word."""
        return str(self.loss["type"])

    def compiled(self) -> dict[str, Any]:
        """Build what Keras's `compile` takes."""
        return {
            "loss": losses.build_loss(self.loss, self.loss_scaling),
            "metrics": metrics.build_metrics(self.metrics, self.form),
        }

    @cached_property
    def _built(self) -> tuple[Any, list[keras.metrics.Metric]]:
        """Loss and metrics for `figures`, whose variables take longer to make than to use."""
        built = self.compiled()
        return built["loss"], built["metrics"]

    def is_keras_own(self) -> bool:
        """Tell whether loss and metrics are all Keras's, so that plain Keras loads the model."""
        if self.loss["type"] in losses.ADDED or self.form.scaling or self.loss_scaling:
            return False
        return metrics.are_keras_own(metrics.build_metrics(self.metrics, self.form))

    def figures(
        self, y: np.ndarray, predictions: np.ndarray, batch_size: int = ROWS_AT_ONCE
    ) -> dict[str, float]:
        """Compute loss and metrics of given predictions, without a model.

        Args:
            y: Encoded targets, (n, …).
            predictions: What a model would put out, float32 (n, outputs).
            batch_size: Rows at once, which matters to losses that are no mean over rows.

        Returns:
            The figures by name, the loss without regularization.
        """
        mean, (loss, counted) = keras.metrics.Mean(name="loss"), self._built
        for metric in counted:
            metric.reset_state()
        targets = self.targets(y)
        is_mean = self.row_losses(y[:2], predictions[:2]) is not None
        at_once = max(batch_size, ROWS_AT_ONCE) if is_mean else batch_size
        for start in range(0, len(y), at_once):
            rows = slice(start, start + at_once)
            mean.update_state(loss(targets[rows], predictions[rows]), len(targets[rows]))
            for metric in counted:
                metric.update_state(targets[rows], predictions[rows])
        return {metric.name: float(metric.result()) for metric in (mean, *counted)}


def objective(
    loss: str | dict[str, Any],
    metric_choices: list[dict[str, Any]],
    *,
    task: str,
    outputs: int,
    label_smoothing: float,
    threshold: float,
    shape: tuple[int, ...] | None = None,
    scaling: dict[str, Any] | None = None,
) -> Objective:
    """Spell out loss and metrics for a target, and try them on a few made-up rows.

    Args:
        loss: "auto", or the loss as plain data.
        metric_choices: The metrics as plain data.
        task: The task.
        outputs: Numbers that a prediction has.
        label_smoothing: `regularization.label_smoothing`.
        threshold: `evaluation.threshold`.
        shape: Shape of one prediction. Default: (outputs,).
        scaling: How the network sees amounts, as preprocessing.json holds it.

    Raises:
        ModelError: The loss or a metric is made for another task, Keras refuses an argument, or
            the result is not one number.
    """
    resolved = losses.resolve_loss(loss, task, label_smoothing)
    if resolved["type"] == "cosine_similarity" and outputs == 1:
        got, expected = "cosine_similarity for one output", "a loss that has a slope there"
        raise ModelError(sentence(got, expected, "Use `loss: auto`."), key=("loss",))
    form = Form(
        task=task,
        outputs=outputs,
        one_hot=losses.wants_one_hot(resolved, task),
        from_logits=bool(resolved.get("from_logits", False)),
        threshold=threshold,
        scaling=Scaling.of(scaling),
    )
    goal = Objective(resolved, metric_choices, form)
    _try(goal, shape or (outputs,))
    return goal


def _try(goal: Objective, shape: tuple[int, ...]) -> None:
    """Compute loss and metrics of made-up rows, so that what is wrong shows before the training."""
    y, predictions = _made_up_rows(goal, shape)
    with _refusals("loss", name=goal.loss["type"]):
        loss = losses.build_loss(goal.loss)(y, predictions)
    _check_one_number(goal.loss["type"], loss, ("loss",))
    for index, choice in enumerate(goal.metrics):
        key = ("metrics", index)
        with _refusals("metrics", index, name=choice["type"]):
            metric = metrics.build_metric(choice, goal.form, key)
            metric.update_state(y, predictions)
            result = metric.result()
        _check_one_number(choice["type"], result, key)


def _made_up_rows(goal: Objective, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Make targets and predictions of the right form, with every class among them."""
    outputs = goal.form.outputs
    numbers = np.arange(max(8, outputs if goal.form.task == "multiclass" else 0))
    if goal.form.task == "multiclass":
        y = (numbers % outputs).astype(np.int32)
        predictions = np.full((len(numbers), outputs), 1 / outputs, np.float32)
    else:
        y = np.tile(numbers.reshape(-1, *[1] * len(shape)) % 2, (1, *shape)).astype(np.float32)
        predictions = np.full(y.shape, 0.5, np.float32)
    return goal.targets(y), predictions


@contextmanager
def _refusals(*key: str | int, name: str) -> Iterator[None]:
    """Say in the message grammar that Keras refuses the arguments of an object."""
    try:
        yield
    except REFUSALS as error:
        raise ModelError(refused_arguments(name, error), key=key) from error


def _check_one_number(name: str, result: Any, key: Key) -> None:
    shape = tuple(keras.ops.shape(result))
    if shape:
        got = f"{name} with {shape[0]} numbers as its result"
        raise ModelError(sentence(got, "one number", "Change its arguments."), key=key)
