"""What studies say: what they are about to train, and how it was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dltrain import narration
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    from dltrain.assembly import Assembly
    from dltrain.study.member import Member
    from dltrain.study.training import Trained


def introduce(
    terminal: Terminal, assembly: Assembly, members: Sequence[Member], name: str, told: str
) -> None:
    """Say what will be trained on what; the rows and the network are those of the first member.

    Args:
        terminal: Where to.
        assembly: The first member.
        members: All members.
        name: The study's name.
        told: What the study is, in words.
    """
    narration.describe(terminal, assembly, name)
    number = f"{len(members)} training{'s' * (len(members) != 1)}"
    terminal.fact("study", f"{told}: {number}, of which the above is {members[0].name}")
    terminal.line()


def conclude(terminal: Terminal, trained: Trained, total: int) -> None:
    """Say how the members were trained, and how many failed."""
    ways = [f"{number} side by side" for number in trained.together]
    if trained.alone:
        ways.append(f"{trained.alone} by themselves ({'; '.join(trained.reasons)})")
    terminal.fact("trained", " · ".join(ways))
    if trained.failures:
        terminal.fact("failed", f"{len(trained.failures)} of {total}; study.json says why")
