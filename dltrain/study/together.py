"""Members of a study that train side by side, and what each leaves: an ordinary run folder."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain import fitting, records, run_folder
from dltrain.assembly import Assembly
from dltrain.config.checks.monitors import best_monitor, direction
from dltrain.evaluating import evaluate_run
from dltrain.run_folder import RunFolder
from dltrain.study.member import Failure, Member
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    from dltrain.study.folder import StudyFolder
    from dltrain.training import Trained
    from dltrain.training.callbacks import BestWeights
    from dltrain.training.stopping import Stop

TOGETHER = "side_by_side"  # a fact of status.json: how many trained together


@dataclass
class Prepared:
    """A member, ready to train.

    Attributes:
        member: The member.
        assembly: Its data and network.
        seconds: What it took to prepare, by phase.
    """

    member: Member
    assembly: Assembly
    seconds: dict[str, float]


@dataclass
class Group:
    """Members that train as one program.

    Attributes:
        members: They, in the study's order.
    """

    members: list[Prepared]

    @property
    def names(self) -> list[str]:
        """The names of the members."""
        return [one.member.name for one in self.members]


def obstacle_to(members: Sequence[Prepared]) -> str | None:
    """Say why members cannot train side by side; None where they can."""
    from dltrain.training.side_by_side import obstacle

    first = members[0].assembly
    values = first.config.experiment.training
    if first.phases[1:]:
        return "a training in phases"
    if values.steps_per_epoch:
        return "`training.steps_per_epoch`"
    for one in members[1:]:
        if found := _unlike(first, one.assembly):
            return found
    networks = [one.assembly.network for one in members]
    return obstacle(
        networks,
        [one.assembly.train for one in members],
        _vals(members),
        [_own_callbacks(one.assembly) for one in members],
        batch_size=first.batch_size,
    )


def _unlike(first: Assembly, other: Assembly) -> str | None:
    """Say in what, beside its network, a member differs from the first."""
    for name in ("batch_size", "epochs", "validation_batch_size"):
        if getattr(first, name) != getattr(other, name):
            return f"members with another {name.replace('_', ' ')}"
    if (first.val is None) != (other.val is None):
        return "members with and without val rows"
    ours, theirs = first.config.experiment.training, other.config.experiment.training
    for name in ("engine", "initial_epoch", "precision", "shuffle", "validation_freq"):
        if getattr(ours, name) != getattr(theirs, name):
            return f"members with another `training.{name}`"
    return None


def groups_of(members: Sequence[Prepared]) -> tuple[list[Group], list[tuple[Prepared, str]]]:
    """Put members together that can train side by side.

    Args:
        members: All of them, in the study's order.

    Returns:
        Groups of at least two, and the members that train alone, each with the reason.
    """
    groups: list[list[Prepared]] = []
    alone: list[tuple[Prepared, str]] = []
    for one in members:
        if reason := obstacle_to([one]):
            alone.append((one, reason))
            continue
        for group in groups:
            if obstacle_to([group[0], one]) is None:
                group.append(one)
                break
        else:
            groups.append([one])
    single = [
        (group[0], "no other member has its architecture") for group in groups if not group[1:]
    ]
    return [Group(group) for group in groups if group[1:]], alone + single


def train_group(
    study: StudyFolder, group: Group, terminal: Terminal, stop: Stop
) -> Iterator[Failure | str]:
    """Train members side by side, and write the folder of each that has none yet.

    Args:
        study: The study.
        group: The members.
        terminal: Where the epochs are told.
        stop: Who may wish to stop.

    Returns:
        The name of each member when its folder is complete, or its failure.

    Raises:
        KeyboardInterrupt: Somebody wishes to stop.
        RunError: The disk is full, or TensorFlow cannot compute a step.
    """
    from dltrain.training import Trained
    from dltrain.training.side_by_side import train_side_by_side

    began, clock = run_folder.timestamp(), time.perf_counter()
    best = [_best(one.assembly) for one in group.members]
    trained = [Trained() for _ in group.members]
    first = group.members[0].assembly
    values = first.config.experiment.training
    train_side_by_side(
        [one.assembly.network for one in group.members],
        [one.assembly.train for one in group.members],
        _vals(group.members),
        epochs=first.epochs,
        first=values.initial_epoch,
        batch_size=first.batch_size,
        seeds=[one.assembly.config.experiment.seed for one in group.members],
        shuffle=values.shuffle,
        validation_freq=min(values.validation_freq, first.last_epoch),
        validation_batch_size=first.validation_batch_size,
        callbacks=[
            [own, *_own_callbacks(one.assembly)]
            for own, one in zip(best, group.members, strict=True)
        ],
        trained=trained,
        stop=stop,
    )
    share = (time.perf_counter() - clock) / len(group.members)
    for one, own, weights in zip(group.members, trained, best, strict=True):
        if study.is_finished(one.member.name):
            continue
        study.clear(one.member.name)
        if own.failure is not None:
            yield Failure(one.member.name, str(own.failure))
            continue
        one.seconds["training"] = round(share, 3)
        _leave(study, one, own, weights, len(group.members), began)
        yield one.member.name


def _leave(
    study: StudyFolder,
    one: Prepared,
    trained: Trained,
    best: BestWeights,
    number: int,
    began: str,
) -> None:
    """Write the run folder of a member that has been trained."""
    folder = RunFolder.new(study.member(one.member.name))
    assembly = one.assembly
    with folder.locked(), folder.running(one.seconds, began):
        records.beginning(folder, assembly, assembly.config.name, smoke=assembly.smoke)
        folder.note({TOGETHER: number})
        saved = assembly.saved_model()
        fitting.Files(folder, assembly, saved, best, 0).write(trained)
        fitting.leave(folder, assembly, saved, trained, best)
        clock = time.perf_counter()
        evaluate_run(folder, assembly, best.epoch, saved, brief=True)
        one.seconds["evaluation"] = round(time.perf_counter() - clock, 3)


def _vals(members: Sequence[Prepared]) -> list[Any] | None:
    """Give the val rows of members; members that train together all have some, or none has."""
    found = [one.assembly.val for one in members]
    return None if found[0] is None else found


def _best(assembly: Assembly) -> BestWeights:
    from dltrain.training.callbacks import BestWeights

    values = assembly.config.experiment
    monitor = best_monitor(values)
    return BestWeights(monitor, direction(values, monitor, values.training.best.mode))


def _own_callbacks(assembly: Assembly) -> list[Any]:
    """Build the callbacks of a file, which write nowhere."""
    from dltrain.training.callbacks import build_callbacks

    choices = assembly.config.experiment.callbacks
    return build_callbacks(choices, Path(), assembly.modes) if choices else []
