"""Learning curves, and the learning rate behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dltrain.report.elements import COLOURS, Line, Plot
from dltrain.report.plots.canvas import LEGEND, STYLES, drawn, grid, logarithmic
from dltrain.report.record import LEARNING_RATE, NO_FIGURES, Record
from dltrain.spelling import figure

VAL = "val_"
MOST_CURVES = 6
FEW_EPOCHS = 40
# Spread of a figure, as a ratio, above which its axis is logarithmic.
WIDE_RANGE = 30.0


def learning_curves(record: Record) -> Iterator[Plot]:
    """Draw the loss and the main figures of each epoch, train against val."""
    if not len(record.epochs):
        return
    for name in _names(record)[:MOST_CURVES]:
        curves = {
            part: record.history[column]
            for part, column in (("train", name), ("val", VAL + name))
            if column in record.history
        }
        yield _curve(record, name, curves)


def _names(record: Record) -> list[str]:
    """Name the figures that have a curve: the loss, the main ones, then the others."""
    there = [name for name in record.history if name not in NO_FIGURES and not name.startswith(VAL)]
    first = [name for name in ("loss", *record.main) if name in there]
    return list(dict.fromkeys((*first, *there)))


def _curve(record: Record, name: str, curves: dict[str, np.ndarray]) -> Plot:
    epochs, best = record.epochs, record.best_epoch

    def draw(axes: Any) -> None:
        for part, values in curves.items():
            marker = "o" if len(epochs) <= FEW_EPOCHS else ""
            axes.plot(
                epochs, values, color=COLOURS[part], linestyle=STYLES[part], linewidth=1.4,
                marker=marker, markersize=2.2, label=part,
            )  # fmt: skip
        if best is not None:
            axes.axvline(best, color=COLOURS["dim"], linewidth=0.8, linestyle=":", label="best")
        for start in _phases(record):
            axes.axvline(start - 0.5, color=COLOURS["line"], linewidth=2.0, zorder=0)
        if _is_wide(curves):
            logarithmic(axes)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        grid(axes)
        axes.legend(**LEGEND)

    lines = [Line(part, epochs, values) for part, values in curves.items()]
    return Plot(f"curve-{name}", name, _said(record, name, curves), drawn(draw), lines)


def _is_wide(curves: dict[str, np.ndarray]) -> bool:
    """Tell whether figures spread over powers of ten."""
    values = np.concatenate(list(curves.values()))
    values = values[np.isfinite(values)]
    return bool(len(values) and values.min() > 0 and values.max() > WIDE_RANGE * values.min())


def _phases(record: Record) -> list[float]:
    """Number the epochs with which a phase begins, but for the first."""
    phase = record.history.get("phase")
    if phase is None:
        return []
    return [float(one) for one in record.epochs[1:][np.diff(phase) != 0]]


def _said(record: Record, name: str, curves: dict[str, np.ndarray]) -> str:
    words = []
    for part, values in curves.items():
        finite = values[np.isfinite(values)]
        if len(finite) > 1:
            words.append(f"{part} goes from {figure(finite[0])} to {figure(finite[-1])}")
        elif len(finite):
            words.append(f"{part} is {figure(finite[0])}")
        else:
            words.append(f"{part} is no finite number")
    text = f"{name}: {', '.join(words)}"
    best = record.best_epoch
    at = None if best is None else np.flatnonzero(record.epochs == best)
    if at is not None and len(at):
        there = ", ".join(f"{part} {figure(values[at[0]])}" for part, values in curves.items())
        text += f"; in the best epoch, {best}: {there}"
    return text + "."


def learning_rate(record: Record) -> Iterator[Plot]:
    """Draw the learning rate of each epoch, where it changes."""
    rates = record.history.get(LEARNING_RATE)
    facts = record.insights.get(LEARNING_RATE)
    epochs = record.epochs
    if rates is None and facts:
        epochs, rates = np.array(facts["epochs"], float), np.array(facts["values"], float)
    if rates is None or len(rates) < 2 or np.nanmin(rates) == np.nanmax(rates):
        return

    def draw(axes: Any) -> None:
        axes.plot(epochs, rates, color=COLOURS["train"], linewidth=1.4, drawstyle="steps-post")
        if rates.min() > 0:
            logarithmic(axes)
        axes.set_xlabel("epoch")
        grid(axes)

    said = f"The learning rate goes from {figure(rates[0])} to {figure(rates[-1])}."
    lines = [Line("learning rate", epochs, rates)]
    yield Plot("learning-rate", "learning rate", said, drawn(draw), lines)
