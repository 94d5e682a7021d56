"""The run folder: made once, never overwritten, every file in it whole.

Every write goes to a temporary file that is flushed to disk and then renamed. The owner holds
a lock on `state/lock`; a folder that says `running` while nobody holds the lock belongs to a
run that was interrupted. Imports: config (the rule of names), errors,
the standard library.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dltrain import terms, whole_files
from dltrain.errors import FolderError, RunError, sentence, shown
from dltrain.locking import lock, lock_patiently
from dltrain.terms import PARTS
from dltrain.whole_files import OF_THE_DISK, disk_error

CONFIG = "config.yaml"
RESOLVED = "config.resolved.yaml"
ENVIRONMENT = "environment.json"
STATUS = "status.json"
SPLIT = "split.csv"
PREPROCESSING = "preprocessing.json"
HISTORY = "history.csv"
TIMING = "timing.csv"
GRADIENTS = "gradients.csv"
METRICS = "metrics.json"
ENSEMBLE = "ensemble.json"
PREDICTIONS = "predictions.csv"
DIAGNOSIS = "diagnosis.json"
LOG = "log.txt"
INSIGHTS = "insights.json"
INSIGHT_ARRAYS = "insights.npz"
REPORT = "report.html"
CARD = "model_card.md"
PLOTS = "plots"
# Of a study: what it is, its members' run folders, and their configs.
STUDY = "study.json"
MEMBERS = "members"
MEMBER_CONFIGS = "state/members"
LOCK = Path("state", "lock")
BEGUN_WITH = "state/config.yaml"
# Facts of status.json that a resume writes anew.
OF_ONE_GO = ("ended", "reason", "seconds", "started", "status")
MODELS = {"best": Path("model", "best.keras"), "last": Path("model", "last.keras")}


class RunFolder:
    """One run folder on disk.

    Args:
        path: The folder.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._noted: dict[str, Any] = {}

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
        for number in range(1, 10_000):
            with contextlib.suppress(FileExistsError):
                return cls.new(parent / (name if number == 1 else f"{name}-{number}"))
        raise RunError(sentence(f"ten thousand folders named {name}", "fewer"))

    @classmethod
    def new(cls, path: Path) -> RunFolder:
        """Make a folder, and those above it where they are missing.

        Raises:
            FileExistsError: It is there.
            RunError: The disk does not take it.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir()
            (path / "state").mkdir()
        except FileExistsError:
            raise
        except OSError as error:
            got = f"{path.parent}, which takes no folder ({error.strerror})"
            raise RunError(
                sentence(got, "a folder to write to", "Name another with `-o`.")
            ) from error
        return cls(path)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> RunFolder:
        """Open a folder that a run has left.

        Raises:
            FolderError: It is not there, or no run folder, or that of a study.
        """
        folder = cls(path)
        if (folder / STATUS).is_file():
            if not folder.is_study():
                return folder
            got = f"{path}, the folder of a study"
            way_out = f"Its members are in {folder / MEMBERS}."
            raise FolderError(sentence(got, "that of one run", way_out))
        if folder.path.is_dir():
            got = f"{path}, which has no {STATUS}"
        elif folder.path.exists():
            got = f"{path}, which is a file"
        else:
            got = f"{path}, which does not exist"
        raise FolderError(sentence(got, "a run folder", "`fit` prints it as its last line."))

    def is_study(self) -> bool:
        """Tell whether the folder is that of a study, which holds the folders of many runs."""
        return (self / STATUS).is_file() and terms.STUDY_KIND in self.read_json(STATUS)

    @contextlib.contextmanager
    def running(self, seconds: Mapping[str, float], began: str | None = None) -> Iterator[None]:
        """Keep status.json true, however the block ends.

        Args:
            seconds: Seconds by phase; filled in while the block runs.
            began: When the command began, as `timestamp` gives it; default: now.

        Raises:
            RunError: The disk is full or not writable.
            KeyboardInterrupt: As in the block; says where the folder is.
        """
        started = began or timestamp()
        earlier = self.read_json(STATUS) if (self / STATUS).exists() else {}
        if "started" in earlier:
            kept = {name: earlier[name] for name in earlier if name not in OF_ONE_GO}
            self._noted = kept | {"resumed": [*earlier.get("resumed", []), started]}
            started = earlier["started"]

        def write(status: str, reason: str | None = None) -> None:
            ended = None if status == "running" else timestamp()
            facts = {"status": status, "reason": reason, "started": started, "ended": ended}
            self.write_json(STATUS, facts | self._noted | {"seconds": dict(seconds)})

        write("running")
        try:
            yield
        except KeyboardInterrupt as error:
            write("interrupted", str(error) or "stopped by the user")
            raise KeyboardInterrupt(f"`dltrain resume {self.path}` goes on") from error
        except OSError as error:
            failed = disk_error(error) if error.errno in OF_THE_DISK else error
            with contextlib.suppress(RunError):  # the disk that took no more may not take this
                write("failed", str(failed))
            raise failed from error
        except BaseException as error:
            with contextlib.suppress(RunError):
                write("failed", str(error) or type(error).__name__)
            raise
        write("finished")

    def note(self, facts: dict[str, Any]) -> None:
        """Add facts to status.json, now and for as long as `running` keeps it.

        Raises:
            RunError: The disk is full or not writable.
        """
        self._noted |= facts
        self.write_json(STATUS, self.read_json(STATUS) | facts)

    def sweep(self) -> None:
        """Remove what a killed owner has left half written; the owner of the lock may do so."""
        for name in (".", "config", "model", "state"):
            for path in (self / name).glob(".[0-9]*-*"):
                path.unlink(missing_ok=True)

    def __truediv__(self, name: str | os.PathLike[str]) -> Path:
        return self.path / name

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Own the folder for as long as the block runs.

        Raises:
            FolderError: Another process owns it.
        """
        (self / LOCK).parent.mkdir(exist_ok=True)
        with (self / LOCK).open("a+") as file:
            if not lock_patiently(file):
                message = sentence(
                    f"{self.path}, which another process is writing", "a free run folder"
                )
                raise FolderError(message)
            yield

    def is_owned(self) -> bool:
        """Tell whether a living process holds the lock."""
        try:
            with (self / LOCK).open("r") as file:
                return not lock(file, shared=True)
        except OSError:
            return False

    def status(self, facts: Mapping[str, Any] | None = None) -> str:
        """Tell how the run ended: running, finished, failed or interrupted.

        Args:
            facts: What status.json holds, where that is known; it is read otherwise.
        """
        said = str((self.read_json(STATUS) if facts is None else facts).get("status"))
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

    @contextlib.contextmanager
    def reading(self, name: str, expected: str) -> Iterator[Path]:
        """Give the path of a file that must be there; what does not fit in it is named.

        Raises:
            FolderError: It is missing or broken.
        """
        path = self.file(name)
        try:
            yield path
        except (LookupError, OSError, TypeError, ValueError) as error:
            raise FolderError(sentence(f"{path}, which is broken", expected)) from error

    def read_json(self, name: str, *keys: str) -> Any:
        """Read a JSON object of the folder, or what stands in it behind some keys.

        Raises:
            FolderError: It is missing or broken.
        """
        with self.reading(name, "what `fit` writes there") as path:
            facts = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(facts, dict):
                raise TypeError(type(facts).__name__)
            for key in keys:
                facts = facts[key]
        return facts

    def read_split(self) -> dict[str, array[int]]:
        """Read the row numbers of each part from split.csv.

        Raises:
            FolderError: It is missing or broken.
        """
        # Not lists: 20 million numbers would take 700 MB.
        parts = {name: array("q") for name in PARTS}
        with (
            self.reading(SPLIT, "a row and its part (train, val or test) in each line") as path,
            path.open(encoding="utf-8", newline="") as file,
        ):
            lines = csv.reader(file)
            header = next(lines, [])
            row, part = header.index("row"), header.index("part")
            for line in lines:
                parts[line[part]].append(int(line[row]))
            if not parts["train"]:
                raise ValueError("no train rows")
        return {name: rows for name, rows in parts.items() if rows}

    def write_json(self, name: str, facts: dict[str, Any]) -> None:
        """Write a JSON file; what JSON cannot hold (NaN, infinity) is an error."""
        self.write_text(
            name, json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        )

    def write_rows(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
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

    def whole(self, name: str | os.PathLike[str]) -> AbstractContextManager[Path]:
        """Give a temporary path; what is written there becomes the file when the block ends.

        See `whole_files.whole`, which says what is raised.
        """
        return whole_files.whole(self / name)


def check_place(output: Path, name: str | None) -> None:
    """Check that a run folder can be made, before anything slow begins.

    Args:
        output: Folder below which NAME/TIME will be made; it need not be there yet.
        name: The name that was asked for, if one was.

    Raises:
        FolderError: `output` or what is above it takes no folder, or the name is none.
    """
    from dltrain.config.sections.experiment import NAME  # 0.2 s that `runs list` does not need

    if name is not None and not NAME.fullmatch(name):
        expected = "a name of letters, digits, '.', '_' and '-'"
        raise FolderError(sentence(shown(name), expected, "It becomes the name of a folder."))
    place = output.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        reason = "cannot be written to" if place.is_dir() else "is a file"
        got = f"the output folder {output}, but {place} {reason}"
        raise FolderError(sentence(got, "a folder to write to", "Name another with `-o`."))


def timestamp() -> str:
    """Return the time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
