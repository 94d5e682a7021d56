"""Differences of figures, against loops over resamples, SciPy and closed forms."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from dltrain.evaluation.intervals import resampled
from dltrain.evaluation.statistics import statistics_of
from dltrain.runs.differences import (
    ALIKE,
    BETTER,
    ERRORS,
    RESAMPLES,
    WORSE,
    differences,
    mcnemar,
)

ROWS = 60


def two_models(rows=ROWS, seed=0, better=1.5, worse=0.7):
    """Draw a truth and the probabilities of two models for it, float32 (n,)."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 2, rows)
    logits = [scale * (2 * truth - 1) + draw.normal(0, 1, rows) for scale in (worse, better)]
    return truth, *((1 / (1 + np.exp(-one))).astype(np.float32) for one in logits)


def amounts(rows=ROWS, seed=0):
    draw = np.random.default_rng(seed)
    truth = draw.normal(10, 3, (rows, 1))
    return truth, truth + draw.normal(0, 2, (rows, 1)), truth + draw.normal(0, 1, (rows, 1))


SKLEARN = {
    "accuracy": lambda truth, p: metrics.accuracy_score(truth, p > 0.5),
    "f1_macro": lambda truth, p: metrics.f1_score(truth, p > 0.5, average="macro"),
    "roc_auc": metrics.roc_auc_score,
    "brier": metrics.brier_score_loss,
    "log_loss": metrics.log_loss,
}


@pytest.mark.parametrize("name", SKLEARN)
def test_differences_of_resamples_are_those_of_a_loop_over_scikit_learn(name):
    truth, old, new = two_models()
    both = statistics_of("binary", truth, new).minus(statistics_of("binary", truth, old))
    weights = np.concatenate(list(resampled(ROWS, 0, 50)))

    found = both(weights)[name]

    figure, expected = SKLEARN[name], []
    for row_weights in weights.astype(int):
        rows = np.repeat(np.arange(ROWS), row_weights)
        expected.append(figure(truth[rows], new[rows]) - figure(truth[rows], old[rows]))
    assert found == pytest.approx(expected, abs=1e-6)


def test_an_interval_is_near_that_of_scipys_paired_bootstrap():
    truth, old, new = amounts(rows=80)
    first, second = np.abs(truth - old)[:, 0], np.abs(truth - new)[:, 0]

    found = differences(
        statistics_of("regression", truth, old), statistics_of("regression", truth, new)
    )["mae"]

    expected = stats.bootstrap(
        (first, second),
        lambda one, other, axis: other.mean(axis=axis) - one.mean(axis=axis),
        paired=True, vectorized=True, n_resamples=20_000, method="BCa",
        rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    width = expected.high - expected.low
    assert found.value == pytest.approx(second.mean() - first.mean())
    assert found.interval == pytest.approx((expected.low, expected.high), abs=0.06 * width)


def test_an_interval_of_a_mean_is_near_that_of_students_t():
    truth, old, new = amounts(rows=400, seed=3)
    each = np.abs(truth - new)[:, 0] - np.abs(truth - old)[:, 0]

    found = differences(
        statistics_of("regression", truth, old), statistics_of("regression", truth, new)
    )["mae"]

    half = stats.t.ppf(0.975, len(each) - 1) * each.std(ddof=1) / math.sqrt(len(each))
    assert found.interval == pytest.approx((each.mean() - half, each.mean() + half), abs=half / 8)


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (5, 0), (0, 6), (4, 9), (30, 50), (7, 7)])
def test_mcnemars_test_is_the_exact_binomial_one(gained, lost):
    first = np.r_[np.zeros(gained, bool), np.ones(lost, bool), np.ones(10, bool), np.zeros(5, bool)]
    second = np.r_[np.ones(gained, bool), np.zeros(lost, bool), first[gained + lost :]]

    found = mcnemar(first, second)

    count = gained + lost
    tail = sum(comb(count, k) for k in range(min(gained, lost) + 1))
    assert (found.gained, found.lost) == (gained, lost)
    assert found.p == pytest.approx(float(min(Fraction(2 * tail, 2**count), 1)))


def test_a_better_model_is_better_in_every_figure_in_its_own_direction():
    truth, old, new = two_models(rows=600)
    first, second = statistics_of("binary", truth, old), statistics_of("binary", truth, new)

    there, back = differences(first, second), differences(second, first)

    for name in ("accuracy", "brier", "f1", "log_loss", "mcc", "roc_auc"):
        assert (there[name].verdict, back[name].verdict) == (BETTER, WORSE), name
    assert there["accuracy"].value > 0 > there["log_loss"].value
    assert back["mcc"].value == -there["mcc"].value


def test_figures_of_which_less_is_better_are_known():
    truth, old, new = two_models()
    labels = np.stack([truth, 1 - truth], axis=1)
    given = np.stack([old, new], axis=1)
    classes = np.stack([old / 2, 1 - old, old / 2], axis=1)
    every = [
        statistics_of("binary", truth, old),
        statistics_of("multiclass", truth, classes),
        statistics_of("multilabel", labels, given),
        statistics_of("regression", truth[:, None] + 1.0, old[:, None]),
        statistics_of("autoencoder", old, old),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = {name for one in every for name in one.values()}

    more = {
        "accuracy", "balanced_accuracy", "precision", "recall", "specificity", "f1", "f1_macro",
        "f1_weighted", "f1_micro", "mcc", "roc_auc", "pr_auc", "precision_macro", "recall_macro",
        "precision_micro", "recall_micro", "subset_accuracy", "r2",
    }  # fmt: skip
    assert names - ERRORS == more
    assert names >= ERRORS


def test_the_same_model_twice_is_not_distinguishable_from_itself():
    truth, old, _ = two_models()
    one = statistics_of("binary", truth, old)

    found = differences(one, one)

    assert {each.verdict for each in found.values()} == {ALIKE}
    assert {each.value for each in found.values()} == {0.0}
    assert {each.interval for each in found.values()} == {None}
    assert found["accuracy"].mcnemar.p == 1.0


def test_five_rows_against_none_are_too_few_for_mcnemar():
    truth = np.ones(100, int)
    truth[:50] = 0
    old = truth.astype(np.float32)
    new = old.copy()
    old[:5] = 1.0

    found = differences(statistics_of("binary", truth, old), statistics_of("binary", truth, new))

    accuracy = found["accuracy"]
    assert (accuracy.value, accuracy.mcnemar.p) == (pytest.approx(0.05), 0.0625)
    assert accuracy.interval[0] > 0
    assert accuracy.verdict == ALIKE


def test_what_is_undefined_is_left_out():
    truth, ones = np.ones(20, int), np.linspace(0.1, 0.9, 20, dtype=np.float32)

    found = differences(statistics_of("binary", truth, ones), statistics_of("binary", truth, ones))

    assert "roc_auc" not in found
    assert "accuracy" in found


def test_one_row_has_no_interval():
    truth, old, new = two_models(rows=1)

    found = differences(statistics_of("binary", truth, old), statistics_of("binary", truth, new))

    assert {one.interval for one in found.values()} == {None}
    assert {one.verdict for one in found.values() if not one.value or one.mcnemar} == {ALIKE}
    assert {one.verdict for one in found.values() if one.value and not one.mcnemar} == {None}


def test_a_biased_figure_of_few_rows_has_a_difference_without_an_answer():
    truth, old, new = two_models()

    found = differences(statistics_of("binary", truth, old), statistics_of("binary", truth, new))

    assert found["calibration_error"].value != 0
    assert (found["calibration_error"].interval, found["calibration_error"].verdict) == (None, None)


@pytest.mark.parametrize(("rows", "has_interval"), [(60, True), (2500, False)])
def test_a_median_of_many_rows_has_a_difference_without_an_interval(rows, has_interval):
    truth, old, new = amounts(rows=rows)

    found = differences(
        statistics_of("regression", truth, old), statistics_of("regression", truth, new)
    )

    assert found["median_absolute_error"].value < 0
    assert (found["median_absolute_error"].interval is not None) == has_interval
    assert found["mae"].interval is not None


def test_the_seed_draws_the_resamples():
    truth, old, new = two_models()
    first, second = statistics_of("binary", truth, old), statistics_of("binary", truth, new)

    one, again = differences(first, second, seed=1), differences(first, second, seed=1)
    other = differences(first, second, seed=2)

    assert one == again
    assert one["log_loss"].interval != other["log_loss"].interval
    assert RESAMPLES == 2000


@pytest.mark.slow
def test_models_that_are_equally_good_are_told_apart_in_five_of_a_hundred_cases():
    sets, wrong = 400, 0
    for seed in range(sets):
        old, new = np.random.default_rng(seed).exponential(1, (2, 150))
        first, second = (statistics_of("autoencoder", one, one) for one in (old, new))
        wrong += differences(first, second)["mse"].verdict != ALIKE

    assert abs(wrong / sets - 0.05) < 3 * math.sqrt(0.05 * 0.95 / sets)


@pytest.mark.slow
def test_mcnemars_test_is_cautious():
    sets, wrong = 2000, 0
    for seed in range(sets):
        first, second = np.random.default_rng(seed).random((2, 150)) < 0.8
        wrong += mcnemar(first, second).p < 0.05

    assert 0.02 < wrong / sets < 0.05
