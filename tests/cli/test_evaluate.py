"""`dltrain evaluate` as a user meets it."""

from __future__ import annotations

import json

import pytest


def test_json_is_what_metrics_json_holds(finished, command):
    ended = command("evaluate", finished.folder.path, "--json")

    metrics = finished.folder.read_json("metrics.json")
    del metrics["baselines"]
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert json.loads(ended.stdout) == metrics
    assert list(json.loads(ended.stdout)["splits"]) == list(metrics["splits"])


@pytest.mark.slow
def test_a_process_of_its_own_prints_the_same(finished, shell, tmp_path):
    ended = shell("evaluate", f"{finished.folder.path}/", "--json", folder=tmp_path)

    splits = finished.folder.read_json("metrics.json", "splits")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["splits"] == splits


def test_a_table_has_a_column_for_each_part(finished, command):
    ended = command("evaluate", finished.folder.path)

    told = finished.ended.stderr.splitlines()
    at = next(number for number, line in enumerate(told) if "95 % interval" in line)
    header, accuracy, auc, f1, loss = told[at : at + 5]
    width = header.index("    majority")
    without_baselines = [line[:width].rstrip() for line in (header, accuracy, auc, f1, loss)]
    assert ended.stdout.splitlines() == without_baselines
    assert header[width:].split() == ["majority", "linear", "boosting"]


def test_one_part_of_the_last_model_can_be_chosen(finished, command):
    ended = command(
        "evaluate", finished.folder.path, "--split", "test", "--checkpoint", "last", "--json"
    )

    figures = json.loads(ended.stdout)
    assert (figures["checkpoint"], figures["epoch"]) == ("last", 12)
    assert list(figures["splits"]) == ["test"]


def test_other_data_can_be_named_from_the_current_folder(finished, command, monkeypatch):
    monkeypatch.chdir(finished.data.parent)

    ended = command("evaluate", finished.folder.path, "--data", "fruit.csv", "--json")

    assert list(json.loads(ended.stdout)["splits"]) == ["data"]


MISTAKES = {
    "nothing there": (
        ["nothing"],
        "got nothing, which does not exist, expected a run folder. "
        "`fit` prints it as its last line.\n",
    ),
    "another folder": (
        ["."],
        "got ., which has no status.json, expected a run folder. "
        "`fit` prints it as its last line.\n",
    ),
    "data and part": ([".", "--data", "a.csv", "--split", "val"], "Usage: "),
    "unknown part": ([".", "--split", "tests"], "Usage: "),
    "no run": ([], "Usage: "),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_ends_with_2(command, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)

    ended = command("evaluate", *arguments)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith(message)
    assert "Traceback" not in ended.stderr


def test_missing_data_ends_with_2(finished, command):
    ended = command("evaluate", finished.folder.path, "--data", "nothing.csv")

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "nothing.csv" in ended.stderr


def test_a_name_means_its_latest_run(finished, command, monkeypatch):
    monkeypatch.chdir(finished.folder.path.parents[2])

    ended = command("evaluate", "fruit", "--split", "val")

    assert ended.stdout == command("evaluate", finished.folder.path, "--split", "val").stdout
    assert command("evaluate", "fruits").stderr == (
        "got fruits, which does not exist, expected a run folder. `fit` prints it as its last "
        "line.\n"
    )
