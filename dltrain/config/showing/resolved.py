"""config.resolved.yaml: the file with every default and every inference spelled out.

It loads as any other config and gives the same experiment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from dltrain.config.catalogue.arguments import kind_of_argument
from dltrain.config.catalogue.names import canonical, kinds
from dltrain.config.composing.references import escaped
from dltrain.config.sections.architecture import SECTIONS
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.section import Section
from dltrain.config.text.writing import to_yaml

Plain = dict[str, Any]

# Keys of `regularization` that hold a choice.
REGULARIZERS = ("kernel", "bias", "activity")


def resolved(experiment: Experiment, inferred: Plain, unused: Collection[str] = ()) -> str:
    """Write an experiment as YAML.

    Args:
        experiment: The checked file.
        inferred: What the data told: `name`, `task` or the `tasks` of several targets, `loss`,
            `columns` for tables, `text` for texts, `images` for files of pictures, and the `engine`
            that `auto` has chosen.
        unused: Keys of `dataset` that say nothing about its rows, and are left out.

    Returns:
        YAML text; Keras's defaults are filled in, those that are null left out.
    """
    return to_yaml(escaped(spelled_out(experiment, inferred, unused)))


def spelled_out(experiment: Experiment, inferred: Plain, unused: Collection[str] = ()) -> Plain:
    """Turn an experiment into plain data; for the arguments see `resolved`."""
    given = _plain(experiment) | inferred
    values = {name: given[name] for name in Experiment.model_fields if name in given}
    columns = inferred.get("columns")
    if columns is not None and "columns" in values["dataset"]:
        given_columns = values["dataset"]["columns"]
        values["dataset"]["columns"] = {
            name: facts | _declared(given_columns.get(name, {})) | facts
            for name, facts in columns.items()
        }
    if "images" in values["dataset"]:
        images = values["dataset"]["images"]
        images |= {"augment": _choices("layer", images["augment"])} | inferred.get("images", {})
    if inferred.get("text") and "text" in values["dataset"]:
        values["dataset"]["text"] = inferred["text"]
    if "engine" in inferred:
        values["training"]["engine"] = inferred["engine"]
    for target, task in inferred.get("tasks", {}).items():
        named = values["dataset"]["target"]
        named[target] = {"task": task} | named[target]
    values["dataset"] = {
        name: value for name, value in values["dataset"].items() if name not in unused
    }
    if _smooths(values["loss"]):
        values["regularization"]["label_smoothing"] = 0.0  # it stands in the loss now
    for name, kind in (("loss", "loss"), ("metrics", "metric"), ("callbacks", "callback")):
        values[name] = _choices(kind, values[name])
    values["optimizer"] = _choice("optimizer", values["optimizer"])
    for phase in values["training"].get("phases", []):
        if "optimizer" in phase:
            phase["optimizer"] = _choice("optimizer", phase["optimizer"])
        if "learning_rate" in phase:
            phase["learning_rate"] = _argument("optimizer", "learning_rate", phase["learning_rate"])
    for name in REGULARIZERS:
        if name in values["regularization"]:
            values["regularization"][name] = _choice("regularizer", values["regularization"][name])
    architecture = values["architecture"]
    if "layers" in architecture:
        architecture["layers"] = [_layer(one) for one in architecture["layers"]]
    architecture["output"] = _choices("layer", architecture["output"])
    return values


def _declared(column: Plain) -> Plain:
    """Keep the values that a column declares, which may be too many to be inferred."""
    return {name: column[name] for name in ("type", "values") if column.get("values")}


def _smooths(loss: Any) -> bool:
    """Tell whether a loss, or one of those in a map, evens out the classes itself."""
    if not isinstance(loss, dict):
        return False
    return bool(loss.get("label_smoothing")) or any(map(_smooths, loss.values()))


def _plain(section: Section) -> Plain:
    """Turn a section into plain data without the fields that are null, which is their default."""
    values = {name: _plain_items(value) for name, value in section if value is not None}
    return {"type": values["type"]} | values if "type" in values else values


def _plain_items(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain_items(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain_items(inner) for inner in value]
    return _plain(value) if isinstance(value, Section) else value


def _layer(entry: Plain) -> Plain:
    """Spell out an entry of `layers`: a layer of Keras, or one of dltrain's own."""
    if "repeat" in entry:
        return entry | {"layers": [_layer(one) for one in entry["layers"]]}
    if section := SECTIONS.get(entry.get("type", "")):
        return _plain(section.model_validate(entry))
    return _choice("layer", entry)


def _choices(kind: str, value: Any) -> Any:
    """Spell out one choice, a list of them, or a map from target to these."""
    if isinstance(value, list):
        return [_choice(kind, one) for one in value]
    if isinstance(value, dict) and "type" not in value:
        return {target: _choices(kind, one) for target, one in value.items()}
    return _choice(kind, value)


def _choice(kind: str, choice: Any) -> Any:
    """Fill in the defaults that the catalogue knows, but for null and what is not plain data."""
    if not isinstance(choice, dict) or choice.get("type", "auto") == "auto":
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
    if isinstance(value, list):
        return [_choice(nested, one) for one in value]
    return _choice(nested, {"type": canonical(nested, value)} if isinstance(value, str) else value)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, bool | int | float) or (
        isinstance(value, str) and not value.startswith("<")
    )
