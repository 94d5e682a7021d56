"""Which figure a metric or a loss that a file names is."""

from __future__ import annotations

# By task, Keras's metrics and ours as they are without arguments, and the figure that they are.
ACCURACIES = (
    "accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
)  # fmt: skip
ACCURACY = dict.fromkeys(ACCURACIES, "accuracy")
AMOUNTS = {
    "mean_absolute_error": "mae",
    "mean_squared_error": "mse",
    "r2_score": "r2",
    "root_mean_squared_error": "rmse",  # of one output: of several, Keras averages the squares
}
SAME = {
    "autoencoder": {"mean_squared_error": "mse"},
    "binary": ACCURACY
    | {name: name for name in ("f1", "precision", "recall", "specificity")}
    | {"auc": "roc_auc", "sensitivity": "recall"},
    "multiclass": ACCURACY | {"f1": "f1_macro", "sensitivity": "recall_macro"},
    "multilabel": {"f1": "f1_macro"},
    "regression": AMOUNTS,
}
# Keras adds areas up by steps, and averages outputs in its own way: further apart, it is another.
NEAR = 0.005
CROSS_ENTROPIES = (
    "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
)  # fmt: skip


def figure_of_metric(name: str, task: str) -> str | None:
    """Name the figure of a task that a metric is, as long as it has no arguments.

    Example:
        >>> figure_of_metric("f1", "multiclass"), figure_of_metric("top_k", "multiclass")
        ('f1_macro', None)
    """
    return SAME.get(task, {}).get(name)


def figure_of_loss(name: str) -> str | None:
    """Name the figure that a loss is, as long as it has no arguments and nothing is added to it.

    Example:
        >>> figure_of_loss("categorical_crossentropy"), figure_of_loss("mean_squared_error")
        ('log_loss', 'mse')
    """
    return "log_loss" if name in CROSS_ENTROPIES else AMOUNTS.get(name)
