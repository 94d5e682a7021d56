"""How often the 95 % intervals hold the true figure: `python benchmarks/coverage.py`.

Draws sets of rows from populations whose figures are known (from two million rows), computes the
intervals that a run reports, and counts. A task at a time: `--tasks binary`; some figures alone:
`--figures f1 roc_auc`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Container
from dataclasses import replace

import numpy as np

from dltrain.evaluation.intervals import intervals
from dltrain.evaluation.statistics import Figures, Statistics, statistics_of

POPULATION = 2_000_000
SIZES = (30, 61, 100, 1000, 3000)
Rows = tuple[np.ndarray, np.ndarray]


def main() -> None:
    """Print a table for each task."""
    arguments = parsed()
    for task in arguments.tasks:
        truth = statistics(task, drawn(task, np.random.default_rng(0), POPULATION)).values()
        truth = {one: truth[one] for one in truth if one in (arguments.figures or truth)}
        found = {size: coverage(task, truth, size, arguments.sets) for size in arguments.sizes}
        print(f"\n| {task}, {arguments.sets} sets | true | {' | '.join(map(str, found))} |")
        print("|---" * (len(found) + 2) + "|")
        for name, value in truth.items():
            cells = (cell(one[name], arguments.sets) for one in found.values())
            print(f"| {name} | {value:.3f} | {' | '.join(cells)} |", flush=True)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--figures", nargs="+", default=[])
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--sets", type=int, default=1000)
    return parser.parse_args()


def coverage(task: str, truth: dict[str, float], size: int, sets: int) -> dict[str, Counter[str]]:
    """Count for each figure the intervals that hold the truth, and those there are."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in truth}
    for number in range(sets):
        rows = drawn(task, np.random.default_rng([size, number]), size)
        judged = only(statistics(task, rows), truth)
        for name, (low, high) in intervals(judged, seed=number).items():
            counts[name]["there"] += 1
            counts[name]["holding"] += low <= truth[name] <= high
    return counts


def cell(count: Counter[str], sets: int) -> str:
    """Spell the share that holds the truth; in brackets how many sets have an interval."""
    if not count["there"]:
        return "–"
    some = f" ({count['there']})" if count["there"] < sets else ""
    return f"{100 * count['holding'] / count['there']:.1f} %{some}"


def only(every: Statistics, names: Container[str]) -> Statistics:
    """Keep some figures, as others cost time."""

    def of(weights: np.ndarray) -> Figures:
        return {name: one for name, one in every.of(weights).items() if name in names}

    return replace(every, of=of)


def statistics(task: str, rows: Rows) -> Statistics:
    """Describe the figures of rows."""
    return statistics_of(SAME.get(task, task), *rows)


def drawn(task: str, draw: np.random.Generator, rows: int) -> Rows:
    """Draw rows of a task: what is true, and what a model says."""
    return TASKS[task](draw, rows)


def binary(draw: np.random.Generator, rows: int) -> Rows:
    """Four of ten are positive; the model is good and too sure of itself."""
    truth = (draw.random(rows) < 0.4).astype(int)
    logits = draw.normal(2.0 * truth - 1.0, 1.0)
    return truth, sigmoid(1.5 * logits)


def skewed(draw: np.random.Generator, rows: int) -> Rows:
    """One of ten is positive."""
    truth = (draw.random(rows) < 0.1).astype(int)
    return truth, sigmoid(draw.normal(2.0 * truth - 1.5, 1.0))


def rare(draw: np.random.Generator, rows: int) -> Rows:
    """One of two hundred is positive."""
    truth = (draw.random(rows) < 0.005).astype(int)
    return truth, sigmoid(draw.normal(3.0 * truth - 1.8, 0.8))


def multiclass(draw: np.random.Generator, rows: int) -> Rows:
    """Four classes, two of them rare."""
    truth = draw.choice(4, rows, p=[0.4, 0.3, 0.2, 0.1])
    logits = draw.normal(0.0, 1.0, (rows, 4)) + 1.8 * np.eye(4)[truth]
    odds = np.exp(logits)
    return truth, (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)


def multilabel(draw: np.random.Generator, rows: int) -> Rows:
    """Three labels, each more seldom than the one before."""
    truth = (draw.random((rows, 3)) < [0.5, 0.3, 0.2]).astype(int)
    return truth, sigmoid(draw.normal(2.0 * truth - 1.0, 1.0))


def even(draw: np.random.Generator, rows: int) -> Rows:
    """Amounts and errors of a normal distribution."""
    truth = draw.normal(30.0, 3.0, (rows, 1))
    return truth, truth + draw.normal(0.2, 1.0, (rows, 1))


def regression(draw: np.random.Generator, rows: int) -> Rows:
    """Prices of a skewed distribution, errors in proportion to them."""
    truth = draw.lognormal(3.0, 0.5, (rows, 1))
    return truth, truth * draw.lognormal(0.0, 0.2, (rows, 1))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Turn logits into probabilities, float32."""
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


TASKS = {
    "binary": binary,
    "skewed": skewed,
    "rare": rare,
    "multiclass": multiclass,
    "multilabel": multilabel,
    "even": even,
    "regression": regression,
}
SAME = {"skewed": "binary", "rare": "binary", "even": "regression"}


if __name__ == "__main__":
    main()
