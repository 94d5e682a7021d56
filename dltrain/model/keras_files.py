"""Is a file a Keras model that plain Keras can load? Seen without TensorFlow, in its archive.

A `.keras` file is a zip archive: `config.json` names the class of every layer, so a layer that
only somebody's own code knows is found by name. Imports: the config and the standard library.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dltrain.config.checks.graph import Step
from dltrain.errors import Key, ModelError, listed, sentence

A_MODEL = "a Keras model, a .keras file"
CONFIG = "config.json"
WEIGHTS = "model.weights.h5"
# What `weights` of an application can be that is no file.
NO_FILES = ("imagenet", "none")
# Where a run folder has its model.
BEST = Path("model", "best.keras")
# What it holds two folders above its models about the inputs.
PREPROCESSING = "preprocessing.json"


def check_files(steps: list[Step]) -> None:
    """Check the files that layers take over, before TensorFlow is started.

    Args:
        steps: The layers of a file.

    Raises:
        ModelError: A file is missing, broken, or none of Keras's, at the key that names it.
    """
    for step in steps:
        if step.layer["type"] == "saved":
            check_model(Path(step.layer["path"]), (*step.key, "path"))
        weights = step.layer.get("weights", "none")
        if step.layer["type"] == "application" and weights not in NO_FILES:
            check_there(Path(weights), "the weights of a network", (*step.key, "weights"))


def fingerprints(steps: list[Step]) -> dict[str, str]:
    """Give the sha256 of every file that layers take over, by its path."""
    found = {}
    for step in steps:
        layer = step.layer
        path = layer["path"] if layer["type"] == "saved" else layer.get("weights", "none")
        if layer["type"] in ("application", "saved") and path not in NO_FILES:
            with Path(path).open("rb") as file:
                found[path] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def check_there(path: Path, expected: str, key: Key) -> None:
    """Check that a path is that of a file.

    Raises:
        ModelError: It is not there, or a folder.
    """
    if path.is_file():
        return
    got = f"{path}, which {'is a folder' if path.exists() else 'does not exist'}"
    is_run = (path / BEST).is_file()
    raise ModelError(sentence(got, expected, f"Use {path / BEST}." if is_run else ""), key=key)


def check_model(path: Path, key: Key) -> None:
    """Check that a file holds a model of Keras's own layers.

    Args:
        path: The file.
        key: Where the config names it.

    Raises:
        ModelError: It does not.
    """
    check_there(path, A_MODEL, key)
    if path.suffix != ".keras":
        way_out = "`model.save('NAME.keras')` writes one."
        raise ModelError(sentence(str(path), A_MODEL, way_out), key=key)
    try:
        with zipfile.ZipFile(path) as archive:
            archive.getinfo(WEIGHTS)
            config = json.loads(archive.read(CONFIG))
            if archive.testzip() is not None:
                raise zipfile.BadZipFile(WEIGHTS)
    except (KeyError, OSError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(sentence(f"{path}, which is broken", A_MODEL), key=key) from error
    if foreign := sorted(set(_foreign(config))):
        got = f"{path}, which needs code that is not Keras's: {listed(foreign)}"
        raise ModelError(sentence(got, "a model of Keras's own layers"), key=key)


def _foreign(part: Any) -> Iterator[str]:
    """List the classes and functions in a model's config that Keras does not have itself."""
    if isinstance(part, list):
        for inner in part:
            yield from _foreign(inner)
    if not isinstance(part, dict):
        return
    name, module = part.get("class_name"), part.get("module")
    package = "" if module is None else str(module).split(".")[0]
    own = package == "keras" or (not package and part.get("registered_name") is None)
    if isinstance(name, str) and (not own or name == "Lambda"):
        given = part.get("config")
        yield given if name == "function" and isinstance(given, str) else name
        return
    for key, inner in part.items():
        if key != "compile_config":
            yield from _foreign(inner)
