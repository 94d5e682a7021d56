"""How the network sees amounts, as Keras computes it: the twin of `data/targets/amounts.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from keras import ops


@dataclass(frozen=True)
class Scaling:
    """(y - center) / scale, with log(1 + y) as y where the logarithm is taken.

    Attributes:
        center: What is subtracted, for each column.
        scale: What is divided by, for each column.
        is_logarithm: Whether the logarithm is taken first.
    """

    center: tuple[float, ...]
    scale: tuple[float, ...]
    is_logarithm: bool = False

    @classmethod
    def of(cls, facts: dict[str, Any] | None) -> Scaling | None:
        """Read what preprocessing.json holds about a target's scaling; None where it has none."""
        if facts is None:
            return None
        return cls(tuple(facts["center"]), tuple(facts["scale"]), facts["type"] == "log1p")

    def scaled_rows(self, y: np.ndarray) -> np.ndarray:
        """Scale amounts before the training, (n, columns); float32, computed in float64."""
        amounts = np.log1p(y, dtype=np.float64) if self.is_logarithm else y
        scaled = (amounts - np.array(self.center)) / np.array(self.scale)
        return np.asarray(scaled, np.float32)

    def scaled(self, y: Any) -> Any:
        """Scale amounts, a tensor (n, columns)."""
        amounts = ops.log1p(y) if self.is_logarithm else y
        return (amounts - _float32(self.center)) / _float32(self.scale)

    def undone(self, y: Any) -> Any:
        """Bring what the network puts out, a tensor (n, columns), to the column's own unit."""
        amounts = y * _float32(self.scale) + _float32(self.center)
        return ops.expm1(amounts) if self.is_logarithm else amounts


def _float32(numbers: tuple[float, ...]) -> np.ndarray:
    """Keep Keras from computing in float64."""
    return np.array(numbers, np.float32)
