"""A study from its members to its figures, or from where it stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dltrain import resuming, run_folder
from dltrain.config import Config
from dltrain.errors import DltrainError, FolderError, RunError, sentence
from dltrain.run_folder import RunFolder
from dltrain.study import telling
from dltrain.study.folder import StudyFolder
from dltrain.study.member import Failure, Member, read_members
from dltrain.study.processes import Processes
from dltrain.study.rows import Rows
from dltrain.study.together import Prepared
from dltrain.study.training import prepare, train_members
from dltrain.terminal import Terminal
from dltrain.terms import STUDY_KIND


@dataclass(frozen=True)
class Kind:
    """What one command makes of a study.

    Attributes:
        name: The command.
        conclude: Judges the members that have come to their end, knowing those that failed, and
            writes what came out.
        tell: Shows what `conclude` gave.
        needs_all: Whether the study is no whole one where a member has failed.
    """

    name: str
    conclude: Callable[[StudyFolder, Sequence[Member], Sequence[Member]], dict[str, Any]]
    tell: Callable[[Terminal, dict[str, Any]], None]
    needs_all: bool = False


@dataclass
class Study:
    """What a study has left.

    Attributes:
        folder: Its folder.
        metrics: What came out.
        failed: Names of the members that failed.
        whole: Whether it has all that it needs.
    """

    folder: RunFolder
    metrics: dict[str, Any] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    whole: bool = True


def run_study(
    kind: Kind,
    config: Config,
    members: Sequence[Member],
    facts: dict[str, Any],
    *,
    told: str,
    output: Path,
    name: str | None,
    workers: int | None = None,
    terminal: Terminal | None = None,
) -> Study:
    """Train the members of a new study and judge them.

    Args:
        kind: What is made of the members.
        config: The study's file.
        members: All members, at least one.
        facts: What a resumed study has to know; `smoke` is one.
        told: What the study is, in words.
        output: Folder below which NAME/TIME is made.
        name: The study's name; default: the file's.
        workers: Processes for members that train by themselves; default: one a core.
        terminal: Where progress is shown.

    Raises:
        DltrainError: The file, the data or a network is wrong, or every member failed.
    """
    terminal, began = terminal or Terminal(), run_folder.timestamp()
    run_folder.check_place(output, name)
    first = prepare(members[0], Rows(smoke=bool(facts["smoke"])))
    telling.introduce(terminal, first.assembly, members, name or config.name, told)
    folder = RunFolder.make(output / (name or config.name))
    study = StudyFolder(folder)
    seconds: dict[str, float] = {}
    with folder.locked(), folder.running(seconds, began), terminal.logged(folder / run_folder.LOG):
        folder.note({STUDY_KIND: kind.name})
        study.begin(config, kind.name, members, facts)
        return _to_its_end(study, kind, members, facts, terminal, seconds, workers, first)


def resume_study(
    path: Path,
    kinds: Sequence[Kind],
    *,
    workers: int | None = None,
    terminal: Terminal | None = None,
) -> Study:
    """Train the members of a study that are not finished, and judge all.

    Args:
        path: The study's folder.
        kinds: Those that there are.
        workers: As for a new one.
        terminal: Where progress is shown.

    Raises:
        DltrainError: The study is over, or cannot go on.
    """
    terminal = terminal or Terminal()
    folder = RunFolder(path)
    study = StudyFolder(folder)
    with folder.locked():
        facts = study.facts()
        if folder.status() == "finished":
            got = f"{folder.path}, which is finished"
            raise FolderError(sentence(got, "a study that was interrupted", "Start a new one."))
        members = list(read_members(folder, study.given(), facts["members"]))
        folder.sweep()
        seconds: dict[str, float] = {}
        with folder.running(seconds), terminal.logged(folder / run_folder.LOG, anew=False):
            done = sum(study.is_finished(one.name) for one in members)
            terminal.fact("resumed", f"{done} of {len(members)} members are finished")
            for line in resuming.other_versions(facts["versions"]):
                terminal.fact("", f"{line} since the study began: its bits may differ")
            terminal.line()
            [kind] = [one for one in kinds if one.name == facts["kind"]]
            return _to_its_end(study, kind, members, facts, terminal, seconds, workers)


def _to_its_end(
    study: StudyFolder,
    kind: Kind,
    members: Sequence[Member],
    facts: dict[str, Any],
    terminal: Terminal,
    seconds: dict[str, float],
    workers: int | None,
    first: Prepared | None = None,
) -> Study:
    """Train the members, judge those that have come to their end, and tell it."""
    started = time.perf_counter()
    with Processes(workers, smoke=bool(facts["smoke"])) as processes:
        trained = train_members(study, members, terminal, processes, first=first)
    seconds["training"] = round(time.perf_counter() - started, 3)
    failed = {one.name: one.reason for one in trained.failures}
    done = [one for one in members if one.name not in failed]
    study.add({
        "side_by_side": trained.together, "alone": trained.alone, "reasons": trained.reasons,
        "failures": failed,
    })  # fmt: skip
    if not done:
        raise _all_failed(trained.failures)
    metrics = kind.conclude(study, done, [one for one in members if one.name in failed])
    kind.tell(terminal, metrics)
    telling.conclude(terminal, trained, len(members))
    return Study(study.folder, metrics, list(failed), not (failed and kind.needs_all))


def _all_failed(failures: Sequence[Failure]) -> DltrainError:
    """Say that every member has failed: by a mistake in the file or the data, if all of them so."""
    message = f"got {len(failures)} members that all failed, the first so: {failures[0].reason}"
    mistakes = all(one.exit_code == DltrainError.exit_code for one in failures)
    return DltrainError(message) if mistakes else RunError(message)
