"""Rules about hidden layers and their order."""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.config.checks.translation import Problem
from dltrain.config.checks.weighing import has_kernel
from dltrain.config.lint.nodes import Node, argument
from dltrain.config.lint.subject import Subject
from dltrain.config.lint.traits import (
    DROPOUTS,
    NORMALIZATIONS,
    RELUS,
    SATURATING,
    activation,
    following,
    is_convolution,
    is_stacked,
    type_of,
)

# Layers of one kind of activation from which on a stack is deep.
DEEP = 5
EQUAL = ("constant", "ones", "zeros")
KERNEL_INITIALIZERS = ("depthwise_initializer", "kernel_initializer", "pointwise_initializer")
MOST_DROPOUT = 0.7


def equal_kernel(subject: Subject) -> Iterator[Problem]:
    """Find hidden layers whose units all begin equal."""
    for node in subject.layers:
        if _is_added(node):
            continue  # a path that begins as nothing beside another one, as in residual networks
        for layer, key in node.parts():
            for name in KERNEL_INITIALIZERS:
                chosen = type_of(layer.get(name))
                if chosen in EQUAL and layer.get("units") != 1:
                    got, expected = f"{chosen} for a kernel", "random numbers"
                    yield Problem((*key, name), got, expected, "Use he_normal or glorot_uniform.")


def dropout_after_output(subject: Subject) -> Iterator[Problem]:
    """Find predictions of which some are dropped."""
    for output in subject.outputs:
        node = output.node
        while node is not None and not has_kernel(node.layer):
            if node.type in DROPOUTS:
                got, expected = f"{node.type} behind the output", "dropout before hidden layers"
                yield Problem(node.key, got, expected, "It would drop predictions: remove it.")
            node = node.before[0] if len(node.before) == 1 else None


def dropout_before_batch_normalization(subject: Subject) -> Iterator[Problem]:
    """Find statistics that are learned with dropout and used without."""
    for node in subject.nodes:
        for next_one in node.after:
            if node.type in DROPOUTS and next_one.type == "batch_normalization":
                got = f"{node.type} directly before batch_normalization"
                way_out = "The variance that it learns is another one without dropout."
                yield Problem(node.key, got, "dropout after it", way_out)


def high_dropout(subject: Subject) -> Iterator[Problem]:
    """Find layers that drop nearly everything."""
    rates = [
        (layer[name], (*key, name))
        for node in subject.layers
        for layer, key in node.parts()
        for name in ("rate" if layer["type"] in DROPOUTS else "dropout", "recurrent_dropout")
        if isinstance(layer.get(name), int | float)
    ]
    rates.append((subject.experiment.regularization.dropout, ("regularization", "dropout")))
    for rate, key in rates:
        if rate > MOST_DROPOUT:
            way_out = "Little is left to learn from: use fewer units instead."
            yield Problem(key, str(rate), f"at most {MOST_DROPOUT}", way_out)


def batch_normalization_of_one_row(subject: Subject) -> Iterator[Problem]:
    """Find batches of one row, whose variance is 0."""
    if subject.experiment.training.batch_size != 1:
        return
    for node in subject.layers:
        if node.type == "batch_normalization" and node.argument("trainable") is not False:
            got, expected = "batch_normalization with batches of one row", "larger batches"
            way_out = "Use layer_normalization, or raise `training.batch_size`."
            yield Problem(node.key, got, expected, way_out)


def bias_before_batch_normalization(subject: Subject) -> Iterator[Problem]:
    """Find biases that the next layer subtracts again."""
    for node in subject.layers:
        next_one = node.after[0] if len(node.after) == 1 else None
        if next_one is None or next_one.type != "batch_normalization" or not is_stacked(node):
            continue
        if (
            activation(node.layer) == "linear"
            and node.argument("use_bias")
            and next_one.argument("center")
        ):
            got = f"a bias of {node.type} that batch_normalization subtracts again"
            yield Problem(node.key, got, "`use_bias: false`")


def deep_saturation(subject: Subject) -> Iterator[Problem]:
    """Find stacks in which the slopes shrink from layer to layer."""
    chain = _longest(subject, SATURATING)
    if len(chain) >= DEEP:
        names = sorted({str(following(node)) for node in chain})
        got = f"{len(chain)} layers of {' and '.join(names)} in a row"
        expected = f"fewer than {DEEP}, or normalisation between them"
        yield Problem(chain[0].key, got, expected, "Use relu with he_normal.")


def relu_with_glorot(subject: Subject) -> Iterator[Problem]:
    """Find deep stacks of relu whose weights begin too small."""
    chain = [
        node
        for node in _longest(subject, RELUS)
        if str(type_of(node.argument("kernel_initializer"))).startswith("glorot")
    ]
    if len(chain) >= DEEP:
        got = f"{len(chain)} layers of relu in a row with kernels from glorot"
        expected = "`kernel_initializer: he_normal` in each of them"
        yield Problem(chain[0].key, got, expected)


def linear_hidden_layer(subject: Subject) -> Iterator[Problem]:
    """Find two layers with nothing between them, which are no more than one."""
    for node in subject.layers:
        if following(node) != "linear" or not (node.type == "dense" or is_convolution(node)):
            continue
        follower = _next_stacked(subject, node)
        if follower is not None and not _is_narrow(node, follower):
            got = f"{node.type} without an activation before {follower}"
            way_out = "Two linear layers are one: add `activation: relu`."
            yield Problem(node.key, got, "an activation between them", way_out)


def _longest(subject: Subject, activations: frozenset[str]) -> list[Node]:
    """Find the longest row of dense layers and convolutions with some activation.

    What normalises between them, or joins a path around them, ends a row.
    """
    best: list[Node] = []
    rows: dict[int, list[Node]] = {}
    for node in subject.nodes:
        row = rows.get(id(node.before[0]), []) if len(node.before) == 1 else []
        if node.type in NORMALIZATIONS:
            row = []
        elif is_stacked(node):
            row = [*row, node] if following(node) in activations else []
        rows[id(node)] = row
        best = max(best, row, key=len)
    return best


def _next_stacked(subject: Subject, node: Node) -> str | None:
    """Name the layer of the same kind that alone reads a layer, behind dropout if there is any."""
    end = node
    while len(end.after) == 1 and end.after[0].type in DROPOUTS:
        end = end.after[0]
    autos = [one for one in subject.outputs if one.node is None and one.last is end]
    if len(autos) + len(end.after) != 1:
        return None
    if autos:
        is_same = node.type == "dense" and autos[0].task != "autoencoder"
        return "the output" if is_same else None
    after = end.after[0]
    both = is_convolution(node) and is_convolution(after)
    return after.type if both or after.type == node.type else None


def _is_added(node: Node) -> bool:
    """Tell whether what a layer gives is added to something else."""
    while len(node.after) == 1:
        node = node.after[0]
        if node.type in ("add", "average", "subtract"):
            return True
        if node.type not in NORMALIZATIONS | DROPOUTS | {"activation"}:
            return False
    return False


def _is_narrow(node: Node, follower: str) -> bool:
    """Tell whether a layer is a bottleneck, which is narrower than what stands around it."""
    sizes = [_size(one) for one in (*node.before, node, *node.after)]
    own = _size(node)
    known = [size for size in sizes if size is not None]
    return own is not None and follower != "the output" and own < max(known)


def _size(node: Node) -> int | None:
    size = argument(node.layer, "units") or argument(node.layer, "filters")
    return size if isinstance(size, int) else None
