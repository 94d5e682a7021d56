"""What `fit` says at its end: the figures, what they are worth, and what to do next."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain.errors import dotted
from dltrain.expectations import HEADER, rows
from dltrain.results import results
from dltrain.spelling import figure
from dltrain.terminal import Terminal, label_width

if TYPE_CHECKING:
    from dltrain.evaluation.diagnosis import Diagnosis
    from dltrain.expectations import Judged

MOST_FINDINGS = 3


def conclude(
    terminal: Terminal,
    folder: Path,
    metrics: dict[str, Any],
    judged: Sequence[Judged],
    others: int = 0,
    diagnosis: Diagnosis | None = None,
) -> None:
    """Show the figures of the best model beside the baseline, the verdict, and the next command.

    Args:
        terminal: Where to.
        folder: The run folder.
        metrics: What metrics.json holds.
        judged: What the file expects, beside what came out.
        others: How many other configs have opened the same test rows before.
        diagnosis: What is wrong with the run, if that was asked.
    """
    table = results(metrics)
    lines = table.cells(main=True)
    terminal.table(table.header(), lines)
    width = label_width(lines)
    if rule := metrics.get("threshold_rule"):
        terminal.fact("threshold", f"{figure(metrics['threshold'])}, {_chosen(rule)}", width)
    if others:
        configs, runs = f"{others} other config{'s' * (others != 1)}", folder.parent.parent
        terminal.fact("test", f"rows opened before by {configs} in {runs}", width)
    if diagnosis is not None:
        _diagnosed(terminal, diagnosis, width)
    _judge(terminal, judged, width)
    terminal.fact("next", f"dltrain report {shlex.quote(str(folder))} --open", width)


def _chosen(rule: Any) -> str:
    """Say by what a threshold was chosen.

    Example:
        >>> _chosen("youden"), _chosen({"sensitivity": 0.9})
        ('chosen on val by youden', 'chosen on val for a sensitivity of 0.9')
    """
    if isinstance(rule, dict):
        return f"chosen on val for a sensitivity of {rule['sensitivity']}"
    return f"chosen on val by {rule}"


def _judge(terminal: Terminal, judged: Sequence[Judged], width: int) -> None:
    """Say whether the file's expectations are met; where one is not, show all of them."""
    met = sum(one.met for one in judged)
    if met < len(judged):
        lines = rows(judged)
        terminal.line()
        terminal.table(HEADER, lines)
        for one in judged:
            if one.reason:
                terminal.fact(dotted(one.key), one.reason, label_width(lines))
        terminal.line()
    if judged:
        terminal.fact("expect", f"{met} of {len(judged)} met", width)


def _diagnosed(terminal: Terminal, diagnosis: Diagnosis, width: int) -> None:
    """Show the verdict, and the findings that matter most with what to try next."""
    terminal.fact("verdict", diagnosis.verdict.sentence, width)
    shown = [one for one in diagnosis.findings if one.severity == "warning"]
    for number, finding in enumerate(shown[:MOST_FINDINGS]):
        terminal.fact("" if number else "found", f"{finding.name}: {finding.evidence}", width)
        if finding.next:
            terminal.fact("", f"  try {' or '.join(map(shlex.quote, finding.next))}", width)
