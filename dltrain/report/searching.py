"""The page of a search: its best trials, where they lie in the space, which keys matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dltrain import run_folder
from dltrain.changes import short_names, spelled
from dltrain.config.sections.search import Search
from dltrain.errors import FolderError, sentence
from dltrain.report.elements import Facts, Section, Table, Text
from dltrain.report.page import document
from dltrain.report.plots.trials import Trials, key_importance, parallel_coordinates, progress
from dltrain.report.writing import check_writable, draw_plots
from dltrain.run_folder import RunFolder
from dltrain.spelling import NONE, figure

MOST_ROWS = 50
KIND = "tune"
BEST_CONFIG = "best.yaml"


@dataclass(frozen=True)
class _Found:
    """What a search has left.

    Attributes:
        folder: Its folder.
        facts: What study.json holds.
        trials: Those that have come to their end.
    """

    folder: RunFolder
    facts: dict[str, Any]
    trials: Trials

    @property
    def records(self) -> list[dict[str, Any]]:
        """The trials that have come to their end as study.json holds them."""
        return [one for one in self.facts["trials"] if one["objective"] is not None]


def write_search_report(path: str | Path) -> Path:
    """Draw the report of a search, and its plots.

    Args:
        path: The folder of the search.

    Returns:
        The page.

    Raises:
        DltrainError: The search is not finished, a file is broken, or the disk takes no writes.
    """
    folder = RunFolder(path)
    check_writable(folder)
    found = _read(folder)
    sections = list(_sections(found))
    plots = [plot for section in sections for plot in section.plots]
    drawings = draw_plots(found.folder, plots)
    name = found.facts["name"]
    status = found.folder.read_json(run_folder.STATUS)
    subtitle = f"tune · finished · {status['started']} · {found.folder.path}"
    page = document(f"{name}: search", name, subtitle, list(_lead(found)), sections, drawings)
    found.folder.write_text(run_folder.REPORT, page)
    return found.folder / run_folder.REPORT


def _read(folder: RunFolder) -> _Found:
    if folder.status() != "finished":
        got = f"{folder.path}, which is {folder.status()}"
        way_out = "`dltrain resume` goes on."
        raise FolderError(sentence(got, "a search that is finished", way_out))
    facts = folder.read_json(run_folder.STUDY)
    done = [one for one in facts["trials"] if one["objective"] is not None]
    trials = Trials(
        Search.model_validate(facts["values"]["search"]),
        facts["mode"],
        [one["values"] for one in done],
        np.array([one["objective"] for one in done]),
        [one["number"] for one in done],
    )
    return _Found(folder, facts, trials)


def _lead(found: _Found) -> Iterator[str]:
    """Say what was found."""
    best, total = found.facts["best"], len(found.facts["trials"])
    objective = figure(float(found.trials.objectives[found.trials.order[0]]))
    said = found.trials.search
    yield (
        f"{best} has the best {said.objective} of {total} trials: {objective}. It was trained once "
        "more, alone, in best/; `dltrain fit best.yaml` makes the same run."
    )
    if failed := len(found.facts["failed"]):
        yield f"{failed} of {total} trials failed; they are listed below."


def _sections(found: _Found) -> Iterator[Section]:
    trials = found.trials
    yield Section("best", "The best trials", (), [_table(found), _best(found)])
    plots = [parallel_coordinates(trials)] if trials.keys else []
    shares = found.facts["importance"]
    words = []
    if shares:
        plots.append(key_importance(trials, shares))
    else:
        words.append("Which keys matter is asked of at least 10 trials and two keys.")
    yield Section("space", "Where they lie", words, [*plots, progress(trials)])
    if found.facts["failed"]:
        rows = [[name, reason] for name, reason in found.facts["failed"].items()]
        table = Table("", ("trial", "reason"), rows, left=(0, 1))
        yield Section("failed", "What failed", (), [table])
    text = (found.folder / BEST_CONFIG).read_text(encoding="utf-8")
    yield Section(
        "file", "The best one's file", (), [_search(trials.search), Text("best.yaml", text)]
    )


def _table(found: _Found) -> Table:
    """Lay out the trials, the best first."""
    trials, records = found.trials, found.records
    names = short_names(trials.search.space)
    header = ["trial", *names.values(), trials.search.objective, "epochs", "seconds"]
    rows = []
    for at in trials.order[:MOST_ROWS]:
        values, record = trials.values[at], records[at]
        cells = [spelled(values[key]) if key in values else NONE for key in names]
        ends = [figure(record[name]) for name in ("objective", "trained_epochs", "seconds")]
        ends[1] = f"{record['trained_epochs']:g}"
        rows.append([str(trials.numbers[at]), *cells, *ends])
    left = len(trials.numbers) - MOST_ROWS
    note = f"trials.csv has the other {left}." if left > 0 else ""
    return Table("", header, rows, note=note)


def _best(found: _Found) -> Table:
    """Lay out the figures of the best trial's own run."""
    metrics = RunFolder(found.folder / "best").read_json(run_folder.METRICS)
    parts = metrics["splits"]
    rows = [
        [name, *(figure(figures.get(name)) for figures in parts.values())]
        for name in metrics["main"]
    ]
    return Table(f"{found.facts['best']}, alone once more", ["figure", *parts], rows)


def _search(search: Search) -> Facts:
    """Say what was searched and how."""
    algorithm = search.algorithm.model_dump(exclude_none=True)
    lines = [("algorithm", spelled(algorithm)), ("objective", search.objective)]
    lines += [
        (key, spelled(entry.model_dump(exclude_none=True, exclude_defaults=True)))
        for key, entry in search.space.items()
    ]
    return Facts("the search", lines)
