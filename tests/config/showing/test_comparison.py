"""Differences are told key by key, and an inserted layer is one of them."""

import pytest

from dltrain.config.showing.comparison import differences


def told(old, new):
    return [one.to_json() for one in differences(old, new)]


def dense(units, **arguments):
    return {"type": "dense", "units": units, **arguments}


DROPOUT = {"type": "dropout", "rate": 0.5}
CASES = {
    "equal": ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}, []),
    "changed": ({"a": {"b": 1}}, {"a": {"b": 2}}, [{"key": "a.b", "old": 1, "new": 2}]),
    "added and removed": (
        {"a": 1, "b": 2},
        {"b": 2, "c": None},
        [{"key": "a", "old": 1}, {"key": "c", "new": None}],
    ),
    "numbers of another type": ({"a": 1}, {"a": 1.0}, [{"key": "a", "old": 1, "new": 1.0}]),
    "true is not 1": ({"a": 1}, {"a": True}, [{"key": "a", "old": 1, "new": True}]),
    "a list of numbers": ([1, 2], [1, 3], [{"key": "", "old": [1, 2], "new": [1, 3]}]),
    "a map for a list": (
        {"a": [dense(1)]}, {"a": {}}, [{"key": "a", "old": [dense(1)], "new": {}}]
    ),
    "a layer put between": (
        {"layers": [dense(8), dense(4)]},
        {"layers": [dense(8), DROPOUT, dense(4)]},
        [{"key": "layers.1", "new": DROPOUT}],
    ),
    "a layer put before others of its type": (
        {"layers": [dense(8), dense(8)]},
        {"layers": [dense(16), dense(8), dense(8)]},
        [{"key": "layers.0", "new": dense(16)}],
    ),
    "a layer taken away and another changed": (
        {"layers": [dense(8), DROPOUT, dense(4)]},
        {"layers": [dense(8), dense(5)]},
        [{"key": "layers.1", "old": DROPOUT}, {"key": "layers.1.units", "old": 4, "new": 5}],
    ),
    "another type in its place": (
        {"layers": [dense(8)]},
        {"layers": [DROPOUT]},
        [{"key": "layers.0", "old": dense(8)}, {"key": "layers.0", "new": DROPOUT}],
    ),
    "names": (
        {"layers": [dense(8, name="a"), dense(4, name="b")]},
        {"layers": [dense(4, name="c"), dense(9, name="b")]},
        [
            {"key": "layers.a", "old": dense(8, name="a")},
            {"key": "layers.c", "new": dense(4, name="c")},
            {"key": "layers.b.units", "old": 4, "new": 9},
        ],
    ),
    "names that are not alone": (
        {"layers": [dense(8, name="a"), dense(8, name="a")]},
        {"layers": [dense(8, name="a"), dense(9, name="a")]},
        [{"key": "layers.1.units", "old": 8, "new": 9}],
    ),
    "the order of keys": ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES.keys())
def test_differences_are_told_by_key(old, new, expected):
    assert told(old, new) == expected


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES.keys())
def test_the_other_way_round_as_much_differs(old, new, expected):
    assert len(told(new, old)) == len(expected)
