"""`dltrain validate` and what all commands share."""

from __future__ import annotations

import json
import re
from importlib import metadata

import pytest


def test_every_file_is_checked_and_every_problem_shown(fruit, command, tmp_path):
    (tmp_path / "wrong.yaml").write_text("seed: many\nepochs: 3\n")

    ended = command("validate", "fruit.yaml", "wrong.yaml", "nothing.yaml")

    problems = ended.stderr.splitlines()
    assert ended.exit_code == 2
    assert ended.stdout == "fruit.yaml: valid\n"
    assert [line.split(":")[0] for line in problems] == ["wrong.yaml"] * 4 + ["nothing.yaml"]
    assert problems[-1] == "nothing.yaml: got no such file, expected a YAML file."


def test_valid_files_end_with_0(fruit, command):
    ended = command("validate", "fruit.yaml", "fruit.yaml")

    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout == "fruit.yaml: valid\n" * 2


POOR = """\
training: {shuffle: false}
optimizer: {type: adam, learning_rate: 7}
"""
HINT = (
    "poor.yaml:15:21: hint DL070 rows_not_shuffled: training.shuffle: got false, expected true. "
    "Rows that are sorted by class train badly in their order."
)
WARNING = (
    "poor.yaml:16:40: warning DL060 learning_rate_range: optimizer.learning_rate: got 7, "
    "expected a rate from 1e-6 to 1. 0.001 is a good start for adam, 0.01 for sgd."
)


@pytest.fixture
def poor(fruit):
    """A valid file with a hint and a warning."""
    text = re.sub("training:.*\n", "", fruit.read_text(encoding="utf-8"))
    (fruit.parent / "poor.yaml").write_text(text + POOR, encoding="utf-8")


def test_a_poor_file_is_valid_and_says_why_it_is_poor(poor, command):
    ended = command("validate", "poor.yaml")

    assert (ended.exit_code, ended.stdout) == (0, "poor.yaml: valid\n")
    assert ended.stderr.splitlines() == [HINT, WARNING]


def test_strict_lets_warnings_fail_but_not_hints(poor, fruit, command):
    hint = fruit.read_text(encoding="utf-8").replace("epochs: 12", "epochs: 12, shuffle: false")
    fruit.write_text(hint, encoding="utf-8")

    ended = command("validate", "--strict", "poor.yaml", "fruit.yaml")

    assert (ended.exit_code, ended.stdout) == (2, "fruit.yaml: valid\n")


def test_errors_of_lint_fail(fruit, command):
    fruit.write_text(fruit.read_text(encoding="utf-8") + "task: regression\n", encoding="utf-8")

    ended = command("validate", "fruit.yaml")

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "error DL021 class_metric_for_numbers: metrics.0: " in ended.stderr


def test_json_is_one_document_about_all_files(poor, command):
    ended = command("validate", "--format", "json", "poor.yaml", "nothing.yaml")

    told = json.loads(ended.stdout)
    assert (ended.exit_code, ended.stderr) == (2, "")
    assert told["files"] == [
        {"file": "poor.yaml", "valid": True},
        {"file": "nothing.yaml", "valid": False},
    ]
    assert [list(problem) for problem in told["problems"]] == [
        ["file", "line", "column", "key", "severity", "rule", "name", "message"]
    ] * 3
    assert [tuple(problem.values()) for problem in told["problems"]] == [
        ("poor.yaml", 15, 21, "training.shuffle", "hint", "DL070", "rows_not_shuffled",
         HINT.split(": ", 3)[3]),
        ("poor.yaml", 16, 40, "optimizer.learning_rate", "warning", "DL060",
         "learning_rate_range", WARNING.split(": ", 3)[3]),
        ("nothing.yaml", None, None, None, "error", None, None,
         "got no such file, expected a YAML file."),
    ]  # fmt: skip


def test_github_gets_a_workflow_command_for_each_problem(poor, command, tmp_path):
    (tmp_path / "100%, a.yaml").write_text("a: [1\n", encoding="utf-8")

    ended = command("validate", "--format", "github", "poor.yaml", "100%, a.yaml")

    lines = ended.stdout.splitlines()
    assert (ended.exit_code, ended.stderr) == (2, "")
    assert lines[0] == (
        "::notice file=poor.yaml,line=15,col=21,title=DL070 rows_not_shuffled::"
        f"training.shuffle: {HINT.split(': ', 3)[3]}"
    )
    assert lines[1].startswith("::warning file=poor.yaml,line=16,col=40,title=DL060 ")
    assert lines[2].startswith("::error file=100%25%2C a.yaml,line=1,col=4,title=dltrain::got ")
    assert "%0A    a: [1%0A" in lines[2]
    assert len(lines) == 3


@pytest.mark.parametrize("arguments", [["--help"], ["-h"]], ids=["--help", "-h"])
def test_help_lists_the_commands(command, arguments):
    ended = command(*arguments)

    assert (ended.exit_code, ended.stderr) == (0, "")
    assert [name for name in ("fit", "evaluate", "validate") if f"  {name} " in ended.stdout] == [
        "fit", "evaluate", "validate"
    ]  # fmt: skip


def test_the_version_is_that_of_the_package(command):
    assert command("--version").stdout == f"{metadata.version('dltrain')}\n"


def test_nothing_at_all_shows_the_help(command):
    ended = command()

    assert ended.exit_code == 2
    assert "Usage: " in ended.stderr
