"""How values are spelled for a reader, wherever they are shown: terminal, list, page.

Imported by commands that answer at once. Imports: the standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

NONE = "–"
MOST_CHARACTERS = 60
PREFIXES = ("", "k", "M", "G", "T", "P")
SIZES = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
# What Python calls not printable, though it is a blank and ends no line.
BLANKS = frozenset(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))


def figure(value: float | None) -> str:
    """Round a figure to what can be read at a glance.

    Example:
        >>> [figure(value) for value in (0.8679, 53.218, 2898.1, 0.00001234, None)]
        ['0.868', '53.22', '2898', '1.23e-05', '–']
    """
    if value is None:
        return NONE
    size = abs(value)
    if not math.isfinite(value) or size >= 1e6 or 0 < size < 5e-4:
        return f"{value:.3g}"
    return f"{value:.{3 if size < 10 else 2 if size < 1000 else 0}f}"


def interval(ends: Sequence[float] | None) -> str:
    """Spell an interval.

    Example:
        >>> interval([0.743, 0.92]), interval(None)
        ('0.743 – 0.920', '–')
    """
    return " – ".join(map(figure, ends)) if ends else NONE


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


def size_in_words(size: int) -> str:
    """Write a number of bytes.

    Example:
        >>> size_in_words(512), size_in_words(1_600_000), size_in_words(3_360_000_000)
        ('0.5 kB', '1.6 MB', '3.4 GB')
    """
    unit, name = next((one for one in SIZES if size >= one[0]), SIZES[-1])
    return f"{size / unit:.1f} {name}"


def plain(value: Any, most: int = MOST_CHARACTERS) -> str:
    r"""Spell a value from data so that it stays on its line and is at most so long.

    Example:
        >>> print(plain("a\x1b[31m\n"), plain("abcdefgh", 4))
        a\x1b[31m\n abc…
    """
    text = visible(str(value))
    return text if len(text) <= most else text[: most - 1] + "…"


def visible(text: str) -> str:
    r"""Escape what moves the cursor or cannot be seen; blanks of any width stay.

    Example:
        >>> print(visible("a\x1b[2J"), visible("12\xa0345").split())
        a\x1b[2J ['12', '345']
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in BLANKS else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
