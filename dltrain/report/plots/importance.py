"""Which columns matter: how much worse the model gets without the order of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dltrain.report.elements import COLOURS, Plot
from dltrain.report.plots.canvas import drawn, grid, word, words
from dltrain.report.record import Record
from dltrain.spelling import figure

MOST_BARS = 20


def importance(record: Record) -> Iterator[Plot]:
    """Draw the most important columns, with the spread over repeated shuffles."""
    facts = record.insights.get("importance")
    if not facts:
        return
    for number, (target, measured) in enumerate(facts["targets"].items()):
        lost = record.insights.arrays[f"importance/{number}"]
        yield _plot(facts, lost, target, measured)


def _plot(facts: dict[str, Any], lost: np.ndarray, target: str, measured: str) -> Plot:
    means, spreads = lost.mean(axis=1), lost.std(axis=1, ddof=1)
    order = np.argsort(-means, kind="stable")
    shown = order[:MOST_BARS]
    names = words(facts["features"][at] for at in shown)

    def draw(axes: Any) -> None:
        places = np.arange(len(shown))
        axes.barh(places, means[shown], color=COLOURS["train"], alpha=0.75, height=0.7)
        axes.errorbar(
            means[shown], places, xerr=spreads[shown], fmt="none", ecolor=COLOURS["dim"],
            elinewidth=1.0, capsize=1.5,
        )  # fmt: skip
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.set_xlabel("mae gained" if measured == "mae" else f"{_word(measured)} lost")
        axes.axvline(0, color=COLOURS["dim"], linewidth=0.6)
        grid(axes)

    height = max(1.8, 0.6 + 0.19 * len(shown))
    left = min(0.42, 0.05 + 0.022 * max(map(len, names)))
    plot = drawn(draw, (4.0, height), left=left, bottom=0.45 / height, top=1 - 0.08 / height)
    ending = f"-{target}" if target else ""
    of = f" for {target}" if target else ""
    title = f"permutation importance{of}, {_rows_of(facts['part'])}"
    return Plot(f"importance{ending}", title, _said(facts, means, spreads, order, measured), plot)


def _rows_of(part: str) -> str:
    return "train rows, as val has too few" if part == "train" else part


def _word(measured: str) -> str:
    return "right labels" if measured == "hamming loss" else measured


def _said(
    facts: dict[str, Any],
    means: np.ndarray,
    spreads: np.ndarray,
    order: np.ndarray,
    measured: str,
) -> str:
    first = int(order[0])
    effect = "gains mae" if measured == "mae" else f"loses {_word(measured)}"
    text = (
        f"When the cells of {word(facts['features'][first])} change places between the "
        f"{facts['rows']} rows, the model {effect} of {figure(float(means[first]))} "
        f"± {figure(float(spreads[first]))} over {facts['repeats']} repeats."
    )
    nothing = int((means <= spreads).sum())
    if nothing:
        text += f" {nothing} of {len(means)} columns cannot be told from no effect."
    left = len(means) - MOST_BARS
    return text + (f" The {MOST_BARS} largest are drawn." if left > 0 else "")
