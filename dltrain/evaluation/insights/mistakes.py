"""The rows about which the model is wrong though sure, as people see them."""

from __future__ import annotations

from typing import Any

import numpy as np

from dltrain.data import Part
from dltrain.evaluation.answers import Answers
from dltrain.evaluation.insights.raw_rows import (
    cells_of,
    pictures_of,
    texts_of,
    windows_of,
)
from dltrain.evaluation.insights.subject import Gathered, Subject, raw_rows

MOST_MISTAKES = 20


def mistakes(subject: Subject, gathered: Gathered) -> None:
    """Gather the most confident mistakes about each target; of amounts the largest."""
    found = {}
    for number, answers in enumerate(subject.answers):
        places, sizes = worst_rows(answers)
        if not len(places):
            continue
        numbers = answers.rows.rows[places]
        rows = raw_rows(subject.parts[answers.judged], places_in(subject, answers, numbers))
        inputs = subject.data.inputs
        facts: dict[str, Any] = {
            "part": answers.judged, "rows": numbers.tolist(), "sizes": _plain(sizes),
            "truth": _plain(answers.rows.truth[places]), "said": _plain(answers.rows.said[places]),
        }  # fmt: skip
        pictures = pictures_of(inputs, rows)
        if pictures is not None:
            gathered.arrays[f"mistakes/{number}"] = pictures
        else:
            facts["cells"] = cells_of(inputs, rows)
        windows = windows_of(inputs, rows, numbers, answers.names)
        if windows is not None:
            facts |= windows[0]
            gathered.arrays[f"mistakes/{number}/windows"] = windows[1]
        if texts := texts_of(inputs, subject.data.written, numbers):
            facts["written"] = texts
        found[answers.target] = facts
    if found:
        gathered.facts["mistakes"] = found


def worst_rows(answers: Answers) -> tuple[np.ndarray, np.ndarray]:
    """Find the places of the worst rows of the judged part, and how bad they are.

    Returns:
        Places, int64 (n,), the worst first; for classes the probability of what is said, for
        labels the largest distance of a probability from the truth, for amounts the error.
    """
    rows = answers.rows
    if answers.task == "autoencoder":
        sizes = rows.errors
        order = np.argsort(-sizes, kind="stable")
    elif answers.task == "regression":
        gaps = np.abs(rows.said - rows.truth)
        spread = gaps.mean(axis=0)
        sizes = (gaps / np.where(spread > 0, spread, 1.0)).max(axis=1)
        order = np.argsort(-sizes, kind="stable")
        sizes = gaps.max(axis=1) if gaps.shape[1] > 1 else (rows.said - rows.truth)[:, 0]
    else:
        exclusive = answers.task != "multilabel"
        sizes = (
            rows.shares[np.arange(len(rows)), rows.said]
            if exclusive
            else np.abs(rows.shares - rows.truth).max(axis=1)
        )
        wrong = np.flatnonzero(rows.wrong)
        order = wrong[np.argsort(-sizes[wrong], kind="stable")]
    chosen = order[:MOST_MISTAKES]
    return chosen, np.asarray(sizes)[chosen]


def places_in(subject: Subject, answers: Answers, numbers: np.ndarray) -> np.ndarray:
    """Find the places of rows in their part, by their numbers in the dataset."""
    part: Part = subject.parts[answers.judged]
    order = np.argsort(part.rows, kind="stable")
    return order[np.searchsorted(part.rows, numbers, sorter=order)]


def _plain(values: np.ndarray) -> list[Any]:
    """Give numbers as plain data, amounts with the digits that float32 has."""
    if values.dtype.kind == "f":
        values = values.astype(np.float32).astype(str).astype(np.float64)
    return list(values.tolist())
