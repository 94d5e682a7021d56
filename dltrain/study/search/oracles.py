"""KerasTuner's oracles, without their files: what they know is told to them again.

Imports: KerasTuner, which imports Keras; so this module is imported when a search begins.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from threadpoolctl import threadpool_limits

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import keras_tuner
    from keras_tuner.oracles import (
        BayesianOptimizationOracle,
        GridSearchOracle,
        HyperbandOracle,
        RandomSearchOracle,
    )

from dltrain.config.sections import search as sections
from dltrain.config.sections.search import matches, same

RUNNING, COMPLETED, FAILED = "RUNNING", "COMPLETED", "FAILED"
# KerasTuner's own: random points before a Gaussian process, and starts of its optimizer.
LEAST_INITIAL = 3
RESTARTS = 50


class _InMemory:
    """Writes no files."""

    def save(self) -> None:
        """Write nothing."""

    def _save_trial(self, trial: Any) -> None:
        """Write nothing."""


class _Random(_InMemory, RandomSearchOracle):
    """Draws trials by chance."""


class _Bayesian(_InMemory, BayesianOptimizationOracle):
    """Chooses trials by a Gaussian process.

    Attributes:
        known: What it has chosen before, by the number of the trial from 0; choosing it again
            would take a second each.
    """

    known: Sequence[dict[str, Any]] = ()

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Choose the values of a trial."""
        number = len(self.trials)
        done = sum(one.status == COMPLETED for one in self.trials.values())
        if number >= len(self.known) or done < self.initial_points:
            return super().populate_space(trial_id)
        bounds = self._get_hp_bounds()
        self._random_state.uniform(bounds[:, 0], bounds[:, 1], size=(RESTARTS, len(bounds)))
        return {"status": RUNNING, "values": self.known[number]}

    @property
    def initial_points(self) -> int:
        """How many trials have to come to their end before the Gaussian process chooses."""
        dimensions = len(self.hyperparameters.space)
        return self.num_initial_points or max(3 * dimensions, LEAST_INITIAL)


class _Hyperband(_InMemory, HyperbandOracle):
    """Gives the best of many trials more epochs."""


class _Grid(_InMemory, GridSearchOracle):
    """Goes through all combinations."""


def oracle(
    search: sections.Search, direction: str, epochs: int, known: Sequence[Mapping[str, Any]]
) -> Any:
    """Make KerasTuner's oracle for a search.

    Args:
        search: The checked section.
        direction: Whether the objective is to be "min" or "max".
        epochs: Those of the file.
        known: Values of trials that it has chosen before.

    Returns:
        A `keras_tuner.Oracle` that prints and writes nothing.
    """
    shared: dict[str, Any] = {
        "objective": keras_tuner.Objective(search.objective, direction),
        "hyperparameters": hyperparameters(search.space),
        # KerasTuner takes 0 for no seed at all.
        "seed": search.seed + 1,
        "allow_new_entries": False,
        "tune_new_entries": False,
        # What stops a search is decided by the study.
        "max_consecutive_failed_trials": None,
    }
    algorithm = search.algorithm
    if isinstance(algorithm, sections.BayesianSearch):
        arguments = algorithm.model_dump(exclude={"type", "at_once"})
        made = _Bayesian(max_trials=search.most, **arguments, **shared)
        made.known = [_told(search.space, values) for values in known]
    elif isinstance(algorithm, sections.HyperbandSearch):
        arguments = algorithm.model_dump(exclude={"type", "max_epochs"})
        made = _Hyperband(max_epochs=algorithm.max_epochs or epochs, **arguments, **shared)
    else:
        kind = _Grid if isinstance(algorithm, sections.GridSearch) else _Random
        made = kind(max_trials=search.most, **shared)
    made.verbose = 0
    return made


def hyperparameters(space: dict[str, sections.Entry]) -> Any:
    """Tell KerasTuner the space; a choice by the positions of its values, which may be maps."""
    made = keras_tuner.HyperParameters()
    for key, entry in space.items():
        with contextlib.ExitStack() as scopes:
            for parent, wanted in entry.when.items():
                scopes.enter_context(
                    made.conditional_scope(parent, _spelled(space[parent], wanted))
                )
            if isinstance(entry, sections.FloatRange | sections.IntRange):
                add = made.Float if isinstance(entry, sections.FloatRange) else made.Int
                add(key, entry.min, entry.max, step=entry.step, sampling=entry.sampling)
            elif isinstance(entry, sections.Choice):
                made.Choice(key, list(range(len(entry.values))))
            elif isinstance(entry, sections.Boolean):
                made.Boolean(key)
    return made


def _spelled(parent: sections.Entry, wanted: list[Any]) -> list[Any]:
    """Spell the values of a condition as KerasTuner knows them."""
    if not isinstance(parent, sections.Choice):
        return wanted
    return [
        at for at, value in enumerate(parent.values) if any(matches(one, value) for one in wanted)
    ]


def values_of(space: dict[str, sections.Entry], told: dict[str, Any]) -> dict[str, Any]:
    """Read KerasTuner's values as the file's, plain and in the order of the space."""
    values: dict[str, Any] = {}
    for key, entry in space.items():
        if isinstance(entry, sections.Fixed):
            if sections.is_active(entry, values):
                values[key] = entry.value
        elif key in told:
            values[key] = _plain(entry, told[key])
    return values


def _told(space: dict[str, sections.Entry], values: Mapping[str, Any]) -> dict[str, Any]:
    """Spell the file's values as KerasTuner knows them."""
    told = {}
    for key, value in values.items():
        entry = space[key]
        if isinstance(entry, sections.Choice):
            told[key] = next(at for at, one in enumerate(entry.values) if same(one, value))
        elif not isinstance(entry, sections.Fixed):
            told[key] = value
    return told


def _plain(entry: sections.Entry, told: Any) -> Any:
    if isinstance(entry, sections.Choice):
        return entry.values[int(told)]
    if isinstance(entry, sections.Boolean):
        return bool(told)
    return int(told) if isinstance(entry, sections.IntRange) else float(told)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Keep warnings from users that are about KerasTuner's own code."""
    # A Gaussian process over a few trials is so small that threads would only wait for each other.
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", DeprecationWarning)
        # Its Gaussian process may end at a bound of the kernel's length.
        warnings.filterwarnings("ignore", module="sklearn.gaussian_process")
        yield
