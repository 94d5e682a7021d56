"""From a file and its overrides to checked values, with a place in every message."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dltrain.config import overrides as override
from dltrain.config.agreement import disagreements
from dltrain.config.experiment import Experiment
from dltrain.config.source import Place, Source, place_after, read
from dltrain.config.translation import Problem, problems_of
from dltrain.errors import ConfigError, DltrainError, Key, dotted, sentence, shown

# Keys whose value is a path, relative to the place that names it.
PATHS: tuple[Key, ...] = (("dataset", "path"),)


@dataclass(frozen=True)
class Config:
    """A checked file.

    Attributes:
        experiment: The values.
        path: The file.
        text: The file's text, as given.
        source: The places of keys and values.
    """

    experiment: Experiment
    path: Path
    text: str
    source: Source

    @property
    def name(self) -> str:
        """The experiment's name: the file's own, where the text gives none, fit for a folder."""
        stem = re.sub(r"[^\w.-]+", "-", self.path.stem)
        return self.experiment.name or stem.lstrip("-.")[:100] or "run"

    def placed(self, error: DltrainError) -> DltrainError:
        """Fill in where in the file the key of an error stands."""
        if error.key and not error.place:
            error.place = str(self.source.place(error.key))
        return error


def load(
    path: str | Path,
    arguments: Iterable[str] | Mapping[str, Any] = (),
    *,
    without: Iterable[str] = (),
) -> Config:
    """Read and check a config file.

    Args:
        path: The YAML file.
        arguments: Overrides: `KEY=VALUE` texts, or a map from dotted keys to plain values.
        without: Dotted keys to remove from the file.

    Raises:
        ConfigError: Every problem of the text, each with its place and way out.
    """
    name = os.fspath(path)
    text = _text(name)
    source = read(text, name)
    if isinstance(arguments, Mapping):
        changes = override.from_mapping(arguments)
    else:
        changes = override.from_arguments(arguments)
    override.apply(source, changes, without)
    _resolve_paths(source)
    return Config(_checked(source), Path(name), text, source)


def _text(name: str) -> str:
    """Read a file as UTF-8, with or without a byte order mark."""
    try:
        content = Path(name).read_bytes()
    except FileNotFoundError:
        raise ConfigError([f"{name}: {sentence('no such file', 'a YAML file')}"]) from None
    except IsADirectoryError:
        raise ConfigError([f"{name}: {sentence('a folder', 'a YAML file')}"]) from None
    except ValueError:
        raise ConfigError([f"{shown(name)}: {sentence('no path', 'a YAML file')}"]) from None
    except OSError as error:
        got = str(error.strerror).lower()
        raise ConfigError([f"{name}: {sentence(got, 'a YAML file')}"]) from error
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        got = f"the byte 0x{content[error.start]:02x}"
        message = sentence(got, "UTF-8 text", "Save the file as UTF-8.")
        raise ConfigError([f"{place_after(before, name)}: {message}"]) from None


def _resolve_paths(source: Source) -> None:
    for key in PATHS:
        container = source.value
        for part in key[:-1]:
            container = container.get(part) if isinstance(container, dict) else None
        if isinstance(container, dict) and isinstance(container.get(key[-1]), str):
            in_file = bool(source.place(key).line)
            folder = Path(source.name).parent if in_file else Path()
            value = folder / os.path.expanduser(container[key[-1]])
            container[key[-1]] = os.path.abspath(value) if container[key[-1]] else ""


def _checked(source: Source) -> Experiment:
    if source.value is None:
        message = sentence("an empty file", "at least `dataset` and `architecture`")
        raise ConfigError([f"{Place(source.name, 1, 1)}: {message}"])
    try:
        experiment = Experiment.model_validate(source.value)
    except ValidationError as error:
        raise _config_error(source, problems_of(error, source.value)) from None
    if found := list(disagreements(experiment)):
        raise _config_error(source, found)
    return experiment


def _config_error(source: Source, problems: list[Problem]) -> ConfigError:
    placed = [(source.place(one.key, of_key=one.at_key), one) for one in problems]
    placed.sort(key=lambda pair: (pair[0], dotted(pair[1].key)))
    return ConfigError([f"{place}: {problem}" for place, problem in placed])
