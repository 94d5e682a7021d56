"""report.html: one file that works offline, light or dark, on paper, by pointer or keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from dltrain.pages.plots import inline
from dltrain.pages.writing import rendered
from dltrain.report.elements import COLOURS, Film, Section
from dltrain.report.record import Record
from dltrain.report.words import lead

PACKAGE = "dltrain.report"
TEMPLATE = "report.html.j2"


def page(record: Record, found: Sequence[Section], drawings: dict[str, str]) -> str:
    """Write the page.

    Args:
        record: The run.
        found: What to show.
        drawings: The SVG of each plot by its name.

    Returns:
        A whole HTML document. Whatever comes from data or file is escaped in it.
    """
    return document(
        f"{record.name}: report",
        record.name,
        _subtitle(record),
        list(lead(record)),
        found,
        drawings,
    )


def _subtitle(record: Record) -> str:
    task = record.experiment.task
    said = (task, record.state, record.status.get("started"), str(record.path))
    return " · ".join(filter(None, said))


def document(
    title: str,
    heading: str,
    subtitle: str,
    lead: Sequence[str],
    found: Sequence[Section],
    drawings: dict[str, str],
) -> str:
    """Fill in the template."""
    every = (one for section in found for one in section.elements)
    films = {one.title: one.svg for one in every if isinstance(one, Film)}
    return rendered(
        PACKAGE,
        TEMPLATE,
        {
            "title": title,
            "heading": heading,
            "subtitle": subtitle,
            "lead": lead,
            "sections": found,
            "drawings": {
                name: inline(svg, f"plot{number}", COLOURS)
                for number, (name, svg) in enumerate((drawings | films).items(), 1)
            },
        },
    )
