"""Ask KerasTuner for trials, in rounds whose trials do not depend on each other.

The rounds follow from the file and the results alone, never from who was faster, so a search that
was interrupted goes on as if it had not been.
"""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dltrain.config.checks.monitors import direction
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.search import BayesianSearch, GridSearch, Search
from dltrain.errors import DltrainError, sentence

if TYPE_CHECKING:
    from dltrain.study.search.trial import Result, Trial


def check_extra() -> None:
    """Check that KerasTuner is there, before anything slow begins.

    Raises:
        DltrainError: It is not.
    """
    if importlib.util.find_spec("keras_tuner") is None:
        way_out = "Install it: pip install 'dltrain[tune]'."
        raise DltrainError(sentence("no KerasTuner", "the package keras-tuner", way_out))


def mode_of(experiment: Experiment, search: Search) -> str:
    """Tell whether the objective is to be "min" or "max"."""
    return direction(experiment, f"val_{search.figure}", search.mode)


class Asking:
    """Asks for trials and tells their results.

    Args:
        experiment: The file, with a `search`.
        search: That.
        known: Values of trials that were chosen before, whole rounds of them, in their order.
    """

    def __init__(
        self,
        experiment: Experiment,
        search: Search,
        known: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        from dltrain.study.search.oracles import oracle

        self.search = search
        self.mode = mode_of(experiment, search)
        self.completed = 0
        self._oracle = oracle(search, self.mode, experiment.training.epochs, known)
        self._open: dict[int, Any] = {}  # KerasTuner's trials by our number
        self._numbers: dict[str, int] = {}  # ours by KerasTuner's name
        self._slots = itertools.count()

    def next_round(self) -> list[Trial]:
        """Ask for trials that can be trained at once; none when the search is over."""
        return list(itertools.islice(self._ask(), self._size()))

    def tell(self, result: Result) -> None:
        """Tell what came out of a trial; in the order of their numbers."""
        from dltrain.study.search.oracles import COMPLETED, FAILED, quietly

        told = self._open.pop(result.trial.number)
        if isinstance(self.search.algorithm, GridSearch):
            return  # the oracle knows already that it is over
        with quietly():
            if result.objective is not None:
                self.completed += 1
                metrics = {self.search.objective: result.objective}
                self._oracle.update_trial(told.trial_id, metrics)
            told.status = FAILED if result.objective is None else COMPLETED
            self._oracle.end_trial(told)

    def _size(self) -> int | None:
        """Say how many trials may be chosen before results are known; None for all there are."""
        algorithm = self.search.algorithm
        if not isinstance(algorithm, BayesianSearch):
            return None
        return max(self._oracle.initial_points - self.completed, 0) or algorithm.at_once

    def _ask(self) -> Iterator[Trial]:
        from dltrain.study.search.oracles import FAILED, RUNNING, quietly

        while True:
            with quietly():
                told = self._oracle.create_trial(str(next(self._slots)))
            if told.status != RUNNING:
                return
            if isinstance(self.search.algorithm, GridSearch):
                # Its oracle goes on behind a trial that has ended, however that has ended.
                with quietly():
                    told.status = FAILED
                    self._oracle.end_trial(told)
            yield self._trial(told)

    def _trial(self, told: Any) -> Trial:
        from dltrain.study.search.oracles import values_of
        from dltrain.study.search.trial import Trial

        number = len(self._numbers) + 1
        self._numbers[told.trial_id] = number
        self._open[number] = told
        values = dict(told.hyperparameters.values)
        before = values.get("tuner/trial_id")
        return Trial(
            number,
            values_of(self.search.space, values),
            values.get("tuner/epochs"),
            None if before is None else self._numbers[before],
        )
