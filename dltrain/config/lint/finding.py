"""What a rule is, and what it finds: a place, the words and how much it matters.

A message has the grammar of all others behind severity and rule:
`FILE:LINE:COLUMN: warning DL033 patience_never_reached: KEY: got X, expected Y. WAY OUT.`
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from dltrain.config.checks.translation import Problem
from dltrain.config.lint.subject import Subject
from dltrain.config.text.places import Place

# An error never trains well, a warning seldom; a hint can be what was meant.
Severity = Literal["error", "warning", "hint"]
ERROR: Severity = "error"
WARNING: Severity = "warning"
HINT: Severity = "hint"


def _nothing(subject: Subject) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True)
class Rule:
    """One thing that a valid file can do badly.

    Attributes:
        id: `DL` and three digits; what a comment allows it by.
        name: The same in words.
        severity: Errors stop `fit`; warnings and hints are shown.
        reason: Why it is bad, in one line.
        check: Finds each place in a file where it is done.
    """

    id: str
    name: str
    severity: Severity
    reason: str
    check: Callable[[Subject], Iterable[Problem]] = _nothing


@dataclass(frozen=True)
class Finding:
    """One place where a file goes against a rule."""

    rule: Rule
    place: Place
    problem: Problem

    def __str__(self) -> str:
        rule = self.rule
        return f"{self.place}: {rule.severity} {rule.id} {rule.name}: {self.problem}"
