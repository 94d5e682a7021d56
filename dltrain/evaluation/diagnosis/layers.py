"""Findings about layers: units that say nothing, gradients that vanish or explode."""

from __future__ import annotations

import math
from collections.abc import Iterator

from dltrain.evaluation.diagnosis import steps
from dltrain.evaluation.diagnosis.facts import Facts
from dltrain.evaluation.diagnosis.finding import Finding
from dltrain.evaluation.diagnosis.thresholds import EXPLODED, MOST, VANISHED

DEAD, VANISHING, EXPLODING = "dead units", "vanishing gradients", "exploding gradients"


def dead_units(facts: Facts) -> Iterator[Finding]:
    """A layer of which most units are 0 for every row."""
    shares = {name: dead / units for name, (dead, units) in facts.dead.items() if units}
    if not shares:
        return
    name = max(shares, key=shares.__getitem__)
    if shares[name] < MOST:
        return
    dead, units = facts.dead[name]
    said = f"{dead} of {units} units of {name} are 0 for every train row that was looked at"
    settings = facts.settings
    further = (*steps.rate(settings, 0.1), *steps.leaky(settings), *steps.initialized(settings))
    yield Finding(DEAD, "warning", said, further)


def gradients(facts: Facts) -> Iterator[Finding]:
    """A layer whose gradient is nothing beside that of others, or grows without bound."""
    if not facts.gradients:
        return
    yield from _vanishing(facts)
    yield from _exploding(facts)


def _vanishing(facts: Facts) -> Iterator[Finding]:
    """Look at the first epochs, as what is learned has no gradient any more."""
    first = min(facts.gradients)
    norms = facts.gradients[first]
    largest = max(norms.values())
    if not 0 < largest < math.inf:
        return
    name = min(norms, key=norms.__getitem__)
    if norms[name] > VANISHED * largest:
        return
    most = max(norms, key=norms.__getitem__)
    when = f"after epoch {first}" if first else "before the first step"
    said = (
        f"{when} the gradient of {name} has the norm {norms[name]:.1e}, that of {most} "
        f"{largest:.1e}: a share of {VANISHED:g} would be little"
    )
    settings = facts.settings
    further = [*steps.unsaturated(settings), *steps.initialized(settings)]
    yield Finding(VANISHING, "warning", said, tuple(further))


def _exploding(facts: Facts) -> Iterator[Finding]:
    first, last = min(facts.gradients), max(facts.gradients)
    before = math.hypot(*facts.gradients[first].values())
    after = {epoch: math.hypot(*norms.values()) for epoch, norms in facts.gradients.items()}
    worst = max(after, key=after.__getitem__)
    if last == first or not (after[worst] > EXPLODED * before > 0):
        return
    said = f"the gradient's norm grew from {before:.1e} to {after[worst]:.1e} in epoch {worst}"
    settings = facts.settings
    further = (*steps.clipped(settings), *steps.rate(settings, 0.1))
    yield Finding(EXPLODING, "warning", said, further)
