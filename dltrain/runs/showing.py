"""`dltrain runs show`: what one run is, from its folder alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dltrain import run_folder
from dltrain.results import results
from dltrain.run_folder import RunFolder
from dltrain.runs.stored_run import StoredRun
from dltrain.runs.tables import cell
from dltrain.spelling import figure, size_in_words
from dltrain.study_tables import folds_table, sweep_table
from dltrain.terms import PARTS

CHUNK = 2**20
HEXADECIMALS = 12
LABEL = 8
# Facts that a run has said of itself before its first epoch.
SAID = ("data", "cache", "model", "engine")


@dataclass(frozen=True)
class Shown:
    """One run.

    Attributes:
        record: Where the facts come from.
        rows: Number of rows by part.
        said: What the terminal said before the first epoch, by label.
        files: Size in bytes of each file.
    """

    record: StoredRun
    rows: dict[str, int]
    said: dict[str, list[str]]
    files: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        one = self.record
        return {
            "run": one.path,
            "name": one.name,
            "status": one.status,
            "study": one.study_facts or None,
            "smoke": one.is_smoke,
            "reason": one.facts.get("reason"),
            "started": one.facts.get("started"),
            "ended": one.facts.get("ended"),
            "resumed": one.facts.get("resumed", []),
            "config": self.config_path,
            "command": one.environment.get("argv"),
            "seed": one.at("seed"),
            "git": one.environment.get("git"),
            "data": one.environment.get("data", {}) | {"rows": self.rows},
            "said": self.said,
            "ensemble": one.ensemble or None,
            "epochs": one.epochs,
            "best_epoch": one.facts.get("best_epoch"),
            "stopped_early": one.facts.get("stopped_early"),
            "seconds": one.seconds,
            "metrics": one.metrics,
            "diagnosis": one.diagnosis,
            "files": self.files,
        }

    @property
    def config_path(self) -> str | None:
        """The config file that the run or the study was made from."""
        if self.record.study:
            return self.record.study_facts.get("path")
        files = self.record.environment.get("files")
        return next(iter(files), None) if isinstance(files, dict) else None


def show(record: StoredRun) -> Shown:
    """Gather what a run's folder says."""
    folder = RunFolder(record.path)
    return Shown(record, _rows(folder), _said(folder), _files(folder.path))


def facts(shown: Shown) -> Iterator[tuple[str, str]]:
    """List what a run is, with its labels, in the order in which it is read."""
    one = shown.record
    yield "run", one.path
    yield "status", " · ".join(_status(one))
    if one.study:
        yield "study", " · ".join(_study(one))
    if one.seconds:
        phases = " · ".join(f"{name} {figure(value)}" for name, value in one.seconds.items())
        yield "seconds", f"{figure(sum(one.seconds.values()))} ({phases})"
    seed = one.at("seed")
    known = [shown.config_path, None if seed is None else f"seed {seed}", _git(one)]
    yield "config", " · ".join(part for part in known if part) or "unknown"
    if len(argv := one.environment.get("argv") or []) > 1:
        yield "command", " ".join(["dltrain", *map(str, argv[1:])])
    yield from _ensemble(one)
    for label in SAID:
        for number, line in enumerate(shown.said.get(label, [])):
            yield label if not number else "", line
    if "data" not in shown.said and shown.rows:
        yield "data", " · ".join(f"{part} {rows}" for part, rows in shown.rows.items())
    if digest := one.environment.get("data", {}).get("sha256"):
        yield "sha256", f"{str(digest)[:HEXADECIMALS]}… of the data"
    if epochs := " · ".join(_epochs(one)):
        yield "epochs", epochs
    if one.diagnosis:
        yield "verdict", str(one.diagnosis.get("sentence") or one.diagnosis.get("verdict"))


def table(shown: Shown) -> tuple[list[str], list[list[Any]]]:
    """Lay out the figures, see `results`; no header and no rows where there are none.

    A study has the table that it has shown at its end, see `study_tables`.
    """
    one = shown.record
    if one.study == "cv" and one.metrics:
        return folds_table(one.metrics)
    if one.study == "sweep" and "rows" in one.study_facts:
        return sweep_table(one.study_facts)
    found = results(shown.record.metrics)
    return (found.header(), found.values()) if found.parts else ([], [])


def files_in_words(shown: Shown) -> str:
    """List the files with their sizes; those of a folder together."""
    folders: dict[str, list[int]] = {}
    for name, size in shown.files.items():
        place, inside, _ = name.partition("/")
        folders.setdefault(f"{place}/" if inside else place, []).append(size)
    return ", ".join(
        f"{name} {f'{len(sizes)} files ' * name.endswith('/')}{size_in_words(sum(sizes))}"
        for name, sizes in folders.items()
    )


def labelled(label: str, text: str) -> str:
    """Put a label before a line, as the terminal does."""
    return f"{label} ".ljust(LABEL + 1) + cell(text, most=None)


def _status(one: StoredRun) -> Iterator[str]:
    yield one.status
    if one.is_smoke:
        yield "a smoke run"
    if reason := one.facts.get("reason"):
        yield str(reason)
    if started := one.facts.get("started"):
        yield f"started {started}"
    if resumed := one.facts.get("resumed"):
        yield f"resumed {resumed[-1]}"


def _study(one: StoredRun) -> Iterator[str]:
    """Say what a study is, how many trainings it has, and how they were trained."""
    facts = one.study_facts
    yield str(one.study)
    yield f"{len(facts.get('members', ()))} trainings"
    if failed := facts.get("failures"):
        yield f"{len(failed)} failed"
    yield from (f"{number} side by side" for number in facts.get("side_by_side", ()))
    if alone := facts.get("alone"):
        yield f"{alone} by themselves"


def _epochs(one: StoredRun) -> Iterator[str]:
    if one.epochs is not None:
        yield str(one.epochs)
    if best := one.facts.get("best_epoch"):
        yield f"best {best}"
    if one.facts.get("stopped_early"):
        yield "stopped by a callback"


def _ensemble(one: StoredRun) -> Iterator[tuple[str, str]]:
    """Say which runs an ensemble joins, and how."""
    members = one.ensemble.get("members")
    if not isinstance(members, list):
        return
    yield "ensemble", f"{one.ensemble.get('method')} of {len(members)} members"
    for member in members:
        yield "", f"{member.get('run')} · weight {figure(member.get('weight'))}"


def _git(one: StoredRun) -> str | None:
    git = one.environment.get("git")
    if not isinstance(git, dict):
        return None
    changed = " with changes" if git.get("dirty") else ""
    return f"git {str(git.get('commit'))[:HEXADECIMALS]}{changed}"


def _rows(folder: RunFolder) -> dict[str, int]:
    """Count the rows of each part without reading their numbers: a table may have millions."""
    counts = dict.fromkeys(PARTS, 0)
    try:
        with (folder / run_folder.SPLIT).open("rb") as file:
            for line in iter(lambda: file.readlines(CHUNK), []):
                text = b"".join(line)
                for part in PARTS:
                    counts[part] += text.count(f",{part}\n".encode())
    except FileNotFoundError:
        return {}
    return {part: count for part, count in counts.items() if count}


def _said(folder: RunFolder) -> dict[str, list[str]]:
    """Read the labelled lines with which log.txt begins."""
    try:
        text = (folder / run_folder.LOG).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return {}
    said: dict[str, list[str]] = {}
    label = ""
    for line in text.partition("\n\n")[0].splitlines():
        label = line[:LABEL].split(" ")[0] or label
        said.setdefault(label, []).append(line[LABEL:].strip())
    return {name: lines for name, lines in said.items() if name in SAID}


def _files(folder: Path) -> dict[str, int]:
    """List the files of a folder and of those in it, hidden ones left out."""
    sizes = {}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and path != folder / run_folder.LOCK:
                sizes[path.relative_to(folder).as_posix()] = path.stat().st_size
    return sizes
