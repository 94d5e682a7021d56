"""A part of a JSON file is what the whole file says, whoever has written it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltrain.run_folder import RunFolder
from dltrain.runs.json_parts import part_of

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=10,
)
objects = st.dictionaries(st.text(max_size=4), plain, max_size=4)


@given(values=objects, indent=st.sampled_from([None, 0, 1, 2, 4]), ascii_=st.booleans())
def test_parts_are_those_of_the_whole(values, indent, ascii_):
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_)

    assert {key: part_of(text, key) for key in values} == values
    assert part_of(text, "no such key") is None


def test_the_rest_of_what_a_run_writes_is_not_parsed(tmp_path):
    folder = RunFolder(tmp_path)
    folder.write_json("metrics.json", {"details": {"splits": 1}, "splits": {"a": 2}, "last": 3})
    text = (folder / "metrics.json").read_text(encoding="utf-8")

    assert part_of(text, "splits") == {"a": 2}
    assert part_of(text.replace('"last": 3', '"last": ?'), "splits") == {"a": 2}


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", '{\n  "a": [1,', '{\n  "b": 1\n'])
def test_what_is_no_object_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  the words are those of the library
        part_of(text, "a")
