"""Find run folders: all below a folder, or the one that somebody means.

The layout is NAME/TIME below a folder such as `runs`, which may lie one level deeper than where
one looks. Folders that are none, or broken, are passed over and told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dltrain.errors import FolderError, did_you_mean, listed, sentence
from dltrain.run_folder import STATUS
from dltrain.runs.stored_run import StoredRun

RUNS = "runs"
LEVELS = 3


@dataclass(frozen=True)
class PassedOver:
    """A folder that is not in the list.

    Attributes:
        path: The folder.
        reason: Why, such as `without status.json`.
    """

    path: str
    reason: str


Found = StoredRun | PassedOver

NO_RUN = f"without {STATUS}"
BROKEN = f"with a broken {STATUS}"
CLOSED = "that cannot be read"


def find(folder: str | os.PathLike[str]) -> tuple[list[StoredRun], list[PassedOver]]:
    """Find all runs in a folder, the latest first, and what was passed over.

    A folder in which there is no run at all is passed over as one. Hidden folders are not looked
    into.

    Args:
        folder: Such as `runs`, `runs/NAME`, or a run folder.

    Raises:
        FolderError: It is no folder.
    """
    place = os.fspath(folder)
    if not os.path.isdir(place):
        got, way_out = f"{folder}, {_what(place)}", "`dltrain fit CONFIG` makes one."
        raise FolderError(sentence(got, "a folder of runs", way_out))
    found = list(_below(place, LEVELS))
    if found == [PassedOver(place, NO_RUN)]:
        return [], []
    records = [one for one in found if isinstance(one, StoredRun)]
    records.sort(key=lambda one: one.age, reverse=True)
    return records, [one for one in found if isinstance(one, PassedOver)]


def find_one(run: str | os.PathLike[str]) -> StoredRun:
    """Find the run that somebody means.

    Args:
        run: A run folder, a folder of runs, or the NAME of runs below `runs`; of several the
            latest.

    Raises:
        FolderError: There is none.
    """
    place = os.fspath(run)
    passed: list[PassedOver] = []
    for folder in (place, os.path.join(RUNS, place)):
        if os.path.isdir(folder):
            records, more = find(folder)
            if records:
                return records[0]
            passed += more
    if passed and passed[0].reason != NO_RUN:
        got = f"{passed[0].path} {passed[0].reason}"
        raise FolderError(sentence(got, "a complete run folder"))
    near = did_you_mean(place, names())
    way_out = near or "`dltrain runs list` shows those there are."
    got = f"{run}, {_what(place)}"
    raise FolderError(sentence(got, "a run folder or the name of runs", way_out))


def folder_of(run: str | os.PathLike[str]) -> Path:
    """Give the latest run of a NAME below `runs`; what is no such name stays the path that it is.

    Raises:
        FolderError: The name holds no run.
    """
    path = Path(run)
    if path.exists() or len(path.parts) != 1 or not Path(RUNS, path).is_dir():
        return path
    return Path(find_one(run).path)


def names() -> list[str]:
    """List the names of runs below `runs`, also of those that hold none yet."""
    try:
        with os.scandir(RUNS) as entries:
            found = [one.name for one in entries if one.is_dir() and not one.name.startswith(".")]
    except OSError:
        return []
    return sorted(found)


def told(passed: list[PassedOver]) -> Iterator[str]:
    """Say what was passed over, a line for each reason.

    Example:
        >>> list(told([PassedOver("runs/b", NO_RUN), PassedOver("runs/a", NO_RUN)]))
        ['passed over: 2 folders without status.json (runs/a, runs/b)']
    """
    for reason in sorted({one.reason for one in passed}):
        paths = [one.path for one in passed if one.reason == reason]
        folders = f"{len(paths)} folder{'s' * (len(paths) != 1)}"
        yield f"passed over: {folders} {reason} ({listed(paths)})"


def _what(place: str) -> str:
    """Say what stands where a run should."""
    if os.path.isdir(place):
        return "in which there is no run"
    return "which is a file" if os.path.exists(place) else "which does not exist"


def _below(path: str, levels: int) -> Iterator[Found]:
    """List the runs at a path and below it."""
    status = os.path.join(path, STATUS)
    try:
        with open(status, "rb", buffering=0) as file:
            facts = json.loads(file.readall())
        yield StoredRun(path, facts) if isinstance(facts, dict) else PassedOver(path, BROKEN)
    except FileNotFoundError:
        yield from _inside(path, levels)
    except PermissionError:
        yield PassedOver(path, CLOSED)
    except (OSError, ValueError):
        yield PassedOver(path, BROKEN)


def _inside(path: str, levels: int) -> Iterator[Found]:
    """List the runs in a folder that is none itself."""
    found: list[Found] = []
    try:
        with os.scandir(path) as entries:
            inner = [one for one in entries if not one.name.startswith(".") and one.is_dir()]
    except OSError:
        yield PassedOver(path, CLOSED)
        return
    for entry in inner if levels else ():
        found += _below(entry.path, levels - 1)
    if all(isinstance(one, PassedOver) and one.reason == NO_RUN for one in found):
        found = [PassedOver(path, NO_RUN)]
    yield from found
