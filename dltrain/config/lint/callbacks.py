"""Rules about callbacks that watch a figure: stopping, lowering the rate, keeping the best."""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.config.catalogue.choices import Choice
from dltrain.config.catalogue.names import kinds
from dltrain.config.checks.monitors import (
    DEFAULT_MONITOR,
    best_monitor,
    canonical_monitor,
    direction,
    has_val,
    watches,
)
from dltrain.config.checks.translation import Problem
from dltrain.config.lint.subject import Subject
from dltrain.config.sections.split import NoSplit
from dltrain.errors import Key, shown

PATIENT = ("early_stopping", "reduce_lr_on_plateau")


def wrong_mode(subject: Subject) -> Iterator[Problem]:
    """Find figures whose worst epoch is taken for the best."""
    values = subject.experiment
    best: Key = ("training", "best", "mode")
    places = [(best_monitor(values), values.training.best.mode, best)]
    for index, callback in enumerate(values.callbacks):
        if watches(callback):
            mode = callback.get("mode", "auto")
            places.append((_monitor(callback), mode, ("callbacks", index, "mode")))
    for monitor, mode, key in places:
        natural = direction(values, monitor, "auto")
        if mode not in ("auto", natural):
            way_out = "Leave `mode` out: auto knows it."
            yield Problem(key, f"{mode} of {canonical_monitor(monitor)}", natural, way_out)


def early_stopping_without_validation(subject: Subject) -> Iterator[Problem]:
    """Find stopping where no rows can tell when a model begins to overfit."""
    if has_val(subject.experiment):
        return
    for _, key in subject.callbacks("early_stopping"):
        way_out = "Give val a share of the rows in `split.fractions`."
        if isinstance(subject.experiment.split, NoSplit):
            way_out = "Use another `split` than none."
        got = "early_stopping without validation rows"
        yield Problem(key, got, "rows that tell when the model begins to overfit", way_out)


def early_stopping_on_train_figure(subject: Subject) -> Iterator[Problem]:
    """Find stopping by a figure that goes on improving while the model overfits."""
    if not has_val(subject.experiment):
        return
    for callback, key in subject.callbacks("early_stopping"):
        monitor = _monitor(callback)
        if not monitor.startswith("val_"):
            expected, way_out = f"val_{monitor}", "It improves while the model overfits."
            got = f"{shown(monitor)}, a figure of the train rows"
            yield Problem((*key, "monitor"), got, expected, way_out)


def patience_never_reached(subject: Subject) -> Iterator[Problem]:
    """Find callbacks that wait for longer than the training lasts."""
    training = subject.experiment.training
    for callback, key in subject.callbacks(*PATIENT):
        last = training.initial_epoch + subject.epochs
        first = max(training.initial_epoch, callback.get("start_from_epoch", 0))
        frequency = training.validation_freq if _monitor(callback).startswith("val_") else 1
        figures = last // frequency - first // frequency
        if _patience(callback) >= figures:
            got = f"{_patience(callback)} epochs to wait in {subject.epochs}"
            if figures != subject.epochs:
                got = f"{_patience(callback)} figures to wait for of {max(figures, 0)}"
            way_out = f"{callback['type']} would do nothing: lower it, or raise `training.epochs`."
            yield Problem((*key, "patience"), got, f"less than {max(figures, 1)}", way_out)


def best_weights_not_restored(subject: Subject) -> Iterator[Problem]:
    """Find stopping that hands the weights of the epochs it waited for to the next phase."""
    if not subject.several_phases:
        return  # best.keras and last.keras are the same with and without
    for callback, key in subject.callbacks("early_stopping"):
        if not callback.get("restore_best_weights", False):
            got = "early_stopping that keeps the weights of its last epoch"
            way_out = "The next phase would go on from them."
            yield Problem(key, got, "`restore_best_weights: true`", way_out)


def plateau_after_stop(subject: Subject) -> Iterator[Problem]:
    """Find rates that are lowered when the training has already stopped."""
    for stopping, _ in subject.callbacks("early_stopping"):
        for lowering, key in subject.callbacks("reduce_lr_on_plateau"):
            limit = _patience(stopping)
            if _monitor(stopping) == _monitor(lowering) and _patience(lowering) >= limit:
                got = f"{_patience(lowering)} epochs to wait before the rate is lowered"
                expected = f"less than the patience of early_stopping, {limit}"
                way_out = "The training would stop first."
                yield Problem((*key, "patience"), got, expected, way_out)


def patience_counts_validations(subject: Subject) -> Iterator[Problem]:
    """Find waiting that is longer than it looks, because not every epoch is validated."""
    frequency = subject.experiment.training.validation_freq
    for callback, key in subject.callbacks(*PATIENT):
        if frequency > 1 and _monitor(callback).startswith("val_"):
            patience = _patience(callback)
            got = f"a patience of {patience} with validation_freq {frequency}"
            way_out = f"Patience counts validations: {patience} are {patience * frequency} epochs."
            yield Problem((*key, "patience"), got, "validation_freq 1", way_out)


def _monitor(callback: Choice) -> str:
    return canonical_monitor(callback.get("monitor", DEFAULT_MONITOR))


def _patience(callback: Choice) -> int:
    default = kinds()["callback"][callback["type"]]["arguments"]["patience"]["default"]
    return int(callback.get("patience", default))
