"""Findings about how the network fits rows: too little, too closely, or what cannot be learned."""

from __future__ import annotations

import math
from collections.abc import Iterator

from dltrain.evaluation.diagnosis import steps
from dltrain.evaluation.diagnosis.errors import HELD_OUT, Errors
from dltrain.evaluation.diagnosis.facts import Facts
from dltrain.evaluation.diagnosis.finding import Finding
from dltrain.evaluation.diagnosis.rates import Curves
from dltrain.evaluation.diagnosis.thresholds import MATERIAL, MOST, Z
from dltrain.evaluation.diagnosis.verdict import BIAS, BOTH, VARIANCE, Verdict, number, percent

UNDERFITTING, OVERFITTING, NO_SIGNAL = "underfitting", "overfitting", "no signal"
NO_BETTER = "no better than a baseline"


def underfitting(facts: Facts, verdict: Verdict) -> Iterator[Finding]:
    """A network that does not even fit its own rows."""
    if verdict.word in (BIAS, BOTH):
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
    train, val = curves.train, curves.val
    if not val.has_shape or len(train) != len(val):
        return ""
    low = val.lowest
    rise = val.end - val.level(low)
    falls_on = train.level(low) - train.end
    if rise < max(3 * val.noise, MATERIAL * curves.constant) or falls_on <= 3 * train.noise:
        return ""
    return (
        f"val loss rose from {number(float(val.values[low]))} in epoch {val.epochs[low]} to "
        f"{number(val.end)} while train loss fell from {number(train.level(low))} to "
        f"{number(train.end)}"
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
        f"at the end train loss is {number(train.end)} and val loss {number(val.end)}: "
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
    shares = _shares_of_constant(facts, errors)
    if not shares or min(shares) < 1 - MATERIAL or _is_learned_by_a_baseline(errors):
        return
    fell = curves.constant - float(curves.train.values.min()) if len(curves.train) else 0.0
    by_heart = [name for name in errors.baselines if _is_by_heart(errors, name)]
    if fell < MATERIAL * curves.constant and not by_heart:
        return
    who = "the network" if not errors.baselines else f"neither network nor {_either(errors)}"
    does = "predicts" if errors.baselines else "does not predict"
    said = (
        f"{who} {does} new rows better than a constant ({percent(min(shares))} of its error is "
        f"left), though the train rows are learned: check that targets belong to their rows"
    )
    yield Finding(NO_SIGNAL, "warning", said, tuple(steps.regularized(facts.settings)))


def _either(errors: Errors) -> str:
    return " nor ".join(errors.baselines)


def _shares_of_constant(facts: Facts, errors: Errors) -> list[float]:
    """Give what is left of the constant prediction's error, and of its loss, on all new rows.

    The loss tells more than the error where classes are skewed.
    """
    rows = {part: facts.rows.get(part, 0) for part in HELD_OUT if errors.of(part) is not None}
    if not rows:
        return []
    own = sum(count * (errors.of(part) or 0.0) for part, count in rows.items())
    constant = sum(count * errors.constant(part) for part, count in rows.items())
    shares = [own / constant] if constant else []
    if errors.task in ("binary", "multiclass") and not errors.target:
        losses = [(_log_loss(facts, part), _constant_loss(facts, part), rows[part]) for part in rows]
        known = [(one, other, count) for one, other, count in losses if one and other]
        if known:
            total = sum(one * count for one, _, count in known)
            shares.append(total / sum(other * count for _, other, count in known))
    return shares


def _log_loss(facts: Facts, part: str) -> float | None:
    figures = facts.metrics.get("splits", {}).get(part, {})
    value = figures.get("log_loss")
    return figures.get("loss") if value is None else value


def _constant_loss(facts: Facts, part: str) -> float | None:
    each = facts.metrics.get("baselines", {}).values()
    found = [parts.get(part, {}).get("loss") for parts in each]
    return next((loss for loss in found if loss is not None), None)


def _is_learned_by_a_baseline(errors: Errors) -> bool:
    """Tell whether a baseline predicts new rows, certainly or by much."""
    for name in errors.baselines:
        better, chance = 0.0, 0.0
        rows = {part: errors.facts.rows.get(part, 0) for part in HELD_OUT}
        for part, count in rows.items():
            error = errors.baseline(name, part)
            if error is not None:
                better += count * (errors.constant(part) - error)
                chance += count
        share = better / chance if chance else 0.0
        constant = errors.constant("train")
        least = Z * math.sqrt(constant * max(0.0, 1 - constant) / chance) if chance else 0.0
        if share > max(MATERIAL * constant, least):
            return True
    return False


def _is_by_heart(errors: Errors, name: str) -> bool:
    own = errors.baseline(name, "train")
    return own is not None and own < (1 - MOST) * errors.constant("train")


def no_better(facts: Facts, errors: Errors) -> Iterator[Finding]:
    """A simpler model does as well, or better."""
    part = errors.held_out
    own = errors.of(part) if part else None
    if part is None or own is None:
        return
    found = {name: errors.baseline(name, part) for name in errors.baselines}
    known = {name: error for name, error in found.items() if error is not None}
    better = {name: error for name, error in known.items() if error <= own}
    if not better:
        return
    name = min(better, key=better.__getitem__)
    least = Z * math.sqrt(2) * errors.spread(part, below=True)
    certain = own - better[name] >= max(least, MATERIAL * errors.constant(part))
    said = (
        f"{part} error {number(own)}, of {name} {number(better[name])}: "
        f"{'worse, beyond chance' if certain else 'no better'}"
    )
    yield Finding(NO_BETTER, "warning" if certain else "hint", said)
