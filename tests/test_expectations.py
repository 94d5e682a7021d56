"""Bounds of `expect`, judged by what a run has left; figures that the data's task does not have."""

from __future__ import annotations

import numpy as np
import pytest

import dltrain
from dltrain import config, expectations
from dltrain.config.catalogue.scores import scores_of
from dltrain.config.sections.expect import Expect
from dltrain.errors import ConfigError
from dltrain.evaluation.statistics import statistics_of
from dltrain.expectations import Judged, judged
from dltrain.run_folder import RunFolder

METRICS = {
    "splits": {
        "train": {"loss": 0.25, "accuracy": 0.875},
        "test": {"loss": 0.5, "accuracy": 0.75, "roc_auc": None, "brier": None},
    },
    "undefined": {"test": {"roc_auc": "one class alone"}},
    "baselines": {
        "majority": {"test": {"accuracy": 0.75}},
        "linear": {"test": {"accuracy": 0.6, "loss": None}},
    },
}
STATUS = {"epochs": 12, "seconds": {"data": 0.5, "training": 1.25}}

# The part of `expect`, and what each bound says: met or not, and in words where it is not.
CASES = {
    "a figure inside": ({"test": {"loss": "< 0.6"}}, [""]),
    "a figure outside": (
        {"train": {"loss": "> 0.25"}},
        ["expect.train.loss: got 0.25, expected > 0.25."],
    ),
    "better than a baseline": ({"test": {"accuracy": "> linear"}}, [""]),
    "as good as a baseline": (
        {"test": {"accuracy": "> majority"}},
        ["expect.test.accuracy: got 0.75, expected > majority, which has 0.75."],
    ),
    "a baseline without the figure": (
        {"test": {"loss": "< linear"}},
        ["expect.test.loss: got 0.5 (linear has no loss), expected < linear."],
    ),
    "a baseline that was not made": (
        {"test": {"accuracy": ">= boosting"}},
        ["expect.test.accuracy: got 0.75 (boosting has no accuracy), expected >= boosting."],
    ),
    "an undefined figure with its reason": (
        {"test": {"roc_auc": ">= 0.5"}},
        ["expect.test.roc_auc: got null (one class alone), expected >= 0.5."],
    ),
    "an undefined figure without a reason": (
        {"test": {"brier": "<= 0.5"}},
        ["expect.test.brier: got null (it is undefined), expected <= 0.5."],
    ),
    "a figure that is not there": (
        {"test": {"roc_au": ">= 0.5"}},
        ["expect.test.roc_au: got null (metrics.json has no such figure. "
         "Did you mean 'roc_auc'?), expected >= 0.5."],
    ),
    "a part without rows": (
        {"val": {"loss": "< 1"}},
        ["expect.val.loss: got null (no val rows were evaluated), expected < 1."],
    ),
    "epochs and seconds": (
        {"epochs": "<= 12", "seconds": "< 1.75"},
        ["", "expect.seconds: got 1.75, expected < 1.75."],
    ),
}  # fmt: skip


@pytest.fixture
def experiment_of(fruit):
    """Give a checked file with some bounds; names of figures are not looked at."""
    experiment = config.load(fruit).experiment

    def make(bounds):
        return experiment.model_copy(update={"expect": Expect.model_validate(bounds)})

    return make


@pytest.mark.parametrize(("bounds", "said"), CASES.values(), ids=CASES.keys())
def test_bounds_are_judged(experiment_of, bounds, said):
    found = judged(experiment_of(bounds), METRICS, STATUS)

    assert ["" if one.met else str(one) for one in found] == said


def test_a_run_from_before_its_epochs_were_noted_has_none(experiment_of):
    [one] = judged(experiment_of({"epochs": "< 3"}), METRICS, {"seconds": {}})

    assert str(one) == "expect.epochs: got null (not in status.json), expected < 3."


def test_rounding_never_hides_why_a_bound_is_not_met():
    close = Judged(("test", "accuracy"), ">= 0.95", 0.9499, 0.95)
    baseline = Judged(("test", "accuracy"), "> linear", 0.9001, 0.9002)

    assert close.cells() == ["test.accuracy", "0.9499", ">= 0.95", "no"]
    assert baseline.cells() == ["test.accuracy", "0.9001", "> linear 0.9002", "no"]


def test_a_figure_that_the_data_does_not_allow_is_refused_before_anything_trains(fruit, tmp_path):
    bounds = {"test": {"rmse": "< 3", "accuracy": "> mean", "top_3_accuracy": "> 0"}}

    with pytest.raises(ConfigError) as caught:
        dltrain.fit(fruit, {"expect": bounds}, output=tmp_path / "runs", quiet=True)

    lines = [line.partition("expect.test.")[2] for line in str(caught.value).splitlines()]
    assert lines == [
        "accuracy: got '> mean', expected a baseline of this run: "
        "one of boosting, linear, majority.",
        "rmse: got an unknown figure, expected one of accuracy, auc, balanced_accuracy, brier, "
        "calibration_error, f1, ….",
        "top_3_accuracy: got an unknown figure, expected one of accuracy, auc, "
        "balanced_accuracy, brier, calibration_error, f1, …. Did you mean 'accuracy'?",
    ]
    assert not (tmp_path / "runs").exists()


def test_a_baseline_that_the_data_has_no_columns_for_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros((40, 4, 4), np.uint8), y=np.arange(40) % 2)
    text = "dataset: {type: npz, path: a.npz}\narchitecture: {type: mlp, units: 3}\n"
    (tmp_path / "a.yaml").write_text(text + "expect: {val: {loss: '< boosting'}}\n")

    with pytest.raises(ConfigError) as caught:
        dltrain.fit(tmp_path / "a.yaml", output=tmp_path / "runs", quiet=True)

    assert str(caught.value).partition("expect.")[2] == (
        "val.loss: got '< boosting', expected a baseline of this run: one of linear, majority."
    )


def test_a_baseline_that_the_file_leaves_out_is_refused(fruit):
    changes = {"evaluation.baselines": False, "expect": {"val": {"loss": "< linear"}}}

    with pytest.raises(ConfigError) as caught:
        config.load(fruit, changes)

    assert str(caught.value).partition("expect.")[2] == (
        "val.loss: got '< linear', expected a baseline of this run: one of majority, mean, prior. "
        "`evaluation.baselines: false` leaves the others out."
    )


def test_a_run_is_judged_again_from_its_folder(finished, copy):
    path = copy / "config.resolved.yaml"
    text = path.read_text().replace("expect: {}\n", "expect: {epochs: < 12, test: {loss: < 9}}\n")
    path.write_text(text)

    experiment = config.load(path).experiment

    found = expectations.judged_run(RunFolder(copy.path), experiment)
    assert [(one.key, one.met) for one in found] == [
        (("test", "loss"), True),
        (("epochs",), False),
    ]
    assert dltrain.Run(copy.path).unmet == ["expect.epochs: got 12, expected < 12."]


def scores(task: str, classes: int) -> set[str]:
    """Name the figures that are computed of random predictions."""
    draw = np.random.default_rng(3)
    shares = draw.dirichlet(np.ones(max(classes, 3)), 40)
    if task == "binary":
        truth, given = draw.integers(0, 2, 40), shares[:, 0]
    elif task == "multiclass":
        truth, given = draw.integers(0, classes, 40), shares
    elif task == "multilabel":
        truth, given = draw.integers(0, 2, (40, 3)), shares
    else:
        truth, given = draw.normal(size=(40, 1)), draw.normal(size=(40, 1))
    if task == "autoencoder":
        truth = np.square(truth[:, 0])
    return set(statistics_of(task, truth, given)(np.ones((1, 40))))


TASKS = [("autoencoder", 0), ("binary", 2), ("multilabel", 2), ("regression", 0)]
TASKS += [("multiclass", classes) for classes in (3, 4, 5, 6)]


@pytest.mark.parametrize(("task", "classes"), TASKS)
def test_scores_are_called_what_they_are(task, classes):
    assert set(scores_of(task, classes)) == scores(task, classes)
