"""`config show` says where each value comes from, and what it prints means the same."""

from pathlib import Path

import pytest

from dltrain.config import load
from dltrain.config.lint import lint
from dltrain.config.showing.provenance import shown_config
from dltrain.config.showing.resolved import resolved

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))
ALLOWING = """\
task: regression
dataset: {type: csv, path: a.csv, target: y}
architecture: {type: mlp, units: 4}
metrics: [accuracy]  # dltrain: allow DL021
callbacks:
  # dltrain: allow DL032
  - {type: early_stopping, monitor: loss, patience: 3}
"""
TEXT = """\
dataset: {type: csv, path: a.csv, target: "a # b"}
split: none
architecture:
  layers:
    - {type: Dense, units: 4, kernel_initializer: he_normal}
    - flatten
metrics: [mae]
regularization:
  kernel: {type: l2}
"""


@pytest.fixture
def origins(load_text):
    """Show a text, and give what stands before and behind each `#` of provenance."""

    def shown(text, *arguments):
        lines = shown_config(load_text(text, arguments), provenance=True).splitlines()
        pairs = (line.rpartition("  # ") for line in lines if "  # " in line)
        return [(value.strip(), origin) for value, _, origin in pairs]

    return shown


EXPECTED = [
    ("version: 1", "default"),
    ("name: a", "from the file's name"),
    ("type: csv", "a.yaml:1:17"),
    ("target: 'a # b'", "a.yaml:1:43"),
    ("type: none", "a.yaml:2:8"),
    ("- type: dense", "a.yaml:5:14"),
    ("units: 4", "a.yaml:5:28"),
    ("type: he_normal", "a.yaml:5:51"),
    ("use_bias: true", "keras default"),
    ("- type: flatten", "a.yaml:6:7"),
    ("- type: mean_absolute_error", "a.yaml:7:11"),
    ("name: mae", "default"),
    ("type: adam", "default"),
    ("learning_rate: 0.001", "keras default"),
    ("l2: 0.01", "keras default"),
    ("epochs: 5", "argument 'training.epochs=5'"),
    ("callbacks: []", "default"),
]


@pytest.mark.parametrize(("value", "origin"), EXPECTED, ids=[value for value, _ in EXPECTED])
def test_every_value_says_where_it_comes_from(origins, value, origin):
    found = [there for written, there in origins(TEXT, "training.epochs=5") if written == value]

    assert origin in found


def test_a_value_of_a_base_names_the_base(origins, tmp_path):
    (tmp_path / "base.yaml").write_text(TEXT, encoding="utf-8")

    found = origins("extends: base.yaml\nseed: 3\n")

    assert ("seed: 3", "a.yaml:2:7") in found
    assert ("units: 4", "base.yaml:5:28") in found


def test_what_a_reference_brought_is_placed_in_a_file(origins):
    found = origins("seed: 7\n" + TEXT + "name: r-${seed}\n")

    assert ("name: r-7", "a.yaml:11:7") in found


@pytest.mark.parametrize("provenance", [False, True], ids=["plain", "with provenance"])
@pytest.mark.parametrize("path", CONFIGS, ids=[path.stem for path in CONFIGS])
def test_what_is_shown_means_the_same(tmp_path, path, provenance):
    config = load(path)

    (tmp_path / "again.yaml").write_text(
        shown_config(config, provenance=provenance), encoding="utf-8"
    )
    again = load(tmp_path / "again.yaml")

    name = {"name": config.name}
    assert resolved(again.experiment, name) == resolved(config.experiment, name)


AWKWARD = ["a\nb", "a: b", "# a", "'", '"', " a ", "~", "1e3", "no", "ä\u2009b", "${x}", "[", "a\\"]


@pytest.mark.parametrize("target", AWKWARD)
def test_awkward_texts_stay_what_they_are(load_text, tmp_path, target):
    config = load_text(TEXT)
    changed = load(tmp_path / "a.yaml", {"dataset.target": target.replace("${", "$${")})
    assert config.experiment.dataset.target == "a # b"

    (tmp_path / "again.yaml").write_text(shown_config(changed, provenance=True), encoding="utf-8")

    assert load(tmp_path / "again.yaml").experiment.dataset.target == target


def test_an_error_that_a_comment_allows_is_allowed_in_what_is_shown(load_text):
    first = shown_config(load_text(ALLOWING))

    again = load_text(first)

    assert first.startswith("# dltrain: allow DL021, DL032\nversion: 1\n")
    assert lint(again) == []
    assert shown_config(again) == first
    assert shown_config(again, provenance=True).startswith(first.splitlines()[0] + "\n")
