"""Every figure against scikit-learn's own, or a closed form; what is undefined, and why."""

import math
import warnings

import numpy as np
import pytest
from sklearn import metrics as of

from dltrain.evaluation.statistics import Proportion, Statistics, statistics_of

ROWS = 60


def generator(seed):
    return np.random.default_rng(seed)


def shares(draw, rows, classes):
    return draw.dirichlet(np.ones(classes), rows).astype(np.float32)


def calibration_error(truth, given, weights):
    """Add up |share of hits - mean probability| over ten bins, row by row."""
    bins = {}
    for hit, share, weight in zip(truth, given, weights, strict=True):
        at = min(int(share * 10), 9)
        bins[at] = bins.get(at, 0.0) + weight * (hit - share)
    return sum(map(abs, bins.values())) / sum(weights)


def binary_of_sklearn(y, p, w):
    chosen, options = p > 0.5, {"sample_weight": w}
    return {
        "accuracy": of.accuracy_score(y, chosen, **options),
        "balanced_accuracy": of.balanced_accuracy_score(y, chosen, **options),
        "precision": of.precision_score(y, chosen, zero_division=np.nan, **options),
        "recall": of.recall_score(y, chosen, zero_division=np.nan, **options),
        "specificity": of.recall_score(y, chosen, pos_label=0, zero_division=np.nan, **options),
        "f1": of.f1_score(y, chosen, zero_division=np.nan, **options),
        "f1_macro": of.f1_score(y, chosen, average="macro", zero_division=0, **options),
        "f1_weighted": of.f1_score(y, chosen, average="weighted", zero_division=0, **options),
        "mcc": of.matthews_corrcoef(y, chosen, **options),
        "roc_auc": of.roc_auc_score(y, p, **options) if len(set(y)) > 1 else math.nan,
        "pr_auc": of.average_precision_score(y, p, **options) if y.any() else math.nan,
        "log_loss": of.log_loss(y, p, labels=[0, 1], **options),
        "brier": of.brier_score_loss(y, p, labels=[0, 1], **options),
        "calibration_error": calibration_error(y, p, w),
    }


def multiclass_of_sklearn(y, p, w):
    classes, options = range(p.shape[1]), {"sample_weight": w}
    chosen, every = p.argmax(axis=1), len(set(y)) == p.shape[1]
    one_hot = np.eye(p.shape[1])[y]
    found = {
        "accuracy": of.accuracy_score(y, chosen, **options),
        "balanced_accuracy": of.balanced_accuracy_score(y, chosen, **options),
        "precision_macro": of.precision_score(
            y, chosen, average="macro", zero_division=0, **options
        ),
        "recall_macro": of.recall_score(y, chosen, average="macro", zero_division=0, **options),
        "f1_macro": of.f1_score(y, chosen, average="macro", zero_division=0, **options),
        "f1_weighted": of.f1_score(y, chosen, average="weighted", zero_division=0, **options),
        "mcc": of.matthews_corrcoef(y, chosen, **options),
        "roc_auc": math.nan,
        "pr_auc": math.nan,
        "log_loss": of.log_loss(y, p, labels=classes, **options),
        "brier": of.brier_score_loss(y, p, labels=classes, scale_by_half=False, **options),
        "calibration_error": calibration_error(chosen == y, p.max(axis=1), w),
    }
    if every:
        found["roc_auc"] = np.mean(
            [of.roc_auc_score(one_hot[:, k], p[:, k], **options) for k in classes]
        )
        found["pr_auc"] = of.average_precision_score(one_hot, p, **options)
    return found | {
        f"top_{k}_accuracy": of.top_k_accuracy_score(y, p, k=k, labels=classes, **options)
        for k in (3, 5)
        if p.shape[1] > k
    }


def multilabel_of_sklearn(y, p, w):
    chosen, options = p > 0.5, {"sample_weight": w}
    labels = range(y.shape[1])
    counted = (y.mean(axis=0) > 0) & (y.mean(axis=0) < 1)
    return {
        "subset_accuracy": of.accuracy_score(y, chosen, **options),
        "hamming_loss": of.hamming_loss(y, chosen, **options),
        "f1_micro": of.f1_score(y, chosen, average="micro", zero_division=np.nan, **options),
        "f1_macro": of.f1_score(y, chosen, average="macro", zero_division=0, **options),
        "precision_micro": of.precision_score(
            y, chosen, average="micro", zero_division=np.nan, **options
        ),
        "recall_micro": of.recall_score(
            y, chosen, average="micro", zero_division=np.nan, **options
        ),
        "roc_auc": of.roc_auc_score(y, p, **options) if counted.all() else math.nan,
        "pr_auc": (
            of.average_precision_score(y, p, **options) if y.any(axis=0).all() else math.nan
        ),
        "log_loss": np.mean(
            [of.log_loss(y[:, k], p[:, k], labels=[0, 1], **options) for k in labels]
        ),
        "brier": np.mean(
            [of.brier_score_loss(y[:, k], p[:, k], labels=[0, 1], **options) for k in labels]
        ),
    }


def regression_of_sklearn(y, p, w):
    options = {"sample_weight": w}
    equal = any(np.ptp(y[:, k]) == 0 for k in range(y.shape[1]))
    return {
        "mae": of.mean_absolute_error(y, p, **options),
        "mse": of.mean_squared_error(y, p, **options),
        "rmse": of.root_mean_squared_error(y, p, **options),
        "r2": math.nan if equal else of.r2_score(y, p, **options),
        "mape": (
            of.mean_absolute_percentage_error(y, p, **options) if (y != 0).all() else math.nan
        ),
        "median_absolute_error": np.mean(
            [
                np.median(np.repeat(np.abs(y[:, k] - p[:, k]), w.astype(int)))
                for k in range(y.shape[1])
            ]
        ),
    }


ORACLES = {
    "binary": binary_of_sklearn,
    "multiclass": multiclass_of_sklearn,
    "multilabel": multilabel_of_sklearn,
    "regression": regression_of_sklearn,
}


def binary(draw, rows=ROWS):
    return draw.integers(0, 2, rows), draw.random(rows).astype(np.float32)


def multiclass(draw, classes=4):
    return draw.integers(0, classes, ROWS), shares(draw, ROWS, classes)


def multilabel(draw):
    return draw.integers(0, 2, (ROWS, 3)), draw.random((ROWS, 3)).astype(np.float32)


def regression(draw, outputs=2):
    return draw.normal(3, 2, (ROWS, outputs)), draw.normal(3, 2, (ROWS, outputs))


def with_ties(made):
    truth, given = made
    rounded = np.round(given, 1)
    return truth, (rounded / rounded.sum(axis=1, keepdims=True) if given.ndim > 1 else rounded)


def rounded(made):
    return made[0], made[1].round(1)


def certain(made):
    truth, given = made
    return truth, (given > 0.5).astype(np.float32)


def constant(made):
    truth, given = made
    return truth, np.broadcast_to(given[:1], given.shape).copy()


def only(made, *classes):
    truth, given = made
    kept = np.isin(truth, classes)
    return truth[kept], given[kept]


def label(made, at, value):
    truth, given = made
    truth[:, at] = value
    return truth, given


CASES = {
    "binary": ("binary", lambda draw: binary(draw)),
    "binary, ties": ("binary", lambda draw: with_ties(binary(draw))),
    "binary, sure of itself": ("binary", lambda draw: certain(binary(draw))),
    "binary, constant": ("binary", lambda draw: constant(binary(draw))),
    "binary, only positive": ("binary", lambda draw: only(binary(draw), 1)),
    "binary, only negative": ("binary", lambda draw: only(binary(draw), 0)),
    "binary, one row": ("binary", lambda draw: binary(draw, 1)),
    "two classes": ("multiclass", lambda draw: multiclass(draw, 2)),
    "four classes": ("multiclass", lambda draw: multiclass(draw)),
    "twelve classes": ("multiclass", lambda draw: multiclass(draw, 12)),
    "classes, constant": ("multiclass", lambda draw: constant(multiclass(draw))),
    "classes, one missing": ("multiclass", lambda draw: only(multiclass(draw), 0, 2, 3)),
    "classes, one alone": ("multiclass", lambda draw: only(multiclass(draw), 2)),
    "labels": ("multilabel", multilabel),
    "labels, ties": ("multilabel", lambda draw: rounded(multilabel(draw))),
    "labels, none given": ("multilabel", lambda draw: (multilabel(draw)[0], np.zeros((ROWS, 3)))),
    "labels, one on every row": ("multilabel", lambda draw: label(multilabel(draw), 1, 1)),
    "labels, one on no row": ("multilabel", lambda draw: label(multilabel(draw), 1, 0)),
    "amounts": ("regression", regression),
    "one amount": ("regression", lambda draw: regression(draw, 1)),
    "amounts, equal targets": ("regression", lambda draw: label(regression(draw), 0, 5.25)),
    "amounts, a zero": ("regression", lambda draw: label(regression(draw), 1, 0.0)),
    "amounts far from 0": ("regression", lambda draw: tuple(a + 1e6 for a in regression(draw))),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")  # scikit-learn's about what is undefined
@pytest.mark.parametrize("weighed", [False, True], ids=["as they are", "weighed"])
@pytest.mark.parametrize(("task", "make"), CASES.values(), ids=CASES.keys())
def test_every_figure_is_that_of_scikit_learn(task, make, weighed):
    for seed in range(5):
        draw = generator(seed)
        truth, given = make(draw)
        weights = draw.integers(1, 5, len(truth)) if weighed else np.ones(len(truth))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = ORACLES[task](truth, given.astype(np.float64), weights.astype(float))

        statistics = statistics_of(task, truth, given)
        found = statistics(np.stack([weights, weights * 2.0]))

        assert found.keys() == expected.keys()
        for name, value in expected.items():
            if math.isnan(found[name][0]) and name == "mcc":
                assert value == 0  # scikit-learn's for 0 / 0
                continue
            assert found[name] == pytest.approx([value, value], rel=1e-9, abs=1e-9, nan_ok=True), (
                name
            )
            assert not (math.isnan(value) and name not in statistics.reasons), name


UNDEFINED = {
    "nobody predicted positive": (
        "binary", [0, 1, 1], [0.1, 0.2, 0.3],
        {"precision": "no row is predicted positive",
         "mcc": "all rows are one class, or all are predicted as one"},
    ),
    "only negative": (
        "binary", [0, 0], [0.1, 0.9],
        {"recall": "no row is positive", "roc_auc": "all rows are one class",
         "pr_auc": "no row is positive",
         "mcc": "all rows are one class, or all are predicted as one"},
    ),
    "a class without rows": (
        "multiclass", [0, 1, 0], [[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.1, 0.8, 0.1]],
        {"roc_auc": "no row has the class c", "pr_auc": "no row has the class c"},
    ),
    "a label on every row": (
        "multilabel", [[1, 0, 1], [1, 1, 0]], [[0.5, 0.3, 0.2], [0.2, 0.5, 0.9]],
        {"roc_auc": "every row has the label a"},
    ),
    "equal targets, and a zero": (
        "regression", [[0.0], [0.0]], [[1.0], [2.0]],
        {"r2": "all targets are equal", "mape": "a target is 0"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("task", "truth", "given", "reasons"), UNDEFINED.values(), ids=UNDEFINED)
def test_what_is_undefined_has_a_reason(task, truth, given, reasons):
    statistics = statistics_of(task, np.array(truth), np.array(given), names=("a", "b", "c"))

    undefined = [name for name, value in statistics.values().items() if math.isnan(value)]

    assert {name: statistics.reasons[name] for name in undefined} == reasons


def test_errors_of_reconstructions_are_averaged():
    assert statistics_of("autoencoder", np.array([1.0, 2.0, 6.0]), np.zeros(3)).values() == {
        "mse": 3
    }


def test_the_threshold_decides_and_is_not_met_by_itself():
    given = np.array([0.3, 0.4], np.float32)

    values = statistics_of("binary", np.array([0, 1]), given, threshold=0.3).values()

    assert values["accuracy"] == 1


def test_a_difference_keeps_what_is_undefined_biased_and_rough():
    ones = np.ones((1, 2))
    first = Statistics(
        2, lambda weights: {"a": weights[:, 0], "b": weights[:, 1]},
        reasons={"a": "one class alone"}, biased=frozenset({"a"}), rough=frozenset({"b"}),
        medians={"b": np.ones(2)},
    )  # fmt: skip
    second = Statistics(
        2, lambda weights: {"b": 3 * weights[:, 1], "c": weights[:, 0]},
        reasons={"b": "a true value of 0"}, biased=frozenset({"b"}), rough=frozenset({"c"}),
        proportions={"c": Proportion(np.ones(2, bool), np.ones(2, bool))},
    )  # fmt: skip

    found = second.minus(first)

    assert {name: one.tolist() for name, one in found(ones).items()} == {"b": [2.0]}
    assert found.n_rows == 2
    assert found.reasons == {"a": "one class alone", "b": "a true value of 0"}
    assert (found.biased, found.rough) == ({"a", "b"}, {"b", "c"})
    assert (found.medians, found.proportions) == ({}, {})
