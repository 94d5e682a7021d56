"""`dltrain cache`: what lies there, and that nothing else is removed."""

from __future__ import annotations

import json
import os

import pytest
from typer.testing import CliRunner

from dltrain.cli import app
from dltrain.config.sections.dataset import Csv
from dltrain.data.cache.folder import UNFINISHED, made_once
from dltrain.data.sources import read

OLDER, NEWER = 1_700_000_000, 1_700_086_400


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache with a table, an archive, something unfinished, and files of somebody else."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("DLTRAIN_CACHE", str(folder))
    monkeypatch.setenv("TZ", "UTC")
    (tmp_path / "a.csv").write_text("x,y\n" + "1,0\n2,1\n" * 4)
    section = Csv(type="csv", path=str(tmp_path / "a.csv"), target="y", cache="always")
    read(section.model_dump())
    made_once("archives", "0" * 64, lambda making: (making / "letters.txt").write_text("abc"))
    (folder / "tables" / f"{UNFINISHED}x").mkdir()
    (folder / "tables" / "mine.txt").write_text("mine")
    (folder / "archives" / "mine").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept.txt").write_text("kept")
    (folder / "archives" / ("1" * 64)).symlink_to(tmp_path / "outside")
    os.utime(folder / "archives" / ("0" * 64), (OLDER, OLDER))
    for path in (folder / "tables").iterdir():
        os.utime(path, (NEWER, NEWER))
    return folder


def answered(answer, *arguments):
    return CliRunner().invoke(app, list(arguments), input=answer)


def test_entries_are_listed_those_used_last_first(cache, command, tmp_path):
    lines = command("cache", "list").stdout.splitlines()

    assert [line.split()[0] for line in lines[:3]] == ["tables", "tables", "archives"]
    assert {line.split("  ")[-1] for line in lines[:3]} == {
        str(tmp_path / "a.csv"), "letters.txt", "unfinished"
    }  # fmt: skip
    assert lines[3].startswith("3 entries, ")
    assert lines[3].endswith(f" in {cache}")


def test_json_says_the_same(cache, command, tmp_path):
    facts = json.loads(command("cache", "list", "--kind", "tables", "--json").stdout)

    (table,) = (entry for entry in facts["entries"] if entry["finished"])
    assert facts["folder"] == str(cache)
    assert table["made_of"] == [str(tmp_path / "a.csv")]
    assert table["bytes"] == sum(path.stat().st_size for path in _entry(cache).iterdir())
    assert len(facts["entries"]) == 2


def test_clearing_removes_entries_and_nothing_else(cache, command, tmp_path):
    ended = command("cache", "clear", "--yes")

    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout.startswith("removed 3 entries, ")
    assert sorted(path.name for path in (cache / "tables").iterdir()) == ["mine.txt"]
    assert sorted(path.name for path in (cache / "archives").iterdir()) == ["1" * 64, "mine"]
    assert (tmp_path / "outside" / "kept.txt").read_text() == "kept"


def test_one_kind_can_be_cleared(cache, command):
    facts = json.loads(command("cache", "clear", "--kind", "archives", "-y", "--json").stdout)

    assert facts == {"removed": 1, "bytes": 3}
    assert len(list((cache / "tables").iterdir())) == 3


ANSWERS = {"yes": ("y\n", 0, 1), "no": ("n\n", 1, 3), "nothing": ("", 1, 3)}


@pytest.mark.parametrize(("answer", "code", "left"), ANSWERS.values(), ids=ANSWERS.keys())
def test_clearing_asks_first(cache, answer, code, left):
    ended = answered(answer, "cache", "clear", "--kind", "tables")

    assert ended.exit_code == code
    assert ended.stderr.startswith("Remove 2 entries, ")
    assert len(list((cache / "tables").iterdir())) == left


def test_an_empty_cache_is_no_error(tmp_path, monkeypatch, command):
    monkeypatch.setenv("DLTRAIN_CACHE", str(tmp_path / "none"))

    assert command("cache", "list").stdout == f"0 entries, 0.0 kB in {tmp_path / 'none'}\n"
    assert command("cache", "clear").exit_code == 0
    assert not (tmp_path / "none").exists()


def test_a_table_in_use_stays_readable(cache, command, tmp_path):
    section = Csv(type="csv", path=str(tmp_path / "a.csv"), target="y", cache="always")
    raw = read(section.model_dump())

    command("cache", "clear", "--yes")

    assert sorted(raw.features["x"].tolist()) == [1] * 4 + [2] * 4


def test_a_broken_table_is_listed_and_cleared(cache, command):
    (_entry(cache) / "table.json").write_text("{")

    assert "unknown" in command("cache", "list").stdout
    assert command("cache", "clear", "--yes").exit_code == 0


def _entry(cache):
    (entry,) = (path for path in (cache / "tables").iterdir() if len(path.name) == 64)
    return entry
