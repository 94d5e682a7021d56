"""Let contenders take turns, each in a process of its own."""

from __future__ import annotations

import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from peers.clock import Clock
from peers.contenders import ALL
from peers.neighbours import Neighbours, wait_until_calm
from peers.tables import Measured
from peers.works import WORKS

SCRIPT = Path(__file__).parents[1] / "engines.py"
MATRICES = "matrices"
MOST_TRIES = 5


class Turns:
    """What the contenders of one work need, round by round.

    Args:
        work: Name of the work.
        names: The contenders.
        limit: Seconds behind its first epoch after which a training begins no other.
        calm: Cores that others may keep busy; a turn is repeated while it is more.

    Attributes:
        measured: Rounds of each contender.
        absent: Why a contender has no figures.
        rates: GFLOP/s of matrix products, for networks of dense layers.
    """

    def __init__(self, work: str, names: Sequence[str], limit: float, calm: float) -> None:
        self.work, self.limit, self.calm = work, limit, calm
        missing = {name: ALL[name].missing for name in names}
        self.absent = {
            name: f"{', '.join(packages)} not installed"
            for name, packages in missing.items()
            if packages
        }
        self.measured: dict[str, list[Measured]] = {name: [] for name in names}
        self.rates: dict[str, list[float]] = {}

    def take(self, number: int) -> None:
        """Run one round; each begins with another contender."""
        names = list(self.measured)
        first = number % len(names)
        for name in [*names[first:], *names[:first]]:
            if name not in self.absent:
                self._one(name)
        if WORKS[self.work].network == "mlp":
            for way, rate in child(MATRICES, self.work, self.limit)["rates"].items():
                self.rates.setdefault(way, []).append(rate)

    def _one(self, name: str) -> None:
        try:
            run = self._calmest(name)
        except ChildError as error:
            self.absent[name] = f"failed: {error}"
            self.measured[name] = []
            return
        self.measured[name].append(run)

    def _calmest(self, name: str) -> Measured:
        """Repeat a turn until the machine was calm; else the calmest counts."""
        tries: list[Measured] = []
        while len(tries) < MOST_TRIES:
            wait_until_calm(self.calm)
            told = child(name, self.work, self.limit)
            tries.append(run := measured(told, WORKS[self.work].whole))
            facts = f"{run.epoch:.4f} s, others {run.others:.2f} cores"
            print(f"{self.work:12} {name:16} {facts}", file=sys.stderr, flush=True)
            if not run.others > self.calm:
                break
        return min(tries, key=lambda run: run.others)


class ChildError(Exception):
    """A contender has failed; its last lines are the message."""


def child(name: str, work: str, limit: float) -> dict[str, Any]:
    """Run one contender in a process of its own.

    Raises:
        ChildError: It fails.
    """
    with tempfile.TemporaryDirectory() as cache:  # or torch.compile would remember
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "TORCHINDUCTOR_CACHE_DIR": cache}
        command = [sys.executable, str(SCRIPT), "--limit", str(limit), "--child", name, work]
        neighbours = Neighbours()
        ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    if ended.returncode:
        print(ended.stderr, file=sys.stderr)
        raise ChildError(" ".join(ended.stderr.splitlines()[-1:]) or "without a word")
    return json.loads(ended.stdout.splitlines()[-1]) | {"others": neighbours.cores()}


def run_here(name: str, work: str, limit: float) -> dict[str, Any]:
    """Be that process: train, and give the seconds of each epoch, peak memory in MB, and loss."""
    if name == MATRICES:
        return {"rates": import_module("peers.matrices").rates()}
    from peers.rows import rows_of

    clock = Clock(math.inf if WORKS[work].whole else limit)
    module = import_module(f"peers.{ALL[name].module}")
    outcome = module.train(WORKS[work], rows_of(WORKS[work]), clock, ALL[name].variant)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"epochs": clock.epochs, "peak": peak, **asdict(outcome)}


def measured(told: dict[str, Any], whole: bool) -> Measured:
    """Sum up a process: the mean of all epochs, or the median of all but the first."""
    epochs = told.pop("epochs")
    epoch = statistics.mean(epochs) if whole else statistics.median(epochs[1:])
    return Measured(epoch=epoch, fastest=min(epochs), first=epochs[0], **told)
