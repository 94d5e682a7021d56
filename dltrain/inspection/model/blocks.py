"""What is known about a network, laid out as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltrain.inspection.model.layers import leaves
from dltrain.inspection.model.memory import RULE
from dltrain.inspection.tables import Block
from dltrain.model.description import describe_layer
from dltrain.spelling import NONE, grouped, plain, short

Facts = dict[str, Any]

HEADER = ("layer", "type", "reads", "output", "parameters", "multiply-adds", "sees")
WORDS = (0, 1, 2)


def blocks(facts: Facts) -> Iterator[Block]:
    """Lay out what `looking.look` has found."""
    yield Block(f"{facts['name']}   {facts['config']}")
    fields = any(_is_wide(row["receptive_field"]) for row in facts["layers"])
    width = len(HEADER) if fields else len(HEADER) - 1
    table = [_cells(row, before)[:width] for row, before in _pairs(facts["layers"])]
    note = "sees: size and step of the receptive field, in pixels or steps of the input"
    yield Block("layers", HEADER[:width], table, WORDS, note if fields else "")
    yield Block("totals", lines=list(_totals(facts)))


def _pairs(rows: list[Facts]) -> Iterator[tuple[Facts, Facts | None]]:
    """Give each row with the one before it."""
    yield from zip(rows, [None, *rows], strict=False)


def _cells(row: Facts, before: Facts | None) -> list[str]:
    parameters = row["parameters"]
    total = parameters["trainable"] + parameters["frozen"]
    frozen = f" ({grouped(parameters['frozen'])} frozen)" if parameters["frozen"] else ""
    is_next = before is not None and row["reads"] == [before["name"]]
    return [
        row["name"],
        words(row),
        "" if is_next else ", ".join(row["reads"]),
        shape(row["output_shape"]),
        "shared" if row["shares_weights"] else f"{grouped(total)}{frozen}",
        operations(row),
        _sees(row["receptive_field"]) if _is_wide(row["receptive_field"]) else "",
    ]


def words(row: Facts) -> str:
    """Name a layer's type and its telling arguments."""
    inside = f" ({len(list(leaves([row])))} layers)" if row["layers"] else ""
    if not row["arguments"]:
        return row["type"].replace("input_layer", "input") + inside
    return plain(describe_layer({"type": row["type"], **row["arguments"]})) + inside


def shape(sizes: list[int | None]) -> str:
    """Spell the shape of one row.

    Example:
        >>> shape([28, 28, 1]), shape([None, 3]), shape([])
        ('28×28×1', '?×3', '1')
    """
    return "×".join("?" if size is None else str(size) for size in sizes) or "1"


def operations(row: Facts) -> str:
    """Spell how many multiply-adds a layer needs, as far as that is known."""
    if row["multiply_adds"] is None:
        return NONE
    count = grouped(row["multiply_adds"])
    return count if row["is_exact"] else f"≥ {count}"


def _is_wide(field: Facts | None) -> bool:
    """Tell whether a field is more than the position itself."""
    return field is not None and (max(field["size"]) > 1 or set(field["stride"]) != {1})


def _sees(field: Facts | None) -> str:
    if field is None:
        return ""
    strides = [f"{one:g}" for one in field["stride"]]
    stride = strides[0] if len(set(strides)) == 1 else "×".join(strides)
    return f"{shape(field['size'])} / {stride}"


def _totals(facts: Facts) -> Iterator[tuple[str, str]]:
    parameters, counts, memory = facts["parameters"], facts["multiply_adds"], facts["memory"]
    trainable, frozen = parameters["trainable"], parameters["frozen"]
    behind = f": {grouped(trainable)} trainable, {grouped(frozen)} frozen" if frozen else ""
    yield "parameters", f"{grouped(trainable + frozen)}{behind}"
    least = "at least " if counts["without"] else ""
    batch = f"{short(counts['batch'])} a batch of {grouped(facts['batch_size'])}"
    yield "multiply-adds", f"{least}{short(counts['row'])} a row · {batch}"
    if counts["without"]:
        yield "", f"no formula for {', '.join(counts['without'])}"
    sizes = {name: short(size, "B") for name, size in memory.items()}
    held = " · ".join(f"{name} {sizes[name]}" for name in ("weights", "gradients", "optimizer"))
    yield "memory", f"{held} · rows of all parts {sizes['data']}"
    yield "", f"activations of a batch about {sizes['activations']}: {RULE}"
    yield "engine", "{name} ({reason})".format(**facts["engine"])
    yield "optimizer", facts["optimizer"]
    yield "loss", facts["loss"]
