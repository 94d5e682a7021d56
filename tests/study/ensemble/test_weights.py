"""The weights of the least val loss, against a fine grid, closed forms and the slope at the end."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from dltrain.study.ensemble.weights import amounts, best_weights, loss, shares

STEPS = 60


def grid(members: int) -> np.ndarray:
    """List points of the simplex, (points, members)."""
    whole = [point for point in product(range(STEPS + 1), repeat=members) if sum(point) == STEPS]
    return np.array(whole) / STEPS


def made_up(members: int, rows: int = 60, classes: int = 3):
    """Draw classes, and probabilities that know something about them."""
    draw = np.random.default_rng(members)
    truth = draw.integers(0, classes, rows)
    outputs = []
    for number in range(members):
        logits = draw.normal(0, 1, (rows, classes)) + (1 + number) * np.eye(classes)[truth]
        odds = np.exp(logits)
        outputs.append((odds / odds.sum(axis=1, keepdims=True)).astype(np.float32))
    return truth, outputs


@pytest.mark.parametrize("members", [2, 3, 4])
def test_no_point_of_a_grid_has_a_smaller_log_loss(members):
    truth, outputs = made_up(members)

    found = best_weights([shares("multiclass", truth, outputs)], members)

    given = np.stack([one.astype(np.float64)[np.arange(len(truth)), truth] for one in outputs])
    losses = -np.log(grid(members) @ given).mean(axis=1)
    assert -np.log(found @ given).mean() <= losses.min() + 1e-9
    assert np.abs(grid(members)[losses.argmin()] - found).max() < 2 / STEPS
    assert found.min() >= 0
    assert found.sum() == pytest.approx(1, abs=1e-12)


def test_the_slope_is_the_same_for_all_members_that_weigh_something():
    truth, outputs = made_up(4)

    found = best_weights([shares("multiclass", truth, outputs)], 4)

    # Karush, Kuhn and Tucker: at the least value of a convex loss no exchange of weight helps.
    given = np.stack([one.astype(np.float64)[np.arange(len(truth)), truth] for one in outputs])
    slope = -(given / (found @ given)).mean(axis=1)
    assert np.ptp(slope[found > 0]) < 1e-4
    assert (slope[found == 0] >= slope[found > 0].min() - 1e-4).all()


def test_two_members_that_predict_amounts_have_weights_in_closed_form():
    draw = np.random.default_rng(5)
    truth = draw.normal(20, 4, (50, 1))
    first, second = truth + draw.normal(0, 1, truth.shape), truth + draw.normal(0.3, 2, truth.shape)

    found = best_weights([amounts(truth, [first, second])], 2)

    one, other = (first - truth).ravel(), (second - truth).ravel()
    weight = other @ (other - one) / ((one - other) @ (one - other))
    assert found == pytest.approx([weight, 1 - weight], abs=1e-5)


def test_a_member_that_is_wrong_about_everything_weighs_nothing():
    truth, outputs = made_up(2)
    wrong = np.full_like(outputs[0], 0.5)
    wrong[np.arange(len(truth)), truth] = 0.0

    found = best_weights([shares("multiclass", truth, [*outputs, wrong])], 3)

    assert found[2] == 0


def test_equal_members_weigh_the_same():
    truth, outputs = made_up(2)

    found = best_weights([shares("multiclass", truth, [outputs[0]] * 3)], 3)

    assert found == pytest.approx([1 / 3] * 3)


def test_binary_and_labels_look_up_the_probability_of_what_is_true():
    truth = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    said = np.array([[0.9, 0.2], [0.3, 0.6]], np.float32)

    found = shares("multilabel", truth, [said])

    assert found.given == pytest.approx(np.array([[0.9, 0.8, 0.7, 0.6]]), abs=1e-7)


def test_the_losses_of_several_targets_are_added():
    truth, outputs = made_up(2)
    amount = truth[:, None].astype(np.float32)
    told = [
        shares("multiclass", truth, outputs),
        amounts(amount, [amount + 1, amount - 2]),
    ]

    weights = np.array([0.25, 0.75])
    given = np.stack([one.astype(np.float64)[np.arange(len(truth)), truth] for one in outputs])
    squared = (0.25 * 1 - 0.75 * 2) ** 2 / truth.var()
    assert loss(told, weights) == pytest.approx(-np.log(weights @ given).mean() + squared)
