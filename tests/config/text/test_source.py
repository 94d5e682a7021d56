"""YAML text to plain data: what each text means, and where a wrong one is wrong."""

import math

import pytest

from dltrain.config.text.places import Place
from dltrain.config.text.plain import DEPTH
from dltrain.config.text.source import read
from dltrain.errors import ConfigError

SCALARS = {
    "exponent without point": ("1e-3", 0.001),
    "exponent with point": ("1.5E+3", 1500.0),
    "point first": (".5", 0.5),
    "point last": ("1.", 1.0),
    "negative": ("-3", -3),
    "plus sign": ("+3", 3),
    "leading zero": ("010", 10),
    "octal": ("0o17", 15),
    "hexadecimal": ("0x1F", 31),
    "largest number": ("9223372036854775807", 2**63 - 1),
    "no": ("no", "no"),
    "off": ("off", "off"),
    "yes": ("yes", "yes"),
    "y": ("y", "y"),
    "true": ("true", True),
    "capital false": ("False", False),
    "null": ("null", None),
    "tilde": ("~", None),
    "nothing": ("", None),
    "quoted number": ("'1'", "1"),
    "quoted nothing": ('""', ""),
    "sexagesimal": ("12:30:45", "12:30:45"),
    "underscored": ("1_000", "1_000"),
    "date": ("2026-11-20", "2026-11-20"),
    "version": ("1.2.3", "1.2.3"),
    "infinity": (".inf", math.inf),
    "negative infinity": ("-.Inf", -math.inf),
    "equals sign": ("=", "="),
    "merge sign": ("'<<'", "<<"),
    "list": ("[1, a, ~]", [1, "a", None]),
    "map": ("{a: 1, 2: b}", {"a": 1, 2: "b"}),
    "folded text": (">-\n  a\n  b", "a b"),
}


@pytest.mark.parametrize(("text", "value"), SCALARS.values(), ids=SCALARS.keys())
def test_scalars_mean_what_yaml_1_2_says(text, value):
    result = read(f"key: {text}\n", "a.yaml").value["key"]

    assert result == value
    assert type(result) is type(value)


def test_nan_is_a_number():
    assert math.isnan(read(".nan", "a.yaml").value)


WRONG = {
    "key twice": (
        "seed: 1\nname: a\nseed: 2\n",
        "a.yaml:3:1: seed: got the key a second time, "
        "expected each key once (the first is on line 1). Remove one of them.",
    ),
    "key twice below a key": (
        "split: {seed: 1, seed: 2}\n",
        "a.yaml:1:18: split.seed: got the key a second time, "
        "expected each key once (the first is on line 1). Remove one of them.",
    ),
    "key twice, in two spellings": (
        "1: a\n01: b\n",
        "a.yaml:2:1: 1: got the key a second time, "
        "expected each key once (the first is on line 1). Remove one of them.",
    ),
    "tag": (
        "seed: !!int '3'\n",
        "a.yaml:1:7: seed: got the tag '!!int', expected plain data. "
        "Write the value without a tag.",
    ),
    "tag that would run code": (
        "seed: !!python/object/apply:os.system [ls]\n",
        "a.yaml:1:7: seed: got the tag '!!python/object/apply:os.system', expected plain data. "
        "Write the value without a tag.",
    ),
    "tag of the document": (
        "!x {a: 1}\n",
        "a.yaml:1:1: got the tag '!x', expected plain data. Write the value without a tag.",
    ),
    "tag on a key": (
        "!!str a: 1\n",
        "a.yaml:1:1: got a key with a tag or an anchor, expected a plain key.",
    ),
    "merge key": (
        "a: &x {b: 1}\nc:\n  <<: *x\n",
        "a.yaml:3:3: c: got the merge key '<<', expected a plain key. "
        "`extends: FILE` merges files, `KEY: *NAME` repeats a whole value.",
    ),
    "anchor twice": (
        "a: &x 1\nb: &x 2\n",
        "a.yaml:2:4: b: got the anchor &x a second time, expected each anchor once. "
        "Give one of them another name.",
    ),
    "alias inside itself": (
        "a: &x {b: *x}\n",
        "a.yaml:1:11: got the alias *x inside itself, expected a finite value.",
    ),
    "alias without anchor": (
        "a: *x\n",
        "a.yaml:1:4: got the alias *x, expected an anchor above it.",
    ),
    "alias as a key": (
        "a: &x b\n*x : 2\n",
        "a.yaml:2:1: got a list, map or alias as a key, expected text or a whole number.",
    ),
    "billion laughs": (
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
            for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "a.yaml:5:36: got more values, aliases expanded, expected at most 100000 values.",
    ),
    "too deep": (
        f"a: {'[' * 1000}{']' * 1000}",
        "a.yaml:1:54: got deeper nesting, expected at most 50 levels.",
    ),
    "too deep through aliases": (
        f"a: &a {'[' * 30}{']' * 30}\nb: {'[' * 30}*a{']' * 30}\n",
        "a.yaml:2:34: got deeper nesting, expected at most 50 levels.",
    ),
    "two documents": (
        "a: 1\n---\nb: 2\n",
        "a.yaml:2:1: got a second document, expected one document a file. Split the file at '---'.",
    ),
    "null character": (
        "a: \0\n",
        "a.yaml:1:4: got the character U+0000, expected text that YAML can hold. Remove it.",
    ),
    "control character behind letters of two bytes": (
        "# ä\nä😀: é\x07\n",
        "a.yaml:2:6: got the character U+0007, expected text that YAML can hold. Remove it.",
    ),
    "line end that only YAML 1.1 knows": (
        "a: b\u2028c: d\n",
        "a.yaml:1:5: got the character U+2028, expected text that YAML can hold. Remove it.",
    ),
    "half a character": (
        "a: \ud800\n",
        "a.yaml:1:4: got the character U+D800, expected text that YAML can hold. Remove it.",
    ),
    "number beyond 64 bits": (
        "seed: 9223372036854775808\n",
        "a.yaml:1:7: seed: got 9223372036854775808, expected a number that fits into 64 bits.",
    ),
    "number that would become infinite": (
        "seed: 1e400\n",
        "a.yaml:1:7: seed: got 1e400, expected a number that fits into 64 bits.",
    ),
    "number without end": (
        f"seed: 0x{'f' * 5000}\n",
        "a.yaml:1:7: got a longer number, expected at most 60 digits.",
    ),
    "true as a key": (
        "true: 1\n",
        "a.yaml:1:1: got the key true, expected text or a whole number. Quote it.",
    ),
    "null as a key": (
        "~: 1\n",
        "a.yaml:1:1: got the key null, expected text or a whole number. Quote it.",
    ),
    "fraction as a key": (
        "a: {1.5: 1}\n",
        "a.yaml:1:5: a: got the key 1.5, expected text or a whole number. Quote it.",
    ),
    "list as a key": (
        "? [1]\n: 2\n",
        "a.yaml:1:3: got a list, map or alias as a key, expected text or a whole number.",
    ),
    "empty key": (
        "'': 1\n",
        "a.yaml:1:1: got the key '', expected text on one line.",
    ),
    "key of two lines": (
        '"a\\nb": 1\n',
        "a.yaml:1:1: got the key 'a\\nb', expected text on one line.",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_wrong_text_is_refused_at_its_place(text, message):
    with pytest.raises(ConfigError) as caught:
        read(text, "a.yaml")

    assert str(caught.value) == message


def test_all_problems_are_reported_in_the_order_of_the_file():
    with pytest.raises(ConfigError) as caught:
        read("b: !x 1\na: 1\na: 2\n1.5: 3\n", "a.yaml")

    assert [problem.split(": got")[0] for problem in caught.value.problems] == [
        "a.yaml:1:4: b",
        "a.yaml:3:1: a",
        "a.yaml:4:1",
    ]


def test_deepest_allowed_nesting_is_read():
    text = "[" * DEPTH + "]" * DEPTH

    value = read(text, "a.yaml").value

    assert repr(value) == text


def test_an_alias_is_a_copy_with_the_places_of_its_anchor():
    source = read("a: &x {rate: [1, 2]}\nb: *x\n", "a.yaml")

    source.value["b"]["rate"].append(3)

    assert source.value["a"] == {"rate": [1, 2]}
    assert source.place(("b",)) == Place("a.yaml", 2, 4)
    assert source.place(("b", "rate", 1)) == Place("a.yaml", 1, 18)
    assert source.place(("b", "rate"), of_key=True) == Place("a.yaml", 1, 8)


def test_many_anchors_and_aliases_are_read_in_linear_time():
    text = f"a: [{', '.join(f'&a{n} [1]' for n in range(10_000))}]\nb: [{'*a0, ' * 10_000}]\n"

    value = read(text, "a.yaml").value

    assert value["b"] == [[1]] * 10_000


EMPTY = {"nothing": "", "comment": "# x\n", "spaces": "  \n", "document of nothing": "---\n"}


@pytest.mark.parametrize("text", EMPTY.values(), ids=EMPTY.keys())
def test_an_empty_document_is_null(text):
    assert read(text, "a.yaml").value is None


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_wrong_character_has_its_place_behind_every_line_end(newline):
    with pytest.raises(ConfigError) as caught:
        read(f"a: 1{newline}b: \0", "a.yaml")

    assert str(caught.value).startswith("a.yaml:2:4: got the character U+0000")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_as_one(newline):
    source = read(newline.join(["a: 1", "b:", "  c: 2", ""]), "a.yaml")

    assert source.value == {"a": 1, "b": {"c": 2}}
    assert source.place(("b", "c")) == Place("a.yaml", 3, 6)


def test_a_place_is_that_of_the_value_or_the_key_or_the_nearest_around_it():
    source = read("a:\n  - {b: 1}\n", "a.yaml")

    assert source.place(("a", 0, "b")) == Place("a.yaml", 2, 9)
    assert source.place(("a", 0, "b"), of_key=True) == Place("a.yaml", 2, 6)
    assert source.place(("a", 0, "missing")) == Place("a.yaml", 2, 5)
    assert source.place(("a", 7)) == Place("a.yaml", 1, 1)
    assert source.place(("missing",)) == Place("a.yaml", 1, 1)


def test_what_is_not_set_has_no_place_of_its_own():
    source = read("a: {b: 1}", "a.yaml")

    assert source.given(("a", "b")) == Place("a.yaml", 1, 8)
    assert source.given(("a", "c")) is None


def test_places_in_an_argument_are_columns_of_it():
    source = read("{a: [1, 2]}", "argument 'x={a: [1, 2]}'", "x=")

    assert str(source.place(("a", 1))) == "argument 'x={a: [1, 2]}', column 11"
    assert str(source.place(())) == "argument 'x={a: [1, 2]}'"
