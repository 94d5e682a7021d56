"""Which values are paths, and the folder that each is relative to."""

from pathlib import Path

import pytest

from dltrain.config.composing.files_named import make_absolute
from dltrain.config.composing.overrides import apply, from_arguments
from dltrain.config.text.source import read

PATHS = {
    "of the data": ("dataset: {path: b}", ("dataset", "path"), "folder/b"),
    "of one file of several": (
        "dataset: {path: [/a, ../b, 3]}",
        ("dataset", "path", 1),
        "b",
    ),
    "of a pattern": ("dataset: {path: 'rows-*.csv'}", ("dataset", "path"), "folder/rows-*.csv"),
    "of a function's module": (
        "dataset: {type: Python, function: 'a:b'}",
        ("dataset", "folder"),
        "folder",
    ),
    "of a function's module, named": (
        "dataset: {type: python, function: 'a:b', folder: c}",
        ("dataset", "folder"),
        "folder/c",
    ),
    "of a saved network": (
        "architecture: {layers: [{type: Saved, path: b.keras}]}",
        ("architecture", "layers", 0, "path"),
        "folder/b.keras",
    ),
    "of a saved network in a block": (
        "architecture: {layers: [{repeat: 2, layers: [{type: saved, path: ../b}]}]}",
        ("architecture", "layers", 0, "layers", 0, "path"),
        "b",
    ),
    "of weights": (
        "architecture: {layers: [{type: application, weights: b.h5}]}",
        ("architecture", "layers", 0, "weights"),
        "folder/b.h5",
    ),
}


@pytest.mark.parametrize(("text", "key", "path"), PATHS.values(), ids=PATHS.keys())
def test_a_path_begins_at_the_file_that_names_it(tmp_path, monkeypatch, text, key, path):
    monkeypatch.chdir(tmp_path)
    source = read(text, "folder/a.yaml")

    make_absolute(source)

    value = source.value
    for part in key:
        value = value[part]
    assert value == str(tmp_path / path)


def test_a_path_of_an_argument_begins_at_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = read("architecture: {layers: [{type: saved, path: a, name: old}]}", "folder/a.yaml")
    apply(source, from_arguments(["architecture.layers.old.path=b", "dataset={path: c}"]))

    make_absolute(source)

    assert source.value["architecture"]["layers"][0]["path"] == str(tmp_path / "b")
    assert source.value["dataset"]["path"] == str(tmp_path / "c")


NO_PATHS = [
    "architecture: {layers: [{type: application, weights: ImageNet}]}",
    "architecture: {layers: [{type: application, weights: null}]}",
    "architecture: {layers: [{type: dense, path: a}]}",
    "dataset: {path: ''}",
    'dataset: {path: "a\\0b"}',
    "dataset: {path: 3}",
    "dataset: [path]",
    "dataset: {type: csv, function: 'a:b'}",
    "dataset: {type: python}",
    "path: a",
    "[{dataset: {path: a}}]",
]


@pytest.mark.parametrize("text", NO_PATHS)
def test_what_is_no_path_stays_as_it_is(text):
    source = read(text, "folder/a.yaml")

    make_absolute(source)

    assert source.value == read(text, "folder/a.yaml").value


def test_paths_in_a_list_of_an_argument_begin_at_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = read("dataset: {path: a}", "folder/a.yaml")
    apply(source, from_arguments(["dataset.path=[b, c/*.csv]"]))

    make_absolute(source)

    assert source.value["dataset"]["path"] == [str(tmp_path / "b"), str(tmp_path / "c/*.csv")]


def test_a_path_below_home(monkeypatch):
    monkeypatch.setenv("HOME", str(Path("/home/me")))
    source = read("dataset: {path: ~/a.csv}", "folder/a.yaml")

    make_absolute(source)

    assert source.value["dataset"]["path"] == str(Path("/home/me/a.csv"))
