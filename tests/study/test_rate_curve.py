"""The reading of a curve: smoothing by hand, where it ends, and no number out of noise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dltrain.study.rate_curve import decay_for, divergence, growing, read, smoothed

RATES = growing(1e-7, 10, 200)
DECAY = decay_for(RATES)


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9, 0.98])
def test_the_smoothed_loss_is_a_mean_with_falling_weights(decay):
    losses = np.random.default_rng(0).normal(2, 1, 50)

    curve = smoothed(losses, decay)

    for step in (0, 1, 7, 49):
        weights = decay ** np.arange(step, -1, -1.0)
        assert curve[step] == pytest.approx(np.average(losses[: step + 1], weights=weights))


@pytest.mark.parametrize("steps", [50, 200, 422, 5000])
def test_a_steady_descent_is_seen_a_quarter_of_a_decade_late(steps):
    rates = growing(1e-7, 10, steps)
    decade = 1 / math.log10(rates[1] / rates[0])

    curve = smoothed(-np.arange(steps), decay_for(rates))

    assert curve[-1] + steps - 1 == pytest.approx(0.25 * decade, rel=0.01)


ENDS = {
    "at four times the best": ([1.0, 0.5, 2.0, 2.1], 3),
    "never": ([1.0, 0.5, 1.9], None),
    "at what is no number": ([1.0, math.nan, 1.0], 1),
    "at infinity": ([1.0, 0.9, math.inf], 2),
    "before the first update": ([math.nan, 1.0], 0),
    "a best of nothing counts as a hundredth of the first": ([1.0, 0.0, 0.029, 0.031], 3),
    "a negative best": ([1.0, -1.0, 1.9, 2.1], 3),
}


@pytest.mark.parametrize(("losses", "end"), ENDS.values(), ids=ENDS.keys())
def test_where_a_curve_ends(losses, end):
    assert divergence(losses, 0.0) == end


def descent(noise=0.0, seed=0, low=1e-3, high=0.5):
    """Make a curve that falls around `low` and rises around `high`."""
    falls = 2 / (1 + RATES / low) + (RATES / high) ** 2 + 0.3
    return falls + np.random.default_rng(seed).normal(0, noise, len(RATES))


def test_a_suggestion_lies_between_the_steepest_rate_and_a_tenth_of_the_minimum():
    found = read(RATES, descent(), DECAY, diverged=False)

    curve = smoothed(descent(), DECAY)
    assert found.minimum == RATES[np.argmin(curve)]
    assert found.steepest == pytest.approx(RATES[np.argmin(np.gradient(curve))], rel=0.25)
    between = math.sqrt(found.steepest * found.minimum / 10)
    assert found.suggestion == pytest.approx(between, rel=0.05)
    assert found.reason == (
        f"halfway between {found.steepest:.2g} (steepest fall) "
        f"and {found.minimum / 10:.2g} (minimum / 10)"
    )


def test_noise_moves_a_suggestion_little():
    still = read(RATES, descent(), DECAY, diverged=False).suggestion

    noisy = [read(RATES, descent(0.4, seed), DECAY, diverged=False) for seed in range(100)]

    ratios = [one.suggestion / still for one in noisy]
    assert max(ratios) < 4
    assert min(ratios) > 1 / 4


NOISE = {
    "normal": lambda draw: draw.normal(1, 0.3, 200),
    "skewed, as squared errors are": lambda draw: draw.chisquare(2, 200),
    "that rises": lambda draw: draw.normal(1, 0.3, 200) + np.linspace(0, 1, 200),
}


@pytest.mark.parametrize("make", NOISE.values(), ids=NOISE.keys())
def test_noise_suggests_nothing(make):
    found = [
        read(RATES, make(np.random.default_rng(seed)), DECAY, diverged=False).suggestion
        for seed in range(300)
    ]

    assert found == [None] * 300


LACKING = {
    "flat": (
        np.ones(200),
        "the loss never fell below 1.000, where it began",
    ),
    "a fall that is too small": (
        np.linspace(1, 0.99, 200),
        "the loss fell from 1.000 to no less than 0.990, which is less than 2 %",
    ),
    "the minimum at the beginning": (
        descent(low=3e-8, high=1e-6)[:40],
        "the loss is least at 4e-07, within 10 times --min",
    ),
}


@pytest.mark.parametrize(("losses", "reason"), LACKING.values(), ids=LACKING.keys())
def test_why_there_is_no_suggestion(losses, reason):
    found = read(RATES[: len(losses)], losses, DECAY, diverged=False)

    assert found.suggestion is None
    assert found.reason == reason


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_curve_of_few_steps_suggests_nothing(count):
    found = read(RATES[:count], np.ones(count), DECAY, diverged=True)

    assert found.suggestion is None
