"""What a `sweep` tries: the values of its keys, combined."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from dltrain.config.sections.studies import OPTIONS


def combinations(sweep: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """List the changes that a sweep makes to its file, but for the seeds.

    Args:
        sweep: The checked section. `mode: grid` combines every value of a key with every value of
            the others; `one_at_a_time` changes one key alone, so the others stay as in the file.

    Returns:
        Values by key, in the order of the file; the last key changes fastest.

    Example:
        >>> list(combinations({"a": [1, 2], "b": [3, 4], "mode": "one_at_a_time"}))
        [{'a': 1}, {'a': 2}, {'b': 3}, {'b': 4}]
        >>> list(combinations({"a": [1, 2], "b": [3, 4]}))
        [{'a': 1, 'b': 3}, {'a': 1, 'b': 4}, {'a': 2, 'b': 3}, {'a': 2, 'b': 4}]
    """
    factors = {key: values for key, values in sweep.items() if key not in OPTIONS}
    if sweep.get("mode") == "one_at_a_time":
        yield from ({key: value} for key, values in factors.items() for value in values)
    elif factors:
        rows = itertools.product(*factors.values())
        yield from (dict(zip(factors, row, strict=True)) for row in rows)
