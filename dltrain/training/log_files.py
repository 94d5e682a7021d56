"""The log files of `csv_logger`: whole where a training goes on, closed where it ends."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import keras

from dltrain.run_folder import RunFolder


def go_on_writing(
    callbacks: Sequence[keras.callbacks.Callback],
    history: Sequence[Mapping[str, float]],
    kept: Callable[[keras.callbacks.Callback], Mapping[str, Any] | None],
) -> None:
    """Let log files of earlier epochs grow, with one row for each epoch that counts.

    Rows of epochs that will be repeated go; those that a power cut has taken come back.

    Args:
        callbacks: Before their `on_train_begin`.
        history: A row for each epoch that is done; none for a training that begins.
        kept: Gives what the state holds of a callback; None for nothing.

    Raises:
        RunError: The disk is full or not writable; the file stays as it was.
    """
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.CSVLogger) and history:
            callback.append, path = True, Path(callback.filename)
            before = path.read_bytes() if path.exists() else b""
            keys = callback.keys or (kept(callback) or {}).get("keys")
            if (log := _log_of(history, before, keys, callback.sep)) != before:
                with RunFolder(path.parent).whole(path.name) as temporary:
                    temporary.write_bytes(log)


def close_files(callbacks: Sequence[keras.callbacks.Callback]) -> None:
    """Close log files, which Keras leaves open where a training does not come to its end."""
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.CSVLogger) and callback.csv_file:
            callback.csv_file.close()


def _log_of(
    history: Sequence[Mapping[str, float]], before: bytes, keys: list[str] | None, separator: str
) -> bytes:
    """Cut a log back to some epochs, and write their rows that it lacks as Keras writes them."""
    header, *lines = io.BytesIO(before).readlines() or [b""]
    if header.endswith(b"\n"):
        keys = header.decode().strip().split(separator)[1:]
    elif keys is None:
        return b""  # it begins anew, with a header
    else:
        header, lines = _line(["epoch", *keys], separator), []
    rows = [header]
    for row, line in zip(history, chain(lines, repeat(b"")), strict=False):
        number = int(row["epoch"]) - 1  # Keras counts from 0
        is_whole = line.startswith(f"{number}{separator}".encode()) and line.endswith(b"\n")
        cells = [number, *(row.get(key, "NA") for key in keys)]
        rows.append(line if is_whole else _line(cells, separator))
    return b"".join(rows)


def _line(cells: Sequence[Any], separator: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerow(cells)
    return text.getvalue().replace("\n", os.linesep).encode()  # Keras opens it as a text file
