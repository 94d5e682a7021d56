"""A run folder is made once, written whole, locked by its owner, and says truly how it ended."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from dltrain.errors import FolderError, RunError
from dltrain.run_folder import RunFolder, check_place

NOON = datetime(2026, 11, 20, 12, 0, 0)
HOLD = """
import sys
from dltrain.run_folder import RunFolder
folder = RunFolder(sys.argv[1])
with folder.locked(), folder.running({}):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path):
    return RunFolder.make(tmp_path / "runs" / "name", NOON)


@pytest.fixture
def owner(folder):
    """Another process that owns the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder.path],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == "locked\n"
    yield process
    process.kill()
    process.communicate()


def full_disk(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_folders_of_one_second_are_numbered(tmp_path):
    made = [RunFolder.make(tmp_path, NOON).path.name for _ in range(3)]

    assert made == ["20261120-120000", "20261120-120000-2", "20261120-120000-3"]


def test_no_two_makers_get_one_folder(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: RunFolder.make(tmp_path, NOON).path.name, range(40)))

    assert len(set(made)) == 40


def test_a_folder_is_never_overwritten(folder):
    (folder / "history.csv").write_text("mine")

    RunFolder.make(folder.path.parent, NOON)

    assert (folder / "history.csv").read_text() == "mine"


def test_the_name_is_a_time_that_every_disk_takes(tmp_path):
    name = RunFolder.make(tmp_path).path.name

    assert re.fullmatch(r"\d{8}-\d{6}", name)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(folder, monkeypatch):
    folder.write_json("metrics.json", {"epoch": 1})
    before = sorted(os.listdir(folder.path))
    monkeypatch.setattr(os, "fsync", full_disk)

    with pytest.raises(RunError) as caught:
        folder.write_json("metrics.json", {"epoch": 2})

    assert str(caught.value) == (
        f"got {folder / 'metrics.json'}, which cannot be written (No space left on device), "
        "expected room on the disk."
    )
    assert caught.value.exit_code == 1
    assert folder.read_json("metrics.json") == {"epoch": 1}
    assert sorted(os.listdir(folder.path)) == before


def test_a_disk_that_takes_no_writes_is_told_though_nothing_can_be_removed(folder, monkeypatch):
    def read_only(path, *_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(Path, "write_text", read_only)
    monkeypatch.setattr(Path, "unlink", read_only)

    with pytest.raises(RunError) as caught:
        folder.write_text("log.txt", "new")

    assert str(caught.value) == (
        f"got {folder / 'log.txt'}, which cannot be written (Read-only file system), "
        "expected room on the disk."
    )


def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(folder):
    folder.write_text("log.txt", "old")
    before = sorted(os.listdir(folder.path))

    with contextlib.suppress(ZeroDivisionError), folder.whole("log.txt") as path:
        path.write_text("new")
        1 / 0  # noqa: B018

    assert (folder / "log.txt").read_text() == "old"
    assert sorted(os.listdir(folder.path)) == before


def test_what_is_written_is_flushed_before_it_is_renamed(folder, monkeypatch):
    seen = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append((folder / "log.txt").exists()))

    folder.write_text("log.txt", "whole")

    # The file before the rename, and the folder, which holds its name, behind it.
    assert seen == [False, True]
    assert (folder / "log.txt").read_text() == "whole"


def test_files_get_the_rights_that_the_user_gives_new_files(folder):
    before = os.umask(0o027)

    folder.write_text("log.txt", "whole")

    os.umask(before)
    assert (folder / "log.txt").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("figure", [float("nan"), float("inf")], ids=["NaN", "infinity"])
def test_json_takes_only_what_json_can_hold(folder, figure):
    with pytest.raises(ValueError, match="not JSON compliant"):
        folder.write_json("metrics.json", {"loss": figure})

    assert not (folder / "metrics.json").exists()


def test_a_folder_that_its_owner_has_left_is_free(folder):
    with folder.locked():
        owned = folder.is_owned()

    assert owned
    assert not folder.is_owned()


def test_a_folder_of_another_process_cannot_be_locked(folder, owner):
    message = f"got {folder.path}, which another process is writing, expected a free run folder."

    with pytest.raises(FolderError, match=f"^{re.escape(message)}$"), folder.locked():
        pass


def test_a_run_that_is_alive_is_running(folder, owner):
    assert folder.status() == "running"


def test_a_run_that_was_killed_is_interrupted(folder, owner):
    owner.kill()
    owner.wait()

    assert json.loads((folder / "status.json").read_text())["status"] == "running"
    assert folder.status() == "interrupted"


ENDINGS = {
    "nothing": (None, "finished", None),
    "a RunError": (RunError("got loss nan"), "failed", "got loss nan"),
    "a bug": (ZeroDivisionError(), "failed", "ZeroDivisionError"),
    "Ctrl-C": (KeyboardInterrupt(), "interrupted", "stopped by the user"),
    "a full disk": (
        OSError(errno.ENOSPC, "No space left on device", "a/b"),
        "failed",
        "got 'No space left on device' at a/b, expected a disk that can be written to.",
    ),
}


@pytest.mark.parametrize(("error", "status", "reason"), ENDINGS.values(), ids=ENDINGS.keys())
def test_the_status_is_true_in_every_ending(folder, error, status, reason):
    seconds = {}

    with contextlib.suppress(BaseException), folder.locked(), folder.running(seconds):
        during = folder.read_json("status.json")
        seconds["data"] = 0.5
        if error is not None:
            raise error

    after = folder.read_json("status.json")
    assert during | {"started": ""} == {
        "status": "running", "reason": None, "started": "", "ended": None, "seconds": {}
    }  # fmt: skip
    assert (after["status"], after["reason"], after["seconds"]) == (status, reason, {"data": 0.5})
    assert after["started"] == during["started"] <= after["ended"]


def test_a_full_disk_is_named_even_where_the_status_cannot_be_written(folder, monkeypatch):
    def full_from_now_on():
        monkeypatch.setattr(os, "fsync", full_disk)
        full_disk()

    with pytest.raises(RunError) as caught, folder.running({}):
        full_from_now_on()

    message = "got 'No space left on device', expected a disk that can be written to."
    assert str(caught.value) == message


def test_an_interruption_says_where_the_folder_is(folder):
    with pytest.raises(KeyboardInterrupt) as caught, folder.running({}):
        raise KeyboardInterrupt

    assert str(caught.value) == f"`dltrain resume {folder.path}` goes on"


NO_RUN_FOLDER = {
    "nothing there": (lambda path: None, "which does not exist"),
    "a file": (lambda path: path.write_text(""), "which is a file"),
    "another folder": (lambda path: path.mkdir(), "which has no status.json"),
}


@pytest.mark.parametrize(("make", "words"), NO_RUN_FOLDER.values(), ids=NO_RUN_FOLDER.keys())
def test_what_is_no_run_folder_is_refused(tmp_path, make, words):
    path = tmp_path / "no-run"
    make(path)

    with pytest.raises(FolderError) as caught:
        RunFolder.open(path)

    assert str(caught.value) == (
        f"got {path}, {words}, expected a run folder. `fit` prints it as its last line."
    )
    assert caught.value.exit_code == 2


BROKEN_JSON = {
    "half a file": b'{"epoch": ',
    "no object": b"[1, 2]",
    "no text": b"\xff\xfe\x00",
    "another object": b'{"epochs": 1}',
}


@pytest.mark.parametrize("content", BROKEN_JSON.values(), ids=BROKEN_JSON.keys())
def test_broken_json_is_named(folder, content):
    path = folder / "metrics.json"
    path.write_bytes(content)

    with pytest.raises(FolderError) as caught:
        folder.read_json("metrics.json", "epoch")

    message = f"got {path}, which is broken, expected what `fit` writes there."
    assert str(caught.value) == message


def test_a_split_comes_back_in_the_order_of_the_parts(folder):
    folder.write_rows(
        "split.csv", ("row", "part"), [(0, "test"), (1, "train"), (2, "val"), (3, "train")]
    )

    parts = {name: list(rows) for name, rows in folder.read_split().items()}
    assert parts == {"train": [1, 3], "val": [2], "test": [0]}
    assert list(parts) == ["train", "val", "test"]


BROKEN_SPLITS = {
    "other columns": "a,b\n1,2\n",
    "no number": "row,part\nx,train\n",
    "half a line": "row,part\n1,train\n2",
    "unknown part": "row,part\n1,trian\n",
    "no train rows": "row,part\n1,test\n",
    "empty": "",
    "no text": b"row,part\n\xff",
}


@pytest.mark.parametrize("content", BROKEN_SPLITS.values(), ids=BROKEN_SPLITS.keys())
def test_a_broken_split_is_named(folder, content):
    path = folder / "split.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(FolderError) as caught:
        folder.read_split()

    assert str(caught.value) == (
        f"got {path}, which is broken, "
        "expected a row and its part (train, val or test) in each line."
    )


def test_a_place_that_is_not_there_yet_is_fine(tmp_path):
    check_place(tmp_path / "new" / "runs", "name-1.2")


def test_a_file_is_no_place_for_a_run_folder(tmp_path):
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(FolderError) as caught:
        check_place(file / "runs", None)

    assert str(caught.value) == (
        f"got the output folder {file / 'runs'}, but {file} is a file, "
        "expected a folder to write to. Name another with `-o`."
    )


def test_a_folder_that_cannot_be_written_to_is_no_place_for_a_run_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with pytest.raises(FolderError) as caught:
        check_place(tmp_path, None)

    assert str(caught.value) == (
        f"got the output folder {tmp_path}, but {tmp_path} cannot be written to, "
        "expected a folder to write to. Name another with `-o`."
    )


@pytest.mark.parametrize("name", ["", "a/b", "..", "a:b", "-n", "a" * 101, "a b"])
def test_a_name_that_is_no_folder_name_is_refused(tmp_path, name):
    with pytest.raises(FolderError) as caught:
        check_place(tmp_path, name)

    assert str(caught.value).endswith(
        ", expected a name of letters, digits, '.', '_' and '-'. It becomes the name of a folder."
    )


def test_a_disk_that_takes_no_folder_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(type(tmp_path), "mkdir", full_disk)

    with pytest.raises(RunError) as caught:
        RunFolder.make(tmp_path / "name")

    assert str(caught.value) == (
        f"got {tmp_path / 'name'}, which takes no folder (No space left on device), "
        "expected a folder to write to. Name another with `-o`."
    )


def test_a_folder_that_is_gone_is_named_when_it_is_written_to(folder):

    def write_into_nothing():
        with folder.whole("model/best.keras") as path:
            path.parent.rmdir()
            path.write_text("new")

    with pytest.raises(RunError) as caught:
        write_into_nothing()

    assert str(caught.value) == (
        f"got {folder / 'model/best.keras'}, which cannot be written (No such file or directory), "
        "expected room on the disk."
    )
