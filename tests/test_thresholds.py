"""A threshold that val rows choose, from the file to what is predicted later."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, recall_score

import dltrain
from dltrain.errors import DataError
from dltrain.evaluation.thresholds import choose_threshold
from dltrain.reevaluation import evaluate

RULES = {"youden": "youden", "f1": "f1", "a sensitivity": {"sensitivity": 0.95}}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_val_chooses_and_all_that_follows_keeps_to_it(fruit, tmp_path, rule):
    run = dltrain.fit(fruit, {"evaluation.threshold": rule, "training.epochs": 3}, output=tmp_path)

    metrics = json.loads((run.path / "metrics.json").read_text())
    rows = pd.read_csv(run.path / "predictions.csv")
    val, test = rows[rows.part == "val"], rows[rows.part == "test"]
    threshold = choose_threshold(rule, val.target == "pear", val.p_pear.to_numpy(np.float32))
    assert metrics["threshold"] == pytest.approx(threshold, rel=1e-6)
    chosen = np.where(rows.p_pear > metrics["threshold"], "pear", "apple")
    assert rows.prediction.tolist() == chosen.tolist()
    accuracy = accuracy_score(test.target, test.prediction)
    assert metrics["splits"]["test"]["accuracy"] == pytest.approx(accuracy)
    if isinstance(rule, dict):
        assert recall_score(val.target, val.prediction, pos_label="pear") >= 0.95
    assert metrics["threshold_rule"] == rule
    assert "chosen on val" in (run.path / "log.txt").read_text()
    assert evaluate(run.path)["splits"] == metrics["splits"]
    fruits = pd.read_csv(tmp_path / "fruit.csv").iloc[rows.row]
    assert run.predict(fruits).prediction.tolist() == rows.prediction.tolist()


REFUSED = {
    "amounts": (
        {"dataset.target": "weight", "metrics": [], "training.best.monitor": "val_loss"},
        "got a threshold to choose for a regression target, expected a binary target. "
        "Name a number.",
    ),
    "no val rows": (
        {"split.fractions": {"train": 0.8, "val": 0.0, "test": 0.2},
         "training.best.monitor": "loss"},
        "got a threshold to choose without val rows, expected val rows. Name a number.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("overrides", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_nothing_is_trained_where_none_can_be_chosen(fruit, tmp_path, overrides, message):
    with pytest.raises(DataError) as caught:
        dltrain.fit(fruit, {"evaluation.threshold": "youden"} | overrides, output=tmp_path / "runs")

    assert caught.value.message == message
    assert caught.value.key == ("evaluation", "threshold")
    assert not (tmp_path / "runs").exists()


def test_val_rows_of_one_class_choose_nothing(fruit, tmp_path):
    table = pd.read_csv(tmp_path / "fruit.csv")
    part = np.where(np.arange(len(table)) % 4 == 0, "test", "train")
    part[np.flatnonzero(table.sort == "pear")[:20]] = "val"
    table.assign(part=part).to_csv(tmp_path / "fruit.csv", index=False)

    with pytest.raises(DataError) as caught:
        dltrain.fit(
            fruit,
            {"evaluation.threshold": "f1", "split": {"type": "column", "column": "part"}},
            output=tmp_path / "runs",
        )

    assert caught.value.message == (
        "got val rows of one class, expected both classes, to choose a threshold by. Name a number."
    )
