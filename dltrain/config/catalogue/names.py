"""What Keras offers by name: canonical spellings, classes and signatures.

`catalogue.json` holds the signatures of one Keras version and is written by
`scripts/make_catalogue.py`; `ADDED` and `ALIASES` are what dltrain adds to it. Imports: none.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from dltrain.config.catalogue.unavailable import REFUSED
from dltrain.errors import plain_name

_NAME = {"name": {"default": None}}
_THRESHOLD = {"threshold": {"default": None}}

# What Keras takes where a layer is called and not where it is made; here both stand in one map.
CALL_ARGUMENTS: dict[str, dict[str, Any]] = {"use_causal_mask": {"default": False}}
CAUSAL = ("additive_attention", "attention", "group_query_attention", "multi_head_attention")

# Required arguments of Keras that the data tells.
INFERRED: dict[tuple[str, str], tuple[str, ...]] = {("layer", "embedding"): ("input_dim",)}

# Names that Keras lacks. `accuracy` is here because Keras's string of that name means the
# accuracy that fits the target, not its class Accuracy.
ADDED: dict[str, dict[str, Any]] = {
    "loss": {"rmse": {"arguments": {}}},
    "metric": {
        "accuracy": {"arguments": _THRESHOLD | _NAME},
        "class_distance": {"arguments": _NAME},
        "f1": {"arguments": _THRESHOLD | _NAME},
        "quadratic_weighted_kappa": {"arguments": _NAME},
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


@cache
def _catalogue() -> dict[str, Any]:
    text = Path(__file__).with_name("catalogue.json").read_text(encoding="utf-8")
    catalogue: dict[str, Any] = json.loads(text)
    return catalogue


def keras_version() -> str:
    """Name the version of Keras that the catalogue describes."""
    return str(_catalogue()["keras"])


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """Every usable name by kind: `{kind: {name: {"class": …, "arguments": {…}}}}`."""
    return {
        kind: {
            name: _completed(kind, name, entry)
            for name, entry in (entries | ADDED.get(kind, {})).items()
            if name not in REFUSED.get(kind, {})
        }
        for kind, entries in _catalogue()["kinds"].items()
    }


def _completed(kind: str, name: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Let the file leave out what the data tells, and say what only a call is told."""
    other = {argument: {"default": None} for argument in INFERRED.get((kind, name), ())}
    if kind == "layer" and name in CAUSAL:
        other |= CALL_ARGUMENTS
    return entry | {"arguments": entry["arguments"] | other} if other else entry


def keras_class(kind: str, name: str) -> str:
    """Name the attribute of Keras's module that a canonical name stands for.

    Example:
        >>> keras_class("layer", "conv2d")
        'Conv2D'
    """
    return str(kinds()[kind][name]["class"])


def tensors_of(layer: str) -> dict[str, Any]:
    """Describe the tensors that a layer takes by keyword, such as `query` of attentions.

    Args:
        layer: Canonical name of a layer.

    Returns:
        {keyword: {"required": True} or {"default": None}}.

    Example:
        >>> sorted(tensors_of("multi_head_attention"))
        ['key', 'query', 'value']
    """
    call: dict[str, Any] = kinds()["layer"][layer]["call"]
    return call


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
