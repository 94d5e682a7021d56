"""Rules for plain values: what they accept, and words and schemas that say the same."""

import math

import jsonschema
import pytest

from dltrain.config.catalogue import argument_rules
from dltrain.config.catalogue.argument_rules import AXES, MARGINS, METRIC_NAME, RANGE, SHAPE
from dltrain.config.catalogue.rules import (
    FILE,
    NUMBERS,
    POSITIVE,
    POSITIVE_SHARE,
    RATE,
    SHARE,
    either,
    is_number,
    is_whole,
    list_of,
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
    "positive": (POSITIVE, [1, 1e-9], [0, -1, True, math.inf, 10**400]),
    "either": (either(whole(1), names("all")), [1, "all"], [0, "none", None]),
    "list": (list_of(whole(1), "sizes"), [[1], [1, 2]], [[], [0], 1, (1,), None]),
    "list of two": (list_of(whole(1), "sizes", 2), [[1, 2]], [[1], [1, 2, 3]]),
    "axes": (AXES, [-1, 0, [1, 2]], [0.5, True, [], ["x"], None]),
    "margins": (MARGINS, [0, [1, 2], [[0, 1], [2, 3]]], [-1, [], [[1]], [[1, 2, 3]], 0.5]),
    "range": (RANGE, [[0, 1], [-0.5, 255]], [[1, 0], [1, 1], [1], 1, [0, 1, 2]]),
    "shape": (SHAPE, [[2, 3], [-1, 2], [-1], []], [[-1, -1], [0], [-2], 3, [None]]),
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


RULES = {
    **argument_rules.RULES,
    **{" ".join(key): rule for key, rule in argument_rules.RULES_BY_KIND.items()},
    **{" ".join(key): rule for key, rule in argument_rules.RULES_BY_CLASS.items()},
}
VALUES = [
    None, True, False, -1, 0, 1, 2, 7, 2**32, -0.5, 0.0, 0.25, 1.5, 1e300, "", "x", "a/b", "auto",
    "same", "bilinear", [], [0], [1, 2], [2, 1], [-1, 2], [0.5, 1.5], ["a"], [None, 1], [[1, 1]],
    {}, {"rmax": 2}, {"rmax": "x"}, {"x": 1},
]  # fmt: skip
# What the JSON Schema cannot say: that numbers ascend, and that one of many is -1.
LOOSER = {"value_range": [2, 1]}


@pytest.mark.parametrize(("name", "rule"), RULES.items(), ids=RULES.keys())
def test_the_schema_of_a_rule_says_what_the_rule_does(name, rule):
    validator = jsonschema.Draft7Validator(rule.schema)
    values = [value for value in VALUES if value != LOOSER.get(name)]

    # JSON knows one kind of number: 0.0 is as whole as 0.
    differ = [
        value
        for value in values
        if validator.is_valid(value) != rule.accepts(value) and value not in (0.0, 1e300)
    ]

    assert differ == []
