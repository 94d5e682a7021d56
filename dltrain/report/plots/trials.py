"""The trials of a search: where the good ones lie in its space, and which keys matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.changes import short_names, spelled
from dltrain.config.sections.search import (
    Entry,
    Fixed,
    FloatRange,
    IntRange,
    Search,
    place_of,
)
from dltrain.report.elements import COLOURS, Line, Plot
from dltrain.report.plots.canvas import LEGEND, drawn, grid, logarithmic, word
from dltrain.spelling import figure

BEST_SHARE = 0.1
MOST_LINEAR = 5.0  # ratio of the largest objective to the smallest
MOST_TICKS = 12
MOST_LETTERS = 14


@dataclass(frozen=True)
class Trials:
    """The trials of a search that have come to their end.

    Attributes:
        search: What was searched.
        mode: Whether the objective is to be "min" or "max".
        values: Values by key, of each trial.
        objectives: The objective of each.
        numbers: The number of each.
    """

    search: Search
    mode: str
    values: Sequence[Mapping[str, Any]]
    objectives: np.ndarray
    numbers: Sequence[int]

    @property
    def keys(self) -> list[str]:
        """The keys that differ between trials."""
        return [key for key, entry in self.search.space.items() if not isinstance(entry, Fixed)]

    @property
    def is_logarithmic(self) -> bool:
        """Tell whether the objective is better drawn on a logarithmic scale."""
        low, high = self.objectives.min(), self.objectives.max()
        return bool(low > 0 and high / low > MOST_LINEAR)

    @property
    def order(self) -> np.ndarray:
        """Positions of the trials, the best first."""
        sign = -1.0 if self.mode == "max" else 1.0
        return np.argsort(sign * self.objectives, kind="stable")


def parallel_coordinates(trials: Trials) -> Plot:
    """Draw each trial as a line through its values, the best on top of the others."""
    keys, order = trials.keys, trials.order
    best = order[: max(1, round(BEST_SHARE * len(order)))]
    heights = _heights(trials)
    names = list(short_names(keys).values())

    def draw(axes: Any) -> None:
        across = np.arange(len(keys) + 1)
        for at in order[::-1]:
            kind = "test" if at == order[0] else "train" if at in best else "dim"
            axes.plot(
                across, heights[at], color=COLOURS[kind], linewidth=2.0 if at in best else 0.8,
                alpha=1.0 if at in best else 0.35, zorder=3 if at in best else 2, marker="o",
                markersize=2.5,
            )  # fmt: skip
        for at, key in enumerate(keys):
            _axis(axes, at, *_ticks(trials.search.space[key]))
        ends = [float(trials.objectives.min()), float(trials.objectives.max())]
        spread = ends[0] < ends[1]
        _axis(axes, len(keys), [0.0, 1.0] if spread else [0.5], [*map(figure, ends)][: 1 + spread])
        axes.set_xticks(
            across, [word(one, MOST_LETTERS) for one in [*names, trials.search.objective]]
        )
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlim(-0.15, len(keys) + 0.55)

    width = float(np.clip(1.7 * (len(keys) + 1), 5.6, 11))
    plot = drawn(draw, (width, 3.4), left=0.03, right=0.98, bottom=0.1, top=0.96)
    first = trials.numbers[order[0]]
    said = (
        f"Each line is a trial, from its values to its {trials.search.objective}. Thick in blue: "
        f"the best {len(best)} of {len(order)}; in green trial {first}, the best. A line has a gap "
        "where a key does not count."
    )
    return Plot("parallel-coordinates", "the trials in their space", said, plot, wide=True)


def _heights(trials: Trials) -> np.ndarray:
    """Place trials on each axis from 0 to 1, the objective last: (trials, keys + 1)."""
    space = trials.search.space
    rows = [
        [place_of(space[key], values[key]) if key in values else np.nan for key in trials.keys]
        for values in trials.values
    ]
    found = np.log(trials.objectives) if trials.is_logarithmic else trials.objectives
    low, high = found.min(), found.max()
    objective = (found - low) / (high - low) if high > low else 0.5
    return np.column_stack([np.array(rows, float), np.broadcast_to(objective, len(rows))])


def _ticks(entry: Entry) -> tuple[list[float], list[str]]:
    """Name the ends of a range, and the values of a choice."""
    if isinstance(entry, FloatRange | IntRange):
        return [0.0, 1.0], [spelled(entry.min), spelled(entry.max)]
    values = [value for value, _ in entry.corners]
    places = [place_of(entry, value) for value in values]
    every = -(-len(values) // MOST_TICKS)
    names = [word(spelled(value), MOST_LETTERS) for value in values]
    return places[::every], names[::every]


def _axis(axes: Any, at: float, places: Sequence[float], names: Sequence[str]) -> None:
    axes.axvline(at, color=COLOURS["dim"], linewidth=0.8, zorder=1)
    for place, name in zip(places, names, strict=True):
        axes.text(at + 0.03, place, name, fontsize=7, va="center", zorder=4)


def key_importance(trials: Trials, shares: Mapping[str, float]) -> Plot:
    """Draw how much of the objective's variance each key explains by itself."""
    names = short_names(shares)
    ordered = sorted(shares, key=lambda key: -shares[key])

    def draw(axes: Any) -> None:
        places = np.arange(len(ordered))
        axes.barh(
            places, [shares[key] for key in ordered], color=COLOURS["train"], alpha=0.75, height=0.7
        )
        axes.set_yticks(places, [word(names[key], 24) for key in ordered])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xlabel("share of the variance")
        grid(axes)

    height = max(1.8, 0.6 + 0.24 * len(ordered))
    longest = max(len(word(names[key], 24)) for key in ordered)
    left = min(0.42, 0.05 + 0.022 * longest)
    plot = drawn(draw, (4.0, height), left=left, bottom=0.45 / height, top=1 - 0.08 / height)
    rest = 1 - sum(shares.values())
    said = (
        f"{names[ordered[0]]} alone explains {100 * shares[ordered[0]]:.0f} % of how a random "
        f"forest, trained on the {len(trials.numbers)} trials, ranks the space (functional "
        f"ANOVA); {100 * max(rest, 0.0):.0f} % are due to keys together."
    )
    return Plot("importance", "which keys matter", said, plot)


def progress(trials: Trials) -> Plot:
    """Draw the objective of each trial, and the best so far."""
    best = np.maximum if trials.mode == "max" else np.minimum
    numbers = np.array(trials.numbers, float)
    so_far = best.accumulate(trials.objectives)

    def draw(axes: Any) -> None:
        axes.scatter(numbers, trials.objectives, s=9, color=COLOURS["train"], label="trial")
        axes.step(
            numbers, so_far, where="post", color=COLOURS["test"], linewidth=1.4, label="best so far"
        )
        axes.set_xlabel("trial")
        axes.xaxis.get_major_locator().set_params(integer=True)
        if trials.is_logarithmic:
            logarithmic(axes)
        grid(axes)
        axes.legend(**LEGEND)

    first = int(trials.order[0])
    said = (
        f"The best {trials.search.objective}, {figure(float(trials.objectives[first]))}, is that "
        f"of trial {trials.numbers[first]}; the median is "
        f"{figure(float(np.median(trials.objectives)))}."
    )
    lines = [Line("trial", numbers, trials.objectives), Line("best so far", numbers, so_far)]
    title = f"{trials.search.objective} by trial"
    return Plot("progress", title, said, drawn(draw), lines, x="trial")
