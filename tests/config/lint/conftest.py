"""What the tests of the rules share: a file by its sections, and what lint says of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dltrain.config import load
from dltrain.config.lint import Facts, Finding, lint

# The file that examples stand on; what they say at the top level replaces its sections.
BASE = {
    "dataset": "dataset: {type: csv, path: table.csv, target: y}\n",
    "architecture": "architecture:\n  layers:\n    - {type: dense, units: 16, activation: relu}\n",
}

Linted = Callable[..., list[Finding]]


@pytest.fixture
def base() -> str:
    """The whole of that file."""
    return "".join(BASE.values())


def whole(example: str) -> str:
    """Put what an example does not say itself before it."""
    given = re.findall(r"^(\w+):", example, re.MULTILINE)
    return "".join(text for name, text in BASE.items() if name not in given) + example


@pytest.fixture
def linted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Linted:
    """Lint an example as the file `a.yaml` of the current folder."""
    monkeypatch.chdir(tmp_path)

    def findings(
        example: str, facts: Facts | None = None, arguments: tuple[str, ...] = ()
    ) -> list[Finding]:
        Path("a.yaml").write_text(whole(example), encoding="utf-8")
        return lint(load("a.yaml", arguments), facts)

    return findings


@pytest.fixture
def rules(linted: Linted) -> Callable[..., list[str]]:
    """Name the rules that an example goes against."""
    return lambda *arguments: [finding.rule.id for finding in linted(*arguments)]


@pytest.fixture
def messages(linted: Linted) -> Callable[..., list[str]]:
    """Say what lint says of an example."""
    return lambda *arguments: [str(finding) for finding in linted(*arguments)]
