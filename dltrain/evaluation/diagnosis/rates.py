"""What the curves say about the learning rate and the number of epochs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from dltrain.evaluation.diagnosis import steps
from dltrain.evaluation.diagnosis.curves import Curve
from dltrain.evaluation.diagnosis.errors import Errors
from dltrain.evaluation.diagnosis.facts import Facts
from dltrain.evaluation.diagnosis.finding import Finding
from dltrain.evaluation.diagnosis.thresholds import LINEAR, MATERIAL
from dltrain.evaluation.diagnosis.verdict import Verdict, number, percent

TOO_HIGH, TOO_LOW, TOO_EARLY = (
    "learning rate too high", "learning rate too low", "stopped too early",
)  # fmt: skip
UNSTABLE = "unstable"


@dataclass(frozen=True)
class Curves:
    """The losses of a run, and their scale.

    Attributes:
        facts: The run.
    """

    facts: Facts

    @cached_property
    def train(self) -> Curve:
        """The loss of the train rows."""
        return Curve.of(self.facts.history, "loss")

    @cached_property
    def val(self) -> Curve:
        """The loss of the val rows; no epochs without val."""
        return Curve.of(self.facts.history, "val_loss")

    @cached_property
    def judged(self) -> Curve:
        """That of the val rows, or of the train rows without val."""
        return self.val if len(self.val) else self.train

    @cached_property
    def constant(self) -> float:
        """The loss of the constant prediction; where unknown, that before the first step."""
        for parts in self.facts.metrics.get("baselines", {}).values():
            if (loss := parts.get("train", {}).get("loss")) is not None:
                return float(loss)
        first = float(self.train.values[0]) if len(self.train) else 1.0
        return first if self.facts.initial_loss is None else self.facts.initial_loss


def too_high(facts: Facts, curves: Curves) -> Iterator[Finding]:
    """A loss that is no number, that rises above where it began, or that jumps to and fro."""
    said = _diverged(facts) or _above_the_beginning(facts, curves) or _jumping(curves)
    if said:
        lower = [*steps.rate(facts.settings, 0.1), *steps.rate(facts.settings, 0.01)]
        further = [*lower, *steps.clipped(facts.settings)]
        yield Finding(TOO_HIGH, "warning", said, tuple(further))


def _diverged(facts: Facts) -> str:
    if not facts.failure:
        return ""
    return f"the training failed after {len(facts.history)} epochs: {facts.failure}"


def _above_the_beginning(facts: Facts, curves: Curves) -> str:
    """A step that is too long leads uphill: a whole epoch has made the loss worse than no step.

    The mean over the first epoch counts only where it is twice as high, as its first rows are
    those of an untrained network, and a few steps too far are mended within it. Later ones count
    where the val loss was worse as well: dropout makes the train loss of an epoch higher than that
    of the same network without.
    """
    before, values = facts.initial_loss, curves.train.values
    if before is None or not len(values):
        return ""
    later = values[1:]
    bound = (1 + MATERIAL) * before
    val_agrees = not len(curves.val) or curves.val.values.max() > bound
    if len(later) and later.max() > bound and val_agrees:
        at = int(later.argmax()) + 1
    elif values[0] > 2 * before:
        at = 0
    else:
        return ""
    epoch, loss = int(curves.train.epochs[at]), float(values[at])
    return (
        f"train loss {number(loss)} in epoch {epoch}, where the untrained network had "
        f"{number(before)}: steps lead uphill"
    )


def _jumping(curves: Curves) -> str:
    """A loss far above a constant's has more noise as well: there its own level is the measure."""
    train = curves.train
    if not train.has_shape or train.noise < MATERIAL * max(curves.constant, train.end):
        return ""
    return (
        f"train loss jumps by {number(train.noise)} from epoch to epoch, "
        f"{percent(train.noise / curves.constant)} of the loss of a constant prediction"
    )


def too_low(facts: Facts, curves: Curves, verdict: Verdict) -> Iterator[Finding]:
    """A loss that still falls as fast as in the beginning, far above what is within reach."""
    slow = next(_slow(curves), None)
    # A rate that cannot be raised is not too low.
    higher = [*steps.rate(facts.settings, 3), *steps.rate(facts.settings, 10)]
    is_half = slow is not None and _is_half_to_learn(verdict.errors, curves)
    if slow and higher and (verdict.biased or is_half):
        name, curve = slow
        first, second = curve.falls
        said = (
            f"{name} fell by {small(first)} in the first half of {len(curve)} epochs and by "
            f"{small(second)} in the second, to {number(curve.end)}: "
            f"{'it has hardly begun' if is_half else 'its fall hardly slows down'}"
        )
        further = (*dict.fromkeys(higher), *steps.epochs(facts.settings, 4))
        yield Finding(TOO_LOW, "warning", said, further)


def _slow(curves: Curves) -> Iterator[tuple[str, Curve]]:
    """Give the losses that fall on, nearly as a straight line, where the val loss has not risen.

    That of the val rows has no noise of dropout, which may hide how the train loss falls.
    """
    val = curves.val
    if len(val) > 1 and val.end > val.values[0]:
        return
    for name, curve in (("train loss", curves.train), ("val loss", val)):
        if curve.has_shape and curve.is_falling and curve.falls[1] >= LINEAR * curve.falls[0]:
            yield name, curve


def _is_half_to_learn(errors: Errors, curves: Curves) -> bool:
    """Tell whether half of what could be learned has not been."""
    train, reach = errors.of("train"), errors.reference.error
    constant = errors.constant("train")
    if train is None:
        return curves.train.end > constant / 2
    return train > (constant + min(reach, constant)) / 2


def too_early(facts: Facts, curves: Curves) -> Iterator[Finding]:
    """An end before the loss has stopped falling."""
    judged, constant = curves.judged, curves.constant
    if facts.stopped_early or not judged.has_shape or not judged.is_falling:
        return
    middle, last = (int(judged.epochs[at]) for at in ((len(judged) - 1) // 2, -1))
    before, now = (float(judged.values[at]) for at in ((len(judged) - 1) // 2, -1))
    late = facts.best_epoch >= last - len(judged) // 10 and now < before
    ahead = judged.still_to_fall
    if late and judged.end >= MATERIAL * constant and ahead >= MATERIAL * judged.end:
        name = "val loss" if judged is curves.val else "train loss"
        said = (
            f"{name} fell from {number(before)} in epoch {middle} to {number(now)} in epoch "
            f"{last}, and the best epoch is {facts.best_epoch}: it still falls"
        )
        further = (*steps.epochs(facts.settings, 2), *steps.epochs(facts.settings, 4))
        yield Finding(TOO_EARLY, "warning", said, (*further, *steps.rate(facts.settings, 3)))


def unstable(facts: Facts, curves: Curves, errors: Errors) -> Iterator[Finding]:
    """A val figure that moves more from epoch to epoch than it would with other rows."""
    found = _own_figure(facts, errors)
    if found is None:
        return
    name, curve, width = found
    if curve.has_shape and curve.noise > width:
        said = (
            f"val {name} moves by {number(curve.noise)} from epoch to epoch, more than half of its "
            f"95 % interval, {number(width)}"
        )
        further = (*steps.rate(facts.settings, 0.3), *steps.batches(facts.settings))
        yield Finding(UNSTABLE, "warning", said, further)


def _own_figure(facts: Facts, errors: Errors) -> tuple[str, Curve, float] | None:
    """Find a figure that the history and the intervals of val both have; half of its interval."""
    same = {"r2": ("r2_score",), "accuracy": ("accuracy", "acc", "binary_accuracy")}
    prefix = f"{errors.target}_" if errors.target else ""
    intervals = facts.metrics.get("intervals", {}).get("val", {})
    for name, columns in same.items():
        ends = intervals.get(f"{prefix}{name}")
        for column in columns:
            curve = Curve.of(facts.history, f"val_{prefix}{column}")
            if ends and None not in ends and len(curve):
                return name, curve, (ends[1] - ends[0]) / 2
    return None


def small(value: float) -> str:
    """Write a difference that may be tiny.

    Example:
        >>> small(0.0123), small(0.0000123)
        ('0.012', '1.2e-05')
    """
    return number(value) if abs(value) >= MATERIAL / 100 else f"{value:.1e}"
