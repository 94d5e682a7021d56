"""What a search says: what it looks for, a line for each trial, the best of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dltrain import changes
from dltrain.config.sections.search import Search
from dltrain.spelling import figure
from dltrain.study.member import Failure, Member
from dltrain.study.progress import Progress
from dltrain.study.search.folder import SearchFolder
from dltrain.study.search.trial import Result, Trial, result_of
from dltrain.terminal import Terminal

MOST_ROWS = 10
LOWEST = {"max": "highest", "min": "lowest"}


def introduce(terminal: Terminal, search: Search, mode: str) -> None:
    """Say what is searched for, where and how."""
    algorithm = search.algorithm.type
    trials = "" if search.most is None else f" · at most {search.most} trials"
    told = f"{algorithm} · {LOWEST[mode]} {search.objective} · {len(search.space)} keys{trials}"
    terminal.fact("search", told)
    terminal.line()


class TrialLines(Progress):
    """Tells of each trial of a round as soon as all its members are over.

    Args:
        terminal: Where to.
        study: The search's folder, which gets the failures.
        search: The section.
        round: Trials with their members.
    """

    def __init__(
        self,
        terminal: Terminal,
        study: SearchFolder,
        search: Search,
        round: Sequence[tuple[Trial, Sequence[Member]]],
    ) -> None:
        super().__init__(terminal, sum(len(members) for _, members in round))
        self.study, self.search = study, search
        self.of = {member.name: pair for pair in round for member in pair[1]}

    def skip(self, members: int) -> None:
        """Say nothing of trials that were told before."""
        self.done += members

    def show(self, told: Failure | str) -> None:
        """Note a failure; tell of a trial that is over."""
        self.done += 1
        if isinstance(told, Failure):
            self.study.fail(told)
        trial, members = self.of[told.name if isinstance(told, Failure) else told]
        if all(self.study.is_finished(one.name) for one in members):
            result = result_of(self.study, self.search, trial, members)
            self.terminal.line(line(result, self.search), "yellow" if result.reason else "")


def line(result: Result, search: Search) -> str:
    """Tell of a trial on a line."""
    trial = result.trial
    told = f"{search.objective} {figure(result.objective)}"
    if result.reason is not None:
        told = f"failed: {result.reason.partition(chr(10))[0]}"
    epochs = "" if trial.epochs is None else f"{trial.epochs} epochs, "
    more = "" if trial.before is None else f" (trial {trial.before} goes on)"
    return f"trial {trial.number}  {told} · {epochs}{changes.in_a_row(trial.values)}{more}"


def table(ranked: Sequence[Result], search: Search) -> tuple[list[str], list[list[str]]]:
    """Lay out the best trials: their values, objective, epochs and seconds."""
    names = changes.short_names(search.space)
    header = ["trial", *names.values(), search.objective, "epochs", "seconds"]
    rows = []
    for one in ranked[:MOST_ROWS]:
        cells = [
            changes.spelled(one.trial.values[key]) if key in one.trial.values else "–"
            for key in names
        ]
        ends = [figure(one.objective), figure_of_epochs(one.epochs), figure(one.seconds)]
        rows.append([str(one.trial.number), *cells, *ends])
    return header, rows


def figure_of_epochs(epochs: float | None) -> str:
    """Spell a number of epochs, which is a mean over folds.

    Example:
        >>> figure_of_epochs(12.0), figure_of_epochs(12.4)
        ('12', '12.4')
    """
    return "–" if epochs is None else f"{epochs:.1f}".removesuffix(".0")


def conclude(
    terminal: Terminal,
    folder: Path,
    search: Search,
    ranked: Sequence[Result],
    failed: int,
    metrics: dict[str, Any],
) -> None:
    """Show the best trials, and what came out of the best one trained once more.

    Args:
        terminal: Where to.
        folder: That of the search.
        search: The section.
        ranked: The trials that have come to their end, the best first.
        failed: How many have failed.
        metrics: Those of the best one's own run.
    """
    terminal.line()
    terminal.table(*table(ranked, search))
    if failed:
        terminal.fact("failed", f"{failed} of {failed + len(ranked)} trials; study.json says why")
    terminal.fact("best", f"{changes.overrides(ranked[0].trial.changes)}")
    terminal.line()
    terminal.line(f"trial {ranked[0].trial.number} trained alone once more:")
    parts = metrics["splits"]
    rows = [
        [name, *(figure(figures.get(name)) for figures in parts.values())]
        for name in metrics["main"]
    ]
    terminal.table(["", *parts], rows)
    terminal.fact("next", f"dltrain fit {folder / 'best.yaml'}")
    terminal.fact("", f"dltrain report {folder} --open")
