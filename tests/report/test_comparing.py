"""A page about several runs: what differs, and nothing that does not."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dltrain.pages.plots import as_svg
from dltrain.report.comparing import curve, write_comparison
from tests.report.conftest import BINARY, Parsed


def rows_of(page: Parsed) -> str:
    return page.text


def test_figures_stand_side_by_side(made, tmp_path):
    runs = [
        made(
            BINARY,
            place=f"runs/{name}/1",
            more=f"optimizer: {{type: adam, learning_rate: {rate}}}\n",
            main=["accuracy", "loss"],
            splits={"test": {"accuracy": value, "loss": 0.3}},
            intervals={"test": {"accuracy": [0.5, 0.99]}},
        ).path
        for name, rate, value in (("slow", 0.001, 0.8), ("fast", 0.1, 0.7))
    ]

    write_comparison(runs, tmp_path / "page.html")

    page = Parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "figure slow/1 fast/1" in page.text
    assert "accuracy 0.800 (0.500 – 0.990) 0.700 (0.500 – 0.990)" in page.text
    assert "key slow/1 fast/1 optimizer.learning_rate 0.001 0.1" in page.text
    assert [one["id"] for one in page.all("section")] == ["figures", "curves", "config"]


def test_a_key_of_the_third_run_alone_is_shown_for_all(made, tmp_path):
    runs = [
        made(BINARY, place=f"runs/{name}/1", more=more).path
        for name, more in (("a", ""), ("b", "seed: 3\n"), ("c", "training: {batch_size: 7}\n"))
    ]

    write_comparison(runs, tmp_path / "page.html")

    page = Parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "seed 0 3 0" in page.text
    assert "training.batch_size 32 32 7" in page.text


def test_one_key_that_means_two_things_is_two_keys(made, tmp_path):
    last, between = "    - {type: dense, units: 2}\n", "    - {type: dropout, rate: 0.25}\n"
    runs = [
        made(BINARY, place=f"runs/{name}/1", more=more).path
        for name, more in (("a", last), ("b", between + last), ("c", ""))
    ]

    write_comparison(runs, tmp_path / "page.html")

    page = Parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
    put, left_out = re.findall(
        r"architecture\.layers\.1 (.*?)(?= architecture| Config|$)", page.text
    )
    assert re.fullmatch(r"– \{type: dropout, [^…]*… –", put)
    assert re.match(r"\{type: dense, [^…]*… \{type: dense, [^…]*… –", left_out)


@pytest.mark.parametrize(
    ("first", "second", "judged", "cells"),
    [
        (("train", "val", "test"), ("train", "val"), "val", "loss 0.500 0.500"),
        (("train", "val"), ("train", "val", "test"), "val", "loss 0.500 0.500"),
        (("train", "test"), ("train", "val"), "train", "loss 0.500 0.500"),
        (("train", "val", "test"), None, "test", "loss 0.500 –"),
    ],
)
def test_figures_are_those_of_the_last_part_that_all_have(
    made, tmp_path, first, second, judged, cells
):
    runs = [
        made(BINARY, place=f"runs/{name}/1", parts=parts or first)
        for name, parts in (("a", first), ("b", second))
    ]
    if second is None:
        (runs[1] / "metrics.json").unlink()

    write_comparison([one.path for one in runs], tmp_path / "page.html")

    page = Parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert f"on {judged} figure a/1 b/1 {cells}" in page.text


def test_equal_configs_are_said_to_be_equal(made, tmp_path):
    runs = [made(BINARY, place=f"runs/{name}/1").path for name in "ab"]

    write_comparison(runs, tmp_path / "page.html")

    page = Parsed((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "The configs are the same, defaults spelled out." in page.text


def test_smoke_runs_are_marked_wherever_they_are_named(made, tmp_path):
    runs = [made(BINARY, place=f"runs/{name}/1") for name in ("whole", "tried")]
    runs[1].write_json("environment.json", {"smoke": True})

    write_comparison([one.path for one in runs], tmp_path / "page.html")

    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    page = Parsed(text)
    assert "figure whole/1 smoke run tried/1" in page.text
    assert "Of a smoke run: at most 256 rows and 2 epochs; its figures mean nothing." in page.text
    assert len(re.findall(r">smoke run tried/1</text>", text)) == 1
    assert ">smoke run whole/1</text>" not in text


def points_of(line) -> list[tuple[float, float]]:
    """List the points of a line that have a mark."""
    places = line.get_markevery() if line.get_marker() == "o" else []
    return [tuple(map(float, line.get_xydata()[at])) for at in places]


def test_an_epoch_that_no_line_joins_is_a_point():
    nan = float("nan")
    curves = {
        "one": (np.array([1.0]), np.array([0.5])),
        "every second": (np.arange(1.0, 6), np.array([nan, 0.4, nan, 0.3, nan])),
        "all": (np.arange(1.0, 4), np.array([0.3, 0.2, 0.1])),
        "two and a gap": (np.arange(1.0, 5), np.array([0.3, 0.2, nan, 0.1])),
    }

    plot = curve("loss", curves)

    lines = plot.figure.axes[0].lines
    assert [points_of(one) for one in lines] == [
        [(1, 0.5)], [(2, 0.4), (4, 0.3)], [], [(4, 0.1)],
    ]  # fmt: skip
    assert as_svg(plot.figure).count("<use ") >= 4
