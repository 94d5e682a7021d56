"""What is skimmed is what is read, for every config of the repository and for odd files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltrain.config.text.skimming import skim, skim_key
from dltrain.config.text.source import read
from dltrain.config.text.writing import to_yaml
from dltrain.errors import ConfigError

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))
ODD = {
    "anchors": "a: &one {b: 1}\nc: *one\n",
    "a map in brackets": "{a: 1,\nb: 2,\nc: {a: 3}}\n",
    "comments": "# a: 5\n\n# more\na: 1 # one\nb: [1,\n  2]\n",
    "blocks of text": "a: |\n  b: 1\n  c: 2\nb: 3\n",
    "words of YAML 1.1": "a: no\nb: 1e-3\nc: 010\n",
    "quoted keys": '"a": 1\nb: "a: 2"\n',
    "numbers as keys": "a: {1: x, 2: y}\nb: 0\n",
    "nothing": "",
    "a list": "- a: 1\n- b: 2\n",
    "no line end": "a: 1",
}
BROKEN = {
    "a key twice": "a: 1\nb: 2\na: 3\n",
    "a tag": "a: !!python/none x\n",
    "not closed": "a: [1, 2\n",
    "two documents": "a: 1\n---\na: 2\n",
}
scalars = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=12)
words = st.from_regex(r"[A-Za-z_][\w .-]{0,8}", fullmatch=True)
plain = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize("path", CONFIGS, ids=[path.stem for path in CONFIGS])
def test_configs_are_skimmed_as_they_are_read(path):
    text = path.read_text(encoding="utf-8")

    values = read(text, path.name).value

    assert skim(text, path.name) == values
    assert {key: skim_key(text, key, path.name) for key in values} == values


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_files_are_skimmed_as_they_are_read(text):
    values = read(text, "odd.yaml").value

    assert skim(text, "odd.yaml") == values
    for key in ("a", "b", "c", "d"):
        expected = values.get(key) if isinstance(values, dict) else None
        assert skim_key(text, key, "odd.yaml") == expected


@given(values=st.dictionaries(words, plain, min_size=1, max_size=4))
def test_what_is_written_is_skimmed_key_by_key(values):
    text = to_yaml(values)
    expected = read(
        text, "any.yaml"
    ).value  # YAML itself loses a line break of its own, such as NEL

    assert skim(text, "any.yaml") == expected
    assert {key: skim_key(text, key, "any.yaml") for key in expected} == expected


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_broken_files_are_refused_in_the_same_words(text):
    with pytest.raises(ConfigError) as expected:
        read(text, "broken.yaml")

    with pytest.raises(ConfigError) as caught:
        skim(text, "broken.yaml")

    assert str(caught.value) == str(expected.value)
