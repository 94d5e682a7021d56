"""What an argument of Keras is: a choice of its own, or a plain value that obeys a rule.

What no rule covers is checked by Keras when the model is built. Imports: none.
"""

from __future__ import annotations

from typing import Any

from dltrain.config.catalogue.argument_rules import MARGINS, RULES, RULES_BY_CLASS, RULES_BY_KIND
from dltrain.config.catalogue.rules import BOOLEAN, NUMBER, NUMBERS, Rule, names, optional

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
# Of these, those that can hold a list of choices, and those that must.
LISTED = ("cell", "cells")
ALWAYS_LISTED = ("cells",)


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


def rule_for(kind: str, argument: str, fact: dict[str, Any], owner: str = "") -> Rule | None:
    """Find the rule for an argument: by its name, else by the type of its default.

    Args:
        kind: The catalogue's kind that takes the argument, such as "layer".
        argument: Name of the argument.
        fact: Its entry in the catalogue, {"default": value} or {"required": True}.
        owner: Canonical name of what takes the argument.

    Example:
        >>> rule_for("layer", "use_bias", {"default": True}, "dense").expected
        'true or false'
        >>> rule_for("optimizer", "clipnorm", {"default": None}, "adam").expected
        'a number above 0, or null'
    """
    rule = (
        RULES_BY_CLASS.get((owner, argument))
        or RULES_BY_KIND.get((kind, argument))
        or (_padding(fact.get("default")) if argument == "padding" else None)
        or RULES.get(argument)
        or _by_default(kind, fact.get("default"))
    )
    may_be_null = "default" in fact and fact["default"] is None
    return optional(rule) if rule and may_be_null and not rule.accepts(None) else rule


def _padding(default: Any) -> Rule:
    """Padding by a word, as in convolutions, or by sizes, as in `zero_padding2d`."""
    return names("same", "valid") if isinstance(default, str) else MARGINS


def _by_default(kind: str, default: Any) -> Rule | None:
    if isinstance(default, bool):
        return BOOLEAN
    if isinstance(default, float) or (isinstance(default, int) and kind != "layer"):
        return NUMBERS if kind in LISTS else NUMBER
    return None
