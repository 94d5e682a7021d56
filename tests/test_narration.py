"""What `fit` says: the data, the network, how the training ended and what came out."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from dltrain import narration
from dltrain.evaluation.diagnosis import Diagnosis, Facts, Finding
from dltrain.evaluation.diagnosis.errors import Errors
from dltrain.evaluation.diagnosis.verdict import Verdict
from dltrain.expectations import Judged
from dltrain.terminal import Terminal

WAITED = SimpleNamespace(stopped_epoch=136, wait=33, monitor="val_loss")
OTHER = SimpleNamespace(stopped_epoch=136, wait=1, monitor="loss")
NEVER = SimpleNamespace(stopped_epoch=0)
METRICS = {
    "main": ["accuracy", "auc", "loss"],
    "splits": {
        "train": {"loss": 0.312, "accuracy": 0.868, "auc": None},
        "val": {"loss": 0.4, "accuracy": 0.8, "auc": 0.5},
    },
    "baselines": {
        "majority": {"train": {"loss": 9, "accuracy": 9}, "val": {"loss": 0.59, "accuracy": 0.726}}
    },
    "intervals": {"val": {"accuracy": [0.61, 0.91], "loss": [0.2, 1.25]}},
}


def said(speak, *arguments) -> list[str]:
    stream = io.StringIO()
    speak(Terminal(stream), *arguments)
    return stream.getvalue().splitlines()


ENDINGS = {
    "all epochs": (3, False, [NEVER], "done after 3 epochs; best epoch 104"),
    "one epoch": (1, False, [], "done after 1 epoch; best epoch 104"),
    "early stopping": (
        137,
        True,
        [NEVER, WAITED],
        "stopped: val_loss has not improved for 33 epochs; best epoch 104",
    ),
    "early stopping by another figure": (
        137,
        True,
        [OTHER],
        "stopped: loss has not improved for 1 epoch; best epoch 104 by val_loss",
    ),
    "another callback": (
        137,
        True,
        [NEVER],
        "stopped: by a callback after epoch 137 of 300; best epoch 104",
    ),
}


@pytest.mark.parametrize(
    ("done", "early", "callbacks", "line"), ENDINGS.values(), ids=ENDINGS.keys()
)
def test_the_ending_says_why_and_which_epoch_was_best(done, early, callbacks, line):
    history = [{"epoch": epoch} for epoch in range(1, done + 1)]
    trained = SimpleNamespace(history=history, stopped_early=early)
    best = SimpleNamespace(epoch=104, monitor="val_loss", value=-0.4)

    assert said(narration.ending, trained, 300, best, callbacks) == [line, ""]


def test_the_end_shows_parts_beside_the_baseline_and_the_next_command():
    lines = said(narration.conclude, Path("runs/heart/1"), METRICS, [])

    assert lines == [
        "            train      val    95 % interval    majority",
        "accuracy    0.868    0.800    0.610 – 0.910       0.726",
        "auc             –    0.500                –           –",
        "loss        0.312    0.400    0.200 – 1.250       0.590",
        "next        dltrain report runs/heart/1 --open",
    ]


SHORT = {"main": ["loss"], "splits": {"val": {"loss": 0.4}}}
KEPT = Judged(("val", "accuracy"), "> majority", 0.8, 0.726)
MISSED = Judged(("val", "loss"), "<= 0.3999", 0.4, 0.3999)
UNDEFINED = Judged(("train", "auc"), ">= 0.5", None, 0.5, "one class alone")


def test_a_bound_that_is_not_met_is_shown_among_all_of_them():
    judged = [KEPT, MISSED, UNDEFINED]

    lines = said(narration.conclude, Path("runs/heart/1"), SHORT, judged)

    assert lines[2:] == [
        "",
        "expect            got            expected      met",
        "val.accuracy    0.800    > majority 0.726      yes",
        "val.loss          0.4           <= 0.3999       no",
        "train.auc        null              >= 0.5       no",
        "train.auc       one class alone",
        "",
        "expect      1 of 3 met",
        "next        dltrain report runs/heart/1 --open",
    ]


def test_bounds_that_are_met_take_one_line():
    lines = said(narration.conclude, Path("runs/heart/1"), SHORT, [KEPT])

    assert lines[2:] == ["expect      1 of 1 met", "next        dltrain report runs/heart/1 --open"]


def test_labels_stand_above_each_other_beside_long_names():
    metrics = {
        "main": ["sparse_categorical_accuracy", "loss"],
        "splits": {"train": {"loss": 1.0, "sparse_categorical_accuracy": 0.5}},
    }

    lines = said(narration.conclude, Path("runs/heart/1"), metrics, [])

    assert lines == [
        "                               train",
        "sparse_categorical_accuracy    0.500",
        "loss                           1.000",
        "next                           dltrain report runs/heart/1 --open",
    ]


def test_the_verdict_is_told_with_the_findings_that_matter_and_what_to_try():
    warning = Finding("overfitting", "warning", "val loss rose", ("a.b=1", "c={d: 2}"))
    findings = (warning, Finding("no signal", "warning", "nothing"), warning, warning)
    hint = Finding("no better than a baseline", "hint", "no better")
    verdict = Verdict("fine", "fine: low and low", Errors("", Facts({}, {})))
    diagnosis = Diagnosis(verdict, (), (*findings, hint))

    lines = said(narration.conclude, Path("runs/heart/1"), METRICS, [], 0, diagnosis)

    assert lines[4:] == [
        "verdict     fine: low and low",
        "found       overfitting: val loss rose",
        "              try a.b=1 or 'c={d: 2}'",
        "            no signal: nothing",
        "            overfitting: val loss rose",
        "              try a.b=1 or 'c={d: 2}'",
        "next        dltrain report runs/heart/1 --open",
    ]


def test_the_next_command_can_be_pasted():
    metrics = {"main": ["loss"], "splits": {"train": {"loss": 1.0}}}

    lines = said(narration.conclude, Path("my runs/it's"), metrics, [])

    assert lines[-1] == """next        dltrain report 'my runs/it'"'"'s' --open"""


BEGINNINGS = {
    "two classes": (
        [],
        "240 rows, 4 columns → 8 inputs · binary target, 48 % pear",
        "train 168 · val 24 · test 48, stratified",
        "dense 8 relu → dropout 0.1 → dense 1 sigmoid · 81 parameters · adam 0.001 · "
        "binary_crossentropy",
    ),
    "a quantity": (
        ["dataset.target=weight", "metrics=[]", "training.best.monitor=val_loss"],
        "240 rows, 4 columns → 9 inputs · regression target, 57.31 to 252.78",
        "train 168 · val 24 · test 48",
        "dense 8 relu → dropout 0.1 → dense 1 · 89 parameters · adam 0.001 · mean_squared_error",
    ),
    "an amount that is scaled": (
        [
            "dataset.target={weight: {scaling: standard}}",
            "metrics=[]",
            "training.best.monitor=val_loss",
        ],
        "240 rows, 4 columns → 9 inputs · regression target, 57.31 to 252.78, standardised",
        "train 168 · val 24 · test 48",
        "dense 8 relu → dropout 0.1 → dense 1 · 89 parameters · adam 0.001 · mean_squared_error",
    ),
    "bins": (
        ["dataset.target={weight: {bins: 3, ordered: true}}"],
        "240 rows, 4 columns → 9 inputs · multiclass target, 3 ordered bins",
        "train 168 · val 24 · test 48, stratified",
        "dense 8 relu → dropout 0.1 → dense 3 softmax · 107 parameters · adam 0.001 · "
        "sparse_categorical_crossentropy",
    ),
    "groups": (
        ["split={type: group, column: crate}", "dataset.columns={}"],
        "240 rows, 3 columns → 5 inputs · binary target, 55 % pear",
        "train 88 · val 81 · test 71, grouped by crate",
        "dense 8 relu → dropout 0.1 → dense 1 sigmoid · 57 parameters · adam 0.001 · "
        "binary_crossentropy",
    ),
    "time": (
        ["split={type: time, column: length, gap: 5}", "dataset.columns={}"],
        "230 rows, 3 columns → 5 inputs · binary target, 49 % pear",
        "train 161 · val 23 · test 46, in the order of length\n"
        "10 rows left out: in the gaps between the parts",
        "dense 8 relu → dropout 0.1 → dense 1 sigmoid · 57 parameters · adam 0.001 · "
        "binary_crossentropy",
    ),
    "one column": (
        ["dataset.features.include=[weight]", "dataset.columns={}"],
        "240 rows, 1 column → 1 input · binary target, 48 % pear",
        "train 168 · val 24 · test 48, stratified",
        "dense 8 relu → dropout 0.1 → dense 1 sigmoid · 25 parameters · adam 0.001 · "
        "binary_crossentropy",
    ),
}


@pytest.mark.parametrize(
    ("overrides", "data", "parts", "model"), BEGINNINGS.values(), ids=BEGINNINGS.keys()
)
def test_the_beginning_says_what_is_trained_on_what(command, fruit, overrides, data, parts, model):
    ended = command("fit", "fruit.yaml", *overrides, "--dry-run")

    assert ended.stderr.splitlines() == [
        "fruit   fruit.yaml · seed 3",
        f"data    {data}",
        *(f"        {line}" for line in parts.splitlines()),
        f"model   {model}",
        "engine  graph (a short training: XLA would cost more to compile than it saves)",
        "",
    ]


def test_a_column_that_float32_cannot_hold_is_said_to_be_shifted(command, tmp_path):
    rows = "".join(f"{1_700_000_000 + at},{at % 7},{at % 2}\n" for at in range(60))
    (tmp_path / "log.csv").write_text(f"seconds,x,y\n{rows}", encoding="utf-8")
    (tmp_path / "log.yaml").write_text(
        "dataset: {type: csv, path: log.csv, target: y}\narchitecture: {layers: []}\n",
        encoding="utf-8",
    )

    ended = command("fit", tmp_path / "log.yaml", "--dry-run")

    assert "shifted, as float32 is too coarse for them: seconds" in ended.stderr
