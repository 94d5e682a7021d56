"""Everything that is to be said about a file, as data: what is wrong, and what is done badly.

Mistakes come as messages; they are taken apart by the one grammar that all of them have. Nothing
here trains or reads data.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from dltrain.config.lint import Finding, lint
from dltrain.config.lint.finding import ERROR, Severity
from dltrain.config.loading import load
from dltrain.errors import ConfigError, dotted, sentence

# FILE:LINE:COLUMN: KEY: got X, expected Y. WAY OUT. Not every mistake has a line, or a key.
GRAMMAR = re.compile(
    r"(?P<file>.+?)(?::(?P<line>\d+):(?P<column>\d+))?: (?:(?P<key>.+?): )?(?P<message>got .+)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Diagnostic:
    """One thing that is to be said about a file.

    Attributes:
        file: The file as the user named it, or one that it extends.
        line: From 1; None where it is about the file as a whole.
        column: From 1.
        key: Dotted key; None where there is none.
        severity: error, warning or hint.
        rule: Id of the lint rule; None for a mistake.
        name: The same in words.
        message: What was got, what was expected and the way out.
        text: All of it, as it is shown.
    """

    file: str
    line: int | None
    column: int | None
    key: str | None
    severity: Severity
    rule: str | None
    name: str | None
    message: str
    text: str


def diagnose(path: str | Path) -> list[Diagnostic]:
    """Check a file, and lint it if it is valid.

    Returns:
        Every mistake, or every finding, in the order of the file; nothing for a good file.
    """
    try:
        config = load(path)
    except ConfigError as error:
        return [of_mistake(problem, os.fspath(path)) for problem in error.problems]
    return [of_finding(finding) for finding in lint(config)]


def of_finding(finding: Finding) -> Diagnostic:
    """Take a finding apart."""
    place, problem = finding.place, finding.problem
    return Diagnostic(
        file=place.name,
        line=place.line or None,
        column=place.column or None,
        key=dotted(problem.key) or None,
        severity=finding.rule.severity,
        rule=finding.rule.id,
        name=finding.rule.name,
        message=sentence(problem.got, problem.expected, problem.way_out),
        text=str(finding),
    )


def of_mistake(problem: str, file: str) -> Diagnostic:
    """Take a message apart.

    Args:
        problem: The message.
        file: What it is about, where it does not say so itself.

    Example:
        >>> one = of_mistake("a.yaml:3:9: loss: got 'mee', expected one of …. Mend it.", "a.yaml")
        >>> one.file, one.line, one.column, one.key, one.message
        ('a.yaml', 3, 9, 'loss', "got 'mee', expected one of …. Mend it.")
    """
    found = GRAMMAR.fullmatch(problem)
    parts = found.groupdict() if found else {"file": file, "message": problem}
    line, column = parts.get("line"), parts.get("column")
    return Diagnostic(
        file=parts["file"],
        line=int(line) if line else None,
        column=int(column) if column else None,
        key=parts.get("key"),
        severity=ERROR,
        rule=None,
        name=None,
        message=parts["message"],
        text=problem,
    )
