"""`--trust`: a config runs code of its own only where the command says so."""

from pathlib import Path

import pytest

import dltrain
from dltrain.errors import DataError

MODULE = """\
import numpy as np

def load():
    x = np.random.default_rng(0).normal(size=(80, 3))
    return x, (x.sum(axis=1) > 0).astype(int)
"""
CONFIG = """\
dataset: {type: python, function: made_for_trust:load}
architecture: {layers: [{type: dense, units: 4}]}
training: {epochs: 1}
"""


@pytest.fixture
def config(tmp_path):
    """A config beside the module that it names."""
    (tmp_path / "made_for_trust.py").write_text(MODULE, encoding="utf-8")
    path = tmp_path / "a.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def refusal(place):
    return (
        f"{place}dataset.function: got 'made_for_trust:load', code that would run on this "
        "machine, expected your consent. Read it, then say `--trust`; in Python `trust=True`."
    )


def test_without_trust_nothing_runs(config, command, tmp_path):
    ended = command("fit", config, "-o", tmp_path / "runs")

    assert ended.exit_code == 2
    assert ended.stderr.strip() == refusal(f"{config}:1:35: ")
    assert not (tmp_path / "runs").exists()
    assert not (tmp_path / "__pycache__").exists()
    with pytest.raises(DataError):
        dltrain.fit(config, quiet=True, output=tmp_path / "runs")


def test_a_file_that_runs_code_can_be_validated_without_trust(config, command):
    assert command("validate", config).exit_code == 0


@pytest.mark.slow
def test_a_run_is_made_and_evaluated_with_trust(config, command, tmp_path, monkeypatch):
    ended = command("fit", config, "-o", tmp_path / "runs", "--trust")
    assert ended.exit_code == 0, ended.stderr
    monkeypatch.chdir(Path("/"))  # the run knows where the module is

    without = command("evaluate", ended.folder)
    trusted = command("evaluate", ended.folder, "--trust")

    assert without.exit_code == 2
    assert without.stderr.strip() == refusal("")
    assert trusted.exit_code == 0, trusted.stderr


@pytest.mark.slow
def test_python_takes_trust_as_an_argument(config, tmp_path):
    run = dltrain.fit(config, output=tmp_path / "runs", quiet=True, trust=True)

    assert set(run.metrics) == {"train", "val", "test"}
