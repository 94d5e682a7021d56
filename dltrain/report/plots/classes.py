"""Which classes are taken for which: the confusion matrix, and the errors of each class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dltrain.evaluation.answers import Answers
from dltrain.report.elements import COLOURS, Plot
from dltrain.report.plots.canvas import drawn, grid, words
from dltrain.terms import CLASS_TASKS, EXCLUSIVE

MOST_WRITTEN = 20  # classes whose counts are written into their cells
MOST_NAMED = 40
MOST_BARS = 30
DARKEST = 0.65  # so that figures on it can be read
MOST_CONFUSIONS = 3


def confusion(answers: Answers) -> np.ndarray:
    """Give the rows of each true class by what was predicted, as metrics.json has them.

    Returns:
        int64 (classes, classes); rows true, columns predicted.
    """
    return np.array(answers.details["confusion"]["counts"])


def confusion_plot(answers: Answers, ending: str) -> Iterator[Plot]:
    """Draw the confusion matrix of the part that the model is judged by.

    Args:
        answers: A target.
        ending: What the name of its files ends with.
    """
    if answers.task not in EXCLUSIVE:
        return
    counts, size = confusion(answers), len(answers.classes)
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))

    def draw(axes: Any) -> None:
        from matplotlib.colors import to_rgba

        right, wrong = to_rgba(COLOURS["train"]), to_rgba(COLOURS["bad"])
        if size <= MOST_WRITTEN:
            _cells(axes, counts, shares)
        else:
            colours = np.where(np.eye(size, dtype=bool)[..., None], right, wrong)
            colours[..., 3] = np.sqrt(shares)
            axes.imshow(colours, extent=(-0.5, size - 0.5, size - 0.5, -0.5))
        _class_axes(axes, answers.classes)

    side = float(np.clip(1.3 + 0.3 * size, 2.6, 5.6))
    names = max(map(len, words(answers.classes)))
    margin = min(0.4, (0.45 + 0.075 * names) / side)
    below = margin if names > 3 and size > 2 else 0.5 / side
    figure = drawn(
        draw, (side, side), left=margin, bottom=below, right=1 - 0.1 / side, top=1 - 0.1 / side
    )
    title = f"confusion matrix of {answers.judged}"
    yield Plot(f"confusion{ending}", title, confusion_words(answers, counts), figure)


def _cells(axes: Any, counts: np.ndarray, shares: np.ndarray) -> None:
    from matplotlib.patches import Rectangle

    size = len(counts)
    letters = float(np.clip(60 / size, 4.5, 8))
    for true in range(size):
        for said in range(size):
            colour = COLOURS["train" if true == said else "bad"]
            alpha = DARKEST * float(np.sqrt(shares[true, said]))
            corner = (said - 0.5, true - 0.5)
            axes.add_patch(Rectangle(corner, 1, 1, facecolor=colour, alpha=alpha, linewidth=0))
            if counts[true, said]:
                axes.text(
                    said, true, str(counts[true, said]), ha="center", va="center", fontsize=letters
                )
    axes.set_xlim(-0.5, size - 0.5)
    axes.set_ylim(size - 0.5, -0.5)


def _class_axes(axes: Any, classes: tuple[str, ...]) -> None:
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
    if len(classes) > MOST_NAMED:
        return
    places, names = range(len(classes)), words(classes)
    longest = max(map(len, names))
    letters = 8 if len(classes) <= MOST_WRITTEN else 5
    turned = {"rotation": 90} if longest > 3 and len(classes) > 2 else {}
    axes.set_xticks(places, names, fontsize=letters, **turned)
    axes.set_yticks(places, names, fontsize=letters)


def confusion_words(answers: Answers, counts: np.ndarray) -> str:
    """Say how many rows are right, and what is taken for what most often."""
    whole, right = int(counts.sum()), int(np.trace(counts))
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    text = f"{right} of {whole} rows of {answers.judged} are right."
    order = np.argsort(-wrong, axis=None, kind="stable")[:MOST_CONFUSIONS]
    pairs = [divmod(int(one), len(counts)) for one in order if wrong.flat[one]]
    if pairs:
        names = words(answers.classes)
        told = (f"{names[true]} for {names[said]} ({wrong[true, said]})" for true, said in pairs)
        text += f" Taken wrongly most often: {', '.join(told)}."
    return text


def class_errors(answers: Answers, ending: str) -> Iterator[Plot]:
    """Draw the share of wrong rows of each true class, or of each label, the worst first."""
    if answers.task not in CLASS_TASKS:
        return
    names = ("rows", "predicted", "right")
    counts = np.array([[one[name] for name in names] for one in answers.details["classes"]])
    rows, said, right = counts.T
    totals, wrong = rows, rows - right
    if answers.task == "multilabel":
        totals, wrong = np.full(len(rows), len(answers.rows)), rows + said - 2 * right
    if not wrong.any():
        return
    there = np.flatnonzero(totals)
    shares = wrong[there] / totals[there]
    ranked = np.argsort(-shares, kind="stable")
    order = ranked[:MOST_BARS]
    spelled = words(answers.words)
    labels = [spelled[there[one]] for one in order]

    def draw(axes: Any) -> None:
        axes.barh(range(len(order)), shares[order], color=COLOURS["bad"], alpha=0.75, height=0.7)
        axes.set_yticks(range(len(order)), labels)
        axes.invert_yaxis()
        axes.set_xlim(0, max(0.01, 1.05 * shares.max()))
        axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g} %")
        grid(axes)

    height = 0.55 + 0.21 * len(order)
    left = min(0.4, 0.04 + 0.022 * max(map(len, labels)))
    figure = drawn(
        draw, (4.0, height), left=left, right=0.93, bottom=0.35 / height, top=1 - 0.08 / height
    )
    word_of = "label" if answers.task == "multilabel" else "class"
    worst, least = there[ranked[0]], there[ranked[-1]]
    said = f"{word_of} {labels[0]}, {wrong[worst]} of {totals[worst]} rows"
    if len(ranked) == 1:
        said = f"Wrong: {said}; there is no other."
    else:
        said = (
            f"Most often wrong: {said}; "
            f"least often: {spelled[least]}, {wrong[least]} of {totals[least]}."
        )
    title = f"errors by {word_of}, {answers.judged}"
    yield Plot(f"errors-by-{word_of}{ending}", title, said, figure)
