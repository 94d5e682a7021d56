"""From a file and its overrides to checked values, with a place in every message."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dltrain.config.checks.agreement import disagreements
from dltrain.config.checks.translation import Problem, problems_of
from dltrain.config.composing import overrides as override
from dltrain.config.composing.extending import Base, extended
from dltrain.config.composing.files_named import make_absolute
from dltrain.config.composing.references import resolve
from dltrain.config.sections.experiment import Experiment
from dltrain.config.text.places import Place
from dltrain.config.text.source import Source, read
from dltrain.config.text.text_file import main_text
from dltrain.errors import ConfigError, DltrainError, dotted, sentence


@dataclass(frozen=True)
class Config:
    """A checked file.

    Attributes:
        experiment: The values.
        path: The file.
        text: The file's text, as given.
        source: The places of keys and values.
        bases: The files that it extends, itself or through others.
    """

    experiment: Experiment
    path: Path
    text: str
    source: Source
    bases: tuple[Base, ...] = ()

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

    def error(self, problems: list[Problem]) -> ConfigError:
        """Tell problems that the file alone did not show, each with its place."""
        return _config_error(self.source, problems)


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
    text = main_text(name)
    source, bases = extended(read(text, name))
    if isinstance(arguments, Mapping):
        changes = override.from_mapping(arguments)
    else:
        changes = override.from_arguments(arguments)
    override.apply(source, changes, without)
    resolve(source)
    make_absolute(source)
    return Config(_checked(source), Path(name), text, source, bases)


def _checked(source: Source) -> Experiment:
    if source.value is None:
        message = sentence("an empty file", "at least `dataset` and `architecture`")
        raise ConfigError([f"{Place(source.name, 1, 1)}: {message}"])
    try:
        experiment = Experiment.model_validate(source.value)
    except ValidationError as error:
        raise _config_error(source, problems_of(error)) from None
    if found := list(disagreements(experiment)):
        raise _config_error(source, found)
    return experiment


def _config_error(source: Source, problems: list[Problem]) -> ConfigError:
    placed = [(source.place(one.key, of_key=one.at_key), one) for one in problems]
    placed.sort(key=lambda pair: (pair[0], dotted(pair[1].key)))
    return ConfigError([f"{place}: {problem}" for place, problem in placed])
