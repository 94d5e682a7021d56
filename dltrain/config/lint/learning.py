"""Rules about the optimizer, its rate, and how the rows reach it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltrain.config.catalogue.choices import Choice
from dltrain.config.checks.phases import PlannedPhase
from dltrain.config.checks.translation import Problem
from dltrain.config.checks.weighing import has_kernel
from dltrain.config.lint.subject import Subject
from dltrain.errors import Key, shown

LEAST_RATE, LARGEST_RATE = 1e-6, 1.0
# A schedule ends too early if it leaves the rate at 0, or unchanged, for longer than this share.
LEFT_AT_ZERO, LEFT_ALONE = 0.1, 0.5
# It ends too late if less than this share of it takes place, or its last boundary never comes.
TAKEN = 2 / 3


def learning_rate_range(subject: Subject) -> Iterator[Problem]:
    """Find rates that nothing is learned with."""
    for phase in subject.phases:
        for below, value in _rates(phase.optimizer.get("learning_rate")):
            if not LEAST_RATE <= value <= LARGEST_RATE:
                way_out = "0.001 is a good start for adam, 0.01 for sgd."
                key = (*phase.rate_key, *below)
                yield Problem(key, shown(value), "a rate from 1e-6 to 1", way_out)


def plain_sgd(subject: Subject) -> Iterator[Problem]:
    """Find gradient descent with nothing to speed it up."""
    lowered = any(subject.callbacks("reduce_lr_on_plateau"))
    deep = any(has_kernel(node.layer) for node in subject.nodes)
    if lowered or not deep or any(phase.own_rate for phase in subject.phases):
        return  # rates that go from phase to phase are a schedule too
    for phase in subject.phases:
        optimizer = phase.optimizer
        helped = optimizer.get("momentum") or isinstance(optimizer.get("learning_rate"), dict)
        if optimizer["type"] == "sgd" and not helped:
            got, way_out = "sgd with neither momentum nor a schedule", "Add `momentum: 0.9`."
            yield Problem(phase.key, got, "one of the two", way_out)


def schedule_ends_early(subject: Subject) -> Iterator[Problem]:
    """Find trainings that go on when their rate has come to its end."""
    for phase, schedule, steps in _scheduled(subject):
        end = _end(schedule)
        share = LEFT_AT_ZERO if _ends_at_zero(schedule) else LEFT_ALONE
        if end is not None and end < (1 - share) * steps:
            rate = "0" if _ends_at_zero(schedule) else "its last value"
            first = subject.experiment.training.initial_epoch
            epoch = first + end // (subject.steps_an_epoch or 1) + 1
            way_out = f"The rate would be {rate} from epoch {epoch} on."
            key, got = (*phase.rate_key, _argument(schedule)), _got(subject, end, steps)
            yield Problem(key, got, "about as many", way_out)


def schedule_ends_late(subject: Subject) -> Iterator[Problem]:
    """Find schedules of which the training sees only the beginning."""
    for phase, schedule, steps in _scheduled(subject):
        end = _last_step(schedule)
        share = 1 if "boundaries" in schedule else TAKEN
        if end is not None and end * share > steps:
            epochs = "`epochs` of the phase" if subject.several_phases else "`training.epochs`"
            way_out = f"The {_where(subject)} would end first: use fewer, or raise {epochs}."
            key, got = (*phase.rate_key, _argument(schedule)), _got(subject, end, steps)
            yield Problem(key, got, "about as many", way_out)


def rows_not_shuffled(subject: Subject) -> Iterator[Problem]:
    """Find epochs that all see the rows in the order of the file."""
    training = subject.experiment.training
    if not training.shuffle and training.batch_size != "full":
        way_out = "Rows that are sorted by class train badly in their order."
        yield Problem(("training", "shuffle"), "false", "true", way_out)


def batch_larger_than_train(subject: Subject) -> Iterator[Problem]:
    """Find batches that hold every row, without saying so; Keras's default is none of them."""
    training, rows = subject.experiment.training, subject.facts.train_rows
    size = training.batch_size if "batch_size" in training.model_fields_set else None
    if isinstance(size, int) and rows is not None and size > rows:
        what = "step is a pass over all" if training.steps_per_epoch else "epoch is one step"
        way_out = f"Each {what}: use less, or `full` if that is meant."
        yield Problem(("training", "batch_size"), str(size), f"at most {rows}, the rows", way_out)


def _rates(rate: Any) -> Iterator[tuple[Key, float]]:
    """Give the rates that a number or schedule reaches at most, each with its key below it."""
    if isinstance(rate, int | float):
        yield (), rate
    elif isinstance(rate, dict) and isinstance(rate.get("values"), list):
        for index, value in enumerate(rate["values"]):
            if isinstance(value, int | float) and value:
                yield ("values", index), value
    elif isinstance(rate, dict):
        names = ("initial_learning_rate", "warmup_target")
        known = {name: rate[name] for name in names if isinstance(rate.get(name), int | float)}
        name = max(known, key=lambda one: known[one], default=None)
        if name is not None:
            yield (name,), known[name]


def _scheduled(subject: Subject) -> Iterator[tuple[PlannedPhase, Choice, int]]:
    """Give the phases with a schedule, which begins anew in each, and how many steps they have."""
    each = subject.steps_an_epoch
    for phase in subject.phases:
        rate = phase.optimizer.get("learning_rate")
        if isinstance(rate, dict) and each is not None:
            yield phase, rate, each * phase.epochs


def _end(schedule: Choice) -> int | None:
    """Give the step from which on a schedule changes nothing; None where it always goes on."""
    if schedule["type"] == "cosine_decay":
        return int(schedule.get("warmup_steps") or 0) + int(schedule["decay_steps"])
    if schedule["type"] == "polynomial_decay" and not schedule.get("cycle"):
        return int(schedule["decay_steps"])
    return None


def _last_step(schedule: Choice) -> int | None:
    """Give the step that a training has to reach to see what a schedule does."""
    if schedule["type"] == "piecewise_constant_decay":
        boundaries = [one for one in schedule["boundaries"] if isinstance(one, int | float)]
        return int(max(boundaries, default=0))
    if schedule["type"] == "cosine_decay_restarts":
        return int(schedule["first_decay_steps"])
    if schedule["type"] in ("exponential_decay", "inverse_time_decay"):
        return int(schedule["decay_steps"]) if schedule.get("staircase") else None
    return _end(schedule)


def _ends_at_zero(schedule: Choice) -> bool:
    if schedule["type"] == "cosine_decay":
        return not schedule.get("alpha")
    return schedule.get("end_learning_rate") == 0


def _argument(schedule: Choice) -> str:
    names = ("decay_steps", "first_decay_steps", "boundaries")
    return next(name for name in names if name in schedule)


def _got(subject: Subject, end: int, steps: int) -> str:
    return f"a schedule of {end} steps for a {_where(subject)} of {steps}"


def _where(subject: Subject) -> str:
    return "phase" if subject.several_phases else "training"
