"""Metrics that Keras lacks: shares of counts by class, averaged over the classes."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from dltrain.model.form import Form, other_form


class CountMetric(keras.metrics.Metric):
    """A share of counts by class.

    Of the positive class alone for binary targets; otherwise the mean over classes or labels
    (macro average).

    A class for which the share is undefined (0 / 0) does not count; where no class does, the
    result is 0. This is scikit-learn's convention for balanced accuracy.

    Args:
        form: How targets and predictions look.
        threshold: Probability above which a label is given; for classes the largest wins.
        name: Name in the history.
    """

    def __init__(self, form: Form, threshold: float, name: str) -> None:
        super().__init__(name=name)
        self.form = form
        self.threshold = threshold
        self._direction = "up"
        shape = (form.outputs,)
        self.true_positives = self.add_weight(shape=shape, initializer="zeros", name="tp")
        self.false_positives = self.add_weight(shape=shape, initializer="zeros", name="fp")
        self.false_negatives = self.add_weight(shape=shape, initializer="zeros", name="fn")
        self.true_negatives = self.add_weight(shape=shape, initializer="zeros", name="tn")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch."""
        true, given = self._indicators(y_true, y_pred)
        weight = 1.0 if sample_weight is None else ops.reshape(sample_weight, (-1, 1))
        self.true_positives.assign_add(ops.sum(weight * true * given, axis=0))
        self.false_positives.assign_add(ops.sum(weight * (1 - true) * given, axis=0))
        self.false_negatives.assign_add(ops.sum(weight * true * (1 - given), axis=0))
        self.true_negatives.assign_add(ops.sum(weight * (1 - true) * (1 - given), axis=0))

    def result(self) -> Any:
        """Return the mean share over the classes for which it is defined."""
        hits, all_cases = self.share()
        defined = ops.cast(all_cases > 0, hits.dtype)
        shares = hits / ops.maximum(all_cases, 1e-9)
        return ops.sum(shares * defined) / ops.maximum(ops.sum(defined), 1.0)

    def share(self) -> tuple[Any, Any]:
        """Return numerator and denominator by class."""
        raise NotImplementedError

    def _indicators(self, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
        """Turn a batch into 0 and 1, float32 (n, outputs), for what is true and what is given."""
        if self.form.task == "multiclass":
            y_true = y_true if self.form.one_hot else other_form(y_true, self.form)
            given = ops.one_hot(ops.argmax(y_pred, axis=-1), self.form.outputs)
        else:
            given = self.form.probabilities(y_pred) > self.threshold
        return ops.cast(y_true, "float32"), ops.cast(given, "float32")


class F1(CountMetric):
    """2 TP / (2 TP + FP + FN)."""

    def share(self) -> tuple[Any, Any]:
        """Return numerator and denominator by class."""
        twice = 2 * self.true_positives
        return twice, twice + self.false_positives + self.false_negatives


class Sensitivity(CountMetric):
    """TP / (TP + FN), also called recall."""

    def share(self) -> tuple[Any, Any]:
        """Return numerator and denominator by class."""
        return self.true_positives + 0.0, self.true_positives + self.false_negatives


class Specificity(CountMetric):
    """TN / (TN + FP)."""

    def share(self) -> tuple[Any, Any]:
        """Return numerator and denominator by class."""
        return self.true_negatives + 0.0, self.true_negatives + self.false_positives


COUNT_METRICS: dict[str, type[CountMetric]] = {
    "f1": F1,
    "sensitivity": Sensitivity,
    "specificity": Specificity,
}
