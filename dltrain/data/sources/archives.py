"""A folder that the config names, or an archive of it, which is unpacked once into the cache.

Every member is checked before it is written, and an archive is unpacked whole or not at all.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from pathlib import Path

from dltrain.data.cache.folder import made_once
from dltrain.data.sources.archive_members import (
    BROKEN,
    GZIPPED_TARS,
    TARS,
    ZIPS,
    Bounds,
    Member,
    members,
)
from dltrain.data.sources.files import PATH, WAY_OUT, reading
from dltrain.errors import DataError, sentence, shown

ENDINGS = (*TARS, *GZIPPED_TARS, *ZIPS)
# What an archive holds beside its folders: what macOS adds, and what is hidden.
BESIDE = ("__MACOSX", ".")
COPIED = 2**20


def folder_of(path: str) -> tuple[Path, str | None]:
    """Find the folder that a path names.

    Args:
        path: A folder; or a .tar, .tar.gz, .tgz or .zip of it.

    Returns:
        The folder, and the sha256 of the archive; None where the path is a folder. Of an archive
        with one folder at its top it is that one, whatever files lie beside it.

    Raises:
        DataError: There is nothing, or no archive; it is broken, too large or holds what may not
            be unpacked; or the cache cannot be written.
    """
    file = Path(path)
    if file.is_dir():
        return file, None
    if not file.exists():
        raise DataError(sentence(f"{path}, which does not exist", _expected(), WAY_OUT), key=PATH)
    if not path.lower().endswith(ENDINGS):
        raise DataError(sentence(f"the file {path}", _expected(), WAY_OUT), key=PATH)
    with reading(file, "a whole archive"), file.open("rb") as packed:
        digest = hashlib.file_digest(packed, "sha256").hexdigest()
    unpacked = made_once("archives", digest, lambda folder: _unpack(file, folder))
    return _inside(unpacked), digest


def _expected() -> str:
    return "a folder, or a .tar, .tar.gz, .tgz or .zip of it"


def _inside(folder: Path) -> Path:
    inner = [one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(BESIDE)]
    return inner[0] if len(inner) == 1 else folder


def _unpack(path: Path, folder: Path) -> None:
    bounds = Bounds(path)
    with reading(path, "a whole archive", *BROKEN), members(path) as found:
        for member in found:
            if member.fault:
                raise _refused(path, member, member.fault)
            bounds.add(member.size)
            _write(path, member, folder)


def _write(path: Path, member: Member, folder: Path) -> None:
    """Write a member; only the user may read it, whatever the archive says."""
    target = folder.joinpath(*member.parts)
    try:
        within = target if member.kind == "folder" else target.parent
        _make_folders(within, folder)
        if member.kind == "file":
            number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(number, "wb") as file, member.open() as packed:
                shutil.copyfileobj(packed, file, COPIED)
    except (FileExistsError, NotADirectoryError) as error:
        raise _refused(path, member, "is there twice") from error
    except OSError as error:
        if error.errno not in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
            raise
        raise _refused(path, member, "is no name for a file here") from error


def _make_folders(within: Path, folder: Path) -> None:
    if not within.is_dir():
        if within != folder:
            _make_folders(within.parent, folder)
        within.mkdir(mode=0o700)


def _refused(path: Path, member: Member, fault: str) -> DataError:
    got = f"{path} with the member {shown(member.name)}, which {fault}"
    expected = "files and folders below one folder"
    return DataError(sentence(got, expected, "Pack it again without."), key=PATH)
