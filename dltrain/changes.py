"""What trials of a search change in a file, for a reader: short names, rounded numbers."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dltrain.config.text.writing import to_yaml

DIGITS = 4


def spelled(value: Any) -> str:
    """Spell a value for a table.

    Example:
        >>> spelled(0.0123456), spelled({"type": "sgd", "momentum": 0.9}), spelled(None)
        ('0.01235', 'sgd momentum 0.9', 'null')
    """
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    if isinstance(value, dict) and "type" in value:
        others = (f" {key} {spelled(one)}" for key, one in value.items() if key != "type")
        return f"{value['type']}{''.join(others)}"
    return value if isinstance(value, str) else to_yaml(value, one_line=True).strip()


def short_names(keys: Iterable[str]) -> dict[str, str]:
    """Name keys by their last part, or whole where others end in the same.

    Example:
        >>> short_names(["optimizer.learning_rate", "layers.0.units", "layers.1.units"])
        {'optimizer.learning_rate': 'learning_rate', 'layers.0.units': 'layers.0.units', 'layers.1.units': 'layers.1.units'}
    """  # noqa: E501
    keys = list(keys)
    ends = Counter(key.rpartition(".")[2] for key in keys)
    return {key: end if ends[end := key.rpartition(".")[2]] == 1 else key for key in keys}


def in_a_row(values: Mapping[str, Any]) -> str:
    """Spell the values of a trial on a line.

    Example:
        >>> in_a_row({"optimizer.learning_rate": 0.1, "training.batch_size": 32})
        'learning_rate 0.1, batch_size 32'
    """
    names = short_names(values)
    return ", ".join(f"{names[key]} {spelled(value)}" for key, value in values.items())


def overrides(values: Mapping[str, Any]) -> str:
    """Spell values as arguments of a command, exactly.

    Example:
        >>> print(overrides({"optimizer": {"type": "sgd"}, "training.batch_size": 32}))
        'optimizer={type: sgd}' training.batch_size=32
    """
    return " ".join(
        shlex.quote(f"{key}={to_yaml(value, one_line=True).strip()}")
        for key, value in values.items()
    )
