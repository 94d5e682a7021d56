"""Rules for the values of Keras's arguments: what they accept, and words that say the same."""

import math

import pytest

from dltrain.config.argument_rules import METRIC_NAME
from dltrain.config.arguments import kind_of_argument, rule_for
from dltrain.config.rules import (
    FILE,
    NUMBERS,
    POSITIVE_SHARE,
    RATE,
    SHARE,
    is_number,
    is_whole,
    names,
    optional,
    sizes,
    whole,
)

CASES = {
    "whole": (whole(1), [1, 10**9], [0, -1, 1.0, True, "1", None, [1], math.inf]),
    "whole up to": (whole(0, 5), [0, 5], [6, -1, False]),
    "sizes": (sizes(1), [3, [3, 3], [1]], [0, [], [3, 0], [3, "x"], [[3]], (3, 3), True]),
    "optional": (optional(whole(0)), [None, 0], [-1, "null"]),
    "names": (names("max", "min"), ["max"], ["Max", "", None, 1]),
    "numbers": (NUMBERS, [1, 0.5, [0.1, 2], []], ["x", [None], math.nan, [math.inf], True]),
    "share": (SHARE, [0, 1, 0.5], [-0.1, 1.1, math.nan, True, "0.5", None]),
    "positive share": (POSITIVE_SHARE, [1, 1e-9], [0, -1, 1.1]),
    "rate": (RATE, [0, 0.99], [1, -0.1, 10**400]),
    "file": (FILE, ["a.csv", "a/b"], ["", "a\0b", 3, None, ["a"]]),
    "name of a metric": (METRIC_NAME, ["auc", "top@5", "größe"], ["", "a b", "a/b", 3, "a\n"]),
}


@pytest.mark.parametrize(("rule", "right", "wrong"), CASES.values(), ids=CASES.keys())
def test_a_rule_accepts_what_it_says(rule, right, wrong):
    assert [value for value in right if not rule.accepts(value)] == []
    assert [value for value in wrong if rule.accepts(value)] == []


EXPECTED = {
    "whole": (whole(1), "a whole number of at least 1"),
    "whole up to": (whole(0, 5), "a whole number from 0 to 5"),
    "sizes": (sizes(1), "a whole number of at least 1, or a list of them"),
    "optional": (optional(whole(0)), "a whole number of at least 0, or null"),
    "names": (names("max", "min"), "one of max, min"),
}


@pytest.mark.parametrize(("rule", "expected"), EXPECTED.values(), ids=EXPECTED.keys())
def test_a_rule_describes_itself(rule, expected):
    assert rule.expected == expected


def test_true_and_false_are_no_numbers():
    assert not is_whole(True)
    assert not is_number(False)


RULE_CASES = {
    "by name": ("layer", "units", {"required": True}, "a whole number of at least 1"),
    "by kind": ("callback", "mode", {"default": "auto"}, "one of auto, max, min"),
    "by name in another kind": ("layer", "mode", {"default": "x"}, "text"),
    "by a default of true": ("layer", "use_bias", {"default": True}, "true or false"),
    "by a default number": ("optimizer", "rho", {"default": 0.9}, "a number"),
    "by a default number that may be a range": (
        "layer",
        "sigma",
        {"default": 1.0},
        "a number, or a list of numbers",
    ),
}


@pytest.mark.parametrize(
    ("kind", "argument", "fact", "expected"), RULE_CASES.values(), ids=RULE_CASES.keys()
)
def test_the_rule_of_an_argument_is_found(kind, argument, fact, expected):
    assert rule_for(kind, argument, fact).expected == expected


def test_an_argument_of_unknown_type_has_no_rule():
    assert rule_for("layer", "interpolation", {"default": "nearest"}) is None


KINDS = {
    "activation": ("layer", "recurrent_activation", "activation"),
    "constraint": ("layer", "kernel_constraint", "constraint"),
    "initializer": ("layer", "embeddings_initializer", "initializer"),
    "regularizer": ("layer", "activity_regularizer", "regularizer"),
    "schedule": ("optimizer", "learning_rate", "schedule"),
    "layer": ("layer", "backward_layer", "layer"),
    "number": ("layer", "units", None),
    "learning rate of something else": ("layer", "learning_rate", None),
}


@pytest.mark.parametrize(("kind", "argument", "nested"), KINDS.values(), ids=KINDS.keys())
def test_arguments_that_hold_a_choice_are_known_by_name(kind, argument, nested):
    assert kind_of_argument(kind, argument) == nested
