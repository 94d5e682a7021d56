"""Findings about how the network fits rows: too little, too closely, or what cannot be learned."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from dltrain.config.catalogue.scores import CONSTANT_NAMES
from dltrain.evaluation.diagnosis import steps
from dltrain.evaluation.diagnosis.curves import WINDOW
from dltrain.evaluation.diagnosis.errors import CLASSES, HELD_OUT, Errors
from dltrain.evaluation.diagnosis.facts import Facts
from dltrain.evaluation.diagnosis.finding import Finding
from dltrain.evaluation.diagnosis.pairs import sign_test
from dltrain.evaluation.diagnosis.rates import Curves
from dltrain.evaluation.diagnosis.thresholds import CHANCE, MATERIAL, MOST, Z
from dltrain.evaluation.diagnosis.verdict import BOTH, VARIANCE, Verdict, number, percent

UNDERFITTING, OVERFITTING, NO_SIGNAL = "underfitting", "overfitting", "no signal"
NO_BETTER = "no better than a baseline"
MEDIANS = f"medians of up to {WINDOW} epochs"


def underfitting(facts: Facts, verdict: Verdict) -> Iterator[Finding]:
    """A network that does not even fit its own rows."""
    if verdict.biased:
        settings = facts.settings
        further = [*steps.less_regularized(settings)][:1]
        further = [*steps.larger(settings), *further, *steps.epochs(settings, 3)]
        yield Finding(UNDERFITTING, "warning", verdict.evidence[0], tuple(further[:3]))


def overfitting(facts: Facts, curves: Curves, verdict: Verdict) -> Iterator[Finding]:
    """A network that goes on learning what does not hold for other rows."""
    said = _rising(facts, curves) or _apart(facts, curves, verdict.errors)
    by_verdict = verdict.word in (VARIANCE, BOTH)
    if not said and by_verdict:
        said = verdict.evidence[1]
    if said:
        # What an early stop has met hurts no figure.
        mild = facts.stopped_early and not by_verdict
        settings = facts.settings
        further = [*steps.regularized(settings), *steps.smaller(settings)]
        further = [*further[:2], *steps.stopping(settings), *further[2:]]
        yield Finding(OVERFITTING, "hint" if mild else "warning", said, tuple(further[:3]))


def _rising(facts: Facts, curves: Curves) -> str:
    """A val loss that rises from its lowest while the train loss goes on falling."""
    train, val = curves.train.at(curves.val.epochs), curves.val
    if not val.has_shape or len(train) != len(val):
        return ""
    low = val.lowest
    rise = val.end - val.level(low)
    falls_on = train.level(low) - train.end
    if rise < max(3 * val.noise, MATERIAL * curves.constant) or falls_on <= 3 * train.noise:
        return ""
    return (
        f"val loss rose from {number(val.level(low))} around epoch {val.epochs[low]} to "
        f"{number(val.end)} at the end while train loss fell from {number(train.level(low))} to "
        f"{number(train.end)} ({MEDIANS})"
    )


def _apart(facts: Facts, curves: Curves, errors: Errors) -> str:
    """Losses of which, at the end, most that the train rows gained is none for val rows."""
    train, val = curves.train, curves.val
    if not val.has_shape:
        return ""
    apart, learned = val.end - train.end, curves.constant - train.end
    least = max(MATERIAL * curves.constant, Z * _spread_of_loss(facts, errors, val.end))
    if learned <= 0 or apart < least or apart < MOST * learned:
        return ""
    return (
        f"at the end train loss is {number(train.end)} and val loss {number(val.end)} ({MEDIANS}): "
        f"{percent(apart / learned)} of what it learned since the {number(curves.constant)} of a "
        f"constant prediction does not hold for val rows"
    )


def _spread_of_loss(facts: Facts, errors: Errors, loss: float) -> float:
    """The standard error of the val loss: that of its interval, or as the error's own."""
    intervals = facts.metrics.get("intervals", {}).get("val", {})
    for name in ("loss", "log_loss"):
        ends = intervals.get(name)
        if ends and None not in ends:
            return float(ends[1] - ends[0]) / (2 * Z)
    error = errors.of("val")
    return loss * errors.spread("val", below=True) / error if error else 0.0


def no_signal(facts: Facts, curves: Curves, errors: Errors) -> Iterator[Finding]:
    """Rows that can be learned by heart, and tell nothing about others."""
    shares = _shares_of_constant(errors)
    if not shares or min(shares) < 1 - MATERIAL or _is_learned_by_a_baseline(errors):
        return
    learned = _learned(curves, errors)
    if not learned:
        return
    who = "the network" if not errors.baselines else f"neither network nor {_either(errors)}"
    does = "predicts" if errors.baselines else "does not predict"
    said = (
        f"{who} {does} new rows better than a constant ({percent(min(shares))} of its error is "
        f"left), though {learned}: check that targets belong to their rows"
    )
    further = (*steps.divided_again(facts.settings), *steps.smaller(facts.settings))
    yield Finding(NO_SIGNAL, "warning", said, further)


def _learned(curves: Curves, errors: Errors) -> str:
    """Say what was learned of the train rows: by whom, or how far; nothing for nothing."""
    train = errors.of("train")
    if train is not None and train < (1 - MOST) * errors.constant("train"):
        return "the train rows are learned"
    if by_heart := _fitting(errors, MOST):
        return f"{by_heart} learned the train rows"
    lowest = float(curves.train.values.min()) if len(curves.train) else math.inf
    if curves.constant - lowest >= MATERIAL * curves.constant:
        constant = number(curves.constant)
        return f"train loss fell to {number(lowest)}, below the {constant} of a constant"
    # Many rows hold no network for long, and trees all the same.
    some = _fitting(errors, MATERIAL)
    return f"{some} learned some of the train rows" if some else ""


def _either(errors: Errors) -> str:
    return " nor ".join(errors.baselines)


def _shares_of_constant(errors: Errors) -> list[float]:
    """Give what is left of the constant prediction's error, and of its loss, on all new rows.

    The loss tells more than the error where classes are skewed.
    """
    found = [_pooled(errors.facts, partial(_pair, errors, ""))]
    if errors.task in CLASSES and not errors.target:
        found.append(_pooled(errors.facts, partial(_losses, errors.facts, "")))
    return [share for share in found if share is not None]


def _pooled(facts: Facts, pair_of: Callable[[str], tuple[Any, Any]]) -> float | None:
    """Give what is left of a constant's figure over all new rows together, a share."""
    own = constant = 0.0
    for part in HELD_OUT:
        one, other = pair_of(part)
        if one is not None and other is not None:
            own += facts.rows.get(part, 0) * one
            constant += facts.rows.get(part, 0) * other
    return own / constant if constant else None


def _pair(errors: Errors, name: str, part: str) -> tuple[float | None, float | None]:
    """Give the error of a baseline, or of the network, and that of the constant prediction."""
    own = errors.baseline(name, part) if name else errors.of(part)
    return own, errors.constant(part)


def _losses(facts: Facts, name: str, part: str) -> tuple[float | None, float | None]:
    """Give the log loss of a baseline, or of the network, and that of the constant prediction."""
    baselines = facts.metrics.get("baselines", {})
    of = baselines.get(name, {}) if name else facts.metrics.get("splits", {})
    nothing: Mapping[str, Any] = {}
    constant = next((baselines[one] for one in CONSTANT_NAMES if one in baselines), nothing)
    return of.get(part, {}).get("log_loss"), constant.get(part, {}).get("log_loss")


def _is_learned_by_a_baseline(errors: Errors) -> bool:
    """Tell whether a baseline predicts new rows better than a constant, by much."""
    return any(_is_learned_by(errors, name) for name in errors.baselines)


def _is_learned_by(errors: Errors, name: str) -> bool:
    by_loss = _pooled(errors.facts, partial(_losses, errors.facts, name))
    if by_loss is not None:
        return by_loss < 1 - MATERIAL
    by_error = _pooled(errors.facts, partial(_pair, errors, name))
    rows = sum(errors.facts.rows.get(part, 0) for part in HELD_OUT)
    constant = errors.constant("train")
    chance = Z * math.sqrt(max(0.0, 1 - constant) / max(constant * rows, 1e-9))
    return by_error is not None and by_error < 1 - max(MATERIAL, chance)


def _fitting(errors: Errors, share: float) -> str:
    """Name the baselines that learned more than a share of the train rows; nothing for none."""
    highest = (1 - share) * errors.constant("train")
    own = {name: errors.baseline(name, "train") for name in errors.baselines}
    return " and ".join(
        name for name, error in own.items() if error is not None and error < highest
    )


def no_better(facts: Facts, errors: Errors) -> Iterator[Finding]:
    """A simpler model does better, by chance or beyond it."""
    part = errors.held_out
    own = errors.of(part) if part else None
    if part is None or own is None:
        return
    found = {name: errors.baseline(name, part) for name in errors.baselines}
    known = {name: error for name, error in found.items() if error is not None}
    if not known:
        return
    name = min(known, key=known.__getitem__)
    difference = own - known[name]
    if difference <= 1e-9:  # what subtracting from 1 leaves of equal figures
        return
    certain = difference >= MATERIAL * errors.constant(part) and _is_certain(
        errors, part, own, known[name]
    )
    said = (
        f"{part} error{errors.of_target} {number(own)}, that of {name} {number(known[name])}: "
        f"{'worse, beyond chance' if certain else 'worse, within chance'}"
    )
    yield Finding(NO_BETTER, "warning" if certain else "hint", said)


def _is_certain(errors: Errors, part: str, own: float, other: float) -> bool:
    """Tell whether an error is higher than a baseline's beyond chance.

    Wrong rows are counted; other errors are held against the standard error of a difference of
    two, from the interval or from the number of rows, whichever is larger.
    """
    if errors.figure != "accuracy":
        least = max(errors.spread(part, below=True), errors.spread_by_rows(own, part))
        return own - other >= Z * math.sqrt(2) * least
    rows = errors.facts.rows.get(part, 0)
    return sign_test(round(own * rows), round(other * rows), rows) <= CHANCE
