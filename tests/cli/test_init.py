"""`dltrain init`: a file to begin with, from a template or for a table."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from dltrain.config import load
from dltrain.templates import shipped

COLUMNS = "id,age,sort,name,flag,y"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_people(path, rows=200):
    """Make a table with an identifier, gaps, names, a constant and two classes."""
    draw = np.random.default_rng(5)
    age, sort = draw.normal(40, 12, rows).round(1), draw.choice(["a", "b", "c"], rows)
    answer = np.where(age + 15 * (sort == "b") + draw.normal(0, 4, rows) > 45, "yes", "no")
    ages = [f"{one}" if index % 11 else "?" for index, one in enumerate(age)]
    lines = [
        f"{index},{ages[index]},{sort[index]},person {index},7,{answer[index]}"
        for index in range(rows)
    ]
    path.write_text("\n".join([COLUMNS, *lines, ""]), encoding="utf-8")
    return path


def test_without_arguments_the_shortest_template_is_written(command, home):
    ended = command("init")

    assert (ended.exit_code, ended.stdout) == (0, "config.yaml\n")
    assert ended.stderr == (
        "next    dltrain fit config.yaml     (`dltrain init --list` shows other templates)\n"
    )
    assert (home / "config.yaml").read_text(encoding="utf-8") == shipped.text("minimal")


def test_the_list_has_a_line_for_each_template(command, home):
    ended = command("init", "--list")

    assert [line.split()[0] for line in ended.stdout.splitlines()] == shipped.names()
    assert list(home.iterdir()) == []


def test_a_template_names_the_file_that_it_became(command, home):
    ended = command("init", "images", "-o", "my net.yaml")

    assert (ended.stdout, ended.stderr) == ("my net.yaml\n", "next    dltrain fit 'my net.yaml'\n")
    assert "#   dltrain fit 'my net.yaml'\n" in (home / "my net.yaml").read_text(encoding="utf-8")


def test_a_template_can_go_to_stdout(command, home):
    ended = command("init", "text", "-o", "-")

    assert (ended.stdout, ended.stderr) == (shipped.text("text"), "")
    assert list(home.iterdir()) == []


def test_a_file_is_overwritten_only_by_force(command, home):
    (home / "config.yaml").write_text("mine")

    refused = command("init")
    kept = (home / "config.yaml").read_text()
    forced = command("init", "--force")

    assert (refused.exit_code, kept) == (2, "mine")
    assert forced.exit_code == 0
    assert (home / "config.yaml").read_text(encoding="utf-8") == shipped.text("minimal")


WRONG = {
    "an unknown template": (
        ["imagse"],
        "TEMPLATE: got 'imagse', expected one of autoencoder, graph, images, minimal, "
        "table-classification, table-regression, …. Did you mean 'images'?",
    ),
    "a template beside data": (
        ["images", "--data", "people.csv"],
        "TEMPLATE: got one beside --data, expected one of the two.",
    ),
    "a target without data": (
        ["--target", "y"], "--target: got it without --data, expected a table to look at.",
    ),
    "data that is not there": (
        ["--data", "nobody.csv", "--target", "y"],
        "--data: got nobody.csv, which does not exist, expected a file.",
    ),
    "a folder as data": (
        ["--data", ".", "--target", "y"], "--data: got the folder ., expected a file.",
    ),
    "no target": (
        ["--data", "people.csv"],
        "--target: got nothing, expected the name or position of a column of people.csv.\n"
        "    0  id\n    1  age\n    2  sort\n    3  name\n    4  flag\n    5  y",
    ),
    "an unknown target": (
        ["--data", "people.csv", "--target", "ages"],
        "--target: got 'ages', expected one of age, flag, id, name, sort, y, or a position from "
        "-6 to 5. Did you mean 'age'?",
    ),
    "a file that is there": (
        ["-o", "people.csv"],
        "--output: got people.csv, which exists, expected a new file. `--force` overwrites it.",
    ),
    "a folder that is not there": (
        ["-o", "nowhere/config.yaml"],
        "--output: got nowhere/config.yaml (No such file or directory), expected a file that can "
        "be written. Name another with `-o`.",
    ),
    "several mistakes": (
        ["--target", "y", "-o", "people.csv"],
        "--target: got it without --data, expected a table to look at.\n"
        "--output: got people.csv, which exists, expected a new file. `--force` overwrites it.",
    ),
    "no table": (
        ["--data", "broken.csv", "--target", "y"],
        "got broken.csv, which is broken (Expected 2 fields in line 3, saw 3), expected a table of "
        "comma-separated values in UTF-8. Mend the file.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_written_is_said(command, home, arguments, message):
    write_people(home / "people.csv")
    (home / "broken.csv").write_text("a,y\n1,0\n2,1,5\n")

    ended = command("init", *arguments)

    assert (ended.exit_code, ended.stdout, ended.stderr) == (2, "", message + "\n")
    assert not (home / "config.yaml").exists()


def test_a_file_for_a_table_says_what_was_seen(command, home):
    write_people(home / "people.csv")

    ended = command("init", "--data", "people.csv", "--target", "y")

    text = (home / "config.yaml").read_text(encoding="utf-8")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert ended.stderr == "next    dltrain fit config.yaml\n"
    assert "# people.csv: 200 rows, 6 columns, of which 2 are used to predict y." in lines
    assert "- id # identifier: a number of its own in every row" in lines
    assert "- name # names, codes or free text: 200 different in 200 rows" in lines
    assert "- flag # always 7" in lines
    assert 'na_values: ["?"] # also mean a missing value' in lines
    assert "sort: {type: category} # a, b, c" in lines
    assert any(line.startswith("age: {type: number}") for line in lines)
    assert any(line.endswith("missing in 19 rows") for line in lines)


def test_a_file_for_a_table_holds_nothing_that_is_learned(command, home):
    write_people(home / "people.csv")
    command("init", "--data", "people.csv", "--target", "y")

    dataset = load(home / "config.yaml").experiment.dataset

    assert {name: column.model_fields_set for name, column in dataset.columns.items()} == {
        "age": {"type"},
        "sort": {"type"},
    }
    assert dataset.missing == "impute"


PLACES = {"beside": ("a.yaml", "people.csv"), "below": ("sub/a.yaml", "../people.csv")}


@pytest.mark.parametrize(("output", "path"), PLACES.values(), ids=PLACES.keys())
def test_the_path_is_relative_to_the_file_that_is_written(command, home, output, path):
    write_people(home / "people.csv")
    (home / "sub").mkdir()

    command("init", "--data", home / "people.csv", "--target", "y", "-o", output)

    assert f"path: {path}" in (home / output).read_text(encoding="utf-8")
    assert command("validate", output).exit_code == 0


STRANGE = ['"a: b"', '"c #d"', '"e""f"', "naïve", '"null"', '"yes"', '"x, y"', '"[z"', "&w", "'v"]


def test_names_are_quoted_where_yaml_needs_it(command, home):
    names = [*STRANGE, "on"]
    cells = [",".join(str(i * k % 17 + k) for k in range(2, 12)) for i in range(60)]
    lines = [f"{line},{i % 2}" for i, line in enumerate(cells)]
    (home / "a: 1.csv").write_text("\n".join([",".join(names), *lines, ""]), encoding="utf-8")

    ended = command("init", "--data", "a: 1.csv", "--target", "on")

    dataset = load(home / "config.yaml").experiment.dataset
    assert ended.exit_code == 0
    assert list(dataset.columns) == [
        "a: b", "c #d", 'e"f', "naïve", "null", "yes", "x, y", "[z", "&w", "'v",
    ]  # fmt: skip
    assert dataset.target == "on"


def test_names_from_the_data_stay_inside_of_comments(command, home):
    cells = "".join(f"{i * 7 % 13},{i % 2}\n" for i in range(60))
    (home / "a\nseed: 9.csv").write_text(f'a,"y\nseed: 9"\n{cells}', encoding="utf-8")

    ended = command("init", "--data", "a\nseed: 9.csv", "--target", "1")

    assert ended.exit_code == 0
    assert load(home / "config.yaml").experiment.seed == 0


@pytest.mark.slow
def test_a_file_for_a_table_trains(command, home):
    write_people(home / "people.csv")
    command("init", "--data", "people.csv", "--target", "y")

    checked = command("validate", "config.yaml")
    ended = command("fit", "config.yaml")

    assert (checked.stdout, checked.stderr) == ("config.yaml: valid\n", "")
    figures = json.loads((ended.folder / "metrics.json").read_text())["splits"]["test"]
    assert ended.exit_code == 0
    assert figures["accuracy"] > 0.75


REAL = {
    "titanic": ("titanic/titanic.csv", "Survived", "accuracy", 0.75, 1.0),
    "heart": ("heart/heart.csv", "target", "accuracy", 0.7, 1.0),
    "wine quality": ("wine-quality/winequality-red.csv", "quality", "mae", 0.0, 0.56),
    "iris": ("small/iris.csv", "-1", "accuracy", 0.9, 1.0),
    "auto-mpg": ("auto-mpg/auto-mpg.data", "0", "mae", 0.0, 2.6),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "target", "figure", "least", "most"), REAL.values(), ids=REAL.keys()
)
def test_a_file_for_a_real_table_trains_to_decent_figures(
    command, home, data, target, figure, least, most
):
    table = Path(os.environ.get("DLTRAIN_DATA", "")) / data
    if "DLTRAIN_DATA" not in os.environ or not table.is_file():
        pytest.skip(f"DLTRAIN_DATA is not set, or holds no {data}")
    command("init", "--data", table, "--target", target)

    checked = command("validate", "config.yaml")
    ended = command("fit", "config.yaml")

    assert (checked.stdout, checked.stderr) == ("config.yaml: valid\n", "")
    assert ended.exit_code == 0, ended.stderr
    figures = json.loads((ended.folder / "metrics.json").read_text())["splits"]["test"]
    assert least <= figures[figure] <= most
