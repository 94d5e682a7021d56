"""Metrics that fit the target: Keras's own, converted where they would misread it, and ours.

Keras's F1, AUC, precision and recall crash or mislead on class numbers, and none of Keras's
metrics looks behind logits; `Converted` gives each the targets and probabilities it expects.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras

from dltrain.errors import Key, ModelError, sentence
from dltrain.model.count_metrics import COUNT_METRICS, CountMetric
from dltrain.model.form import Form, other_form
from dltrain.model.losses import QUANTITIES, a_target
from dltrain.model.objects import build
from dltrain.model.order_metrics import ORDER_METRICS, OrderMetric

# Keras's metrics that want the number of the class.
INTEGER_METRICS = (
    "iou",
    "mean_iou",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
)
# Keras's metrics that decide by a threshold, with the argument that holds it.
THRESHOLDS = {
    "binary_accuracy": "threshold",
    "f1_score": "threshold",
    "f_beta_score": "threshold",
    "false_negatives": "thresholds",
    "false_positives": "thresholds",
    "precision": "thresholds",
    "recall": "thresholds",
    "true_negatives": "thresholds",
    "true_positives": "thresholds",
}
# Metrics over exclusive classes; a single output would always be right.
OF_EXCLUSIVE_CLASSES = (
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_hinge",
    "iou",
    "mean_iou",
    "one_hot_iou",
    "one_hot_mean_iou",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
)
# Keras's metrics that compare the outputs of one row with each other.
ACROSS_OUTPUTS = ("concordance_correlation", "cosine_similarity", "pearson_correlation")
# Metrics that mean nothing where the target is a quantity.
CLASSES_ONLY = (
    "accuracy", "auc", "binary_crossentropy", "binary_iou", "f1", "iou", "mean_iou", "one_hot_iou",
    "one_hot_mean_iou", "precision_at_recall", "recall_at_precision", "sensitivity",
    "sensitivity_at_specificity", "specificity", "specificity_at_sensitivity",
    *OF_EXCLUSIVE_CLASSES, *ORDER_METRICS, *THRESHOLDS,
)  # fmt: skip


def build_metrics(choices: list[dict[str, Any]], form: Form) -> list[keras.metrics.Metric]:
    """Build the metrics of a file.

    Args:
        choices: Each metric as plain data, with its `name`.
        form: How targets and predictions look.

    Raises:
        ModelError: A metric of classes for a target that has none.
    """
    return [build_metric(choice, form, ("metrics", at)) for at, choice in enumerate(choices)]


def are_keras_own(metrics: list[keras.metrics.Metric]) -> bool:
    """Tell whether plain Keras can load all of these metrics."""
    return not any(isinstance(metric, Converted | CountMetric | OrderMetric) for metric in metrics)


def build_metric(choice: dict[str, Any], form: Form, key: Key) -> keras.metrics.Metric:
    """Build one metric.

    Args:
        choice: The metric as plain data, with its `name`.
        form: How targets and predictions look.
        key: Path of the metric in the file.

    Raises:
        ModelError: The metric, or its threshold, is made for another task.
    """
    _check_task(choice, form.task, form.outputs, key)
    name = choice["type"]
    if name in COUNT_METRICS:
        threshold = choice.get("threshold")
        threshold = form.threshold if threshold is None else threshold
        return COUNT_METRICS[name](form, threshold, choice["name"])
    if name in ORDER_METRICS:
        return ORDER_METRICS[name](form, choice["name"])
    return _keras_metric(_accuracy(choice, form) if name == "accuracy" else choice, form, key)


def _check_task(choice: dict[str, Any], task: str, outputs: int, key: Key) -> None:
    name = choice["type"]
    got = f"{name} for {a_target(task)}"
    if name in CLASSES_ONLY and task in QUANTITIES:
        raise ModelError(sentence(got, "a metric of numbers such as mae or r2_score"), key=key)
    if name in OF_EXCLUSIVE_CLASSES and task != "multiclass":
        raise ModelError(sentence(got, "a metric such as accuracy or auc"), key=key)
    if name in ACROSS_OUTPUTS and outputs == 1:
        got = f"{name}, which compares the outputs of a row, for one output"
        raise ModelError(sentence(got, "a metric such as r2_score or auc"), key=key)
    decides = name == "accuracy" or name in COUNT_METRICS
    if decides and task == "multiclass" and choice.get("threshold") is not None:
        got, way_out = "a threshold for a multiclass target", "Remove it."
        expected = f"{name} without one, for the most probable class is chosen"
        raise ModelError(sentence(got, expected, way_out), key=(*key, "threshold"))


def _accuracy(choice: dict[str, Any], form: Form) -> dict[str, Any]:
    """Choose the accuracy that fits the target, as Keras's string does."""
    if form.task == "multiclass":
        return {"type": "categorical_accuracy", "name": choice["name"]}
    threshold = choice.get("threshold")
    threshold = form.threshold if threshold is None else threshold
    return {"type": "binary_accuracy", "name": choice["name"], "threshold": threshold}


def _keras_metric(choice: dict[str, Any], form: Form, key: Key) -> keras.metrics.Metric:
    defaults: dict[str, Any] = {}
    name = choice["type"]
    if name in THRESHOLDS and form.task in ("binary", "multilabel"):
        defaults[THRESHOLDS[name]] = form.threshold
    if name in ("f1_score", "f_beta_score"):
        defaults["average"] = "macro"
    if name in ("iou", "mean_iou"):
        defaults["sparse_y_pred"] = False
    wants_one_hot = name not in INTEGER_METRICS
    if name == "categorical_accuracy" and not form.one_hot:
        choice, wants_one_hot = choice | {"type": "sparse_categorical_accuracy"}, False
    metric = build("metric", defaults | choice, key)
    other_form = form.task == "multiclass" and wants_one_hot != form.one_hot
    if choice.get("from_logits"):  # it looks behind logits itself
        form = replace(form, from_logits=False)
    is_other = other_form or form.from_logits or form.scaling is not None
    return Converted(metric, form, wants_one_hot) if is_other else metric


class Converted(keras.metrics.Metric):
    """A Keras metric that is given the targets and probabilities, or amounts, it expects.

    Args:
        metric: The metric.
        form: How targets and predictions look.
        wants_one_hot: Whether the metric wants one-hot targets for classes.
    """

    def __init__(self, metric: keras.metrics.Metric, form: Form, wants_one_hot: bool) -> None:
        super().__init__(name=metric.name, dtype=metric.dtype)
        self.metric = metric
        self.form = form
        self.wants_one_hot = wants_one_hot
        self._direction = getattr(metric, "_direction", None)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch."""
        if self.form.task == "multiclass" and self.wants_one_hot != self.form.one_hot:
            y_true = other_form(y_true, self.form)
        y_pred = self.form.probabilities(y_pred)
        own = self.form.in_own_unit
        self.metric.update_state(own(y_true), own(y_pred), sample_weight)

    def result(self) -> Any:
        """Return the metric over the batches since the last reset."""
        return self.metric.result()

    def reset_state(self) -> None:
        """Forget all batches."""
        self.metric.reset_state()
