"""What a training leaves, filled in while it goes on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dltrain.errors import DivergenceError


@dataclass
class Trained:
    """What a training leaves.

    Attributes:
        history: One row an epoch: epoch from 1, then loss and metrics, val_ ones behind.
        seconds: Wall time of each epoch.
        last: The weights after the last epoch, in the model's order.
        stopped_early: Whether a callback ended the training.
        failure: Why the training ended, where others that trained beside it went on.
    """

    history: list[dict[str, float]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    last: list[np.ndarray] = field(default_factory=list)
    stopped_early: bool = False
    failure: DivergenceError | None = None
