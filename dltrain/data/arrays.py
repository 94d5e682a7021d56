"""Rows that are arrays of numbers, as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from dltrain.data.raw import Raw


class OfArrays:
    """What all inputs share whose rows are arrays."""

    columns_read: ClassVar[list[str]] = []

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give rows as they are, (n, …): uint8 pictures, int32 tokens or float32 numbers."""
        return np.asarray(raw.features)[rows]


@dataclass(frozen=True)
class ArrayInputs(OfArrays):
    """Any other array of numbers, as it is.

    Attributes:
        shape: Shape of one row.
    """

    shape: tuple[int, ...]
    form: str = "array"

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        return {"form": self.form, "shape": list(self.shape)}
