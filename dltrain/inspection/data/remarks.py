"""What is wrong with the data, or looks so: the rules of `config/lint`, and `data/quality`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dltrain.config import Config
from dltrain.config.lint import Finding, lint
from dltrain.data import Data
from dltrain.errors import dotted, sentence
from dltrain.facts import facts_of


def remarks(config: Config, data: Data, opened: Collection[str]) -> list[dict[str, Any]]:
    """List what `fit` would say about file and data before the network is built.

    Args:
        config: The checked file.
        data: The prepared rows.
        opened: The parts whose cells may be looked at; nothing is said about the rows of others.

    Returns:
        For each its severity, rule, place, key and message; what is said about rows has no rule
        and no place.
    """
    of_rows = [
        {"severity": "warning", "rule": None, "name": None, "place": None, "key": None,
         "message": line}
        for line in data.quality.within(opened).sentences()
    ]  # fmt: skip
    return of_rows + [_of_rule(finding) for finding in lint(config, facts_of(data))]


def _of_rule(finding: Finding) -> dict[str, Any]:
    rule, problem = finding.rule, finding.problem
    return {
        "severity": rule.severity,
        "rule": rule.id,
        "name": rule.name,
        "place": str(finding.place),
        "key": dotted(problem.key),
        "message": sentence(problem.got, problem.expected, problem.way_out),
    }
