"""The files of a report: drawn once, written into the run folder whole or not at all."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dltrain import run_folder
from dltrain.errors import FolderError, sentence
from dltrain.pages.plots import INK, as_svg
from dltrain.report.card import model_card
from dltrain.report.elements import Plot
from dltrain.report.page import page
from dltrain.report.plots.canvas import ignore_missing_letters
from dltrain.report.plots.surface import animation
from dltrain.report.record import read_record
from dltrain.report.sections import sections
from dltrain.run_folder import RunFolder

BLACK = "#1c2128"
DOTS = 150  # an inch
MOST_LETTERS = 50  # of a file name: systems allow 255 bytes, of which a letter may take four


def write_report(run: str | Path) -> Path:
    """Draw the report of a run, its plots and its model card.

    Args:
        run: The run folder.

    Returns:
        The page.

    Raises:
        DltrainError: The folder is no run folder, a file in it is broken, or the disk
            is full or takes no writes.
    """
    record = read_record(run)
    check_writable(record.folder)
    found = list(sections(record))
    drawings = draw_plots(record.folder, [plot for section in found for plot in section.plots])
    if (frames := animation(record)) is not None:
        with record.folder.whole(f"{run_folder.PLOTS}/boundary-over-epochs.png") as path:
            path.write_bytes(frames)
    record.folder.write_text(run_folder.CARD, model_card(record))
    record.folder.write_text(run_folder.REPORT, page(record, found, drawings))
    return record.folder / run_folder.REPORT


def check_writable(folder: RunFolder) -> None:
    """Check that a report can be written, before anything is drawn.

    Raises:
        FolderError: It cannot.
    """
    if not os.access(folder.path, os.W_OK | os.X_OK):
        got = f"the run folder {folder.path}, which cannot be written to"
        raise FolderError(sentence(got, "a folder to write to", "Copy it and name the copy."))


def draw_plots(folder: RunFolder, plots: Sequence[Plot]) -> dict[str, str]:
    """Write the files of plots.

    Args:
        folder: The folder that gets them below `plots/`.
        plots: The plots of a page.

    Returns:
        The SVG of each plot by its name.
    """
    files = file_names(plot.name for plot in plots)
    drawings = {}
    with warnings.catch_warnings():
        ignore_missing_letters()
        for plot in plots:
            drawings[plot.name] = as_svg(plot.figure)
            write_figure(folder, files[plot.name], plot.figure, drawings[plot.name])
    return drawings


def file_names(names: Iterable[str]) -> dict[str, str]:
    """Name the files of plots so that every system can keep them in one folder.

    Letters and digits of any language stay, and `_`, `.`, `+` and `-`; whatever else stands in a
    name is a `-`. A number follows where a name, in capitals or not, is taken.

    Example:
        >>> list(file_names(["curve-loss", "curve-price/kg", "curve-Price:kg"]).values())
        ['curve-loss', 'curve-price-kg', 'curve-Price-kg-2']
    """
    files: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        word = re.sub(r"[^\w.+-]+", "-", name)[:MOST_LETTERS]
        file, number = word, 1
        while file.casefold() in taken:
            number += 1
            file = f"{word}-{number}"
        taken.add(file.casefold())
        files[name] = file
    return files


def write_figure(folder: RunFolder, file: str, figure: Any, svg: str) -> None:
    """Write a plot for papers and slides: on white, in the colours that are printed.

    Args:
        folder: The folder that gets it below `plots/`.
        file: The name of its files, without an ending.
        figure: matplotlib's figure.
        svg: The same as an SVG document.
    """
    name = f"{run_folder.PLOTS}/{file}"
    folder.write_text(f"{name}.svg", svg.replace(INK, BLACK))
    with folder.whole(f"{name}.png") as path:
        figure.savefig(path, format="png", dpi=DOTS, facecolor="white")
