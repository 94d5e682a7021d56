"""What the outputs of a model are to be: one target, several by name, or the inputs themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from dltrain.data.images import ImageInputs
from dltrain.data.inputs import Arrays, Inputs
from dltrain.data.raw import Raw
from dltrain.data.target import Target, encode, labels_for_split, learn_target
from dltrain.data.target_checks import TARGET
from dltrain.errors import DataError, sentence


@dataclass(frozen=True)
class NamedTargets:
    """Several targets, each with an output of its own.

    Attributes:
        each: The targets by name.
    """

    each: dict[str, Target]
    task: ClassVar[str] = "several"

    @property
    def facts(self) -> dict[str, Any]:
        """Task and outputs by name, as the builders of the model take them."""
        return {"task": self.task, "outputs": {name: one.facts for name, one in self.each.items()}}

    def to_json(self) -> dict[str, Any]:
        """Describe the targets for preprocessing.json."""
        targets = {name: one.to_json() for name, one in self.each.items()}
        return {"task": self.task, "targets": targets}


@dataclass(frozen=True)
class Reconstruction:
    """The target of an autoencoder: what the network sees of a row.

    Attributes:
        shape: Shape of one row.
    """

    shape: tuple[int, ...]
    task: ClassVar[str] = "autoencoder"

    @property
    def facts(self) -> dict[str, Any]:
        """Task and outputs by name, as the builders of the model take them."""
        return {"task": self.task, "outputs": math.prod(self.shape)}

    def to_json(self) -> dict[str, Any]:
        """Describe the target for preprocessing.json."""
        return {"task": self.task, "shape": list(self.shape)}


Targets = Target | NamedTargets | Reconstruction


def has_named_targets(dataset: dict[str, Any]) -> bool:
    """Tell whether a `dataset` section, as plain data, names several targets."""
    target = dataset.get("target")
    return isinstance(target, dict) and len(target) > 1


def labels(raw: Raw, dataset: dict[str, Any], task: str | None) -> np.ndarray | None:
    """Give the class of each row, where there is one target and it has classes.

    Returns:
        (n,), or None.
    """
    if task == "autoencoder":
        return None
    given = labels_for_split(raw, _task(dataset, task))
    return None if has_named_targets(dataset) else given


def learn_targets(
    raw: Raw, train: np.ndarray, dataset: dict[str, Any], task: str | None, inputs: Inputs
) -> Targets:
    """Learn tasks and classes from the train rows.

    Args:
        raw: All rows.
        train: Numbers of the train rows.
        dataset: The `dataset` section as plain data.
        task: The file's `task`, or None to tell it from the target.
        inputs: What was learned about the inputs.

    Raises:
        DataError: A target does not fit its task, or the inputs cannot be reconstructed.
    """
    if task == "autoencoder":
        return _reconstruction(inputs)
    if not has_named_targets(dataset):
        return learn_target(raw, train, _task(dataset, task))
    learned = {}
    for name, options in dataset["target"].items():
        with _placed_at(name):
            learned[name] = learn_target(_alone(raw, name), train, options["task"])
    return NamedTargets(learned)


def encode_targets(raw: Raw, rows: np.ndarray, target: Targets, x: Arrays, inputs: Inputs) -> Any:
    """Turn the targets of some rows into numbers, see `target.encode`.

    Args:
        raw: All rows.
        rows: Numbers of the rows.
        target: What was learned about the target.
        x: The rows as the network takes them.
        inputs: What was learned about the inputs.

    Returns:
        An array; a dict of arrays for several targets; for an autoencoder float32
        (n, *shape), the rows as the first layer sees them.
    """
    if isinstance(target, NamedTargets):
        return {name: _encoded(raw, rows, name, one) for name, one in target.each.items()}
    if isinstance(target, Reconstruction):
        return inputs.scaled(x) if isinstance(inputs, ImageInputs) else x
    return encode(raw, rows, target)


def targets_from_json(facts: dict[str, Any]) -> Targets:
    """Restore what `to_json` wrote."""
    if facts["task"] == NamedTargets.task:
        return NamedTargets({name: Target.from_json(one) for name, one in facts["targets"].items()})
    if facts["task"] == Reconstruction.task:
        return Reconstruction(tuple(facts["shape"]))
    return Target.from_json(facts)


def _task(dataset: dict[str, Any], task: str | None) -> str | None:
    """Find the task that the file gives its one target."""
    target = dataset.get("target")
    options = next(iter(target.values())) if isinstance(target, dict) else {}
    return options.get("task") or task


def _encoded(raw: Raw, rows: np.ndarray, name: str, target: Target) -> np.ndarray:
    with _placed_at(name):
        return encode(_alone(raw, name), rows, target)


@contextmanager
def _placed_at(name: str) -> Iterator[None]:
    """Place errors of a target at its own key, where there are several."""
    try:
        yield
    except DataError as error:
        if error.key == TARGET:
            error.key = (*TARGET, name)
        raise


def _alone(raw: Raw, name: str) -> Raw:
    return replace(raw, targets=raw.targets[[name]])


def _reconstruction(inputs: Inputs) -> Reconstruction:
    if inputs.form in ("several", "tokens"):
        got = "texts" if inputs.form == "tokens" else "several inputs"
        message = sentence(f"{got} for an autoencoder", "one input of numbers or pictures")
        raise DataError(message, key=("task",))
    return Reconstruction(inputs.shape)
