"""The templates that come with dltrain."""

from __future__ import annotations

from importlib import resources

from dltrain.errors import ConfigError, did_you_mean, one_of, sentence, shown

DEFAULT = "minimal"
SUFFIX = ".yaml"
# The first line, by which editors find the schema.
SCHEMA_FILE = "dltrain.schema.json"
SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA_FILE}"


def names() -> list[str]:
    """List the templates, the default one first, the others alphabetically.

    Example:
        >>> names()[0]
        'minimal'
    """
    folder = resources.files("dltrain.templates")
    found = (entry.name for entry in folder.iterdir())
    names = sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX))
    return sorted(names, key=lambda name: name != DEFAULT)


def text(name: str) -> str:
    """Read a template.

    Raises:
        ConfigError: There is none of that name.
    """
    known = names()
    if name not in known:
        message = sentence(shown(name), one_of(known), did_you_mean(name, known))
        raise ConfigError([f"TEMPLATE: {message}"])
    return resources.files("dltrain.templates").joinpath(name + SUFFIX).read_text(encoding="utf-8")


def title(name: str) -> str:
    """Give the line that says what a template is, without its full stop."""
    lines = text(name).splitlines()
    return lines[1].removeprefix("# ").rstrip(".")
