"""What is inside of the network: its weights, and what its layers put out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dltrain.report.elements import COLOURS, Plot
from dltrain.report.plots.canvas import drawn, grid
from dltrain.report.record import Record
from dltrain.spelling import figure, plain, share

SIZE = (3.2, 1.8)
MOST_PLOTS = 8


def weights(record: Record) -> Iterator[Plot]:
    """Draw how large the weights of each layer are."""
    for number, facts in enumerate((record.insights.get("weights") or ())[:MOST_PLOTS]):
        plot = _histogram(record, f"weights/{number}", "train")
        shape = "×".join(map(str, facts["shape"]))
        said = (
            f"{shape} weights with the mean {figure(facts['mean'])} and the spread "
            f"{figure(facts['spread'])}."
        )
        title = f"weights of {plain(facts['layer'], 30)}: {facts['weight']}"
        yield Plot(f"weights-{number + 1}", title, said, plot)


def activations(record: Record) -> Iterator[Plot]:
    """Draw what the hidden layers put out."""
    for number, facts in enumerate((record.insights.get("activations") or ())[:MOST_PLOTS]):
        plot = _histogram(record, f"activations/{number}", "test")
        said = f"For {facts['rows']} train rows {share(facts['zeros'], 1)} of the numbers are 0."
        if facts["dead"]:
            rows = facts.get("dead_on", facts["rows"])
            said += f" {facts['dead']} of {facts['units']} units are 0 for all of {rows}."
        title = f"outputs of {plain(facts['layer'], 30)}"
        yield Plot(f"activations-{number + 1}", title, said, plot)


def _histogram(record: Record, name: str, colour: str) -> Any:
    counts = record.insights.arrays[f"{name}/counts"]
    edges = record.insights.arrays[f"{name}/edges"]
    shares = counts / max(1, counts.sum())

    def draw(axes: Any) -> None:
        axes.stairs(shares, edges, color=COLOURS[colour], fill=True, alpha=0.6)
        axes.yaxis.set_major_formatter(lambda one, _: f"{100 * one:.3g} %")
        # Bars that are a thousand times lower than the highest are there, but not seen.
        axes.set_ylim(0, float(np.max(shares, initial=0.01)) * 1.05)
        grid(axes)

    return drawn(draw, SIZE, left=0.16, bottom=0.14)
