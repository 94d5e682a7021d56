"""Tables and lines on stdout, and the words for figures that terminal and page share.

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

from dltrain.spelling import NONE as NONE
from dltrain.spelling import figure
from dltrain.spelling import plain as plain
from dltrain.spelling import visible as visible

# Where nobody says how wide the reader's screen is, as behind a pipe.
WIDE = 200
PREFIXES = ("", "k", "M", "G", "T", "P")


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


def amount(value: Any) -> str:
    """Spell a number, or a word, of a column's own values.

    Example:
        >>> amount(3.0), amount(0.25), amount(None), amount("red"), amount(True)
        ('3', '0.250', '–', 'red', 'True')
    """
    if value is None:
        return NONE
    if isinstance(value, bool) or not isinstance(value, int | float):
        return plain(value)
    if value == int(value) and abs(value) < 1e15:
        return grouped(int(value))
    return figure(value)


def grouped(number: int) -> str:
    """Group the digits of a large number.

    Example:
        >>> grouped(118282).split(), grouped(497)
        (['118', '282'], '497')
    """
    if abs(number) < 10_000:
        return str(number)
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def short(number: float, unit: str = "") -> str:
    """Spell a large number by a prefix.

    Example:
        >>> short(999), short(1234), short(98_765_432, "B")
        ('999', '1.23 k', '98.8 MB')
    """
    power = 0
    while abs(number) >= 999.5 and power < len(PREFIXES) - 1:
        number, power = number / 1000, power + 1
    text = f"{number:.3g}"
    return f"{text} {PREFIXES[power]}{unit}".rstrip() if power or unit else text


def share(part: float, whole: float) -> str:
    """Spell a share in percent.

    Example:
        >>> share(1, 3), share(1, 10_000), share(0, 5), share(1, 0)
        ('33 %', '0.01 %', '0 %', '–')
    """
    if not whole:
        return NONE
    percent = 100 * part / whole
    return f"{percent:.0f} %" if percent >= 10 or not percent else f"{percent:.2g} %"
