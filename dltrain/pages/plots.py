"""Plots in the colours of the page they stand on, light or dark.

matplotlib draws with stand-ins for colours, which become CSS variables here; a figure has no name
or date of its own, so the same numbers give the same page. Imports: matplotlib, when something is
drawn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

INK = "#010203"
# What stands for a part, and what the page calls it: Okabe and Ito's colours, which colour-blind
# readers tell apart; the yellow one is darker here, to be seen on white.
COLOURS = {"train": "#0072b2", "val": "#c77700", "test": "#009e73"}
GREY, LINE = "#6e7781", "#d5dae1"
# The colours of a plot that stands alone; on paper it is always the light one.
LIGHT = "--line: #d5dae1; --grey: #6e7781; --train: #0072b2; --val: #c77700; --test: #009e73;"
DARK = "--line: #333b44; --grey: #9aa5b1; --train: #56b4e9; --val: #e69f00; --test: #2ec4a0;"
SCHEMES = f"""
svg {{ background: #fff; color: #1c2128; {LIGHT} }}
@media screen and (prefers-color-scheme: dark) {{
svg {{ background: #14181d; color: #e6eaee; {DARK} }}
}}
"""
# Shares of the figure, fixed: to find them out takes as long as to draw.
MARGINS = {"left": 0.14, "right": 0.97, "bottom": 0.17, "top": 0.96}
STYLE: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "dltrain", "text.parse_math": False, "font.size": 8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": INK,
    "axes.linewidth": 0.6, "xtick.color": INK, "ytick.color": INK, "text.color": INK,
    "axes.labelcolor": INK, "axes.unicode_minus": False, "axes.formatter.limits": (-4, 6),
}  # fmt: skip


def figure(size: tuple[float, float], draw: Callable[[Any], None], **margins: float) -> Any:
    """Draw a figure with one plot.

    Args:
        size: Its width and height, inches.
        draw: Draws into the axes.
        **margins: Shares of the figure, where they are others than `MARGINS`.

    Returns:
        matplotlib's figure.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        drawn = Figure(figsize=size)
        drawn.subplots_adjust(**MARGINS | margins)
        draw(drawn.subplots())
    return drawn


def as_svg(drawn: Any) -> str:
    """Turn a figure into an SVG document without date and name."""
    import matplotlib as mpl

    file = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with mpl.rc_context(STYLE):
        drawn.savefig(file, format="svg", transparent=True, metadata=nothing)
    return file.getvalue()


def inline(document: str, name: str, colours: Mapping[str, str] = COLOURS) -> str:
    """Turn matplotlib's document into an element of a page.

    Args:
        document: The SVG.
        name: What its names begin with, as all of a page share one space.
        colours: Stand-ins for colours by the names that the page gives them.
    """
    text = document[document.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r"(font: \S+) [^;\"]*", r"\1 sans-serif", text)
    text = re.sub(r'(?<= )id="', f'id="{name}-', text)
    text = text.replace("url(#", f"url(#{name}-").replace('href="#', f'href="#{name}-')
    for word, colour in colours.items():
        text = text.replace(colour, f"var(--{word})")
    return text.replace(INK, "currentColor").replace("<svg ", '<svg aria-hidden="true" ', 1)


def standalone(document: str, words: str) -> str:
    """Turn matplotlib's document into one that can be read on light and dark pages and on paper.

    Args:
        document: The SVG, in `INK` on nothing.
        words: What it shows, for readers who do not see it.
    """
    text = document.replace(LINE, "var(--line)").replace(GREY, "var(--grey)")
    for word, colour in COLOURS.items():
        text = text.replace(colour, f"var(--{word})")
    at = text.index(">", text.index("<svg")) + 1
    head = f'<title>{escape(words)}</title>\n<style type="text/css">{SCHEMES}</style>'
    return f"{text[:at]}\n{head}{text[at:]}".replace(INK, "currentColor")
