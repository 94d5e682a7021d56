"""The folder of the cache, and how an entry comes into it: whole, or not at all.

An entry is a folder `KIND/DIGEST`, filled under another name and renamed when it is complete, so
two processes may make the same one, and a process that dies leaves none. Imports: errors.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from dltrain.errors import DataError, sentence

VARIABLE = "DLTRAIN_CACHE"
# What the names of entries begin with that are still being made.
UNFINISHED = ".unfinished-"
# Seconds after which nobody fills them any more.
ABANDONED = 24 * 3600


def cache_folder() -> Path:
    """Find the folder: $DLTRAIN_CACHE, else `dltrain` where the user keeps caches.

    Source:
        XDG Base Directory Specification: $XDG_CACHE_HOME, by default ~/.cache.
    """
    if given := os.environ.get(VARIABLE):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dltrain"


def made_once(kind: str, digest: str, fill: Callable[[Path], None]) -> Path:
    """Give the folder of an entry, made now if it is not there.

    Args:
        kind: What it is, such as "archives".
        digest: sha256 of all that its content follows from.
        fill: Writes the content into an empty folder.

    Raises:
        DataError: There is no room, or the folder may not be written.
    """
    final = cache_folder() / kind / digest
    if final.is_dir():
        return touched(final)
    with writing_to(final.parent):
        final.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(final.parent)
        making = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=final.parent))
    try:
        with writing_to(final.parent, only_full=True):
            fill(making)
            _rename(making, final)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return final


def touched(entry: Path) -> Path:
    """Note that an entry is used now; a cache that may only be read serves as well."""
    with contextlib.suppress(OSError):
        os.utime(entry)
    return entry


@contextlib.contextmanager
def writing_to(folder: Path, *, only_full: bool = False) -> Iterator[None]:
    """Say what the disk does not take.

    Args:
        folder: Where the block writes.
        only_full: Leave alone all errors but those of a full disk.

    Raises:
        DataError: There is no room, or the folder may not be written.
    """
    try:
        yield
    except OSError as error:
        if only_full and error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise _refused(folder, error) from error


def remove_leftovers(folder: Path) -> None:
    """Remove what processes that were killed have left: what nobody has touched for a day."""
    for path in folder.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError):
            touched = max(one.stat().st_mtime for one in (path, *path.rglob("*")))
            if touched < time.time() - ABANDONED:
                shutil.rmtree(path, ignore_errors=True)


def _rename(making: Path, final: Path) -> None:
    """Give an entry its name; where another process was faster, its entry is as good."""
    try:
        making.rename(final)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise


def _refused(folder: Path, error: OSError) -> DataError:
    reason = (error.strerror or str(error)).lower()
    got = f"{folder}, which cannot be written ({reason})"
    way_out = f"Make room, or name another folder with the variable {VARIABLE}."
    return DataError(sentence(got, "a place for the cache", way_out))
