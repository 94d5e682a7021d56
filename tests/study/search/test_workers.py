"""One search shared by a chief and workers, of whom one is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from dltrain.errors import RunError
from dltrain.run_folder import RunFolder
from dltrain.study.search import distributed
from tests.study.search.conftest import SEARCH

PATIENCE = 300  # seconds


@pytest.fixture
def start(tmp_path):
    """Start a command in a process group of its own, in the temporary folder."""
    running = []

    def begin(*arguments, **variables):
        process = subprocess.Popen(
            [sys.executable, "-m", "dltrain", *map(str, arguments)],
            cwd=tmp_path, env=os.environ | variables, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


@pytest.mark.slow
def test_a_search_shared_by_two_workers_ends_whole_though_one_is_killed(
    write_config, start, tmp_path
):
    write_config(SEARCH.replace("max_trials: 4", "max_trials: 6"), epochs=1500)
    shared = {"KERASTUNER_ORACLE_IP": "127.0.0.1", "KERASTUNER_ORACLE_PORT": free_port()}
    chief, first = (
        start("tune", "iris.yaml", **shared, KERASTUNER_TUNER_ID=name)
        for name in ("chief", "tuner0")
    )
    until = time.monotonic() + PATIENCE
    while not list((tmp_path / "runs").glob("iris/*/members/*/state/config.yaml")):
        assert time.monotonic() < until
        time.sleep(0.02)
    second = start("tune", "iris.yaml", **shared, KERASTUNER_TUNER_ID="tuner1")
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()

    printed, said = chief.communicate(timeout=PATIENCE)
    of_worker = second.communicate(timeout=PATIENCE)

    [study] = (tmp_path / "runs" / "iris").iterdir()
    facts = json.loads((study / "study.json").read_text(encoding="utf-8"))
    assert (chief.returncode, second.returncode) == (0, 0), said + of_worker[1]
    assert (tmp_path / printed.strip()).samefile(of_worker[0].strip())
    assert "worker tuner0 is lost; trial-000" in said
    assert [one["reason"] for one in facts["trials"]] == [None] * 6
    assert RunFolder(study / "best").status() == "finished"


def test_a_process_is_alone_without_kerastuners_variables(monkeypatch):
    for name in distributed.VARIABLES:
        monkeypatch.delenv(name, raising=False)

    assert distributed.part() is None


def test_variables_of_which_one_is_missing_are_refused(monkeypatch):
    monkeypatch.setenv("KERASTUNER_ORACLE_IP", "127.0.0.1")
    monkeypatch.setenv("KERASTUNER_ORACLE_PORT", "8000")
    monkeypatch.delenv("KERASTUNER_TUNER_ID", raising=False)

    with pytest.raises(RunError) as caught:
        distributed.part()

    assert str(caught.value) == (
        "got KERASTUNER_ORACLE_IP without KERASTUNER_TUNER_ID, expected all three variables or "
        "none. Set KERASTUNER_TUNER_ID."
    )
