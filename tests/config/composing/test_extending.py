"""`extends`: which files are laid over each other, and bases that cannot be read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dltrain.config import load
from dltrain.config.composing.extending import extended
from dltrain.config.text.source import read
from dltrain.errors import ConfigError
from tests.config.conftest import GOOD


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Write files by name into the current folder."""
    monkeypatch.chdir(tmp_path)

    def write(**texts):
        for name, text in texts.items():
            path = Path(f"{name.replace('__', '/')}.yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    return write


def whole(name="a.yaml"):
    return extended(read(Path(name).read_text(encoding="utf-8"), name))


def test_later_bases_win_and_the_file_over_all(files):
    files(
        a="extends: [b.yaml, c.yaml]\nx: a",
        b="x: b\ny: b\nz: b\nextends: d.yaml",
        c="x: c\ny: c",
        d="x: d\nw: d",
    )

    source, bases = whole()

    assert source.value == {"w": "d", "x": "a", "y": "c", "z": "b"}
    assert [base.name for base in bases] == ["b.yaml", "d.yaml", "c.yaml"]
    assert bases[1].text == "x: d\nw: d"


def test_a_base_of_two_bases_is_kept_once(files):
    files(a="extends: [b.yaml, c.yaml]", b="extends: d.yaml", c="extends: d.yaml", d="x: 1")

    source, bases = whole()

    assert source.value == {"x": 1}
    assert [base.name for base in bases] == ["b.yaml", "d.yaml", "c.yaml"]


@pytest.mark.parametrize("text", ["extends:\nx: 1", "extends: []\nx: 1"])
def test_no_bases_change_nothing(files, text):
    files(a=text)

    assert whole()[0].value == {"x": 1}


def test_a_path_of_a_base_is_relative_to_it(files, tmp_path):
    files(a=f"extends: shared/b.yaml\n{GOOD}", shared__b="extends: ../c.yaml")
    files(c="callbacks: [{type: early_stopping}]\nname: c")

    config = load("a.yaml")

    assert config.name == "c"
    assert config.experiment.dataset.path == str(tmp_path / "a.csv")
    assert [base.name for base in config.bases] == ["shared/b.yaml", "c.yaml"]


DATASETS = {
    "in the base": ("", [], "shared/a.csv"),
    "in the file": ("dataset: {path: b.csv}", [], "b.csv"),
    "in an argument": ("dataset: {path: b.csv}", ["dataset.path=c.csv"], "c.csv"),
    "of another type in the file": ("dataset: {type: npz, path: b.npz}", [], "b.npz"),
}


@pytest.mark.parametrize(("text", "arguments", "path"), DATASETS.values(), ids=DATASETS.keys())
def test_the_data_is_where_the_file_that_names_it_says(files, tmp_path, text, arguments, path):
    files(shared__base=GOOD, a=f"extends: shared/base.yaml\n{text}")

    assert load("a.yaml", arguments).experiment.dataset.path == str(tmp_path / path)


def test_a_base_can_be_below_home(files, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    files(shared__base=GOOD, a="extends: ~/shared/base.yaml")

    assert load("a.yaml").experiment.dataset.path == str(tmp_path / "shared" / "a.csv")


def test_arguments_change_the_whole(files):
    files(base=f"{GOOD}seed: 3\nmetrics: [auc]", a="extends: base.yaml\nname: x${seed}")

    config = load("a.yaml", ["seed=5"], without=["metrics"])

    assert (config.name, config.experiment.metrics) == ("x5", [])


def test_the_text_stays_as_it_was_given(files):
    files(base=GOOD, a="extends: base.yaml\n")

    config = load("a.yaml")

    assert (config.text, config.bases[0].text) == ("extends: base.yaml\n", GOOD)


CHAIN = {
    "circle of two": (
        {"a": "extends: b.yaml", "b": "x: 1\nextends: a.yaml"},
        "b.yaml:2:10: extends: got a circle (a.yaml → b.yaml → a.yaml), "
        "expected files that do not extend each other. Remove one `extends`.",
    ),
    "itself": (
        {"a": "extends: [./a.yaml]"},
        "a.yaml:1:11: extends.0: got a circle (a.yaml → a.yaml), "
        "expected files that do not extend each other. Remove one `extends`.",
    ),
    "missing": (
        {"a": "extends: b.yaml", "b": "extends: shared/bse.yaml", "shared__base": "x: 1"},
        "b.yaml:1:10: extends: got 'shared/bse.yaml', no such file (a.yaml → b.yaml → bse.yaml), "
        "expected a YAML file. Did you mean 'base.yaml'?",
    ),
    "folder": (
        {"a": "extends: shared", "shared__b": "x: 1"},
        "a.yaml:1:10: extends: got 'shared', a folder (a.yaml → shared), expected a YAML file.",
    ),
    "two missing": (
        {"a": "extends: [xxx.yaml, yyy.yaml]"},
        "a.yaml:1:11: extends.0: got 'xxx.yaml', no such file (a.yaml → xxx.yaml), "
        "expected a YAML file.\n"
        "a.yaml:1:21: extends.1: got 'yyy.yaml', no such file (a.yaml → yyy.yaml), "
        "expected a YAML file.",
    ),
    "number": (
        {"a": "extends: 3"},
        "a.yaml:1:10: extends: got 3, expected the path of a YAML file, or a list of them.",
    ),
    "list of maps": (
        {"a": "extends: [{file: b.yaml}, '']"},
        "a.yaml:1:11: extends.0: got {'file': 'b.yaml'}, "
        "expected the path of a YAML file, or a list of them.\n"
        "a.yaml:1:27: extends.1: got '', expected the path of a YAML file, or a list of them.",
    ),
    "null character": (
        {"a": 'extends: "b\\0.yaml"'},
        "a.yaml:1:10: extends: got 'b\\x00.yaml', "
        "expected the path of a YAML file, or a list of them.",
    ),
    "base that is a list": (
        {"a": "extends: b.yaml", "b": "[1]"},
        "b.yaml:1:1: got [1], expected a map.",
    ),
    "empty base": (
        {"a": "extends: b.yaml", "b": "# nothing"},
        "b.yaml:1:1: got an empty file, expected a map.",
    ),
    "base that is no YAML": (
        {"a": "extends: b.yaml", "b": "x: [1"},
        "b.yaml:1:4: got '[' that is not closed, expected ']' behind its last entry. Close it.\n"
        "    x: [1\n"
        "       ^",
    ),
    "wrong base of two bases": (
        {"a": "extends: [b.yaml, c.yaml]", "b": "extends: d.yaml", "c": "extends: d.yaml",
         "d": "x: !y 1"},
        "d.yaml:1:4: x: got the tag '!y', expected plain data. Write the value without a tag.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "message"), CHAIN.values(), ids=CHAIN.keys())
def test_a_base_that_cannot_be_read_is_named_with_the_way_to_it(files, texts, message):
    files(**texts)

    with pytest.raises(ConfigError) as caught:
        whole()

    assert str(caught.value) == message


def test_a_circle_over_links_ends(files):
    files(a="extends: b.yaml")
    os.symlink("a.yaml", "b.yaml")

    with pytest.raises(ConfigError) as caught:
        whole()

    assert "got a circle (a.yaml → b.yaml)" in str(caught.value)


def test_a_chain_has_a_bound(files):
    files(**{f"a{n}": f"extends: a{n + 1}.yaml" for n in range(12)}, a12="x: 1")

    assert whole("a2.yaml")[0].value == {"x": 1}
    with pytest.raises(ConfigError) as caught:
        whole("a1.yaml")

    assert str(caught.value).startswith("a11.yaml:1:10: extends: got a longer chain (a1.yaml → ")
    assert str(caught.value).endswith(" → a12.yaml), expected at most 10 bases in a row.")


def test_bases_that_multiply_have_a_bound(files):
    files(**{f"a{n}": f"extends: [a{n + 1}.yaml, a{n + 1}.yaml]" for n in range(9)}, a9="x: 1")

    with pytest.raises(ConfigError) as caught:
        whole("a0.yaml")

    message = "got more bases, expected at most 30 with 100000 values in all."
    assert message in caught.value.problems[0]


def test_a_file_without_end_is_refused(files):
    files(a="extends: /dev/zero")

    with pytest.raises(ConfigError) as caught:
        whole()

    assert str(caught.value) == (
        "a.yaml:1:10: extends: got '/dev/zero', a file of more than 10 MB (a.yaml → zero), "
        "expected a YAML file."
    )


def test_a_mistake_in_a_base_stands_there(files):
    files(base="\noptimizer: {type: adamm}\nmetrics: [acc]", a=f"extends: base.yaml\n{GOOD}loss: x")

    with pytest.raises(ConfigError) as caught:
        load("a.yaml")

    assert [one.split(": got")[0] for one in caught.value.problems] == [
        "a.yaml:4:7: loss",
        "base.yaml:2:19: optimizer.type",
    ]


def test_bases_of_the_command_line_are_relative_to_the_file(files, tmp_path):
    files(configs__base=GOOD, configs__a="extends: base.yaml")
    program = (
        "from dltrain.config import load; print(load('configs/a.yaml').experiment.dataset.path)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == str(tmp_path / "configs" / "a.csv")
