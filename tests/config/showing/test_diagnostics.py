"""Messages come apart into file, line, column, key and words, and lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from dltrain.config.showing.diagnostics import diagnose, of_mistake

MESSAGES = {
    "a place and a key": (
        "a.yaml:3:9: optimizer.type: got 'x', expected adam.",
        ("a.yaml", 3, 9, "optimizer.type", "got 'x', expected adam."),
    ),
    "a place alone": (
        "a.yaml:1:1: got an empty file, expected at least `dataset`.",
        ("a.yaml", 1, 1, None, "got an empty file, expected at least `dataset`."),
    ),
    "a file alone": (
        "no such.yaml: got no such file, expected a YAML file.",
        ("no such.yaml", None, None, None, "got no such file, expected a YAML file."),
    ),
    "a key with a space and a quoted part": (
        "a.yaml:3:9: dataset.columns.\"a.b c\".type: got 'x', expected number.",
        ("a.yaml", 3, 9, 'dataset.columns."a.b c".type', "got 'x', expected number."),
    ),
    "a colon in the value": (
        "a.yaml:3:9: loss: got {'a': 'got b'}, expected a name.",
        ("a.yaml", 3, 9, "loss", "got {'a': 'got b'}, expected a name."),
    ),
    "a line of the source below": (
        "a.yaml:1:4: got '[', expected ']'. Close it.\n    a: [1\n       ^",
        ("a.yaml", 1, 4, None, "got '[', expected ']'. Close it.\n    a: [1\n       ^"),
    ),
    "no grammar at all": ("disaster", ("a.yaml", None, None, None, "disaster")),
}


@pytest.mark.parametrize(("message", "parts"), MESSAGES.values(), ids=MESSAGES.keys())
def test_a_mistake_comes_apart(message, parts):
    one = of_mistake(message, "a.yaml")

    assert (one.file, one.line, one.column, one.key, one.message) == parts
    assert (one.severity, one.rule, one.name, one.text) == ("error", None, None, message)


def test_a_finding_comes_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(
        "dataset: {type: csv, path: a.csv, target: y}\n"
        "architecture: {type: mlp, units: 4}\ntraining: {shuffle: false}\n"
    )

    [one] = diagnose("a.yaml")

    assert (one.file, one.line, one.column, one.key) == ("a.yaml", 3, 21, "training.shuffle")
    assert (one.severity, one.rule, one.name) == ("hint", "DL070", "rows_not_shuffled")
    assert one.text == f"a.yaml:3:21: hint DL070 rows_not_shuffled: {one.key}: {one.message}"
