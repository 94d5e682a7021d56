"""Read YAML into plain data quickly, without places: what dltrain itself has written.

About 0.2 ms for a resolved config, where `source.read`, which knows the place of every part,
takes three times as long. What only a hand can have put into such a file (anchors, tags, a second
document) is left to `source.read`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml

from dltrain.config.text.scalars import scalar

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The same words come back in every file, and each is tried against nine patterns.
_scalar = lru_cache(maxsize=4096)(scalar)


def skim(text: str, name: str) -> Any:
    """Read one YAML document.

    Args:
        text: The document.
        name: What messages call it.

    Raises:
        ConfigError: It is not YAML, or breaks a promise of `source.read`.

    Example:
        >>> skim("rate: 1e-3\\nlayers:\\n- {type: dense, units: 8}\\n", "a.yaml")
        {'rate': 0.001, 'layers': [{'type': 'dense', 'units': 8}]}
    """
    try:
        events = yaml.parse(text, Loader=_Loader)
        next(events), next(events)
        value = _node(next(events), events)
        next(events)
        if isinstance(next(events), yaml.StreamEndEvent):
            return value
    except (yaml.YAMLError, _Unusual, StopIteration, RecursionError):
        pass
    from dltrain.config.text.source import read

    return read(text, name).value


class _Unusual(Exception):
    """Something that dltrain does not write."""


def _node(event: Any, events: Iterator[Any]) -> Any:
    if isinstance(event, yaml.ScalarEvent):
        _refuse(event)
        return _scalar(event.value) if event.implicit[0] else event.value
    if isinstance(event, yaml.MappingStartEvent):
        _refuse(event)
        return _mapping(events)
    if isinstance(event, yaml.SequenceStartEvent):
        _refuse(event)
        items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_node(event, events))
        return items
    raise _Unusual


def _mapping(events: Iterator[Any]) -> dict[Any, Any]:
    values: dict[Any, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        name = _node(event, events)
        if type(name) not in (str, int) or name in values or name == "<<":
            raise _Unusual
        values[name] = _node(next(events), events)
    return values


def _refuse(event: Any) -> None:
    if event.anchor is not None or event.tag is not None:
        raise _Unusual
