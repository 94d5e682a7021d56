"""Import TensorFlow and Keras the way a command-line tool wants them: without their log noise.

TensorFlow's C++ side writes to the process's stderr while it is imported, before any of its own
settings are read. Imports: TensorFlow, when `start` is called.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

ERRORS_ONLY = "3"


def start(*, verbose: bool = False) -> None:
    """Import TensorFlow and Keras, once.

    Args:
        verbose: Let their messages through.
    """
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if verbose or "tensorflow" in sys.modules:
        import keras  # noqa: F401

        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", ERRORS_ONLY)
    with _stderr_held_back():
        import keras  # noqa: F401


@contextmanager
def _stderr_held_back() -> Iterator[None]:
    """Keep what is written to file descriptor 2; show it only where the block fails."""
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            kept.seek(0)
            os.write(saved, kept.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)
