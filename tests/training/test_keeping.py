"""When a state is written, and what is left where a write does not come to its end."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from dltrain.errors import FolderError, RunError
from dltrain.run_folder import RunFolder
from dltrain.training import keeping
from dltrain.training.keeping import GENERATIONS, Keeper, newest_state
from dltrain.training.state import Position, State


def state(epoch, step=0):
    return State(Position(0, epoch, step), [], [], [], {"model/0": np.full(3, epoch)})


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def folder(tmp_path):
    return RunFolder.make(tmp_path)


def test_a_state_is_due_after_some_seconds_at_the_end_of_an_epoch_and_minutes_within(folder):
    clock, due = Clock(), []
    keeper = Keeper(folder, clock=clock)
    short, long = keeping.EPOCH_SECONDS, keeping.WITHIN_SECONDS

    for clock.now in (short - 1, short, long - 1, long):
        due.append((keeper.is_due(within=False), keeper.is_due(within=True)))

    assert due == [(False, False), (True, False), (True, False), (True, True)]


def test_three_hundred_short_epochs_are_no_three_hundred_writes(folder):
    clock = Clock()
    keeper, writes = Keeper(folder, clock=clock), 0

    for epoch in range(300):
        clock.now += 0.006
        if keeper.is_due(within=False):
            keeper.keep(state(epoch))
            writes += 1

    assert writes == 0


def test_a_write_that_takes_long_is_made_less_often(folder):
    clock = Clock()
    keeper = Keeper(folder, lambda: setattr(clock, "now", clock.now + 5.0), clock)

    keeper.keep(state(1))
    clock.now += 99
    early = keeper.is_due(within=False)
    clock.now += 1

    assert (early, keeper.is_due(within=False)) == (False, True)


def test_two_generations_are_kept_and_the_newest_is_read(folder):
    keeper = Keeper(folder)

    for epoch in (1, 2, 3):
        keeper.keep(state(epoch))

    files = [State.from_bytes((folder / name).read_bytes()) for name in GENERATIONS]
    assert sorted(one.position.epoch for one in files) == [2, 3]
    assert newest_state(folder).position == Position(0, 3)


def test_another_process_writes_over_the_older_generation(folder):
    first = Keeper(folder)
    first.keep(state(1))
    first.keep(state(2))

    Keeper(folder, state=newest_state(folder)).keep(state(3))

    files = [State.from_bytes((folder / name).read_bytes()) for name in GENERATIONS]
    assert sorted(one.position.epoch for one in files) == [2, 3]


def test_a_torn_generation_falls_back_to_the_older(folder):
    keeper = Keeper(folder)
    for epoch in (1, 2):
        keeper.keep(state(epoch))
    newest = folder / GENERATIONS[1]
    newest.write_bytes(newest.read_bytes()[:-40])

    assert newest_state(folder).position == Position(0, 1)


def test_who_goes_on_from_the_older_generation_writes_over_the_torn_one(folder):
    keeper = Keeper(folder)
    for epoch in (1, 2):
        keeper.keep(state(epoch))
    newest = folder / GENERATIONS[1]
    newest.write_bytes(newest.read_bytes()[:-40])

    Keeper(folder, state=newest_state(folder)).keep(state(2))

    files = [State.from_bytes((folder / name).read_bytes()) for name in GENERATIONS]
    assert [one.position.epoch for one in files] == [1, 2]


def test_a_resume_reads_each_state_once(folder, monkeypatch):
    keeper, read, seen = Keeper(folder), Path.read_bytes, []
    for epoch in (1, 2):
        keeper.keep(state(epoch))
    monkeypatch.setattr(Path, "read_bytes", lambda path: seen.append(path) or read(path))

    Keeper(folder, state=newest_state(folder))

    assert seen == [folder / name for name in GENERATIONS]


@pytest.mark.parametrize("number", [5, 13], ids=["a disk that fails", "rights"])
def test_a_state_that_cannot_be_read_is_not_called_torn(folder, monkeypatch, number):
    keeper, read = Keeper(folder), Path.read_bytes
    for epoch in (1, 2):
        keeper.keep(state(epoch))
    newest = folder / GENERATIONS[1]

    def unreadable(path):
        if path == newest:
            raise OSError(number, os.strerror(number), str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", unreadable)
    with pytest.raises(FolderError) as caught:
        newest_state(folder)

    assert str(caught.value) == (
        f"got {newest}, which cannot be read ({os.strerror(number)}), expected a state that can be."
    )


@pytest.mark.parametrize("form", [None, 99])
def test_the_state_of_another_version_is_named_as_such(folder, monkeypatch, form):
    with monkeypatch.context() as patch:
        patch.setattr("dltrain.training.state.FORM", form)
        Keeper(folder).keep(state(1))

    with pytest.raises(FolderError) as caught:
        newest_state(folder)

    assert str(caught.value) == (
        "got a state of another version of dltrain, expected one of this version. "
        "Go on with that version, which environment.json names."
    )


def test_before_the_first_write_there_is_no_state(folder):
    assert newest_state(folder) is None


def test_where_no_generation_is_whole_nothing_begins_anew_by_itself(folder):
    for name in GENERATIONS:
        (folder / name).write_bytes(b"torn")

    with pytest.raises(FolderError) as caught:
        newest_state(folder)

    first, second = (folder / name for name in GENERATIONS)
    assert str(caught.value) == (
        f"got {first}, which is torn, expected a whole state. "
        f"Remove {first} and {second} to begin anew."
    )


def failing(*arguments, **keywords):
    raise OSError(28, "No space left on device")


FAULTS = {
    "write": (Path, "write_bytes"), "fsync": (os, "fsync"), "rename": (Path, "replace"),
}  # fmt: skip


@pytest.mark.parametrize(("place", "name"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_in_a_write_leaves_both_generations(folder, monkeypatch, place, name):
    keeper = Keeper(folder)
    for epoch in (1, 2):
        keeper.keep(state(epoch))
    before = {path: (folder / path).read_bytes() for path in GENERATIONS}

    with monkeypatch.context() as patch:
        patch.setattr(place, name, failing)
        with pytest.raises(RunError) as caught:
            keeper.keep(state(3))

    target = folder / GENERATIONS[0]
    assert str(caught.value) == (
        f"got {target}, which cannot be written (No space left on device), "
        "expected room on the disk."
    )
    assert {path: (folder / path).read_bytes() for path in GENERATIONS} == before
    assert not list((folder / "state").glob(".*"))
    keeper.keep(state(3))
    assert newest_state(folder).position == Position(0, 3)


class PowerCut(BaseException):
    """Nothing runs behind it."""


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_power_cut_in_a_write_leaves_the_newest_state(folder, monkeypatch, share):
    keeper = Keeper(folder)
    for epoch in (1, 2):
        keeper.keep(state(epoch))

    def cut(path, content):
        with path.open("wb") as file:
            file.write(content[: int(share * len(content))])
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", cut)
        patch.setattr(Path, "unlink", lambda *arguments, **keywords: None)
        with pytest.raises(PowerCut):
            keeper.keep(state(3))

    assert list((folder / "state").glob(".*"))
    assert newest_state(folder).position == Position(0, 2)
    folder.sweep()
    assert not list((folder / "state").glob(".*"))
