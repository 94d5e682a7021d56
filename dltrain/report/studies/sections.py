"""The sections of a study's page, in a reader's order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from dltrain import run_folder
from dltrain.report import facts
from dltrain.report.elements import Element, Facts, Section, Text
from dltrain.report.studies import folds, sweep_curves, tables
from dltrain.report.studies.combinations import Combination
from dltrain.report.studies.curves import Chart
from dltrain.report.studies.out_of_fold import out_of_fold
from dltrain.report.studies.record import VAL, StudyRecord
from dltrain.report.studies.swept_values import against_values
from dltrain.spelling import figure, plain


def sections(record: StudyRecord, found: Sequence[Combination]) -> Iterator[Section]:
    """Lay out a study; what it does not have is left out.

    Args:
        record: The study.
        found: The combinations of a sweep, the best first.
    """
    parts = _folds(record) if record.kind == "cv" else _sweep(record, found)
    yield from (one for one in parts if one.elements or one.words)


def _folds(record: StudyRecord) -> Iterator[Section]:
    figures: Iterator[Element] = chain(tables.folds_figures(record), folds.strips(record))
    yield Section("figures", "Figures", (), list(figures))
    curves = list(folds.curves(record))
    yield Section("curves", "How they learned", folds.words(record), curves)
    each: Iterator[Element] = chain(tables.folds(record), tables.failed(record))
    yield Section("trainings", "Fold by fold", (), list(each))
    yield from out_of_fold(record)
    yield from _made(record)


def _sweep(record: StudyRecord, found: Sequence[Combination]) -> Iterator[Section]:
    lists: Iterator[Element] = chain(
        tables.combinations_table(record, found), tables.failed(record)
    )
    yield Section("figures", "Figures", (), list(lists))
    curves = list(sweep_curves.sweep_curves(record, found))
    yield Section("curves", "How they learned", sweep_curves.words(found), curves)
    values = list(against_values(record, found))
    yield Section("values", "What the values do", (), values)
    yield Section("trainings", "Training by training", (), list(tables.each(record, found)))
    yield from _made(record)


def main_chart(record: StudyRecord, found: Sequence[Combination]) -> Chart | None:
    """Choose the figure of a study for a slide: curves of what the best epoch is chosen by."""
    if record.kind == "cv":
        return folds.chart_of(record, record.monitor.removeprefix(VAL))
    return sweep_curves.chart_of(record, found, record.monitor)


def _made(record: StudyRecord) -> Iterator[Section]:
    """Say how a study was trained, from which file, and where."""
    yield Section("config", "Config", (), [Facts("", list(_ways(record))), *_config(record)])
    if record.trainings:
        environment = record.trainings[0].folder.read_json(run_folder.ENVIRONMENT)
        yield Section(
            "environment", "Environment", (), list(facts.environment(environment, record.status))
        )


def _ways(record: StudyRecord) -> Iterator[tuple[str, str]]:
    found = record.facts
    together = [f"{number} side by side" for number in found.get("side_by_side", ())]
    if found.get("alone"):
        reasons = "; ".join(found.get("reasons", ()))
        together.append(f"{found['alone']} by themselves ({plain(reasons, 300)})")
    yield "file", plain(found["path"], 300)
    if together:
        yield "trained", " · ".join(together)
    seconds = record.status.get("seconds", {}).get("training")
    if seconds is not None:
        yield "seconds of training", figure(seconds)


def _config(record: StudyRecord) -> Iterator[Text]:
    """Give the study's file as it was, and the first member's config with every default."""
    text = record.folder.file(run_folder.CONFIG).read_text(encoding="utf-8")
    yield Text("config.yaml of the study", text)
    if record.trainings:
        own = record.trainings[0]
        resolved = own.folder.file(run_folder.RESOLVED).read_text(encoding="utf-8")
        yield Text(f"config.resolved.yaml of {own.name}, every default spelled out", resolved)
