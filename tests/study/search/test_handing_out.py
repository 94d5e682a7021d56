"""What the chief hands out, to whom, and when it takes a worker for lost."""

import threading

import pytest

from dltrain.run_folder import RunFolder
from dltrain.study.member import Failure, Member
from dltrain.study.search import distributed, handing_out
from dltrain.study.search.folder import SearchFolder
from dltrain.terminal import Terminal

MEMBER = distributed.MEMBER


@pytest.fixture
def study(tmp_path):
    return SearchFolder(RunFolder.new(tmp_path / "study"))


@pytest.fixture
def clock(monkeypatch):
    """A clock that only goes on when it is told to."""
    now = [0.0]
    monkeypatch.setattr(handing_out.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def chief(study):
    part = distributed.Part("chief", "nowhere")
    made = handing_out.HandingOut(part, study, "0", Terminal(quiet=True), smoke=False)
    made._waiting.extend(["trial-0001", "trial-0002"])
    return made


def given(told):
    return told.status, told.hyperparameters.values.get(MEMBER)


def finish(study, name):
    RunFolder.new(study.member(name)).write_json("status.json", {"status": "finished"})


def test_each_worker_gets_a_trial_of_its_own_and_the_same_one_when_it_asks_again(chief):
    first, second = chief.create_trial("a"), chief.create_trial("b")

    assert given(first) == ("RUNNING", "trial-0001")
    assert given(second) == ("RUNNING", "trial-0002")
    assert given(chief.create_trial("a")) == ("RUNNING", "trial-0001")
    assert given(chief.create_trial("c")) == ("IDLE", None)


def test_a_trial_of_a_worker_that_falls_silent_is_handed_out_again(chief, clock):
    lost = chief.create_trial("a")
    other = chief.create_trial("b")

    clock[0] = distributed.LOST_AFTER / 2
    chief.update_trial(other.trial_id, {})
    clock[0] = distributed.LOST_AFTER + 1
    chief._forget_lost()

    assert given(chief.create_trial("c")) == ("RUNNING", "trial-0001")
    assert chief.update_trial(lost.trial_id, {}).status == "STOPPED"
    assert chief.update_trial(other.trial_id, {}).status == "RUNNING"


def test_a_trial_that_two_workers_were_lost_over_has_failed(chief, clock):
    for at, worker in enumerate("ab", 1):
        assert given(chief.create_trial(worker)) == ("RUNNING", "trial-0001")
        clock[0] = at * (distributed.LOST_AFTER + 1)
        chief._forget_lost()

    assert chief._ended.get_nowait() == Failure("trial-0001", handing_out.LOST)
    assert given(chief.create_trial("c")) == ("RUNNING", "trial-0002")


def test_a_trial_that_is_given_back_waits_for_the_next_worker(chief):
    told = chief.create_trial("a")
    chief.create_trial("b")

    chief.end_trial(told)

    assert given(chief.create_trial("c")) == ("RUNNING", "trial-0001")


def test_members_are_told_as_they_end_and_a_late_answer_does_not_count(chief, study, clock):
    chief._waiting.clear()
    members = [Member(name, {}, None, {}) for name in ("trial-0001", "trial-0002")]
    told = []
    training = threading.Thread(target=lambda: told.extend(chief.train(study, members)))
    training.start()
    first = wait_for(lambda: chief.create_trial("a"))
    second = chief.create_trial("b")

    finish(study, "trial-0001")
    chief.end_trial(first)
    chief.end_trial(first)
    study.fail(Failure("trial-0002", "it failed"))
    chief.end_trial(second)
    training.join(timeout=30)

    assert told == ["trial-0001", Failure("trial-0002", "it failed")]


def wait_for(ask):
    while (told := ask()).status == "IDLE":
        pass
    return told
