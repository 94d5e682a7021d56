"""What a run measures and what can be watched: its parts, the columns of its history."""

from __future__ import annotations

from dltrain.config.catalogue.choices import Choice
from dltrain.config.checks.outputs import figures
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.split import (
    ColumnSplit,
    GroupSplit,
    NoSplit,
    RandomSplit,
    TimeSplit,
)

# Metrics of which more is better; of all others, less is.
LARGER_IS_BETTER = frozenset({
    "accuracy", "auc", "binary_accuracy", "binary_iou", "categorical_accuracy",
    "concordance_correlation", "cosine_similarity", "f1", "f1_score", "f_beta_score", "iou",
    "mean_iou", "one_hot_iou", "one_hot_mean_iou", "pearson_correlation", "precision",
    "precision_at_recall", "quadratic_weighted_kappa", "r2_score", "recall",
    "recall_at_precision", "sensitivity", "sensitivity_at_specificity",
    "sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy", "specificity",
    "specificity_at_sensitivity", "top_k_categorical_accuracy", "true_negatives", "true_positives",
})  # fmt: skip

# What a callback watches where the file names nothing.
DEFAULT_MONITOR = "val_loss"


def canonical_monitor(name: str) -> str:
    """Spell `val.loss` as `val_loss`; both mean the same everywhere.

    Example:
        >>> canonical_monitor("val.loss")
        'val_loss'
    """
    return name.replace("val.", "val_", 1) if name.startswith("val.") else name


def has_val(experiment: Experiment) -> bool:
    """Tell whether the split leaves rows for validation."""
    split = experiment.split
    if isinstance(split, ColumnSplit):
        return True  # the data is refused where it has none
    if getattr(split, "fold", None):
        return True
    return not isinstance(split, NoSplit) and split.fractions.val > 0


def may_have_test(experiment: Experiment) -> bool:
    """Tell whether there can be test figures; a given split keeps its test rows to itself."""
    split = experiment.split
    empty = isinstance(split, NoSplit) or (
        isinstance(split, RandomSplit | GroupSplit | TimeSplit) and not split.fractions.test
    )
    return not empty and experiment.evaluation.test != "never"


def monitored(experiment: Experiment) -> list[str]:
    """List what a callback can monitor: the columns of history.csv."""
    names = [figure.name for figure in figures(experiment)]
    return names + [f"val_{name}" for name in names] * has_val(experiment)


def best_monitor(experiment: Experiment) -> str:
    """Name what model/best.keras is chosen by."""
    default = "val_loss" if has_val(experiment) else "loss"
    return canonical_monitor(experiment.training.best.monitor or default)


def direction(experiment: Experiment, monitor: str, mode: str) -> str:
    """Resolve the mode `auto` of a monitor to `max` or `min`."""
    if mode != "auto":
        return mode
    name = canonical_monitor(monitor).removeprefix("val_")
    types = {one.name: one.choice["type"] for one in figures(experiment) if one.choice}
    return "max" if types.get(name) in LARGER_IS_BETTER else "min"


def takes_monitor(callback: Choice) -> bool:
    """Tell whether a callback watches a figure."""
    return callback["type"] in ("early_stopping", "model_checkpoint", "reduce_lr_on_plateau")


def watches(callback: Choice) -> bool:
    """Tell whether what a callback does depends on the figure, if only on the default one."""
    every_epoch = callback["type"] == "model_checkpoint" and not callback.get("save_best_only")
    return takes_monitor(callback) and not every_epoch
