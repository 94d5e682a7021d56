"""Names of the figures that a finished run has by its task, and of its baselines.

metrics.json holds loss and the file's own metrics, and beside them every score here. Imports: none.
"""

from __future__ import annotations

SCORES: dict[str, tuple[str, ...]] = {
    "autoencoder": ("mse",),
    "binary": (
        "accuracy", "balanced_accuracy", "brier", "calibration_error", "f1", "f1_macro",
        "f1_weighted", "log_loss", "mcc", "pr_auc", "precision", "recall", "roc_auc",
        "specificity",
    ),
    "multiclass": (
        "accuracy", "balanced_accuracy", "brier", "calibration_error", "f1_macro", "f1_weighted",
        "log_loss", "mcc", "pr_auc", "precision_macro", "recall_macro", "roc_auc",
        "top_3_accuracy", "top_5_accuracy",
    ),
    "multilabel": (
        "brier", "f1_macro", "f1_micro", "hamming_loss", "log_loss", "pr_auc", "precision_micro",
        "recall_micro", "roc_auc", "subset_accuracy",
    ),
    "regression": ("mae", "mape", "median_absolute_error", "mse", "r2", "rmse"),
}  # fmt: skip
# Scores that only more classes than so many make different from 1.
MORE_CLASSES = {"top_3_accuracy": 3, "top_5_accuracy": 5}

# What the baseline that looks at no input is called, by task; "several" for several targets.
CONSTANTS = {
    "autoencoder": "mean",
    "binary": "majority",
    "multiclass": "majority",
    "multilabel": "prior",
    "regression": "mean",
    "several": "constant",
}
CONSTANT_NAMES = tuple(sorted({*CONSTANTS.values()}))
# Baselines that learn.
LEARNED = ("boosting", "linear")
BASELINES = (*CONSTANT_NAMES, *LEARNED)


def scores_of(task: str, classes: int | None = None) -> list[str]:
    """Name the scores of a task.

    Args:
        task: The task.
        classes: How many classes there are; None where that is not known.

    Example:
        >>> scores_of("autoencoder"), "top_3_accuracy" in scores_of("multiclass", 3)
        (['mse'], False)
    """
    return [
        name for name in SCORES[task] if classes is None or classes > MORE_CLASSES.get(name, -1)
    ]
