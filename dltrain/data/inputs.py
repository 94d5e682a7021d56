"""What the model's inputs are, by the form of the data: one class a form.

Every class turns raw rows into the numbers that the saved model takes, and goes into
preprocessing.json and back. The network trains on the same numbers, but for tables, which have a
module of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from dltrain.data.arrays import ArrayInputs
from dltrain.data.images import ImageInputs
from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs
from dltrain.data.texts.inputs import TextInputs, text_from_json
from dltrain.data.texts.tokens import tokens_from_json
from dltrain.data.windows import WindowInputs

# The rows of one input, an array; or those of several, a dict of arrays by name. Which of both it
# is follows from the config, where no type checker looks.
Arrays = Any


class Inputs(Protocol):
    """What training and saving need to know about the inputs."""

    @property
    def form(self) -> str:
        """One of table, images, tokens, array, windows, several."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one row as the network takes it."""

    @property
    def columns_read(self) -> list[str]:
        """Names of the columns of a table that are read; none where rows are arrays."""

    def raw(self, raw: Raw, rows: np.ndarray) -> Arrays:
        """Give rows as the saved model takes them."""

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""


@dataclass(frozen=True)
class NamedInputs:
    """Several inputs, each with columns of its own.

    Attributes:
        each: The inputs by name.
    """

    each: dict[str, Inputs]
    form: str = "several"

    @property
    def shape(self) -> tuple[int, ...]:
        """Numbers of one row, all inputs together."""
        return (sum(math.prod(one.shape) for one in self.each.values()),)

    @property
    def columns_read(self) -> list[str]:
        """Names of the columns of a table that are read."""
        return [name for one in self.each.values() for name in one.columns_read]

    def raw(self, raw: Raw, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Give the rows of each input as the saved model takes them."""
        return {name: one.raw(raw, rows) for name, one in self.each.items()}

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        inputs = {name: one.to_json() for name, one in self.each.items()}
        return {"form": self.form, "inputs": inputs}


def prepared(inputs: Inputs, raw: Raw, rows: np.ndarray) -> tuple[Arrays, Arrays]:
    """Turn rows into numbers.

    Returns:
        Rows as the saved model takes them, and as the network does; the same object where
        nothing is prepared; a dict of arrays where there are several inputs.
    """
    if isinstance(inputs, NamedInputs):
        both = {name: prepared(one, raw, rows) for name, one in inputs.each.items()}
        return {name: one[0] for name, one in both.items()}, {
            name: one[1] for name, one in both.items()
        }
    if isinstance(inputs, TableInputs):
        matrix = inputs.matrix(raw, rows)
        return matrix.astype(np.float32), inputs.prepared_matrix(matrix)
    if isinstance(inputs, WindowInputs):
        return inputs.prepared(raw, rows)
    x = inputs.raw(raw, rows)
    return x, x


def text_inputs(inputs: Inputs) -> list[TextInputs]:
    """List the inputs that are columns of texts."""
    each = inputs.each.values() if isinstance(inputs, NamedInputs) else [inputs]
    return [one for one in each if isinstance(one, TextInputs)]


def inputs_from_json(facts: dict[str, Any]) -> Inputs:
    """Restore what `to_json` wrote."""
    facts = dict(facts)
    form = facts.pop("form")
    if form == "table":
        return TableInputs.from_json(facts)
    if form == "windows":
        return WindowInputs.from_json(facts)
    if form == "several":
        return NamedInputs({name: inputs_from_json(one) for name, one in facts["inputs"].items()})
    if form == "tokens":
        return text_from_json(facts) if "words" in facts else tokens_from_json(facts)
    facts["shape"] = tuple(facts["shape"])
    if form == "images":
        facts |= {name: tuple(facts[name]) for name in ("mean", "variance") if name in facts}
        return ImageInputs(**facts)
    return ArrayInputs(**facts)
