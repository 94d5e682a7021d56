"""From a file and its overrides to checked values, with a place in every message."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dltrain.config.checks.agreement import disagreements
from dltrain.config.checks.translation import Problem, problems_of
from dltrain.config.composing import overrides as override
from dltrain.config.composing.corners import combined
from dltrain.config.composing.extending import Base, extended
from dltrain.config.composing.files_named import make_absolute
from dltrain.config.composing.references import resolve
from dltrain.config.composing.sweeping import combinations
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.studies import NOT_OF_MEMBERS
from dltrain.config.text.places import Place
from dltrain.config.text.source import Source, read
from dltrain.config.text.text_file import main_text
from dltrain.errors import ConfigError, DltrainError, Key, dotted, sentence

# Corners of a search that are checked in all combinations.
MOST_CORNERS = 32


@dataclass(frozen=True)
class Config:
    """A checked file.

    Attributes:
        experiment: The values.
        path: The file.
        text: The file's text, as given.
        source: The places of keys and values.
        bases: The files that it extends, itself or through others.
        given: What the file and the arguments say, before references and paths are resolved.
    """

    experiment: Experiment
    path: Path
    text: str
    source: Source
    bases: tuple[Base, ...] = ()
    given: Source = field(default_factory=lambda: Source(""))

    def variant(self, changes: Mapping[str, Any]) -> Config:
        """Check the file with other values, as a member of a study has it: without `sweep`, say.

        Args:
            changes: Plain values by dotted key, as arguments of the command line have them. What
                stands so in `sweep` or `search` keeps its place there.

        Raises:
            ConfigError: A key leads nowhere, or a value or what it goes with is wrong.
        """
        source = copy.deepcopy(self.given)
        override.apply(source, [_of_a_study(self.given, *one) for one in changes.items()])
        for name in NOT_OF_MEMBERS:
            source.value.pop(name, None)
        return _resolved(source, self.path, self.text, self.bases)

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
    config = _resolved(source, Path(name), text, bases)
    _check_members(config)
    return config


def _resolved(source: Source, path: Path, text: str, bases: tuple[Base, ...]) -> Config:
    """Resolve references and paths, and check the values."""
    given = copy.deepcopy(source)
    resolve(source)
    make_absolute(source)
    return Config(_checked(source), path, text, source, bases, given)


def _check_members(config: Config) -> None:
    """Check every file that a sweep makes of this one, and the corners of a search.

    Raises:
        ConfigError: Every problem of any, each with its place.
    """
    problems: dict[str, None] = {}
    for changes in _members(config.experiment):
        try:
            config.variant(changes)
        except ConfigError as error:
            problems |= dict.fromkeys(error.problems)
    if problems:
        raise ConfigError(list(problems))


def _members(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """List changes of a sweep, and corners of a search."""
    yield from combinations(experiment.sweep or {})
    if experiment.search:
        for corner in combined(experiment.search.space, MOST_CORNERS):
            yield {key: value for key, (value, _) in corner.items()}


def _of_a_study(given: Source, key: str, value: Any) -> override.Override:
    """Make the override of a value, which has its place where `sweep` or `search` names it."""
    [made] = override.from_mapping({key: value})
    for at in ("sweep", key), ("search", "space", key):
        entry = given.value.get(at[0]) or {}
        if len(at) > 2:
            entry = entry.get("space") or {}
        if key in entry:
            return override.Override(made.key, _placed(given, at, entry[key], made.value))
    return made


def _placed(given: Source, at: Key, entry: Any, value: Any) -> Source:
    """Give a value and its parts the place where an entry of a study names it."""
    source = Source(str(given.place(at, of_key=True)), value)
    origin = _origin(at, entry, value)
    source.values[()] = given.place(origin)
    source.take((), value, given, origin)
    return source


def _origin(at: Key, entry: Any, value: Any) -> Key:
    """Find where an entry of a sweep or a search names a value."""
    if isinstance(entry, dict):
        if isinstance(entry.get("values"), list):
            at, entry = (*at, "values"), entry["values"]
        else:
            named = (name for name in ("min", "max", "value") if entry.get(name) == value)
            return next(((*at, name) for name in named), at)
    return (*at, entry.index(value)) if isinstance(entry, list) and value in entry else at


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
