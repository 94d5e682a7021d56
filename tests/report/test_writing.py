"""report.html and its plots: whole, offline, harmless, accessible, whatever the run."""

from __future__ import annotations

import json
import os
import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from dltrain import run_folder
from dltrain.data.targets import NamedTargets, Target
from dltrain.errors import FolderError
from dltrain.report.record import read_record
from dltrain.report.writing import file_names, write_report
from tests.report.conftest import AMOUNT, BINARY, CLASSES, TARGETS, Parsed

LARGEST = 3_000_000
# Where a page could fetch something from.
FETCHING = ("src", "href", "action", "data", "poster", "srcset")


def report(folder) -> Parsed:
    """Write a report, and check what all reports promise."""
    path = write_report(folder.path)
    text = path.read_text(encoding="utf-8")
    page = Parsed(text)
    assert len(text.encode()) < LARGEST
    assert text.startswith("<!doctype html>")
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        for name in FETCHING:
            address = attributes.get(name) or "#"
            assert address.startswith(("#", "data:")), f"<{tag} {name}={address[:60]}>"
            assert address[:1] != "#" or address[1:] in ids or address == "#"
        if tag == "img" or attributes.get("role") == "img":
            assert (attributes.get("alt") or attributes.get("aria-label") or "").strip()
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        ElementTree.fromstring(svg)
    assert not re.search(r"url\((?!#|data:)", text)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert {"html", "header", "nav", "main"} <= {tag for tag, _ in page.tags}
    return page


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_every_task_has_a_report(made, target):
    folder = made(target)

    page = report(folder)

    plots = {path.stem for path in (folder / "plots").iterdir()}
    assert "curve-loss" in plots
    for name in plots:
        assert (folder / f"plots/{name}.png").read_bytes()[1:4] == b"PNG"
        assert ElementTree.parse(folder / f"plots/{name}.svg").getroot().tag.endswith("svg")
    assert "What goes wrong" in page.text
    assert (folder / "model_card.md").is_file()


def test_sections_stand_in_the_order_of_a_reader(fitted):
    page = report(fitted)

    assert [one["id"] for one in page.all("section")] == [
        "verdict", "figures", "curves", "wrong", "sure", "matters", "inside", "data", "model",
        "config", "environment",
    ]  # fmt: skip


def test_the_same_run_gives_the_same_report(fitted):
    before = (fitted / "report.html").read_bytes()

    write_report(fitted.path)

    assert (fitted / "report.html").read_bytes() == before


def test_names_from_data_name_no_folders_and_nothing_that_windows_forbids(made):
    awkward = ("price/kg", "price:kg", "Price*kg", "..\\price")
    folder = made(NamedTargets(dict.fromkeys(awkward, AMOUNT)))
    table = pd.read_csv(folder / run_folder.HISTORY)
    for name in awkward:
        table[f"{name}_loss"] = table["loss"]
    table.to_csv(folder / run_folder.HISTORY, index=False)

    page = report(folder)

    there = sorted(path.name for path in (folder / "plots").iterdir())
    stems = {"curve-price-kg_loss", "curve-price-kg_loss-2", "curve-Price-kg_loss-3",
             "curve-..-price_loss"}  # fmt: skip
    assert {f"{stem}.{kind}" for stem in stems for kind in ("svg", "png")} <= set(there)
    assert all((folder / f"plots/{name}").is_file() for name in there)
    assert not set("".join(there)) & set('<>:"/\\|?*')
    assert all(f"{name}_loss" in page.text for name in awkward)


def test_a_name_of_a_file_is_taken_once():
    names = ["a?b", "a:b", "a-b-2", "é/猫", "x" * 300, "x" * 301]

    assert list(file_names(names).values()) == [
        "a-b", "a-b-2", "a-b-2-2", "é-猫", "x" * 50, "x" * 50 + "-2",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_thousand_classes_stay_a_small_page(made):
    many = Target("multiclass", ("y",), tuple(f"species {one}" for one in range(1000)))

    page = report(made(many, rows=6000))

    assert "30 of 994 more in grey" in page.text


UGLY = {
    "one epoch": {"epochs": 1},
    "no val part": {"parts": ("train", "test")},
    "train alone": {"parts": ("train",)},
    "one row in test": {"rows": 3},
}


@pytest.mark.parametrize("target", [BINARY, CLASSES, TARGETS["regression"]], ids=["2", "3", "y"])
@pytest.mark.parametrize("ugly", UGLY.values(), ids=UGLY.keys())
def test_awkward_runs_have_a_report(made, ugly, target):
    report(made(target, **ugly))


def test_a_run_that_failed_shows_how_far_it_came(made):
    folder = made(BINARY, status="failed")
    (folder / "history.csv").write_text("epoch,loss,val_loss\n1,0.5,0.6\n2,nan,\n")
    for name in (run_folder.METRICS, run_folder.PREDICTIONS):
        (folder / name).unlink()

    page = report(folder)

    assert "This run is failed." in page.text
    assert "train is 0.500, val is 0.600" in page.text


def test_a_history_of_nothing_but_nan_is_drawn(made):
    folder = made(BINARY, status="failed")
    (folder / "history.csv").write_text("epoch,loss\n1,nan\n")

    assert "train is no finite number" in report(folder).text


def test_what_an_old_folder_lacks_is_named(made):
    folder = made(BINARY)
    for name in (run_folder.HISTORY, run_folder.PREPROCESSING):
        (folder / name).unlink()

    page = report(folder)

    for name, about in (
        ("history.csv", "learning curves"),
        ("preprocessing.json", "what was learned about the columns"),
        ("environment.json", "versions and machine"),
        ("diagnosis.json", "verdict and findings"),
        ("insights.json", "importance, mistakes in pictures or rows, histograms, filters, surface"),
    ):
        assert f"{folder.path} has no {name}, so there is nothing here about {about}." in page.text


def test_a_broken_file_is_named(made):
    folder = made(BINARY)
    (folder / "metrics.json").write_text("{")

    with pytest.raises(FolderError) as caught:
        write_report(folder.path)

    assert str(caught.value) == (
        f"got {folder / 'metrics.json'}, which is broken, expected what `fit` writes there."
    )


EVIL = "<script>alert(1)</script>\"'&{{7*7}}"


def test_names_from_data_and_file_stay_words(made):
    evil = Target("multiclass", (EVIL,), (EVIL, "café 猫 \u202e", "x\x1b[31m"))
    folder = made(evil, name="made")
    facts = {"verdict": "fine", "sentence": EVIL, "evidence": [EVIL], "findings": [
        {"name": EVIL, "severity": "hint", "evidence": EVIL, "next": [EVIL]},
    ]}  # fmt: skip
    folder.write_json(run_folder.DIAGNOSIS, facts)

    page = report(folder)

    assert len(page.all("script")) == 1
    assert EVIL in page.text
    assert "café 猫" in page.text
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert not set(text) & set("\x1b\u202e")
    assert "49" not in "".join(re.findall(r"&amp;(.{8})", text))
    card = (folder / "model_card.md").read_text(encoding="utf-8")
    assert "<script>" not in card.replace("\\<script\\>", "")


def test_the_verdict_comes_first(made):
    folder = made(BINARY)
    folder.write_json(run_folder.DIAGNOSIS, {
        "verdict": "high variance", "sentence": "high variance: val is worse than train",
        "evidence": ["train 0.1, val 0.3"], "findings": [{
            "name": "overfitting", "severity": "warning", "evidence": "val loss rises from 3 on",
            "next": ["regularization.dropout=0.3"],
        }],
    })  # fmt: skip

    page = report(folder)

    assert page.all("section")[0]["id"] == "verdict"
    assert "Verdict: high variance: val is worse than train" in page.text
    assert "regularization.dropout=0.3" in page.text
    card = (folder / "model_card.md").read_text(encoding="utf-8")
    assert "- overfitting (warning): val loss rises from 3 on" in card


def test_what_can_be_read_under_the_pointer_is_what_is_drawn(made):
    page = report(made(BINARY))

    facts = [json.loads(a["data-hover"]) for _, a in page.tags if "data-hover" in a]

    assert facts[0]["lines"][0] == {
        "name": "train", "x": [1, 2, 3, 4, 5], "y": [1, 0.5, 0.33333, 0.25, 0.2],
    }  # fmt: skip
    assert all(len(line["x"]) == len(line["y"]) for one in facts for line in one["lines"])


@pytest.mark.parametrize(("rows", "told"), [(61, True), (100, False)])
def test_intervals_of_few_rows_are_told_for_what_they_are(made, rows, told):
    ends = {"test": {"loss": [0.25, 1.5]}}
    folder = made(BINARY, intervals=ends, task="binary")
    facts = folder.read_json(run_folder.METRICS)
    folder.write_json(run_folder.METRICS, facts | {"rows": {"test": rows}})

    page = report(folder)

    sentence = "Rows are few: of 61 rows, intervals of 95 % held the true figure in 93 to 99 %"
    assert (sentence in page.text) is told


def test_a_folder_that_cannot_be_written_to_gets_no_report(made, monkeypatch):
    folder = made(BINARY)
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    with pytest.raises(FolderError) as caught:
        write_report(folder.path)

    assert str(caught.value) == (
        f"got the run folder {folder.path}, which cannot be written to, "
        "expected a folder to write to. Copy it and name the copy."
    )


def test_texts_stand_as_they_were_written_with_unknown_words_marked(made):
    folder = made(BINARY)
    answers = read_record(folder.path).answers[0]
    worst = int(np.flatnonzero(answers.rows.wrong)[0])
    facts = {
        "part": "test", "rows": [int(answers.rows.rows[worst])], "sizes": [0.9],
        "truth": [int(answers.rows.truth[worst])], "said": [int(answers.rows.said[worst])],
        "cells": {},
        "written": {
            "review": {"texts": ["… Not <b>Boring</b>, a gem!"], "unknown": [[2, 4]], "last": 200},
            "title": {"texts": [""], "unknown": [[]], "last": None},
        },
    }  # fmt: skip
    folder.write_json("insights.json", {"mistakes": {"": facts}, "failed": {}})
    np.savez(folder / "insights.npz")

    text = write_report(folder.path).read_text(encoding="utf-8")

    assert "… Not <u>&lt;b&gt;Boring&lt;/b&gt;,</u> a <u>gem!</u></td>" in text
    assert (
        "The probability is that of what the model says. Words above a dotted line are not among "
        "those that the model knows. It reads the last 200 words of review." in Parsed(text).text
    )
