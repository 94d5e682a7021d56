"""The rows of a run in words: how many, what the network sees of them, and what is predicted."""

from __future__ import annotations

import math

import numpy as np

from dltrain.data import Data
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.targets import NamedTargets, Reconstruction, Target
from dltrain.data.windows import WindowInputs
from dltrain.spelling import figure, grouped

# How the network sees amounts, in words.
SCALED = {
    "log1p": "standardised logarithms",
    "min_max": "scaled to 0 to 1",
    "robust": "scaled by quartiles",
    "standard": "standardised",
}


def rows_in_words(data: Data) -> str:
    """Say how many rows there are, and what the network sees of one."""
    shape, form = data.inputs.shape, data.inputs.form
    rows = f"{grouped(data.rows)} rows"
    if form == "images":
        return f"{rows} of {'×'.join(map(str, shape))} pixels"
    if form == "tokens":
        return f"{rows} of {_text(data.inputs)}"
    if form == "array":
        return f"{rows} of {'×'.join(map(str, shape))} numbers"
    if isinstance(data.inputs, WindowInputs):
        return _windows(data.rows, data.inputs)
    columns = f"{rows}, {data.columns} column{'s' * (data.columns != 1)}"
    if isinstance(data.inputs, NamedInputs):
        return f"{columns} → {' · '.join(_input(*pair) for pair in data.inputs.each.items())}"
    inputs = math.prod(shape)
    return f"{columns} → {inputs} input{'s' * (inputs != 1)}"


def _windows(number: int, one: WindowInputs) -> str:
    """Say what the windows over a series see, and what they predict.

    Example:
        >>> _windows(9, WindowInputs((), window=10, horizon=1, stride=1))
        '9 windows of 10 rows, 0 variables → the next row'
    """
    variables = f"{len(one.columns)} variable{'s' * (len(one.columns) != 1)}"
    following = "row" if one.horizon == 1 else f"{one.horizon} rows"
    return f"{grouped(number)} windows of {one.window} rows, {variables} → the next {following}"


def _input(name: str, one: Inputs) -> str:
    return f"{name} {_text(one) if one.form == 'tokens' else one.shape[0]}"


def _text(one: Inputs) -> str:
    """Describe what the first layer sees of a text."""
    facts = one.to_json()
    if facts["encoding"] == "sequence":
        return f"{one.shape[0]} tokens"
    return f"text → {grouped(facts['vocabulary'])} inputs"


def target_in_words(data: Data) -> str:
    """Say what is predicted, and how it spreads over the train rows."""
    y, target = data.parts["train"].y, data.target
    if isinstance(target, Reconstruction):
        return "autoencoder, the inputs are the target"
    if isinstance(target, NamedTargets):
        told = (f"{name}: {_one_target(y[name], one)}" for name, one in target.each.items())
        return " · ".join(told)
    return _one_target(y, target)


def _one_target(y: np.ndarray, target: Target) -> str:
    if target.task == "binary":
        positive = "positive" if target.classes == (0, 1) else target.classes[1]
        return f"binary target, {100 * y.mean():.0f} % {positive}{_merged(target)}"
    if target.task == "multiclass":
        kind = "ordered " * target.ordered + ("bins" if target.bins else "classes")
        return f"multiclass target, {len(target.classes)} {kind}{_merged(target)}"
    if target.task == "multilabel":
        return f"multilabel target, {len(target.names)} label{'s' * (len(target.names) != 1)}"
    if len(target.names) > 1:
        return f"regression target, {len(target.names)} columns"
    span = f"{figure(float(np.min(y)))} to {figure(float(np.max(y)))}"
    scaled = "" if target.scaling is None else f", {SCALED[target.scaling.type]}"
    return f"regression target, {span}{scaled}"


def _merged(target: Target) -> str:
    """Say that there are fewer bins than the file asks for."""
    if target.bins is None or not target.bins.merged:
        return ""
    return f" ({target.bins.asked} bins were asked for, but too many amounts are equal)"


def parts_in_words(data: Data) -> str:
    """Say how many rows each part has."""
    sizes = " · ".join(f"{name} {grouped(len(part))}" for name, part in data.parts.items())
    return f"{sizes}, stratified" if data.stratified and len(data.parts) > 1 else sizes


def shifted_columns(data: Data) -> list[str]:
    """Name the columns that the saved model takes minus the `offset` in preprocessing.json."""
    facts = data.inputs.to_json()
    inputs = facts["inputs"].values() if facts["form"] == "several" else [facts]
    columns = (column for one in inputs for column in one.get("columns", []))
    return [column["name"] for column in columns if column.get("offset")]
