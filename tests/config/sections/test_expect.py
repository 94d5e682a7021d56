"""Bounds of `expect:`: what they say, and texts that are none."""

import json
import math

import pytest

from dltrain.config.catalogue.scores import BASELINES
from dltrain.config.sections.expect import Expect, keeps, parse
from dltrain.errors import ConfigError, shown

BOUNDS = {
    "above": ("> 0.8", [0.81], [0.8, 0.79]),
    "at least": (">= 0.8", [0.8, 1], [0.79]),
    "below": ("< 0.6", [0.5, -math.inf], [0.6, 0.7]),
    "at most": ("<= 6e-1", [0.6], [0.61]),
    "without a space": (">=.8", [0.8], [0.7]),
    "more spaces": ("  <   1  ", [0], [1]),
    "negative": ("> -1", [0], [-1]),
}


@pytest.mark.parametrize(("bound", "inside", "outside"), BOUNDS.values(), ids=BOUNDS.keys())
def test_a_figure_meets_its_bound_or_not(bound, inside, outside):
    comparison, number, baseline = parse(bound)

    assert all(keeps(figure, comparison, number) for figure in inside)
    assert not any(keeps(figure, comparison, number) for figure in [*outside, math.nan])
    assert baseline == ""


@pytest.mark.parametrize("name", BASELINES)
def test_a_bound_may_be_a_baseline(name):
    assert parse(f"> {name}") == parse(f">{name.upper()} ") == (">", None, name)


NO_BOUNDS = ["", ">=", "= 0.8", "== 0.8", "> .inf", "> .nan", "> 1_0", "> 1 2",
             "=> 1", None, [">= 1"], "> 0.8 and < 1"]  # fmt: skip


@pytest.mark.parametrize("text", NO_BOUNDS, ids=repr)
def test_a_text_that_is_no_bound_is_refused(load_good, text):
    with pytest.raises(ConfigError) as caught:
        load_good(f"expect: {{test: {{loss: {json.dumps(text)}}}}}\n")

    assert str(caught.value) == (
        f"a.yaml:3:23: expect.test.loss: got {shown(text)}, "
        'expected a bound such as ">= 0.8", or "> linear".'
    )


A_BOUND = 'a bound such as ">= 0.8", or "> linear"'
NAMES = "A baseline is one of boosting, constant, linear, majority, mean, prior."
WAYS_OUT = {
    "a number": (0.8, 'Did you mean ">= 0.8" or "<= 0.8"?'),
    "a number as text": ("0.80", 'Did you mean ">= 0.8" or "<= 0.8"?'),
    "nearly a baseline": ("<=linaer", "Did you mean '<= linear'?"),
    "a word": (">= x", NAMES),
    "people": ("> human", f"{NAMES} What people reach is none: write its number."),
}


@pytest.mark.parametrize(("bound", "way_out"), WAYS_OUT.values(), ids=WAYS_OUT.keys())
def test_what_may_be_meant_is_named(load_good, bound, way_out):
    with pytest.raises(ConfigError) as caught:
        load_good(f"expect: {{test: {{loss: {json.dumps(bound)}}}}}\n")

    assert str(caught.value) == (
        f"a.yaml:3:23: expect.test.loss: got {shown(bound)}, expected {A_BOUND}. {way_out}"
    )


OF_RUN = {
    "a number": (5, ' Did you mean "<= 5"?'),
    "a number as text": ("2.5", ' Did you mean "<= 2.5"?'),
    "people": ("> human", ""),
    "a truth": (True, ""),
}


@pytest.mark.parametrize(("bound", "way_out"), OF_RUN.values(), ids=OF_RUN.keys())
def test_a_bound_of_the_run_shows_its_form(load_good, bound, way_out):
    with pytest.raises(ConfigError) as caught:
        load_good(f"expect: {{epochs: {json.dumps(bound)}}}\n")

    assert str(caught.value) == (
        f"a.yaml:3:18: expect.epochs: got {shown(bound)}, "
        f'expected a bound such as "<= 60".{way_out}'
    )


@pytest.mark.parametrize("key", ["epochs", "seconds"])
def test_the_run_as_a_whole_has_no_baseline(load_good, key):
    with pytest.raises(ConfigError) as caught:
        load_good(f"expect: {{{key}: '< linear'}}\n")

    assert str(caught.value) == (
        f"a.yaml:3:{10 + len(key) + 2}: expect.{key}: got '< linear', "
        'expected a bound such as "<= 60". Baselines have figures of the parts alone.'
    )


def test_keys_match_without_regard_to_case():
    expect = Expect.model_validate({"Test": {"loss": "< 1"}, "EPOCHS": "<= 5"})

    assert expect.parts == {"train": {}, "val": {}, "test": {"loss": "< 1"}}
    assert expect.of_run == {"epochs": "<= 5"}


def test_a_key_that_is_there_twice_is_refused(load_good):
    with pytest.raises(ConfigError) as caught:
        load_good("expect: {test: {loss: < 1}, Test: {loss: < 2}}\n")

    assert str(caught.value) == (
        "a.yaml:3:29: expect.Test: got an unknown key, "
        "expected one of epochs, seconds, test, train, val. Did you mean 'test'?"
    )


@pytest.mark.parametrize("given", [None, {}, {"val": None}, {"epochs": None}], ids=repr)
def test_nothing_expects_nothing(given):
    expect = Expect.model_validate(given)

    assert (set(map(len, expect.parts.values())), expect.of_run) == ({0}, {})
