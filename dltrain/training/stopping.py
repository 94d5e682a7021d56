"""Ctrl-C and SIGTERM while a training runs: a wish to stop, met at the end of a piece."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = {
    signal.SIGINT: "stopped by the user",
    signal.SIGTERM: "stopped from outside (SIGTERM)",
}


class Stop:
    """Whether somebody wishes that the training stops, and who.

    Attributes:
        reason: Who does, in words; empty for nobody.
    """

    def __init__(self) -> None:
        self.reason = ""

    def check(self) -> None:
        """End the training if somebody wishes so.

        Raises:
            KeyboardInterrupt: Somebody does.
        """
        if self.reason:
            raise KeyboardInterrupt(self.reason)


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Take signals as wishes for as long as the block runs; a second one interrupts it at once.

    Outside of the main thread, where Python has no signals, nobody can wish anything.
    """
    stop = Stop()

    def wish(number: int, frame: FrameType | None) -> None:
        if stop.reason:
            raise KeyboardInterrupt(stop.reason)
        stop.reason = SIGNALS[signal.Signals(number)]

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, wish) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
