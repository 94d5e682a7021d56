"""A small made dataset, a config over it, and commands to run on them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from dltrain import leavings
from dltrain.cli import app
from dltrain.config import Experiment
from dltrain.run_folder import RunFolder

CONFIG = """\
# Fruit, made up: two numbers, two categories, two classes.
#   dltrain fit fruit.yaml
seed: 3
dataset:
  type: csv
  path: fruit.csv
  target: sort
  columns:
    crate: {type: category, values: [1, 2, 3]}
architecture:
  layers:
    - {type: dense, units: 8, activation: relu}
    - {type: dropout, rate: 0.1}
metrics: [accuracy, auc, f1]
training: {epochs: 12, batch_size: 16, best: {monitor: val_accuracy}}
"""
ROWS = 240


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def folder(self) -> Path:
        """The run folder, which is all that `fit` prints on stdout."""
        return Path(self.stdout.removesuffix("\n"))


Command = Callable[..., Ended]


def write_fruit(path: Path, rows: int = ROWS) -> Path:
    """Make a table of `rows` fruits whose sort follows from the other columns, but for noise."""
    draw = np.random.default_rng(11)
    weight, length = draw.normal(150, 40, rows).round(2), draw.normal(8, 2, rows).round(3)
    colour, crate = draw.choice(["green", "red", "yellow"], rows), draw.integers(1, 4, rows)
    score = (weight - 150) / 40 + (colour == "red") - (crate == 2) + draw.normal(0, 0.3, rows)
    sort = np.where(score > 0, "pear", "apple")
    lines = (
        ",".join(map(str, row)) for row in zip(weight, colour, crate, length, sort, strict=True)
    )
    path.write_text("\n".join(["weight,colour,crate,length,sort", *lines, ""]), encoding="utf-8")
    return path


@pytest.fixture(scope="session", name="write_fruit")
def fruit_writer() -> Callable[..., Path]:
    """Write the made table where a test wants it."""
    return write_fruit


@pytest.fixture(autouse=True, scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the cache of all tests, and of the commands they start, out of the user's home."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLTRAIN_CACHE", str(folder))
        yield folder


@pytest.fixture(autouse=True, scope="session")
def no_reports() -> Iterator[Callable[[Experiment], bool]]:
    """Draw no report after `fit`, which takes longer than most trainings; see `reports`."""
    wanted = leavings.is_wanted
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leavings, "is_wanted", lambda experiment: False)
        yield wanted


@pytest.fixture
def reports(no_reports: Callable[[Experiment], bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw reports after all, as the file says."""
    monkeypatch.setattr(leavings, "is_wanted", no_reports)


@pytest.fixture
def fruit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config over the made table, in the current folder."""
    monkeypatch.chdir(tmp_path)
    write_fruit(tmp_path / "fruit.csv")
    path = tmp_path / "fruit.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def command() -> Command:
    """Run a command line in this process."""

    def run(*arguments: str | Path) -> Ended:
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture(scope="session")
def shell() -> Command:
    """Run a command line in a process of its own, from a given folder."""

    def run(*arguments: str | Path, folder: Path, **environment: str) -> Ended:
        unreported = ["evaluation.report=false"] if arguments[0] == "fit" else []
        done = subprocess.run(
            [sys.executable, "-m", "dltrain", *map(str, arguments), *unreported],
            cwd=folder,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@dataclass(frozen=True)
class Finished:
    """One finished run, made once for all tests: look, do not touch.

    Attributes:
        folder: The run folder.
        config: The config file.
        data: The data file.
        ended: How `fit` ended.
    """

    folder: RunFolder
    config: Path
    data: Path
    ended: Ended


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, command: Command) -> Finished:
    """Run `fit` once."""
    home = tmp_path_factory.mktemp("finished")
    data, config = write_fruit(home / "fruit.csv"), home / "fruit.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    ended = command("fit", config, "-o", home / "runs")
    assert ended.exit_code == 0, ended.stderr
    return Finished(RunFolder(ended.folder), config, data, ended)


@pytest.fixture
def copy(finished: Finished, tmp_path: Path) -> RunFolder:
    """A copy of the finished run folder, to break."""
    return RunFolder(shutil.copytree(finished.folder.path, tmp_path / "copy"))
