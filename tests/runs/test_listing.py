"""`runs list`: every column sorts and filters, and no folder can break the list of the others."""

from __future__ import annotations

import json
import os

import pytest

from dltrain.errors import DltrainError
from dltrain.run_folder import RunFolder
from dltrain.runs.columns import parse
from dltrain.runs.conditions import condition
from dltrain.runs.finding import find
from dltrain.runs.listing import listing

NEWEST, MIDDLE, OLDEST = (
    "runs/heart/20261121-120000",
    "runs/heart/20261120-120000",
    "runs/wide/20261119-120000",
)


def runs(found):
    return [row[found.columns.index("run")] for row in found.rows]


def test_the_latest_run_stands_first_with_its_main_figures(three):
    found = listing("runs")

    assert runs(found) == [NEWEST, MIDDLE, OLDEST]
    assert found.columns == [
        "run", "status", "study", "smoke", "epochs", "best_epoch", "seconds", "val.loss",
        "test.accuracy", "test.loss",
    ]  # fmt: skip
    assert found.rows[0][1:8] == ["finished", None, False, 30, 3, 2.5, 0.5]
    assert found.notes == []


def test_smoke_runs_are_marked_where_there_are_some(three, make_run):
    assert "smoke" not in listing("runs").for_reading().columns
    make_run(three / "heart", "20261122-120000", smoke=True)

    found = listing("runs")

    assert [one["smoke"] for one in found.to_json()] == [True, False, False, False]
    at = found.for_reading().columns.index("smoke")
    assert [row[at] for row in found.for_reading().rows] == ["smoke", None, None, None]
    assert len(listing("runs", where=["smoke=false"]).rows) == 3


def test_the_mark_of_smoke_runs_stays_where_somebody_asks_for_it(three):
    for options in ({"columns": "run,smoke"}, {"where": ["smoke=false"]}, {"sort": "smoke"}):
        shown = listing("runs", **options).for_reading()

        assert [row[shown.columns.index("smoke")] for row in shown.rows] == [None] * 3


SORTED = {
    "numbers as numbers": ({"sort": "epochs"}, [MIDDLE, NEWEST, OLDEST]),
    "from the largest": ({"sort": "epochs", "reverse": True}, [OLDEST, NEWEST, MIDDLE]),
    "a figure": ({"sort": "val.loss", "reverse": True, "limit": 1}, [OLDEST]),
    "a figure with a dash below": ({"sort": "val_loss", "limit": 2}, [NEWEST, MIDDLE]),
    "words": ({"sort": "optimizer.type", "reverse": True}, [OLDEST, NEWEST, MIDDLE]),
    "a key that some lack": ({"sort": "optimizer.momentum"}, [OLDEST, NEWEST, MIDDLE]),
    "one that some lack, turned": (
        {"sort": "optimizer.momentum", "reverse": True},
        [OLDEST, NEWEST, MIDDLE],
    ),
    "the earliest first": ({"reverse": True}, [OLDEST, MIDDLE, NEWEST]),
    "none": ({"limit": 0}, []),
}


@pytest.mark.parametrize(("options", "expected"), SORTED.values(), ids=SORTED.keys())
def test_runs_are_sorted(three, options, expected):
    assert runs(listing("runs", **options)) == expected


FILTERED = {
    "a word": (["optimizer.type=sgd"], [OLDEST]),
    "a word in other letters": (["optimizer.type=SGD"], [OLDEST]),
    "a choice by its type": (["optimizer=adam"], [NEWEST, MIDDLE]),
    "not a word": (["optimizer.type!=sgd"], [NEWEST, MIDDLE]),
    "less": (["val.loss<1"], [NEWEST, MIDDLE]),
    "less, figures with a dash below": (["val_loss < 1"], [NEWEST, MIDDLE]),
    "at least": (["epochs>=30"], [NEWEST, OLDEST]),
    "both": (["epochs>=30", "optimizer.type=adam"], [NEWEST]),
    "a number in other digits": (["optimizer.learning_rate=1e-2"], [NEWEST]),
    "more than what some lack": (["optimizer.momentum>0"], [OLDEST]),
    "nothing there": (["optimizer.momentum=null"], [NEWEST, MIDDLE]),
    "something there": (["optimizer.momentum!=null"], [OLDEST]),
    "a position in a list": (["architecture.layers.0.units=16"], [NEWEST, MIDDLE, OLDEST]),
    "a name in a list": (["architecture.layers.last one.units==8"], [NEWEST, MIDDLE, OLDEST]),
    "a part of a time": (["started<2026-11-20"], [OLDEST]),
    "a name": (["name=wide"], [OLDEST]),
    "a name in other letters": (["name=Wide"], []),
    "a number that is no truth": (["stopped_early=0"], []),
    "a truth": (["stopped_early=false"], [NEWEST, MIDDLE, OLDEST]),
    "a baseline": (["baselines.majority.test.loss=0.7"], [NEWEST, MIDDLE, OLDEST]),
    "seconds of a phase": (["seconds.training>1"], [NEWEST, MIDDLE, OLDEST]),
    "a map": (["optimizer={type: adam, learning_rate: 0.01}"], [NEWEST]),
    "a quoted value": (["name='wide'"], [OLDEST]),
    "nothing left": (["epochs>1000"], []),
}


@pytest.mark.parametrize(("where", "expected"), FILTERED.values(), ids=FILTERED.keys())
def test_runs_are_filtered(three, where, expected):
    assert runs(listing("runs", where=where)) == expected


def test_what_is_sorted_or_filtered_by_is_shown_too(three):
    found = listing("runs", sort="optimizer.learning_rate", where=["seed=7"], columns="+task")

    assert found.columns[-3:] == ["task", "seed", "optimizer.learning_rate"]
    assert [row[-3:] for row in found.rows] == [
        ["binary", 7, 0.001], ["binary", 7, 0.01], ["binary", 7, 0.1]
    ]  # fmt: skip


def test_chosen_columns_are_all_that_is_shown(three):
    found = listing("runs", columns="name,val_loss, optimizer", limit=1)

    assert found.columns == ["name", "val.loss", "optimizer"]
    assert found.rows == [["heart", 0.5, {"type": "adam", "learning_rate": 0.01}]]


EXPECTED = (
    "expected one of best_epoch, ended, epochs, name, reason, run, …, a figure such as val.loss, "
    "or a key of the config."
)
UNKNOWN = {
    "a figure": (
        {"sort": "val.acuracy"},
        f"--sort: got 'val.acuracy', {EXPECTED} Did you mean 'val.accuracy'?",
    ),
    "a fact": (
        {"columns": "run,epoch"},
        f"--columns: got 'epoch', {EXPECTED} Did you mean 'epochs'?",
    ),
    "a key": (
        {"where": ["optimiser.type=adam"]},
        f"--where: got 'optimiser.type', {EXPECTED} Did you mean 'optimizer.type'?",
    ),
    "a key inside": (
        {"sort": "architecture.layers.0.unit"},
        f"--sort: got 'architecture.layers.0.unit', {EXPECTED} "
        "Did you mean 'architecture.layers.0.units'?",
    ),
    "a phase": (
        {"sort": "seconds.trainin"},
        f"--sort: got 'seconds.trainin', {EXPECTED} Did you mean 'seconds.training'?",
    ),
    "nothing near": ({"sort": "zzz"}, f"--sort: got 'zzz', {EXPECTED}"),
    "no condition": (
        {"where": ["optimizer.type"]},
        "--where: got 'optimizer.type', expected KEY=VALUE, KEY!=VALUE, KEY<VALUE or KEY>VALUE.",
    ),
    "less than nothing": (
        {"where": ["val.loss<"]},
        "--where: got 'val.loss<', expected KEY=VALUE, KEY!=VALUE, KEY<VALUE or KEY>VALUE.",
    ),
    "a figure above a word": (
        {"where": ["val_loss>abc"]},
        "--where: got 'abc' for val.loss, whose values are numbers, expected a number.",
    ),
    "a key of the config above null": (
        {"where": ["optimizer.momentum>=null"]},
        "--where: got 'null' for optimizer.momentum, whose values are numbers, expected a number.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("options", "message"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_an_unknown_column_is_refused_with_the_nearest_name(three, options, message):
    with pytest.raises(DltrainError) as caught:
        listing("runs", **options)

    assert str(caught.value) == message
    assert caught.value.exit_code == 2


def test_a_key_that_a_config_may_have_is_a_column_though_no_run_has_it(three):
    found = listing("runs", columns="run,training.epochs,val.loss", limit=1)

    assert found.rows == [[NEWEST, None, 0.5]]


def test_folders_that_are_no_runs_are_passed_over_and_told(three, make_run):
    (three / "notes" / "old").mkdir(parents=True)
    (three / "heart" / "20261122-120000" / "state").mkdir(parents=True)
    (three / "heart" / "half").mkdir()
    (three / "heart" / "half" / "status.json").write_text('{"status": ', encoding="utf-8")
    (three / "heart" / "list").mkdir()
    (three / "heart" / "list" / "status.json").write_text("[]", encoding="utf-8")
    (three / ".hidden").mkdir()
    (three / "README.md").write_text("mine", encoding="utf-8")

    found = listing("runs")

    assert runs(found) == [NEWEST, MIDDLE, OLDEST]
    assert found.notes == [
        "passed over: 2 folders with a broken status.json (runs/heart/half, runs/heart/list)",
        "passed over: 2 folders without status.json (runs/heart/20261122-120000, runs/notes)",
    ]


def test_a_run_with_broken_files_is_listed_without_what_they_hold(three):
    (three / "heart" / "20261121-120000" / "metrics.json").write_text("{", encoding="utf-8")
    (three / "heart" / "20261120-120000" / "metrics.json").unlink()
    resolved = three / "wide" / "20261119-120000" / "config.resolved.yaml"
    resolved.write_text("optimizer: [", encoding="utf-8")

    found = listing("runs", columns="run,val.loss,optimizer.type")

    assert found.rows == [[NEWEST, None, "adam"], [MIDDLE, None, "adam"], [OLDEST, 1.25, None]]
    assert found.notes == [
        "broken: config.resolved.yaml of 1 run (runs/wide/20261119-120000)",
        "broken: metrics.json of 1 run (runs/heart/20261121-120000)",
    ]


STRANGE = {
    "a list": [1],
    "no splits": {"splits": None},
    "a number for a part": {"splits": {"test": 3, "val": {"loss": 0.1}}},
    "main figures that are none": {"main": 5, "splits": {"val": {"loss": 0.1}}},
    "baselines that are none": {"baselines": [], "splits": {"val": {"loss": 0.1}}},
}


@pytest.mark.parametrize("metrics", STRANGE.values(), ids=STRANGE.keys())
def test_metrics_of_another_form_do_not_break_the_list(three, make_run, metrics):
    make_run(three / "odd", "20261201-120000", metrics=metrics)

    found = listing("runs", sort="val.loss", columns="+baselines.majority.test.loss")

    assert len(found.rows) == 4


def test_figures_that_are_null_or_not_finite_stand_last(three, make_run):
    for hour, loss in enumerate([None, float("nan"), float("inf"), 0.1]):
        make_run(
            three / "odd", f"20261201-0{hour}0000", metrics={"splits": {"val": {"loss": loss}}}
        )

    found = listing("runs", sort="val.loss", columns="val.loss")
    turned = listing("runs", sort="val.loss", columns="val.loss", reverse=True)

    assert [row[0] for row in found.rows] == [0.1, 0.5, 0.5, 1.25, None, None, None]
    assert [row[0] for row in turned.rows] == [1.25, 0.5, 0.5, 0.1, None, None, None]


def test_runs_of_one_second_are_in_the_order_of_their_numbers(home, make_run):
    names = ["20261120-120000", *(f"20261120-120000-{number}" for number in (2, 9, 10))]
    for name in names:
        make_run(home / "runs" / "heart", name)

    found = listing("runs", reverse=True, columns="run")

    assert [os.path.basename(row[0]) for row in found.rows] == names


def test_a_run_that_says_running_is_interrupted_where_nobody_holds_its_lock(home, make_run):
    going = {"status": "running", "epochs": None}
    killed = make_run(home / "runs" / "a", "20261120-120000", status=going)
    alive = make_run(home / "runs" / "b", "20261120-120000", status=going)
    (killed / "history.csv").write_text("epoch,loss\n1,0.5\n2,0.4\n", encoding="utf-8")

    with RunFolder(alive).locked():
        found = listing("runs", sort="name", columns="name,status,epochs")

    assert found.rows == [["a", "interrupted", 2], ["b", "running", None]]


PLACES = {
    "the folder of runs": "runs",
    "one level above": ".",
    "with a slash": "runs/",
    "one name": "runs/heart",
    "one run": "runs/heart/20261121-120000",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_runs_are_found_from_every_level(three, place):
    records, passed = find(place)

    assert os.path.samefile(records[0].path, NEWEST)
    assert {record.name for record in records} <= {"heart", "wide"}
    assert passed == []


def test_names_in_every_script_are_listed(home, make_run):
    make_run(home / "runs" / "心脏_é", "20261120-120000")

    assert listing("runs", where=["name=心脏_é"], columns="name").rows == [["心脏_é"]]


def test_an_empty_folder_has_no_runs(home):
    (home / "runs").mkdir()

    found = listing("runs", sort="val.loss", where=["anything=1"])

    assert (found.rows, found.notes) == ([], [])


def test_a_folder_that_is_none_is_refused(home):
    (home / "file").touch()

    with pytest.raises(DltrainError) as absent:
        listing("runs")
    with pytest.raises(DltrainError) as file:
        listing("file")

    way_out = "expected a folder of runs. `dltrain fit CONFIG` makes one."
    assert str(absent.value) == f"got runs, which does not exist, {way_out}"
    assert str(file.value) == f"got file, which is a file, {way_out}"


def test_a_folder_that_cannot_be_read_is_passed_over(three, monkeypatch):
    scandir = os.scandir

    def closed(path):
        if str(path).endswith("wide"):
            raise PermissionError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)

    found = listing("runs")

    assert runs(found) == [NEWEST, MIDDLE]
    assert found.notes == ["passed over: 1 folder that cannot be read (runs/wide)"]


def test_a_list_by_facts_and_figures_reads_no_config(three):
    records, _ = find("runs")
    for record in records:
        os.unlink(f"{record.path}/config.resolved.yaml")

    found = listing("runs", sort="val.loss", where=["test.accuracy>0", "status=finished"])

    assert len(found.rows) == 3
    assert found.notes == []


def test_json_holds_plain_values_by_column(three):
    facts = listing("runs", columns="name,val.loss,optimizer.momentum").to_json()

    assert json.loads(json.dumps(facts)) == [
        {"name": "heart", "val.loss": 0.5, "optimizer.momentum": None},
        {"name": "heart", "val.loss": 0.5, "optimizer.momentum": None},
        {"name": "wide", "val.loss": 1.25, "optimizer.momentum": 0.9},
    ]


SPELLINGS = {
    "train_loss": ("train.loss", "figure"),
    "test.top_3_accuracy": ("test.top_3_accuracy", "figure"),
    "training.epochs": ("training.epochs", "config"),
    "seconds": ("seconds", "own"),
    "seconds.training": ("seconds.training", "seconds"),
    "baselines.linear.test.f1": ("baselines.linear.test.f1", "baseline"),
    'dataset.columns."a.b".type': ('dataset.columns."a.b".type', "config"),
}


@pytest.mark.parametrize(("text", "expected"), SPELLINGS.items(), ids=SPELLINGS.keys())
def test_columns_have_one_spelling(text, expected):
    column = parse(text)

    assert (column.name, column.kind) == expected


def test_a_condition_may_hold_a_quoted_key_and_a_value_with_signs():
    one = condition('dataset.columns."a=b".type=number')
    other = condition("dataset.path=/a=b/c<d.csv")

    assert (one.column.key, one.text) == (("dataset", "columns", "a=b", "type"), "number")
    assert (other.column.name, other.text) == ("dataset.path", "/a=b/c<d.csv")


@pytest.mark.slow
def test_a_thousand_folders_are_listed(home, make_run):
    for number in range(1000):
        folder = home / "runs" / f"name_{number % 20}" / f"20261120-{number:06}"
        (folder / "state").mkdir(parents=True)
        (folder / "status.json").write_text('{"status": "finished"}', encoding="utf-8")
        figures = {"splits": {"val": {"loss": (number * 7919) % 1000}}}
        (folder / "metrics.json").write_text(json.dumps(figures), encoding="utf-8")

    found = listing("runs", sort="val.loss", columns="val.loss")

    assert [row[0] for row in found.rows] == list(range(1000))
