"""The figures of a cross-validation, from made metrics of its folds."""

import numpy as np
import pytest

from dltrain.study.spreading import Folded, spread_of


def metrics(accuracy, *, auc=0.5, baseline=0.6):
    figures = {"loss": 1 - accuracy, "accuracy": accuracy, "roc_auc": auc}
    return {
        "task": "binary",
        "main": ["accuracy", "loss"],
        "rows": {"train": 80, "val": 20},
        "splits": {"train": figures, "val": figures},
        "baselines": {"majority": {"train": {"accuracy": 0.5}, "val": {"accuracy": baseline}}},
    }


def test_figures_are_means_over_folds_and_intervals_are_those_of_val():
    values = [0.8, 0.9, 0.85]
    folds = [Folded((1, fold), metrics(one)) for fold, one in enumerate(values, 1)]

    found = spread_of(folds)

    assert found["splits"]["val"]["accuracy"] == pytest.approx(np.mean(values))
    assert found["spreads"]["val"]["accuracy"]["values"] == pytest.approx(values)
    assert list(found["intervals"]) == ["val"]
    assert found["baselines"]["majority"]["val"]["accuracy"] == pytest.approx(0.6)
    assert (found["folds"], found["trainings"]) == (3, 3)


def test_seeds_of_a_fold_count_once():
    folds = [
        Folded((1, fold), metrics(accuracy))
        for fold, accuracies in ((1, (0.7, 0.9)), (2, (0.5, 0.7)))
        for accuracy in accuracies
    ]

    found = spread_of(folds)

    assert found["spreads"]["val"]["accuracy"]["values"] == pytest.approx([0.8, 0.6])
    assert (found["folds"], found["trainings"]) == (2, 4)


def test_a_figure_that_a_fold_does_not_have_is_undefined_with_its_reason():
    folds = [Folded((1, 1), metrics(0.8)), Folded((1, 2), metrics(0.9, auc=None))]

    found = spread_of(folds)

    assert found["splits"]["val"]["roc_auc"] is None
    assert found["undefined"]["val"] == {"roc_auc": "undefined in 1 of 2 folds"}
    assert "roc_auc" not in found["spreads"]["val"]
