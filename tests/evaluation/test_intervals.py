"""Intervals against closed forms, SciPy's bootstrap, and what they must never be."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as of

from dltrain.evaluation.intervals import (
    bca,
    intervals,
    of_area,
    of_average,
    of_correlation,
    of_median,
    resampled,
    studentized,
    wilson,
)
from dltrain.evaluation.statistics import Area, Means, Proportion, Statistics, statistics_of
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
    "pr_auc": lambda y, p: of.average_precision_score(y, p),
    "f1_weighted": lambda y, p: of.f1_score(y, p > 0.5, average="weighted"),
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
    assert not {"pr_auc", "log_loss", "brier", "f1_weighted"} & set(found)


def test_what_is_undefined_has_no_interval():
    truth, given = np.ones(30, int), np.linspace(0.2, 0.9, 30).astype(np.float32)

    found = intervals(statistics_of("binary", truth, given))

    assert not {"roc_auc", "specificity", "mcc"} & set(found)
    assert {"accuracy", "recall", "log_loss"} <= set(found)


def test_one_row_has_the_intervals_of_shares_alone():
    found = intervals(statistics_of("binary", np.array([1]), np.array([0.7], np.float32)))

    assert set(found) == {"accuracy", "balanced_accuracy", "precision", "recall", "f1", "f1_macro"}


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
        assert found[name][0] < found[name][1], name
        assert -1 <= found[name][0] <= found[name][1] <= 1, name
    assert found["log_loss"][0] >= 0


def test_where_rows_and_classes_are_too_many_shares_and_means_alone_have_an_interval():
    draw = np.random.default_rng(0)
    truth, given = draw.integers(0, 300, 9000), draw.random((9000, 300)).astype(np.float32)

    found = intervals(statistics_of("multiclass", truth, given))

    shares = {"accuracy", "top_3_accuracy", "top_5_accuracy"}
    assert set(found) == shares | {"log_loss", "brier"}


def test_f1_rises_with_a_share_and_has_its_interval():
    truth, given = binary(80)
    predicted = given > 0.5
    hits, among = (truth & predicted).sum(), (truth | predicted).sum()

    low, high = intervals(statistics_of("binary", truth, given))["f1"]

    share = stats.binomtest(int(hits), int(among)).proportion_ci(0.95, method="wilson")
    expected = 2 * share.low / (1 + share.low), 2 * share.high / (1 + share.high)
    assert (low, high) == pytest.approx(expected, abs=1e-12)


def test_distances_of_independent_shares_add_up_as_newcombe_has_it():
    """His tenth method, for a sum instead of a difference, halved."""
    positive = np.arange(50) < 20
    shares = (
        Proportion(np.arange(50) < 17, positive),
        Proportion(np.arange(50) >= 24, ~positive),
    )

    low, high = of_average(shares)

    ends = [
        stats.binomtest(*pair).proportion_ci(0.95, method="wilson") for pair in ((17, 20), (26, 30))
    ]
    below = math.hypot(17 / 20 - ends[0].low, 26 / 30 - ends[1].low) / 2
    above = math.hypot(ends[0].high - 17 / 20, ends[1].high - 26 / 30) / 2
    middle = (17 / 20 + 26 / 30) / 2
    assert (low, high) == pytest.approx((middle - below, middle + above), abs=1e-12)


def test_an_average_of_the_same_share_twice_is_that_share():
    share = Proportion(np.arange(40) < 31, np.ones(40, bool))

    assert of_average((share, share)) == pytest.approx(wilson(share), abs=1e-12)


def test_the_interval_of_a_correlation_is_fishers_with_a_numeric_derivative():
    counts = np.array([9, 4, 3, 60])

    low, high = of_correlation(counts)

    cells, step = counts + 0.5, 1e-4
    rows = np.repeat([[1, 1], [0, 1], [1, 0], [0, 0]], 2, axis=0)

    def phi(cells):
        return of.matthews_corrcoef(*rows[::2].T, sample_weight=cells)

    each = np.eye(4) * step
    slopes = np.array([(phi(cells + one) - phi(cells - one)) / (2 * step) for one in each])
    error = math.sqrt((cells * (slopes - slopes @ cells / cells.sum()) ** 2).sum())
    middle, half = math.atanh(phi(cells)), 1.959964 * error / (1 - phi(cells) ** 2)
    assert (low, high) == pytest.approx(
        (math.tanh(middle - half), math.tanh(middle + half)), abs=1e-6
    )


@pytest.mark.parametrize("counts", [(0, 5, 5, 90), (10, 0, 0, 90), (0, 10, 90, 0), (1, 0, 9, 9990)])
def test_the_interval_of_any_correlation_holds_it(counts):
    low, high = of_correlation(np.array(counts))

    rows = np.repeat([[1, 1], [0, 1], [1, 0], [0, 0]], counts, axis=0)
    assert -1 <= low <= of.matthews_corrcoef(*rows.T) <= high <= 1
    assert low < high


def test_an_area_has_delongs_variance_and_some_that_is_expected():
    draw = np.random.default_rng(2)
    positive, negative = draw.normal(1, 1, 12).round(1), draw.normal(0, 1, 30).round(1)

    low, high = of_area(Area(positive, negative))

    pairs = (positive[:, None] > negative) + (positive[:, None] == negative) / 2
    area = (pairs.sum() + 0.5) / (pairs.size + 1)
    model = (area / (2 - area) + 2 * area**2 / (1 + area)) / 2 - area**2
    above = (11 * pairs.mean(axis=1).var(ddof=1) + 1.5 * model) / 12.5
    below = (29 * pairs.mean(axis=0).var(ddof=1) + 1.5 * model) / 30.5
    variance = above / 12 + below / 30
    freedom = variance**2 / ((above / 12) ** 2 / 12.5 + (below / 30) ** 2 / 30.5)
    half = stats.t.ppf(0.975, freedom) * math.sqrt(variance) / (area * (1 - area))
    odds = math.log(area / (1 - area))
    expected = 1 / (1 + math.exp(half - odds)), 1 / (1 + math.exp(-half - odds))
    assert (low, high) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("positives", "negatives"), [(1, 1), (1, 900), (10, 90), (900, 1)])
def test_an_area_of_1_has_an_interval_up_to_it(positives, negatives):
    low, high = of_area(Area(np.ones(positives), np.zeros(negatives)))

    assert 0 < low < 1
    assert high == 1
    assert of_area(Area(np.zeros(positives), np.ones(negatives))) == pytest.approx((0, 1 - low))


def test_the_studentized_bootstrap_is_that_of_a_loop():
    draw = np.random.default_rng(4)
    rows = draw.gamma(0.5, 1.0, 40)
    mean, error = rows.mean(), rows.std() / math.sqrt(40)
    distances = []
    for _ in range(20_000):
        some = draw.choice(rows, 40)
        distances.append((some.mean() - mean) / (some.std() / math.sqrt(40)))
    ends = mean - error * np.quantile(distances, [0.975, 0.025])

    of_mean = Statistics(
        40, lambda weights: {"mean": weighted_mean(weights, rows)},
        means={"mean": Means(rows[:, None])},
    )  # fmt: skip
    found = intervals(of_mean, resamples=4000)["mean"]

    assert found == pytest.approx(tuple(ends), abs=0.08 * (ends[1] - ends[0]))


def test_studentized_turns_the_quantiles_around():
    drawn, errors = np.linspace(0, 4, 401), np.full(401, 2.0)

    # Distances of -1 to 1 from the figure 2, at 0.025 and 0.975 of the way ±0.95.
    assert studentized(2.0, 0.5, drawn, errors) == pytest.approx((2 - 0.5 * 0.95, 2 + 0.5 * 0.95))
    assert studentized(2.0, 0.5, drawn, np.zeros(401)) is None
    assert studentized(2.0, 0.0, drawn, errors) is None


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("name", ["mae", "mse", "rmse", "r2", "mape"])
def test_standard_errors_of_means_are_near_those_of_the_jackknife(name, outputs):
    draw = np.random.default_rng(outputs)
    truth = draw.normal(10, 2, (300, outputs))
    statistics = statistics_of("regression", truth, truth + draw.normal(0.1, 1, (300, outputs)))

    value, error = statistics.means[name](np.ones((1, 300)))

    without = statistics(1.0 - np.eye(300))[name]
    expected = math.sqrt(299 / 300 * ((without - without.mean()) ** 2).sum())
    assert value[0] == pytest.approx(statistics.values()[name])
    assert error[0] == pytest.approx(expected, rel=0.02)


def test_means_of_groups_are_those_of_their_rows():
    draw = np.random.default_rng(8)
    truth = draw.lognormal(3, 0.5, (4000, 1))
    statistics = statistics_of("regression", truth, truth * draw.lognormal(0, 0.2, (4000, 1)))

    for name, means in statistics.means.items():
        grouped = means.grouped(np.arange(4000) % 200)
        (value,), (error,) = means(np.ones((1, 4000)))
        assert grouped.rows.shape == (200, means.rows.shape[1])
        assert grouped(np.ones((1, 200)))[0][0] == pytest.approx(value), name
        assert grouped(np.ones((1, 200)))[1][0] == pytest.approx(error, rel=0.2), name


def test_a_mean_of_very_many_rows_has_the_interval_of_the_normal_distribution():
    errors = np.random.default_rng(5).exponential(2.0, (50_000, 1))
    means = statistics_of("regression", np.zeros((50_000, 1)), errors)

    low, high = intervals(means)["mae"]

    half = 1.959964 * errors.std(ddof=1) / math.sqrt(len(errors))
    assert (low + high) / 2 == pytest.approx(errors.mean(), abs=half / 8)
    assert (high - low) / 2 == pytest.approx(half, rel=0.15)


def test_rows_that_count_alike_give_the_figures_of_all_rows():
    draw = np.random.default_rng(6)
    truth, classes = draw.integers(0, 2, 90), draw.integers(0, 4, 90)
    labels = draw.integers(0, 2, (90, 3))
    given = draw.choice([0.1, 0.3, 0.6, 0.8, 0.9], (90, 4))
    every = [
        statistics_of("binary", truth, given[:, 0]),
        statistics_of("multiclass", classes, given / given.sum(axis=1, keepdims=True)),
        statistics_of("multilabel", labels, given[:, :3]),
    ]

    for statistics in every:
        values = statistics.values()
        for cells in statistics.cells:
            assert cells.counts.sum() == 90
            found = {name: one[0] for name, one in cells(cells.counts[None].astype(float)).items()}
            assert found == pytest.approx({name: values[name] for name in found})


def test_negative_rows_between_the_same_positive_ones_count_alike():
    truth = np.arange(20_000) % 4000 == 0
    given = np.random.default_rng(1).random(20_000)

    _, ranking = statistics_of("binary", truth.astype(int), given).cells

    assert len(ranking.counts) == 11  # five positive rows, and what is before, between and after


def test_counts_of_a_kind_are_drawn_as_rows_are():
    counts = np.array([3, 17, 80])
    for rows in (counts, 40 * counts):  # by rows, and by the multinomial distribution
        drawn = np.concatenate(list(resampled(int(rows.sum()), 2, 4000, rows)))
        shares = rows / rows.sum()
        assert (drawn.sum(axis=1) == rows.sum()).all()
        assert drawn.mean(axis=0) == pytest.approx(rows, rel=0.03)
        assert drawn.var(axis=0) == pytest.approx(rows * (1 - shares), rel=0.1)
