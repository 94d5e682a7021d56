"""`runs show`: what one run is, from whatever its folder still holds."""

from __future__ import annotations

import json

import pytest

from dltrain.errors import FolderError
from dltrain.runs.finding import find_one
from dltrain.runs.showing import facts, files_in_words, show, table

LOG = """\
heart   heart.yaml · seed 7
data    40 rows, 13 columns → 29 inputs · binary target, 27 % positive
        val 10 · test 30, stratified
model   dense 16 relu → dense 1 sigmoid · 497 parameters
engine  graph (a short training)

epoch 1/5  loss 0.5
data    nothing of this
"""
RESUMED = "2026-11-21T00:00:00+00:00"
INTERVALS = {"test": {"accuracy": [0.75, 0.95], "loss": [0.1, 0.6]}}


@pytest.fixture
def folder(home, make_run):
    metrics = {
        "main": ["accuracy", "loss"],
        "splits": {
            "val": {"loss": 0.4, "accuracy": 0.8, "mcc": None},
            "test": {"loss": 0.3, "accuracy": 0.9, "mcc": 0.5},
        },
        "intervals": INTERVALS,
        "baselines": {"majority": {"test": {"loss": 0.7, "accuracy": 0.5}}},
    }
    folder = make_run(
        home / "runs" / "heart", metrics=metrics,
        status={"stopped_early": True, "resumed": [RESUMED]},
    )  # fmt: skip
    (folder / "log.txt").write_text(LOG, encoding="utf-8")
    split = "row,part\n" + "".join(f"{row},{'val' if row < 10 else 'test'}\n" for row in range(40))
    (folder / "split.csv").write_text(split, encoding="utf-8")
    diagnosis = {"verdict": "fine", "sentence": "fine: neither high bias nor high variance"}
    (folder / "diagnosis.json").write_text(json.dumps(diagnosis), encoding="utf-8")
    (folder / "state" / "lock").touch()
    return folder


def test_a_run_is_described_from_its_folder(folder):
    lines = list(facts(show(find_one("heart"))))

    assert lines == [
        ("run", "runs/heart/20261120-120000"),
        ("status", f"finished · started 2026-11-20T12:00:00+00:00 · resumed {RESUMED}"),
        ("seconds", "2.500 (data 0.500 · training 2.000)"),
        ("config", "/home/somebody/heart.yaml · seed 7"),
        ("command", "dltrain fit heart.yaml"),
        ("data", "40 rows, 13 columns → 29 inputs · binary target, 27 % positive"),
        ("", "val 10 · test 30, stratified"),
        ("model", "dense 16 relu → dense 1 sigmoid · 497 parameters"),
        ("engine", "graph (a short training)"),
        ("sha256", "aaaaaaaaaaaa… of the data"),
        ("epochs", "5 · best 3 · stopped by a callback"),
        ("verdict", "fine: neither high bias nor high variance"),
    ]  # fmt: skip


def test_a_smoke_run_is_told(home, make_run):
    make_run(home / "runs" / "heart", smoke=True)

    shown = show(find_one("heart"))

    assert ("status", "finished · a smoke run · started 2026-11-20T12:00:00+00:00") in list(
        facts(shown)
    )
    assert shown.to_json()["smoke"] is True


def test_figures_have_their_intervals_and_baselines(folder):
    assert table(show(find_one("heart"))) == (
        ["", "val", "test", "95 % interval", "majority"],
        [
            ["accuracy", 0.8, 0.9, "0.750 – 0.950", 0.5],
            ["loss", 0.4, 0.3, "0.100 – 0.600", 0.7],
            ["mcc", None, 0.5, None, None],
        ],
    )


def test_files_are_listed_without_the_lock_and_hidden_ones(folder):
    (folder / ".12-metrics.json").touch()
    (folder / "model").mkdir()
    for name in ("best", "last"):
        (folder / "model" / f"{name}.keras").write_bytes(b"k" * 1_000)

    words = files_in_words(show(find_one("heart")))

    names = [one.split(" ")[0] for one in words.split(", ")]
    assert names == [
        "config.resolved.yaml", "diagnosis.json", "environment.json", "log.txt", "metrics.json",
        "predictions.csv", "preprocessing.json", "split.csv", "status.json", "model/",
    ]  # fmt: skip
    assert words.endswith("model/ 2 files 2.0 kB")


def test_json_holds_all_of_it(folder):
    found = show(find_one("heart")).to_json()

    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["name"], found["status"], found["seed"]) == ("heart", "finished", 7)
    assert found["data"] == {"sha256": "a" * 64, "rows": {"val": 10, "test": 30}}
    assert found["metrics"]["intervals"] == INTERVALS


def test_rows_are_counted_where_no_log_tells_them(folder):
    (folder / "log.txt").unlink()

    assert ("data", "val 10 · test 30") in list(facts(show(find_one("heart"))))


def test_a_folder_with_a_status_alone_is_shown(home):
    folder = home / "runs" / "bare" / "20261120-120000"
    folder.mkdir(parents=True)
    (folder / "status.json").write_text('{"status": "failed", "reason": "a full disk"}', "utf-8")

    shown = show(find_one("bare"))

    assert list(facts(shown)) == [
        ("run", "runs/bare/20261120-120000"),
        ("status", "failed · a full disk"),
        ("config", "unknown"),
    ]
    assert table(shown) == ([], [])
    assert shown.to_json()["data"] == {"rows": {}}


def test_broken_files_are_left_out_and_known(folder):
    for name in ("metrics.json", "environment.json", "config.resolved.yaml"):
        (folder / name).write_text("{", encoding="utf-8")

    shown = show(find_one("heart"))

    assert ("config", "unknown") in list(facts(shown))
    assert table(shown) == ([], [])
    assert shown.record.broken == {"metrics.json", "environment.json", "config.resolved.yaml"}


MEANT = {
    "a folder": ("runs/heart/20261120-120000", "runs/heart/20261120-120000"),
    "a name": ("heart", "runs/heart/20261121-120000"),
    "a folder of runs": ("runs/wide", "runs/wide/20261119-120000"),
    "with a slash": ("heart/", "runs/heart/20261121-120000"),
    "all of them": ("runs", "runs/heart/20261121-120000"),
}


@pytest.mark.parametrize(("said", "path"), MEANT.values(), ids=MEANT.keys())
def test_a_run_is_named_by_its_folder_or_means_the_latest(three, said, path):
    assert find_one(said).path == path


def test_a_name_means_runs_also_where_a_folder_has_that_name(three):
    (three.parent / "heart").mkdir()

    assert find_one("heart").path == "runs/heart/20261121-120000"


WAY_OUT = "expected a run folder or the name of runs."
ALL = "`dltrain runs list` shows those there are."
ABSENT = {
    "nothing near": ("zzz", f"got zzz, which does not exist, {WAY_OUT} {ALL}"),
    "something near": (
        "hearts", f"got hearts, which does not exist, {WAY_OUT} Did you mean 'heart'?"
    ),
    "a file": ("file", f"got file, which is a file, {WAY_OUT} {ALL}"),
    "no run in it": ("empty", f"got empty, in which there is no run, {WAY_OUT} {ALL}"),
    "a broken one": (
        "broken", "got broken with a broken status.json, expected a complete run folder."
    ),
}  # fmt: skip


@pytest.mark.parametrize(("said", "message"), ABSENT.values(), ids=ABSENT.keys())
def test_what_is_no_run_is_refused(three, said, message):
    home = three.parent
    (home / "file").touch()
    (home / "empty").mkdir()
    (home / "broken").mkdir()
    (home / "broken" / "status.json").write_text("", encoding="utf-8")

    with pytest.raises(FolderError) as caught:
        find_one(said)

    assert str(caught.value) == message
