"""What a report is made of: sections with plots, tables, pictures and words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from dltrain.pages import plots

# What stands for a colour while something is drawn, and what the page calls it. Printed as they
# are; the colours of parts and, of Okabe and Ito's too, some for what is no part.
COLOURS = plots.COLOURS | {
    "bad": "#d55e00",
    "pink": "#cc79a7",
    "sky": "#56b4e9",
    "dim": "#6e7781",
    "line": "#d5dae1",
}
DIGITS = 5
NARROW = 60  # letters


@dataclass(frozen=True)
class Line:
    """A line of a plot that can be read under the pointer.

    Attributes:
        name: What it is called.
        x: Where its points are, (n,).
        y: How high, (n,); NaN for none.
    """

    name: str
    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Plot:
    """A plot.

    Attributes:
        name: What tells it from the other plots of a page; may hold words from data.
        title: What it shows, in a few words.
        sentence: What one sees, in plain words, with the run's numbers.
        figure: matplotlib's figure, with one pair of axes.
        lines: What can be read under the pointer.
        x: What is across.
        wide: Whether it takes the whole width of a page.
    """

    kind: ClassVar[str] = "plot"
    name: str
    title: str
    sentence: str
    figure: Any
    lines: Sequence[Line] = ()
    x: str = "epoch"
    wide: bool = False

    @property
    def hover(self) -> str:
        """Where points are on the drawing, as JSON; empty where nothing can be read."""
        return json.dumps(_places(self)) if self.lines else ""

    @property
    def width(self) -> float:
        """Width in points of a printer."""
        return float(self.figure.get_size_inches()[0] * 72)


class Marked(str):
    """A cell of a table in which some words are marked.

    Attributes:
        pieces: Its text in pieces, each with whether it is marked.
    """

    pieces: tuple[tuple[str, bool], ...]

    def __new__(cls, pieces: Sequence[tuple[str, bool]]) -> Marked:
        """Join the pieces."""
        made = super().__new__(cls, "".join(text for text, _ in pieces))
        made.pieces = tuple(pieces)
        return made


@dataclass(frozen=True)
class Table:
    """A table that can be sorted.

    Attributes:
        title: What it shows.
        header: Names of the columns.
        rows: Cells as text.
        left: Columns of words.
        note: What is to be said below.
    """

    kind: ClassVar[str] = "table"
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: Sequence[int] = (0,)
    note: str = ""

    @property
    def is_narrow(self) -> bool:
        """Tell whether it may stand beside something else."""
        widths = [max(map(len, column)) for column in zip(self.header, *self.rows, strict=True)]
        return sum(widths) <= NARROW


@dataclass(frozen=True)
class Picture:
    """A picture as a data address, what it shows, and what is written below it."""

    source: str
    alt: str
    label: str = ""


@dataclass(frozen=True)
class Pictures:
    """Some pictures side by side."""

    kind: ClassVar[str] = "pictures"
    title: str
    pictures: Sequence[Picture]
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """Some facts, each behind its label."""

    title: str
    lines: Sequence[tuple[str, str]]
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True)
class Text:
    """A text as it stands in a file, in a font of equal widths; closed until it is asked for."""

    kind: ClassVar[str] = "text"
    title: str
    text: str


@dataclass(frozen=True)
class Film:
    """A plot over the epochs.

    Attributes:
        title: What it shows.
        sentence: What one sees.
        svg: The drawing, with a hole for the frames.
        strip: The frames below each other, as a data address; each with a row more above and below.
        rows: Rows of pixels of a frame, without these.
        labels: What each frame is called.
        box: Left, top, width and height of a frame on the drawing.
        size: Width and height of the drawing.
    """

    kind: ClassVar[str] = "film"
    title: str
    sentence: str
    svg: str
    strip: str
    rows: int
    labels: Sequence[str]
    box: tuple[float, float, float, float]
    size: tuple[float, float]


Element = Plot | Table | Pictures | Facts | Text | Film


@dataclass(frozen=True)
class Section:
    """A part of a report.

    Attributes:
        key: Its anchor.
        title: Its heading.
        words: Sentences below the heading.
        elements: What it shows.
    """

    key: str
    title: str
    words: Sequence[str] = ()
    elements: Sequence[Element] = ()

    @property
    def plots(self) -> list[Plot]:
        """Its plots."""
        return [one for one in self.elements if isinstance(one, Plot)]


def _places(plot: Plot) -> dict[str, Any]:
    """Say where the axes lie on the drawing, in points from its upper left, and what they span."""
    axes = plot.figure.axes[0]
    width, height = (72 * float(inches) for inches in plot.figure.get_size_inches())
    box = axes.get_position()
    return {
        "box": [
            round(float(one), 2)
            for one in (
                box.x0 * width, (1 - box.y1) * height, box.width * width, box.height * height
            )
        ],
        "x": [*map(float, axes.get_xlim()), axes.get_xscale() == "log"],
        "y": [*map(float, axes.get_ylim()), axes.get_yscale() == "log"],
        "label": plot.x,
        "lines": [
            {"name": one.name, "x": _numbers(one.x), "y": _numbers(one.y)} for one in plot.lines
        ],
    }  # fmt: skip


def _numbers(values: np.ndarray) -> list[float | None]:
    """Round numbers to what a reader needs; None for what is none."""
    return [
        float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None for value in values.tolist()
    ]
