"""Arrays on disk for as long as a process needs them, in files without a name.

Nothing stays behind, however the process ends. Imports: NumPy.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from typing import IO, Any

import numpy as np

from dltrain.data.cache.folder import cache_folder, writing_to

KIND = "scratch"


def on_disk(blocks: Iterable[Any]) -> Any:
    """Put blocks below each other.

    Args:
        blocks: At least one; arrays with a row in each first position, or dicts of them.

    Returns:
        The whole by memory map, or a dict of them.

    Raises:
        DataError: There is no room in the cache.
    """
    folder = cache_folder() / KIND
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
    files: dict[str | None, _Growing] = {}
    with ExitStack() as stack:
        for block in blocks:
            each = block if isinstance(block, dict) else {None: block}
            with writing_to(folder):
                for name, array in each.items():
                    if name not in files:
                        file = stack.enter_context(tempfile.TemporaryFile(dir=folder))
                        files[name] = _Growing(file, array)
                    files[name].append(array)
        with writing_to(folder):
            found = {name: growing.mapped() for name, growing in files.items()}
    return found.get(None, found)


class _Growing:
    """An array on disk that grows by rows; a map of it outlives the file."""

    def __init__(self, file: IO[bytes], like: np.ndarray) -> None:
        self.file, self.dtype, self.shape = file, like.dtype, like.shape[1:]
        self.rows = 0

    def append(self, array: np.ndarray) -> None:
        self.file.write(np.ascontiguousarray(array, self.dtype).tobytes())
        self.rows += len(array)

    def mapped(self) -> np.ndarray:
        self.file.flush()
        return np.memmap(self.file, self.dtype, "r", shape=(self.rows, *self.shape))
