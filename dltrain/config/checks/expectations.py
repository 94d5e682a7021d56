"""Do the bounds of `expect` speak of figures and baselines that the run will have?

Asked when the file is checked, and once more when the data has told tasks and classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dltrain.config.catalogue.scores import CONSTANTS, LEARNED, SCORES, scores_of
from dltrain.config.checks.monitors import has_val, may_have_test
from dltrain.config.checks.outputs import figures, options, targets
from dltrain.config.checks.translation import Problem
from dltrain.config.sections.expect import parse
from dltrain.config.sections.experiment import Experiment
from dltrain.errors import did_you_mean, one_of, shown


class Learned(NamedTuple):
    """What the data told about a target.

    Attributes:
        task: Its task.
        classes: How many classes it has; 0 for none.
    """

    task: str
    classes: int


ByTarget = Mapping[str | None, Learned]


def disagreements(
    experiment: Experiment,
    learned: ByTarget | None = None,
    learners: Sequence[str] = LEARNED,
) -> Iterator[Problem]:
    """Find bounds that no run of this file can be judged by.

    Args:
        experiment: The checked file.
        learned: What the data told, by target, or below None where there is one output; None
            before it was read.
        learners: Baselines that can be trained on the data.
    """
    names = names_of(experiment, learned or {})
    baselines = _baselines(experiment, learned or {}, learners)
    absent = ["val"] * (not has_val(experiment)) + ["test"] * (not may_have_test(experiment))
    for part, bounds in experiment.expect.parts.items():
        if part in absent and bounds:
            parts = [one for one in ("test", "train", "val") if one not in absent]
            got = f"a bound for {part}, which is not evaluated"
            yield Problem(("expect", part), got, one_of(parts), at_key=True)
        for name, bound in bounds.items():
            key = ("expect", part, name)
            if name not in names:
                way_out = _way_out(name, names, experiment)
                yield Problem(key, "an unknown figure", one_of(names), way_out, True)
            if (baseline := parse(bound).baseline) and baseline not in baselines:
                off = not experiment.evaluation.baselines and baseline in LEARNED
                way_out = "`evaluation.baselines: false` leaves the others out." if off else ""
                expected = f"a baseline of this run: {one_of(baselines)}"
                yield Problem(key, shown(bound), expected, way_out)


def names_of(experiment: Experiment, learned: ByTarget) -> list[str]:
    """Name the figures of a part that metrics.json has, or may have as far as is known.

    Returns:
        The loss, the file's own metrics, then the scores of the task.
    """
    names = [figure.name for figure in figures(experiment)]
    for target in targets(experiment) or (None,):
        prefix = "" if target is None else f"{target}_"
        classes = learned[target].classes if target in learned else None
        for task in _tasks(experiment, target, learned):
            names += [prefix + score for score in scores_of(task, classes)]
    return list(dict.fromkeys(names))


def _tasks(experiment: Experiment, target: str | None, learned: ByTarget) -> Iterable[str]:
    """Name the tasks that a target may have: the one where it is known."""
    if target in learned:
        return [learned[target].task]
    said = experiment.task if target is None else options(experiment, target).task
    return [said] if said else [task for task in SCORES if task != "autoencoder"]


def _baselines(experiment: Experiment, learned: ByTarget, learners: Sequence[str]) -> list[str]:
    """Name the baselines that a run may have."""
    tasks = ["several"] if targets(experiment) else _tasks(experiment, None, learned)
    constants = sorted({CONSTANTS[task] for task in tasks})
    none = not experiment.evaluation.baselines or list(tasks) == ["autoencoder"]
    return constants if none else [*constants, *learners]


def _way_out(name: str, names: list[str], experiment: Experiment) -> str:
    """Ask for the nearest figure: one with the target's name, one that the file asks for, any."""
    of_targets = [f"{target}_{name}" for target in targets(experiment)]
    own = [figure.name for figure in figures(experiment)]
    for whole in [*own, *names]:
        if whole in of_targets:
            return f"Did you mean '{whole}'?"
    return did_you_mean(name, own) or did_you_mean(name, names)
