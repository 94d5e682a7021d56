"""The sections of a report, in a reader's order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from dltrain.evaluation.answers import Answers
from dltrain.report.elements import Section
from dltrain.report.plots.amounts import amounts
from dltrain.report.plots.calibration import calibration
from dltrain.report.plots.classes import class_errors, confusion_plot
from dltrain.report.plots.curves import learning_curves, learning_rate
from dltrain.report.plots.thresholds import precision_recall, roc
from dltrain.report.record import Record
from dltrain.report.tables import class_table, figures_table


def sections(record: Record) -> Iterator[Section]:
    """Lay out a run; what it does not have is left out."""
    yield from filter(lambda one: one.elements or one.words, _all(record))


def _all(record: Record) -> Iterator[Section]:
    yield Section("figures", "Figures", (), list(figures_table(record)))
    curves = [*learning_curves(record), *learning_rate(record)]
    yield Section("curves", "How it learned", (), curves)
    for one in record.answers:
        yield from _answers(one, f"-{one.target}" if one.target else "")


def _answers(answers: Answers, ending: str) -> Iterator[Section]:
    of = f": {answers.target}" if answers.target else ""
    wrong = chain(
        confusion_plot(answers, ending), class_errors(answers, ending), amounts(answers, ending),
        class_table(answers),
    )  # fmt: skip
    yield Section(f"wrong{ending}", f"What goes wrong{of}", (), list(wrong))
    sure = chain(
        calibration(answers, ending), roc(answers, ending), precision_recall(answers, ending)
    )
    yield Section(f"sure{ending}", f"How sure it is{of}", (), list(sure))
