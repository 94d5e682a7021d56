"""Studies that are killed at random moments and resumed end in the bits of one that was not."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dltrain.run_folder import STUDY, RunFolder
from tests.study.conftest import CONVOLUTION, DENSE

pytestmark = pytest.mark.slow

KILLS = 10
PATIENCE = 300  # seconds
COMPARED = ("history.csv", "metrics.json", "predictions.csv", "split.csv", "preprocessing.json")
RATES = "optimizer.learning_rate: {type: float, min: 1e-4, max: 0.1, sampling: log}"
BAYESIAN = "max_trials: 4, algorithm: {type: bayesian, num_initial_points: 2}"
CASES = {
    "side by side": (DENSE, "cv", "cross_validation: {folds: 5}"),
    "in processes": (CONVOLUTION, "cv", "cross_validation: {folds: 3}"),
    "a search side by side": (DENSE, "tune", f"search: {{max_trials: 5, space: {{{RATES}}}}}"),
    "a search by rounds": (CONVOLUTION, "tune", f"search: {{{BAYESIAN}, space: {{{RATES}}}}}"),
}


def started(folder, *arguments):
    """Start a command in a process group of its own, so that its processes die with it."""
    return subprocess.Popen(
        [sys.executable, "-m", "dltrain", *map(str, arguments)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def files_of(study):
    """Read what a study has left, by path in its folder."""
    return {
        path.relative_to(study): path.read_bytes()
        for name in COMPARED
        for path in sorted(study.rglob(name))
    }


def whole(process):
    """Wait for a command to come to its end by itself."""
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told


@pytest.mark.parametrize(("layers", "command", "more"), CASES.values(), ids=CASES.keys())
def test_a_killed_study_ends_in_the_same_bits(write_config, tmp_path, layers, command, more):
    config = write_config(more, layers=layers, epochs=40)
    began = time.perf_counter()
    whole(started(tmp_path, command, config, "-o", "whole"))
    lasts = time.perf_counter() - began
    [expected] = (tmp_path / "whole/iris").iterdir()
    draw, place = random.Random(5), tmp_path / "killed"

    for _ in range(KILLS):
        process = started(tmp_path, *next_command(place, command, config))
        time.sleep(draw.uniform(0.2, 1.0) * lasts)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    if not is_finished(place):
        whole(started(tmp_path, *next_command(place, command, config)))

    assert files_of(study_in(place)) == files_of(expected)


def study_in(place: Path) -> Path | None:
    """Find the study that has begun, if any has."""
    found = [path.parent for path in sorted(place.glob(f"iris/*/{STUDY}"))]
    return found[-1] if found else None


def is_finished(place):
    study = study_in(place)
    return study is not None and RunFolder(study).status() == "finished"


def next_command(place, command, config):
    """Resume the study that has begun; start one where none has, or a new one behind the last."""
    study = study_in(place)
    if study is None or is_finished(place):
        return command, config, "-o", place
    return "resume", study
