"""`dltrain validate`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dltrain.cli import completion
from dltrain.errors import ConfigError

if TYPE_CHECKING:
    from dltrain.config.showing.diagnostics import Diagnostic

# What GitHub calls them.
LEVELS = {"error": "error", "warning": "warning", "hint": "notice"}
# What stands for characters that end a workflow command, or one of its properties.
ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
PROPERTY_ESCAPES = ESCAPES | {":": "%3A", ",": "%2C"}


@dataclass(frozen=True)
class Checked:
    """One file with all that is to be said about it."""

    file: str
    diagnostics: list[Diagnostic]
    failed: bool


class Format(StrEnum):
    """Forms of the result."""

    text = "text"
    json = "json"
    github = "github"


def validate(
    configs: Annotated[
        list[str],
        typer.Argument(
            metavar="CONFIG...", help="The YAML files.", autocompletion=completion.files
        ),
    ],
    form: Annotated[
        Format,
        typer.Option("--format", help="github: annotations of a workflow run."),
    ] = Format.text,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail as well.")] = False,
) -> None:
    """Check config files, and say what valid ones do badly; train nothing.

    Without errors the exit code is 0. docs/lint.md explains the rules.
    """
    from dltrain.config.showing.diagnostics import diagnose

    failing = {"error", "warning"} if strict else {"error"}
    files = []
    for config in configs:
        diagnostics = diagnose(config)
        failed = any(one.severity in failing for one in diagnostics)
        files.append(Checked(config, diagnostics, failed))
    WRITERS[form](files)
    if any(one.failed for one in files):
        raise typer.Exit(ConfigError.exit_code)


def _write_text(files: list[Checked]) -> None:
    """Name the valid files on stdout; what is to be said goes to stderr."""
    for checked in files:
        for one in checked.diagnostics:
            typer.echo(one.text, err=True)
        if not checked.failed:
            typer.echo(f"{checked.file}: valid")


def _write_json(files: list[Checked]) -> None:
    """Write one document."""
    problems = [asdict(one) for checked in files for one in checked.diagnostics]
    for problem in problems:
        del problem["text"]
    validity = [{"file": checked.file, "valid": not checked.failed} for checked in files]
    document = {"files": validity, "problems": problems}
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _write_github(files: list[Checked]) -> None:
    """Write a workflow command for each thing that is to be said."""
    for checked in files:
        for one in checked.diagnostics:
            typer.echo(_workflow_command(one))


def _workflow_command(one: Diagnostic) -> str:
    title = f"{one.rule} {one.name}" if one.rule else "dltrain"
    facts = {"file": one.file, "line": one.line, "col": one.column, "title": title}
    properties = ",".join(
        f"{name}={_escaped(str(value), PROPERTY_ESCAPES)}"
        for name, value in facts.items()
        if value is not None
    )
    message = f"{one.key}: {one.message}" if one.key else one.message
    return f"::{LEVELS[one.severity]} {properties}::{_escaped(message, ESCAPES)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)


WRITERS = {Format.text: _write_text, Format.json: _write_json, Format.github: _write_github}
