"""What metrics.json holds: figures of the file and of the task, intervals and baselines."""

import json

import keras
import numpy as np
import pytest
from sklearn import metrics as of

from dltrain.data import Data, Part
from dltrain.data.inputs import ArrayInputs
from dltrain.data.targets import NamedTargets, Reconstruction, Target
from dltrain.evaluation.judging import judge, judge_baselines
from dltrain.evaluation.outputs import outputs_by_part
from dltrain.model.building import compile_model
from dltrain.model.objective import objective
from dltrain.model.objectives import named_objectives

COMMON = {"label_smoothing": 0.0, "threshold": 0.5}
RMSE = {"type": "root_mean_squared_error", "name": "rmse"}
ROWS = {"train": 80, "val": 30, "test": 50}
DRAW = np.random.default_rng(2)
X = {name: DRAW.normal(size=(rows, 4)).astype(np.float32) for name, rows in ROWS.items()}


def made(target, goal, y, *heads):
    """Make a model, and parts with targets."""
    keras.utils.set_random_seed(4)
    first = keras.Input((4,))
    outputs = {
        name: keras.layers.Dense(units, activation, name=name)(first)
        for name, units, activation in heads
    }
    model = keras.Model(first, outputs if len(heads) > 1 else outputs[heads[0][0]])
    parts = {name: Part(np.arange(len(x)), x, x, y(x)) for name, x in X.items()}
    compile_model(model, goal)
    return model, goal, target, parts


def metric(name, **arguments):
    return {"type": name, "name": name, **arguments}


def binary():
    goal = objective(
        "auto", [metric("accuracy"), metric("auc")], task="binary", outputs=1, **COMMON
    )
    y = lambda x: (x[:, :1] + x[:, 1:2] > 0).astype(np.float32)  # noqa: E731
    return made(Target("binary", ("y",), ("no", "yes")), goal, y, ("y", 1, "sigmoid"))


def multiclass():
    goal = objective("auto", [], task="multiclass", outputs=3, **COMMON)
    y = lambda x: (x[:, 0] > 0).astype(np.int32) + (x[:, 1] > 0)  # noqa: E731
    return made(Target("multiclass", ("y",), ("a", "b", "c")), goal, y, ("y", 3, "softmax"))


def multilabel():
    goal = objective("auto", [metric("f1")], task="multilabel", outputs=2, **COMMON)
    y = lambda x: (x[:, :2] > 0).astype(np.float32)  # noqa: E731
    return made(Target("multilabel", ("r", "s"), (0, 1)), goal, y, ("y", 2, "sigmoid"))


def regression():
    goal = objective(
        {"type": "mean_absolute_error"}, [RMSE], task="regression", outputs=2, **COMMON
    )
    return made(Target("regression", ("u", "v")), goal, lambda x: x[:, :2] + 1, ("y", 2, None))


def autoencoder():
    goal = objective("auto", [], task="autoencoder", outputs=4, shape=(4,), **COMMON)
    return made(Reconstruction((4,)), goal, lambda x: x, ("y", 4, None))


def several():
    facts = {"n": {"task": "regression", "outputs": 1}, "k": {"task": "multiclass", "outputs": 3}}
    goal = named_objectives(
        {"n": "auto", "k": "auto"}, {"n": [], "k": [metric("accuracy")]}, {"n": 1.0, "k": 1.0},
        outputs=facts, **COMMON,
    )  # fmt: skip
    target = NamedTargets(
        {"n": Target("regression", ("n",)), "k": Target("multiclass", ("k",), ("a", "b", "c"))}
    )
    y = lambda x: {  # noqa: E731
        "n": x[:, :1], "k": (x[:, 0] > 0).astype(np.int32) + (x[:, 1] > 0)
    }  # fmt: skip
    return made(target, goal, y, ("n", 1, None), ("k", 3, "softmax"))


TASKS = {
    one.__name__: one for one in (binary, multiclass, multilabel, regression, autoencoder, several)
}
MAIN = {
    "binary": ["accuracy", "auc", "loss"],
    "multiclass": ["accuracy", "loss"],
    "multilabel": ["f1", "loss"],
    "regression": ["rmse", "loss"],
    "autoencoder": ["loss"],
    "several": ["n_loss", "k_loss", "k_accuracy", "n_mae", "loss"],
}
BEHIND = {
    "binary": {"confusion", "classes", "calibration"},
    "multiclass": {"confusion", "classes", "calibration"},
    "multilabel": {"classes", "calibration"},
    "regression": {"outputs"},
    "autoencoder": None,
    "several": {"k"},
}


def judged(model, goal, target, parts, threshold=0.5):
    outputs = outputs_by_part(model, goal, parts, 32)
    return judge(
        model, goal, parts, outputs, target, batch_size=32, threshold=threshold, seed=1
    ), outputs  # fmt: skip


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_figures_intervals_and_details(task):
    found, _ = judged(*TASKS[task]())

    assert (found["task"], found["rows"]) == (task, ROWS)
    assert found["main"] == MAIN[task]
    assert list(found["splits"]) == ["train", "val", "test"]
    assert list(found["intervals"]) == ["val", "test"]
    assert ("threshold" in found) == (task in ("binary", "multilabel"))
    for part, figures in found["splits"].items():
        assert set(found["main"]) <= set(figures)
        behind = found["details"].get(part)
        assert (behind if behind is None else set(behind)) == BEHIND[task]
    for part, intervals in found["intervals"].items():
        for name, (low, high) in intervals.items():
            assert low <= found["splits"][part][name] <= high, name
    assert json.loads(json.dumps(found, allow_nan=False)) == found


@pytest.mark.parametrize("task", TASKS)
def test_what_the_file_names_has_an_interval(task):
    found, _ = judged(*TASKS[task]())

    without = {name for name in found["main"] if name not in found["intervals"]["test"]}
    # The loss of several targets together is no mean over rows of one of them; the rmse of
    # two outputs is not the mean of theirs.
    assert without == {"several": {"loss"}, "regression": {"rmse"}}.get(task, set())


def test_the_interval_of_a_loss_is_around_what_keras_says():
    found, outputs = judged(*regression())

    errors = np.abs(X["test"][:, :2] + 1 - outputs["test"]).mean(axis=1)
    low, high = found["intervals"]["test"]["loss"]
    assert found["splits"]["test"]["loss"] == pytest.approx(errors.mean(), rel=1e-5)
    half = 1.96 * errors.std(ddof=1) / np.sqrt(len(errors))
    assert (high - low) / 2 == pytest.approx(half, rel=0.15)


def test_the_threshold_decides_every_figure():
    model, goal, target, parts = binary()
    goal = goal.at_threshold(0.3)
    compile_model(model, goal)

    found, outputs = judged(model, goal, target, parts, threshold=0.3)

    chosen, truth = outputs["test"][:, 0] > np.float32(0.3), parts["test"].y[:, 0]
    assert found["threshold"] == 0.3
    assert found["splits"]["test"]["accuracy"] == pytest.approx(of.accuracy_score(truth, chosen))
    assert found["splits"]["test"]["recall"] == pytest.approx(of.recall_score(truth, chosen))
    table = found["details"]["test"]["confusion"]
    assert table["counts"] == of.confusion_matrix(truth, chosen).tolist()
    assert table["classes"] == ["no", "yes"]


def test_a_class_that_is_missing_in_a_part_has_a_reason():
    model, goal, target, parts = multiclass()
    few = parts["test"].y != 2
    parts["test"] = Part(*(one[few] for one in (parts["test"].rows, *[parts["test"].x] * 2)),
                         parts["test"].y[few])  # fmt: skip

    found, _ = judged(model, goal, target, parts)

    assert found["undefined"] == {
        "test": {"roc_auc": "no row has the class c", "pr_auc": "no row has the class c"}
    }
    assert found["splits"]["test"]["roc_auc"] is None
    assert found["details"]["test"]["classes"][2]["recall"] is None


NAMES = {
    "binary": "majority", "multiclass": "majority", "multilabel": "prior", "regression": "mean",
    "autoencoder": "mean", "several": "constant",
}  # fmt: skip


@pytest.mark.parametrize("task", TASKS)
def test_baselines_have_the_figures_of_the_model(task):
    model, goal, target, parts = TASKS[task]()
    data = Data(parts, ArrayInputs((4,)), target, 4, "", False)
    found, _ = judged(model, goal, target, parts)

    baselines = judge_baselines(
        goal, data, parts, batch_size=32, threshold=0.5, seed=1, learned=True
    )

    linear = ["linear"] * (task != "autoencoder")
    assert list(baselines) == [NAMES[task], *linear]
    for by_part in baselines.values():
        assert list(by_part) == ["train", "val", "test"]
        for part, figures in by_part.items():
            assert list(figures) == list(found["splits"][part])
    assert json.loads(json.dumps(baselines, allow_nan=False)) == baselines


def test_no_baseline_is_trained_where_none_is_wanted():
    _, goal, target, parts = binary()
    data = Data(parts, ArrayInputs((4,)), target, 4, "", False)

    found = judge_baselines(goal, data, parts, batch_size=32, threshold=0.5, seed=1, learned=False)

    assert list(found) == ["majority"]


@pytest.mark.parametrize("task", ["binary", "multiclass", "multilabel", "regression", "several"])
@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_what_is_no_finite_number_has_no_figure_and_says_so(task, broken):
    model, goal, target, parts = TASKS[task]()
    outputs = outputs_by_part(model, goal, parts, 32)
    for one in outputs["test"].values() if task == "several" else [outputs["test"]]:
        one.setflags(write=True)
        one[3] = one[5] = broken

    found = judge(model, goal, parts, outputs, target, batch_size=32, threshold=0.5, seed=1)

    own = found["undefined"]["test"].keys()
    reason = "the model puts out numbers that are not finite for 2 rows"
    assert all(found["splits"]["test"][name] is None for name in own)
    assert set(found["undefined"]["test"].values()) == {reason}
    assert json.loads(json.dumps(found, allow_nan=False)) == found
