"""What a curve of the loss against the learning rate says: smoothing, divergence, a suggestion.

The rates grow by one factor from step to step, so a step is a fixed share of a power of ten. A
suggestion needs a descent that is more than noise; where there is none, the curve says so, and
there is no number. Imports: NumPy and the words for figures.

Source:
    L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017,
    arXiv:1506.01186, section 3.3. Steepest slope, a tenth of the rate of the least loss, and the
    end at four times the best loss are the practice of fastai's and Lightning's finders.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dltrain.spelling import figure

# By how many powers of ten the smoothed loss lags behind.
LAG = 0.25
# The curve ends where the smoothed loss is above so many times its best.
WORSE = 4.0
# A best loss below this share of the first one counts as that share: four times nothing is nothing.
LEAST_BEST = 0.01
# What the loss is at rates that change nothing is told by this share of the steps.
BEGINNING = 0.1
# The slope counts where this share of the descent is done, and where the loss is below what noise
# explains: noise may be steeper than any descent.
UNDER_WAY = 0.1
# A descent has to be above so many standard errors, and above this share of the first loss.
ERRORS = 5.0
LEAST_DESCENT = 0.02
# How far below the rate of the least loss a good one is.
BELOW = 10.0


@dataclass(frozen=True)
class Reading:
    """What a curve says.

    Attributes:
        suggestion: The learning rate to train with; None where the loss has no usable descent.
        reason: Why it is this one, or why there is none.
        steepest: The rate at which the smoothed loss falls most steeply; None without a descent.
        minimum: The rate at which it is least.
        first: The mean loss at the lowest rates, which change nothing yet.
        least: The least smoothed loss.
        still_falling: Whether the loss is least at the last rate of all.
    """

    suggestion: float | None
    reason: str
    steepest: float | None
    minimum: float
    first: float
    least: float
    still_falling: bool = False


def growing(lowest: float, highest: float, steps: int) -> np.ndarray:
    """Give rates that grow by one factor, the lowest first and the highest last.

    Returns:
        float64 (steps,).

    Example:
        >>> growing(0.001, 10, 5).tolist()
        [0.001, 0.01, 0.1, 1.0, 10.0]
    """
    return np.geomspace(lowest, highest, steps)


def decay_for(rates: np.ndarray) -> float:
    """Give the weight of the past in the smoothed loss, by which it lags a quarter of a decade.

    Args:
        rates: Rates that grow by one factor, (n,), n at least 2.

    Example:
        >>> round(decay_for(growing(1e-7, 10, 201)), 4)
        0.8621
    """
    lag = LAG / math.log10(rates[1] / rates[0])
    return lag / (1 + lag)


def smoothed(losses: Sequence[float] | np.ndarray, decay: float) -> np.ndarray:
    """Average losses with weights that fall by `decay` a step, without a bias to the first.

    Args:
        losses: Losses, (n,).
        decay: Weight of the past, from 0 to below 1.

    Returns:
        float64 (n,).

    Source:
        Bias correction as in D. Kingma and J. Ba, "Adam", 2015, section 3.

    Example:
        >>> smoothed([4.0, 1.0], 0.5).tolist()
        [4.0, 2.0]
    """
    average, weight, found = 0.0, 0.0, []
    for loss in losses:
        average = decay * average + (1 - decay) * float(loss)
        weight = decay * weight + (1 - decay)
        found.append(average / weight)
    return np.array(found)


def divergence(losses: Sequence[float] | np.ndarray, decay: float) -> int | None:
    """Find the step at which the loss is lost.

    Args:
        losses: Losses, (n,).
        decay: Weight of the past in the smoothed loss.

    Returns:
        The first step whose loss is not finite, or whose smoothed loss is above four times the
        best so far; None where there is none. A loss that may be negative is lost where it is
        above the best by three times the best's size.

    Example:
        >>> divergence([1.0, 0.5, 1.9, 2.1], 0.0), divergence([1.0, 0.5], 0.0)
        (3, None)
    """
    curve = smoothed(losses, decay)
    best = math.inf
    for step, value in enumerate(curve):
        if not math.isfinite(value):
            return step
        best = min(best, float(value))
        size = max(abs(best), LEAST_BEST * abs(float(curve[0])))
        if value > best + (WORSE - 1) * size:
            return step
    return None


def read(rates: np.ndarray, losses: np.ndarray, decay: float, *, diverged: bool) -> Reading:
    """Say what a curve suggests: halfway between two rates, on the axis of powers of ten.

    One is where the smoothed loss falls most steeply, the other a tenth of the rate where it is
    least. Either alone is in use; the middle trained better on more sets (docs/lr-find.md).

    Args:
        rates: Rates that grow by one factor, (n,), n at least 1.
        losses: The loss of each batch before its update, finite, (n,).
        decay: Weight of the past in the smoothed loss.
        diverged: Whether the loss was lost behind the last of these rates.

    Example:
        >>> rates = growing(1e-4, 10, 51)
        >>> falls = 1 / (1 + (rates / 0.01) ** 2) + rates**2
        >>> found = read(rates, falls, 0.0, diverged=False)
        >>> found.suggestion, found.reason
        (0.01, 'halfway between 0.01 (steepest fall) and 0.01 (minimum / 10)')
    """
    curve = smoothed(losses, decay)
    at = int(np.argmin(curve))
    beginning = max(1, round(BEGINNING * len(losses)))
    first, least = float(np.mean(losses[:beginning])), float(curve[at])
    still = at == len(curve) - 1 and not diverged
    error = ERRORS * _error(losses, decay, beginning, at)
    lacking = _lacking(first, least, error)
    if lacking:
        return Reading(None, lacking, None, float(rates[at]), first, least, still)
    under_way = first - max(UNDER_WAY * (first - least), error)
    above = np.flatnonzero(curve[: at + 1] > under_way)
    start = int(above[-1]) if len(above) else 0
    steepest = float(rates[start + int(np.argmin(_slopes(curve, decay)[start : at + 1]))])
    tenth = float(rates[at]) / BELOW
    if tenth < rates[0]:
        reason = f"the loss is least at {spelled(float(rates[at]))}, within {BELOW:g} times --min"
        return Reading(None, reason, steepest, float(rates[at]), first, least, still)
    two = f"{spelled(steepest)} (steepest fall) and {spelled(tenth)} (minimum / {BELOW:g})"
    reason = f"halfway between {two}"
    suggestion = float(spelled(math.sqrt(steepest * tenth)))
    return Reading(suggestion, reason, steepest, float(rates[at]), first, least, still)


def _slopes(curve: np.ndarray, decay: float) -> np.ndarray:
    """Give how much the loss changes around each step, over about the lag on both sides."""
    width = max(1, round(decay / (1 - decay)))
    steps = np.arange(len(curve))
    left, right = np.maximum(steps - width, 0), np.minimum(steps + width, len(curve) - 1)
    return (curve[right] - curve[left]) / np.maximum(right - left, 1)


def _error(losses: np.ndarray, decay: float, beginning: int, at: int) -> float:
    """Give the standard error of a descent: of a mean of losses minus the smoothed one at a step.

    How much the losses of batches differ is told by neighbours, which a descent leaves alike; those
    behind the step, where the loss may rise and swing, do not count.
    """
    seen = losses[: max(at + 1, beginning)]
    if len(seen) < 3:
        return 0.0
    noise = float(np.std(np.diff(seen))) / math.sqrt(2)
    # The squares of the weights of a mean, and of an exponential average of so many losses.
    past = decay ** (at + 1)
    squares = (1 - decay) / (1 + decay) * (1 + past) / (1 - past)
    return noise * math.sqrt(1 / beginning + squares)


def _lacking(first: float, least: float, error: float) -> str:
    """Say why a descent is none that could be used; the empty text where it is one."""
    descent = first - least
    fell = f"the loss fell from {figure(first)} to no less than {figure(least)}"
    if descent <= 0:
        return f"the loss never fell below {figure(first)}, where it began"
    if descent < error:
        return f"{fell}, which is within the noise of its batches (± {figure(error)})"
    if descent < LEAST_DESCENT * abs(first):
        return f"{fell}, which is less than {100 * LEAST_DESCENT:g} %"
    return ""


def spelled(rate: float) -> str:
    """Spell a rate with two digits, as the config language reads it.

    Example:
        >>> spelled(0.0031623), spelled(3.1623e-6), spelled(12.6)
        ('0.0032', '3.2e-06', '13')
    """
    return f"{rate:.2g}"
