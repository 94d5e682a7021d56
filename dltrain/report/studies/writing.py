"""The files of a study's report: its page, its plots, and the figure for a slide."""

from __future__ import annotations

import warnings
from pathlib import Path

from dltrain import run_folder
from dltrain.errors import FolderError, sentence
from dltrain.pages.plots import as_svg
from dltrain.report.page import document
from dltrain.report.plots.canvas import ignore_missing_letters
from dltrain.report.studies.combinations import combinations
from dltrain.report.studies.curves import main_figure
from dltrain.report.studies.record import StudyRecord, read_study
from dltrain.report.studies.sections import main_chart, sections
from dltrain.report.studies.words import lead
from dltrain.report.writing import check_writable, draw_plots, write_figure

KINDS = ("cv", "sweep")
MAIN = "curves"


def write_study_report(path: str | Path) -> Path:
    """Draw the report of a study and its plots.

    Args:
        path: The study's folder.

    Returns:
        The page.

    Raises:
        DltrainError: It is no study that can be drawn, a file in it is broken, or the disk is full
            or takes no writes.
    """
    record = read_study(path)
    if record.kind not in KINDS:
        got = f"{record.path}, a study made by `{record.kind}`"
        raise FolderError(sentence(got, f"one made by {' or '.join(KINDS)}"))
    check_writable(record.folder)
    found = combinations(record) if record.kind == "sweep" else []
    shown = list(sections(record, found))
    drawings = draw_plots(record.folder, [plot for section in shown for plot in section.plots])
    if chart := main_chart(record, found):
        with warnings.catch_warnings():
            ignore_missing_letters()
            picture = main_figure(chart, record.name)
            write_figure(record.folder, MAIN, picture, as_svg(picture))
    told = list(lead(record, found))
    page = document(f"{record.name}: report", record.name, _subtitle(record), told, shown, drawings)
    record.folder.write_text(run_folder.REPORT, page)
    return record.folder / run_folder.REPORT


def _subtitle(record: StudyRecord) -> str:
    kinds = {"cv": "cross-validation", "sweep": "sweep"}
    task = record.trainings[0].metrics.get("task") if record.trainings else None
    said = (kinds[record.kind], task, record.state, record.status.get("started"), str(record.path))
    return " · ".join(filter(None, said))
