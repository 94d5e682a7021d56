"""`dltrain config show`, `diff`, `schema` and `explain`."""

import json

import pytest
from jsonschema import Draft7Validator


def test_show_prints_a_file_that_loads(fruit, command, tmp_path):
    ended = command("config", "show", "fruit.yaml", "training.epochs=5", "--without", "seed")

    (tmp_path / "shown.yaml").write_text(ended.stdout, encoding="utf-8")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert "  epochs: 5\n" in ended.stdout
    assert "seed: 0\n" in ended.stdout
    assert command("validate", "shown.yaml").exit_code == 0


def test_show_says_where_values_come_from(fruit, command):
    ended = command("config", "show", "fruit.yaml", "training.epochs=5", "--provenance")

    lines = [" ".join(line.split()) for line in ended.stdout.splitlines()]
    assert "seed: 3 # fruit.yaml:3:7" in lines
    assert "epochs: 5 # argument 'training.epochs=5'" in lines
    assert "learning_rate: 0.001 # keras default" in lines


def test_show_of_a_wrong_file_ends_with_2(fruit, command):
    ended = command("config", "show", "fruit.yaml", "training.epochs=many")

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.startswith("argument 'training.epochs=many': training.epochs: got 'many',")


def test_diff_prints_a_line_for_each_key(fruit, command, tmp_path):
    other = fruit.read_text().replace("rate: 0.1", "rate: 0.2").replace("epochs: 12, ", "")
    other = other.replace("seed: 3", "optimizer: sgd")
    (tmp_path / "other.yaml").write_text(other, encoding="utf-8")

    lines = command("config", "diff", "fruit.yaml", "other.yaml").stdout.splitlines()

    assert lines[:2] == ["seed: 3 → 0", "architecture.layers.1.rate: 0.1 → 0.2"]
    assert "optimizer.type: adam → sgd" in lines
    assert "optimizer.beta_1: removed 0.9" in lines
    assert "optimizer.momentum: added 0.0" in lines
    assert lines[-1] == "training.epochs: 12 → 10"


def test_diff_of_equal_files_says_so(fruit, command):
    ended = command("config", "diff", "fruit.yaml", "fruit.yaml")

    assert (ended.exit_code, ended.stdout, ended.stderr) == (0, "no difference\n", "")


def test_diff_as_json_has_the_sides_that_there_are(fruit, command, tmp_path):
    (tmp_path / "other.yaml").write_text(fruit.read_text() + "optimizer: sgd\n", encoding="utf-8")

    found = json.loads(command("config", "diff", "fruit.yaml", "other.yaml", "--json").stdout)

    by_key = {one.pop("key"): one for one in found}
    assert by_key["optimizer.type"] == {"old": "adam", "new": "sgd"}
    assert by_key["optimizer.momentum"] == {"new": 0.0}
    assert by_key["optimizer.amsgrad"] == {"old": False}


@pytest.mark.slow
def test_diff_takes_run_folders(finished, command):
    ended = command("config", "diff", finished.folder.path, finished.config)

    lines = ended.stdout.splitlines()
    assert ended.exit_code == 0
    assert "task: removed binary" in lines
    assert [line for line in lines if line.startswith("optimizer")] == []


@pytest.mark.parametrize("name", ["nothing.yaml", "."], ids=["no file", "no run folder"])
def test_diff_with_nothing_ends_with_2(fruit, command, name):
    ended = command("config", "diff", "fruit.yaml", name)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr.endswith("got no such file, expected a YAML file.\n")


def test_schema_goes_to_stdout_or_to_a_file(fruit, command, tmp_path):
    printed = command("config", "schema")
    written = command("config", "schema", "-o", "schema.json")

    assert (written.stdout, written.exit_code) == ("schema.json\n", 0)
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == printed.stdout
    Draft7Validator.check_schema(json.loads(printed.stdout))


def test_schema_that_cannot_be_written_ends_with_2(fruit, command):
    ended = command("config", "schema", "-o", "nothing/schema.json")

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == (
        "nothing/schema.json: got no such file or directory, expected a file that can be written.\n"
    )


EXPLAINED = """\
optimizer.sgd.momentum
  Share of the last step that is taken again.

  type     a number from 0 to 1
  default  0.0

    optimizer:
      type: sgd
      momentum: 0.9
"""


def test_explain_is_plain_text_where_there_is_no_terminal(command):
    assert command("config", "explain", "optimizer.sgd.momentum").stdout == EXPLAINED


@pytest.mark.parametrize("key", ["", "training", "architecture.layers", "optimizer", "lstm"])
def test_explain_fits_into_80_columns(command, monkeypatch, key):
    monkeypatch.setenv("COLUMNS", "80")

    lines = command("config", "explain", *key.split()).stdout.splitlines()

    assert max(map(len, lines)) <= 80
    assert len(lines) > 5


def test_explain_of_an_unknown_key_ends_with_2(command):
    ended = command("config", "explain", "training.epoch")

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert ended.stderr == "got 'epoch', expected a key of training. Did you mean 'epochs'?\n"
