"""What a file says about its parts, its figures and which of them is better."""

import pytest

from dltrain.config.checks.monitors import (
    best_monitor,
    canonical_monitor,
    direction,
    has_val,
    may_have_test,
    monitored,
    takes_monitor,
)

PARTS = {
    "default": ("", True, True),
    "none": ("split: none\n", False, False),
    "given": ("split: given\n", True, True),
    "given without val": ("split: {type: given, fractions: {val: 0}}\n", False, True),
    "no test": ("split: {fractions: {train: 0.8, val: 0.2, test: 0}}\n", True, False),
    "test never": ("evaluation: {test: never}\n", True, False),
}


@pytest.mark.parametrize(("text", "val", "test"), PARTS.values(), ids=PARTS.keys())
def test_the_parts_are_known_from_the_file(load_good, text, val, test):
    experiment = load_good(text).experiment

    assert (has_val(experiment), may_have_test(experiment)) == (val, test)


def test_what_can_be_monitored_are_the_columns_of_the_history(load_good):
    assert monitored(load_good("metrics: [acc, auc]\n").experiment) == [
        "loss", "acc", "auc", "val_loss", "val_acc", "val_auc",
    ]  # fmt: skip
    assert monitored(load_good("split: none\n").experiment) == ["loss"]


BEST = {
    "default": ("", "val_loss"),
    "without val": ("split: none\n", "loss"),
    "given": ("training: {best: {monitor: val.auc}}\nmetrics: [auc]\n", "val_auc"),
}


@pytest.mark.parametrize(("text", "monitor"), BEST.values(), ids=BEST.keys())
def test_the_best_model_is_chosen_by_the_val_loss_if_there_is_one(load_good, text, monitor):
    assert best_monitor(load_good(text).experiment) == monitor


DIRECTIONS = {
    "loss": ("val_loss", "auto", "min"),
    "accuracy": ("val_acc", "auto", "max"),
    "other spelling": ("val.acc", "auto", "max"),
    "metric with a name of its own": ("mine", "auto", "max"),
    "error": ("mse", "auto", "min"),
    "given": ("val_loss", "max", "max"),
}


@pytest.mark.parametrize(
    ("monitor", "mode", "expected"), DIRECTIONS.values(), ids=DIRECTIONS.keys()
)
def test_the_direction_follows_from_the_metric(load_good, monitor, mode, expected):
    experiment = load_good("metrics: [acc, mse, {type: auc, name: mine}]\n").experiment

    assert direction(experiment, monitor, mode) == expected


def test_three_callbacks_watch_a_figure():
    types = ["early_stopping", "model_checkpoint", "reduce_lr_on_plateau", "csv_logger"]

    assert [takes_monitor({"type": name}) for name in types] == [True, True, True, False]


def test_val_loss_has_two_spellings():
    assert canonical_monitor("val.loss") == canonical_monitor("val_loss") == "val_loss"
    assert canonical_monitor("interval.loss") == "interval.loss"
