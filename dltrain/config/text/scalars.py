"""What an unquoted scalar means in YAML 1.2: `1e-3` is a number, `no` is text, `010` is 10.

Source: YAML 1.2.2, section 10.3.2 (core schema); PyYAML follows YAML 1.1. Imports: the standard
library only.
"""

from __future__ import annotations

import math
import re
from typing import Any

NULL = re.compile(r"~|null|Null|NULL|")
TRUE = re.compile(r"true|True|TRUE")
FALSE = re.compile(r"false|False|FALSE")
INTEGER = re.compile(r"[-+]?[0-9]+")
OCTAL = re.compile(r"0o[0-7]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
FINITE = re.compile("|".join(f"({one.pattern})" for one in (INTEGER, OCTAL, HEXADECIMAL, FLOAT)))
INFINITY = re.compile(r"[-+]?\.(inf|Inf|INF)")
NAN = re.compile(r"\.(nan|NaN|NAN)")


def scalar(text: str) -> Any:
    """Turn an unquoted YAML scalar into the value that YAML 1.2 gives it.

    Example:
        >>> scalar("1e-3"), scalar("off"), scalar("0x1F"), scalar("~"), scalar("1_000")
        (0.001, 'off', 31, None, '1_000')
    """
    if NULL.fullmatch(text):
        return None
    if TRUE.fullmatch(text):
        return True
    if FALSE.fullmatch(text):
        return False
    if INTEGER.fullmatch(text):
        return int(text)
    if OCTAL.fullmatch(text):
        return int(text[2:], 8)
    if HEXADECIMAL.fullmatch(text):
        return int(text[2:], 16)
    if FLOAT.fullmatch(text):
        return float(text)
    if INFINITY.fullmatch(text) or NAN.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def fits(value: float) -> bool:
    """Tell whether 64 bits hold a number that is meant to be finite.

    Example:
        >>> fits(2**63 - 1), fits(2**63), fits(float("inf"))
        (True, False, False)
    """
    return math.isfinite(value) if isinstance(value, float) else -(2**63) <= value < 2**63


def reads_as_number(text: str) -> bool:
    """Tell whether a cell of a text file is a number, also one that YAML spells otherwise.

    Example:
        >>> reads_as_number(" 1_000.5"), reads_as_number("nan"), reads_as_number("1,5")
        (True, True, False)
    """
    try:
        float(text)
    except ValueError:
        return False
    return True
