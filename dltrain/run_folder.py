"""The run folder: made once, never overwritten, every file in it whole.

Every write goes to a temporary file that is flushed to disk and then renamed. The owner holds
a lock on `state/lock`; a folder that says `running` while nobody holds the lock belongs to a
run that was interrupted. Imports: the standard library only.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from dltrain.errors import FolderError, RunError, listed, sentence

if os.name == "nt":
    import msvcrt
else:
    import fcntl

CONFIG = "config.yaml"
RESOLVED = "config.resolved.yaml"
ENVIRONMENT = "environment.json"
STATUS = "status.json"
SPLIT = "split.csv"
PREPROCESSING = "preprocessing.json"
HISTORY = "history.csv"
TIMING = "timing.csv"
METRICS = "metrics.json"
PREDICTIONS = "predictions.csv"
LOG = "log.txt"
PARTS = ("train", "val", "test")
LOCK = Path("state", "lock")
MODELS = {"best": Path("model", "best.keras"), "last": Path("model", "last.keras")}


class RunFolder:
    """One run folder on disk.

    Args:
        path: The folder.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    @classmethod
    def make(cls, parent: Path, now: datetime | None = None) -> RunFolder:
        """Make a new folder below `parent`, named by the time, with -2, -3, … where that is taken.

        Args:
            parent: `runs/NAME`; made where it is missing.
            now: The time; default: now, local.

        Raises:
            RunError: The disk does not take it.
        """
        name = (now or datetime.now()).strftime("%Y%m%d-%H%M%S")
        try:
            parent.mkdir(parents=True, exist_ok=True)
            for number in range(1, 10_000):
                path = parent / (name if number == 1 else f"{name}-{number}")
                with contextlib.suppress(FileExistsError):
                    path.mkdir()
                    for inner in ("state", "model"):
                        (path / inner).mkdir()
                    return cls(path)
        except OSError as error:
            got = f"{parent}, which takes no folder ({error.strerror})"
            raise RunError(sentence(got, "a folder to write to", "Name another with `-o`.")) from error
        raise RunError(sentence(f"ten thousand folders named {name}", "fewer"))

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> RunFolder:
        """Open a folder that a run has left.

        Raises:
            FolderError: It is not there, or no run folder.
        """
        folder = cls(path)
        if not folder.path.is_dir():
            got = f"{path}, which is a file" if folder.path.exists() else f"{path}, which does not exist"
            raise FolderError(sentence(got, "a run folder", "`fit` prints it as its last line."))
        if not (folder.path / STATUS).is_file():
            got = f"{path}, which has no {STATUS}"
            raise FolderError(sentence(got, "a run folder", "`fit` prints it as its last line."))
        return folder

    def __truediv__(self, name: str | os.PathLike[str]) -> Path:
        return self.path / name

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Own the folder for as long as the block runs.

        Raises:
            FolderError: Another process owns it.
        """
        with (self / LOCK).open("a+") as file:
            if not _lock(file):
                message = sentence(f"{self.path}, which another process is writing", "a free run folder")
                raise FolderError(message)
            yield

    def is_owned(self) -> bool:
        """Tell whether a living process holds the lock."""
        try:
            with (self / LOCK).open("r+") as file:
                return not _lock(file)
        except OSError:
            return False

    def status(self) -> str:
        """Tell how the run ended: running, finished, failed or interrupted."""
        said = str(self.read_json(STATUS).get("status"))
        return "interrupted" if said == "running" and not self.is_owned() else said

    def file(self, name: str | os.PathLike[str]) -> Path:
        """Return the path of a file that must be there.

        Raises:
            FolderError: It is missing.
        """
        path = self / name
        if not path.is_file():
            got = f"{self.path} without {Path(name).as_posix()}"
            way_out = f"Its status is {self.status()}." if Path(name) != Path(STATUS) else ""
            raise FolderError(sentence(got, "a complete run folder", way_out))
        return path

    def read_json(self, name: str) -> dict[str, Any]:
        """Read a JSON file of the folder.

        Raises:
            FolderError: It is missing or broken.
        """
        path = self.file(name)
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError) as error:
            raise FolderError(sentence(f"{path}, which is broken", "JSON")) from error
        if not isinstance(facts, dict):
            raise FolderError(sentence(f"{path}, which is broken", "a JSON object"))
        return facts

    def read_split(self) -> dict[str, list[int]]:
        """Read the row numbers of each part from split.csv.

        Raises:
            FolderError: It is missing or broken.
        """
        path = self.file(SPLIT)
        parts: dict[str, list[int]] = {}
        try:
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    parts.setdefault(row["part"], []).append(int(row["row"]))
        except (KeyError, TypeError, ValueError) as error:
            raise FolderError(sentence(f"{path}, which is broken", "the columns row and part")) from error
        if "train" not in parts or not set(parts) <= set(PARTS):
            raise FolderError(sentence(f"{path} with the parts {listed(parts)}", "train, val, test"))
        return {name: parts[name] for name in PARTS if name in parts}

    def write_json(self, name: str, facts: dict[str, Any]) -> None:
        """Write a JSON file; what JSON cannot hold (NaN, infinity) is an error."""
        self.write_text(name, json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n")

    def write_rows(self, name: str, header: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
        """Write a CSV file from its header and rows."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        self.write_text(name, text.getvalue())

    def write_text(self, name: str, text: str) -> None:
        """Write a text file, all of it or nothing."""
        with self.whole(name) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="")

    @contextlib.contextmanager
    def whole(self, name: str | os.PathLike[str]) -> Iterator[Path]:
        """Give a temporary path; what is written there becomes the file when the block ends.

        Raises:
            RunError: The disk is full or not writable; the file stays as it was.
        """
        target = self / name
        handle, temporary_name = tempfile.mkstemp(dir=target.parent, suffix=target.suffix, prefix=".")
        os.close(handle)
        temporary = Path(temporary_name)
        try:
            yield temporary
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(target)
        except OSError as error:
            message = sentence(f"{target}, which cannot be written ({error.strerror})", "room on the disk")
            raise RunError(message) from error
        finally:
            temporary.unlink(missing_ok=True)


def timestamp() -> str:
    """Return the time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _lock(file: TextIO) -> bool:
    """Lock a file for this process, without waiting; False where another holds it."""
    try:
        if os.name == "nt":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
