"""Thresholds that val rows choose, against every possible one."""

import numpy as np
import pytest
from sklearn import metrics as of

from dltrain.evaluation.thresholds import choose_threshold


def rows(seed, count=40):
    draw = np.random.default_rng(seed)
    truth = np.r_[0, 1, draw.integers(0, 2, count - 2)]
    return truth, np.clip(draw.normal(0.4 + 0.2 * truth, 0.2), 0, 1).astype(np.float32).round(2)


def best(score, truth, given):
    """Try every threshold that decides otherwise."""
    return max(score(truth, given > at) for at in [-1.0, *given])


MERITS = {
    "f1": lambda truth, chosen: of.f1_score(truth, chosen, zero_division=0),
    "youden": lambda truth, chosen: of.recall_score(truth, chosen) + of.recall_score(
        truth, chosen, pos_label=0
    ),
}  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("rule", MERITS)
def test_no_other_threshold_does_better(rule, seed):
    truth, given = rows(seed)

    threshold = choose_threshold(rule, truth[:, None], given[:, None])

    assert MERITS[rule](truth, given > threshold) == pytest.approx(best(MERITS[rule], truth, given))


@pytest.mark.parametrize("wanted", [0.0, 0.5, 0.9, 1.0])
def test_the_highest_threshold_that_reaches_a_sensitivity(wanted):
    truth, given = rows(3)

    threshold = choose_threshold({"sensitivity": wanted}, truth, given)

    reached = [at for at in [0.0, *given] if of.recall_score(truth, given > at) >= wanted]
    assert of.recall_score(truth, given > threshold) >= wanted
    assert (given > threshold).sum() == min((given > at).sum() for at in reached)


def test_of_equal_ones_it_is_the_nearest_to_one_half():
    truth, given = np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.7, 0.9], np.float32)

    assert choose_threshold("youden", truth, given) == pytest.approx(0.45)


def test_neighbours_in_float32_are_told_apart():
    low = np.float32(0.5)
    high = np.nextafter(low, np.float32(1))

    threshold = choose_threshold("f1", np.array([0, 1]), np.array([low, high]))

    assert (np.array([low, high]) > np.float32(threshold)).tolist() == [False, True]
