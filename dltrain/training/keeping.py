"""`state/` of a run folder: the state of its training, in two generations.

A write replaces the older generation, all of it or nothing, so a torn write or a power cut leaves
the other one. It is written at the end of an epoch when some seconds have passed since the last
time, within long epochs every few minutes, and at the end: a continuation repeats what is missing,
and 300 epochs of 6 ms must not wait for the disk 300 times.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dltrain.errors import FolderError, sentence
from dltrain.run_folder import RunFolder
from dltrain.training.state import State, TornError

GENERATIONS = (Path("state", "training-1.npz"), Path("state", "training-2.npz"))
EPOCH_SECONDS = 10.0
WITHIN_SECONDS = 120.0
# A write that takes long is made less often: at most so large a share of the time.
MOST_SHARE = 0.05


class Keeper:
    """Writes the state of a training now and then.

    Args:
        folder: The run folder, which this process owns.
        then: Called behind each write: whatever else should be as new on disk.
        clock: Gives the time in seconds.
        state: What the training goes on from; the other generation is written over first.
    """

    def __init__(
        self,
        folder: RunFolder,
        then: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        state: State | None = None,
    ) -> None:
        self.folder, self.then, self.clock = folder, then, clock
        first, second = GENERATIONS
        self._next = second if state and state.file == first else first
        self._last = clock()
        self._cost = 0.0

    def is_due(self, *, within: bool) -> bool:
        """Tell whether enough time has passed since the last write.

        Args:
            within: Whether an epoch has not ended yet.
        """
        least = WITHIN_SECONDS if within else EPOCH_SECONDS
        return self.clock() - self._last >= max(least, self._cost / MOST_SHARE)

    def keep(self, state: State) -> None:
        """Write a state over the older generation.

        Raises:
            RunError: The disk is full or not writable; both generations stay as they were.
        """
        started = self.clock()
        with self.folder.whole(self._next) as path:
            path.write_bytes(state.to_bytes())
        first, second = GENERATIONS
        self._next = second if self._next == first else first
        self.then()
        self._last = self.clock()
        self._cost = self._last - started


def newest_state(folder: RunFolder) -> State | None:
    """Read the newest state that is whole; None where none was ever written.

    Args:
        folder: The run folder.

    Raises:
        FolderError: None of those that were written is whole, one cannot be read, or another
            version of dltrain has written it.
    """
    found, torn = [], []
    for name in GENERATIONS:
        try:
            found.append(replace(State.from_bytes((folder / name).read_bytes()), file=name))
        except FileNotFoundError:
            continue
        except TornError:
            torn.append(folder / name)
        except OSError as error:
            got = f"{folder / name}, which cannot be read ({error.strerror})"
            raise FolderError(sentence(got, "a state that can be")) from error
    if torn and not found:
        way_out = f"Remove {' and '.join(map(str, torn))} to begin anew."
        raise FolderError(sentence(f"{torn[0]}, which is torn", "a whole state", way_out))
    return max(found, key=lambda one: one.position, default=None)
