"""Pages and pictures from templates, written where the user says: whole, or not at all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from dltrain.errors import DltrainError, sentence
from dltrain.run_folder import RunFolder


def check_place(path: Path, option: str, ending: str | None = None) -> None:
    """Check that a file can be written, before anything slow begins.

    The ending is asked for, so that no config file is overwritten by a slip.

    Args:
        path: The file; one that is there is written anew.
        option: The option that names it, such as `--html`.
        ending: What the file ends with; default: a dot and the option's word.

    Raises:
        DltrainError: It has another ending, or its folder is missing.
    """
    ending = ending or f".{option.removeprefix('--')}"
    if path.suffix.lower() != ending:
        raise DltrainError(f"{option}: {sentence(str(path), f'a file that ends with {ending}')}")
    if path.is_dir():
        raise DltrainError(f"{option}: {sentence(f'the folder {path}', 'a file')}")
    if not path.parent.is_dir():
        got = f"{path}, whose folder does not exist"
        raise DltrainError(f"{option}: {sentence(got, 'a file in a folder that is there')}")


def write(path: Path, text: str) -> None:
    """Write a file, whole or not at all.

    Raises:
        RunError: The disk is full or not writable.
    """
    with RunFolder(path.parent).whole(path.name) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def rendered(package: str, template: str, facts: dict[str, Any]) -> str:
    """Fill in a template; whatever comes from data or file is escaped.

    Args:
        package: The package whose `templates` folder has it; it may include those of this one.
        template: Name of its file.
        facts: What it shows.
    """
    return str(_environment(package).get_template(template).render(facts))


@cache
def _environment(package: str) -> Any:
    import jinja2

    folders = [jinja2.PackageLoader(name) for name in (package, "dltrain.pages")]
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
