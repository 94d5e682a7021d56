"""How much of the machine others used meanwhile: without it nobody can tell noise from a figure."""

from __future__ import annotations

import math
import os
import resource
import time
from pathlib import Path

STAT = Path("/proc/stat")
# Columns of its first line that are no work: idle, and waiting for a disk.
IDLE = (3, 4)
# user, nice, system, idle, iowait, irq, softirq, steal; guests behind them are in user already.
COLUMNS = 8
LOOK, MOST_LOOKS = 3.0, 20  # seconds of a look, and so many of them


class Neighbours:
    """Watch from now on what others do, while this process waits for a child."""

    def __init__(self) -> None:
        self._started, self._busy, self._own = time.perf_counter(), busy_seconds(), _children()

    def cores(self) -> float:
        """Give how many cores others kept busy on average; not a number where Linux is not."""
        own = _children() - self._own
        others = busy_seconds() - self._busy - own
        return max(0.0, others / (time.perf_counter() - self._started))


def wait_until_calm(calm: float) -> None:
    """Wait, a minute at most, until others keep fewer cores busy than that."""
    if math.isinf(calm):
        return
    for _ in range(MOST_LOOKS):
        neighbours = Neighbours()
        time.sleep(LOOK)
        if not neighbours.cores() > calm:
            return


def busy_seconds() -> float:
    """Give the seconds that all cores have worked, for this machine or for its neighbours."""
    if not STAT.is_file():
        return math.nan
    ticks = [int(one) for one in STAT.read_text().split("\n", 1)[0].split()[1 : 1 + COLUMNS]]
    worked = sum(count for column, count in enumerate(ticks) if column not in IDLE)
    return worked / os.sysconf("SC_CLK_TCK")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
