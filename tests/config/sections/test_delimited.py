"""The keys of `type: csv` that say how the file is written."""

import pytest

from dltrain.config import load
from dltrain.errors import ConfigError

TEXT = """\
dataset:
  type: csv
  path: a.csv
  target: y
  {}
architecture: {{layers: [{{type: dense, units: 2}}]}}
"""

READ = {
    "nothing": ("", {"separator": ",", "header": True, "names": None, "na_values": []}),
    "tab": ('separator: "\\t"', {"separator": "\t"}),
    "spaces": ("separator: whitespace", {"separator": "whitespace"}),
    "names": ("header: false\n  names: [a, y]", {"header": False, "names": ["a", "y"]}),
    "one word": ("na_values: '?'", {"na_values": ["?"]}),
    "words and numbers": ("na_values: ['?', -9, 1.5]", {"na_values": ["?", "-9", "1.5"]}),
    "no words": ("na_values:", {"na_values": []}),
    "decimal commas": ("separator: ;\n  decimal: ','", {"separator": ";", "decimal": ","}),
    "spaces after commas": ("skip_spaces: true", {"skip_spaces": True}),
    "encoding": ("encoding: cp1252", {"encoding": "cp1252"}),
    "comments": ("comment: '#'", {"comment": "#"}),
    "gaps": ("missing: Impute", {"missing": "impute"}),
}


@pytest.mark.parametrize(("keys", "values"), READ.values(), ids=READ.keys())
def test_keys_are_read(tmp_path, keys, values):
    path = tmp_path / "a.yaml"
    path.write_text(TEXT.format(keys), encoding="utf-8")

    section = load(path).experiment.dataset.model_dump()

    assert {name: section[name] for name in values} == values


CHARACTER = "expected one character, or whitespace."
WRONG = {
    "the word tab": (
        "separator: tab", f"separator: got 'tab', {CHARACTER} Write \"\\t\", in double quotes.",
    ),
    "a tab that is none": (
        "separator: \\t", f"separator: got '\\\\t', {CHARACTER} Write \"\\t\", in double quotes.",
    ),
    "a space": (
        "separator: ' '",
        f"separator: got ' ', {CHARACTER} Write whitespace, for one space or several.",
    ),
    "two characters": ("separator: '::'", f"separator: got '::', {CHARACTER}"),
    "a quote": ("separator: '\"'", f"separator: got '\"', {CHARACTER}"),
    "a number": ("separator: 1", f"separator: got 1, {CHARACTER}"),
    "a word for false": ("header: no", "header: got 'no', expected true or false."),
    "names beside a header": (
        "names: [a, y]",
        "names: got names for a file whose first line names the columns, expected them without a "
        "header. Say `header: false`, or remove the names.",
    ),
    "a name twice": ("names: [a, a]", "names: got 'a', expected each name once."),
    "a name that is a number": (
        "names: [a, 1]", "names: got 1, expected the name of a column. Quote it.",
    ),
    "no names": ("names: []", "names: got [], expected a list of names, one a column."),
    "a gap that is no word": (
        "na_values: [true]",
        "na_values: got true, expected a word, or a list of words, that stand for a missing value.",
    ),
    "an unknown encoding": (
        "encoding: latin-99",
        "encoding: got 'latin-99', expected an encoding that Python knows, such as utf-8, latin-1 "
        "or cp1252.",
    ),
    "an encoding of bytes": (
        "encoding: base64",
        "encoding: got 'base64', expected an encoding that Python knows, such as utf-8, latin-1 "
        "or cp1252.",
    ),
    "decimal commas between commas": (
        "decimal: ','", "decimal: got ',', expected another character than `separator`.",
    ),
    "a comment of two characters": ("comment: '//'", "comment: got '//', expected one character."),
    "an unknown treatment of gaps": (
        "missing: fill", "missing: got 'fill', expected one of drop, error, impute.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_no_table_is_written_like_is_refused(tmp_path, keys, message):
    path = tmp_path / "a.yaml"
    path.write_text(TEXT.format(keys), encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(path)

    place, _, said = str(caught.value).partition(": dataset.")
    assert said == message
    assert place.startswith(f"{path}:5:")
