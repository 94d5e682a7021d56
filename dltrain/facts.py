"""What data and model tell the rules of `config/lint`, as plain numbers about the train rows.

The rows of val and test are never looked at: what they would say must not change a file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from dltrain.config.lint import Facts, InputFacts, TargetFacts
from dltrain.data import Data
from dltrain.data.blocks import rows_of
from dltrain.data.inputs import Arrays, Inputs, NamedInputs
from dltrain.data.quality import Quality
from dltrain.data.targets import NamedTargets, Reconstruction, Target, Targets
from dltrain.terms import EXCLUSIVE

if TYPE_CHECKING:
    import keras

# Rows that tell how large numbers are.
MOST_ROWS = 10_000


def facts_of(data: Data, network: keras.Model | None = None, *, smoke: bool = False) -> Facts:
    """Gather what rules may know.

    Args:
        data: The prepared rows.
        network: The network, once it is built.
        smoke: Whether the rows are a sample, whose number says nothing.
    """
    train, quality = data.parts["train"], Quality() if smoke else data.quality
    return Facts(
        targets=dict(_targets(data.target, train.y)),
        inputs=dict(_inputs(data.inputs, rows_of(train.x, slice(MOST_ROWS)))),
        train_rows=None if smoke else len(train),
        parameters=_parameters(network) if network else None,
        constant=quality.constant,
        identifiers=quality.identifiers,
        telling=quality.telling,
    )


def _parameters(network: keras.Model) -> int:
    """Count the numbers that the training changes."""
    return sum(math.prod(weight.shape) for weight in network.trainable_weights)


def _targets(target: Targets, y: Arrays) -> Iterator[tuple[str, TargetFacts]]:
    if isinstance(target, NamedTargets) and isinstance(y, dict):
        for name, one in target.each.items():
            yield name, _target(one, y[name])
    elif isinstance(target, Reconstruction):
        yield "", TargetFacts(target.task, int(target.facts["outputs"]))
    elif isinstance(target, Target) and isinstance(y, np.ndarray):
        yield "", _target(target, y)


def _target(target: Target, y: np.ndarray) -> TargetFacts:
    if target.task == "regression":
        ends = np.stack([y.min(axis=0), y.max(axis=0)])  # every scaling keeps the order
        seen = ends if target.scaling is None else target.scaling.apply(ends)
        least, largest = float(seen.min()), float(seen.max())
        return TargetFacts(target.task, target.outputs, least=least, largest=largest)
    exclusive = target.task in EXCLUSIVE
    counts = np.bincount(y.ravel().astype(int), minlength=len(target.classes)) if exclusive else ()
    return TargetFacts(target.task, target.outputs, tuple(int(count) for count in counts))


def _inputs(inputs: Inputs, x: Arrays) -> Iterator[tuple[str, InputFacts]]:
    if isinstance(inputs, NamedInputs) and isinstance(x, dict):
        for name, one in inputs.each.items():
            yield name, _input(one, x[name])
    elif isinstance(x, np.ndarray):
        yield "input", _input(inputs, x)


def _input(inputs: Inputs, x: np.ndarray) -> InputFacts:
    return InputFacts(inputs.form, tuple(inputs.shape), dict(_unscaled(inputs, x[:MOST_ROWS])))


def _unscaled(inputs: Inputs, x: np.ndarray) -> Iterator[tuple[str, float]]:
    """Give the root mean square of the columns that nothing scales."""
    if inputs.form == "array":
        yield "", _size(x)
    columns = inputs.to_json().get("columns", [])
    numbers = [column for column in columns if column["type"] == "number"]
    for position, column in enumerate(numbers):
        if column["scaling"] == "none":
            yield column["name"], _size(x[..., position])


def _size(numbers: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(numbers, dtype=np.float64))))
