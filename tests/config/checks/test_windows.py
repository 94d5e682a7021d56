"""Windows over a time series: split by time where the file says nothing, and only so."""

import pytest

from dltrain.config.sections.split import NoSplit, TimeSplit
from dltrain.errors import ConfigError

LAYERS = "architecture: {layers: [{type: flatten}]}\n"


def text(split="", more="", kind="windows"):
    return f"dataset: {{type: {kind}, path: a.csv, target: y, window: 3{more}}}\n{LAYERS}{split}\n"


SPLITS = {
    "nothing": ("", TimeSplit(type="time")),
    "an empty key": ("split:", TimeSplit(type="time")),
    "no type": ("split: {gap: 2}", TimeSplit(type="time", gap=2)),
    "time": ("split: {type: time, gap: 1}", TimeSplit(type="time", gap=1)),
    "none": ("split: none", NoSplit(type="none")),
}


@pytest.mark.parametrize(("given", "split"), SPLITS.values(), ids=SPLITS.keys())
@pytest.mark.parametrize("kind", ["windows", "Windows"])
def test_windows_are_split_by_time(load_text, given, split, kind):
    assert load_text(text(given, kind=kind)).experiment.split == split


def test_an_override_may_bring_the_windows(load_text):
    good = "dataset: {type: csv, path: a.csv, target: y}\n" + LAYERS

    config = load_text(good, ["dataset={type: windows, path: a.csv, target: y, window: 3}"])

    assert config.experiment.split.type == "time"


LEAVE_OUT = "Leave it out with `dataset.features.exclude`."
WRONG = {
    "a random split": (
        text("split: random"),
        "3:1: split.type: got 'random' for windows, expected time or none. "
        "In any other, rows of test would be seen in training.",
    ),
    "a split by group": (
        text("split: {type: group, column: g}"),
        "3:15: split.type: got 'group' for windows, expected time or none. "
        "In any other, rows of test would be seen in training.",
    ),
    "a scaling across variables": (
        text(more=", scaling: unit_norm"),
        "1:70: dataset.scaling: got 'unit_norm' for windows, "
        "expected a scaling of each variable by itself.",
    ),
    "categories": (
        text(more=", columns: {c: category}"),
        f"1:71: dataset.columns.c.type: got 'category' for windows, expected number. {LEAVE_OUT}",
    ),
    "gaps that are filled": (
        text(more=", columns: {c: {type: number, missing: impute, scaling: unit_norm}}"),
        "1:98: dataset.columns.c.missing: got 'impute' for windows, expected error. "
        "Fill the gaps in the file.\n"
        "a.yaml:1:115: dataset.columns.c.scaling: got 'unit_norm' for windows, "
        "expected a scaling of each variable by itself.",
    ),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_does_not_go_with_windows_is_refused(load_text, content, message):
    with pytest.raises(ConfigError) as caught:
        load_text(content)

    assert str(caught.value) == f"a.yaml:{message}"
