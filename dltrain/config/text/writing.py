"""Write plain data as the YAML that `source.read` reads back.

PyYAML's own quoting follows YAML 1.1, in which `no` and `1e3` mean something else. Imports:
PyYAML.
"""

from __future__ import annotations

import math
from typing import Any

import yaml

from dltrain.config.text.scalars import scalar

# YAML 1.1 ends a line at each of these, and PyYAML folds it unless it is escaped.
BREAKS = frozenset("\n\r\x85\u2028\u2029")


def to_yaml(values: Any, *, one_line: bool = False) -> str:
    """Write plain data.

    Args:
        values: What to write.
        one_line: Write maps and lists in brackets, all on one line.

    Returns:
        YAML in which every scalar stands on one line.

    Example:
        >>> print(to_yaml({"rate": 1e-05, "word": "1e3", "sizes": [1, 2]}), end="")
        rate: 1.0e-05
        word: "1e3"
        sizes:
        - 1
        - 2
        >>> to_yaml({"type": "dense", "units": 4}, one_line=True)
        '{type: dense, units: 4}'
    """
    text = yaml.dump(
        values,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=math.inf,
        default_flow_style=one_line,
    )
    return text.removesuffix("\n").removesuffix("\n...") if one_line else text


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    plain = scalar(value) == value and not BREAKS.intersection(value)
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


_Dumper.add_representer(str, _text)
