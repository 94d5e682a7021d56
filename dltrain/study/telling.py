"""What studies say: what they are about to train, how it was done, and what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain import narration
from dltrain.spelling import figure, interval
from dltrain.terminal import Terminal, label_width

if TYPE_CHECKING:
    from dltrain.assembly import Assembly
    from dltrain.study.member import Member
    from dltrain.study.training import Trained


def introduce(
    terminal: Terminal, kind: str, assembly: Assembly, members: Sequence[Member], name: str
) -> None:
    """Say what will be trained on what."""
    narration.introduce(terminal, assembly, name)
    terminal.fact("members", f"{len(members)} trainings")
    terminal.line()


def conclude(
    terminal: Terminal, folder: Path, metrics: Mapping[str, Any], trained: Trained, total: int
) -> None:
    """Show the figures of a cross-validation: means and spreads over its folds."""
    terminal.line()
    header, rows = table(metrics)
    terminal.table(header, rows)
    terminal.fact(
        "folds", f"{metrics['folds']}, {metrics['trainings']} trainings", label_width(rows)
    )


def table(metrics: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Lay out means and standard deviations by figure and part, with the interval of val."""
    spreads, intervals = metrics["spreads"], metrics["intervals"]["val"]
    baselines = {name: parts["val"] for name, parts in metrics["baselines"].items()}
    header = ["", *spreads, *(["95 % interval"] if intervals else []), *baselines]
    rows = []
    for name in metrics["main"]:
        row = [name, *(_cell(part.get(name)) for part in spreads.values())]
        row += [interval(intervals.get(name))] if intervals else []
        rows.append(row + [figure(one.get(name)) for one in baselines.values()])
    return header, rows


def _cell(spread: Mapping[str, Any] | None) -> str:
    if spread is None:
        return figure(None)
    if spread["deviation"] is None:
        return figure(spread["mean"])
    return f"{figure(spread['mean'])} ± {figure(spread['deviation'])}"
