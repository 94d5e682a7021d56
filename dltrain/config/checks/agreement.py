"""Do the sections of one file agree with each other? What no section can see alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from string import Formatter

from dltrain.config.catalogue.choices import Choice
from dltrain.config.catalogue.names import ALIASES
from dltrain.config.checks import expectations, phases, searching, structure, training
from dltrain.config.checks.monitors import (
    DEFAULT_MONITOR,
    canonical_monitor,
    has_val,
    monitored,
    watches,
)
from dltrain.config.checks.outputs import figures, loss_of, targets
from dltrain.config.checks.translation import Problem
from dltrain.config.sections.experiment import Experiment
from dltrain.errors import Key, did_you_mean, one_of, shown

# Columns of history.csv that are no metric.
RESERVED = ("epoch", "loss", "phase")

# Callbacks that write, with the argument that says where.
PATH_ARGUMENTS = {
    "csv_logger": "filename",
    "model_checkpoint": "filepath",
    "tensorboard": "log_dir",
}
# What the run folder keeps for itself: files, and the folders of models and state.
OWN_NAMES = frozenset({
    "config", "config.resolved.yaml", "config.yaml", "diagnosis.json", "ensemble.json",
    "environment.json", "gradients.csv", "history.csv", "insights.json", "insights.npz", "log.txt",
    "members", "metrics.json", "model", "model_card.md", "plots", "predictions.csv",
    "preprocessing.json", "report.html", "split.csv", "state", "status.json", "study.json",
    "timing.csv",
})  # fmt: skip

NO_BATCH = "Let `save_freq` be a number of batches, or leave the field out."

SMOOTHING_LOSSES = ("auto", "binary_crossentropy", "binary_focal_crossentropy",
                    "categorical_crossentropy", "categorical_focal_crossentropy")  # fmt: skip


def disagreements(experiment: Experiment) -> Iterator[Problem]:
    """Find what is wrong between sections that are each right."""
    if found := list(structure.disagreements(experiment)):
        yield from found
        return
    yield from phases.disagreements(experiment)
    yield from _metric_names(experiment)
    yield from _monitors(experiment)
    yield from training.disagreements(experiment)
    yield from _callback_paths(experiment)
    yield from _callback_batches(experiment)
    yield from _averages(experiment)
    yield from _two_rates(experiment)
    yield from _label_smoothing(experiment)
    yield from expectations.disagreements(experiment)
    yield from searching.disagreements(experiment)


def _metric_names(experiment: Experiment) -> Iterator[Problem]:
    found = figures(experiment)
    seen = {*RESERVED, *(one.name for one in found if one.choice is None)}
    for name, key, choice in found:
        if choice is None:
            continue
        if name in RESERVED or choice["name"].startswith("val_"):
            expected = "a name that no other column of history.csv has"
            yield Problem((*key, "name"), shown(choice["name"]), expected)
        elif name in seen:
            way_out = "Give it a `name`."
            yield Problem(key, f"a second {shown(name)}", "each name once", way_out)
        seen.add(name)


def _monitors(experiment: Experiment) -> Iterator[Problem]:
    best = experiment.training.best
    if best.monitor is not None:
        yield from _monitor(experiment, ("training", "best", "monitor"), best.monitor)
    for index, callback in enumerate(experiment.callbacks):
        monitor = callback.get("monitor", DEFAULT_MONITOR)
        # The resolved file spells Keras's default out, also where nothing depends on it.
        if watches(callback) or monitor != DEFAULT_MONITOR:
            yield from _monitor(experiment, ("callbacks", index, "monitor"), monitor)


def _monitor(experiment: Experiment, key: tuple[str | int, ...], name: str) -> Iterator[Problem]:
    names = monitored(experiment)
    if canonical_monitor(name) in names:
        return
    way_out = _spelled_out(canonical_monitor(name), names) or did_you_mean(name, names)
    if name.startswith("val") and not has_val(experiment):
        way_out = "There are no val rows: monitor a figure of the train rows, or give val a share."
    yield Problem(key, shown(name), one_of(names), way_out)


def _spelled_out(name: str, names: list[str]) -> str:
    """Ask for the metric that one of Keras's short names in a monitor stands for: val_acc."""
    val = "val_" if name.startswith("val_") else ""
    whole = val + ALIASES["metric"].get(name.removeprefix("val_"), "")
    return f"Did you mean '{whole}'?" if whole in names else ""


def _callback_paths(experiment: Experiment) -> Iterator[Problem]:
    for index, callback in enumerate(experiment.callbacks):
        argument = PATH_ARGUMENTS.get(callback["type"], "")
        given = callback.get(argument)
        if given is None:
            continue
        key, path = ("callbacks", index, argument), PurePath(given)
        if path.is_absolute() or ".." in path.parts:
            way_out = "Give a relative path without '..'."
            yield Problem(key, shown(given), "a path inside the run folder", way_out)
        elif path.parts and path.parts[0] in OWN_NAMES:
            yield Problem(key, shown(given), "a name that the run folder does not use itself")


def _callback_batches(experiment: Experiment) -> Iterator[Problem]:
    """Find what cannot be had between two batches, or only there."""
    for index, callback in enumerate(experiment.callbacks):
        key: Key = ("callbacks", index)
        if callback.get("profile_batch", 0) != 0:
            way_out = "Many steps are one compiled function, which it cannot take apart."
            yield Problem((*key, "profile_batch"), shown(callback["profile_batch"]), "0", way_out)
        if callback["type"] == "model_checkpoint":
            yield from _checkpoint_batches(callback, key)
            yield from _checkpoint_epochs(experiment, callback, key)


def _checkpoint_epochs(experiment: Experiment, callback: Choice, key: Key) -> Iterator[Problem]:
    """Check that each epoch that saves a model has the figures that it is called by."""
    frequency = experiment.training.validation_freq
    first, last = experiment.training.initial_epoch, experiment.training.epochs
    validated = last // frequency - first // frequency
    if callback.get("save_freq", "epoch") != "epoch" or not has_val(experiment):
        return
    val = next((name for name in _fields(callback["filepath"]) if name.startswith("val_")), "")
    if val and validated < last - first:
        saved = f"{{{val}}} in the name of a model that is saved each epoch"
        got, expected = f"{saved}, with validation_freq {frequency}", "figures of the train rows"
        way_out = "Or let every epoch be validated: `training.validation_freq=1`."
        yield Problem((*key, "filepath"), got, expected, way_out)


def _checkpoint_batches(callback: Choice, key: Key) -> Iterator[Problem]:
    """Check what a checkpoint between two batches is chosen and called by."""
    frequency, fields = callback.get("save_freq", "epoch"), _fields(callback["filepath"])
    if frequency == "epoch":
        if "batch" in fields:
            got, way_out = "{batch} in the name of a model that is saved each epoch", NO_BATCH
            yield Problem((*key, "filepath"), got, "{epoch}", way_out)
        return
    monitor = canonical_monitor(callback.get("monitor", DEFAULT_MONITOR))
    if callback.get("save_best_only") and monitor.startswith("val_"):
        got = f"{frequency} for the best model by {monitor}, which only ends of epochs have"
        way_out = "Let it be epoch, or monitor a figure of the train rows."
        yield Problem((*key, "save_freq"), got, "epoch", way_out)
    if val := next((name for name in fields if name.startswith("val_")), ""):
        got = f"{{{val}}} in the name of a model that is saved between batches"
        way_out = "Only ends of epochs have it: let `save_freq` be epoch."
        yield Problem((*key, "filepath"), got, "figures of the train rows", way_out)


def _fields(path: str) -> list[str]:
    """Name the fields of a path; one that is no format is refused when the callbacks are built."""
    try:
        return [name for _, name, _, _ in Formatter().parse(path) if name]
    except ValueError:
        return []


def _averages(experiment: Experiment) -> Iterator[Problem]:
    types = [callback["type"] for callback in experiment.callbacks]
    planned = {one.key: one.optimizer for one in phases.planned_phases(experiment)}
    for key, optimizer in planned.items():
        if optimizer.get("use_ema") and "swap_ema_weights" not in types:
            got, expected = "averages that are never evaluated", "the callback swap_ema_weights"
            way_out = "Add `swap_ema_weights` to `callbacks`."
            yield Problem((*key, "use_ema"), got, expected, way_out)
    for index, name in enumerate(types):
        if name == "swap_ema_weights" and not all(
            optimizer.get("use_ema") for optimizer in planned.values()
        ):
            got, expected = "swap_ema_weights without averages", "`use_ema: true` in the optimizer"
            yield Problem(("callbacks", index), got, expected)


def _two_rates(experiment: Experiment) -> Iterator[Problem]:
    planned = phases.planned_phases(experiment)
    if not any(isinstance(one.optimizer.get("learning_rate"), dict) for one in planned):
        return
    for index, callback in enumerate(experiment.callbacks):
        if callback["type"] == "reduce_lr_on_plateau":
            got = "reduce_lr_on_plateau beside a learning-rate schedule"
            yield Problem(("callbacks", index), got, "one of the two", "Remove one of them.")


def _label_smoothing(experiment: Experiment) -> Iterator[Problem]:
    key = ("regularization", "label_smoothing")
    if not experiment.regularization.label_smoothing:
        return
    for target in targets(experiment) or (None,):
        given = loss_of(experiment, target)
        loss = given if given == "auto" else given["type"]
        if loss not in SMOOTHING_LOSSES and target is None:
            yield Problem(key, f"label smoothing with the loss {loss}", "a loss that smooths",
                          "Use `loss: auto`, or categorical_crossentropy.")  # fmt: skip
        elif isinstance(given, dict) and given.get("label_smoothing"):
            got, way_out = "label smoothing here and in `loss`", "Remove one of them."
            yield Problem(key, got, "it once", way_out)
