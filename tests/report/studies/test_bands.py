"""Means of learning curves and the bands around them, against NumPy and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dltrain.report.studies.bands import band, rule
from dltrain.report.studies.record import Training
from dltrain.run_folder import RunFolder

NAN = float("nan")


def training(*values: float) -> Training:
    """Make a training with a loss in each epoch."""
    numbers = np.array(values, np.float64)
    history = {"epoch": np.arange(1.0, len(values) + 1), "loss": numbers}
    return Training("one", {}, RunFolder("nowhere"), {}, {}, history)


def test_line_and_band_are_mean_and_standard_deviation():
    drawn = np.random.default_rng(0).normal(1, 0.1, (20, 6))

    found = band([training(*row) for row in drawn], "loss")

    deviation = drawn.std(axis=0, ddof=1)
    np.testing.assert_array_equal(found.epochs, np.arange(1, 7))
    np.testing.assert_allclose(found.mean, drawn.mean(axis=0))
    np.testing.assert_allclose(found.high, drawn.mean(axis=0) + deviation)
    np.testing.assert_allclose(found.low, drawn.mean(axis=0) - deviation)


def test_a_band_is_no_wider_than_what_was_seen():
    found = band([training(0.1), training(0.1), training(10.0)], "loss")

    assert found.mean.tolist() == pytest.approx([3.4])
    assert found.low.tolist() == [0.1]
    assert found.high.tolist() == pytest.approx([3.4 + np.std([0.1, 0.1, 10], ddof=1)])


def test_a_training_that_stopped_earlier_keeps_its_last_figure():
    found = band([training(4, 2), training(2, 2, 1, 0)], "loss")

    assert found.mean.tolist() == [3, 2, 1.5, 1]
    assert [len(epochs) for epochs, _ in found.singles] == [2, 4]


def test_an_epoch_without_a_figure_is_no_epoch_of_the_line():
    found = band([training(NAN, 2, NAN, 1), training(NAN, 4, NAN, 3)], "loss")

    assert found.epochs.tolist() == [2, 4]
    assert found.mean.tolist() == [3, 2]


def test_a_training_without_figures_is_left_out():
    assert band([training(NAN, NAN)], "loss") is None
    assert band([training(1.0)], "accuracy") is None
    assert len(band([training(NAN), training(1.0)], "loss").singles) == 1


LINES = "Lines are means over 2 seeds, bands one standard deviation around them and no wider than "
RULES = {
    "equally long": (
        [[training(1, 2), training(3, 4)]],
        f"{LINES}what was seen.",
    ),
    "ragged": (
        [[training(1), training(3, 4)]],
        f"{LINES}what was seen. A training that stopped earlier keeps its last figure in both, so "
        "that neither jumps where it stops.",
    ),
    "alone": ([[training(1)], [training(2, 3)]], "Each line is one training."),
}


@pytest.mark.parametrize(("groups", "words"), RULES.values(), ids=RULES)
def test_how_lines_and_bands_are_made_is_said(groups, words):
    assert rule(groups, "2 seeds") == words
