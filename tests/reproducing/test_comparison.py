"""What two runs have left is compared file by file, and their recorded facts key by key."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import pytest

from dltrain.errors import RunError
from dltrain.reproducing.comparison import FILES, compared, other_facts


def differing(run, other) -> dict[str, str]:
    return {one.name: str(one.differing) for one in compared(run, other) if one.differing}


def edit(folder, name, change) -> None:
    path = folder / name
    facts = json.loads(path.read_text())
    change(facts)
    path.write_text(json.dumps(facts))


def test_copies_agree_in_all_that_is_compared(run, other):
    names = [one.name for one in compared(run, other)]

    assert names == [
        "weights of the best model", "weights of the last model", "history.csv",
        "predictions.csv", "split.csv", "metrics.json", "preprocessing.json",
    ]  # fmt: skip
    assert differing(run, other) == {}
    assert other_facts(run, other) == []


def test_other_weights_of_one_model_are_named(run, other):
    path = other / "model" / "last.keras"
    model = keras.saving.load_model(path)
    kernel = model.weights[-2]
    was = kernel.numpy()
    now = was.copy()
    now[1, 0] += 0.5
    kernel.assign(now)
    model.save(path)

    sides = f"{was[1, 0].item()} → {now[1, 0].item()}"
    assert differing(run, other) == {"weights of the last model": f"{kernel.path}[1][0]: {sides}"}


def test_an_edited_history_is_named_by_epoch_and_column(run, other):
    path = run / "history.csv"
    header, first, second = path.read_text().splitlines()
    cells = second.split(",")
    path.write_text("\n".join([header, first, ",".join([cells[0], "0.125", *cells[2:]]), ""]))

    column = header.split(",")[1]
    assert differing(run, other) == {"history.csv": f"epoch 2, {column}: 0.125 → {cells[1]}"}


def test_rows_that_were_put_into_another_part_are_named(run, other):
    path = run / "split.csv"
    lines = path.read_text().splitlines()
    was = lines[1].partition(",")[2]
    path.write_text("\n".join([lines[0], "0,other", *lines[2:], ""]))

    assert differing(run, other) == {"split.csv": f"row 0, part: other → {was}"}


def test_a_baseline_counts_among_the_figures(run, other):
    edit(other, "metrics.json", lambda one: one["baselines"]["majority"]["val"].update(loss=9))

    [said] = differing(run, other).values()
    assert said.startswith("baselines.majority.val.loss: 0.")
    assert said.endswith(" → 9")


def test_what_was_learned_from_the_train_rows_is_compared(run, other):
    edit(run, "preprocessing.json", lambda one: one["target"].update(classes=["a", "b"]))

    assert differing(run, other) == {
        "preprocessing.json": "target.classes[0]: a → apple, the first of 2 differences"
    }


@pytest.mark.parametrize("name", FILES, ids=str)
def test_a_file_that_is_missing_is_named(run, other, name):
    (run / name).unlink()

    with pytest.raises(RunError) as caught:
        list(compared(run, other))

    assert str(caught.value) == (
        f"got {run.path} without {Path(name).as_posix()}, expected a complete run folder. "
        "Its status is finished."
    )


def change_version(facts):
    facts["versions"]["keras"] = "3.0.0"


def change_threads(facts):
    facts["machine"]["threads"] = 96


def forget_the_processor(facts):
    del facts["machine"]["cpu"]


def forget_the_code(facts):
    del facts["code"]


def set_a_variable(facts):
    facts["variables"]["TF_ENABLE_ONEDNN_OPTS"] = "0"


def resume_elsewhere(facts):
    facts["resumed"] = [{"machine": facts["machine"] | {"system": "another"}}]


def change_the_commit(facts):
    facts["git"] = {"commit": "0123", "dirty": False}


def take_another_network(facts):
    facts["networks"] = {"base.keras": "abcd"}


OTHERS = {
    "a version": (change_version, ["versions.keras"]),
    "the number of threads": (change_threads, ["machine.threads"]),
    "a fact that was not recorded": (forget_the_processor, ["machine.cpu"]),
    "facts of an older dltrain": (forget_the_code, ["code.dltrain"]),
    "a variable": (set_a_variable, ["variables.TF_ENABLE_ONEDNN_OPTS"]),
    "another machine of a part of the run": (resume_elsewhere, ["resumed.0.machine.system"]),
    "the git commit": (change_the_commit, ["git.commit", "git.dirty"]),
    "a network": (take_another_network, ["networks.base.keras"]),
}


@pytest.mark.parametrize(("change", "keys"), OTHERS.values(), ids=OTHERS.keys())
def test_recorded_facts_that_differ_are_named(run, other, change, keys):
    edit(run, "environment.json", change)

    assert [".".join(map(str, one.key)) for one in other_facts(run, other)] == keys


def test_the_commit_says_nothing_where_the_file_is_gone(run, other):
    def move(facts):
        facts["files"] = {"/nowhere/small.yaml": "0"}
        facts["git"] = {"commit": "0123", "dirty": False}

    edit(run, "environment.json", move)

    assert other_facts(run, other) == []
