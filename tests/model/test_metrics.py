"""Metrics against scikit-learn, for every form of target."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from sklearn import metrics as sk

from dltrain.config.catalogue.choices import checked
from dltrain.errors import ModelError
from dltrain.model.form import Form
from dltrain.model.metrics import are_keras_own, build_metrics

N = 240
CLASSES = 4
RANDOM = np.random.default_rng(0)


def on_grid(shape):
    """Draw probabilities that Keras's AUC, which counts in 200 bins, can tell apart exactly."""
    return ((RANDOM.integers(0, 199, shape) + 0.5) / 199).astype(np.float32)


def shares(scores):
    return (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)


def without_ties():
    return RANDOM.dirichlet(np.ones(CLASSES), N).astype(np.float32)


# Name of the case: task, targets as dltrain encodes them, probabilities.
CASES = {
    "binary": ("binary", RANDOM.integers(0, 2, (N, 1)), on_grid((N, 1))),
    "binary, ties": ("binary", RANDOM.integers(0, 2, (N, 1)), RANDOM.integers(0, 3, (N, 1)) / 2),
    "binary, always positive": ("binary", RANDOM.integers(0, 2, (N, 1)), np.full((N, 1), 0.9)),
    "binary, always negative": ("binary", RANDOM.integers(0, 2, (N, 1)), np.full((N, 1), 0.1)),
    "binary, no positive row": ("binary", np.zeros((N, 1)), on_grid((N, 1))),
    "multiclass": ("multiclass", RANDOM.integers(0, CLASSES, N), without_ties()),
    "multiclass, ties": (
        "multiclass", RANDOM.integers(0, CLASSES, N), shares(RANDOM.integers(1, 3, (N, CLASSES))),
    ),
    "multiclass, one prediction": (
        "multiclass", RANDOM.integers(0, CLASSES, N), np.tile([0.1, 0.2, 0.6, 0.1], (N, 1)),
    ),
    "multiclass, class without rows": (
        "multiclass", RANDOM.integers(0, CLASSES - 1, N), shares(on_grid((N, CLASSES))),
    ),
    "multiclass, class nowhere": (
        "multiclass", RANDOM.integers(0, 3, N), np.insert(shares(on_grid((N, 3))), 3, 0, axis=1),
    ),
    "multilabel": ("multilabel", RANDOM.integers(0, 2, (N, 3)), on_grid((N, 3))),
    "multilabel, label without rows": (
        "multilabel", RANDOM.integers(0, 2, (N, 3)) * [1, 1, 0], on_grid((N, 3)),
    ),
    "multilabel, label nowhere": (
        "multilabel", RANDOM.integers(0, 2, (N, 3)) * [1, 1, 0], on_grid((N, 3)) * [1, 1, 0],
    ),
}  # fmt: skip


def form_of(task, predictions, **changes):
    return replace(Form(task=task, outputs=predictions.shape[1]), **changes)


def figures(names, form, y, predictions, batch=N):
    """Compute dltrain's metrics over batches."""
    metrics = build_metrics([checked("metric", name) | {"name": name} for name in names], form)
    dtype = np.int32 if form.task == "multiclass" and not form.one_hot else np.float32
    y, predictions = y.astype(dtype), predictions.astype(np.float32)
    for metric in metrics:
        for start in range(0, N, batch):
            rows = slice(start, start + batch)
            metric.update_state(y[rows], predictions[rows])
    return {metric.name: float(metric.result()) for metric in metrics}


def columns(task, y, predictions, threshold):
    """Give truth and decision of each class or label as columns of 0 and 1."""
    if task == "multiclass":
        identity = np.eye(predictions.shape[1], dtype=int)
        return identity[y], identity[predictions.argmax(axis=1)]
    return y.astype(int), (predictions.astype(np.float32) > threshold).astype(int)


def mean_of_defined(pairs):
    values = [value for value, cases in pairs if cases]
    return np.mean(values) if values else 0.0


def expected(task, y, predictions, threshold=0.5):
    """Compute the four figures with scikit-learn, a class after the other."""
    true, given = columns(task, y, predictions, threshold)
    pairs = list(zip(true.T, given.T, strict=True))
    right = (true == given) if task != "multiclass" else (true == given).all(axis=1)
    return {
        "accuracy": right.mean(),
        "f1": mean_of_defined(
            (sk.f1_score(t, g, zero_division=0), t.any() or g.any()) for t, g in pairs
        ),
        "sensitivity": mean_of_defined(
            (sk.recall_score(t, g, zero_division=0), t.any()) for t, g in pairs
        ),
        "specificity": mean_of_defined(
            (sk.recall_score(t, g, pos_label=0, zero_division=0), not t.all()) for t, g in pairs
        ),
    }


OURS = ("accuracy", "f1", "sensitivity", "specificity")


@pytest.mark.parametrize(("task", "y", "predictions"), CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("batch", [N, 50])
def test_our_metrics_equal_scikit_learns(task, y, predictions, batch):
    found = figures(OURS, form_of(task, predictions), y, predictions, batch)

    assert found == pytest.approx(expected(task, y, predictions), abs=1e-6)


def test_several_classes_are_averaged_as_in_scikit_learn():
    _, y, predictions = CASES["multiclass"]
    given = predictions.argmax(axis=1)

    found = figures(OURS, form_of("multiclass", predictions), y, predictions)

    assert found["accuracy"] == pytest.approx(sk.accuracy_score(y, given))
    assert found["f1"] == pytest.approx(sk.f1_score(y, given, average="macro"))
    assert found["sensitivity"] == pytest.approx(sk.balanced_accuracy_score(y, given))


MULTICLASS = {name: case for name, case in CASES.items() if case[0] == "multiclass"}


@pytest.mark.parametrize(("task", "y", "predictions"), MULTICLASS.values(), ids=MULTICLASS.keys())
def test_one_hot_targets_give_the_same_figures(task, y, predictions):
    names = (*OURS, "auc", "precision", "recall", "f1_score", "categorical_accuracy")
    form = form_of(task, predictions)
    one_hot = np.eye(predictions.shape[1])[y]

    found = figures(names, replace(form, one_hot=True), one_hot, predictions)

    assert found == pytest.approx(figures(names, form, y, predictions), abs=1e-6)


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel"])
def test_logits_give_the_figures_of_their_probabilities(task):
    names = (*OURS, "auc", "precision", "recall", "f1_score", "mean_squared_error")
    _, y, predictions = CASES[task]
    form = form_of(task, predictions)
    odds = predictions if task == "multiclass" else predictions / (1 - predictions)

    found = figures(names, replace(form, from_logits=True), y, np.log(odds))

    assert found == pytest.approx(figures(names, form, y, predictions), abs=1e-5)


def test_a_metric_that_looks_behind_logits_itself_is_given_logits():
    _, y, predictions = CASES["binary"]
    form = form_of("binary", predictions, from_logits=True)
    choice = {"type": "binary_crossentropy", "name": "bce", "from_logits": True}
    logits = np.log(predictions / (1 - predictions)).astype(np.float32)

    (metric,) = build_metrics([choice], form)
    metric.update_state(y.astype(np.float32), logits)

    assert float(metric.result()) == pytest.approx(sk.log_loss(y, predictions), rel=1e-5)


KERAS = ["binary", "binary, ties", "multiclass", "multiclass, class without rows", "multilabel"]


@pytest.mark.parametrize("name", KERAS)
@pytest.mark.parametrize("batch", [N, 50])
def test_keras_auc_precision_and_recall_pool_all_classes(name, batch):
    task, y, predictions = CASES[name]
    if task == "multiclass":
        predictions = on_grid((N, CLASSES))
        true = np.eye(CASES[name][2].shape[1])[y].ravel()
    else:
        true = y.ravel()
    scores = predictions.ravel()
    given = scores > 0.5

    names = ("auc", "precision", "recall")
    found = figures(names, form_of(task, predictions), y, predictions, batch)

    assert found["auc"] == pytest.approx(sk.roc_auc_score(true, scores), abs=1e-5)
    assert found["precision"] == pytest.approx(sk.precision_score(true, given), abs=1e-6)
    assert found["recall"] == pytest.approx(sk.recall_score(true, given), abs=1e-6)


@pytest.mark.parametrize("name", ["binary", "multiclass", "multilabel"])
def test_keras_f1_score_is_the_mean_over_the_classes(name):
    task, y, predictions = CASES[name]
    true, given = columns(task, y, predictions, 0.5)

    found = figures(["f1_score"], form_of(task, predictions), y, predictions)["f1_score"]

    scores = [sk.f1_score(t, g) for t, g in zip(true.T, given.T, strict=True)]
    assert found == pytest.approx(np.mean(scores), abs=1e-6)


@pytest.mark.parametrize("task", ["binary", "multilabel"])
@pytest.mark.parametrize("threshold", [0.2, 0.8])
def test_the_threshold_of_the_evaluation_holds_for_all_metrics(task, threshold):
    _, y, predictions = CASES[task]
    form = form_of(task, predictions, threshold=threshold)
    true, given = (one.ravel() for one in columns(task, y, predictions, threshold))

    found = figures((*OURS, "precision", "recall"), form, y, predictions)

    assert {name: found[name] for name in OURS} == pytest.approx(
        expected(task, y, predictions, threshold), abs=1e-6
    )
    assert found["precision"] == pytest.approx(sk.precision_score(true, given), abs=1e-6)
    assert found["recall"] == pytest.approx(sk.recall_score(true, given), abs=1e-6)


def test_a_metrics_own_threshold_wins():
    _, y, predictions = CASES["binary"]
    form = form_of("binary", predictions, threshold=0.9)
    choices = [{"type": name, "name": name, "threshold": 0.3} for name in OURS]

    found = {}
    for metric in build_metrics(choices, form):
        metric.update_state(y.astype(np.float32), predictions)
        found[metric.name] = float(metric.result())

    assert found == pytest.approx(expected("binary", y, predictions, 0.3), abs=1e-6)


def test_weights_of_rows_count_as_in_scikit_learn():
    _, y, predictions = CASES["multiclass"]
    weight = RANDOM.uniform(0, 2, N).astype(np.float32)
    given = predictions.argmax(axis=1)
    choices = [{"type": name, "name": name} for name in OURS]

    found = {}
    for metric in build_metrics(choices, form_of("multiclass", predictions)):
        metric.update_state(y.astype(np.int32), predictions, weight)
        found[metric.name] = float(metric.result())

    assert found["f1"] == pytest.approx(
        sk.f1_score(y, given, average="macro", sample_weight=weight), rel=1e-5
    )
    assert found["sensitivity"] == pytest.approx(
        sk.balanced_accuracy_score(y, given, sample_weight=weight), rel=1e-5
    )
    assert found["accuracy"] == pytest.approx(
        sk.accuracy_score(y, given, sample_weight=weight), rel=1e-5
    )


def test_errors_of_quantities_equal_scikit_learns():
    y = RANDOM.normal(size=(N, 2)).astype(np.float32)
    predictions = y + RANDOM.normal(size=(N, 2)).astype(np.float32)
    names = ("rmse", "mae", "r2_score")

    found = figures(names, Form("regression", 2), y, predictions, 50)

    assert found["rmse"] == pytest.approx(
        sk.root_mean_squared_error(y.ravel(), predictions.ravel())
    )
    assert found["mae"] == pytest.approx(sk.mean_absolute_error(y, predictions), rel=1e-5)
    assert found["r2_score"] == pytest.approx(sk.r2_score(y, predictions), rel=1e-4)


def test_a_reset_forgets_everything():
    _, y, predictions = CASES["multiclass"]
    choices = [{"type": name, "name": name} for name in (*OURS, "auc", "f1_score")]

    for metric in build_metrics(choices, form_of("multiclass", predictions)):
        metric.update_state(y.astype(np.int32), predictions)
        once = float(metric.result())
        metric.reset_state()
        metric.update_state(y.astype(np.int32), predictions)

        assert float(metric.result()) == once


OWN = {
    "keras alone": ("binary", ["accuracy", "auc", "precision", "f1_score"], {}, True),
    "classes in numbers": ("multiclass", ["accuracy", "sparse_categorical_accuracy"], {}, True),
    "classes one-hot": ("multiclass", ["accuracy", "auc"], {"one_hot": True}, True),
    "ours": ("binary", ["accuracy", "f1"], {}, False),
    "converted": ("multiclass", ["auc"], {}, False),
    "logits": ("binary", ["accuracy"], {"from_logits": True}, False),
}


@pytest.mark.parametrize(("task", "names", "changes", "own"), OWN.values(), ids=OWN.keys())
def test_what_plain_keras_can_load_is_known(task, names, changes, own):
    form = form_of(task, CASES[task][2], **changes)

    metrics = build_metrics([{"type": name, "name": name} for name in names], form)

    assert are_keras_own(metrics) is own
    assert own == all(type(one).__module__.startswith("keras.") for one in metrics)


NUMBERS = "expected a metric of numbers such as mae or r2_score."
REFUSED = {
    "accuracy of quantities": (
        "regression", {"type": "accuracy"},
        f"metrics.0: got accuracy for a regression target, {NUMBERS}",
    ),
    "f1 of quantities": (
        "regression", {"type": "f1"},
        f"metrics.0: got f1 for a regression target, {NUMBERS}",
    ),
    "auc of quantities": (
        "regression", {"type": "auc"},
        f"metrics.0: got auc for a regression target, {NUMBERS}",
    ),
    "precision of quantities": (
        "regression", {"type": "precision"},
        f"metrics.0: got precision for a regression target, {NUMBERS}",
    ),
    "accuracy over classes for two": (
        "binary", {"type": "categorical_accuracy"},
        "metrics.0: got categorical_accuracy for a binary target, expected a metric such as "
        "accuracy or auc.",
    ),
    "best five for labels": (
        "multilabel", {"type": "top_k_categorical_accuracy"},
        "metrics.0: got top_k_categorical_accuracy for a multilabel target, expected a metric such "
        "as accuracy or auc.",
    ),
    "threshold for classes": (
        "multiclass", {"type": "f1", "threshold": 0.3},
        "metrics.0.threshold: got a threshold for a multiclass target, expected f1 without one, "
        "for the most probable class is chosen. Remove it.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("task", "choice", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_metric_for_another_task_is_refused(task, choice, message):
    with pytest.raises(ModelError) as caught:
        build_metrics([choice | {"name": "a"}], Form(task, 1))

    assert str(caught.value) == message


def test_keras_knows_in_which_direction_our_metrics_improve():
    choices = [{"type": name, "name": name} for name in ("f1", "sensitivity", "specificity")]

    metrics = build_metrics(choices, Form("binary", 1))

    assert [metric._direction for metric in metrics] == ["up"] * 3
    assert all(isinstance(metric, keras.metrics.Metric) for metric in metrics)
