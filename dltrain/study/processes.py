"""Members of a study that train by themselves, several at a time, each in a process of its own.

A process imports TensorFlow once and trains one member after another as `fit` does, with as many
threads, so a member ends in the bits that `fit` of its file would have.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from dltrain import backend, environment, run_folder, runner, trust
from dltrain.config import Config, load
from dltrain.errors import DltrainError
from dltrain.study.folder import StudyFolder
from dltrain.study.member import Failure, Member
from dltrain.study.rows import Rows
from dltrain.terminal import Terminal

KILLED = "its process was killed: perhaps memory did not hold it"
Outcome = tuple[str, int] | None  # what went wrong and the exit code that says so


class Processes:
    """Processes that train members as long as a study goes on; they start when they are needed.

    Args:
        workers: How many at most; None for one a core that this process may use, or one alone
            where they would share a GPU.
        smoke: Whether the members are smoke runs.
    """

    def __init__(self, workers: int | None, *, smoke: bool) -> None:
        self.smoke = smoke
        self.workers = workers or (1 if backend.has_gpu() else environment.threads() or 1)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def train(self, study: StudyFolder, members: Sequence[Member]) -> Iterator[Failure | str]:
        """Train members that are not finished, some at a time.

        A process that dies takes those beside it down; what it leaves is trained once more, one
        member at a time, so that the one at fault is known.

        Args:
            study: The study.
            members: The members.

        Returns:
            The name of each member when its folder is complete, or its failure.

        Raises:
            KeyboardInterrupt: Somebody wishes to stop; members that had begun can go on.
        """
        waiting = [one for one in members if not study.is_finished(one.name)]
        workers = self.workers
        while waiting:
            done: set[str] = set()
            try:
                for told in self._some_at_a_time(study, waiting, workers):
                    done.add(told.name if isinstance(told, Failure) else told)
                    yield told
            except BrokenProcessPool:
                self._close()
                waiting = [one for one in waiting if one.name not in done]
                if workers == 1:
                    yield Failure(waiting.pop(0).name, KILLED)
                workers = 1
            else:
                return

    def _some_at_a_time(
        self, study: StudyFolder, members: Sequence[Member], workers: int
    ) -> Iterator[Failure | str]:
        """Train members in order."""
        pool = self._pool = self._pool or self._open()
        running: dict[Future[Outcome], str] = {}
        coming = iter(members)
        try:
            while True:
                for one in coming:
                    running[pool.submit(_train, one.config, study.member(one.name))] = one.name
                    if len(running) == workers:
                        break
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    problem = future.result()
                    name = running.pop(future)
                    yield name if problem is None else Failure(name, *problem)
        except KeyboardInterrupt:
            for process in list((pool._processes or {}).values()):
                if process.pid is not None:
                    os.kill(process.pid, signal.SIGTERM)
            raise

    def _open(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        facts = (backend.options.verbose, trust.is_given(), self.smoke)
        return ProcessPoolExecutor(self.workers, context, _begin, facts)

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        self._pool = None


_rows: Rows
_trusted: bool


def _begin(verbose: bool, trusted: bool, smoke: bool) -> None:
    """Prepare a process: Ctrl-C is for the study, which tells it by SIGTERM."""
    global _rows, _trusted
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_study, daemon=True).start()
    backend.options = backend.Options(verbose=verbose, helpers=False)
    _rows, _trusted = Rows(smoke=smoke), trusted


def _end_with_the_study() -> None:
    """End when the study does, also where it was killed: what goes on then would hold its locks."""
    study = multiprocessing.parent_process()
    if study is not None:
        study.join()
        os._exit(1)


def _train(config: Config, path: Path) -> Outcome:
    """Train a member, or go on where it stopped."""
    try:
        with trust.trusting(_trusted):
            fit_or_resume(config, path, _rows)
    except DltrainError as error:
        return str(error), error.exit_code
    return None


def fit_or_resume(config: Config, path: Path, rows: Rows) -> None:
    """Train a member, or go on where it stopped; with more epochs where it has begun with fewer.

    Raises:
        DltrainError: The file, the data or the network is wrong, or the training failed.
    """
    terminal = Terminal(quiet=True)
    if (path / run_folder.BEGUN_WITH).is_file():
        runner.resume(path, _more_epochs(config, path), terminal=terminal)
        return
    if path.exists():
        shutil.rmtree(path)  # killed before anything was in it
    rows.forget()
    data = rows.of(config)
    backend.start_anew()
    runner.fit(config, into=path, smoke=rows.smoke, terminal=terminal, data=data)


def _more_epochs(config: Config, path: Path) -> dict[str, int]:
    epochs = config.experiment.training.epochs
    begun = load(path / run_folder.BEGUN_WITH).experiment.training.epochs
    return {"training.epochs": epochs} if epochs > begun else {}
