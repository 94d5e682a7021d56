"""From `{"type": name, argument: value}` to one Keras object, and to those inside it.

The catalogue describes one version of Keras. Where the installed one lacks a name or an argument,
that is said before anything is called, with both versions.
"""

from __future__ import annotations

import inspect
from typing import Any

import keras

from dltrain.config.catalogue.arguments import kind_of_argument, rule_for
from dltrain.config.catalogue.names import keras_class, keras_version, kinds
from dltrain.config.catalogue.rules import is_whole
from dltrain.errors import Key, ModelError, sentence
from dltrain.model.refusals import REFUSALS, refused_arguments

MODULES = {
    "activation": keras.activations,
    "callback": keras.callbacks,
    "constraint": keras.constraints,
    "initializer": keras.initializers,
    "layer": keras.layers,
    "loss": keras.losses,
    "metric": keras.metrics,
    "optimizer": keras.optimizers,
    "regularizer": keras.regularizers,
    "schedule": keras.optimizers.schedules,
}


def build(kind: str, choice: dict[str, Any], key: Key = ()) -> Any:
    """Build one Keras object, and those that stand in its arguments.

    Args:
        kind: One of the catalogue's kinds.
        choice: Canonical `type`, and Keras's arguments by Keras's names.
        key: Path of the choice in the file.

    Raises:
        ModelError: The installed Keras lacks the name or an argument, or refuses an argument; at
            the key of the innermost choice that is wrong.

    Example:
        >>> build("optimizer", {"type": "sgd", "momentum": 0.5}).momentum
        0.5
    """
    keras_type = _keras_type(kind, choice, key)
    given = arguments(kind, choice, key)
    try:
        return keras_type(**given)
    except REFUSALS as error:
        raise ModelError(refused_arguments(choice["type"], error), key=key) from error


def arguments(kind: str, choice: dict[str, Any], key: Key = ()) -> dict[str, Any]:
    """Build the objects that stand in a choice's arguments; leave plain values as they are."""
    return {
        name: _argument(kind, choice["type"], name, value, (*key, name))
        for name, value in choice.items()
        if name != "type"
    }


def _keras_type(kind: str, choice: dict[str, Any], key: Key) -> Any:
    """Find a class of the installed Keras, and check that it knows the arguments."""
    name = choice["type"]
    keras_type = getattr(MODULES[kind], keras_class(kind, name), None)
    if keras_type is None:
        raise ModelError(_other_version(name, f"a {kind}"), key=key)
    known = _known_arguments(keras_type)
    for argument in choice:
        if argument != "type" and argument not in known:
            message = _other_version(f"{argument} of {name}", "an argument")
            raise ModelError(message, key=(*key, argument))
    return keras_type


def _known_arguments(keras_type: type) -> set[str]:
    """List the arguments of a class, and those that it hands on to the classes it derives from."""
    return {
        name
        for base in inspect.getmro(keras_type)
        if "__init__" in vars(base)
        for name in inspect.signature(vars(base)["__init__"]).parameters
    }


def _other_version(got: str, what: str) -> str:
    way_out = f"Install it: pip install 'keras=={keras_version()}'."
    installed = f"{got}, which Keras {keras.__version__} does not have"
    return sentence(installed, f"{what} of Keras {keras_version()}", way_out)


def _argument(kind: str, owner: str, name: str, value: Any, key: Key) -> Any:
    nested = kind_of_argument(kind, name)
    if nested and isinstance(value, list):
        return [build(nested, inner, (*key, index)) for index, inner in enumerate(value)]
    if nested and isinstance(value, dict):
        return build(nested, value, key)
    if (kind, name) == ("schedule", "values"):
        return [float(one) for one in value]
    return float(value) if is_whole(value) and _is_fraction(kind, owner, name) else value


def _is_fraction(kind: str, owner: str, name: str) -> bool:
    """Tell whether an argument is a number with a fraction; `SGD(learning_rate=1)` is refused."""
    fact = kinds()[kind][owner]["arguments"].get(name, {})
    if kind == "layer" or isinstance(fact.get("default"), float):
        return isinstance(fact.get("default"), float)
    rule = rule_for(kind, name, fact, owner)
    schemas = [rule.schema, *rule.schema.get("anyOf", [])] if rule else []
    return any(schema.get("type") == "number" for schema in schemas)
