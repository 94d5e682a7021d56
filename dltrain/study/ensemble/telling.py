"""What `dltrain ensemble` says: who is joined, and what it is worth beside its members."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dltrain.runs.differences import Difference
from dltrain.spelling import figure, interval
from dltrain.study.ensemble.members import Member
from dltrain.study.ensemble.rows import Division
from dltrain.terminal import Terminal

DIGITS = 12
WORDS = {"average": "average", "vote": "majority vote", "weighted": "weighted average"}


def introduce(
    terminal: Terminal,
    name: str,
    members: Sequence[Member],
    method: str,
    division: Division,
    target: str,
) -> None:
    """Say what is joined, and by which rows it is judged."""
    terminal.fact(name, f"{WORDS[method]} of {len(members)} members")
    for one in members:
        smoke = " (a smoke run)" if one.smoke else ""
        terminal.fact("", f"{one} · seed {one.experiment.seed}{smoke}")
    rows = sum(map(len, division.parts.values()))
    parts = " · ".join(f"{part} {len(numbers)}" for part, numbers in division.parts.items())
    terminal.fact("data", f"{rows} rows · {target} target")
    terminal.fact("", parts)
    if division.reason:
        terminal.fact("", division.reason)
    terminal.line()


def chosen(
    terminal: Terminal, members: Sequence[Member], weights: Sequence[float], facts: dict[str, Any]
) -> None:
    """Show the weights that were chosen on val."""
    rows = [[_short(one), figure(weight)] for one, weight in zip(members, weights, strict=True)]
    terminal.table(["", "weight"], rows)
    terminal.line(
        f"weights chosen on {facts['rows']} val rows: loss {figure(facts['loss'])}, "
        f"of equal weights {figure(facts['loss_of_equal_weights'])}"
    )
    terminal.line()


def beside(
    terminal: Terminal,
    members: Sequence[Member],
    figures: Sequence[dict[str, Any]],
    metrics: dict[str, Any],
    part: str,
    compared: Mapping[str, Difference],
    shown: Mapping[str, str],
) -> None:
    """Show the figures of the members and of the ensemble, and whether they truly differ.

    Args:
        terminal: Where to.
        members: The members.
        figures: `figures` and `intervals` of each.
        metrics: metrics.json of the ensemble.
        part: The part that is shown.
        compared: Differences to the mean member.
        shown: Their names on the terminal, by figure.
    """
    own = {
        "figures": metrics["splits"][part],
        "intervals": metrics.get("intervals", {}).get(part, {}),
    }
    main = metrics["main"]
    rows = [_row(_short(one), told, main) for one, told in zip(members, figures, strict=True)]
    mean = {"figures": {name: _mean(figures, name) for name in main}, "intervals": {}}
    rows += [_row("mean member", mean, main), _row("ensemble", own, main)]
    terminal.table([f"on {part}", main[0], "95 % interval", *main[1:]], rows)
    terminal.line()
    lines = [
        [
            name,
            _signed(compared[known].value),
            _ends(compared[known].interval),
            compared[known].verdict or "not judged",
        ]
        for known, name in shown.items()
        if known in compared
    ]
    if lines:
        terminal.line("the ensemble minus its mean member, on the same rows")
        terminal.table(["", "difference", "95 % interval", ""], lines)
        terminal.line()


def nothing_to_judge_by(terminal: Terminal, division: Division) -> None:
    """Say that no row is left by which the ensemble could be judged honestly."""
    closed = "test" in division.parts
    way_out = "`--test` opens them." if closed else "Keep a test part in the members' split."
    what = "the test rows are closed" if closed else "there are no test rows"
    terminal.fact("judged", f"by nothing: {what}, and all others were seen by members")
    terminal.fact("", way_out)


def _row(label: str, told: dict[str, Any], main: Sequence[str]) -> list[str]:
    values = [figure(told["figures"].get(name)) for name in main]
    return [label, values[0], _ends(told["intervals"].get(main[0])), *values[1:]]


def _mean(figures: Sequence[dict[str, Any]], name: str) -> float | None:
    values = [one["figures"].get(name) for one in figures]
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if len(known) == len(values) else None


def _signed(value: float) -> str:
    value = round(value, DIGITS)  # what is below is rounding of float64
    return f"{'+' if value > 0 else ''}{figure(value)}"


def _ends(ends: Any) -> str:
    return interval(ends) if ends is not None else ""


def _short(member: Member) -> str:
    """Name a member by the last two folders of its path."""
    return "/".join(member.folder.path.parts[-2:])
