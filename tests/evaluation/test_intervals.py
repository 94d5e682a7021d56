"""Intervals against closed forms, SciPy's bootstrap, and what they must never be."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as of

from dltrain.evaluation.intervals import bca, intervals, of_median, resampled, wilson
from dltrain.evaluation.statistics import Proportion, Statistics, statistics_of
from dltrain.evaluation.statistics.statistics import weighted_mean


def binary(rows, seed=0):
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 2, rows)
    return truth, np.clip(draw.normal(0.35 + 0.3 * truth, 0.25), 0.01, 0.99).astype(np.float32)


@pytest.mark.parametrize(("hits", "rows"), [(8, 10), (0, 7), (7, 7), (1, 1000), (500, 1000)])
def test_wilson_is_that_of_scipy(hits, rows):
    found = wilson(Proportion(np.arange(rows) < hits, np.ones(rows, bool)))

    expected = stats.binomtest(hits, rows).proportion_ci(0.95, method="wilson")
    assert found == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_counts_the_rows_that_the_share_is_among():
    among = np.array([True, True, True, False])

    assert wilson(Proportion(np.array([True, False, True, True]), among)) == pytest.approx(
        tuple(stats.binomtest(2, 3).proportion_ci(0.95, method="wilson")), abs=1e-12
    )


ORACLES = {
    "roc_auc": lambda y, p: of.roc_auc_score(y, p),
    "f1": lambda y, p: of.f1_score(y, p > 0.5),
    "log_loss": lambda y, p: of.log_loss(y, p),
    "brier": lambda y, p: of.brier_score_loss(y, p),
}


@pytest.mark.parametrize("name", ORACLES)
def test_bca_is_that_of_scipy_but_for_the_draw(name):
    truth, given = binary(60)
    given = given.astype(np.float64)
    expected = stats.bootstrap(
        (truth, given), lambda *rows: ORACLES[name](*rows), paired=True, vectorized=False,
        n_resamples=1500, method="BCa", rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip

    low, high = intervals(statistics_of("binary", truth, given))[name]

    width = expected.high - expected.low
    assert low == pytest.approx(expected.low, abs=0.12 * width)
    assert high == pytest.approx(expected.high, abs=0.12 * width)


def test_bca_of_a_given_draw_is_its_formula():
    draw = np.random.default_rng(3)
    drawn, without = draw.gamma(2.0, 1.0, 999), draw.gamma(2.0, 0.01, 40)
    z0 = stats.norm.ppf(np.mean(drawn < 1.9))
    lack = without.mean() - without
    a = (lack**3).sum() / (6 * (lack**2).sum() ** 1.5)
    quantiles = stats.norm.ppf([0.025, 0.975])
    ends = [stats.norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z))) for z in quantiles]

    assert bca(1.9, drawn, without) == pytest.approx(tuple(np.quantile(drawn, ends)), rel=1e-9)


def test_many_rows_have_the_interval_of_the_normal_distribution():
    errors = np.random.default_rng(5).exponential(2.0, 20_000)
    mean = Statistics(len(errors), lambda weights: {"mean": weighted_mean(weights, errors)})

    low, high = intervals(mean)["mean"]

    half = 1.959964 * errors.std(ddof=1) / math.sqrt(len(errors))
    assert (low + high) / 2 == pytest.approx(errors.mean(), rel=1e-9)
    assert (high - low) / 2 == pytest.approx(half, rel=0.15)  # 200 groups: 5 % and more


@pytest.mark.parametrize("rows", [8, 9, 61, 5000])
def test_the_interval_of_a_median_holds_it_as_often_as_the_binomial_says(rows):
    low, high = of_median(np.arange(rows, dtype=float))

    below = stats.binom(rows, 0.5)
    # The true median lies between two ranks: at least `low` + 1 and at most `high` rows below it.
    assert 0.93 <= below.cdf(high) - below.cdf(low) <= 0.995
    assert low <= (rows - 1) / 2 <= high


def test_every_resample_has_as_many_rows_and_each_row_its_chance():
    counts = np.concatenate(list(resampled(50, seed=1)))

    assert counts.shape == (1000, 50)
    assert (counts.sum(axis=1) == 50).all()
    assert counts.mean() == 1
    assert counts.var() == pytest.approx(1 - 1 / 50, rel=0.02)
    assert (counts == np.concatenate(list(resampled(50, seed=1)))).all()
    assert (counts != np.concatenate(list(resampled(50, seed=2)))).any()


def test_what_all_resamples_agree_on_has_no_interval():
    truth, given = np.array([0, 1] * 20), np.array([0.25, 0.75] * 20, np.float32)

    found = intervals(statistics_of("binary", truth, given))

    assert found["accuracy"] == pytest.approx((0.912, 1.0), abs=1e-3)
    assert not {"roc_auc", "log_loss", "brier", "f1"} & set(found)


def test_what_is_undefined_has_no_interval():
    truth, given = np.ones(30, int), np.linspace(0.2, 0.9, 30).astype(np.float32)

    found = intervals(statistics_of("binary", truth, given))

    assert not {"roc_auc", "specificity", "mcc"} & set(found)
    assert {"accuracy", "recall", "log_loss"} <= set(found)


def test_one_row_has_the_intervals_of_shares_alone():
    found = intervals(statistics_of("binary", np.array([1]), np.array([0.7], np.float32)))

    assert set(found) == {"accuracy", "precision", "recall"}


@pytest.mark.parametrize("rows", [30, 400, 2500])
def test_every_interval_holds_its_figure(rows):
    draw = np.random.default_rng(rows)
    truth, given = draw.integers(0, 4, rows), draw.dirichlet(np.ones(4), rows).astype(np.float32)
    statistics = statistics_of("multiclass", truth, given)

    found, values = intervals(statistics, seed=3), statistics.values()

    assert found == intervals(statistics, seed=3)
    few = {"calibration_error"} if rows < 2000 else set()  # too large by chance alone
    assert set(found) == {name for name, value in values.items() if math.isfinite(value)} - few
    for name, (low, high) in found.items():
        assert low <= values[name] <= high, name


def test_halves_of_the_weights_are_exact():
    """Weights of 0.5 for every row twice are the row once."""
    truth, given = binary(25)
    twice = statistics_of("binary", np.tile(truth, 2), np.tile(given, 2))

    found = twice(np.full((1, 50), float(Fraction(1, 2))))

    expected = statistics_of("binary", truth, given).values()
    assert {name: one[0] for name, one in found.items()} == pytest.approx(expected)


def test_many_rows_of_a_rare_class_keep_to_what_a_figure_can_be():
    truth = np.r_[np.ones(5, int), np.zeros(2995, int)]
    given = np.where(np.arange(3000) % 1000 == 7, 0.9, np.where(truth == 1, 0.8, 0.1))

    found = intervals(statistics_of("binary", truth, given.astype(np.float32)))

    for name in ("balanced_accuracy", "f1", "mcc", "roc_auc", "pr_auc"):
        assert -1 <= found[name][0] <= found[name][1] <= 1, name
    assert found["log_loss"][0] >= 0


def test_where_rows_and_classes_are_too_many_shares_alone_have_an_interval():
    draw = np.random.default_rng(0)
    truth, given = draw.integers(0, 300, 9000), draw.random((9000, 300)).astype(np.float32)

    found = intervals(statistics_of("multiclass", truth, given))

    assert set(found) == {"accuracy", "top_3_accuracy", "top_5_accuracy"}
