"""The page of `dltrain inspect data --html`: one file that works offline, light or dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dltrain.inspection.data.blocks import main_blocks
from dltrain.inspection.data.figures import MOST_PLOTS, figures_of
from dltrain.inspection.data.sample_blocks import sample_blocks
from dltrain.pages.writing import rendered
from dltrain.spelling import grouped

if TYPE_CHECKING:
    from dltrain.inspection.data.looking import Look

PACKAGE = "dltrain.inspection"
TEMPLATE = "data.html.j2"
# Lines of a table; a page is larger than a terminal.
MOST_LINES = 1_000


def page(seen: Look, facts: dict[str, Any]) -> str:
    """Write the page.

    Args:
        seen: The data.
        facts: What `looking.document` has gathered.

    Returns:
        A whole HTML document. Whatever comes from data or file is escaped in it.
    """
    left = [
        f"{grouped(len(one['columns']) - MOST_PLOTS)} more columns of input {one['name']} are in "
        "the table alone"
        for one in facts["inputs"]
        if len(one.get("columns", ())) > MOST_PLOTS
    ]
    return rendered(
        PACKAGE,
        TEMPLATE,
        {
            "facts": facts,
            "parts": list(seen.opened),
            "sections": list(figures_of(seen, facts)),
            "tables": list(main_blocks(facts, MOST_LINES)),
            "sample": list(sample_blocks(facts["sample"], MOST_LINES)),
            "notes": left,
        },
    )
