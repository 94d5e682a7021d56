"""The graph of a network as an SVG of its own, readable on light and dark pages."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from dltrain.inspection.model.blocks import shape, words
from dltrain.inspection.model.layout import Layout, Place, laid_out
from dltrain.pages.writing import rendered
from dltrain.spelling import grouped, plain

PACKAGE = "dltrain.inspection"
TEMPLATE = "diagram.svg.j2"
# Pixels.
BOX_HEIGHT, LEVEL_GAP, GAP, NARROW, MARGIN = 58, 34, 28, 20, 16
LETTER, PADDING, LEAST_WIDTH = 6.6, 28, 150
MOST_LETTERS = 38


def diagram(facts: dict[str, Any]) -> str:
    """Draw the layers of a network.

    Args:
        facts: What `looking.look` has found.

    Returns:
        A whole SVG document.
    """
    rows = facts["layers"]
    texts = [_texts(row) for row in rows]
    longest = max(len(line) for lines in texts for line in lines)
    width = max(LEAST_WIDTH, LETTER * longest + PADDING)
    positions = {row["name"]: index for index, row in enumerate(rows)}
    reads = [[positions[name] for name in row["reads"]] for row in rows]
    layout = laid_out(reads, width, NARROW, GAP)
    places = [place for level in layout.levels for place in level]
    left = min(place.x - place.width / 2 for place in places) - MARGIN
    right = max(place.x + place.width / 2 for place in places) + MARGIN
    height = _top(len(layout.levels)) - LEVEL_GAP + MARGIN
    boxes = [
        _box(place, rows[place.row], texts[place.row])
        for place in places
        if place.row is not None
    ]  # fmt: skip
    return rendered(
        PACKAGE,
        TEMPLATE,
        {
            "title": f"The network of {facts['name']}",
            "description": _description(rows),
            "left": round(left, 1),
            "width": round(right - left, 1),
            "height": height,
            "boxes": boxes,
            "box_height": BOX_HEIGHT,
            "edges": _edges(layout),
        },
    )


def _texts(row: dict[str, Any]) -> list[str]:
    """Give the three lines of a box."""
    parameters = sum(row["parameters"].values())
    count = f" · {grouped(parameters)} parameters" if parameters else ""
    count = " · shared weights" if row["shares_weights"] else count
    name, kind = plain(row["name"], MOST_LETTERS), plain(words(row), MOST_LETTERS)
    return [name, kind, f"{shape(row['output_shape'])}{count}"]


def _box(place: Place, row: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    has_weights = sum(row["parameters"].values()) > 0 or row["shares_weights"]
    kind = "network" if row["layers"] else "weights" if has_weights else "plain"
    left = round(place.x - place.width / 2, 1)
    return {
        "kind": kind, "x": left, "y": _top(place.level), "width": round(place.width, 1),
        "lines": texts,
    }  # fmt: skip


def _top(level: int) -> int:
    return MARGIN + level * (BOX_HEIGHT + LEVEL_GAP)


def _edges(layout: Layout) -> list[str]:
    """Draw each edge: straight where it passes a level, curved between two."""
    return [_path(way) for way in layout.edges]


def _path(way: list[Place]) -> str:
    drawn = f"M{way[0].x:.1f} {_top(way[0].level) + BOX_HEIGHT}"
    for upper, lower in pairwise(way):
        start, end = _top(upper.level) + BOX_HEIGHT, _top(lower.level)
        middle = (start + end) / 2
        drawn += f"C{upper.x:.1f} {middle:.1f} {lower.x:.1f} {middle:.1f} {lower.x:.1f} {end}"
        if lower is not way[-1]:
            drawn += f"V{end + BOX_HEIGHT}"
    return drawn


def _description(rows: list[dict[str, Any]]) -> str:
    """Say in words what the diagram shows."""
    told = []
    for row in rows:
        reads = f" reads {', '.join(row['reads'])} and" if row["reads"] else ""
        told.append(f"{row['name']} ({words(row)}){reads} gives {shape(row['output_shape'])}")
    return plain(f"{len(rows)} layers. " + "; ".join(told) + ".", 20_000)
