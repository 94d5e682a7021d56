"""The diagnosis of a run: what it has left, gathered from its folder, its file and its network."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain import run_folder
from dltrain.config.checks.structure import hidden_layers
from dltrain.config.sections.architecture import Mlp
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.targets import Target, Targets, by_target
from dltrain.errors import dotted
from dltrain.evaluation.diagnosis import Diagnosis, Facts, Layer, Settings, diagnose
from dltrain.evaluation.diagnosis.errors import CLASSES
from dltrain.run_folder import RunFolder

if TYPE_CHECKING:
    from dltrain.assembly import Assembly
    from dltrain.config import Experiment

SIZES = ("units", "filters")
# Behind these, or where one of them joins tensors, another size would not fit.
RIGID = (
    "add",
    "additive_attention",
    "attention",
    "average",
    "dot",
    "group_query_attention",
    "maximum",
    "minimum",
    "multi_head_attention",
    "multiply",
    "reshape",
    "subtract",
)
NORMALIZING = ("batch_normalization", "layer_normalization", "group_normalization")


def diagnose_run(
    folder: RunFolder, assembly: Assembly, metrics: Mapping[str, Any], failure: str = ""
) -> Diagnosis:
    """Say what is wrong with a run, and write it to its folder.

    Args:
        folder: The run folder, with the history of its training.
        assembly: What was trained; the network has the weights that were judged.
        metrics: What metrics.json holds; empty where the training failed.
        failure: Why it did.
    """
    diagnosis = diagnose(facts_of_run(folder, assembly, metrics, failure))
    folder.write_json(run_folder.DIAGNOSIS, diagnosis.to_json())
    return diagnosis


def facts_of_run(
    folder: RunFolder, assembly: Assembly, metrics: Mapping[str, Any], failure: str = ""
) -> Facts:
    """Gather what a diagnosis may know, see `diagnose_run`."""
    data, status = assembly.data, folder.read_json(run_folder.STATUS)
    target = data.target
    targets = by_target(target)
    gradients = list(_table(folder, run_folder.GRADIENTS))
    by_epoch: dict[int, dict[str, float]] = {}
    for row in gradients:
        by_epoch.setdefault(int(row["epoch"]), {})[row["layer"]] = float(row["norm"])
    beginning = [float(row["loss"]) for row in gradients if row["epoch"] == "0"]
    quality = data.quality
    return Facts(
        tasks={name: one.task for name, one in targets.items()},
        rows={name: len(part) for name, part in data.parts.items()},
        inputs=_inputs(data.inputs),
        settings=settings_of(assembly),
        metrics=metrics,
        history=[_numbers(row) for row in _table(folder, run_folder.HISTORY)],
        best_epoch=int(status.get("best_epoch", 0)),
        stopped_early=bool(status.get("stopped_early", False)),
        failure=failure,
        initial_loss=beginning[0] if beginning else None,
        gradients=by_epoch,
        dead={} if failure else _dead(assembly),
        telling={"" if "" in targets else name: told for name, told in quality.telling.items()},
        copies=quality.copies,
        classes={name: count for name, one in targets.items() if (count := classes_of(one))},
    )


def classes_of(target: Targets) -> int:
    """Count the classes of a target; 0 where it has none: the codes of a label are no classes."""
    return len(target.classes) if isinstance(target, Target) and target.task in CLASSES else 0


def settings_of(assembly: Assembly) -> Settings:
    """Gather what the file says that a next step may change."""
    experiment, last = assembly.config.experiment, assembly.phases[-1]
    stopping = [one for one in experiment.callbacks if one["type"] == "early_stopping"]
    types = [layer["type"] for layer in _layers(experiment)]
    kernel = experiment.regularization.kernel
    return Settings(
        optimizer=str(last.optimizer["type"]),
        learning_rate=_rate(last.optimizer, assembly),
        rate_key=dotted(last.rate_key),
        epochs=assembly.last_epoch,
        epochs_key=None if experiment.training.phases else "training.epochs",
        batch_size=assembly.batch_size,
        patience=stopping[0].get("patience", 0) if stopping else None,
        callbacks=len(experiment.callbacks),
        dropout=experiment.regularization.dropout,
        drops=any("dropout" in name for name in types),
        kernel=kernel,
        normalizes=any(name in NORMALIZING for name in types),
        class_weight=experiment.training.class_weight is not None or not _has_classes(assembly),
        layers=tuple(_sizes(assembly)),
        excluded=_excluded(experiment),
        validates="val" in assembly.data.parts,
        split_seed=experiment.split.seed if experiment.split.type == "random" else None,
        human=getattr(experiment.evaluation, "human", None),
        target_error=getattr(experiment.evaluation, "target_error", None),
    )


def _rate(optimizer: Mapping[str, Any], assembly: Assembly) -> float:
    """Give the learning rate of the first step, also of a schedule, as far as the file says it."""
    given = optimizer.get("learning_rate")
    if isinstance(given, dict):
        given = given.get("initial_learning_rate", given.get("values", [None])[0])
    return float(assembly.network.optimizer.learning_rate if given is None else given)


def _has_classes(assembly: Assembly) -> bool:
    """Tell whether there are classes that could be weighed."""
    return assembly.data.target.task in CLASSES


def _excluded(experiment: Experiment) -> tuple[str, ...] | None:
    """Give the columns that the file leaves out; None where it names those that it takes."""
    features = getattr(experiment.dataset, "features", None)
    takes = getattr(experiment.dataset, "inputs", None) or (features and features.include)
    return None if features is None or takes else tuple(features.exclude)


def _layers(experiment: Experiment) -> list[dict[str, Any]]:
    return [step.layer for step in hidden_layers(experiment).steps]


def _sizes(assembly: Assembly) -> Iterator[Layer]:
    """Give the hidden layers whose size the file says."""
    architecture = assembly.config.experiment.architecture
    if isinstance(architecture, Mlp):
        for at, size in enumerate(architecture.units):
            name = "dense" if not at else f"dense_{at}"
            yield Layer(name, "architecture.units", str(at), size, architecture.activation)
        return
    steps = assembly.plan.steps
    rigid = [at for at, step in enumerate(steps) if step.layer["type"] in RIGID]
    for step in steps[rigid[-1] + 1 if rigid else 0 :]:
        word = next((word for word in SIZES if isinstance(step.layer.get(word), int)), None)
        if word and step.shares is None:
            activation = step.layer.get("activation")
            known = activation if isinstance(activation, str) else None
            yield Layer(step.layer["name"], dotted(step.key), word, step.layer[word], known)


def _inputs(inputs: Inputs) -> int:
    """Count the numbers that a linear model sees of a row: of a text its words."""
    if isinstance(inputs, NamedInputs):
        return sum(map(_inputs, inputs.each.values()))
    words = inputs.to_json().get("vocabulary", 0)
    return max(math.prod(inputs.shape), words if isinstance(words, int) else 0)


def _dead(assembly: Assembly) -> dict[str, tuple[int, int]]:
    from dltrain.evaluation.activations import dead_units_of_part

    return dead_units_of_part(assembly.network, assembly.data.parts["train"])[1]


def _table(folder: RunFolder, name: str | Path) -> Iterator[dict[str, str]]:
    """Give the lines of a CSV file of the folder; none where it was not written."""
    if (folder / name).is_file():
        yield from csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines())


def _numbers(row: Mapping[str, str]) -> dict[str, float]:
    return {name: float(cell) for name, cell in row.items() if cell}
