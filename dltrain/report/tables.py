"""The tables of a report: figures beside baselines, classes one by one."""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.evaluation.answers import Answers
from dltrain.evaluation.coverage import caution
from dltrain.report.deciding import decisions
from dltrain.report.elements import Table
from dltrain.report.record import Record
from dltrain.results import INTERVAL
from dltrain.spelling import amount, figure, plain
from dltrain.terms import CLASS_TASKS, EXCLUSIVE


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
    if answers.task not in CLASS_TASKS:
        return
    lines = [
        [plain(one["class"]), figure(one["precision"]), figure(one["recall"]), figure(one["f1"]),
         amount(one["rows"]), amount(one["predicted"])]
        for one in answers.details["classes"]
    ]  # fmt: skip
    word = "class" if answers.task in EXCLUSIVE else "label"
    header = (word, "precision", "recall", "F1", "rows", "predicted")
    yield Table(f"each {word} of {answers.judged}", header, lines)
