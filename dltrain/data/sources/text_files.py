"""`type: text` a folder of text files for each class, or a csv with a column of texts."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd

from dltrain.config.sections.delimited import Delimited
from dltrain.data.raw import Lines, Raw, fingerprint_of_files
from dltrain.data.sources.archives import folder_of
from dltrain.data.sources.class_folders import (
    Labelled,
    check_val_is_read,
    labelled_files,
    refuse_columns,
)
from dltrain.data.sources.delimited import one_line_a_row, read_tables
from dltrain.data.sources.features import aside_columns, check_targets
from dltrain.data.sources.files import PATH, existing_file, reading
from dltrain.data.sources.header import column_names
from dltrain.errors import DataError, did_you_mean, listed, one_of, sentence, shown

ENDINGS = (".txt",)
# Tables by the ending of their file, perhaps before that of a packed one, and what separates them.
SEPARATORS = {".csv": ",", ".tsv": "\t"}
# Columns of a folder of texts, as the split and the rows to be predicted name them.
TEXT, LABEL, PART = "text", "label", "part"


def read(dataset: dict[str, Any]) -> Raw:
    """Read texts and their classes, in the order of the csv, or of parts, classes and names.

    Args:
        dataset: `path`, `column` and `target` of the section, and perhaps `aside`.

    Raises:
        DataError: A file is missing, broken, empty or not in UTF-8, a class has none, a class of
            train is not one of test, or a row of the csv has no text.
    """
    separator = next((SEPARATORS.get(one) for one in _endings(dataset["path"])), None)
    return _from_table(dataset, separator) if separator else _from_folder(dataset)


def _endings(path: str) -> list[str]:
    return [one.lower() for one in Path(path).suffixes if one.lower() in SEPARATORS]


def _from_folder(dataset: dict[str, Any]) -> Raw:
    refuse_columns(dataset, {"column": TEXT, "target": LABEL}, "texts")
    folder, archive = folder_of(dataset["path"])
    found = labelled_files(folder, ENDINGS, "a text", beside=True)  # IMDB has lists there
    _check_parts(folder, found, dataset)
    names = [path.relative_to(folder).as_posix() for path in found.paths]
    texts, digest = _read_texts(found.paths, names)
    table = pd.DataFrame({LABEL: found.labels} | ({PART: found.parts} if found.parts else {}))
    return Raw(
        features=pd.DataFrame({TEXT: texts}),
        form="texts",
        targets=table[[LABEL]],
        fingerprint=archive or digest,
        own_test=table[PART].to_numpy() == "test" if "test" in found.parts else None,
        lines=tuple(Lines(name, row, None) for row, name in enumerate(names)),
        aside=aside_columns(table, [LABEL], dataset),
    )


def _check_parts(folder: Path, found: Labelled, dataset: dict[str, Any]) -> None:
    """Refuse a folder of val that nothing reads, and texts of train that are of no class."""
    check_val_is_read(found, dataset, PART)
    pairs = set(zip(found.parts, found.labels, strict=False))  # none where nothing is divided
    train, test = ({label for part, label in pairs if part == one} for one in ("train", "test"))
    if test and train - test:
        got = f"{folder} with {listed(train - test)} in train alone"
        expected = f"the classes of test, {listed(test)}"
        raise DataError(sentence(got, expected, "Move it out of the folder."), key=PATH)


def _read_texts(paths: list[Path], names: list[str]) -> tuple[list[str], str]:
    """Read text files, and hash their names and bytes.

    Returns:
        The texts, and a sha256.
    """
    texts, digest = [], hashlib.sha256()
    for path, name in zip(paths, names, strict=True):
        with reading(path, "a text"):
            content = path.read_bytes()
        for part in (name.encode("utf-8", "surrogateescape"), content):
            digest.update(hashlib.sha256(part).digest())
        texts.append(_decoded(path, content))
    if empty := [name for name, text in zip(names, texts, strict=True) if not text.strip()]:
        got = f"{len(empty)} file{'s' * (len(empty) > 1)} without text ({listed(empty)})"
        raise DataError(sentence(got, "a text in each", "Fill or remove them."), key=PATH)
    return texts, digest.hexdigest()


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = f"0x{error.object[error.start]:02x}"
        got = f"{path} with the byte {byte} at position {error.start}, which is no UTF-8"
        raise DataError(sentence(got, "a text in UTF-8", "Save it as UTF-8."), key=PATH) from error


def _from_table(dataset: dict[str, Any], separator: str) -> Raw:
    path, column, target = existing_file(dataset["path"]), dataset["column"], dataset["target"]
    # A text of digits is still a text.
    as_words = {column: {"type": "category", "values": None}}
    options = Delimited(separator=separator).model_dump()
    options |= {"columns": as_words, "aside": dataset.get("aside")}
    names = column_names(path, options)
    if column not in names:
        message = sentence(shown(column), one_of(names), did_you_mean(column, names))
        raise DataError(message, key=("dataset", "column"))
    check_targets(names, [target], options)
    [table] = read_tables([path], names, options)
    raw = Raw(
        features=table[[column]],
        form="texts",
        targets=table[[target]],
        fingerprint=fingerprint_of_files([path]),
        first_line=2 if one_line_a_row(path, len(table), options) else None,
        aside=aside_columns(table, [target], dataset),
    )
    gaps = table[column].isna().to_numpy()
    if gaps.any():
        got, way_out = f"no text in {raw.where(int(gaps.argmax()))}", "Mend or remove the row."
        raise DataError(sentence(got, "one in every row", way_out), key=("dataset", "column"))
    return raw
