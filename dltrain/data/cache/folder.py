"""The folder of the cache, and how an entry comes into it: whole, or not at all.

An entry is a folder `KIND/DIGEST`, filled under another name and renamed when it is complete, so
two processes may make the same one, and a process that dies leaves none. Imports: errors.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from dltrain.errors import DataError, sentence

VARIABLE = "DLTRAIN_CACHE"
# What the names of entries begin with that are still being made.
UNFINISHED = ".unfinished-"


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
        os.utime(final)  # when it was last used
        return final
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=final.parent))
    except OSError as error:
        raise _refused(final.parent, error) from error
    try:
        fill(making)
        _rename(making, final)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _refused(final.parent, error) from error
        raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return final


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
