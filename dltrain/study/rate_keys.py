"""Which key of a file a learning rate is for, as an override.

Imports: the config alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dltrain.config.checks.phases import PlannedPhase
from dltrain.errors import dotted
from dltrain.study.rate_curve import spelled

# The rates of a schedule; the largest is the one that it reaches.
REACHED = ("initial_learning_rate", "warmup_target")


def override_of(phase: PlannedPhase, rate: float) -> str:
    """Spell a rate as the override that gives it to a phase.

    Of a schedule it is the largest rate that is reached; `values` are scaled together, so that
    their largest is the rate.

    Example:
        >>> override_of(PlannedPhase(1, {"type": "adam", "learning_rate": 0.1}), 0.02)
        'optimizer.learning_rate=0.02'
        >>> schedule = {"type": "cosine_decay", "initial_learning_rate": 0.0, "warmup_target": 0.1}
        >>> override_of(PlannedPhase(1, {"type": "adam", "learning_rate": schedule}), 0.02)
        'optimizer.learning_rate.warmup_target=0.02'
        >>> schedule = {"type": "piecewise_constant_decay", "boundaries": [9], "values": [1, 0.1]}
        >>> override_of(PlannedPhase(1, {"type": "adam", "learning_rate": schedule}), 0.02)
        'optimizer.learning_rate.values=[0.02,0.002]'
    """
    given = phase.optimizer.get("learning_rate")
    if not isinstance(given, Mapping):
        return f"{dotted(phase.rate_key)}={spelled(rate)}"
    if "values" in given:
        largest = max(given["values"])
        scaled = ",".join(spelled(rate * value / largest) for value in given["values"])
        return f"{dotted((*phase.rate_key, 'values'))}=[{scaled}]"
    return f"{dotted((*phase.rate_key, _reached(given)))}={spelled(rate)}"


def rate_of(phase: PlannedPhase) -> float | None:
    """Give the largest rate that the file gives to a phase; None where it gives none."""
    given = phase.optimizer.get("learning_rate")
    if not isinstance(given, Mapping):
        return None if given is None else float(given)
    return float(max(given["values"]) if "values" in given else given[_reached(given)])


def _reached(schedule: Mapping[str, Any]) -> str:
    known = [name for name in REACHED if schedule.get(name) is not None]
    return max(known, key=lambda name: schedule[name])


def remarks(phases: Sequence[PlannedPhase]) -> list[str]:
    """Say what the rate of the first phase means for the others."""
    if len(phases) == 1:
        return []
    sharing = [str(n) for n, one in enumerate(phases, 1) if one.rate_key == phases[0].rate_key][1:]
    told = [f"phase 1 of {len(phases)}: later ones begin with trained weights, untested here"]
    if sharing:
        told.append(f"phase {', '.join(sharing)} has the same key and gets the rate as well")
    return told
