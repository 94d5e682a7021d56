"""What the value of a Keras argument may be, told by the argument's name and its default.

A rule checks and describes itself, so a message never says something else than the check
does. What no rule covers is checked by Keras when the model is built. Imports: none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rule:
    """A test of a value and the words for what passes it."""

    expected: str
    accepts: Callable[[Any], bool]


def is_whole(value: Any) -> bool:
    """Tell whether a value is a whole number; true and false are not numbers."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number; true and false are not numbers."""
    return is_whole(value) or (isinstance(value, float) and math.isfinite(value))


def whole(at_least: int, at_most: int | None = None) -> Rule:
    """Accept whole numbers from a smallest one on, up to a largest one if there is one."""
    if at_most is None:
        expected = f"a whole number of at least {at_least}"
    else:
        expected = f"a whole number from {at_least} to {at_most}"
    return Rule(
        expected,
        lambda value: (
            is_whole(value) and at_least <= value and (at_most is None or value <= at_most)
        ),
    )


def sizes(at_least: int) -> Rule:
    """Accept one size, or a list with one for each dimension."""
    one = whole(at_least)
    return Rule(
        f"{one.expected}, or a list of them",
        lambda value: (
            one.accepts(value)
            or (isinstance(value, list) and bool(value) and all(map(one.accepts, value)))
        ),
    )


def optional(rule: Rule) -> Rule:
    """Accept null as well."""
    return Rule(f"{rule.expected}, or null", lambda value: value is None or rule.accepts(value))


def names(*choices: str) -> Rule:
    """Accept one of a few words."""
    return Rule(f"one of {', '.join(choices)}", lambda value: value in choices)


NUMBER = Rule("a number", is_number)
NUMBERS = Rule(
    "a number, or a list of numbers",
    lambda value: is_number(value) or (isinstance(value, list) and all(map(is_number, value))),
)
BOOLEAN = Rule("true or false", lambda value: isinstance(value, bool))
TEXT = Rule("text", lambda value: isinstance(value, str))
FILE = Rule(
    "a path inside the run folder",
    lambda value: isinstance(value, str) and value != "" and "\0" not in value,
)
POSITIVE = Rule("a number above 0", lambda value: is_number(value) and value > 0)
NOT_NEGATIVE = Rule("a number of at least 0", lambda value: is_number(value) and value >= 0)
RATE = Rule("a number from 0 to below 1", lambda value: is_number(value) and 0 <= value < 1)
SHARE = Rule("a number from 0 to 1", lambda value: is_number(value) and 0 <= value <= 1)
POSITIVE_SHARE = Rule(
    "a number above 0 and of at most 1", lambda value: is_number(value) and 0 < value <= 1
)

METRIC_NAME = Rule(
    "letters, digits, '.', '_', '@' and '-'",
    lambda value: isinstance(value, str) and re.fullmatch(r"\w[\w.@-]*", value) is not None,
)

RULES: dict[str, Rule] = {
    "amsgrad": BOOLEAN,
    "beta_1": RATE,
    "beta_2": RATE,
    "clipnorm": optional(POSITIVE),
    "clipvalue": optional(POSITIVE),
    "cooldown": whole(0),
    "decay_steps": whole(1),
    "dropout": SHARE,
    "epsilon": optional(POSITIVE),
    "filename": FILE,
    "filepath": FILE,
    "filters": whole(1),
    "global_clipnorm": optional(POSITIVE),
    "gradient_accumulation_steps": optional(whole(1)),
    "groups": whole(1),
    "initial_learning_rate": NOT_NEGATIVE,
    "input_dim": whole(1),
    "kernel_size": sizes(1),
    "l1": NOT_NEGATIVE,
    "l2": NOT_NEGATIVE,
    "label_smoothing": SHARE,
    "learning_rate": POSITIVE,
    "log_dir": FILE,
    "mode": TEXT,
    "momentum": SHARE,
    "monitor": TEXT,
    "name": optional(TEXT),
    "num_heads": whole(1),
    "output_dim": whole(1),
    "padding": Rule(
        "one of causal, same, valid, or sizes",
        lambda value: (
            value in ("causal", "same", "valid") or is_whole(value) or isinstance(value, list)
        ),
    ),
    "patience": whole(0),
    "pool_size": sizes(1),
    "rate": RATE,
    "recurrent_dropout": SHARE,
    "seed": optional(whole(0)),
    "strides": optional(sizes(1)),
    "threshold": optional(NUMBER),
    "units": whole(1),
    "weight_decay": optional(NOT_NEGATIVE),
}  # fmt: skip

# Arguments that mean something else in one kind than in the others.
RULES_BY_KIND: dict[tuple[str, str], Rule] = {
    ("callback", "mode"): names("auto", "max", "min"),
    ("constraint", "rate"): SHARE,
    ("metric", "name"): optional(METRIC_NAME),
}

# Kinds whose numbers can be lists, such as a range to draw from or one number for each class.
LISTS = ("activation", "initializer", "layer", "loss")

# Arguments that hold a choice of their own, by the end of their name.
ENDINGS = {
    "activation": "activation",
    "constraint": "constraint",
    "initializer": "initializer",
    "regularizer": "regularizer",
}
LAYERS = ("backward_layer", "cell", "cells", "layer")


def kind_of_argument(kind: str, argument: str) -> str | None:
    """Name the catalogue kind that an argument's value belongs to, if it is a choice.

    Example:
        >>> kind_of_argument("layer", "kernel_initializer"), kind_of_argument("layer", "units")
        ('initializer', None)
    """
    if kind == "optimizer" and argument == "learning_rate":
        return "schedule"
    if kind == "layer" and argument in LAYERS:
        return "layer"
    return ENDINGS.get(argument.rsplit("_", 1)[-1])


def rule_for(kind: str, argument: str, fact: dict[str, Any]) -> Rule | None:
    """Find the rule for an argument: by its name, else by the type of its default.

    Args:
        kind: The catalogue's kind that takes the argument, such as "layer".
        argument: Name of the argument.
        fact: Its entry in the catalogue, {"default": value} or {"required": True}.

    Example:
        >>> rule_for("layer", "use_bias", {"default": True}).expected
        'true or false'
    """
    if rule := RULES_BY_KIND.get((kind, argument)) or RULES.get(argument):
        return rule
    default = fact.get("default")
    if isinstance(default, bool):
        return BOOLEAN
    if isinstance(default, float):
        return NUMBERS if kind in LISTS else NUMBER
    return None
