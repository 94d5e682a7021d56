"""Runs that are killed at random moments and resumed end in the bits of one that was not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import keras
import pytest

KILLS = 20
PATIENCE = 300  # seconds

# What a killed process has told: `s` when it starts, `t` when its training begins, `w` when it
# begins to write a state and `.` when it has written it.
CHILD = """
import os, sys
told = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
tell = lambda what: os.write(told, what)
tell(b"s")
from dltrain import backend
backend.options = backend.Options(helpers=False)
backend.start()
from dltrain.data import blocks, streaming
from dltrain.training import continuing, keeping
blocks.BLOCK_ROWS = 60
if sys.argv[2] == "often":
    keeping.EPOCH_SECONDS = keeping.WITHIN_SECONDS = 0.03
    keeping.MOST_SHARE = 1.0
keep, begin = keeping.Keeper.keep, continuing.Continuation.on_train_begin
def told_keep(self, state):
    tell(b"w")
    keep(self, state)
    tell(b".")
def told_begin(self, logs=None):
    begin(self, logs)
    tell(b"t")
keeping.Keeper.keep, continuing.Continuation.on_train_begin = told_keep, told_begin
from dltrain.cli import app
app(sys.argv[3:])
"""
CONFIG = """\
seed: 3
dataset: {{type: csv, path: {data}, target: sort, cache: {cache}}}
architecture:
  layers:
    - {{type: dense, units: 8, activation: relu}}
    - {{type: batch_normalization}}
    {dropout}
metrics: [accuracy, auc]
optimizer: {optimizer}
callbacks: [{callbacks}]
training: {{epochs: {epochs}, batch_size: 4, engine: {engine}}}
"""
PLAIN = {
    "cache": "never", "dropout": "", "callbacks": "csv_logger: x", "epochs": 900, "engine": "graph",
    "optimizer": "adam",
}  # fmt: skip
STOPPING = "{type: early_stopping, patience: 700, restore_best_weights: true}"
PLATEAU = "{type: reduce_lr_on_plateau, factor: 0.5, patience: 40, min_lr: 1e-5}"
LOGGER = "{type: csv_logger, filename: epochs.csv}"
SCHEDULE = (
    "{type: exponential_decay, initial_learning_rate: 0.05, decay_steps: 500, decay_rate: 0.9}"
)
DROPOUT = "- {type: dropout, rate: 0.3}"
CASES = {
    "adam with early stopping and plateau": {"callbacks": f"{STOPPING}, {PLATEAU}, {LOGGER}"},
    "sgd with a schedule": {
        "optimizer": f"{{type: sgd, learning_rate: {SCHEDULE}, momentum: 0.9}}",
    },
    "dropout": {"dropout": DROPOUT},
    "dropout under xla": {"dropout": DROPOUT, "engine": "xla"},
    "averaged weights": {
        "optimizer": "{type: adam, use_ema: true, ema_momentum: 0.9}",
        "callbacks": f"swap_ema_weights, {LOGGER}",
    },
    "streaming": {"cache": "always", "dropout": DROPOUT},
}  # fmt: skip


class Process:
    """A dltrain in a process of its own, which tells what it does."""

    def __init__(self, folder: Path, often: bool, *arguments: str | Path) -> None:
        self.told, self.stderr = folder / "told", folder / "stderr"
        self.told.unlink(missing_ok=True)
        words = ["often" if often else "seldom", *map(str, arguments)]
        with self.stderr.open("w") as stderr:
            self.child = subprocess.Popen(
                [sys.executable, "-c", CHILD, self.told, *words],
                cwd=folder, stdout=subprocess.DEVNULL, stderr=stderr,
            )  # fmt: skip

    def wait_for(self, is_there: Callable[[str], bool], pause: float = 0.001) -> None:
        """Wait until the process has told what is waited for, or has ended."""
        deadline = time.monotonic() + PATIENCE
        while self.child.poll() is None and not is_there(self.heard()):
            assert time.monotonic() < deadline
            time.sleep(pause)

    def ends_well(self) -> None:
        """Wait until the process has come to its end."""
        assert self.child.wait(PATIENCE) == 0, self.stderr.read_text()

    def heard(self) -> str:
        return self.told.read_text() if self.told.exists() else ""

    def kill(self) -> str:
        """Kill the process; tell in which part of its life it was, or that it had ended well."""
        self.child.send_signal(signal.SIGKILL)
        if self.child.wait(PATIENCE) == 0:
            return "ended"
        # A process that has crashed before the kill is none that was killed.
        assert self.child.returncode == -signal.SIGKILL, self.stderr.read_text()
        heard = self.heard()
        if "t" not in heard:
            return "before the training"
        return "writing the state" if heard.endswith("w") else "in an epoch"


def killed(process: Process, chance: random.Random) -> str:
    """Kill a process at a random moment; some moments are drawn among those of a write."""
    kind = chance.choice(("start", "training", "training", "writing"))
    if kind == "start":
        time.sleep(chance.uniform(0, 1))
    else:
        process.wait_for(lambda heard: "t" in heard)
        time.sleep(chance.uniform(0, 0.6))
        if kind == "writing":
            before = len(process.heard())
            process.wait_for(lambda heard: heard[before:].endswith("w"), pause=0.0002)
            time.sleep(chance.uniform(0, 0.003))
    return process.kill()


def config_of(case: dict[str, str], folder: Path, write_fruit) -> Path:
    path = folder / "fruit.yaml"
    values = PLAIN | {"callbacks": LOGGER} | case
    path.write_text(CONFIG.format(data=write_fruit(folder / "fruit.csv"), **values))
    return path


def left(folder: Path) -> dict[str, object]:
    """Give what has to be the same: texts to the byte, weights to the bit."""
    names = ("history.csv", "metrics.json", "predictions.csv", "split.csv", "epochs.csv")
    facts: dict[str, object] = {name: (folder / name).read_bytes() for name in names}
    for name in ("best", "last"):
        model = keras.saving.load_model(folder / "model" / f"{name}.keras", compile=False)
        facts[name] = [(one.path, one.numpy().tobytes()) for one in model.weights]
    return facts


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_run_that_is_killed_again_and_again_ends_in_the_same_bits(tmp_path, case, write_fruit):
    config = config_of(case, tmp_path, write_fruit)
    Process(tmp_path, False, "fit", config, "-o", tmp_path / "whole").ends_well()
    chance, moments = random.Random(1), Counter()
    output, killing = tmp_path / "killed", ("fit", config, "-o", tmp_path / "killed")

    while sum(moments.values()) < KILLS:
        moments[killed(Process(tmp_path, True, *killing), chance)] += 1
        begun = sorted(output.glob("*/*/state/config.yaml"))
        killing = ("resume", begun[0].parents[1]) if begun else killing
    Process(tmp_path, True, *killing).ends_well()

    print(os.linesep, dict(moments))
    [unbroken] = (tmp_path / "whole").glob("*/*/")
    folders = [one for one in output.glob("*/*/") if (one / "metrics.json").exists()]
    assert len(folders) == 1
    assert left(folders[0]) == left(unbroken)
    assert moments["in an epoch"]
    assert moments["writing the state"]
    assert not moments["ended"]
