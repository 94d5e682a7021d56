"""What lies in the cache, and how it is removed. Imports: the standard library."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dltrain.data.cache.folder import UNFINISHED, cache_folder, writing_to
from dltrain.errors import listed

KINDS = ("archives", "tables")
FINISHED = re.compile(r"[0-9a-f]{64}")
# The file of a table that says what it was made of.
TABLE = "table.json"


@dataclass(frozen=True)
class Entry:
    """One entry.

    Attributes:
        kind: One of `KINDS`.
        path: Its folder.
        size: Bytes on disk.
        used: When it was last used, seconds since 1970.
        made_of: The files that a table was made of; names of what an archive held.
        finished: False for what a process is making now, or has left when it was killed.
    """

    kind: str
    path: Path
    size: int
    used: float
    made_of: tuple[str, ...]
    finished: bool


def entries(kind: str | None = None) -> list[Entry]:
    """List the entries of all kinds or of one, those used last first."""
    found = [
        _entry(one, path)
        for one in KINDS
        if kind in (None, one)
        for path in _folders(cache_folder() / one)
    ]
    return sorted(found, key=lambda entry: entry.used, reverse=True)


def remove(entry: Entry) -> None:
    """Remove an entry; processes that have it open keep what they read.

    It loses its name first, so nobody meets half of it.

    Raises:
        DataError: It may not be removed.
    """
    with writing_to(entry.path.parent):
        aside = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=entry.path.parent))
        entry.path.rename(aside / entry.path.name)
        shutil.rmtree(aside)


def _folders(folder: Path) -> Iterator[Path]:
    """List the folders of entries, and no others that somebody may keep there."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        named = FINISHED.fullmatch(path.name) or path.name.startswith(UNFINISHED)
        if named and path.is_dir() and not path.is_symlink():
            yield path


def _entry(kind: str, path: Path) -> Entry:
    size, used = 0, 0.0
    for folder, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # somebody is making or removing it
                size += os.lstat(Path(folder, name)).st_size
    with contextlib.suppress(FileNotFoundError):
        used = path.stat().st_mtime
    finished = not path.name.startswith(UNFINISHED)
    return Entry(kind, path, size, used, _made_of(kind, path) if finished else (), finished)


def _made_of(kind: str, path: Path) -> tuple[str, ...]:
    if kind != "tables":
        with contextlib.suppress(FileNotFoundError):
            return (listed(sorted(one.name for one in path.iterdir())),)
        return ()
    # A table that is broken is listed too, so that it can be removed.
    with contextlib.suppress(OSError, LookupError, TypeError, ValueError):
        facts = json.loads((path / TABLE).read_text(encoding="utf-8"))
        return tuple(str(one) for one in facts["made_of"])
    return ()
