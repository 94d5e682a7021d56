"""How values are spelled: what a reader takes in at a glance."""

from __future__ import annotations

import pytest

from dltrain.spelling import amount, figure, plain, share, short


def test_blanks_stay_blanks():
    assert plain(amount(123_456)) == "123\N{NO-BREAK SPACE}456"


AMOUNTS = {
    "whole": (3.0, "3"),
    "large": (1_234_567, "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"),
    "fraction": (0.123456, "0.123"),
    "small": (1.2e-7, "1.2e-07"),
    "huge": (3e38, "3e+38"),
    "nothing": (None, "–"),
    "word": ("a\nb", r"a\nb"),
}


@pytest.mark.parametrize(("value", "expected"), AMOUNTS.values(), ids=AMOUNTS.keys())
def test_amounts_are_read_at_a_glance(value, expected):
    assert amount(value) == expected


def test_shares_and_sizes_are_short():
    assert [share(1, 3), share(1, 1000), share(3, 3)] == ["33 %", "0.1 %", "100 %"]
    assert share(0, 0) == "–"
    assert [short(0, "B"), short(999_600, "B"), short(1.5e9)] == ["0 B", "1 MB", "1.5 G"]


FIGURES = {
    0.0: "0.000",
    0.00049: "0.00049",
    0.0005: "0.001",
    -0.5: "-0.500",
    9.9996: "10.000",
    123.456: "123.46",
    2898.1: "2898",
    1e6: "1e+06",
    float("nan"): "nan",
    float("inf"): "inf",
    None: "–",
}


@pytest.mark.parametrize(("value", "text"), FIGURES.items(), ids=map(str, FIGURES))
def test_figures_can_be_read_at_a_glance(value, text):
    assert figure(value) == text
