"""When test rows were opened, and how many configs have opened the same ones before.

Whoever looks at test figures and then changes the config fits the test rows, a little with each
look. Each run notes in status.json when it opened which test rows with which config, so the next
one can say how often that has happened. Imports: NumPy and run_folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dltrain import run_folder

if TYPE_CHECKING:
    from dltrain.data import Data

# Keys of status.json.
OPENED, ROWS, CONFIG = "test_opened", "test_rows_sha256", "config_sha256"


def rows_sha256(data: Data) -> str:
    """Tell test rows from all others: by the data's fingerprint and by their numbers.

    Returns:
        sha256, 64 hexadecimal digits.
    """
    rows = np.sort(data.parts["test"].rows).astype("<i8")  # a cached table has its own order
    return hashlib.sha256(data.fingerprint.encode() + rows.tobytes()).hexdigest()


def opening(rows: str, config: str) -> dict[str, Any]:
    """Say in the words of status.json that test rows are opened now.

    Args:
        rows: Their `rows_sha256`.
        config: sha256 of the resolved config without its name.
    """
    return {OPENED: run_folder.timestamp(), ROWS: rows, CONFIG: config}


def other_configs(output: Path, rows: str, config: str, own: Collection[str] = ()) -> int:
    """Count the other configs that have opened the same test rows.

    About 30 µs a run.

    Args:
        output: Folder of the runs, NAME/TIME below it.
        rows: `rows_sha256` of the test rows.
        config: As in `opening`; it does not count itself.
        own: More configs that do not count, such as those of an ensemble's members.
    """
    wanted, configs = rows.encode(), set()
    for path in output.glob(f"*/*/{run_folder.STATUS}"):
        # Whatever another run has left there must not stop this one.
        with contextlib.suppress(OSError, ValueError):
            text = path.read_bytes()
            status = json.loads(text) if wanted in text else {}
            if isinstance(status, dict) and status.get(ROWS) == rows:
                configs.add(status.get(CONFIG))
    return len(configs - {config, *own})
