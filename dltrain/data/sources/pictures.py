"""Many picture files as one array; whatever is wrong with any of them is told at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from dltrain.data.sources.files import PATH
from dltrain.data.sources.picture import NoPictureError, pixels_of, reading_pictures
from dltrain.errors import SHOWN, DataError, Key, sentence

SIZE: Key = ("dataset", "images", "size")
# Decoding runs beside Python; each thread may hold one picture of 50 million pixels.
MOST_THREADS = 8


@dataclass(frozen=True)
class Looked:
    """What one file turned out to be.

    Attributes:
        digest: sha256 of its bytes.
        fault: Why it is no picture; empty where it is one.
        size: Height and width.
    """

    digest: bytes = b""
    fault: str = ""
    size: tuple[int, ...] = ()


def read_pictures(
    paths: list[Path], names: list[str], images: dict[str, Any], named: Callable[[int], str]
) -> tuple[np.ndarray, str]:
    """Read and decode picture files, several at once.

    Args:
        paths: The files, at least one.
        names: What they are called in the digest.
        images: `size`, `channels` and `resize` of the section.
        named: What the file of a row is called in a message.

    Returns:
        uint8 (n, height, width, channels), and the sha256 over names and bytes.

    Raises:
        DataError: Files are missing, broken or no pictures, or of several sizes; all are named.
    """
    size, options = images["size"], (images["channels"], images["resize"])
    wanted = None if size is None else (size[0], size[1])
    with reading_pictures():
        side = wanted or _first_size(paths, *options)
        pixels = _room(len(paths), (*side, images["channels"]))
        with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as threads:
            one = partial(_read_into, pixels, paths, wanted, *options)
            looked = list(threads.map(one, range(len(paths))))
    _check_whole(looked, named)
    _check_sizes(looked, side, named)
    digest = hashlib.sha256()
    for name, each in zip(names, looked, strict=True):
        digest.update(hashlib.sha256(name.encode()).digest() + each.digest)
    return pixels, digest.hexdigest()


def _read_into(
    pixels: np.ndarray,
    paths: list[Path],
    size: tuple[int, int] | None,
    channels: int,
    resize: str,
    row: int,
) -> Looked:
    """Put the picture of one row into its place, if it has the size of the others."""
    try:
        content = paths[row].read_bytes()
        picture = pixels_of(content, size, channels, resize)
    except NoPictureError as error:
        return Looked(fault=str(error))
    except OSError as error:
        return Looked(fault=f"cannot be read ({(error.strerror or str(error)).lower()})")
    if picture.shape == pixels.shape[1:]:
        pixels[row] = picture
    return Looked(hashlib.sha256(content).digest(), size=picture.shape[:2])


def _first_size(paths: Iterable[Path], channels: int, resize: str) -> tuple[int, int]:
    """Give height and width of the first file that is a picture; anything where none is."""
    for path in paths:
        try:
            height, width, _ = pixels_of(path.read_bytes(), None, channels, resize).shape
        except (NoPictureError, OSError):
            continue  # every file is looked at again, and all faults are told at once
        return height, width
    return 1, 1


def _room(rows: int, shape: tuple[int, ...]) -> np.ndarray:
    try:
        return np.empty((rows, *shape), np.uint8)
    except MemoryError as error:
        got = f"{rows} pictures of {'×'.join(map(str, shape))} pixels"
        raise DataError(sentence(got, "what memory holds", "Use a smaller size."), key=SIZE) from (
            error
        )


def _check_whole(looked: list[Looked], named: Callable[[int], str]) -> None:
    faults = [f"{named(row)}, which {one.fault}" for row, one in enumerate(looked) if one.fault]
    if faults:
        told = "; ".join(faults[:SHOWN]) + "; …" * (len(faults) > SHOWN)
        got = told if len(faults) == 1 else f"{len(faults)} files that are no pictures: {told}"
        way_out = "Mend or remove them." if len(faults) > 1 else "Mend or remove it."
        raise DataError(sentence(got, "png, jpeg, bmp or gif files", way_out), key=PATH)


def _check_sizes(looked: list[Looked], size: tuple[int, int], named: Callable[[int], str]) -> None:
    sizes = [list(one.size) for one in looked]
    first = sizes.index(list(size))
    other = next((row for row, one in enumerate(sizes) if one != sizes[first]), None)
    if other is not None:
        got = f"{named(first)} of {sizes[first]} and {named(other)} of {sizes[other]} pixels"
        way_out = "Say which they become, such as `dataset.images.size=[64, 64]`."
        raise DataError(sentence(got, "one size", way_out), key=SIZE)
