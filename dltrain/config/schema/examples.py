"""A small example for every key: plain data that the loader takes, beside a dataset and layers.

Imports: walking.
"""

from __future__ import annotations

from typing import Any

from dltrain.config.catalogue.names import kinds
from dltrain.config.checks.wiring import simplest_inputs
from dltrain.config.schema.pieces import NULL, Schema
from dltrain.config.schema.walking import OWN, Found, Frame, Walker, type_of
from dltrain.config.sections.studies import OPTIONS

# A file needs these two; an example takes their place where it speaks of them.
SMALLEST: dict[str, Any] = {
    "dataset": {"type": "csv", "path": "data.csv", "target": "price"},
    "architecture": {"layers": [{"type": "dense", "units": 16, "activation": "relu"}]},
}

# Values that say more than the smallest one that is allowed, by the name of the key.
VALUES: dict[str, Any] = {
    "activation": "relu",
    "architecture": SMALLEST["architecture"],
    "arguments": {},
    "augment": [{"type": "random_flip", "mode": "horizontal"}],
    "best": {"monitor": "val_loss"},
    "bins": 5,
    "boundaries": [1000, 2000],
    "callbacks": [{"type": "early_stopping", "patience": 20, "restore_best_weights": True}],
    "cell": {"type": "lstm_cell", "units": 32},
    "classes": ["low", "medium", "high"],
    "column": "part",
    "cells": [{"type": "lstm_cell", "units": 32}],
    "columns": {"age": {"type": "number"}},
    "dataset": SMALLEST["dataset"],
    "decay_rate": 0.96,
    "decay_steps": 1000,
    "dims": [2, 1],
    "epochs": 100,
    "equation": "ab,bc->ac",
    "evaluation": {
        "threshold": 0.4,
        "baselines": False,
        "human": 0.02,
        "target_error": 0.1,
        "report": True,
    },
    "exclude": ["id"],
    "expect": {"test": {"loss": "< 0.5"}},
    "features": {"exclude": ["id"]},
    "filename": "log.csv",
    "filepath": "epoch.keras",
    "filters": 32,
    "format": "%d.%m.%Y",
    "fractions": {"train": 0.8, "val": 0.1, "test": 0.1},
    "images": {"scaling": "standard"},
    "include": ["age", "sex"],
    "initial_epoch": 5,
    "initial_learning_rate": 0.1,
    "input_dim": 10_000,
    "comment": "#",
    "inputs": "input",
    "kernel_size": 3,
    "layer": {"type": "lstm", "units": 32},
    "layers": SMALLEST["architecture"]["layers"],
    "learning_rate": 0.001,
    "loss": {"type": "huber", "delta": 0.5},
    "metrics": ["mae", "rmse"],
    "momentum": 0.9,
    "monitor": "val_loss",
    "function": "mydata:load",
    "na_values": ["?"],
    "name": "first",
    "optimizer": {"type": "sgd", "learning_rate": 0.01, "momentum": 0.9},
    "output_dim": 64,
    "output_shape": [4],
    "patience": 20,
    "path": "data.csv",
    "precision": "mixed_float16",
    "rate": 0.5,
    "regularization": {"kernel": {"type": "l2", "l2": 0.001}, "dropout": 0.2},
    "sample_weight": "weight",
    "size": [64, 64],
    "space": {
        "optimizer.learning_rate": {"type": "float", "min": 1e-4, "max": 0.1, "sampling": "log"}
    },
    "split": {"type": "random", "fractions": {"train": 0.8, "val": 0.1, "test": 0.1}},
    "steps_per_epoch": 500,
    "target": "price",
    "target_class_ids": [0],
    "target_shape": [4],
    "test": {"loss": "< 0.5"},
    "text": {"encoding": "multi_hot", "vocabulary": 20_000},
    "train": {"loss": "< 0.5"},
    "trainable": {"base": False},
    "training": {"epochs": 100, "batch_size": 32},
    "units": 16,
    "use": "encoder",
    "val": {"loss": "< 0.5"},
    "validation_batch_size": 256,
    "validation_steps": 20,
    "values": ["large", "medium", "small"],
}

# The same for keys that mean something else in one type than in the others.
_TABLE = {"table": ["age", "weight"]}
VALUES_OF: dict[tuple[str, str], Any] = {
    ("arff", "inputs"): _TABLE,
    ("csv", "inputs"): _TABLE,
    ("group", "column"): "patient",
    ("given", "fractions"): {"val": 0.1},
    ("keras", "inputs"): _TABLE,
    ("npz", "inputs"): _TABLE,
    ("parquet", "inputs"): _TABLE,
    ("python", "inputs"): _TABLE,
    ("text", "column"): "review",
    ("time", "column"): "date",
    ("piecewise_constant_decay", "values"): [0.1, 0.01, 0.001],
    ("saved", "path"): "runs/digits/20261120-210301/model/best.keras",
    ("saved", "until"): "flatten",
    ("sklearn", "inputs"): _TABLE,
}

# What else a type needs: beside its own map, in it, and above it.
_ORDERED = {"dataset": SMALLEST["dataset"] | {"target": {"price": {"bins": 3, "ordered": True}}}}
NEEDED: dict[str, dict[str, Any]] = {
    "class_distance": _ORDERED,
    "quadratic_weighted_kappa": _ORDERED,
    "swap_ema_weights": {"optimizer": {"use_ema": True}},
}
FROZEN: dict[str, Any] = {
    "architecture": {"layers": [{"type": "dense", "units": 16, "name": "base"}]}
}
# Keys that mean something beside another one only.
TOGETHER: dict[str, dict[str, Any]] = {
    "dimension": {"encoding": "embedding", "dimension": 8},
    "names": {"header": False, "names": ["age", "sex", "price"]},
}
_TARGET = {"target": "price"}
BESIDE: dict[str, dict[str, Any]] = {"arff": _TARGET, "csv": _TARGET, "parquet": _TARGET}
UNUSUAL = ("autoencoder",)  # has no target
ABOVE: dict[str, Any] = {"type": "dense", "units": 16, "name": VALUES["use"]}

# What a sweep of nothing but options tries, and keys for each type of a search.
SWEPT = {"optimizer.learning_rate": [0.1, 0.01]}
CHOSEN = {"type": "choice", "values": ["adam", "sgd"]}
SPACES: dict[str, tuple[str, dict[str, Any]]] = {
    "boolean": ("training.shuffle", {}),
    "choice": ("training.batch_size", {"values": [16, 32]}),
    "fixed": ("training.epochs", {"value": 10}),
    "float": ("regularization.dropout", {"min": 0.0, "max": 0.5}),
    "int": ("training.batch_size", {"min": 16, "max": 64}),
}


def example(walker: Walker, found: Found) -> Any:
    """Write the part of a file in which a key stands, from its top.

    Example:
        >>> from dltrain.config.schema import schema
        >>> walker = Walker(schema())
        >>> example(walker, walker.find(["optimizer", "sgd", "momentum"])[0])
        {'optimizer': {'type': 'sgd', 'momentum': 0.9}}
    """
    name = next((frame.name for frame in reversed(found.frames) if frame.name), "")
    value = value_of(walker, found.schema, name, found.variant)
    top, *below = found.frames
    for frame in reversed(below):
        value = _around(walker, frame, value)
    if any(frame.name == "output" for frame in found.frames):
        value = _reading_one(value)
    kind = type_of(walker.resolved(found.schema)) or found.variant
    needed = FROZEN if name == "trainable" and top.name == "training" else NEEDED.get(kind, {})
    if top.name == "sweep":
        value = value if set(value) - set(OPTIONS) else value | SWEPT
    elif top.name == "search" and "age" in value.get("space", {}):
        value = value | {"space": _space(value["space"])}
    return {top.name: value} | needed


def _space(space: dict[str, Any]) -> dict[str, Any]:
    """Let the entry of a space stand for a key that a file has and that fits its type."""
    [entry] = space.values()
    key, facts = SPACES[entry["type"]]
    if "when" not in entry:
        return {key: entry | facts}
    return {"optimizer": CHOSEN, key: entry | facts | {"when": {"optimizer": ["adam"]}}}


def value_of(walker: Walker, schema: Schema, name: str = "", variant: str = "") -> Any:
    """Give a value that a schema accepts: a telling one, its default, or the smallest.

    Args:
        walker: Walks over the schema of the file.
        schema: What is accepted.
        name: The key.
        variant: The type of the map around it.
    """
    whole = walker.resolved(schema)
    parts = list(walker.alternatives(whole))
    if type_of(whole):
        return _map(walker, whole)
    if (variant, name) in VALUES_OF:
        return VALUES_OF[variant, name]
    if name in VALUES and any(_fits(VALUES[name], one) for one in parts):
        return VALUES[name]
    if whole.get("default") not in (None, [], {}):
        return whole["default"]
    return _smallest(walker, next((one for one in parts if one != NULL), NULL))


def _fits(value: Any, schema: Schema) -> bool:
    """Tell whether a value is of the kind that a schema without alternatives asks for."""
    if "enum" in schema:
        return value in schema["enum"]
    kinds = {dict: "object", list: "array", str: "string", int: "integer", float: "number"}
    wanted = schema.get("type", kinds[type(value)])
    return kinds[type(value)] in wanted or (isinstance(value, int) and wanted == "number")


def _smallest(walker: Walker, schema: Schema) -> Any:
    if "examples" in schema:
        return schema["examples"][0]
    if "enum" in schema:
        return next(word for word in schema["enum"] if word not in UNUSUAL)
    kind = schema.get("type", "integer")
    if "properties" in schema:
        return _map(walker, schema)
    if kind == "array":
        return [value_of(walker, schema["items"])] if schema.get("items") else [1]
    if kind == "object":
        return {"target": value_of(walker, schema.get("additionalProperties") or {})}
    if kind == "number":
        return schema.get("minimum", 0.5)
    plain = {"boolean": True, "null": None, "integer": max(1, schema.get("minimum", 1))}
    return plain.get(kind, "text")


def _map(walker: Walker, around: Schema) -> dict[str, Any]:
    """Fill in what a map needs."""
    needed = [name for name in around.get("required", []) if name != "type"]
    kind = type_of(around)
    values = {name: value_of(walker, around["properties"][name], name, kind) for name in needed}
    if kind in kinds()["layer"] and "inputs" in around["properties"]:
        inputs = simplest_inputs(kind, "input")
        values |= {"inputs": inputs} if inputs else {}
    return ({"type": kind} if kind else {}) | BESIDE.get(kind, {}) | values


def _around(walker: Walker, frame: Frame, value: Any) -> Any:
    if frame.name is None:
        return [ABOVE, _reading(value)] if isinstance(value, dict) and "use" in value else [value]
    if frame.name == OWN or frame.map is None:
        return {"age": value}
    around = _map(walker, frame.map)
    return around | TOGETHER.get(frame.name, {frame.name: value})


def _reading_one(value: Any) -> Any:
    """Let a layer in an output read what the last layer puts out: an output reads one tensor."""
    if not isinstance(value, dict):
        return value
    kept = {name: part for name, part in value.items() if name != "inputs" or isinstance(part, str)}
    return {name: _reading_one(part) for name, part in kept.items()}


def _reading(value: dict[str, Any]) -> dict[str, Any]:
    """Let a use read the layer above it, as no layer may be left unread."""
    return value | {"inputs": VALUES["use"]} if "inputs" in value else value
