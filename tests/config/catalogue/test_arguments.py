"""What an argument of Keras is: a choice, or a plain value with a rule."""

import pytest

from dltrain.config.catalogue.argument_rules import OBEYED, RULES_BY_CLASS, RULES_BY_KIND
from dltrain.config.catalogue.arguments import kind_of_argument, rule_for
from dltrain.config.catalogue.names import kinds

RULE_CASES = {
    "by name": (("layer", "units", {"required": True}), "a whole number of at least 1"),
    "by kind": (("callback", "mode", {"default": "auto"}), "one of auto, max, min"),
    "by name in another kind": (("layer", "mode", {"default": "x"}), "text"),
    "by class": (
        ("layer", "padding", {"default": "valid"}, "conv1d"),
        "one of causal, same, valid",
    ),
    "a word for padding": (("layer", "padding", {"default": "valid"}), "one of same, valid"),
    "sizes for padding": (
        ("layer", "padding", {"default": [1, 1]}),
        "a whole number of at least 0, or a list of them, or a list of pairs of them",
    ),
    "null by a default of null": (
        ("optimizer", "clipnorm", {"default": None}),
        "a number above 0, or null",
    ),
    "by a default of true": (("layer", "use_bias", {"default": True}), "true or false"),
    "by a default number": (("optimizer", "muon_a", {"default": 3.4445}), "a number"),
    "by a default number that may be a range": (
        ("layer", "offset", {"default": 1.0}),
        "a number, or a list of numbers",
    ),
}


@pytest.mark.parametrize(("asked", "expected"), RULE_CASES.values(), ids=RULE_CASES.keys())
def test_the_rule_of_an_argument_is_found(asked, expected):
    assert rule_for(*asked).expected == expected


def test_an_argument_of_unknown_type_has_no_rule():
    assert rule_for("layer", "ngrams", {"required": True}) is None


def test_no_argument_has_two_rules():
    names = [name for _, found in OBEYED for name in found.split()]

    assert sorted(names) == sorted(set(names))


def test_every_rule_is_that_of_an_argument():
    known = {
        (kind, owner, argument)
        for kind, names in kinds().items()
        for owner, entry in names.items()
        for argument in entry["arguments"]
    }
    names = {name for _, found in OBEYED for name in found.split()}

    assert names - {argument for _, _, argument in known} == set()
    assert RULES_BY_KIND.keys() - {(kind, argument) for kind, _, argument in known} == set()
    assert RULES_BY_CLASS.keys() - {(owner, argument) for _, owner, argument in known} == set()


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
