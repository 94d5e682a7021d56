"""What Keras offers by name, and the check of a `{type: NAME, argument: value}` against it.

`catalogue.json` holds the signatures of one Keras version and is written by
`scripts/make_catalogue.py`; `ADDED`, `ALIASES` and `REFUSED` are what dltrain adds to it.
A checked choice is a plain dict: canonical names, the given arguments, nothing filled in.
Imports: pydantic, for errors with paths.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from dltrain.config.arguments import POSITIVE, kind_of_argument, rule_for
from dltrain.errors import Key, did_you_mean, one_of, plain_name, shown

Choice = dict[str, Any]

_NAME = {"name": {"default": None}}
_THRESHOLD = {"threshold": {"default": None}}

# Names that Keras lacks. `accuracy` is here because Keras's string of that name means the
# accuracy that fits the target, not its class Accuracy.
ADDED: dict[str, dict[str, Any]] = {
    "loss": {"rmse": {"arguments": {}}},
    "metric": {
        "accuracy": {"arguments": _THRESHOLD | _NAME},
        "f1": {"arguments": _THRESHOLD | _NAME},
        "sensitivity": {"arguments": _THRESHOLD | _NAME},
        "specificity": {"arguments": _THRESHOLD | _NAME},
    },
}

# Short names, most of them Keras's own.
_ERRORS = {
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
}
ALIASES: dict[str, dict[str, str]] = {
    "loss": _ERRORS | {"root_mean_squared_error": "rmse"},
    "metric": _ERRORS | {"acc": "accuracy", "rmse": "root_mean_squared_error"},
    "initializer": {
        "normal": "random_normal",
        "one": "ones",
        "uniform": "random_uniform",
        "zero": "zeros",
    },
    "regularizer": {"orthogonal": "orthogonal_regularizer"},
}

# Names that Keras has and a config cannot use, each with its way out.
REFUSED: dict[str, dict[str, str]] = {
    "metric": {
        "mean": "It averages the targets, not the predictions.",
        "sum": "It adds up the targets, not the predictions.",
    },
    "callback": {
        "backup_and_restore": "`dltrain resume` continues a run.",
        "history": "history.csv in the run folder holds it.",
        "lambda_callback": "A YAML file holds no code.",
        "learning_rate_scheduler": "Use a schedule: `optimizer.learning_rate: {type: NAME, …}`.",
        "orbax_checkpoint": "Use `model_checkpoint`.",
        "progbar_logger": "The terminal and log.txt show the progress.",
        "remote_monitor": "Use `csv_logger` or `tensorboard`.",
    },
    "layer": {
        "flax_layer": "Only Keras's own layers can be used.",
        "jax_layer": "Only Keras's own layers can be used.",
        "lambda": "A YAML file holds no code; use Keras's own layers.",
        "tfsm_layer": "Only Keras's own layers can be used.",
        "pipeline": "Write its layers one below the other.",
        "torch_module_wrapper": "Only Keras's own layers can be used.",
        "input_layer": "The input comes from the dataset; remove this layer.",
        "weight_normalization": (
            "Keras has none; use `layer_normalization`, `spectral_normalization` or "
            "`unit_normalization`."
        ),
    },
}


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """Every usable name by kind: `{kind: {name: {"class": …, "arguments": {…}}}}`."""
    text = resources.files("dltrain.config").joinpath("catalogue.json").read_text(encoding="utf-8")
    keras: dict[str, dict[str, Any]] = json.loads(text)["kinds"]
    return {
        kind: {
            name: entry
            for name, entry in (entries | ADDED.get(kind, {})).items()
            if name not in REFUSED.get(kind, {})
        }
        for kind, entries in keras.items()
    }


def keras_class(kind: str, name: str) -> str:
    """Name the attribute of Keras's module that a canonical name stands for.

    Example:
        >>> keras_class("layer", "conv2d")
        'Conv2D'
    """
    return str(kinds()[kind][name]["class"])


def canonical(kind: str, name: str) -> str | None:
    """Find the canonical spelling of a name, or None where Keras has no such name.

    Example:
        >>> canonical("layer", "Conv2D"), canonical("metric", "MSE"), canonical("layer", "densee")
        ('conv2d', 'mean_squared_error', None)
    """
    return _spellings(kind).get(plain_name(name))


@cache
def _spellings(kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, entry in kinds()[kind].items():
        for spelling in (name, entry.get("class", name), *entry.get("aliases", [])):
            found.setdefault(plain_name(spelling), name)
    for alias, name in ALIASES.get(kind, {}).items():
        found[plain_name(alias)] = name
    return found


def checked(kind: str, value: Any) -> Choice:
    """Check a choice of one kind down to the choices inside its arguments.

    Args:
        kind: One of the catalogue's kinds, such as "layer".
        value: A name, or a map with `type` and arguments.

    Returns:
        {"type": canonical name, argument: value, …}.

    Raises:
        ValidationError: Every problem, each with its path inside `value`.

    Example:
        >>> checked("optimizer", {"type": "SGD", "momentum": 0.9})
        {'type': 'sgd', 'momentum': 0.9}
    """
    found: list[InitErrorDetails] = []
    choice = _choice(kind, value, (), found)
    if found:
        raise ValidationError.from_exception_data(kind, found)
    return choice


def checked_activation(value: Any) -> str:
    """Check the name of an activation: an argument, not a layer, so it has no arguments itself.

    Example:
        >>> checked_activation("LeakyReLU"), checked_activation({"type": "relu"})
        ('leaky_relu', 'relu')
    """
    found: list[InitErrorDetails] = []
    name = _activation(value, (), found)
    if found:
        raise ValidationError.from_exception_data("activation", found)
    return str(name)


def problem(
    loc: Key, got: str, expected: str, way_out: str = "", *, at_key: bool = False
) -> InitErrorDetails:
    """Make a pydantic error that already speaks the message grammar."""
    facts = {"got": got, "expected": expected, "way_out": way_out, "at_key": at_key}
    error = PydanticCustomError("sentence", "got {got}, expected {expected}. {way_out}", facts)
    return InitErrorDetails(type=error, loc=loc, input=None)


def _choice(kind: str, value: Any, loc: Key, found: list[InitErrorDetails]) -> Choice:
    if isinstance(value, str):
        value = {"type": value}
        type_loc = loc
    else:
        type_loc = (*loc, "type")
    if not isinstance(value, dict):
        found.append(problem(loc, shown(value), f"the name of {_a(kind)}, or a map with `type`"))
        return {}
    if "type" not in value:
        found.append(problem(loc, "no `type`", one_of(kinds()[kind])))
        return {}
    name = _name(kind, value["type"], type_loc, found)
    if name is None:
        return {}
    return {"type": name} | _arguments(kind, name, value, loc, found)


def _name(
    kind: str, value: Any, loc: Key, found: list[InitErrorDetails], expected: str = ""
) -> str | None:
    name = canonical(kind, value) if isinstance(value, str) else None
    if name is not None:
        return name
    for refused, way_out in REFUSED.get(kind, {}).items():
        if isinstance(value, str) and plain_name(refused) == plain_name(value):
            found.append(problem(loc, shown(value), f"{_a(kind)} that dltrain can use", way_out))
            return None
    way_out = did_you_mean(value, [*kinds()[kind], *ALIASES.get(kind, {})])
    found.append(problem(loc, shown(value), expected or one_of(kinds()[kind]), way_out))
    return None


def _arguments(
    kind: str, name: str, value: Choice, loc: Key, found: list[InitErrorDetails]
) -> Choice:
    arguments = kinds()[kind][name]["arguments"]
    result: Choice = {}
    misspelled = {did_you_mean(argument, arguments) for argument in value if argument != "type"}
    for argument, given in value.items():
        here = (*loc, argument)
        if argument == "type":
            continue
        if argument not in arguments:
            expected = f"{one_of(arguments)} of {name}" if arguments else f"no argument of {name}"
            way_out = did_you_mean(argument, arguments)
            found.append(problem(here, "an unknown argument", expected, way_out, at_key=True))
            continue
        result[argument] = _argument(kind, argument, arguments[argument], given, here, found)
    for argument, fact in arguments.items():
        missing = fact.get("required") and argument not in value
        if missing and did_you_mean(argument, [argument]) not in misspelled:
            found.append(problem((*loc, argument), "nothing", f"a value: {name} needs it"))
    return result


def _argument(
    kind: str, argument: str, fact: Choice, given: Any, loc: Key, found: list[InitErrorDetails]
) -> Any:
    nested = kind_of_argument(kind, argument)
    if nested and given is None and _takes_null(nested, fact):
        return None
    if nested == "activation":
        return _activation(given, loc, found)
    if nested == "schedule" and not isinstance(given, dict):
        return _learning_rate(given, loc, found)
    if nested == "layer" and isinstance(given, list):
        return [_choice("layer", cell, (*loc, index), found) for index, cell in enumerate(given)]
    if nested:
        return _choice(nested, given, loc, found)
    rule = rule_for(kind, argument, fact)
    if rule is not None and not rule.accepts(given):
        found.append(problem(loc, shown(given), rule.expected))
    return given


def _takes_null(nested: str, fact: Choice) -> bool:
    may_be_left_out = "default" in fact and fact["default"] is None
    return may_be_left_out or nested not in ("layer", "schedule")


def _learning_rate(given: Any, loc: Key, found: list[InitErrorDetails]) -> Any:
    if POSITIVE.accepts(given):
        return given
    expected = f"{POSITIVE.expected}, or a schedule: {one_of(kinds()['schedule'])}"
    name = _name("schedule", given, loc, found, expected)
    return name and {"type": name} | _arguments("schedule", name, {}, loc, found)


def _activation(given: Any, loc: Key, found: list[InitErrorDetails]) -> str | None:
    if isinstance(given, dict):
        if set(given) == {"type"}:
            return _name("activation", given["type"], (*loc, "type"), found)
        way_out = "Put an activation with arguments behind this one as a layer of its own."
        found.append(problem(loc, shown(given), "the name of an activation", way_out))
        return None
    return _name("activation", given, loc, found)


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"
