"""The table of figures: which, in which order, beside what; from whatever metrics.json holds."""

from __future__ import annotations

import pytest

from dltrain.results import results

METRICS = {
    "main": ["accuracy", "loss"],
    "splits": {
        "train": {"loss": 0.1, "accuracy": 1.0, "mcc": None},
        "test": {"loss": 0.25, "accuracy": 0.9, "mcc": 0.5},
    },
    "intervals": {"test": {"accuracy": [0.8, 0.95]}},
    "baselines": {"majority": {"train": {"loss": 9}, "test": {"accuracy": 0.5}}},
}


def test_main_figures_stand_first_beside_intervals_and_baselines_of_the_judged_part():
    table = results(METRICS)

    assert table.judged == "test"
    assert table.header() == ["", "train", "test", "95 % interval", "majority"]
    assert table.header("figure", "95 % interval, test")[::3] == ["figure", "95 % interval, test"]
    assert table.values() == [
        ["accuracy", 1.0, 0.9, "0.800 – 0.950", 0.5],
        ["loss", 0.1, 0.25, None, None],
        ["mcc", None, 0.5, None, None],
    ]
    assert table.cells() == [
        ["accuracy", "1.000", "0.900", "0.800 – 0.950", "0.500"],
        ["loss", "0.100", "0.250", "–", "–"],
        ["mcc", "–", "0.500", "–", "–"],
    ]
    assert table.cells(main=True) == table.cells()[:2]


def test_another_part_can_be_judged():
    table = results(METRICS, "train")

    assert not table.has_intervals
    assert table.row("loss").judged == 0.1
    assert table.row("loss").baselines == (9,)
    assert table.row("auc") is None


def test_rows_of_another_file_are_a_part_of_their_own():
    table = results({"main": ["loss"], "splits": {"data": {"loss": 0.5}}})

    assert (table.judged, table.header(), table.cells()) == (
        "data",
        ["", "data"],
        [["loss", "0.500"]],
    )


ODD = {
    "nothing": {},
    "no map": {"splits": [1], "baselines": None, "intervals": "x", "main": ["loss"]},
    "no map of maps": {"splits": {"test": 0.5}},
}


@pytest.mark.parametrize("metrics", ODD.values(), ids=ODD.keys())
def test_what_is_no_map_of_figures_counts_as_nothing(metrics):
    table = results(metrics)

    assert (table.parts, table.judged, table.rows) == ((), "", ())


def test_odd_intervals_and_baselines_leave_the_figures():
    metrics = METRICS | {"intervals": {"test": {"loss": "wide"}}, "baselines": {"linear": 0.5}}

    assert results(metrics).values()[1] == ["loss", 0.1, 0.25, None]
