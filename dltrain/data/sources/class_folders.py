"""Folders that say the class of each file: one for each class, perhaps below `train` and `test`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dltrain.data.sources.features import SAMPLE_WEIGHT, WEIGHT
from dltrain.data.sources.files import PATH, reading
from dltrain.errors import DataError, listed, sentence, shown

# Names of folders above those of the classes, and the parts of the data that they hold.
PARTS = {"test": "test", "train": "train", "val": "val", "valid": "val", "validation": "val"}
# What systems and archives add beside the data.
HIDDEN = (".", "__MACOSX")


@dataclass(frozen=True)
class Labelled:
    """Files in the order of part, class and name.

    Attributes:
        paths: The files.
        labels: The class of each.
        parts: train, val or test for each; nothing where no folders divide them.
    """

    paths: list[Path]
    labels: list[str]
    parts: list[str]


def labelled_files(
    folder: Path, endings: tuple[str, ...], a_file: str, *, beside: bool = False
) -> Labelled:
    """List the files of each class; what has another ending is left out.

    Args:
        folder: It holds a folder for each class, or `train` and others that hold these.
        endings: Endings of the files, in lower case.
        a_file: What such a file is called in a message, such as "a picture".
        beside: Whether such files may lie beside the folders; they are left out then.

    Raises:
        DataError: There is no folder for a class, it has no such file, or one lies beside it; or
            two folders hold one part.
    """
    with reading(folder, "a folder for each class"):
        divided = _parts(folder)
        found = [
            (part, name, file)
            for part, whole in divided.items() or [("", folder)]
            for name, inner in _classes(whole, endings, a_file, beside)
            for file in inner
        ]
    paths, labels = [file for _, _, file in found], [name for _, name, _ in found]
    return Labelled(paths, labels, [part for part, _, _ in found if part])


def check_val_is_read(found: Labelled, dataset: dict[str, Any], column: str) -> None:
    """Check that a folder of val is one that the split reads.

    Args:
        found: The files.
        dataset: `path` of the section, and perhaps `aside`: the columns that the split reads.
        column: What the parts are called as a column.

    Raises:
        DataError: There is such a folder, and the split would draw val anew.
    """
    if "val" in found.parts and dataset.get("aside") == {}:
        got, expected = f"{dataset['path']} with a folder for val", "train and test"
        way_out = f"`split: {{type: column, column: {column}}}` takes the folders as they are."
        raise DataError(sentence(got, expected, way_out), key=PATH)


def refuse_columns(dataset: dict[str, Any], defaults: dict[str, str], form: str) -> None:
    """Refuse the names of columns for folders, which have none.

    Args:
        dataset: The section as plain data, and perhaps `aside`.
        defaults: What the keys that name columns are where the file does not give them.
        form: What the files are, such as "pictures".

    Raises:
        DataError: One is given, or a column of weights.
    """
    for name, use in (dataset.get("aside") or {}).items():
        if use == WEIGHT:
            got = f"the column {shown(name)} for folders of {form}"
            raise DataError(sentence(got, "it for a csv", "Remove it."), key=SAMPLE_WEIGHT)
    for key, default in defaults.items():
        if dataset[key] != default:
            message = sentence(f"`{key}` for folders of {form}", "it for a csv", "Remove it.")
            raise DataError(message, key=("dataset", key))


def _parts(folder: Path) -> dict[str, Path]:
    """Find the folders of the parts; nothing where the folders are those of the classes."""
    inner = _folders(folder)
    parts = {PARTS.get(one.name.lower(), ""): one for one in inner}
    if "train" not in parts or "" in parts or not all(map(_folders, inner)):
        return {}
    if len(parts) < len(inner):
        got = f"{folder} with the folders {', '.join(one.name for one in inner)}"
        expected = "one for each of train, val and test"
        raise DataError(sentence(got, expected, "Put those of one part together."), key=PATH)
    return {part: parts[part] for part in sorted(parts)}


def _classes(
    folder: Path, endings: tuple[str, ...], a_file: str, may_lie_beside: bool
) -> Iterator[tuple[str, list[Path]]]:
    """Give the name of each class with its files, in folders below as well."""
    inner = _folders(folder)
    expected = "a folder for each class"
    if not inner:
        raise DataError(sentence(f"{folder} without folders", expected), key=PATH)
    beside = [one.name for one in _visible(folder) if _is_wanted(one, endings)]
    if beside and not may_lie_beside:
        got = f"{a_file} beside the folders of {folder} ({listed(beside)})"
        raise DataError(sentence(got, expected, "Move it into one of them."), key=PATH)
    files = {one.name: sorted(_below(one, endings), key=lambda file: file.parts) for one in inner}
    if empty := [name for name in files if not files[name]]:
        got = f"{folder} with folders without {a_file} ({listed(empty)})"
        endings_told = f"files ending in {', '.join(endings)} in each"
        raise DataError(sentence(got, endings_told, "Fill or remove them."), key=PATH)
    if len(inner) == 1 and not any(_is_wanted(one, endings) for one in _visible(inner[0])):
        got = f"{folder} with the one folder {inner[0].name}"
        way_out = f"Are these the folders in {inner[0]}?"
        raise DataError(sentence(got, expected, way_out), key=PATH)
    yield from files.items()


def _below(folder: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    for one in _visible(folder):
        if one.is_dir() and not one.is_symlink():  # a link may lead back to where it lies
            yield from _below(one, endings)
        elif _is_wanted(one, endings):
            yield one


def _is_wanted(path: Path, endings: tuple[str, ...]) -> bool:
    return path.name.lower().endswith(endings) and not path.is_dir()


def _folders(folder: Path) -> list[Path]:
    return [one for one in _visible(folder) if one.is_dir()]


def _visible(folder: Path) -> list[Path]:
    """List what lies in a folder by name, the same on every machine."""
    visible = (one for one in folder.iterdir() if not one.name.startswith(HIDDEN))
    return sorted(visible, key=lambda one: one.name)
