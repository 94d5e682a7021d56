"""Locks of the operating system on files: held by a process, and gone when it dies.

Imports: the standard library only.
"""

from __future__ import annotations

import sys
import time
from typing import TextIO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_TRIES = 5
LOCK_PAUSE = 0.02  # seconds


def lock_patiently(file: TextIO) -> bool:
    """Lock a file for this process; somebody who only asks for its owner soon lets go."""
    for _ in range(LOCK_TRIES):
        if lock(file):
            return True
        time.sleep(LOCK_PAUSE)
    return False


def lock(file: TextIO, *, shared: bool = False) -> bool:
    """Lock a file for this process, without waiting; False where another holds it.

    Shared locks do not exclude each other, so two who ask for the owner do not mistake each
    other for it.
    """
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
