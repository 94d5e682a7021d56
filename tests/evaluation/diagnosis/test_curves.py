"""The shape of a curve: its noise, its end, and whether it still falls."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dltrain.evaluation.diagnosis.curves import Curve


def curve(values) -> Curve:
    return Curve(np.arange(1, len(values) + 1), np.asarray(values, np.float64))


def test_epochs_without_a_figure_are_left_out():
    history = [{"epoch": 1, "loss": 2.0}, {"epoch": 2}, {"epoch": 3, "loss": math.nan},
               {"epoch": 4, "loss": 1.0}]  # fmt: skip

    taken = Curve.of(history, "loss")

    assert (taken.epochs.tolist(), taken.values.tolist()) == ([1, 4], [2.0, 1.0])
    assert len(Curve.of(history, "val_loss")) == 0


def test_noise_is_that_which_was_added_whatever_the_trend():
    draw = np.random.default_rng(0)
    trend = np.linspace(5, 1, 4000)

    found = curve(trend + draw.normal(0, 0.1, 4000)).noise

    assert found == pytest.approx(0.1, rel=0.05)
    assert curve(trend).noise == pytest.approx(0, abs=1e-12)


def test_one_jump_is_no_noise():
    values = np.ones(40)
    values[30] = 50.0

    assert curve(values).noise == 0.0


def test_what_an_exponential_has_left_to_fall_is_told_from_its_halves():
    values = 0.5 ** (np.arange(41) / 20)  # a half at its middle, a quarter at its end

    smooth = curve(values)

    assert smooth.is_falling
    assert smooth.still_to_fall == pytest.approx(0.25, rel=0.25)


def test_noise_about_a_level_does_not_fall():
    draws = (np.random.default_rng(seed).normal(1, 0.1, 40) for seed in range(200))

    assert sum(curve(values).is_falling for values in draws) == 0


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 0.9], [1.0, 0.9, 0.8]])
def test_few_epochs_have_no_shape(values):
    short = curve(values)

    assert not short.has_shape
    assert short.noise == 0.0
