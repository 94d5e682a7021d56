"""`dltrain runs` as a user meets it, over a run that was trained."""

from __future__ import annotations

import csv
import io
import json
import shutil

import pytest


@pytest.fixture
def runs(finished, tmp_path, monkeypatch):
    """The finished run twice, under two names, the later one with another learning rate."""
    monkeypatch.chdir(tmp_path)
    for name, time in (("fruit", "20261120-120000"), ("other", "20261121-120000")):
        shutil.copytree(finished.folder.path, tmp_path / "runs" / name / time)
    resolved = tmp_path / "runs" / "other" / "20261121-120000" / "config.resolved.yaml"
    text = resolved.read_text(encoding="utf-8").replace("learning_rate: 0.001", "learning_rate: 1")
    resolved.write_text(text, encoding="utf-8")
    return tmp_path / "runs"


def test_a_list_shows_a_line_for_each_run(runs, finished, command):
    ended = command("runs", "list", "--columns", "+optimizer.learning_rate,name")

    test = finished.folder.read_json("metrics.json", "splits", "test")
    header, *lines = ended.stdout.splitlines()
    assert (ended.exit_code, ended.stderr, len(lines)) == (0, "", 2)
    assert header.split()[:6] == ["run", "status", "epochs", "best_epoch", "seconds", "val.loss"]
    assert header.split()[-2:] == ["optimizer.learning_rate", "name"]
    for name, rate, line in zip(("other", "fruit"), ("1", "0.001"), lines, strict=True):
        cells = line.split()
        assert cells[1:3] == ["finished", "12"]
        assert cells[-2:] == [rate, name]
        assert f"{test['accuracy']:.3f}" in cells


def test_a_list_is_filtered_and_sorted(runs, command):
    ended = command(
        "runs", "list", "--where", "optimizer.type=adam", "--where", "optimizer.learning_rate<1",
        "--sort", "val.loss", "--csv",
    )  # fmt: skip

    (row,) = csv.DictReader(io.StringIO(ended.stdout))
    assert row["run"] == "runs/fruit/20261120-120000"
    assert (row["optimizer.type"], row["optimizer.learning_rate"]) == ("adam", "0.001")


def test_a_list_as_json_holds_all_digits(runs, finished, command):
    ended = command("runs", "list", "--json", "--limit", "1")

    (facts,) = json.loads(ended.stdout)
    assert facts["val.loss"] == finished.folder.read_json("metrics.json", "splits", "val", "loss")


def test_a_list_as_markdown(runs, command):
    ended = command("runs", "list", "runs/fruit", "--md", "--columns", "run,epochs")

    assert ended.stdout == (
        "| run | epochs |\n|:--|--:|\n| runs/fruit/20261120-120000 | 12 |\n"
    )  # fmt: skip


def test_what_is_passed_over_is_told_on_stderr(runs, command):
    (runs / "notes").mkdir()

    ended = command("runs", "list", "--json", "--columns", "name")

    assert [one["name"] for one in json.loads(ended.stdout)] == ["other", "fruit"]
    assert ended.stderr == "passed over: 1 folder without status.json (runs/notes)\n"


def test_show_fits_on_a_screen_and_names_what_the_run_is(runs, finished, command):
    ended = command("runs", "show", "fruit")

    lines = ended.stdout.splitlines()
    labels = [line.split(" ")[0] for line in lines]
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert len(lines) < 50
    for label in ("run", "status", "seconds", "config", "data", "model", "epochs", "files"):
        assert label in labels
    assert f"config   {finished.config} · seed 3" in ended.stdout
    assert "train 168 · val 24 · test 48" in ended.stdout
    assert "dense 8 relu → dropout 0.1 → dense 1 sigmoid" in ended.stdout
    header = next(line for line in lines if line.split()[:3] == ["train", "val", "test"])
    assert "majority" in header


def test_show_as_json_holds_the_metrics(runs, finished, command):
    ended = command("runs", "show", "fruit", "--json")

    facts = json.loads(ended.stdout)
    assert facts["metrics"] == finished.folder.read_json("metrics.json")
    assert facts["data"]["rows"] == {"train": 168, "val": 24, "test": 48}


def test_show_tells_which_files_are_broken(runs, command):
    folder = "runs/fruit/20261120-120000"
    (runs / "fruit" / "20261120-120000" / "metrics.json").write_text("{", encoding="utf-8")

    ended = command("runs", "show", "fruit")

    assert (ended.exit_code, ended.stderr) == (0, f"broken: {folder}/metrics.json\n")


def test_compare_says_what_differs_and_that_the_predictions_do_not(runs, command):
    ended = command("runs", "compare", "fruit", "other")

    assert (ended.exit_code, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[:9] == [
        "runs",
        "   run                         status",
        "A  runs/fruit/20261120-120000  finished",
        "B  runs/other/20261121-120000  finished",
        "",
        "config",
        "key                          A  B",
        "optimizer.learning_rate  0.001  1",
        "",
    ]
    assert lines[9] == "test, B against A, on the same 48 rows"
    assert lines[-2:] == [
        "the predictions are the same",
        "accuracy by McNemar's exact test: 0 right in B alone, 0 in A alone, p 1.000",
    ]
    assert "not distinguishable" in lines[11]


def test_figures_of_the_predictions_are_those_of_the_run(runs, finished, command):
    ended = command("runs", "compare", "fruit", "other", "--split", "train", "--json")

    pair = json.loads(ended.stdout)["pairs"]["B"]
    train = finished.folder.read_json("metrics.json", "splits", "train")
    assert pair["rows"] == 168
    for name in ("accuracy", "f1"):
        assert pair["figures"][name]["first"] == pytest.approx(train[name], abs=1e-6)
    assert pair["figures"]["log_loss"]["first"] == pytest.approx(train["loss"], abs=1e-5)


def test_compare_as_csv_and_markdown(runs, command):
    table = command("runs", "compare", "fruit", "other", "--csv")
    markdown = command("runs", "compare", "fruit", "other", "--md")

    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    assert [row["value"] for row in rows[:2]] == ["0.001", "1"]
    accuracy = [row for row in rows if row["key"] == "accuracy"]
    assert [row["verdict"] for row in accuracy] == ["", "not distinguishable"]
    assert "### config\n\n| key | A | B |\n|:--|--:|--:|\n" in markdown.stdout


MISTAKES = {
    "an unknown column": (
        ["list", "--sort", "val.los"],
        "--sort: got 'val.los', expected one of best_epoch, ended, epochs, name, reason, run, …, "
        "a figure such as val.loss, or a key of the config. Did you mean 'val.loss'?\n",
    ),
    "no folder": (
        ["list", "nothing"],
        "got nothing, which does not exist, expected a folder of runs. "
        "`dltrain fit CONFIG` makes one.\n",
    ),
    "no run": (
        ["show", "frut"],
        "got frut, which does not exist, expected a run folder or the name of runs. "
        "Did you mean 'fruit'?\n",
    ),
    "one run": (["compare", "fruit"], "got 1 run, expected 2 to 26 to compare.\n"),
    "two forms": (["list", "--csv", "--json"], "Usage: "),
    "two forms of a comparison": (["compare", "fruit", "other", "--md", "--csv"], "Usage: "),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_ends_with_2(runs, command, arguments, message):
    ended = command("runs", *arguments)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith(message)
    assert "Traceback" not in ended.stderr
