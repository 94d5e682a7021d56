"""Read YAML into plain data quickly, without places: what dltrain itself has written.

About 0.2 ms for a resolved config, a tenth of that for one of its keys, where `source.read`, which
knows the place of every part, takes 0.6 ms. What only a hand can have put into such a file
(anchors, tags, a second document) is left to `source.read`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml

from dltrain.config.text.scalars import scalar

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The same words come back in every file, and each is tried against nine patterns.
_scalar = lru_cache(maxsize=4096)(scalar)

# Comments, and then a key: a map whose keys begin lines.
IN_BLOCKS = re.compile(r"(?:#.*\n|\n)*\w+:")


def skim(text: str, name: str) -> Any:
    r"""Read one YAML document.

    Args:
        text: The document.
        name: What messages call it.

    Raises:
        ConfigError: It is not YAML, or breaks a promise of `source.read`.

    Example:
        >>> skim("rate: 1e-3\nlayers:\n- {type: dense, units: 8}\n", "a.yaml")
        {'rate': 0.001, 'layers': [{'type': 'dense', 'units': 8}]}
    """
    try:
        return _document(text)
    except UNUSUAL:
        from dltrain.config.text.source import read

        return read(text, name).value


def skim_key(text: str, key: str, name: str) -> Any:
    r"""Read what stands at one key at the top of a document; None where it is not there.

    In a file that is written in blocks, such a key begins a line, and all that belongs to it is
    indented or an entry of a list; so the rest need not be parsed.

    Args:
        text: The document.
        key: The key.
        name: What messages call the document.

    Raises:
        ConfigError: As `skim`.

    Example:
        >>> skim_key("seed: 1\nlayers:\n- dense\n- relu\ntask: binary\n", "layers", "a.yaml")
        ['dense', 'relu']
    """
    if IN_BLOCKS.match(text):
        lines = re.search(rf"^{re.escape(key)}:.*(?:\n(?:[ #-].*)?)*", text, re.MULTILINE)
        if lines:
            try:
                return _document(lines[0])[key]
            except UNUSUAL:
                pass
    whole = skim(text, name)
    return whole.get(key) if isinstance(whole, dict) else None


def _document(text: str) -> Any:
    events = yaml.parse(text, Loader=_Loader)
    next(events), next(events)
    value = _node(next(events), events)
    next(events)
    if not isinstance(next(events), yaml.StreamEndEvent):
        raise _UnusualError
    return value


class _UnusualError(Exception):
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
    raise _UnusualError


def _mapping(events: Iterator[Any]) -> dict[Any, Any]:
    values: dict[Any, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        name = _node(event, events)
        if type(name) not in (str, int) or name in values or name == "<<":
            raise _UnusualError
        values[name] = _node(next(events), events)
    return values


def _refuse(event: Any) -> None:
    if event.anchor is not None or event.tag is not None:
        raise _UnusualError


UNUSUAL = (yaml.YAMLError, _UnusualError, LookupError, StopIteration, TypeError, RecursionError)
