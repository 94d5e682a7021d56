"""Findings about layers: units that say nothing, gradients that vanish or explode."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from dltrain.evaluation.diagnosis import steps
from dltrain.evaluation.diagnosis.facts import Facts
from dltrain.evaluation.diagnosis.finding import Finding
from dltrain.evaluation.diagnosis.rates import Curves
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


def gradients(facts: Facts, curves: Curves) -> Iterator[Finding]:
    """A layer whose gradient is nothing beside that of later ones, or grows without bound."""
    if not facts.gradients:
        return
    yield from _vanishing(facts)
    yield from _exploding(facts, curves)


def _vanishing(facts: Facts) -> Iterator[Finding]:
    """Look at the beginning, as what is learned has no gradient any more.

    A network that normalizes is looked at after its first epoch: before, it does not know yet what
    it has to divide by. Layers are compared with later ones, which the gradient passes first.
    """
    epochs = [epoch for epoch in facts.gradients if epoch or not facts.settings.normalizes]
    if not epochs:
        return
    first = min(epochs)
    norms = facts.gradients[first]
    name, most = min(
        _pairs(norms), key=lambda pair: norms[pair[0]] / norms[pair[1]], default=("", "")
    )
    if not name or norms[name] > VANISHED * norms[most]:
        return
    when = f"after epoch {first}" if first else "before the first step"
    said = (
        f"{when} the gradient of {name} has the norm {norms[name]:.1e}, that of {most} "
        f"{norms[most]:.1e}: a share of {VANISHED:g} would be little"
    )
    settings = facts.settings
    further = [*steps.unsaturated(settings), *steps.initialized(settings)]
    yield Finding(VANISHING, "warning", said, tuple(further))


def _pairs(norms: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """Give each layer and the steepest one behind it."""
    names = list(norms)
    for at, name in enumerate(names[:-1]):
        most = max(names[at + 1 :], key=norms.__getitem__)
        if 0 < norms[most] < math.inf:
            yield name, most


def _exploding(facts: Facts, curves: Curves) -> Iterator[Finding]:
    """A gradient that grows by orders of magnitude while the loss is no better than before."""
    first, last = min(facts.gradients), max(facts.gradients)
    before = math.hypot(*facts.gradients[first].values())
    after = {epoch: math.hypot(*norms.values()) for epoch, norms in facts.gradients.items()}
    worst = max(after, key=after.__getitem__)
    if last == first or not (after[worst] > EXPLODED * before > 0):
        return
    at = curves.train.epochs.tolist().index(worst) if worst in curves.train.epochs else None
    if at is not None and curves.train.values[at] < (facts.initial_loss or 0.0):
        return
    said = f"the gradient's norm grew from {before:.1e} to {after[worst]:.1e} in epoch {worst}"
    settings = facts.settings
    further = (*steps.clipped(settings), *steps.rate(settings, 0.1))
    yield Finding(EXPLODING, "warning", said, further)
