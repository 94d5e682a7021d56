"""Rules about the shape in which numbers reach a dense layer."""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.config.checks.translation import Problem
from dltrain.config.lint.nodes import Node
from dltrain.config.lint.subject import Subject
from dltrain.config.lint.traits import (
    ACTIVATIONS,
    DROPOUTS,
    NOISES,
    NORMALIZATIONS,
    RECURRENT,
    is_convolution,
)

# Layers that keep the number of dimensions, by their name or its beginning.
SAME = ACTIVATIONS | DROPOUTS | NOISES | NORMALIZATIONS | {
    "activation", "identity", "masking", "normalization", "permute", "rescaling",
}  # fmt: skip
SAME_BY_BEGINNING = ("center_crop", "cropping", "random_", "resizing", "up_sampling",
                     "zero_padding")  # fmt: skip
# Layers that say the number of dimensions themselves.
SHAPING = ("flatten", "reshape")


def missing_flatten(subject: Subject) -> Iterator[Problem]:
    """Find pictures or sequences that reach the output without being flattened."""
    for output in subject.outputs:
        last = output.last
        dense = output.node is None or output.node.type == "dense"
        if output.task == "autoencoder" or last is None or not dense:
            continue
        dimensions = _dimensions(subject, last)
        if dimensions is not None and dimensions > 1:
            blamed = _first_dense(subject, last) or last
            got = f"{dimensions} dimensions before the output layer"
            way_out = "Put `flatten` or a global pooling layer before it."
            yield Problem(blamed.key, got, "one, the features of a row", way_out)


def dense_on_pixels(subject: Subject) -> Iterator[Problem]:
    """Find dense layers that see the channels of one pixel at a time."""
    unflattened = {problem.key for problem in missing_flatten(subject)}
    for node in subject.nodes:
        if node.type == "dense" and _sees_pictures(subject, node) and node.key not in unflattened:
            got = "dense on a picture, which sees one pixel at a time"
            yield Problem(node.key, got, "`flatten` or convolutions before it")


def _first_dense(subject: Subject, last: Node) -> Node | None:
    unflattened = [
        node
        for node in (last, *last.above())
        if node.type == "dense" and (_dimensions(subject, node) or 0) > 1
    ]
    return unflattened[-1] if unflattened else None


def _dimensions(subject: Subject, node: Node) -> int | None:
    """Count the dimensions of what a layer puts out for one row; None where that is open."""
    way = [node]
    while way[-1].type not in SHAPING and _follows_one(way[-1]):
        way.append(way[-1].before[0])
    dimensions = _of_input(subject, way[-1])
    for one in reversed(way):
        if one.type in SHAPING:
            dimensions = 1 if one.type == "flatten" else len(one.layer["target_shape"])
        elif dimensions is not None:
            dimensions = _changed(dimensions, one)
    return dimensions


def _follows_one(node: Node) -> bool:
    """Tell whether a layer reads one other layer and nothing else."""
    return len(node.before) == 1 and not node.starts


def _changed(dimensions: int, node: Node) -> int | None:
    """Count the dimensions behind a layer that is given some."""
    name, layer = node.type, node.layer
    if name == "bidirectional":
        name, layer = layer["layer"]["type"], layer["layer"]
    if name in RECURRENT:
        return dimensions - (not layer.get("return_sequences"))
    if name.startswith("global_"):
        return None if node.argument("keepdims") else 1
    if name == "embedding":
        return dimensions + 1
    kept = _keeps(name) or name == "dense" or is_convolution(node) or "pooling" in name
    return dimensions if kept else None


def _of_input(subject: Subject, node: Node) -> int | None:
    """Count the dimensions of the one input that a layer reads."""
    facts = subject.input(node.starts[0]) if len(node.starts) == 1 and not node.before else None
    return len(facts.shape) if facts else None


def _sees_pictures(subject: Subject, node: Node) -> bool:
    """Tell whether pictures reach a layer as they are."""
    first = node
    for first in node.above():
        if not _keeps(first.type):
            return False
    facts = [subject.input(name) for name in first.starts]
    return any(one is not None and one.form == "images" for one in facts)


def _keeps(name: str) -> bool:
    return name in SAME or name.startswith(SAME_BY_BEGINNING)
