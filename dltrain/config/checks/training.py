"""Does `training` agree with the rest of the file? But for its phases, which have a module.

Imports: the config alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.config.checks.monitors import has_val
from dltrain.config.checks.phases import planned_phases
from dltrain.config.checks.translation import Problem
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.split import NoSplit
from dltrain.errors import Key, shown

TRAINING: Key = ("training",)
OF_VAL = ("validation_batch_size", "validation_steps")


def disagreements(experiment: Experiment) -> Iterator[Problem]:
    """Find validations that never come, a column with two tasks, a loss that is scaled twice."""
    if has_val(experiment):
        yield from _validations(experiment)
    else:
        yield from _without_val(experiment)
    yield from _weights(experiment)
    yield from _loss_scales(experiment)


def _validations(experiment: Experiment) -> Iterator[Problem]:
    training = experiment.training
    frequency, first, last = training.validation_freq, training.initial_epoch, training.epochs
    if last // frequency > first // frequency or first >= last:
        return
    expected = f"at most {last}, the number of epochs"
    if first:
        expected = f"a divisor of an epoch from {first + 1} to {last}"
    way_out = "No epoch would be validated: lower it, or raise `training.epochs`."
    yield Problem((*TRAINING, "validation_freq"), shown(frequency), expected, way_out)


def _without_val(experiment: Experiment) -> Iterator[Problem]:
    rows = "give val a share in `split.fractions`"
    if isinstance(experiment.split, NoSplit):
        rows = "use another `split` than none"
    for name in OF_VAL:
        if (value := getattr(experiment.training, name)) is not None:
            got, way_out = f"{value} without val rows", f"Remove it, or {rows}."
            yield Problem((*TRAINING, name), got, "null", way_out)


def _weights(experiment: Experiment) -> Iterator[Problem]:
    name = experiment.training.sample_weight
    if name is not None and name == getattr(experiment.split, "column", None):
        got = f"{shown(name)}, which `split` reads"
        yield Problem((*TRAINING, "sample_weight"), got, "another column")


def _loss_scales(experiment: Experiment) -> Iterator[Problem]:
    if experiment.training.precision != "mixed_float16":
        return
    for phase in {one.key: one for one in planned_phases(experiment)}.values():
        factor = phase.optimizer.get("loss_scale_factor")
        if factor is not None:
            got = f"{shown(factor)} beside `precision: mixed_float16`, which scales the loss itself"
            yield Problem((*phase.key, "loss_scale_factor"), got, "null", "Remove it.")
