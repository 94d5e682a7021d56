"""Tables and lines on stdout.

Text from data is shown as it is: never read as markup, nothing in it moves the cursor, and a
long one is cut. Imports: rich.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dltrain.spelling import plain, visible

# Where nobody says how wide the reader's screen is, as behind a pipe.
WIDE = 200


@dataclass(frozen=True)
class Block:
    """A heading with a table or lines below it.

    Attributes:
        title: The heading.
        header: Names of the columns.
        rows: The cells, as text.
        left: Columns whose cells are words, which stand on the left.
        note: What is to be said below the table.
    """

    title: str
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    left: Sequence[int] = (0,)
    note: str = ""
    lines: Sequence[tuple[str, str]] = field(default=())


def show(blocks: Iterable[Block]) -> None:
    """Print blocks on stdout, as wide as the terminal."""
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)
    for block in blocks:
        console.print(_drawn(block))


def _drawn(block: Block) -> RenderableType:
    parts: list[RenderableType] = [Text(visible(block.title), style="bold")]
    if block.rows:
        parts.append(_table(block))
    if block.lines:
        parts.append(Padding(_lines(block.lines), (0, 0, 0, 2), expand=False))
    if block.note:
        note = Text(visible(block.note), style="dim")
        parts.append(Padding(note, (0, 0, 0, 2), expand=False))
    return Group(*parts, Text())


def _table(block: Block) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim")
    for position, name in enumerate(block.header):
        justify: Any = "left" if position in block.left else "right"
        table.add_column(Text(plain(name)), justify=justify, overflow="fold")
    for row in block.rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    return table


def _lines(lines: Sequence[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    for label, text in lines:
        table.add_row(Text(visible(label), style="bold"), Text(visible(text)))
    return table
