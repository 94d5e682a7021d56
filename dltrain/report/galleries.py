"""Rows and filters that people can look at: pictures, cells, texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from dltrain.evaluation.answers import Answers
from dltrain.pages.pictures import as_png
from dltrain.report.elements import Element, Marked, Picture, Pictures, Table
from dltrain.report.plots.canvas import words
from dltrain.report.record import Record
from dltrain.spelling import amount, figure, grouped, plain
from dltrain.terms import EXCLUSIVE

MOST_COLUMNS = 8
MOST_LETTERS = 400  # of a word


def mistakes(record: Record, answers: Answers) -> Iterator[Element]:
    """Show the worst rows about one target: as pictures, as cells, or as texts."""
    found = (record.insights.get("mistakes") or {}).get(answers.target)
    if not found:
        return
    number = [one.target for one in record.answers].index(answers.target)
    pictures = record.insights.arrays.get(f"mistakes/{number}")
    title = _title(answers)
    note = "The probability is that of what the model says." * (answers.task in EXCLUSIVE)
    if pictures is not None:
        shown = [
            Picture(as_png(picture), f"picture of row {row}: {told}", told)
            for picture, row, told in zip(
                pictures, found["rows"], _words(answers, found), strict=True
            )
        ]
        yield Pictures(title, shown, note)
        return
    columns = _telling_columns(record, list(found.get("cells", {})))
    header = [
        "row",
        *_header(answers),
        *words(columns, 20),
        *words(found.get("written", {}), 20),
    ]
    rows = []
    for at, row in enumerate(found["rows"]):
        cells = [plain(found["cells"][name][at], 24) for name in columns]
        texts = [_marked(one, at) for one in found.get("written", {}).values()]
        rows.append([amount(row), *_cells(answers, found, at), *cells, *texts])
    left = [at for at in range(1, len(header)) if any(map(_is_word, (row[at] for row in rows)))]
    more = len(found.get("cells", {})) - len(columns)
    if more > 0:
        note = f"{note} The {len(columns)} most important of {len(columns) + more} columns.".strip()
    if "written" in found:
        note = f"{note} {_about_texts(found['written'])}".strip()
    yield Table(title, header, rows, (0, *left), note)


def _marked(column: dict[str, Any], at: int) -> Marked:
    """Mark the words of a text that the model does not know."""
    unknown = set(column["unknown"][at])
    pieces: list[tuple[str, bool]] = []
    for place, word in enumerate(column["texts"][at].split(" ")):
        pieces += [(" ", False)] * bool(place) + [(plain(word, MOST_LETTERS), place in unknown)]
    return Marked(pieces)


def _about_texts(columns: dict[str, dict[str, Any]]) -> str:
    said = ["Words above a dotted line are not among those that the model knows."]
    said += [
        f"It reads the last {grouped(one['last'])} words of {plain(name, 30)}."
        for name, one in columns.items()
        if one["last"] is not None
    ]
    return " ".join(said)


def _is_word(cell: str) -> bool:
    """Tell whether a cell is no number, and no gap either."""
    return not re.fullmatch(r"[-+.\deE\s]*|–|missing|inf|nan", cell)


def _title(answers: Answers) -> str:
    if answers.task == "regression":
        return f"largest errors of {answers.judged}"
    if answers.task == "autoencoder":
        return f"rows of {answers.judged} that are reconstructed worst"
    return f"most confident mistakes of {answers.judged}"


def _header(answers: Answers) -> list[str]:
    if answers.task == "autoencoder":
        return ["error"]
    if answers.task == "regression" and len(answers.names) > 1:
        return [f"{word} {plain(name, 20)}" for name in answers.names for word in ("true", "said")]
    ending = {"regression": "error", "multilabel": "distance"}.get(answers.task, "probability")
    return ["true", "predicted", ending]


def _cells(answers: Answers, found: dict[str, Any], at: int) -> list[str]:
    truth, said, size = (found[key][at] for key in ("truth", "said", "sizes"))
    if answers.task == "autoencoder":
        return [figure(size)]
    if answers.task == "regression":
        if len(answers.names) > 1:
            return [figure(one) for pair in zip(truth, said, strict=True) for one in pair]
        return [figure(truth[0]), figure(said[0]), figure(size)]
    if answers.task == "multilabel":
        return [_labels(answers, truth), _labels(answers, said), figure(size)]
    return [plain(answers.classes[truth], 30), plain(answers.classes[said], 30), figure(size)]


def _labels(answers: Answers, flags: list[float]) -> str:
    names = [name for name, flag in zip(answers.names, flags, strict=True) if flag]
    return plain(", ".join(names) or "none", 80)


def _words(answers: Answers, found: dict[str, Any]) -> Iterator[str]:
    """Say below each picture what is true and what the model says."""
    for at in range(len(found["rows"])):
        cells = _cells(answers, found, at)
        if answers.task == "autoencoder":
            yield f"error {cells[0]}"
        elif answers.task == "regression" and len(answers.names) > 1:
            yield "; ".join(cells)
        elif answers.task == "regression":
            yield f"{cells[0]}, predicted {cells[1]}"
        else:
            yield f"{cells[0]}, taken for {cells[1]} ({cells[2]})"


def _telling_columns(record: Record, names: list[str]) -> list[str]:
    """Choose the columns that matter most, in the order of the table."""
    facts = record.insights.get("importance")
    if len(names) <= MOST_COLUMNS or not facts:
        return names[:MOST_COLUMNS]
    lost = record.insights.arrays["importance/0"].mean(axis=1)
    ranked = [facts["features"][at] for at in np.argsort(-lost, kind="stable")]
    chosen = [name for name in ranked if name in names][:MOST_COLUMNS]
    return [name for name in names if name in chosen]


def filters(record: Record) -> Iterator[Pictures]:
    """Show the first layer's weights as pictures, each from its least to its largest weight."""
    facts, kernels = record.insights.get("filters"), record.insights.arrays.get("filters")
    if not facts or kernels is None:
        return
    layer = plain(facts["layer"], 30)
    shown = [
        Picture(as_png(_levels(kernel)), f"filter {number} of layer {layer}")
        for number, kernel in enumerate(kernels, 1)
    ]
    left = facts["count"] - len(kernels)
    note = "Middle grey is 0, black negative, white positive, each filter by its largest weight."
    more = f" {left} more are not shown." if left > 0 else ""
    yield Pictures(f"filters of the first layer, {layer}", shown, note + more)


def _levels(kernel: np.ndarray) -> np.ndarray:
    largest = float(np.abs(kernel).max()) or 1.0
    return (127.5 + 127.5 * kernel / largest).round().astype(np.uint8)
