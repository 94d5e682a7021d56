"""A config for a table as commented YAML."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dltrain.templates.columns import LEFT_OUT, Column
from dltrain.templates.proposal import IMBALANCED, Proposal, imbalance, propose
from dltrain.templates.seen import Table, look
from dltrain.templates.shipped import SCHEMA_FILE, SCHEMA_LINE
from dltrain.templates.sniffing import PLAIN

# Plain YAML words; all else is written in quotes.
WORD = re.compile(r"(?:\.?/)?(?:\.\./)*[A-Za-z_](?:[\w ./-]*[\w./-])?")
KEYWORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
COMMENT_COLUMN = 34
SHOWN_CLASSES = 6

REASONS = {
    "separator": "what stands between two values",
    "header": "the first line holds values; columns are counted from 0",
    "na_values": "also mean a missing value",
    "skip_spaces": "a space follows every comma",
    "decimal": "what stands before the fraction",
    "comment": "what begins a comment",
    "encoding": "it is no UTF-8",
}

Lines = Iterator[tuple[str, str]]


def config_for(data: Path, target: str | None, folder: Path) -> str:
    """Look at a table and write a config for it.

    Args:
        data: A text file that holds the table.
        target: Name or position of the column to predict.
        folder: Where the config will stand; its path to the data is relative to this.

    Returns:
        YAML text.

    Raises:
        DataError: The file is no table, or has no such target.
    """
    table = look(data, target)
    proposal = propose(table)
    path = Path(os.path.relpath(data, folder)).as_posix()
    sections = [
        _top(table, data), _dataset(table, path), _split(proposal), _architecture(proposal),
        _judging(table), _learning(table, proposal),
    ]  # fmt: skip
    header = _header(table, data)
    return "\n".join([header, *("\n".join(map(_aligned, lines)) + "\n" for lines in sections)])


def _header(table: Table, data: Path) -> str:
    size = f"{table.rows} rows, {len(table.columns) + 1} columns"
    return (
        f"{SCHEMA_LINE}\n"
        f"# {_printable(data.name)}: {size}, of which {len(table.features)} are used to predict "
        f"{_printable(table.target)}.\n"
        "#   dltrain fit config.yaml\n"
        f"#   dltrain config schema -o {SCHEMA_FILE}     once, for completion in editors\n"
        "# The comments say what all rows held when this file was written. Scaling, values and\n"
        "# what fills gaps are learned by `fit`, from the train rows alone.\n"
    )


def _top(table: Table, data: Path) -> Lines:
    name = re.sub(r"[^\w.-]+", "-", data.name.split(".")[0]).strip("-.")
    if name:
        yield f"name: {scalar(name)}", "the run folder's parent"
    yield "seed: 0", "draws initial weights, dropout and the order of rows"
    yield f"task: {table.task}", _answers(table)


def _answers(table: Table) -> str:
    if not table.classes:
        low, high = table.span
        return f"{table.target} is an amount, {low:g} to {high:g}"
    shares = [
        f"{name} {100 * count / table.rows:.0f} % ({count})"
        for name, count in list(table.classes.items())[:SHOWN_CLASSES]
    ]
    more = ", …" * (len(table.classes) > SHOWN_CLASSES)
    return f"{table.target}: {', '.join(shares)}{more}"


def _dataset(table: Table, path: str) -> Lines:
    yield "dataset:", ""
    yield "  type: csv", ""
    yield f"  path: {scalar(path)}", "relative to this file"
    for key, value in table.written.items():
        if value != PLAIN[key]:
            yield f"  {key}: {scalar(value)}", REASONS[key]
    yield f"  target: {scalar(table.target)}", "what to predict"
    yield from _left_out([one for one in table.columns if one.kind == LEFT_OUT])
    yield "  columns:", ""
    for column in table.features:
        yield f"    {scalar(column.name)}: {{type: {column.kind}}}", _seen(column)
    yield "  scaling: standard", "numbers: minus the mean, divided by the deviation"
    if any(column.missing for column in table.features):
        yield "  missing: impute", "median or a value of its own, and an input that says so"


def _left_out(columns: list[Column]) -> Lines:
    if columns:
        yield "  features:", ""
        yield "    exclude:", "what would not help on new rows"
    for column in columns:
        yield f"      - {scalar(column.name)}", column.seen


def _seen(column: Column) -> str:
    gaps = f"; missing in {column.missing} row{'s' * (column.missing != 1)}" * bool(column.missing)
    return column.seen + gaps


def _split(proposal: Proposal) -> Lines:
    yield "split:", ""
    if proposal.fractions is None:
        yield "  type: none", "too few rows for parts: nothing is judged but train"
        return
    yield "  type: random", "with the shares of the classes kept, where there are classes"
    yield f"  fractions: {scalar(proposal.fractions)}", "val stops the training, test judges it"


def _architecture(proposal: Proposal) -> Lines:
    yield "architecture:", ""
    yield "  layers:", "between data and output; a wider or deeper network needs more rows"
    for units in proposal.units:
        layer = f"{{type: dense, units: {units}, activation: relu, kernel_initializer: he_normal}}"
        yield f"    - {layer}", ""
    yield "  output: auto", "units and activation from the task"
    yield "regularization:", ""
    yield f"  dropout: {proposal.dropout}", "share of units left out in each step, after each layer"


def _judging(table: Table) -> Lines:
    losses = {"binary": "binary_crossentropy", "multiclass": "sparse_categorical_crossentropy"}
    auto = losses.get(table.task, "mean_squared_error")
    yield "loss: auto", f"{auto} for this task"
    comment = ""
    if imbalance(table) >= IMBALANCED:
        most = max(table.classes.values()) / table.rows
        comment = f"accuracy alone is {most:.2f} for always saying the most frequent class"
    yield f"metrics: {scalar(list(propose(table).metrics))}", comment


def _learning(table: Table, proposal: Proposal) -> Lines:
    monitor = "val_loss" if proposal.fractions else "loss"
    yield "optimizer:", ""
    yield "  type: adam", ""
    yield f"  learning_rate: {proposal.learning_rate}", "the first value to try others of"
    if proposal.fractions:
        yield "callbacks:", ""
        yield "  - type: early_stopping", "ends the training where it no longer helps"
        yield f"    monitor: {monitor}", ""
        yield f"    patience: {proposal.patience}", "epochs without improvement"
        yield "    restore_best_weights: true", ""
    yield "training:", ""
    yield f"  epochs: {proposal.epochs}", "passes over the train rows, at most"
    yield f"  batch_size: {proposal.batch_size}", "rows a step"
    ratio = imbalance(table)
    if proposal.class_weight:
        yield "  class_weight: balanced", f"the most frequent class has {ratio:.0f} times the rows"
    elif ratio >= IMBALANCED:
        yield "  class_weight: null", f"balanced would weigh rare rows up to {ratio:.0f} times"


def scalar(value: Any) -> str:
    """Spell a value in YAML, on one line.

    Example:
        >>> print(scalar("Sex"), scalar("no"), scalar({"a": [1.5, True, "?"]}))
        Sex "no" {a: [1.5, true, "?"]}
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(k)}: {scalar(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(scalar, value)) + "]"
    if isinstance(value, str) and WORD.fullmatch(value) and value.lower() not in KEYWORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _aligned(line: tuple[str, str]) -> str:
    text, comment = line
    return f"{text:<{COMMENT_COLUMN}}  # {_printable(comment)}" if comment else text


def _printable(text: str) -> str:
    """Keep names from the data inside of their comment."""
    return "".join(one if one.isprintable() else "?" for one in text)
