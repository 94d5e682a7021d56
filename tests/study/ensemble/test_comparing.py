"""An ensemble beside its mean member, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from dltrain.data import Part
from dltrain.data.targets import Target
from dltrain.study.ensemble.comparing import compare_with_members

DRAW = np.random.default_rng(4)


def part(y: np.ndarray) -> Part:
    rows = np.arange(len(y))
    return Part(rows, rows, rows, y)


def test_a_difference_is_that_to_the_mean_of_the_members_figures():
    truth = DRAW.integers(0, 2, (80, 1)).astype(np.float32)
    said = [
        np.clip(truth + DRAW.normal(0, 0.6, truth.shape), 0.01, 0.99).astype(np.float32)
        for _ in range(3)
    ]
    given, target = np.mean(said, axis=0), Target("binary", ("y",), ("no", "yes"))

    found = compare_with_members(target, part(truth), given, 0.5, [(one, 0.5) for one in said], 0)

    def accuracy(shares):
        return float(((shares > 0.5) == truth).mean())

    mean = np.mean([accuracy(one) for one in said])
    assert found["accuracy"].first == pytest.approx(mean)
    assert found["accuracy"].second == pytest.approx(accuracy(given))
    assert found["accuracy"].mcnemar is None


def test_the_mean_of_noisy_amounts_is_better_than_its_members():
    truth = DRAW.normal(0, 5, (200, 1)).astype(np.float32)
    said = [truth + DRAW.normal(0, 1, truth.shape).astype(np.float32) for _ in range(4)]

    found = compare_with_members(
        Target("regression", ("y",)), part(truth), np.mean(said, axis=0), 0.5,
        [(one, 0.5) for one in said], 0,
    )["mse"]  # fmt: skip

    assert found.value == pytest.approx(
        np.mean((np.mean(said, axis=0) - truth) ** 2)
        - np.mean([np.mean((one - truth) ** 2) for one in said]),
        rel=1e-5,
    )
    assert found.verdict == "better"
    assert found.interval is not None
    assert found.interval[1] < 0


def test_members_that_agree_are_not_distinguishable_from_their_ensemble():
    truth = DRAW.integers(0, 3, 60).astype(np.int32)
    said = np.full((60, 3), 0.2, np.float32)
    said[np.arange(60), truth] = 0.6
    target = Target("multiclass", ("y",), ("a", "b", "c"))

    found = compare_with_members(target, part(truth), said, 0.5, [(said, 0.5)] * 2, 0)

    assert {one.verdict for one in found.values()} == {"not distinguishable"}
