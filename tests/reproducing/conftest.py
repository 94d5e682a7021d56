"""A small finished run, made once, and copies of it to break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dltrain import config, runner
from dltrain.run_folder import RunFolder
from dltrain.terminal import Terminal

TEXT = """\
seed: 5
dataset: {type: csv, path: fruit.csv, target: sort}
architecture: {layers: [{type: dense, units: 4, activation: relu}, {type: dropout, rate: 0.2}]}
metrics: [accuracy]
training: {epochs: 2, batch_size: 8}
expect: {seconds: "< 0"}
"""


def fit(path: Path, output: Path, smoke: bool = False, **overrides) -> RunFolder:
    terminal = Terminal(quiet=True)
    checked = config.load(path, overrides)
    return runner.fit(checked, output=output, smoke=smoke, terminal=terminal).folder


@pytest.fixture(name="fit")
def fitted() -> Callable[..., RunFolder]:
    """Run a config without a word."""
    return fit


@pytest.fixture(scope="session")
def small(tmp_path_factory, write_fruit) -> RunFolder:
    """A run over 40 rows, two epochs: look, do not touch."""
    home = tmp_path_factory.mktemp("small")
    write_fruit(home / "fruit.csv", rows=40)
    (home / "small.yaml").write_text(TEXT, encoding="utf-8")
    return fit(home / "small.yaml", home / "runs")


@pytest.fixture
def run(small, tmp_path) -> RunFolder:
    """A copy of the run, to break."""
    return RunFolder(shutil.copytree(small.path, tmp_path / "run"))


@pytest.fixture
def other(small, tmp_path) -> RunFolder:
    """Another copy of the run, to stand for the same run made again."""
    return RunFolder(shutil.copytree(small.path, tmp_path / "other"))
