"""A worker: trains what the chief hands out, until the search is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dltrain.config import Config
from dltrain.errors import DltrainError, sentence
from dltrain.records import text_sha256
from dltrain.run_folder import RunFolder
from dltrain.study.member import Failure, read_config
from dltrain.study.processes import fit_or_resume
from dltrain.study.rows import Rows
from dltrain.study.search.distributed import (
    BEAT,
    FILE,
    FOR_A_CHIEF,
    FOR_AN_ANSWER,
    MEMBER,
    PAUSE,
    SMOKE,
    STUDY,
    Part,
    answers,
)
from dltrain.study.search.folder import SearchFolder
from dltrain.terminal import Terminal


class Chief:
    """What a worker asks the chief.

    Args:
        part: The worker's name, and the chief's address.
    """

    def __init__(self, part: Part) -> None:
        import grpc
        from keras_tuner.src import protos

        self.part = part
        self.messages = protos.get_service()
        self.stub = protos.get_service_grpc().OracleStub(grpc.insecure_channel(part.address))
        self.patience = FOR_A_CHIEF

    def next(self) -> Any:
        """Ask for something to train."""
        from keras_tuner.engine.trial import Trial

        request = self.messages.CreateTrialRequest(tuner_id=self.part.name)
        told = self._call(self.stub.CreateTrial, request).trial
        self.patience = FOR_AN_ANSWER
        return Trial.from_proto(told)

    def beat(self, trial: Any) -> None:
        """Give a sign of life."""
        request = self.messages.UpdateTrialRequest(trial_id=trial.trial_id, metrics={}, step=0)
        self._call(self.stub.UpdateTrial, request)

    def end(self, trial: Any, status: str) -> None:
        """Say how a training has ended."""
        trial.status = status
        request = self.messages.EndTrialRequest(trial=trial.to_proto())
        self._call(self.stub.EndTrial, request)

    def _call(self, method: Any, request: Any) -> Any:
        with answers(self.part.address):
            return method(request, wait_for_ready=True, timeout=self.patience)


def work(config: Config, part: Part, terminal: Terminal) -> Path:
    """Train what the chief hands out, until the search is over.

    Args:
        config: The file, which has to be the chief's.
        part: This worker.
        terminal: Where progress is shown.

    Returns:
        The study's folder.

    Raises:
        DltrainError: The chief has another file, or does not answer.
    """
    from dltrain import backend

    backend.start()
    chief = Chief(part)
    terminal.fact("worker", f"{part.name}, for the chief at {part.address}")
    while True:
        trial = chief.next()
        values = trial.hyperparameters.values
        if trial.status == "STOPPED":
            return Path(values[STUDY])
        if trial.status == "IDLE":
            time.sleep(PAUSE)
            continue
        _check_file(config, values[FILE], part)
        study = SearchFolder(RunFolder(Path(values[STUDY])))
        terminal.line(f"{values[MEMBER]}: {_train(chief, trial, study, smoke=values[SMOKE])}")


def _train(chief: Chief, trial: Any, study: SearchFolder, *, smoke: bool) -> str:
    """Train one member; say how it ended."""
    name = trial.hyperparameters.values[MEMBER]
    path = study.member(name)
    if RunFolder(path).is_owned():
        chief.end(trial, "INVALID")
        time.sleep(BEAT)
        return "another process still writes it"
    with _beating(chief, trial):
        try:
            config = read_config(study.folder, study.given(), name)
            fit_or_resume(config, path, Rows(smoke=smoke))
        except KeyboardInterrupt:
            chief.end(trial, "INVALID")
            raise
        except DltrainError as error:
            study.fail(Failure(name, str(error), error.exit_code))
    failure = study.failure(name)
    chief.end(trial, "COMPLETED" if failure is None else "FAILED")
    return "done" if failure is None else f"failed: {failure.reason}"


@contextmanager
def _beating(chief: Chief, trial: Any) -> Iterator[None]:
    """Give signs of life while the block runs."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                chief.beat(trial)
            except DltrainError:
                return  # the training goes on; what is asked next tells that the chief is gone

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _check_file(config: Config, theirs: str, part: Part) -> None:
    """Check that the worker was started with the chief's file.

    Raises:
        DltrainError: It was not.
    """
    if text_sha256(config.text) != theirs:
        got = f"{config.path}, which is not the file of the chief at {part.address}"
        raise DltrainError(sentence(got, "the same text", "Start chief and workers with one file."))
