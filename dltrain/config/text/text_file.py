"""Read a file of the config language as text: UTF-8, and not without bound."""

from __future__ import annotations

import codecs
from pathlib import Path

from dltrain.config.text.places import Document
from dltrain.errors import ConfigError, sentence, shown

MOST_BYTES = 10_000_000


class UnreadableError(Exception):
    """A file that cannot be read; says what was got in its place."""


def text_of(name: str) -> str:
    """Read a file, with or without a byte order mark.

    Args:
        name: The file as the user named it.

    Raises:
        UnreadableError: There is no such file, or it is too large.
        ConfigError: It is not UTF-8.
    """
    try:
        with Path(name).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableError("no such file") from None
    except IsADirectoryError:
        raise UnreadableError("a folder") from None
    except ValueError:
        raise UnreadableError("no path") from None
    except OSError as error:
        raise UnreadableError(str(error.strerror).lower()) from error
    if len(content) > MOST_BYTES:
        raise UnreadableError(f"a file of more than {MOST_BYTES // 1_000_000} MB")
    return _decoded(content.removeprefix(codecs.BOM_UTF8), name)


def main_text(name: str) -> str:
    """Read the file that the user named.

    Raises:
        ConfigError: It cannot be read.
    """
    try:
        return text_of(name)
    except UnreadableError as error:
        place = shown(name) if "\0" in name else name
        raise ConfigError([f"{place}: {sentence(str(error), 'a YAML file')}"]) from error


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        got = f"the byte 0x{content[error.start]:02x}"
        message = sentence(got, "UTF-8 text", "Save the file as UTF-8.")
        raise ConfigError([f"{Document(name, before).place_at(len(before))}: {message}"]) from None
