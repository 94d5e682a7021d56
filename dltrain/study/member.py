"""A member of a study: a name, what it changes in the study's file, and the config that results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dltrain.config import Config, load
from dltrain.config.composing.references import escaped
from dltrain.config.text.writing import to_yaml
from dltrain.run_folder import MEMBER_CONFIGS, RunFolder


@dataclass(frozen=True)
class Member:
    """One training of a study.

    Attributes:
        name: The name of its folder.
        changes: What it changes in the study's file: plain values by dotted key.
        config: The file that results, without the sections that only studies read.
        facts: What the study says about it, such as the number of its fold.
    """

    name: str
    changes: Mapping[str, Any]
    config: Config
    facts: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data, as study.json holds it."""
        return {"name": self.name, **self.facts, "changes": dict(self.changes)}


def member(
    config: Config, name: str, changes: Mapping[str, Any], facts: Mapping[str, Any] | None = None
) -> Member:
    """Make a member.

    Args:
        config: The study's file.
        name: The name of its folder.
        changes: Plain values by dotted key.
        facts: What the study says about it.

    Raises:
        ConfigError: The file with these values is wrong.
    """
    return Member(name, changes, config.variant(changes), facts or {})


def write_members(folder: RunFolder, members: Iterable[Member]) -> None:
    """Write the config of each member below `state/`, from where a resumed study reads it."""
    (folder / MEMBER_CONFIGS).mkdir(parents=True, exist_ok=True)
    for one in members:
        values = escaped(one.config.source.value)
        folder.write_text(f"{MEMBER_CONFIGS}/{one.name}.yaml", to_yaml(values))


def read_members(
    folder: RunFolder, given: Mapping[str, Any], told: Iterable[Mapping[str, Any]]
) -> Iterator[Member]:
    """Read the members of a study back.

    Args:
        folder: The study's folder.
        given: The study's file: what `StudyFolder.given` gives.
        told: What study.json says about each.

    Raises:
        DltrainError: A config is missing or broken.
    """
    for one in told:
        facts = {key: value for key, value in one.items() if key not in ("name", "changes")}
        own = read_config(folder, given, one["name"])
        yield Member(one["name"], one["changes"], own, facts)


def read_config(folder: RunFolder, given: Mapping[str, Any], name: str) -> Config:
    """Read the config of one member, which stands for the study's file.

    Raises:
        DltrainError: It is missing or broken.
    """
    return replace(load(folder.file(f"{MEMBER_CONFIGS}/{name}.yaml")), **given)


@dataclass(frozen=True)
class Failure:
    """A member that has failed.

    Attributes:
        name: Its name.
        reason: Why.
        exit_code: What a command of its own would have ended with: 1 for a training that failed,
            2 for a mistake in the file or the data.
    """

    name: str
    reason: str
    exit_code: int = 1
