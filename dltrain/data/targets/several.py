"""What the outputs of a model are to be: one target, several by name, or the inputs themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from dltrain.data.images import ImageInputs
from dltrain.data.inputs import Arrays, Inputs
from dltrain.data.raw import Raw
from dltrain.data.targets.checks import TARGET
from dltrain.data.targets.one import Target, encode, labels_for_split, learn_target
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


def by_target(target: Targets) -> Mapping[str, Target | Reconstruction]:
    """Give each target by its name; "" names one alone."""
    return target.each if isinstance(target, NamedTargets) else {"": target}


def has_named_targets(dataset: dict[str, Any]) -> bool:
    """Tell whether a `dataset` section, as plain data, names several targets."""
    target = dataset.get("target")
    return isinstance(target, dict) and len(target) > 1


def labels(raw: Raw, dataset: dict[str, Any], task: str | None) -> np.ndarray | None:
    """Give the class of each row, where there is one target and it has classes.

    Returns:
        (n,), or None.
    """
    if task == "autoencoder" or has_named_targets(dataset):
        return None
    with _placed_at(_name(dataset)):
        return labels_for_split(raw, _options(dataset, task))


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
        with _placed_at(_name(dataset)):
            return learn_target(raw, train, _options(dataset, task))
    learned = {}
    for name, options in dataset["target"].items():
        with _placed_at(name):
            given = options | {"task": options.get("task") or _of_series(dataset, options)}
            learned[name] = learn_target(_alone(raw, name), train, given)
    return NamedTargets(learned)


def encode_targets(raw: Raw, rows: np.ndarray, target: Targets, x: Arrays, inputs: Inputs) -> Any:
    """Turn the targets of some rows into numbers, see `one.encode`.

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


def scalings(target: Targets) -> dict[str | None, dict[str, Any]]:
    """Describe how the network sees amounts, by target; the key is None for one alone."""
    each: Mapping[Any, Any] = target.each if isinstance(target, NamedTargets) else {None: target}
    found = {name: getattr(one, "scaling", None) for name, one in each.items()}
    return {name: scaling.to_json() for name, scaling in found.items() if scaling is not None}


def _options(dataset: dict[str, Any], task: str | None) -> dict[str, Any]:
    """Find what the file says about its one target."""
    target = dataset.get("target")
    options = next(iter(target.values())) if isinstance(target, dict) else {}
    return options | {"task": options.get("task") or task or _of_series(dataset, options)}


def _of_series(dataset: dict[str, Any], options: dict[str, Any]) -> str | None:
    """Give the task of a target in a time series: its next values are amounts, however few."""
    said = options.get("bins") or options.get("classes")
    return "regression" if dataset.get("type") == "windows" and not said else None


def _name(dataset: dict[str, Any]) -> str | None:
    """Name the one target where the file has a map of it."""
    target = dataset.get("target")
    return next(iter(target)) if isinstance(target, dict) else None


def _encoded(raw: Raw, rows: np.ndarray, name: str, target: Target) -> np.ndarray:
    with _placed_at(name):
        return encode(_alone(raw, name), rows, target)


@contextmanager
def _placed_at(name: str | None) -> Iterator[None]:
    """Place errors of a target, or of an option, below its name where the file has a map."""
    try:
        yield
    except DataError as error:
        if error.key[:2] == TARGET and name is not None:
            error.key = (*TARGET, name, *error.key[2:])
        raise


def _alone(raw: Raw, name: str) -> Raw:
    return replace(raw, targets=raw.of_target(name))


def _reconstruction(inputs: Inputs) -> Reconstruction:
    if inputs.form in ("several", "tokens"):
        got = "texts" if inputs.form == "tokens" else "several inputs"
        message = sentence(f"{got} for an autoencoder", "one input of numbers or pictures")
        raise DataError(message, key=("task",))
    return Reconstruction(inputs.shape)
