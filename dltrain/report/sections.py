"""The sections of a report, in a reader's order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from dltrain.evaluation.answers import Answers
from dltrain.report import facts
from dltrain.report.elements import Element, Section
from dltrain.report.galleries import filters, mistakes
from dltrain.report.plots.amounts import amounts
from dltrain.report.plots.calibration import calibration
from dltrain.report.plots.classes import class_errors, confusion_plot
from dltrain.report.plots.curves import learning_curves, learning_rate
from dltrain.report.plots.importance import importance
from dltrain.report.plots.inside import activations, weights
from dltrain.report.plots.surface import film, surface
from dltrain.report.plots.thresholds import precision_recall, roc
from dltrain.report.plots.windows import windows
from dltrain.report.record import Record
from dltrain.report.tables import class_table, figures_table
from dltrain.report.words import verdict
from dltrain.spelling import plain


def sections(record: Record) -> Iterator[Section]:
    """Lay out a run in the order of a reader; what it does not have is left out."""
    yield from (one for one in _all(record) if one.elements or one.words)


def _all(record: Record) -> Iterator[Section]:
    yield from verdict(record)
    yield Section("figures", "Figures", (), list(figures_table(record)))
    curves = [*learning_curves(record), *learning_rate(record)]
    yield Section("curves", "How it learned", (), curves)
    for number, one in enumerate(record.answers, 1):
        yield from _answers(record, one, f"-{number}" if one.target else "")
    matters: Iterator[Element] = chain(importance(record), surface(record), film(record))
    yield Section("matters", "What matters", (), list(matters))
    inside: Iterator[Element] = chain(filters(record), weights(record), activations(record))
    yield Section("inside", "Inside the network", (), list(inside))
    yield Section("data", "Data and split", (), list(facts.data(record)))
    yield Section("model", "Model", (), list(facts.model(record)))
    yield Section("config", "Config", (), list(facts.config(record)))
    yield Section(
        "environment", "Environment", (), list(facts.environment(record.environment, record.status))
    )
    yield Section("missing", "What is missing", list(_missing(record)))


def _answers(record: Record, answers: Answers, ending: str) -> Iterator[Section]:
    of = f": {plain(answers.target, 40)}" if answers.target else ""
    wrong = chain(
        confusion_plot(answers, ending),
        class_errors(answers, ending),
        amounts(answers, ending),
        class_table(answers),
        windows(record, answers, ending),
        mistakes(record, answers),
    )
    more = "The first million rows alone are drawn." if answers.rows.cut else ""
    words = [more] if more else []
    yield Section(f"wrong{ending}", f"What goes wrong{of}", words, list(wrong))
    sure = chain(
        calibration(answers, ending), roc(answers, ending), precision_recall(answers, ending)
    )
    yield Section(f"sure{ending}", f"How sure it is{of}", (), list(sure))


def _missing(record: Record) -> Iterator[str]:
    """Name what the report lacks, and why."""
    for name, shown in record.missing.items():
        yield f"{record.path} has no {name}, so there is nothing here about {shown}."
    for name, reason in (record.insights.get("failed") or {}).items():
        yield f"`fit` could not gather {name}: {reason}."
