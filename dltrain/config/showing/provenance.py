"""Where each value of an experiment comes from: a file, an argument or a default.

Imports: resolved, source, lint.
"""

from __future__ import annotations

from typing import Any

from dltrain.config.lint import allowed, heading
from dltrain.config.loading import Config
from dltrain.config.sections.section import Section
from dltrain.config.showing.resolved import resolved
from dltrain.config.text.plain import parts
from dltrain.config.text.source import Source, read
from dltrain.errors import Key

DEFAULT = "default"
KERAS_DEFAULT = "keras default"
FILE_NAME = "from the file's name"
FARTHEST = 48


def shown_config(config: Config, *, provenance: bool = False) -> str:
    """Write a config with every value spelled out.

    Args:
        config: The checked file.
        provenance: Say behind each value where it comes from.

    Returns:
        YAML that loads to the same experiment.
    """
    text = heading(allowed(config)) + resolved(config.experiment, {"name": config.name})
    return _commented(text, config) if provenance else text


def _commented(text: str, config: Config) -> str:
    """Put the origin of each value behind it, in one column as far as lines are short."""
    written = read(text, "")
    lines = text.removesuffix("\n").split("\n")
    comments: dict[int, str] = {}
    for key, place in written.values.items():
        if key and not _at(written.value, key):
            comments[place.line] = origin(config, key)
    width = max((len(line) for line in lines if len(line) <= FARTHEST), default=0)
    numbered = enumerate(lines, start=1)
    return "".join(_with_comment(line, comments.get(at, ""), width) + "\n" for at, line in numbered)


def _with_comment(line: str, comment: str, width: int) -> str:
    return f"{line.ljust(width)}  # {comment}" if comment else line


def _at(value: Any, key: Key) -> bool:
    """Tell whether there is a map or list with entries at a key; its entries have comments."""
    for part in key:
        value = value[part]
    return isinstance(value, dict | list) and bool(value)


def origin(config: Config, key: Key) -> str:
    """Say where a value comes from: a place, `default` or `keras default`.

    Args:
        config: The checked file.
        key: Path of the value in the spelled-out config.
    """
    place = _written_at(config.source, key)
    if place:
        return place
    if key == ("name",):
        return FILE_NAME
    return KERAS_DEFAULT if _is_of_keras(config.experiment, key) else DEFAULT


def _written_at(source: Source, key: Key) -> str:
    """Find the place of a value, or of the shorter form of it: NAME for {type: NAME}, 8 for [8]."""
    if key in source.values:
        return str(source.values[key])
    *above, last = key
    around = tuple(above)
    is_short = around in source.values and (last == "type" or isinstance(last, int))
    return str(source.values[around]) if is_short and not _has_parts(source, around) else ""


def _has_parts(source: Source, key: Key) -> bool:
    value = source.value
    for part in key:
        value = value[part]
    return isinstance(value, dict | list)


def _is_of_keras(experiment: Section, key: Key) -> bool:
    """Tell whether the map around a missing value is plain data, as Keras's choices are."""
    value: Any = experiment
    for part in key:
        if isinstance(value, Section):
            value = getattr(value, str(part))
        elif part in dict(parts(value)):
            value = value[part]
        else:
            return True
    return False
