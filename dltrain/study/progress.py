"""How far a study has come, a line for a member or for several where there are many."""

from __future__ import annotations

import math

from dltrain.study.member import Failure
from dltrain.terminal import Terminal

MOST_LINES = 20


class Progress:
    """Counts the members that are done.

    Args:
        terminal: Where it is told.
        total: All members.
    """

    def __init__(self, terminal: Terminal, total: int) -> None:
        self.terminal, self.total = terminal, total
        self.done = 0
        self.every = math.ceil(total / MOST_LINES)

    def skip(self, members: int) -> None:
        """Count members that were finished before."""
        if members:
            self.done += members
            self.terminal.line(f"{self.done} of {self.total}  finished before")

    def show(self, told: Failure | str) -> None:
        """Count a member, and tell of it where it failed or it is its turn."""
        self.done += 1
        if isinstance(told, Failure):
            reason = told.reason.partition("\n")[0]
            self.terminal.line(
                f"{self.done} of {self.total}  {told.name} failed: {reason}", "yellow"
            )
        elif self.done == 1 or self.done == self.total or self.done % self.every == 0:
            self.terminal.line(f"{self.done} of {self.total}  {told}")
