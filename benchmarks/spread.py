"""How far scores of several seeds lie apart."""

from __future__ import annotations

import numpy as np


def spread(scores: np.ndarray) -> float:
    """Give the standard deviation of a sample; 0 for a single score."""
    return float(scores.std(ddof=1)) if len(scores) > 1 else 0.0
