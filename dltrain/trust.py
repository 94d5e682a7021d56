"""May a config run Python code of its own? Only where whoever gave the command said so.

The consent holds inside of a block, never in a file: a config from elsewhere cannot grant it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from dltrain.errors import DataError, sentence

_given: ContextVar[bool] = ContextVar("trust", default=False)


@contextmanager
def trusting(given: bool) -> Iterator[None]:
    """Let configs run code inside of the block, or not."""
    token = _given.set(given)
    try:
        yield
    finally:
        _given.reset(token)


def is_given() -> bool:
    """Tell whether configs may run code here, for processes that are to be allowed the same."""
    return _given.get()


def require(function: str) -> None:
    """Check that a config may run a function.

    Raises:
        DataError: Nobody said so.
    """
    if not _given.get():
        got = f"{function!r}, code that would run on this machine"
        way_out = "Read it, then say `--trust`; in Python `trust=True`."
        message = sentence(got, "your consent", way_out)
        raise DataError(message, key=("dataset", "function"))
