"""What an archive holds: one class for tar and zip alike, and what makes a member unsafe.

An archive comes from anywhere, so nothing in it is believed: a member is a plain file or a folder
below the folder that it is unpacked into, and the sizes of all have a bound. Imports: errors.
"""

from __future__ import annotations

import gzip
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from dltrain.data.sources.files import PATH
from dltrain.errors import DataError, sentence, shown

TARS, GZIPPED_TARS, ZIPS = (".tar",), (".tar.gz", ".tgz"), (".zip",)
# What Python's readers raise about an archive that is broken, cut off, or written in a way that
# they do not know. RecursionError: a tar may say again and again that a long name follows.
BROKEN = (
    EOFError, NotImplementedError, OverflowError, RecursionError, UnicodeError, gzip.BadGzipFile,
    tarfile.TarError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
MOST_BYTES = 20 * 10**9
MOST_FILES = 5_000_000
# Above so many bytes, so many times the size of the archive: text packs to a tenth, zeros to a
# thousandth.
FREE_BYTES = 10**9
MOST_TIMES = 200
# Longest read of a tar: nothing but a made-up header asks for more.
MOST_READ = 16 * 2**20
BLOCK = 512


@dataclass(frozen=True)
class Member:
    """One entry of an archive.

    Attributes:
        name: As the archive spells it.
        kind: "file", "folder", or what else it is, in words.
        size: Bytes, unpacked.
        open: Opens a file for reading.
    """

    name: str
    kind: str
    size: int
    open: Callable[[], IO[bytes]]

    @property
    def parts(self) -> list[str]:
        """Names of the folders down to the member, and its own."""
        return [part for part in self.name.split("/") if part not in ("", ".")]

    @property
    def fault(self) -> str | None:
        """Why it may not be unpacked; None where it may."""
        if self.kind not in ("file", "folder"):
            return f"is {self.kind}"
        if self.name.startswith("/") or "\\" in self.name or self.name[1:2] == ":":
            return "is no name below a folder"
        if "\0" in self.name or (self.kind == "file" and not self.parts):
            return "is no name of a file"
        return "leaves its folder" if ".." in self.parts else None


class Bounds:
    """How much an archive may unpack to.

    Args:
        path: The archive.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._size = path, path.stat().st_size
        self._bytes = self._files = 0

    def add(self, size: int) -> None:
        """Count a member, or bytes behind the last.

        Raises:
            DataError: It is too much.
        """
        self._bytes, self._files = self._bytes + size, self._files + 1
        if too_much := self._exceeded():
            got = f"{self._path}, which unpacks to more than {too_much}"
            way_out = "Unpack it yourself, if you trust it."
            raise DataError(sentence(got, "less", way_out), key=PATH)

    def _exceeded(self) -> str:
        if self._files > MOST_FILES:
            return f"{MOST_FILES} files"
        if self._bytes > MOST_BYTES:
            return f"{MOST_BYTES / 10**9:g} GB"
        over = self._bytes > max(FREE_BYTES, MOST_TIMES * self._size)
        return f"{MOST_TIMES} times its size" if over else ""


@contextmanager
def members(path: Path) -> Iterator[Iterator[Member]]:
    """Open an archive, and give its members; each is to be read before the next is asked for.

    Raises:
        DataError: It is encrypted.
        BROKEN: It is no archive of the kind that its name says, or not whole.
    """
    name = path.name.lower()
    if name.endswith(ZIPS):
        with zipfile.ZipFile(path) as packed:
            yield (_of_zip(packed, one, path) for one in packed.infolist())
    elif name.endswith(GZIPPED_TARS):
        with gzip.open(path) as file:
            yield _of_tar(_Careful(file), path)
    else:
        with path.open("rb") as file:
            yield _of_tar(_Careful(file), path)


def _of_zip(packed: zipfile.ZipFile, one: zipfile.ZipInfo, path: Path) -> Member:
    if one.flag_bits & 1:
        got = f"{path} with the encrypted member {shown(one.filename)}"
        raise DataError(sentence(got, "files without a password", "Unpack it yourself."), key=PATH)
    mode = stat.S_IFMT(one.external_attr >> 16)
    kind = "folder" if one.is_dir() else "file"
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        kind = "a symbolic link" if stat.S_ISLNK(mode) else "a device or a pipe"
    return Member(one.orig_filename, kind, one.file_size, partial(packed.open, one))


def _of_tar(file: _Careful, path: Path) -> Iterator[Member]:
    """Give the members of a tar, in one pass from its start to its end."""
    bounds = Bounds(path)
    source: Any = file  # tarfile's types ask for more than it uses
    packed: Any = tarfile.open(fileobj=source, mode="r:")  # noqa: SIM115
    while one := packed.next():
        if one.size < 0:  # which would make room for a bomb
            raise EOFError(f"a member of {one.size} bytes")
        yield Member(one.name, _kind(one), one.size, partial(packed.extractfile, one))
        packed.members.clear()  # which would grow with every file
    if file.last.count(0) != BLOCK:  # Python takes a broken header for the end
        raise EOFError("it has no end mark")
    while rest := file.read(2**20):  # so that gzip compares its checksum
        bounds.add(len(rest))


def _kind(one: tarfile.TarInfo) -> str:
    if one.issym() or one.islnk():
        return "a symbolic link" if one.issym() else "a hard link"
    if one.isdir():
        return "folder"
    return "file" if one.isreg() else "a device or a pipe"


class _Careful:
    """A file that a tar is read from; it knows the last block, and refuses odd reads and seeks.

    Args:
        file: Opened for reading bytes.
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self.last = b""
        self.tell = file.tell

    def seek(self, offset: int) -> int:
        """Go to a byte, counted from the start.

        Raises:
            EOFError: A header with a negative size leads before it.
        """
        if offset < 0:
            raise EOFError(f"a header that leads to byte {offset}")
        return int(self._file.seek(offset))

    def read(self, size: int) -> bytes:
        """Read at most so many bytes.

        Raises:
            EOFError: Nothing honest is so large, or negative.
        """
        if not 0 <= size <= MOST_READ:
            raise EOFError(f"a header of {size} bytes")
        self.last = self._file.read(size)
        return bytes(self.last)
