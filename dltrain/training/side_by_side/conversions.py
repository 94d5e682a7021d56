"""What TensorFlow says when it vectorises a step."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

# Operations that are run for one network after another, such as drawing random numbers.
ONE_BY_ONE = re.compile(r"Using a while_loop for converting (\w+) cause")


@contextmanager
def quiet_conversions() -> Iterator[list[str]]:
    """Keep TensorFlow from warning of operations that it does not vectorise.

    Returns:
        Their names, filled in while the block runs.
    """
    found: list[str] = []

    def keep(record: logging.LogRecord) -> bool:
        if told := ONE_BY_ONE.match(record.getMessage()):
            found.append(told[1])
        return not told

    logger = logging.getLogger("tensorflow")
    logger.addFilter(keep)
    try:
        yield found
    finally:
        logger.removeFilter(keep)
