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
from dltrain.spelling import NONE, amount, figure, interval, plain
from dltrain.terms import EXCLUSIVE

INTERVAL = "95 % interval"


def figures_table(record: Record) -> Iterator[Table]:
    """Lay out the figures of the best model by part, with intervals and baselines of one part."""
    splits, judged = record.splits, record.judged
    if not splits or judged is None:
        return
    baselines = {
        name: parts.get(judged, {}) for name, parts in record.metrics.get("baselines", {}).items()
    }
    intervals = record.metrics.get("intervals", {}).get(judged, {})
    columns = splits | baselines
    names = dict.fromkeys((*record.main, *splits[judged]))
    header = ["figure", *splits, *([f"{INTERVAL}, {judged}"] if intervals else []), *baselines]
    rows = []
    for name in names:
        cells = [figure(columns[part].get(name)) for part in splits]
        middle = [interval(intervals.get(name))] if intervals else []
        rows.append([name, *cells, *middle, *(figure(one.get(name)) for one in baselines.values())])
    yield Table("", header, rows, note=_note(record, judged, bool(intervals), bool(baselines)))


def _note(record: Record, judged: str, has_intervals: bool, has_baselines: bool) -> str:
    """Say the threshold, what the columns are and intervals are worth, why a figure is missing."""
    words = list(decisions(record))
    if has_intervals and (rows := record.metrics.get("rows", {}).get(judged)):
        words += filter(None, [caution(rows, record.metrics["task"])])
    if has_baselines:
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
