"""Archives: unpacked once, checked member by member, whole or not at all."""

import errno
import gzip
import hashlib
import io
import os
import random
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from dltrain.data.sources import archive_members, archives
from dltrain.data.sources.archives import folder_of
from dltrain.errors import DataError

FILES = {"set/pos/1.txt": b"good", "set/neg/2.txt": b"bad", "set/README": b"about"}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of the test's own."""
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def tar_of(path, files, *entries):
    with tarfile.open(path, "w:gz" if path.name.lower().endswith("gz") else "w") as packed:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o777
            packed.addfile(member, io.BytesIO(content))
        for entry in entries:
            packed.addfile(entry)
    return path


def zip_of(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def packed_as(name, folder, files=FILES):
    return (zip_of if name.endswith(".zip") else tar_of)(folder / name, files)


def texts_below(folder):
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def refused(path):
    with pytest.raises(DataError) as caught:
        folder_of(str(path))
    assert caught.value.key == ("dataset", "path")
    return caught.value.message


def left_over(cache):
    return [path.name for path in cache.rglob("*") if path.name != "archives"]


KINDS = ("a.tar", "a.tar.gz", "a.tgz", "a.zip", "A.TAR.GZ")


@pytest.mark.parametrize("name", KINDS)
def test_an_archive_is_unpacked_and_its_one_folder_entered(tmp_path, name):
    path = packed_as(name, tmp_path)

    folder, digest = folder_of(str(path))

    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert texts_below(folder) == {"README": b"about", "neg/2.txt": b"bad", "pos/1.txt": b"good"}


def test_a_folder_stays_as_it_is(tmp_path):
    assert folder_of(str(tmp_path)) == (tmp_path, None)


INSIDE = {
    "two folders": {"pos/1.txt": b"good", "neg/2.txt": b"bad"},
    "no folder": {"1.txt": b"good"},
}


@pytest.mark.parametrize("files", INSIDE.values(), ids=INSIDE.keys())
def test_several_folders_or_none_are_not_entered(tmp_path, files):
    folder, _ = folder_of(str(packed_as("a.zip", tmp_path, files)))

    assert texts_below(folder) == dict(sorted(files.items()))


def test_what_macos_adds_beside_the_one_folder_does_not_count(tmp_path):
    extra = {"__MACOSX/set/._1.txt": b"x", ".hidden/x": b"x"}

    folder, _ = folder_of(str(packed_as("a.zip", tmp_path, FILES | extra)))

    assert folder.name == "set"


def test_an_archive_is_unpacked_once(tmp_path):
    path = packed_as("a.tar.gz", tmp_path)
    folder, _ = folder_of(str(path))
    (folder / "README").unlink()

    again, _ = folder_of(str(shutil.copy(path, tmp_path / "b.tgz")))

    assert again == folder
    assert not (folder / "README").exists()


@pytest.mark.parametrize("name", ["a.tar", "a.zip"])
def test_only_the_user_may_read_what_was_unpacked(tmp_path, name):
    folder, _ = folder_of(str(packed_as(name, tmp_path)))

    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}

    assert modes == {0o600, 0o700}


UNSAFE = {
    "above": ("../x", "leaves its folder"),
    "above in the middle": ("a/../../x", "leaves its folder"),
    "absolute": ("/tmp/x", "is no name below a folder"),
    "a Windows path": ("a\\..\\x", "is no name below a folder"),
    "a drive": ("C:x", "is no name below a folder"),
    "itself": ("./", "is no name of a file"),
    "a long name": ("a" * 300, "is no name for a file here"),
    "twice": ("set/README", "is there twice"),
    "a file as a folder": ("set/README/x", "is there twice"),
}


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "zip"])
@pytest.mark.parametrize(("name", "fault"), UNSAFE.values(), ids=UNSAFE.keys())
def test_an_unsafe_name_is_refused_and_nothing_is_left(tmp_path, cache, ending, name, fault):
    path = tmp_path / f"a.{ending}"
    if ending == "zip" and name == "./":
        pytest.skip("in a zip it is a folder")
    if ending == "zip":
        zip_of(path, FILES)
        with zipfile.ZipFile(path, "a") as packed, pytest.MonkeyPatch.context() as patch:
            patch.setattr("warnings.warn", lambda *_, **__: None)  # zipfile minds the second
            packed.writestr(name, b"x")
    else:
        member = tarfile.TarInfo(name)
        tar_of(path, FILES, member)

    message = refused(path)

    shown = name if len(name) < 60 else name[:59] + "…"
    assert message == (
        f"got {path} with the member {shown!r}, which {fault}, expected files and folders below "
        "one folder. Pack it again without."
    )
    assert left_over(cache) == []
    assert not (tmp_path / "x").exists()


LINKS = {
    "symbolic": (tarfile.SYMTYPE, "is a symbolic link"),
    "hard": (tarfile.LNKTYPE, "is a hard link"),
    "device": (tarfile.CHRTYPE, "is a device or a pipe"),
    "pipe": (tarfile.FIFOTYPE, "is a device or a pipe"),
}


@pytest.mark.parametrize(("kind", "fault"), LINKS.values(), ids=LINKS.keys())
def test_links_and_devices_in_a_tar_are_refused(tmp_path, cache, kind, fault):
    member = tarfile.TarInfo("set/link")
    member.type, member.linkname = kind, "/etc/passwd"

    message = refused(tar_of(tmp_path / "a.tar.gz", FILES, member))

    assert f"with the member 'set/link', which {fault}, expected files and folders" in message
    assert left_over(cache) == []


ZIP_MODES = {"is a symbolic link": stat.S_IFLNK, "is a device or a pipe": stat.S_IFIFO}


@pytest.mark.parametrize(("fault", "mode"), ZIP_MODES.items(), ids=ZIP_MODES.keys())
def test_links_and_devices_in_a_zip_are_refused(tmp_path, cache, fault, mode):
    path = zip_of(tmp_path / "a.zip", FILES)
    member = zipfile.ZipInfo("set/link")
    member.external_attr = (mode | 0o777) << 16
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr(member, "/etc/passwd")

    assert f"with the member 'set/link', which {fault}, expected" in refused(path)
    assert left_over(cache) == []


def test_an_encrypted_zip_is_refused(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"a.txt": b"secret"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)

    assert refused(path) == (
        f"got {path} with the encrypted member 'a.txt', expected files without a password. Unpack "
        "it yourself."
    )


NOISE = random.Random(0).randbytes(200_000)


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "zip"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.97])
def test_an_archive_that_is_cut_off_is_refused_and_nothing_is_left(tmp_path, cache, ending, share):
    files = {"set/a": NOISE[:99_840], "set/b": NOISE, "set/c": NOISE[:512]}
    path = packed_as(f"a.{ending}", tmp_path, files)
    whole = path.read_bytes().rstrip(b"\0")
    path.write_bytes(whole[: int(len(whole) * share)])

    message = refused(path)

    assert message.startswith(f"got {path}, which is broken (")
    assert message.endswith("), expected a whole archive. Fetch the file again.")
    assert left_over(cache) == []


@pytest.mark.parametrize("ending", ["tar", "tar.gz"])
def test_a_tar_that_ends_behind_a_member_is_cut_off_too(tmp_path, ending):
    files = {"set/a": NOISE[:1024], "set/b": b"b" * 512}
    whole = packed_as("a.tar", tmp_path, files).read_bytes()[: 2 * 512 + 1024 + 512]
    path = tmp_path / f"b.{ending}"
    path.write_bytes(gzip.compress(whole) if ending == "tar.gz" else whole)

    assert "which is broken (it has no end mark), expected a whole archive." in refused(path)


def test_a_flipped_bit_is_found(tmp_path):
    for ending in ("tar.gz", "zip"):
        path = packed_as(f"a.{ending}", tmp_path, {"set/a": NOISE})
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

        assert "which is broken (" in refused(path)


WRONG = {
    "another format": ("a.tar.gz", b"Rar!\x1a\7\0"),
    "a tar that is a zip": ("a.tar", b"PK\3\4"),
    "a zip that is a tar": ("a.zip", bytes(1024)),
}


@pytest.mark.parametrize(("name", "content"), WRONG.values(), ids=WRONG.keys())
def test_another_format_than_the_name_says_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    assert refused(path).startswith(f"got {path}, which is broken (")


EXPECTED = "expected a folder, or a .tar, .tar.gz, .tgz or .zip of it. Name another with"


def test_what_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "a.rar"
    path.write_bytes(b"x")

    assert refused(path) == f"got the file {path}, {EXPECTED} `dataset.path=…`."
    assert refused(tmp_path / "b.zip") == (
        f"got {tmp_path / 'b.zip'}, which does not exist, {EXPECTED} `dataset.path=…`."
    )


BOUNDS = {
    "bytes": ({"MOST_BYTES": 3000}, "3e-06 GB"),
    "files": ({"MOST_FILES": 2}, "2 files"),
    "times": ({"FREE_BYTES": 3000, "MOST_TIMES": 2}, "2 times its size"),
}


@pytest.mark.parametrize("name", ["a.tar.gz", "a.zip"])
@pytest.mark.parametrize(("bounds", "amount"), BOUNDS.values(), ids=BOUNDS.keys())
def test_a_bomb_is_refused_and_nothing_is_left(tmp_path, cache, monkeypatch, name, bounds, amount):
    for constant, value in bounds.items():
        monkeypatch.setattr(archive_members, constant, value)
    path = packed_as(name, tmp_path, {f"set/{number}": bytes(2000) for number in range(3)})

    assert refused(path) == (
        f"got {path}, which unpacks to more than {amount}, expected less. "
        "Unpack it yourself, if you trust it."
    )
    assert left_over(cache) == []


def test_a_header_as_large_as_a_disk_is_not_read(tmp_path, cache):
    member = tarfile.TarInfo("name")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, 10**9
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(member.tobuf() + bytes(10_240)))

    assert "which is broken (a header of 1000000000 bytes)" in refused(path)
    assert left_over(cache) == []


def with_size(kind, size):
    """The header of a member that says another size than it has."""
    member = tarfile.TarInfo("set/x")
    member.type = kind
    header = bytearray(member.tobuf())
    header[124:136] = tarfile.itn(size, 12, tarfile.GNU_FORMAT)
    header[148:155] = b"%06o\0" % tarfile.calc_chksums(bytes(header))[0]
    return bytes(header)


NEGATIVE = {
    "a file": (tarfile.REGTYPE, -1024, "a member of -1024 bytes"),
    "a folder": (tarfile.DIRTYPE, -(10**12), "a member of -1000000000000 bytes"),
    "a long name": (tarfile.GNUTYPE_LONGNAME, -512, "a header of -512 bytes"),
    "a header of a header": (tarfile.XHDTYPE, -5000, "a header of -4608 bytes"),
    "a sparse file": (tarfile.GNUTYPE_SPARSE, -4096, "a header that leads to byte -3585"),
}


@pytest.mark.parametrize("ending", ["tar", "tar.gz"])
@pytest.mark.parametrize(("kind", "size", "reason"), NEGATIVE.values(), ids=NEGATIVE.keys())
def test_a_negative_size_makes_no_room_for_a_bomb(tmp_path, cache, ending, kind, size, reason):
    content = with_size(kind, size) + bytes(10_240)
    path = tmp_path / f"a.{ending}"
    path.write_bytes(gzip.compress(content) if ending == "tar.gz" else content)

    assert refused(path) == (
        f"got {path}, which is broken ({reason}), expected a whole archive. Fetch the file again."
    )
    assert left_over(cache) == []


def test_a_bomb_behind_the_end_mark_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_members, "MOST_BYTES", 3 * 10**6)
    content = packed_as("a.tar", tmp_path).read_bytes() + bytes(4 * 10**6)
    path = tmp_path / "b.tar.gz"
    path.write_bytes(gzip.compress(content))

    assert "which unpacks to more than 0.003 GB" in refused(path)


def test_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path, cache, monkeypatch):
    def full(packed, file, _):
        file.write(packed.read(2))
        raise OSError(errno.ENOSPC, "No space left on device")

    path = packed_as("a.tar.gz", tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(archives.shutil, "copyfileobj", full)
        with pytest.raises(DataError) as caught:
            folder_of(str(path))

    assert caught.value.message == (
        f"got {cache / 'archives'}, which cannot be written (no space left on device), expected a "
        "place for the cache. Make room, or name another folder with the variable DLTRAIN_CACHE."
    )
    assert left_over(cache) == []
    assert folder_of(str(path))[0].is_dir()


def test_a_cache_that_cannot_be_made_is_refused(tmp_path, cache):
    cache.write_text("a file where the folder should be")

    with pytest.raises(DataError) as caught:
        folder_of(str(packed_as("a.zip", tmp_path)))

    assert caught.value.message == (
        f"got {cache / 'archives'}, which cannot be written (not a directory), expected a place "
        "for the cache. Make room, or name another folder with the variable DLTRAIN_CACHE."
    )


def test_a_cache_that_may_only_be_read_still_gives_what_it_holds(tmp_path, monkeypatch):
    def read_only(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    path = str(packed_as("a.zip", tmp_path))
    folder, _ = folder_of(path)
    for name in ("utime", "mkdir"):
        monkeypatch.setattr(os, name, read_only)

    assert folder_of(path)[0] == folder


@pytest.mark.slow
def test_the_archive_of_sign_language_digits_is_unpacked_whole(real_data, tmp_path):
    path = real_data("images") / "sign-language-digits.tar.gz"

    folder, _ = folder_of(str(path))

    assert sorted(one.name for one in folder.iterdir() if one.is_dir()) == list("0123456789")
    with tarfile.open(path) as packed:
        names = {Path(one.name) for one in packed if one.isfile()}
    assert {Path(folder.name) / name for name in texts_below(folder)} == names
