"""How often does `dltrain runs compare` tell two equally good models apart?

    python benchmarks/paired.py [--sets 400]

Makes predictions of two models for the same rows that are equally good and whose mistakes
correlate, compares them, and prints the share of sets in which one is called better or worse: 0.05
is meant. Accuracy is judged by McNemar's exact test, the others by their interval.
"""

from __future__ import annotations

import argparse

import numpy as np
from machine import machine

from dltrain.evaluation.statistics import Means, Proportion, Statistics
from dltrain.evaluation.statistics.statistics import weighted_mean
from dltrain.runs.differences import ALIKE, differences

SIZES = (30, 61, 100, 300, 1000)


def main() -> None:
    """Compare at each size, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=400)
    sets = parser.parse_args().sets
    print(f"{machine()}; {sets} sets of each size\n")
    print("| rows | accuracy, McNemar | accuracy, interval | mean error | mean square |")
    print("|---" * 5 + "|")
    for rows in SIZES:
        shares = " | ".join(f"{share:.3f}" for share in told_apart(rows, sets))
        print(f"| {rows} | {shares} |", flush=True)


def told_apart(rows: int, sets: int) -> np.ndarray:
    """Give the shares of sets in which a difference is called real, by figure."""
    counts = np.zeros(4)
    for seed in range(sets):
        draw = np.random.default_rng(seed)
        common = draw.normal(size=rows)
        first, second = (figures(common + 0.7 * draw.normal(size=rows)) for _ in range(2))
        found = differences(first, second)
        ends = found["accuracy"].interval
        counts += (
            found["accuracy"].verdict != ALIKE,
            ends is not None and not ends[0] <= 0 <= ends[1],
            found["error"].verdict != ALIKE,
            found["square"].verdict != ALIKE,
        )
    return counts / sets


def figures(errors: np.ndarray) -> Statistics:
    """Describe a model by its error in each row; four rows of five are right."""
    hits = errors > -1.03
    size, square = np.abs(errors), errors**2

    def of(weights: np.ndarray) -> dict[str, np.ndarray]:
        return {
            "accuracy": weighted_mean(weights, hits.astype(float)),
            "error": weighted_mean(weights, size),
            "square": weighted_mean(weights, square),
        }

    every = np.ones(len(hits), bool)
    means = {"error": Means(size[:, None]), "square": Means(square[:, None])}
    return Statistics(len(hits), of, {}, {"accuracy": Proportion(hits, every)}, means=means)


if __name__ == "__main__":
    main()
