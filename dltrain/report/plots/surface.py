"""What the model says all over the plane: a boundary for classes, a surface for amounts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from dltrain.pages.pictures import as_png
from dltrain.pages.plots import as_svg
from dltrain.report.elements import COLOURS, Film, Plot
from dltrain.report.plots.canvas import LEGEND, SQUARE, SQUARE_MARGINS, drawn, words
from dltrain.report.record import Record
from dltrain.spelling import figure, plain

# Colours and marks of classes, so that they can be told apart without colour.
CLASSES = ("train", "bad", "test", "pink", "sky", "val")
MARKS = ("o", "s", "^", "D", "v", "P")
STRONGEST = 0.7
MARK_SIZE = 16
EDGE = ((1, 1), (0, 0), (0, 0))


def surface(record: Record) -> Iterator[Plot]:
    """Draw the plane with the rows on it."""
    facts = record.insights.get("surface")
    if not facts:
        return
    colours = tinted(record.insights.arrays["surface/values"], facts, _span(record))

    def draw(axes: Any) -> None:
        axes.imshow(
            colours, extent=_extent(facts), origin="lower", aspect="auto", interpolation="bilinear"
        )
        _rows(axes, record, facts)

    is_amount = facts["task"] == "regression"
    title = f"what the model says about {plain(facts['target'], 30)}"
    yield Plot(
        "surface" if is_amount else "boundary", title, _said(record, facts), drawn(draw, SQUARE),
        wide=False,
    )  # fmt: skip


def film(record: Record) -> Iterator[Film]:
    """Draw the way of the plane over the epochs, a frame for each epoch that was kept."""
    facts = record.insights.get("surface")
    if not facts or "epochs" not in facts:
        return
    frames = record.insights.arrays["surface/frames"].astype(np.float32)
    pictures = [tinted(one, facts, _span(record)) for one in frames]

    def draw(axes: Any) -> None:
        _rows(axes, record, facts)

    empty = drawn(draw, SQUARE)
    width, height = (72 * inches for inches in SQUARE)
    margins = SQUARE_MARGINS
    box = (
        margins["left"] * width, (1 - margins["top"]) * height,
        (margins["right"] - margins["left"]) * width,
        (margins["top"] - margins["bottom"]) * height,
    )  # fmt: skip
    epochs = facts["epochs"]
    yield Film(
        "its way over the epochs",
        f"{len(epochs)} pictures from epoch {epochs[0]}, before the first step, to {epochs[-1]}.",
        as_svg(empty), _strip(pictures),
        len(pictures[0]), [f"epoch {one}" for one in epochs], box, (width, height),
    )  # fmt: skip


def animation(record: Record) -> bytes | None:
    """Draw the same as an animated PNG for slides; None where there are no frames."""
    facts = record.insights.get("surface")
    if not facts or "epochs" not in facts:
        return None
    from PIL import Image

    pictures = []
    for epoch, one in zip(facts["epochs"], record.insights.arrays["surface/frames"], strict=True):
        colours = tinted(one.astype(np.float32), facts, _span(record))

        def draw(axes: Any, colours: np.ndarray = colours, epoch: int = epoch) -> None:
            axes.imshow(
                colours, extent=_extent(facts), origin="lower", aspect="auto",
                interpolation="bilinear",
            )  # fmt: skip
            _rows(axes, record, facts)
            axes.set_title(f"epoch {epoch}", fontsize=8)

        file = io.BytesIO()
        drawn(draw, SQUARE, top=0.92).savefig(file, format="png", dpi=100, facecolor="white")
        pictures.append(Image.open(file).convert("P"))
    result = io.BytesIO()
    pictures[0].save(result, "PNG", save_all=True, append_images=pictures[1:], duration=150, loop=0)
    return result.getvalue()


def _span(record: Record) -> tuple[float, float]:
    """Give the least and the largest amount that the colours of a surface span."""
    values = record.insights.arrays["surface/values"]
    return float(values.min()), float(values.max())


def tinted(values: np.ndarray, facts: dict[str, Any], span: tuple[float, float]) -> np.ndarray:
    """Turn what the model says into colours that let the page shine through where it is unsure.

    Args:
        values: Probabilities or amounts, (points, points, outputs).
        facts: What is known about the plane.
        span: The amounts with the strongest colours.

    Returns:
        float (points, points, 4): red, green, blue and alpha, from 0 to 1.
    """
    from matplotlib.colors import to_rgb

    palette = np.array([to_rgb(COLOURS[name]) for name in CLASSES])
    if facts["task"] == "multiclass":
        said, sure = values.argmax(axis=-1), values.max(axis=-1)
        least = 1 / values.shape[-1]
        alpha = (sure - least) / (1 - least)
    else:
        low, high = span if facts["task"] == "regression" else (0.0, 1.0)
        lean = np.clip(2 * (values[..., 0] - low) / ((high - low) or 1.0) - 1, -1, 1)
        said, alpha = (lean > 0).astype(int), np.abs(lean)
    colours = palette[said % len(palette)]
    return np.concatenate([colours, STRONGEST * np.clip(alpha, 0, 1)[..., None]], axis=-1)


def _extent(facts: dict[str, Any]) -> tuple[float, ...]:
    return tuple(end for ends in facts["ends"] for end in ends)


def _rows(axes: Any, record: Record, facts: dict[str, Any]) -> None:
    """Put the rows on the plane: filled where they were trained on, else hollow."""
    arrays = record.insights.arrays
    points, truth, parts = (arrays[f"surface/{one}"] for one in ("points", "truth", "parts"))
    trained = np.array([facts["parts"][one] == "train" for one in parts.astype(int)], bool)
    for at, label in enumerate(words(facts["classes"] or ("rows",))):
        mine = truth == at if facts["classes"] else np.ones(len(truth), bool)
        colour = COLOURS[CLASSES[at % len(CLASSES)] if facts["classes"] else "dim"]
        shape: Any = {"marker": MARKS[at % len(MARKS)], "s": MARK_SIZE, "linewidth": 0.5}
        axes.scatter(
            *points[mine & trained].T, facecolor=colour, edgecolor="white", label=label, **shape
        )
        axes.scatter(*points[mine & ~trained].T, facecolor="none", edgecolor=colour, **shape)
    (left, right), (low, high) = facts["ends"]
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)
    first, second = words(facts["columns"])
    axes.set_xlabel(first)
    axes.set_ylabel(second)
    if facts["classes"]:
        axes.legend(**LEGEND | {"frameon": True, "framealpha": 0.6, "facecolor": "none"})


def _said(record: Record, facts: dict[str, Any]) -> str:
    first, second = words(facts["columns"])
    if facts["task"] == "regression":
        low, high = map(figure, _span(record))
        text = (
            f"Over {first} and {second} the model says from {low} (blue) to {high} (orange); "
            "where it is pale the amount is in the middle."
        )
    else:
        text = (
            f"Over {first} and {second} the colour is the class that the model says; the paler, "
            "the less sure it is, and the boundary is where the colour is gone."
        )
    some_are_hollow = "train" in facts["parts"] and len(facts["parts"]) > 1
    return text + (" Filled marks are train rows, hollow ones others." if some_are_hollow else "")


def _strip(pictures: list[np.ndarray]) -> str:
    """Put frames below each other, the upper edge of each first, as a data address.

    Above and below each frame its edge stands once more: a browser mixes neighbours.
    """
    whole = np.concatenate([np.pad(one[::-1], EDGE, mode="edge") for one in pictures])
    return as_png((255 * whole).round().astype(np.uint8), clear=True)
