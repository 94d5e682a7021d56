"""`${a.b}`: what references are replaced by, and those that lead nowhere."""

import pytest

from dltrain.config.composing.overrides import apply, from_arguments
from dltrain.config.composing.references import resolve
from dltrain.config.text.source import read
from dltrain.errors import ConfigError


def resolved(text, *arguments):
    source = read(text, "a.yaml")
    apply(source, from_arguments(arguments))
    resolve(source)
    return source


VALUES = {
    "whole number": ("a: ${b}\nb: 7", 7),
    "number with a fraction": ("a: ${b}\nb: 1e-3", 0.001),
    "truth": ("a: ${b}\nb: true", True),
    "nothing": ("a: ${b}\nb:", None),
    "list": ("a: ${b}\nb: [1, [2]]", [1, [2]]),
    "map": ("a: ${b}\nb: {c: {d: 1}}", {"c": {"d": 1}}),
    "text of digits": ("a: ${b}\nb: '7'", "7"),
    "in quotes": ("a: '${b}'\nb: 7", 7),
    "with spaces": ("a: ${ b }\nb: 7", 7),
    "inside a text": ("a: x${b}y${b}z\nb: 7", "x7y7z"),
    "fraction inside a text": ("a: x${b}\nb: 1e-5", "x1e-05"),
    "truth inside a text": ("a: x${b}\nb: True", "xtrue"),
    "text inside a text": ("a: ${b}/c\nb: d", "d/c"),
    "inner key": ("a: ${b.c}\nb: {c: 7}", 7),
    "position": ("a: ${b.1}\nb: [6, 7]", 7),
    "layer by name": ("a: ${b.hidden.units}\nb: [{name: hidden, units: 7}]", 7),
    "key with a point": ("a: ${b.'c.d'}\nb: {c.d: 7}", 7),
    "key that is a number": ("a: ${b.0}\nb: {0: 7}", 7),
    "reference to a reference": ("a: ${b}\nb: ${c}\nc: 7", 7),
    "key inside a reference": ("a: ${b.d}\nb: ${c}\nc: {d: 7}", 7),
    "map with references inside": ("a: ${b}\nb: {c: '${d}'}\nd: 7", {"c": 7}),
    "in a list": ("a: ['${b}', 'x${b}']\nb: 7", [7, "x7"]),
    "escaped": ("a: $${b}", "${b}"),
    "escaped inside a text": ("a: x$${b}${b}\nb: 7", "x${b}7"),
    "escaped after a dollar sign": ("a: $$${b}", "$${b}"),
    "escaped, then referred to": ("a: ${b}\nb: $${c}", "${c}"),
    "dollar sign alone": ("a: $b {c}", "$b {c}"),
}


@pytest.mark.parametrize(("text", "value"), VALUES.values(), ids=VALUES.keys())
def test_a_reference_is_replaced(text, value):
    result = resolved(text).value["a"]

    assert result == value
    assert type(result) is type(value)


def test_references_see_what_arguments_say():
    value = resolved("seed: 1\nsplit: {seed: '${seed}'}", "seed=5", "name=run-${seed}").value

    assert value == {"seed": 5, "split": {"seed": 5}, "name": "run-5"}


def test_what_was_referred_to_is_a_copy():
    value = resolved("a: ${b}\nb: [1]").value

    value["a"].append(2)

    assert value["b"] == [1]


def test_a_value_stands_where_its_reference_is_and_its_parts_where_they_came_from():
    source = resolved("a: ${b}\nb: {c: 7}")

    assert str(source.place(("a",))) == "a.yaml:1:4"
    assert str(source.place(("a", "c"))) == "a.yaml:2:8"


WRONG = {
    "unknown key": (
        "a: ${sed}\nseed: 1",
        "1:4: a: got '${sed}', expected a key that the file sets: one of a, seed. "
        "Did you mean 'seed'?",
    ),
    "unknown inner key": (
        "a: ${split.x}\nsplit: {seed: 1}",
        "1:4: a: got '${split.x}', expected a key that the file sets: seed.",
    ),
    "key that has its default": (
        "a: ${training.epochs}\ntraining: {batch_size: 1}",
        "1:4: a: got '${training.epochs}', expected a key that the file sets: batch_size. "
        "It has its default; write it in the file to refer to it.",
    ),
    "section that has its default": (
        "a: x${training.epochs}",
        "1:4: a: got '${training.epochs}', expected a key that the file sets: a. "
        "It has its default; write it in the file to refer to it.",
    ),
    "below a value": (
        "a: ${b.c}\nb: 1",
        "1:4: a: got 'c' below 1, expected a map at b.",
    ),
    "position outside": (
        "a: ${b.2}\nb: [1, 2]",
        "1:4: a: got '2', expected a position from 0 to 1 or a name in b.",
    ),
    "itself": (
        "a: ${a}",
        "1:4: a: got a reference that leads back to itself (a → a), expected one that ends.",
    ),
    "circle": (
        "a: ${b}\nb: x${c}\nc: ${a}",
        "3:4: c: got a reference that leads back to itself (a → b → c → a), "
        "expected one that ends.",
    ),
    "map that holds it": (
        "a: {b: '${a}'}",
        "1:8: a.b: got a reference that leads back to itself (a.b → a.b), expected one that ends.",
    ),
    "map inside a text": (
        "a: x${b}\nb: {c: 1}",
        "1:4: a: got '${b}', which is {'c': 1}, inside a text, "
        "expected text, a number, true or false.",
    ),
    "nothing inside a text": (
        "a: x${b}\nb:",
        "1:4: a: got '${b}', which is null, inside a text, expected text, a number, true or false.",
    ),
    "empty": (
        "a: ${}",
        "1:4: a: got '${}', expected a reference such as ${training.epochs}. "
        "A text that holds ${ is written with $${.",
    ),
    "not closed": (
        "a: '${b'\nb: 1",
        "1:4: a: got '${', expected a reference such as ${training.epochs}. "
        "A text that holds ${ is written with $${.",
    ),
    "no key": (
        "a: ${b..c}",
        "1:4: a: got '${b..c}', expected a reference such as ${training.epochs}. "
        "A text that holds ${ is written with $${.",
    ),
    "too deep": (
        f"a: {'[' * 30}'${{b}}'{']' * 30}\nb: {'[' * 30}{']' * 30}",
        f"1:34: a{'.0' * 30}: got deeper nesting, expected at most 50 levels.",
    ),
    "two mistakes": (
        "a: ${x}\nb: ${a}\nc: ${y}",
        "1:4: a: got '${x}', expected a key that the file sets: one of a, b, c.\n"
        "a.yaml:3:4: c: got '${y}', expected a key that the file sets: one of a, b, c.",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_reference_that_leads_nowhere_is_refused(text, message):
    with pytest.raises(ConfigError) as caught:
        resolved(text)

    assert str(caught.value) == f"a.yaml:{message}"


def test_a_wrong_reference_in_an_argument_stands_there():
    with pytest.raises(ConfigError) as caught:
        resolved("seed: 1", "name=${sed}")

    assert str(caught.value) == (
        "argument 'name=${sed}': name: got '${sed}', "
        "expected a key that the file sets: one of name, seed. Did you mean 'seed'?"
    )


def chain(length):
    return "".join(f"a{n}: ${{a{n + 1}}}\n" for n in range(length)) + f"a{length}: 1\n"


BOMBS = {
    "values": ("a0: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n", "['${a%d}', " + "'${a%d}', " * 9 + "]",
               "got more values, references put in, expected at most 100000 values."),
    "characters": ("a0: xxxxxxxxxx\n", "'" + "${a%d}" * 10 + "'",
                   "got longer text, references put in, expected at most 1000000 characters."),
}  # fmt: skip


@pytest.mark.parametrize(("first", "line", "message"), BOMBS.values(), ids=BOMBS.keys())
def test_references_that_multiply_have_a_bound(first, line, message):
    lines = [f"a{n}: {line % ((n - 1,) * 10)}\n" for n in range(1, 10)]

    with pytest.raises(ConfigError) as caught:
        resolved(first + "".join(lines))

    assert message in caught.value.problems[0]
    assert len(caught.value.problems) == 1


def test_a_chain_of_references_has_a_bound():
    assert resolved(chain(20)).value["a0"] == 1
    with pytest.raises(ConfigError) as caught:
        resolved(chain(21))

    assert str(caught.value) == (
        "a.yaml:20:6: a19: got a longer chain (a0 → a1 → a2 → …), "
        "expected at most 20 references in a row."
    )


def test_what_fit_writes_holds_no_references(load_good):
    from dltrain.config.showing.resolved import resolved as written

    config = load_good("callbacks: [{type: csv_logger, filename: 'a$${seed}.csv'}]")

    text = written(config.experiment, {})

    assert "filename: a$${seed}.csv" in text
    assert config.experiment.callbacks[0]["filename"] == "a${seed}.csv"
