"""What is said about rows by networks that have not seen them: all folds' val rows together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from dltrain import run_folder
from dltrain.evaluation.answers import MOST_ROWS, Answers, Rows, read_answers
from dltrain.report.elements import Plot, Section, Table
from dltrain.report.plots.amounts import amounts
from dltrain.report.plots.classes import class_errors, confusion_plot
from dltrain.report.studies.record import StudyRecord, Training
from dltrain.report.tables import class_table
from dltrain.spelling import grouped, plain

PART = "val"
DIFFER = (
    "The classes differ from fold to fold, as bins are learned from the train rows of each: there "
    "is no one confusion matrix."
)


def out_of_fold(record: StudyRecord) -> Iterator[Section]:
    """Show what goes wrong on the rows that trainings have not seen, target by target."""
    by_target: dict[str, list[Answers]] = {}
    for one in record.trainings:
        for answers in _read(one, MOST_ROWS // len(record.trainings)):
            by_target.setdefault(answers.target, []).append(answers)
    for number, (target, found) in enumerate(by_target.items(), 1):
        ending = f"-{number}" if target else ""
        of = f": {plain(target, 40)}" if target else ""
        title = f"What goes wrong{of}"
        if len({one.words for one in found}) > 1:
            yield Section(f"wrong{ending}", title, [DIFFER])
            continue
        whole = joined(found)
        wrong: Iterator[Plot | Table] = chain(
            confusion_plot(whole, ending),
            class_errors(whole, ending),
            amounts(whole, ending),
            class_table(whole),
        )
        elements = [replace(one, title=f"{one.title}, out of fold") for one in wrong]
        yield Section(f"wrong{ending}", title, [_words(whole)], elements)


def _read(training: Training, most: int) -> Iterator[Answers]:
    """Read what one training says about its val rows."""
    folder = training.folder
    if not (folder / run_folder.PREDICTIONS).is_file():
        return
    target = folder.read_json(run_folder.PREPROCESSING, "target")
    with folder.reading(run_folder.PREDICTIONS, "a prediction in each line") as path:
        yield from read_answers(path, target, parts=(PART,), most=most)


def joined(found: Sequence[Answers]) -> Answers:
    """Put the val rows of several trainings below each other.

    Args:
        found: The answers of each training about one target, with the same classes.
    """
    parts = [one.parts[PART] for one in found]
    rows = Rows(
        rows=np.concatenate([one.rows for one in parts]),
        truth=np.concatenate([one.truth for one in parts]),
        said=np.concatenate([one.said for one in parts]),
        shares=np.concatenate([one.shares for one in parts]),
        errors=np.concatenate([one.errors for one in parts]),
        cut=any(one.cut for one in parts),
    )
    return replace(found[0], parts={PART: rows})


def _words(whole: Answers) -> str:
    """Say which rows were judged how often."""
    rows = whole.rows
    own, counts = np.unique(rows.rows, return_counts=True)
    often = "once" if counts.max() == 1 else f"{counts.max()} times"
    text = (
        f"Out of fold: {grouped(len(own))} rows, each judged {often} by networks that were not "
        "trained on it."
    )
    if counts.min() != counts.max():
        text = text.replace(f"each judged {often}", f"each judged {counts.min()} to {often}")
    return text + " The first rows of each training alone are read." * rows.cut
