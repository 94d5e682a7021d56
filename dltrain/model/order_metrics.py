"""Metrics that the order of classes makes possible: how far predictions are from the truth."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from dltrain.model.form import Form


class OrderMetric(keras.metrics.Metric):
    """A figure of the confusion matrix, whose rows are true and whose columns given classes.

    Args:
        form: How targets and predictions look; the task has exclusive classes.
        name: Name in the history.
    """

    direction = "down"

    def __init__(self, form: Form, name: str) -> None:
        super().__init__(name=name)
        self.form = form
        self.classes = 2 if form.task == "binary" else form.outputs
        self._direction = self.direction
        shape = (self.classes, self.classes)
        self.confusion = self.add_weight(shape=shape, initializer="zeros", name="confusion")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch."""
        true, given = self._indicators(y_true, y_pred)
        if sample_weight is not None:
            true = true * ops.reshape(sample_weight, (-1, 1))
        self.confusion.assign_add(ops.matmul(ops.transpose(true), given))

    def result(self) -> Any:
        """Return the figure over the batches since the last reset."""
        raise NotImplementedError

    def distances(self) -> np.ndarray:
        """Give how many classes lie between the true and the given one, plus 1; 0 for equal."""
        positions = np.arange(self.classes, dtype=np.float32)
        return np.abs(positions[:, None] - positions)

    def _indicators(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Give the true and the given class of each row as 0 and 1, float32 (n, classes)."""
        if self.form.task == "binary":
            true, given = y_true, self.form.probabilities(y_pred) > self.form.threshold
        else:
            true = ops.argmax(y_true, axis=-1) if self.form.one_hot else y_true
            given = ops.argmax(y_pred, axis=-1)
        codes = (ops.cast(ops.reshape(one, (-1,)), "int32") for one in (true, given))
        one, other = (ops.one_hot(code, self.classes) for code in codes)
        return ops.cast(one, "float32"), ops.cast(other, "float32")


class ClassDistance(OrderMetric):
    """mean |position of the given class - position of the true class|."""

    def result(self) -> Any:
        """Return the mean distance, in classes."""
        rows = ops.sum(self.confusion)
        return ops.sum(self.confusion * self.distances()) / ops.maximum(rows, 1e-9)


class QuadraticWeightedKappa(OrderMetric):
    """1 - Σ d² observed / Σ d² expected by chance; d is the distance between two classes.

    1 is perfect, 0 is chance; 0 also where it is undefined, as all rows are one class.

    Source:
        scikit-learn, cohen_kappa_score with weights="quadratic".
    """

    direction = "up"

    def result(self) -> Any:
        """Return the agreement beyond chance."""
        squares = self.distances() ** 2
        true, given = ops.sum(self.confusion, axis=1), ops.sum(self.confusion, axis=0)
        observed = ops.sum(self.confusion * squares)
        chance = ops.sum(ops.outer(true, given) * squares) / ops.maximum(ops.sum(true), 1e-9)
        kappa = 1 - observed / ops.maximum(chance, 1e-9)
        return ops.where(chance > 0, kappa, 0.0)


ORDER_METRICS: dict[str, type[OrderMetric]] = {
    "class_distance": ClassDistance,
    "quadratic_weighted_kappa": QuadraticWeightedKappa,
}
