"""Train the members of a study: side by side where their networks allow it, else in processes.

Which members train together follows from their files and data alone, never from a stopwatch, so a
resumed study trains the same members together and ends in the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dltrain import backend, runner
from dltrain.assembly import Assembly
from dltrain.errors import DltrainError, RunError
from dltrain.study.folder import StudyFolder
from dltrain.study.member import Failure, Member
from dltrain.study.processes import Processes
from dltrain.study.progress import Progress
from dltrain.study.rows import Rows
from dltrain.study.together import Group, Prepared, groups_of, obstacle_to, train_group
from dltrain.terminal import Terminal

# What the rows and networks of members that are prepared at once may take in memory.
MOST_BYTES = 1_000_000_000


@dataclass
class Trained:
    """How the members of a study were trained.

    Attributes:
        together: Numbers of members that were trained side by side, by program.
        alone: Number of members that were trained by themselves.
        reasons: Why those were, each once.
        failures: Members that failed.
    """

    together: list[int] = field(default_factory=list)
    alone: int = 0
    reasons: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def train_members(
    study: StudyFolder,
    members: Sequence[Member],
    terminal: Terminal,
    processes: Processes,
    *,
    first: Prepared | None = None,
    progress: Progress | None = None,
    tolerant: bool = False,
) -> Trained:
    """Train the members of a study that are not finished.

    Args:
        study: The study, whose folder this process owns.
        members: All members.
        terminal: Where progress is shown.
        processes: Those for members that train by themselves.
        first: The first member, where it has been prepared before.
        progress: Counts the members; default: one that tells of some of them.
        tolerant: Whether a member whose data or network is wrong is one that failed, and members
            that memory does not hold side by side train by themselves.

    Returns:
        How they were trained, and which of them failed.

    Raises:
        DltrainError: A mistake in the file or the data of a member, or the disk is full.
        KeyboardInterrupt: Somebody wishes to stop; what is finished stays.
    """
    trained = Trained()
    progress = progress or Progress(terminal, len(members))
    wrong: list[Failure] | None = [] if tolerant else None
    waiting: list[Member] = []

    def note(told: Failure | str) -> None:
        progress.show(told)
        trained.failures += [told] if isinstance(told, Failure) else []

    for group, single in _windows(study, members, first, wrong, smoke=processes.smoke):
        waiting += [one for one, _ in single]
        reasons = [*trained.reasons, *(reason for _, reason in single)]
        trained.reasons = list(dict.fromkeys(reasons))
        for one in group:
            try:
                _train_together(study, one, terminal, progress, note)
                trained.together.append(len(one.members))
            except RunError as error:
                if not tolerant:
                    raise
                trained.reasons.append(str(error))
                waiting += [other.member for other in one.members]
    for failure in wrong or ():
        note(failure)
    trained.alone = len(waiting)
    progress.skip(sum(study.is_finished(one.name) for one in waiting))
    for told in processes.train(study, waiting):
        note(told)
    return trained


def _train_together(
    study: StudyFolder,
    group: Group,
    terminal: Terminal,
    progress: Progress,
    note: Callable[[Failure | str], None],
) -> None:
    """Train members side by side, unless all of them are finished."""
    from dltrain.training.stopping import stoppable

    if all(map(study.is_finished, group.names)):
        progress.skip(len(group.members))
        return
    terminal.line(f"{len(group.members)} members side by side")
    with stoppable() as stop:
        for told in train_group(study, group, terminal, stop):
            note(told)


def _windows(
    study: StudyFolder,
    members: Sequence[Member],
    first: Prepared | None,
    wrong: list[Failure] | None,
    *,
    smoke: bool,
) -> Iterator[tuple[list[Group], list[tuple[Member, str]]]]:
    """Prepare members, as many at a time as memory holds, and put those together that may be.

    Members whose data or network is wrong are added to `wrong`, where it is a list.
    """
    rows, window, size = Rows(smoke=smoke), [], 0
    alone: list[tuple[Member, str]] = []
    for member in members:
        try:
            one = first if first and first.member is member else prepare(member, rows)
        except DltrainError as error:
            if wrong is None:
                raise
            wrong.append(Failure(member.name, str(error), error.exit_code))
            continue
        study.check_rows(member, one.assembly.data.fingerprint)
        size += _bytes(one.assembly)
        if reason := obstacle_to([one]):
            alone.append((member, reason))
        else:
            window.append(one)
        if size > MOST_BYTES:
            yield _grouped(window, alone)
            window, alone, size = [], [], 0
            rows.forget()
    yield _grouped(window, alone)


def _grouped(
    window: list[Prepared], alone: list[tuple[Member, str]]
) -> tuple[list[Group], list[tuple[Member, str]]]:
    groups, single = groups_of(window)
    return groups, alone + [(one.member, reason) for one, reason in single]


def prepare(member: Member, rows: Rows) -> Prepared:
    """Read a member's data and build its network.

    Raises:
        DltrainError: The file, the data or the network is wrong.
    """
    seconds: dict[str, float] = {}
    try:
        data = rows.of(member.config)
    except DltrainError as error:
        raise member.config.placed(error) from error
    backend.start_anew()
    assembly = runner.assembled(member.config, rows.smoke, seconds, data=data)
    return Prepared(member, assembly, seconds)


def _bytes(assembly: Assembly) -> int:
    """Count what rows and network of a member take in memory; rows may be shared."""
    arrays: list[Any] = []
    for part in assembly.data.parts.values():
        arrays += [part.raw, part.x, part.y]
    held = sum(array.nbytes for array in _leaves(arrays) if hasattr(array, "nbytes"))
    return held + 8 * assembly.network.count_params()


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    else:
        yield value
