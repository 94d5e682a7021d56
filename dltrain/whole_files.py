"""Files that are written whole or not at all, and what a disk that does not take them says.

Imports: errors.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from dltrain.errors import RunError, sentence

# Errors that a user can mend: a full disk, a quota, missing permissions, a disk that fails.
OF_THE_DISK = (errno.EACCES, errno.EDQUOT, errno.EIO, errno.ENOSPC, errno.EPERM, errno.EROFS)


@contextlib.contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a temporary path; what is written there becomes the file when the block ends.

    It is flushed to disk and then renamed. What else the block reads, such as the data behind
    predictions, may fail as well: an error that names another file, or is none of the disk's, goes
    up as it is.

    Args:
        target: The file; its folder is made where it is missing.

    Raises:
        RunError: The disk is full or not writable; the file stays as it was.
    """
    temporary = target.with_name(f".{os.getpid()}-{target.name}")
    try:
        target.parent.mkdir(exist_ok=True)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        if not _is_about(error, (temporary, target, target.parent)):
            raise
        got = f"{target}, which cannot be written ({error.strerror})"
        raise RunError(sentence(got, "room on the disk")) from error
    finally:
        # A disk that takes no writes takes no removal either; what failed first is told.
        with contextlib.suppress(OSError):
            temporary.unlink()


def disk_error(error: OSError) -> RunError:
    """Say what a disk does not take."""
    where = f" at {error.filename}" if error.filename else ""
    got = f"'{error.strerror or error}'{where}"
    return RunError(sentence(got, "a disk that can be written to"))


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut; where folders cannot be opened, the system does."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _is_about(error: OSError, paths: Iterable[Path]) -> bool:
    """Tell whether writing to some paths has failed; a write to an open file names none."""
    if error.filename is None:
        return error.errno in OF_THE_DISK
    return str(error.filename) in map(str, paths)
