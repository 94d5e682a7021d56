"""The tables of a report: figures beside baselines, classes one by one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dltrain.evaluation.answers import Answers
from dltrain.evaluation.coverage import caution
from dltrain.report.deciding import decisions
from dltrain.report.elements import Table
from dltrain.report.plots.classes import confusion
from dltrain.report.record import Record
from dltrain.results import INTERVAL
from dltrain.spelling import NONE, amount, figure, plain
from dltrain.terms import EXCLUSIVE


def figures_table(record: Record) -> Iterator[Table]:
    """Lay out the figures of the best model by part, with intervals and baselines of one part."""
    found = record.results
    if found.parts:
        header = found.header("figure", f"{INTERVAL}, {found.judged}")
        yield Table("", header, found.cells(), note=_note(record))


def _note(record: Record) -> str:
    """Say the threshold, what the columns are and intervals are worth, why a figure is missing."""
    words, judged = list(decisions(record)), record.results.judged
    if record.results.has_intervals and (rows := record.metrics.get("rows", {}).get(judged)):
        words += filter(None, [caution(rows, record.metrics["task"])])
    if record.results.baselines:
        words.append(f"Baselines are judged on {judged}.")
    for part, reasons in record.metrics.get("undefined", {}).items():
        words += [f"{name} of {part} is undefined: {why}." for name, why in reasons.items()]
    return " ".join(words)


def class_table(answers: Answers) -> Iterator[Table]:
    """Lay out precision, recall and F1 of each class or label."""
    if answers.task in EXCLUSIVE:
        counts = confusion(answers)
        right, said, true = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
        word = "class"
    elif answers.task == "multilabel":
        rows = answers.rows
        right = ((rows.truth == 1) & (rows.said == 1)).sum(axis=0)
        said, true = rows.said.sum(axis=0).astype(int), rows.truth.sum(axis=0).astype(int)
        word = "label"
    else:
        return
    lines = [
        [plain(name), _ratio(hit, saying), _ratio(hit, truth), _ratio(2 * hit, saying + truth),
         amount(int(truth)), amount(int(saying))]
        for name, hit, saying, truth in zip(answers.words, right, said, true, strict=True)
    ]  # fmt: skip
    header = (word, "precision", "recall", "F1", "rows", "predicted")
    yield Table(f"each {word} of {answers.judged}", header, lines)


def _ratio(part: float, whole: float) -> str:
    return figure(float(part / whole)) if whole else NONE
