"""The tables of studies: which rows and columns they have, and how their cells are spelled.

Terminal, `runs show` and report lay out these tables, each in its own form. They are made from what
metrics.json of a cross-validation and study.json of a sweep hold. Imports: results, spelling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dltrain.results import INTERVAL
from dltrain.spelling import figure, interval

AGAINST = "against the best"


def spelled(spread: Mapping[str, Any] | None) -> str:
    """Spell a mean and the standard deviation behind it.

    Example:
        >>> spelled({"mean": 0.852, "deviation": 0.044}), spelled(None)
        ('0.852 ± 0.044', '–')
    """
    if spread is None:
        return figure(None)
    if spread["deviation"] is None:
        return figure(spread["mean"])
    return f"{figure(spread['mean'])} ± {figure(spread['deviation'])}"


def folds_table(
    metrics: Mapping[str, Any], names: Sequence[str] | None = None
) -> tuple[list[str], list[list[str]]]:
    """Lay out a cross-validation: a row for each figure, a column for each part and baseline.

    Args:
        metrics: What its metrics.json holds.
        names: The figures; default: the main ones.
    """
    spreads, intervals = metrics["spreads"], metrics["intervals"]["val"]
    baselines = {name: parts["val"] for name, parts in metrics["baselines"].items()}
    header = ["", *spreads, *([INTERVAL] if intervals else []), *baselines]
    rows = []
    for name in names or metrics["main"]:
        row = [name, *(spelled(part.get(name)) for part in spreads.values())]
        row += [interval(intervals.get(name))] if intervals else []
        rows.append(row + [figure(one.get(name)) for one in baselines.values()])
    return header, rows


def sweep_table(found: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Lay out a sweep: a row for each combination, the best first, what failed last.

    Args:
        found: What its study.json holds.
    """
    part = judged_part_of(found)
    header = ["", *(f"{part} {name}" for name in found["main"]), "epochs", AGAINST]
    rows = [
        [
            row["label"],
            *(spelled(row["spreads"][part].get(name)) for name in found["main"]),
            f"{row['epochs']:.0f}",
            row["against_best"],
        ]
        for row in found["rows"]
    ]
    for row in found["failed"]:
        seeds = f", {len(row['members'])} of {row['of']} seeds" * (row["of"] > 1)
        rows.append([row["label"], *(figure(None) for _ in header[1:-1]), f"failed{seeds}"])
    return header, rows


def judged_part_of(found: Mapping[str, Any]) -> str:
    """Name the part that combinations are judged by: val, or train where there is no val."""
    return "val" if "val" in found["parts"] else "train"
