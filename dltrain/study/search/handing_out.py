"""The chief: hands trainings out to workers, and once more where a worker is lost.

It speaks KerasTuner's own protocol. Which trials there are is decided where the search is; here is
only who trains them.
"""

from __future__ import annotations

import queue
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

from dltrain.errors import RunError, sentence
from dltrain.study.folder import StudyFolder
from dltrain.study.member import Failure, Member
from dltrain.study.search.distributed import (
    FILE,
    LOST_AFTER,
    MEMBER,
    PAUSE,
    SMOKE,
    STUDY,
    Part,
    message,
)
from dltrain.study.search.folder import SearchFolder
from dltrain.terminal import Terminal

MOST_LOSSES = 2
LOST = f"{MOST_LOSSES} workers were lost while they trained it: perhaps memory did not hold it"


@dataclass
class Lease:
    """A training that a worker has.

    Attributes:
        member: The member's name.
        worker: Who has it.
        heard: When the worker was last heard of, seconds of a clock that only goes on.
    """

    member: str
    worker: str
    heard: float


class HandingOut:
    """Answers workers as KerasTuner's chief does.

    Args:
        part: The chief's name and address.
        study: The search's folder, which workers reach by the same path.
        file: sha256 of the file's text.
        smoke: Whether trials are smoke runs.
        terminal: Where it is told.
    """

    def __init__(
        self, part: Part, study: SearchFolder, file: str, terminal: Terminal, *, smoke: bool
    ) -> None:
        self.part, self.study, self.terminal, self.smoke = part, study, terminal, smoke
        self._told = {STUDY: str(study.path.absolute()), SMOKE: smoke, FILE: file}
        self._lock = Lock()
        self._waiting: deque[str] = deque()
        self._leases: dict[str, Lease] = {}
        self._given = 0
        self._losses = Counter[str]()
        self._workers: dict[str, float] = {}
        self._over = False
        self._ended: queue.Queue[Failure | str] = queue.Queue()

    def __enter__(self) -> HandingOut:
        import grpc
        from keras_tuner.src import protos
        from keras_tuner.src.distribute.oracle_chief import OracleServicer

        # Otherwise two chiefs share a port without a word.
        options = [("grpc.so_reuseport", 0)]
        self._server = grpc.server(ThreadPoolExecutor(max_workers=4), options=options)
        protos.get_service_grpc().add_OracleServicer_to_server(OracleServicer(self), self._server)
        try:
            self._server.add_insecure_port(self.part.address)
        except RuntimeError as error:
            got = f"the address {self.part.address}, where nobody can listen"
            way_out = "Another process may have the port: choose another one for all."
            raise RunError(sentence(got, "a free port of this machine", way_out)) from error
        self._server.start()
        self.terminal.fact("chief", f"at {self.part.address}; workers may come and go")
        self.terminal.line()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with self._lock:
            self._over = True
        until = time.monotonic() + (0.0 if kind else LOST_AFTER)
        while self._workers and time.monotonic() < until:  # each hears that the search is over
            time.sleep(PAUSE)
            self._forget_silent()
        self._server.stop(grace=1.0).wait()

    def train(self, study: StudyFolder, members: Sequence[Member]) -> Iterator[Failure | str]:
        """Let workers train members that are not finished; as `Processes.train`."""
        missing = {one.name for one in members if not study.is_finished(one.name)}
        with self._lock:
            self._waiting.extend(one.name for one in members if one.name in missing)
        while missing:
            try:
                told = self._ended.get(timeout=PAUSE)
            except queue.Empty:
                self._forget_lost()
                continue
            name = told.name if isinstance(told, Failure) else told
            if name in missing:
                missing.discard(name)
                yield told

    def create_trial(self, tuner_id: str) -> Any:
        """Give a worker something to train."""
        with self._lock:
            now = time.monotonic()
            self._workers[tuner_id] = now
            if self._over:
                del self._workers[tuner_id]
                return message("", "STOPPED", dict(self._told))
            for key, lease in self._leases.items():
                if lease.worker == tuner_id:  # it has begun anew, or has not heard the answer
                    lease.heard = now
                    return message(key, "RUNNING", self._told | {MEMBER: lease.member})
            if not self._waiting:
                return message("", "IDLE", {})
            name = self._waiting.popleft()
            self._given += 1
            self._leases[key := f"{name}/{self._given}"] = Lease(name, tuner_id, now)
            return message(key, "RUNNING", self._told | {MEMBER: name})

    def update_trial(self, trial_id: str, metrics: Any, step: int = 0) -> Any:
        """Hear that a worker lives."""
        with self._lock:
            lease = self._leases.get(trial_id)
            if lease is not None:
                lease.heard = self._workers[lease.worker] = time.monotonic()
            return message(trial_id, "STOPPED" if lease is None else "RUNNING", {})

    def end_trial(self, trial: Any) -> None:
        """Hear that a worker is done, or gives a training back."""
        with self._lock:
            lease = self._leases.pop(trial.trial_id, None)
            if lease is None:
                return  # it was taken for lost, and somebody else has the training now
            self._workers[lease.worker] = time.monotonic()
            name = lease.member
            if failure := self.study.failure(name):
                self._ended.put(failure)
            elif self.study.is_finished(name):
                self._ended.put(name)
            else:
                self._waiting.append(name)

    def _forget_lost(self) -> None:
        """Take trainings back from workers that have been silent for too long."""
        with self._lock:
            for key, lease in list(self._leases.items()):
                if time.monotonic() - lease.heard < LOST_AFTER:
                    continue
                del self._leases[key]
                self._workers.pop(lease.worker, None)
                self._losses[lease.member] += 1
                if self.study.is_finished(lease.member):
                    self._ended.put(lease.member)
                elif self._losses[lease.member] == MOST_LOSSES:
                    self._ended.put(Failure(lease.member, LOST))
                else:
                    self._waiting.appendleft(lease.member)
                    said = f"worker {lease.worker} is lost; {lease.member} is handed out again"
                    self.terminal.line(said, "yellow")

    def _forget_silent(self) -> None:
        with self._lock:
            for worker, heard in list(self._workers.items()):
                if time.monotonic() - heard > LOST_AFTER / 2:
                    del self._workers[worker]

    def get_space(self) -> Any:
        """Give the space; the chief keeps it to itself."""
        import keras_tuner

        return keras_tuner.HyperParameters()

    def update_space(self, hyperparameters: Any) -> None:
        """Leave the space as it is."""

    def get_trial(self, trial_id: str) -> Any:
        """Say whether a training is still the worker's."""
        return self.update_trial(trial_id, {})

    def get_best_trials(self, num_trials: int = 1) -> list[Any]:
        """Give none; study.json has them."""
        return []
