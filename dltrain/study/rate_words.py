"""What a range test says on the terminal: the curve, where it was lost, and the suggestion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dltrain.spelling import figure
from dltrain.study.range_test import RangeTest
from dltrain.study.rate_curve import spelled
from dltrain.study.rate_plots import in_text
from dltrain.terminal import Terminal

WIDTH = 10
# Ratio of the suggestions of single seeds from which on they are said to differ.
APART = 10.0


def conclude(terminal: Terminal, found: RangeTest, plot: Path | None = None) -> None:
    """Show what a range test has found.

    Args:
        terminal: Where to.
        found: The curve and what it says.
        plot: Where it was drawn.
    """
    terminal.line()
    for line in in_text(found):
        terminal.line(line)
    terminal.line()
    terminal.fact("loss", _loss(found), WIDTH)
    terminal.fact("diverged", _divergence(found), WIDTH)
    rate = found.reading.suggestion
    if rate is None:
        terminal.fact("none", f"{found.reading.reason}. {_way_out(found)}", WIDTH)
    else:
        terminal.fact("suggested", f"{spelled(rate)}, {found.reading.reason}", WIDTH)
    for line in _remarks(found):
        terminal.fact("", line, WIDTH)
    if plot is not None:
        terminal.fact("plot", str(plot), WIDTH)


def _loss(found: RangeTest) -> str:
    reading, count = found.reading, len(found.each)
    of = f", the mean over {count} seeds" if count > 1 else ""
    least = f"{figure(reading.least)} at {spelled(reading.minimum)}"
    return f"{figure(reading.first)} at the lowest rates, least {least}{of}"


def _divergence(found: RangeTest) -> str:
    """Say where the loss was lost."""
    if found.diverged_at is None:
        return f"nowhere up to {spelled(float(found.rates[-1]))}"
    count = len(found.each)
    seeds = f", {found.lost} of {count} seeds in the end" if count > 1 else ""
    rule = "no finite number, or above 4 times its best"
    return f"at {spelled(found.diverged_at)}{seeds} ({rule})"


def _way_out(found: RangeTest) -> str:
    if found.reading.steepest is not None:
        return "Lower --min."
    if found.diverged_at is None:
        return "Raise --max, or take more --repeats or --steps."
    return "Take more --repeats or --steps; or look at the scale of inputs and target."


def _remarks(found: RangeTest) -> Iterator[str]:
    """Say what else matters for the suggestion."""
    if found.reading.suggestion is None:
        return
    if found.given is not None:
        yield f"the file has {spelled(found.given)}"
    if found.reading.still_falling:
        yield "the loss still falls at the highest rate: --max may be too low"
    each = [one for one in found.each if one is not None]
    if len(each) > 1:
        apart = ", far apart: more --repeats are steadier" * (max(each) > APART * min(each))
        yield f"of single seeds {spelled(min(each))} to {spelled(max(each))}{apart}"
    if len(each) < len(found.each):
        yield f"{len(found.each) - len(each)} of {len(found.each)} seeds alone suggest none"
    yield from found.remarks
