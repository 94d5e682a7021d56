"""How a command ends: what went wrong on stderr, and the exit code that says so.

0 done · 1 the run failed, or has other bits · 2 the file, the data or the command line is wrong ·
3 an expectation was not met · 130 interrupted.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from dltrain.errors import DltrainError

FAILED = OTHER_BITS = 1
UNMET = 3
INTERRUPTED = 130


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn a DltrainError or an interruption into a message and an exit code.

    SIGTERM, which batch systems and containers send, counts as an interruption.
    """
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except DltrainError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from error
    except KeyboardInterrupt as error:
        left = str(error) or "nothing is left behind"
        typer.echo(f"interrupted: {left}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
