"""`dltrain validate` and what all commands share."""

from __future__ import annotations

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
