"""`dltrain inspect` as a user meets it."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from dltrain.config import load
from dltrain.data import prepare


def test_data_shows_rows_target_columns_and_prepared_rows(fruit, command):
    ended = command("inspect", "data", fruit, "--rows", "2")

    assert (ended.exit_code, ended.stderr) == (0, "")
    headings = [line for line in ended.stdout.splitlines() if line and line[0].isalpha()]
    assert headings == [
        f"fruit   {fruit}",
        "rows",
        "target sort: binary",
        "input: table 8",
        "input: table 8, learned from train",
        "warnings",
        "prepared rows of train: input",
        "prepared targets of the same rows",
    ]
    assert "weight" in ended.stdout
    assert "center" in ended.stdout


def test_data_tells_what_fit_will_be_given(fruit, command):
    ended = command("inspect", "data", fruit, "--json")

    facts, experiment = json.loads(ended.stdout), load(str(fruit)).experiment
    data = prepare(experiment.dataset.model_dump(), experiment.split.model_dump(), None)
    assert facts["fingerprint"] == data.fingerprint
    assert facts["rows"]["parts"] == {name: len(part) for name, part in data.parts.items()}
    learned = {one["name"]: one["learned"] for one in facts["inputs"][0]["columns"]}
    for column in data.inputs.to_json()["columns"]:
        told = {key: column[key] for key in column if key not in ("name", "type")}
        assert learned[column["name"]] == told


def test_the_keys_of_the_json_are_stable(fruit, command):
    facts = json.loads(command("inspect", "data", fruit, "--json").stdout)

    assert list(facts) == [
        "config", "name", "dataset", "fingerprint", "rows", "split", "test_is_closed", "targets",
        "inputs", "warnings", "sample",
    ]  # fmt: skip
    assert list(facts["inputs"][0]["columns"][0]) == [
        "name", "type", "encoding", "missing", "range", "unique", "most_frequent", "counted_rows",
        "learned", "unknown",
    ]  # fmt: skip
    model = json.loads(command("inspect", "model", fruit, "--json").stdout)
    assert list(model) == [
        "config", "name", "layers", "parameters", "batch_size", "multiply_adds", "memory",
        "engine", "optimizer", "loss",
    ]  # fmt: skip
    assert list(model["layers"][0]) == [
        "name", "type", "arguments", "reads", "output_shape", "dtype", "parameters",
        "multiply_adds", "is_exact", "receptive_field", "shares_weights", "layers",
    ]  # fmt: skip


def test_overrides_and_without_hold_here_too(fruit, command):
    ended = command(
        "inspect", "data", fruit, "split.type=none", "--without", "training.best", "--json"
    )

    assert json.loads(ended.stdout)["rows"]["parts"] == {"train": 240}


def test_model_shows_layers_and_totals(fruit, command):
    ended = command("inspect", "model", fruit)

    assert (ended.exit_code, ended.stderr) == (0, "")
    assert "dense 8 relu" in ended.stdout
    assert "binary_crossentropy" in ended.stdout
    assert "parameters     81" in ended.stdout


def test_a_page_and_a_diagram_are_written_where_the_user_says(fruit, command, tmp_path):
    page, drawing = tmp_path / "a.html", tmp_path / "b.svg"

    assert command("inspect", "data", fruit, "--html", page).exit_code == 0
    assert command("inspect", "model", fruit, "--svg", drawing).exit_code == 0

    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert ElementTree.parse(drawing).getroot().tag.endswith("svg")


def test_nothing_else_is_left_behind(fruit, command, tmp_path):
    before = sorted(tmp_path.iterdir())

    for what in ("data", "model"):
        command("inspect", what, fruit)

    assert sorted(tmp_path.iterdir()) == before


def test_help_lists_both(command):
    ended = command("inspect", "--help")

    assert ended.exit_code == 0
    assert "Show the data that CONFIG describes" in ended.stdout
    assert "Show the network that CONFIG describes" in ended.stdout


MISTAKES = {
    "another ending": (
        ["data", "fruit.yaml", "--html", "page.txt"],
        "--html: got page.txt, expected a file that ends with .html.\n",
    ),
    "the config itself": (
        ["model", "fruit.yaml", "--svg", "fruit.yaml"],
        "--svg: got fruit.yaml, expected a file that ends with .svg.\n",
    ),
    "no such folder": (
        ["data", "fruit.yaml", "--html", "nothing/a.html"],
        "--html: got nothing/a.html, whose folder does not exist, expected a file in a folder "
        "that is there.\n",
    ),
    "no such data": (
        ["data", "fruit.yaml", "dataset.path=nothing.csv"],
        "argument 'dataset.path=nothing.csv': dataset.path: got ",
    ),
    "a layer that does not fit": (
        ["model", "fruit.yaml", "architecture.layers.0={type: conv2d, filters: 2, kernel_size: 3}"],
        "argument 'architecture.layers.0={type: conv2d, filters: 2, kernel_siz…': "
        "architecture.layers.0: got an input of shape (8,), expected (height, width, channels)",
    ),
    "a misspelled key": (
        ["data", "fruit.yaml", "dataset.pth=a.csv"],
        "argument 'dataset.pth=a.csv': dataset.pth: got an unknown key, expected one of ",
    ),
    "no config": (["data"], "Usage: "),
    "rows below 0": (["data", "fruit.yaml", "--rows", "-1"], "Usage: "),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_ends_with_2(fruit, command, arguments, message):
    ended = command("inspect", *arguments)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith(message)
    assert "Traceback" not in ended.stderr


def test_a_folder_in_the_way_is_named(fruit, command, tmp_path):
    (tmp_path / "a.html").mkdir()

    ended = command("inspect", "data", fruit, "--html", "a.html")

    assert ended.exit_code == 2
    assert ended.stderr == "--html: got the folder a.html, expected a file.\n"
