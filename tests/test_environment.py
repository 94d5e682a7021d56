"""environment.json: the facts on which bits may depend."""

from __future__ import annotations

import os
import platform

import numpy as np
import pytest

from dltrain import environment

INFO = {
    "linux": ("processor\t: 0\nmodel name\t: AMD EPYC 9B14\nflags\t: a: b\n", "AMD EPYC 9B14"),
    "a colon in the name": ("model name : X: Y\n", "X: Y"),
    "no name, as on ARM": ("processor\t: 0\nFeatures : fp\n", "arm"),
}


@pytest.mark.parametrize(("text", "name"), INFO.values(), ids=INFO.keys())
def test_the_processor_is_named(tmp_path, monkeypatch, text, name):
    (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(environment, "CPU_INFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(platform, "processor", lambda: "arm")

    assert environment.cpu() == name


def test_a_system_that_does_not_tell_its_processor_has_none(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "CPU_INFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(platform, "processor", lambda: "")

    assert environment.cpu() is None


def test_threads_are_those_that_the_process_may_use(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 96)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {1, 5}, raising=False)
    here = environment.threads()
    monkeypatch.delattr(os, "sched_getaffinity")

    assert (here, environment.threads()) == (2, 96)


def test_variables_are_recorded_where_they_are_set(monkeypatch):
    for name in environment.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not ours")

    facts = environment.surroundings(["CPU:0"])

    assert facts["variables"] == {"TF_ENABLE_ONEDNN_OPTS": "0"}
    assert facts["machine"]["devices"] == ["CPU:0"]
    assert facts["versions"]["numpy"] == np.__version__


def test_code_is_told_from_other_code(tmp_path):
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "a.py"
    file.write_text("x = 1\n")
    first = environment.code_sha256(tmp_path)
    (tmp_path / "notes.txt").write_text("no code")
    same = environment.code_sha256(tmp_path)
    file.write_text("x = 2\n")
    other = environment.code_sha256(tmp_path)
    file.rename(tmp_path / "a.py")
    moved = environment.code_sha256(tmp_path)

    assert same == first
    assert len({first, other, moved}) == 3
    assert environment.code_sha256() == environment.surroundings([])["code"]["dltrain"]
