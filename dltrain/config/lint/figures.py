"""Rules about metrics: figures that mean nothing, mislead, or stand there twice."""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.config.catalogue.choices import Choice
from dltrain.config.checks.translation import Problem
from dltrain.config.lint.subject import Output, Subject
from dltrain.terms import CLASS_TASKS

ACCURACIES = frozenset({
    "accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy", "top_k_categorical_accuracy",
})  # fmt: skip
# Metrics that count classes, or how far probabilities are from them.
CLASS_METRICS = ACCURACIES | {
    "auc", "binary_crossentropy", "binary_iou", "categorical_crossentropy", "categorical_hinge",
    "class_distance", "f1", "f1_score", "f_beta_score", "false_negatives", "false_positives",
    "iou", "mean_iou", "one_hot_iou", "one_hot_mean_iou", "precision", "precision_at_recall",
    "quadratic_weighted_kappa", "recall", "recall_at_precision", "sensitivity",
    "sensitivity_at_specificity", "sparse_categorical_crossentropy", "specificity",
    "specificity_at_sensitivity", "true_negatives", "true_positives",
}  # fmt: skip
# Metrics of quantities. The squared error of a probability, the Brier score, is none of them.
NUMBER_METRICS = frozenset({
    "concordance_correlation", "log_cosh_error", "mean_absolute_error",
    "mean_absolute_percentage_error", "mean_squared_logarithmic_error", "pearson_correlation",
    "r2_score",
})  # fmt: skip
# Share of the largest class from which on accuracy says little.
IMBALANCED = 0.8


def class_metric_for_numbers(subject: Subject) -> Iterator[Problem]:
    """Find accuracy and its kin where the target is a quantity."""
    for output in subject.outputs:
        for metric, key in output.metrics:
            if output.task == "regression" and metric["type"] in CLASS_METRICS:
                got = f"{metric['type']} for a regression target"
                yield Problem(key, got, "a metric of numbers such as mae or r2_score")


def number_metric_for_classes(subject: Subject) -> Iterator[Problem]:
    """Find errors of quantities where the target has classes."""
    for output in subject.outputs:
        for metric, key in output.metrics:
            if output.task in CLASS_TASKS and metric["type"] in NUMBER_METRICS:
                got = f"{metric['type']} for a {output.task} target"
                yield Problem(key, got, "a metric of classes such as accuracy, auc or f1")


def same_metric_twice(subject: Subject) -> Iterator[Problem]:
    """Find two metrics that are the same number under two names."""
    for output in subject.outputs:
        first: list[tuple[str, Choice]] = []
        for metric, key in output.metrics:
            meaning = _meaning(metric, output)
            same = next((name for name, other in first if other == meaning), None)
            if same is not None:
                got = f"'{metric['name']}', the same figure as '{same}'"
                yield Problem(key, got, "each figure once", "Remove one of them.")
            first.append((metric["name"], meaning))


def accuracy_of_imbalanced_classes(subject: Subject) -> Iterator[Problem]:
    """Find accuracy as the only figure where one class has most of the rows."""
    for output in subject.outputs:
        counts = output.facts.counts if output.facts else ()
        types = {metric["type"] for metric, _ in output.metrics} & CLASS_METRICS
        if not counts or not types or not types <= ACCURACIES:
            continue
        share = max(counts) / sum(counts)
        if share >= IMBALANCED:
            got = f"accuracy alone, where {100 * share:.0f} % of the train rows are one class"
            key = next(key for metric, key in output.metrics if metric["type"] in ACCURACIES)
            way_out = f"Always saying that class has accuracy {share:.2f}."
            yield Problem(key, got, "auc, f1, sensitivity or specificity beside it", way_out)


def _meaning(metric: Choice, output: Output) -> Choice:
    """Reduce a metric to what it counts: without its name, and under one word for synonyms."""
    kind = metric["type"]
    synonyms = {"sparse_categorical_accuracy": "accuracy", "categorical_accuracy": "accuracy"}
    if output.task == "binary":
        synonyms |= {"binary_accuracy": "accuracy", "recall": "sensitivity"}
    rest = {name: value for name, value in metric.items() if name not in ("name", "type")}
    return {"type": synonyms.get(kind, kind), **rest}
