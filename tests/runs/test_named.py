"""Loss and metrics of the file share the difference of the figure that they are."""

from __future__ import annotations

import pytest

from dltrain.runs.comparing import compare

METRICS = [{"type": "accuracy", "name": "right"}, {"type": "sensitivity", "name": "sensitivity"}]
LOSS = {"type": "binary_crossentropy", "label_smoothing": 0.0}


@pytest.fixture
def figures(make_run):
    """Compute figures of made predictions with scikit-learn."""
    from sklearn import metrics

    def of(seed):
        rows = make_run.binary(seed)
        rows = rows[rows["part"] == "test"]
        return {
            "right": metrics.accuracy_score(rows["target"], rows["prediction"]),
            "sensitivity": metrics.recall_score(rows["target"], rows["prediction"]),
            "loss": metrics.log_loss(rows["target"], rows["p_1"].astype(float)),
        }

    return of


def test_metrics_and_loss_are_recognised_by_type_and_value(home, make_run, figures):
    for name, seed in (("a", 1), ("b", 2)):
        make_run(
            home / "runs" / name, seed=seed, config={"metrics": METRICS, "loss": LOSS},
            metrics={"splits": {"test": figures(seed)}},
        )  # fmt: skip

    found = compare(["a", "b"]).pairs["B"].differences

    assert found["right"] is found["accuracy"]
    assert found["sensitivity"] is found["recall"]
    assert found["loss"] is found["log_loss"]


def test_another_value_is_another_figure(home, make_run, figures):
    for name, seed, penalty in (("a", 1, 0.1), ("b", 2, 0.0)):
        values = figures(seed)
        make_run(
            home / "runs" / name, seed=seed, config={"metrics": METRICS, "loss": LOSS},
            metrics={"splits": {"test": values | {"loss": values["loss"] + penalty}}},
        )  # fmt: skip

    found = compare(["a", "b"]).pairs["B"].differences

    assert "sensitivity" in found
    assert "loss" not in found


def test_several_targets_name_them_by_target(home, make_run, figures):
    target = {"task": None, "targets": {"sold": make_run.target}}
    config = {
        "dataset": {"type": "csv", "target": {"sold": {"task": "binary"}}},
        "metrics": {"sold": METRICS},
        "loss": {"sold": LOSS},
    }
    names = {"target": "target_sold", "prediction": "prediction_sold"}
    for name, seed in (("a", 1), ("b", 2)):
        values = {f"sold_{key}": value for key, value in figures(seed).items()}
        table = make_run.binary(seed).rename(columns=names | {"p_0": "p_sold_0", "p_1": "p_sold_1"})
        make_run(
            home / "runs" / name, predictions=table, target=target, config=config,
            metrics={"splits": {"test": values}},
        )  # fmt: skip

    found = compare(["a", "b"]).pairs["B"].differences

    assert found["sold_right"] is found["sold_accuracy"]
    assert found["sold_sensitivity"] is found["sold_recall"]
    assert found["sold_loss"] is found["sold_log_loss"]


ODD = {
    "no metrics": {},
    "a word": {"metrics": "accuracy", "loss": "mse"},
    "without types": {"metrics": [{"name": "x"}], "loss": {}},
    "null": {"metrics": None, "loss": None},
}


@pytest.mark.parametrize("config", ODD.values(), ids=ODD.keys())
def test_configs_of_another_form_name_nothing(home, make_run, config):
    for name in ("a", "b"):
        make_run(home / "runs" / name, config=config)

    assert "accuracy" in compare(["a", "b"]).pairs["B"].differences
