"""What a contender tells when it has trained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """The end of a training.

    Attributes:
        loss: Loss of the last epoch.
        engine: What dltrain has chosen.
    """

    loss: float
    engine: str = ""
