"""Where the boxes of a diagram stand: layers from top to bottom, branches side by side.

As Sugiyama, Tagawa and Toda (1981) do it: a layer stands below all that it reads, an edge that
passes levels gets a place in each of them, the order on a level follows the mean place of the
neighbours, and boxes move towards what they are connected with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 8


@dataclass
class Place:
    """A box, or the place where an edge passes a level.

    Attributes:
        row: Position of the layer; None where an edge passes.
        level: 0 for the inputs.
        width: How wide it is, in pixels.
        above: Places on the level above that it is connected with.
        below: The same of the level below.
        x: Its middle, in pixels.
    """

    row: int | None
    level: int
    width: float
    above: list[Place] = field(default_factory=list, repr=False)
    below: list[Place] = field(default_factory=list, repr=False)
    x: float = 0.0


@dataclass(frozen=True)
class Layout:
    """Places by level, and each edge as the places that it passes."""

    levels: list[list[Place]]
    edges: list[list[Place]]


def laid_out(reads: list[list[int]], width: float, narrow: float, gap: float) -> Layout:
    """Find a place for every layer.

    Args:
        reads: For each layer the positions of those that it reads, all of them before it.
        width: How wide a box is, in pixels.
        narrow: How wide an edge is that passes a level.
        gap: Pixels between two places.
    """
    levels = _levels(reads)
    boxes = [Place(row, level, width) for row, level in enumerate(levels)]
    by_level: list[list[Place]] = [[] for _ in range(max(levels) + 1)]
    edges = []
    for box in boxes:
        by_level[box.level].append(box)
    for box, read in zip(boxes, reads, strict=True):
        for row in dict.fromkeys(read):
            edges.append(_edge(boxes[row], box, by_level, narrow))
    for sweep in range(SWEEPS):
        _order(by_level, downwards=sweep % 2 == 0)
    for level in by_level:
        _spread(level, [0.0] * len(level), gap)
    for sweep in range(SWEEPS):
        _pull(by_level, gap, downwards=sweep % 2 == 0)
    return Layout(by_level, edges)


def _levels(reads: list[list[int]]) -> list[int]:
    levels: list[int] = []
    for read in reads:
        levels.append(max((levels[row] + 1 for row in read), default=0))
    return levels


def _edge(start: Place, end: Place, by_level: list[list[Place]], narrow: float) -> list[Place]:
    """Connect two boxes by a place on every level between them."""
    way = [start]
    for level in range(start.level + 1, end.level):
        way.append(Place(None, level, narrow))
        by_level[level].append(way[-1])
    way.append(end)
    for upper, lower in pairwise(way):
        upper.below.append(lower)
        lower.above.append(upper)
    return way


def _order(by_level: list[list[Place]], *, downwards: bool) -> None:
    """Sort each level by the mean position of the neighbours."""
    for level in by_level if downwards else reversed(by_level):
        position = {id(one): index for other in by_level for index, one in enumerate(other)}
        for one in level:
            near = [float(position[id(other)]) for other in _near(one, downwards)]
            one.x = _mean(near, position[id(one)])
        level.sort(key=lambda one: one.x)


def _pull(by_level: list[list[Place]], gap: float, *, downwards: bool) -> None:
    """Move each level towards its neighbours, as far as its places have room."""
    for level in by_level if downwards else reversed(by_level):
        wanted = [_mean([near.x for near in _near(one, downwards)], one.x) for one in level]
        _spread(level, wanted, gap)


def _near(one: Place, downwards: bool) -> list[Place]:
    return one.above if downwards else one.below


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _spread(level: list[Place], wanted: list[float], gap: float) -> None:
    """Give places of one level their x: in order, apart, and on the mean where they want to be."""
    previous: Place | None = None
    for one, x in zip(level, wanted, strict=True):
        least = x if previous is None else previous.x + (previous.width + one.width) / 2 + gap
        one.x = max(x, least)
        previous = one
    shift = _mean([x - one.x for one, x in zip(level, wanted, strict=True)], 0.0)
    for one in level:
        one.x += shift
