"""What is proposed follows from the number of rows and from the target."""

from pathlib import Path

import pytest

from dltrain.templates.proposal import imbalance, propose
from dltrain.templates.seen import Table


def table(rows=300, task="binary", classes=None):
    classes = {0: rows // 2, 1: rows // 2} if classes is None else classes
    return Table(Path("a.csv"), {}, rows, (), "y", task, classes)


SIZES = [4, 150, 800, 5_000, 50_000, 1_000_000]


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_more_rows_get_a_larger_network_and_fewer_epochs(task):
    proposals = [propose(table(rows, task)) for rows in SIZES]

    weights = [sum(one.units) for one in proposals]
    epochs = [one.epochs for one in proposals]
    assert weights == sorted(weights)
    assert epochs == sorted(epochs, reverse=True)
    assert all(one.patience < one.epochs for one in proposals)


@pytest.mark.parametrize("rows", SIZES[1:])
def test_the_parts_are_all_rows(rows):
    assert sum(propose(table(rows)).fractions.values()) == pytest.approx(1)


def test_a_handful_of_rows_has_no_parts_and_one_batch():
    proposal = propose(table(4))

    assert (proposal.fractions, proposal.batch_size) == (None, "full")


WEIGHTS = {
    "even": ("binary", {0: 100, 1: 120}, None),
    "one in five": ("binary", {0: 100, 1: 400}, "balanced"),
    "one in a hundred, of two": ("binary", {0: 10, 1: 990}, "balanced"),
    "one in ten, of three": ("multiclass", {0: 10, 1: 100, 2: 90}, "balanced"),
    "one in a hundred, of three": ("multiclass", {0: 5, 1: 500, 2: 495}, None),
    "amounts": ("regression", {}, None),
}


@pytest.mark.parametrize(("task", "classes", "weights"), WEIGHTS.values(), ids=WEIGHTS.keys())
def test_rare_classes_weigh_more_unless_a_few_rows_would_decide(task, classes, weights):
    rows = sum(classes.values()) or 300

    assert propose(table(rows, task, classes)).class_weight == weights


METRICS = {
    "amounts": ("regression", {}, ("mae", "rmse")),
    "classes": ("multiclass", {0: 100, 1: 100, 2: 100}, ("accuracy", "f1")),
    "two classes": ("binary", {0: 150, 1: 150}, ("accuracy", "auc", "f1")),
    "a rare class": (
        "binary", {0: 30, 1: 270}, ("accuracy", "auc", "f1", "sensitivity", "specificity"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("task", "classes", "metrics"), METRICS.values(), ids=METRICS.keys())
def test_metrics_fit_the_task(task, classes, metrics):
    assert propose(table(300, task, classes)).metrics == metrics


def test_imbalance_is_the_ratio_of_largest_and_smallest():
    assert imbalance(table(300, classes={"a": 30, "b": 240, "c": 30})) == 8
    assert imbalance(table(300, "regression", {})) == 1
