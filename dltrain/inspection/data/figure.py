"""What a page can show: a plot, bars, or pictures, with words for who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One value: for each part how long its bar is, from 0 to 1, and what is written beside it."""

    label: str
    parts: dict[str, tuple[float, str]]


@dataclass(frozen=True)
class Picture:
    """One picture, as a data address, and what is written below it."""

    source: str
    label: str


@dataclass(frozen=True)
class Figure:
    """One figure of a page; `svg`, `bars` or `pictures` is what it shows.

    Attributes:
        title: What it shows, in a few words.
        alt: The same for who cannot see it.
    """

    title: str
    alt: str
    svg: str | None = None
    bars: tuple[Bar, ...] = ()
    pictures: tuple[Picture, ...] = ()
    note: str = ""
