"""Which values of a file are paths, and which folder they are relative to.

A path is relative to the place that names it: in a file, or a base of it, to that file's
folder; in an argument to the current one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dltrain.config.text.plain import parts
from dltrain.config.text.source import Source
from dltrain.errors import Key, plain_name

# Values of `weights` that are no file.
WORDS = ("imagenet", "none")


def make_absolute(source: Source) -> None:
    """Make every path of a file absolute, in place; nothing is looked up on the disk.

    A pattern such as rows-*.csv is made absolute as it stands.
    """
    _name_folder_of_function(source)
    for key, container in _paths(source.value):
        given = container[key[-1]]
        if isinstance(given, str) and given and "\0" not in given:
            container[key[-1]] = os.path.abspath(_folder(source, key) / os.path.expanduser(given))


def _folder(source: Source, key: Key) -> Path:
    """Find the folder of the file that names a key; for an argument the current one."""
    place = source.place(key)
    return Path(place.name).parent if place.line else Path()


def _name_folder_of_function(source: Source) -> None:
    """Say where the module of a `type: python` dataset is looked for first."""
    for name, section in parts(source.value):
        is_python = isinstance(section, dict) and plain_name(str(section.get("type"))) == "python"
        if name == "dataset" and is_python and "function" in section and "folder" not in section:
            section["folder"] = os.path.abspath(_folder(source, ("dataset", "function")))


def _paths(value: Any) -> Iterator[tuple[Key, Any]]:
    """List the keys of paths, each with the map or list that holds it."""
    for name, section in parts(value):
        if name == "dataset" and isinstance(section, dict):
            yield from _of_data(section)
        elif name == "architecture":
            yield from _of_networks(section, ("architecture",))


def _of_data(section: dict[Any, Any]) -> Iterator[tuple[Key, Any]]:
    """List the one path of a dataset, or several."""
    given = section.get("path")
    if isinstance(given, list):
        yield from ((("dataset", "path", index), given) for index in range(len(given)))
        return
    yield from ((("dataset", key), section) for key in ("path", "folder") if key in section)


def _of_networks(value: Any, key: Key) -> Iterator[tuple[Key, Any]]:
    """List the files of networks that layers take over."""
    kind = plain_name(str(value.get("type"))) if isinstance(value, dict) else ""
    if kind == "saved" and "path" in value:
        yield (*key, "path"), value
    elif kind == "application" and plain_name(str(value.get("weights"))) not in WORDS:
        yield (*key, "weights"), value
    else:
        for name, part in parts(value):
            yield from _of_networks(part, (*key, name))
