"""Rules about rows and columns: what reaches the network, and which rows judge it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dltrain.config.checks.translation import Problem
from dltrain.config.lint.nodes import Node
from dltrain.config.lint.subject import PICTURES, Subject
from dltrain.config.lint.traits import NORMALIZATIONS
from dltrain.config.sections.dataset import Windows
from dltrain.config.sections.split import RandomSplit
from dltrain.config.sections.tables import TargetTable
from dltrain.errors import Key, listed

# Root mean square of a column from which on it drowns columns around 1.
LARGE = 10.0
# Size of an amount from which on the first epochs only learn how large it is.
LARGE_TARGET = 1000.0
# Layers that bring numbers of any size into order, or look them up.
SCALING = NORMALIZATIONS | {
    "application", "category_encoding", "discretization", "embedding", "hashing",
    "integer_lookup", "normalization", "rescaling", "saved",
}  # fmt: skip
EXCLUDE = "`dataset.features.exclude` leaves columns out."
# Sets of keras.datasets that are published with their test rows.
PUBLISHED = (*PICTURES, "imdb")


def numbers_without_scaling(subject: Subject) -> Iterator[Problem]:
    """Find large numbers that reach the first layer as they are."""
    for name, facts in subject.facts.inputs.items():
        large = [column for column, size in facts.unscaled.items() if size > LARGE]
        if large and not _are_scaled(subject, name):
            key, what = _scaling_key(subject, large), f"numbers without scaling ({listed(large)})"
            if facts.form == "table":
                yield Problem(key, what, "scaling", "Use standard, or put normalization first.")
            else:
                got, way_out = "an array of large numbers", "Scale it, or put normalization first."
                yield Problem(key, got, "numbers around 1", way_out)


def pixels_without_scaling(subject: Subject) -> Iterator[Problem]:
    """Find pixels from 0 to 255 that reach the first layer as they are."""
    images = getattr(subject.experiment.dataset, "images", None)
    form = subject.input("input")
    if images is None or form is None or form.form != "images":
        return
    if images.scaling == "none" and not _are_scaled(subject, "input"):
        way_out = "Use 0_1 or standard, or put rescaling first."
        yield Problem(("dataset", "images", "scaling"), "pixels from 0 to 255", "scaling", way_out)


def constant_columns(subject: Subject) -> Iterator[Problem]:
    """Find columns that are the same in every train row."""
    if columns := _used(subject, subject.facts.constant):
        got = f"columns with one value in all train rows ({listed(columns)})"
        yield Problem(_features_key(subject), got, "columns that differ", EXCLUDE)


def identifiers(subject: Subject) -> Iterator[Problem]:
    """Find columns that name their rows and say nothing about new ones."""
    if columns := _used(subject, subject.facts.identifiers):
        got = f"columns with another value in each train row ({listed(columns)})"
        expected = "columns that say something about new rows"
        yield Problem(_features_key(subject), got, expected, EXCLUDE)


def target_leakage(subject: Subject) -> Iterator[Problem]:
    """Find columns that alone tell a target."""
    found = subject.facts.telling.items()
    pairs = [f"{one} → {target}" for target, each in found for one in _used(subject, each)]
    if pairs:
        got = f"columns that alone tell nearly every target ({listed(pairs)})"
        yield Problem(_features_key(subject), got, "what is known before the target is", EXCLUDE)


def pooled_test_rows(subject: Subject) -> Iterator[Problem]:
    """Find test rows of a published set that are mixed with its train rows."""
    dataset, split = subject.experiment.dataset, subject.experiment.split
    published = dataset.type == "idx" or (dataset.type == "keras" and dataset.name in PUBLISHED)
    if isinstance(split, RandomSplit) and published:
        got = "a random split of a set that has its own test rows"
        way_out = "Figures would not compare with published ones."
        key: Key = ("split",) if "split" in subject.experiment.model_fields_set else ("dataset",)
        yield Problem(key, got, "`split: given`", way_out)


def large_target(subject: Subject) -> Iterator[Problem]:
    """Find amounts so large that a network first has to learn how large they are."""
    dataset = subject.experiment.dataset
    target = dataset.target if isinstance(dataset, TargetTable | Windows) else None
    named = target if isinstance(target, dict) else {}
    for output in subject.outputs:
        facts, name = output.facts, output.target or next(iter(named), "")
        scaled = name in named and named[name].scaling != "none"
        if scaled or target is None or facts is None or facts.size < LARGE_TARGET:
            continue
        column = name or (target if isinstance(target, str) else next(iter(target)))
        others = ", …" * (len(target) > 1 and not isinstance(target, str))
        got = f"a target from {facts.least:g} to {facts.largest:g}"
        way_out = f"Write `target: {{{column}: {{scaling: standard}}{others}}}`."
        key: Key = ("dataset", "target", name) if name else ("dataset", "target")
        yield Problem(key, got, "numbers around 1", way_out)


def _used(subject: Subject, columns: Iterable[str]) -> list[str]:
    """Name the columns that the file does not leave out."""
    features = getattr(subject.experiment.dataset, "features", None)
    return [name for name in columns if features is None or name not in features.exclude]


def _features_key(subject: Subject) -> Key:
    """Find where the file says which columns the model sees."""
    given = "features" in subject.experiment.dataset.model_fields_set
    return ("dataset", "features") if given else ("dataset",)


def _are_scaled(subject: Subject, name: str) -> bool:
    """Tell whether everything that reads an input first brings it into order."""
    readers = [node for node in subject.nodes if name in node.starts]
    return bool(readers) and all(_scales(node) for node in readers)


def _scales(node: Node) -> bool:
    passing = ("flatten", "identity", "masking", "random_", "reshape")
    if node.type.startswith(passing):
        return bool(node.after) and all(map(_scales, node.after))
    return node.type in SCALING


def _scaling_key(subject: Subject, columns: list[str]) -> Key:
    """Find where the file says that some columns are not scaled."""
    for name in columns:
        column = getattr(subject.experiment.dataset, "columns", {}).get(name)
        if getattr(column, "scaling", None) is not None:
            return ("dataset", "columns", name, "scaling")
    return ("dataset", "scaling")
