"""Findings have a place, an order and no doubles; errors among them stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from dltrain.config import load
from dltrain.config.lint import RULES, lint, refuse_errors
from dltrain.errors import ConfigError

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))


@pytest.mark.parametrize("path", CONFIGS, ids=[path.stem for path in CONFIGS])
def test_a_shipped_config_has_neither_errors_nor_warnings_nor_hints(path):
    assert [str(finding) for finding in lint(load(path))] == []


def test_ids_and_names_are_unique_and_ids_ascend():
    ids = [rule.id for rule in RULES]

    assert ids == sorted(set(ids))
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_findings_come_in_the_order_of_the_file(linted):
    text = """\
training: {epochs: 5, shuffle: false}
optimizer: {type: sgd, learning_rate: 7}
architecture: {type: mlp, units: [8, 8, 8, 8, 8]}
"""

    found = linted(text)

    assert [(one.place.line, one.rule.id) for one in found] == [
        (2, "DL070"), (3, "DL061"), (3, "DL060"), (4, "DL049"),
    ]  # fmt: skip


def test_a_block_that_is_repeated_is_one_place(rules):
    text = """\
architecture:
  layers:
    - repeat: 3
      layers:
        - {type: dense, units: 8, activation: relu}
        - {type: dropout, rate: 0.9}
"""

    assert rules(text) == ["DL043"]


def test_an_override_is_the_place_of_what_it_says(linted):
    found = linted("seed: 3\n", None, ("optimizer.learning_rate=7",))

    assert str(found[0]) == (
        "argument 'optimizer.learning_rate=7': warning DL060 learning_rate_range: "
        "optimizer.learning_rate: got 7, expected a rate from 1e-6 to 1. "
        "0.001 is a good start for adam, 0.01 for sgd."
    )


def test_errors_stop_and_warnings_are_told_with_them(linted):
    found = linted(
        "task: regression\nmetrics: [accuracy]\ntraining: {shuffle: false}\n"
        "optimizer: {type: adam, learning_rate: 7}\n"
    )

    with pytest.raises(ConfigError) as caught:
        refuse_errors(found)

    assert [problem.split()[1:3] for problem in caught.value.problems] == [
        ["error", "DL021"], ["warning", "DL060"],
    ]  # fmt: skip


def test_warnings_and_hints_do_not_stop(linted):
    refuse_errors(linted("training: {shuffle: false}\noptimizer: {learning_rate: 7}\n"))
