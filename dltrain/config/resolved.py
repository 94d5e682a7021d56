"""config.resolved.yaml: the file with every default and every inference spelled out.

It loads as any other config and gives the same experiment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import yaml

from dltrain.config.arguments import kind_of_argument
from dltrain.config.catalogue import canonical, kinds
from dltrain.config.experiment import Experiment
from dltrain.config.section import Section
from dltrain.config.source import scalar

Plain = dict[str, Any]

# Sections that are lists of choices, with the kind of each.
LISTS = {"callbacks": "callback", "metrics": "metric"}


def resolved(experiment: Experiment, inferred: Plain, unused: Collection[str] = ()) -> str:
    """Write an experiment as YAML.

    Args:
        experiment: The checked file.
        inferred: What the data told: `name`, `task`, `loss`, and `columns` for tables.
        unused: Keys of `dataset` that say nothing about its rows, and are left out.

    Returns:
        YAML text; Keras's defaults are filled in, those that are null left out.
    """
    given = _plain(experiment) | {name: inferred[name] for name in inferred if name != "columns"}
    values = {name: given[name] for name in Experiment.model_fields if name in given}
    columns = inferred.get("columns")
    if columns is not None and "columns" in values["dataset"]:
        values["dataset"]["columns"] = columns
    values["dataset"] = {
        name: value for name, value in values["dataset"].items() if name not in unused
    }
    if isinstance(values["loss"], dict) and values["loss"].get("label_smoothing"):
        values["regularization"]["label_smoothing"] = 0.0  # it stands in the loss now
    values["loss"] = _spelled_out("loss", values["loss"])
    values["optimizer"] = _spelled_out("optimizer", values["optimizer"])
    for name, kind in LISTS.items():
        values[name] = [_spelled_out(kind, choice) for choice in values[name]]
    _spell_out_layers(values["architecture"])
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def _plain(section: Section) -> Plain:
    """Turn a section into plain data without the fields that are null, which is their default."""
    values = {name: _plain_items(value) for name, value in section if value is not None}
    return {"type": values["type"]} | values if "type" in values else values


def _plain_items(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain_items(inner) for name, inner in value.items()}
    return _plain(value) if isinstance(value, Section) else value


def _spell_out_layers(architecture: Plain) -> None:
    if "layers" in architecture:
        architecture["layers"] = [_spelled_out("layer", one) for one in architecture["layers"]]
    if architecture["output"] != "auto":
        architecture["output"] = _spelled_out("layer", architecture["output"])


def _spelled_out(kind: str, choice: Any) -> Any:
    """Fill in the defaults that the catalogue knows, but for null and what is not plain data."""
    if not isinstance(choice, dict):
        return choice
    facts = kinds()[kind][choice["type"]]["arguments"]
    defaults = {
        name: fact["default"] for name, fact in facts.items() if _is_plain(fact.get("default"))
    }
    return {name: _argument(kind, name, value) for name, value in _first_type(defaults | choice)}


def _first_type(choice: Plain) -> Iterator[tuple[str, Any]]:
    yield "type", choice["type"]
    yield from ((name, value) for name, value in choice.items() if name != "type")


def _argument(kind: str, name: str, value: Any) -> Any:
    """Spell out the choice that an argument holds, with its name as a map like all others."""
    nested = kind_of_argument(kind, name) if name != "type" else None
    if nested is None or nested == "activation":
        return value
    if isinstance(value, str):
        value = {"type": canonical(nested, value)}
    return _spelled_out(nested, value)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, bool | int | float) or (
        isinstance(value, str) and not value.startswith("<")
    )


class _Dumper(yaml.SafeDumper):
    """Writes what `source.read` reads back; PyYAML's own quoting follows YAML 1.1."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    style = None if scalar(value) == value else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
