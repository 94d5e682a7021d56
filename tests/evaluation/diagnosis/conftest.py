"""Runs made by hand: figures, intervals and histories that a training could have left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dltrain.evaluation.diagnosis import Facts, Layer, Settings, steps

ROWS = {"train": 700, "val": 100, "test": 200}
SETTINGS = Settings(
    epochs=40,
    layers=(Layer("dense", "architecture.layers.0", "units", 8, "relu"),),
    excluded=(),
)
MakeFacts = Callable[..., Facts]


def every_step(settings: Settings, without: tuple[str, ...] = ("a", "b c")) -> list[str]:
    """Give each override that a diagnosis of a run with this file may propose."""
    given = [
        *steps.rate(settings, 0.1), *steps.epochs(settings, 3),
        *steps.without(settings, without),
    ]  # fmt: skip
    for step in (
        steps.larger, steps.smaller, steps.regularized, steps.less_regularized, steps.stopping,
        steps.batches, steps.clipped, steps.leaky, steps.unsaturated, steps.initialized,
        steps.weighed, steps.more_held_out, steps.divided_again,
    ):  # fmt: skip
        given += step(settings)
    return given


def falling(start: float, end: float, epochs: int = 40, half: float = 4.0) -> list[float]:
    """Give a loss that halves its way to the end every few epochs."""
    return [end + (start - end) * 0.5 ** (epoch / half) for epoch in range(epochs)]


def history_of(train: list[float], val: list[float] | None = None) -> list[dict[str, float]]:
    """Give the rows of history.csv."""
    rows = [{"epoch": float(at), "loss": loss} for at, loss in enumerate(train, 1)]
    for row, loss in zip(rows, val or [], strict=False):
        row["val_loss"] = loss
    return rows


def metrics_of(
    errors: dict[str, float],
    *,
    width: float = 0.05,
    constant: float = 0.5,
    figure: str = "accuracy",
    **baselines: dict[str, float],
) -> dict[str, Any]:
    """Give what metrics.json holds, from errors; intervals reach so far to either side."""
    intervals = {
        part: {figure: [1 - error - width, 1 - error + width]}
        for part, error in errors.items()
        if part != "train"
    }
    nothing = {part: {figure: 1 - constant, "loss": 0.693} for part in errors}
    learned = {
        name: {part: {figure: 1 - error} for part, error in each.items()}
        for name, each in baselines.items()
    }
    return {
        "splits": {part: {figure: 1 - error} for part, error in errors.items()},
        "intervals": intervals,
        "baselines": {"majority": nothing, **learned},
    }


@pytest.fixture(scope="session", name="rows")
def rows_by_part() -> dict[str, int]:
    """Rows by part."""
    return ROWS


@pytest.fixture(scope="session", name="metrics_of")
def metrics_maker() -> Callable[..., dict[str, Any]]:
    """Make what metrics.json holds, from errors."""
    return metrics_of


@pytest.fixture(scope="session", name="falling")
def falling_maker() -> Callable[..., list[float]]:
    """Make a loss that falls."""
    return falling


@pytest.fixture(scope="session", name="history_of")
def history_maker() -> Callable[..., list[dict[str, float]]]:
    """Make a history of losses."""
    return history_of


@pytest.fixture
def made() -> MakeFacts:
    """Make the facts of a run in which nothing is wrong, but for what is given."""

    def make(**changes: Any) -> Facts:
        healthy = Facts(
            tasks={"": "binary"},
            rows=ROWS,
            inputs=10,
            settings=SETTINGS,
            metrics=metrics_of({"train": 0.1, "val": 0.12, "test": 0.12}),
            history=history_of(falling(0.7, 0.25), falling(0.7, 0.28)),
            best_epoch=38,
            initial_loss=0.71,
        )
        return replace(healthy, **changes)

    return make
