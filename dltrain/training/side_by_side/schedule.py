"""Which networks take which steps together, where they have different numbers of rows.

No batch is filled up: networks take a step together only when their batches have equally many
rows. First all of them take the whole batches that each of them has, then those that have more go
on, and the short last batches are taken by those that have equally many rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Segment(NamedTuple):
    """Steps that some networks take together.

    Attributes:
        members: Their numbers.
        first: Number of the first step.
        stop: Number of the step behind the last.
        size: Rows of a step.
    """

    members: tuple[int, ...]
    first: int
    stop: int
    size: int


def schedule(rows: Sequence[int], batch_size: int) -> list[Segment]:
    """Arrange the steps of one pass.

    Args:
        rows: Number of rows of each network.
        batch_size: Rows of a step; the last of a network may have fewer.

    Returns:
        Segments, in an order in which each network takes its steps one after another.

    Example:
        >>> for segment in schedule([5, 6, 5], 2):
        ...     print(*segment)
        (0, 1, 2) 0 2 2
        (0, 2) 2 3 1
        (1,) 2 3 2
    """
    segments, done = [], 0
    for count in sorted({count // batch_size for count in rows}):
        if count > done:
            whole = tuple(at for at, own in enumerate(rows) if own // batch_size >= count)
            segments.append(Segment(whole, done, count, batch_size))
            done = count
        for own in sorted({own for own in rows if own // batch_size == count}):
            if short := own % batch_size:
                alike = tuple(at for at, other in enumerate(rows) if other == own)
                segments.append(Segment(alike, count, count + 1, short))
    return segments


def pieces(segments: Sequence[Segment], most: int) -> tuple[list[Segment], list[Segment]]:
    """Cut off the first steps.

    Args:
        segments: Segments of a pass.
        most: Steps that are cut off, at most.

    Returns:
        The steps that were cut off, and those that are left.

    Example:
        >>> taken, left = pieces([Segment((0, 1), 0, 5, 2)], 3)
        >>> print(*taken[0], "then", *left[0])
        (0, 1) 0 3 2 then (0, 1) 3 5 2
    """
    taken = []
    for at, segment in enumerate(segments):
        steps = min(most, segment.stop - segment.first)
        taken.append(segment._replace(stop=segment.first + steps))
        most -= steps
        if taken[-1].stop < segment.stop:
            return taken, [segment._replace(first=taken[-1].stop), *segments[at + 1 :]]
        if not most:
            return taken, list(segments[at + 1 :])
    return taken, []


def tables(segments: Sequence[Segment]) -> tuple[np.ndarray, np.ndarray]:
    """Write segments as numbers for a compiled function.

    Returns:
        The members of all segments one after another, int32 (n,), and for each segment where its
        members begin and end, its first step, the step behind its last, and its size, int32 (s, 5).
    """
    members = [member for segment in segments for member in segment.members]
    lines, begin = [], 0
    for segment in segments:
        end = begin + len(segment.members)
        lines.append((begin, end, segment.first, segment.stop, segment.size))
        begin = end
    return np.array(members, np.int32), np.array(lines, np.int32).reshape(-1, 5)
