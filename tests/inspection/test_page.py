"""The page of `inspect data --html`: whole, offline, harmless and not too large."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from dltrain.inspection.data.looking import document
from dltrain.inspection.data.page import page
from dltrain.inspection.data.plots import Plots, bin_edges
from dltrain.pages.pictures import as_png

NO_SPLIT = "split: {type: none}\n"


class Parsed(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def count(self, name):
        return sum(tag == name for tag, _ in self.tags)


@pytest.fixture
def written(looked):
    """Write the page about a file."""

    def about(dataset, others="", rows=3):
        seen = looked(dataset, others)
        return page(seen, document(seen, rows))

    return about


@pytest.fixture
def table(tmp_path):
    draw = np.random.default_rng(2)
    frame = pd.DataFrame({
        "size": draw.normal(5, 1, 120).round(2),
        "rooms": draw.integers(1, 5, 120),
        "kind": draw.choice(["flat", "house"], 120),
        "y": draw.choice(["a", "b"], 120),
    })  # fmt: skip
    frame.to_csv(tmp_path / "t.csv", index=False)
    return frame


CSV = "{type: csv, path: t.csv, target: y}"


def test_numbers_become_histograms_and_words_bars(table, written):
    parsed = Parsed(written(CSV))

    images = [attrs["aria-label"] for tag, attrs in parsed.tags if attrs.get("role") == "img"]
    assert parsed.count("svg") == len(images) == 2
    assert all(text.startswith("histogram; train: ") for text in images)
    bars = [attrs for tag, attrs in parsed.tags if tag == "i" and "style" in attrs]
    assert {attrs["class"] for attrs in bars} == {"train", "val", "test"}
    assert len(bars) == 3 * (2 + 2)  # the classes, and the values of `kind`


def test_nothing_is_loaded_from_anywhere(table, written):
    text = written(CSV)

    addresses = re.findall(r"(?:https?:)?//[^\s\"'<>]+", text)
    assert set(addresses) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "default-src 'none'" in text
    assert not [tag for tag, attrs in Parsed(text).tags if tag in ("link", "iframe")]


def test_no_name_is_there_twice(table, written):
    names = re.findall(r'\sid="([^"]*)"', written(CSV))

    assert len(names) == len(set(names)) > 0


def test_names_that_are_referred_to_are_there(table, written):
    text = written(CSV)

    names = set(re.findall(r'\sid="([^"]*)"', text))
    assert set(re.findall(r'(?:url\(|href=")#([^")]*)', text)) <= names


EVIL = "<script>alert(1)</script>"


def test_what_comes_from_data_is_text_and_nothing_else(tmp_path, written):
    frame = pd.DataFrame({EVIL: [1.0, 2.5, 3.0, 4.5] * 10, "w": [EVIL, "\"'><img src=x>"] * 20})
    frame["y"] = ["<b>", "$\\foo$"] * 20
    frame.to_csv(tmp_path / "t.csv", index=False)

    parsed = Parsed(written(CSV, NO_SPLIT))

    assert parsed.count("script") == 1
    assert parsed.count("b") == parsed.count("img") == 0
    assert any(EVIL in words for words in parsed.words)


def test_the_same_data_gives_the_same_page(table, written):
    assert written(CSV) == written(CSV)


@pytest.mark.slow
def test_five_hundred_columns_are_listed_and_some_are_drawn(tmp_path, written):
    numbers = np.random.default_rng(0).normal(size=(60, 500)).round(3)
    frame = pd.DataFrame(numbers, columns=[f"c{number}" for number in range(500)])
    frame["y"] = [0, 1] * 30
    frame.to_csv(tmp_path / "t.csv", index=False)

    text = written(CSV)

    assert Parsed(text).count("svg") == 60
    assert "440 more columns of input input are in the table alone" in text
    assert all(f">c{number}<" in text for number in (0, 250, 499))
    assert len(text) < 3_000_000


def test_pictures_are_inside_and_small(tmp_path, written):
    pictures = np.random.default_rng(0).integers(0, 256, (90, 120, 100, 3)).astype(np.uint8)
    np.savez(tmp_path / "p.npz", x=pictures, y=np.arange(90) % 3)

    text = written("{type: npz, path: p.npz}", NO_SPLIT)

    sources = [attrs["src"] for tag, attrs in Parsed(text).tags if tag == "img"]
    assert len(sources) == 60
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert len(text) < 3_000_000


def opened(source):
    from PIL import Image

    return np.array(Image.open(io.BytesIO(base64.b64decode(source.split(",")[1]))))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_small_picture_keeps_its_pixels(channels):
    picture = np.random.default_rng(0).integers(0, 256, (8, 6, channels)).astype(np.uint8)

    shown = opened(as_png(picture))

    np.testing.assert_array_equal(shown.reshape(8, 6, channels), picture)


def test_of_pictures_with_other_channels_the_first_is_shown():
    picture = np.random.default_rng(0).integers(0, 256, (8, 6, 4)).astype(np.uint8)

    np.testing.assert_array_equal(opened(as_png(picture)), picture[..., 0])


def test_texts_show_their_words(tmp_path, written):
    frame = pd.DataFrame({"note": ["good film", "bad film"] * 20, "y": [0, 1] * 20})
    frame.to_csv(tmp_path / "t.csv", index=False)

    text = written("{type: csv, path: t.csv, target: y, columns: {note: {type: text}}}")

    assert "most frequent words of train" in text
    assert ">film<" in text


def test_series_are_drawn_part_behind_part(tmp_path, written):
    frame = pd.DataFrame({"sales": np.sin(np.arange(80.0)).round(3)})
    frame.to_csv(tmp_path / "t.csv", index=False)

    text = written(
        "{type: windows, path: t.csv, target: sales, window: 5}", "split: {type: time}\n"
    )

    assert "series over its rows; -" in text
    assert all(text.count(f"stroke: var(--{part})") >= 2 for part in ("train", "val", "test"))


def test_closed_test_rows_are_not_drawn(table, written):
    text = written(CSV, "evaluation: {test: never}\n")

    assert "test rows are not looked at" in text
    assert '<i class="test"' not in text
    assert "stroke: var(--test)" not in text


def test_dates_and_constants_are_no_trouble(tmp_path, written):
    frame = pd.DataFrame({
        "day": pd.date_range("2024-01-31", periods=60).strftime("%Y-%m-%d"),
        "same": 3, "huge": np.linspace(-3e38, 3e38, 60), "tiny": np.linspace(1, 1 + 1e-15, 60),
        "y": [0, 1] * 30,
    })  # fmt: skip
    frame.drop(columns="tiny").to_csv(tmp_path / "t.csv", index=False)

    parsed = Parsed(written(CSV))

    assert parsed.count("svg") == 2
    assert any("one value" in words for words in parsed.words)


EDGES = {
    "none": ([], None),
    "equal": ([2.0, 2.0], None),
    "whole numbers": ([1.0, 4.0], [0.5, 1.5, 2.5, 3.5, 4.5]),
    "too near": ([1.0, 1.0 + 2**-52], None),
}


@pytest.mark.parametrize(("numbers", "expected"), EDGES.values(), ids=EDGES.keys())
def test_bins_hold_what_there_is(numbers, expected):
    edges = bin_edges(np.array(numbers))

    assert (edges is None) == (expected is None)
    assert edges is None or edges.tolist() == expected


def test_a_histogram_is_well_formed_and_has_no_colour_of_its_own():
    draw = np.random.default_rng(0)

    svg = Plots().histogram({"train": draw.normal(size=50), "val": draw.normal(size=5)})

    ElementTree.fromstring(svg)
    assert "var(--train)" in svg
    assert "var(--val)" in svg
    assert "currentColor" in svg
    assert not re.search(r"#[0-9a-f]{6}", svg.replace("#plot", ""))


@pytest.mark.slow
def test_a_picture_set_of_scikit_learn_has_a_page(written):
    text = written("{type: sklearn, name: digits}")

    assert len(text) < 3_000_000
