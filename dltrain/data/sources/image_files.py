"""`type: images` a folder of pictures for each class, or a csv of paths and labels."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dltrain.config.sections.delimited import Delimited
from dltrain.data.raw import Raw, fingerprint_of_files
from dltrain.data.sources.archives import folder_of
from dltrain.data.sources.class_folders import check_val_is_read, labelled_files, refuse_columns
from dltrain.data.sources.delimited import one_line_a_row, read_tables
from dltrain.data.sources.features import aside_columns, check_targets
from dltrain.data.sources.files import PATH, existing_file
from dltrain.data.sources.header import column_names
from dltrain.data.sources.picture import ENDINGS
from dltrain.data.sources.pictures import read_pictures
from dltrain.errors import DataError, did_you_mean, listed, one_of, sentence, shown

# Columns of a folder of pictures, as the split may name them.
# Pictures that Pillow may read, and dltrain does not promise to.
OTHER_KINDS = (".avif", ".heic", ".heif", ".jp2", ".svg", ".tif", ".tiff", ".webp")
LABEL, PART = "label", "part"


def read(dataset: dict[str, Any]) -> Raw:
    """Read pictures and their classes, in the order of the csv, or of classes and names.

    Args:
        dataset: `path`, `file`, `target` and `images` of the section.

    Raises:
        DataError: A file is missing, broken or no picture, a class has none, or the pictures
            have several sizes and the file gives none.
    """
    if ".csv" in Path(dataset["path"].lower()).suffixes:
        return _from_table(dataset)
    return _from_folder(dataset)


def _refuse_other_kinds(folder: Path) -> None:
    """Refuse pictures that nothing here reads, instead of training without them."""
    others = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix.lower() in OTHER_KINDS
    )
    if others:
        got = f"{len(others)} picture{'s' * (len(others) != 1)} of other kinds ({listed(others)})"
        expected = "png, jpeg, bmp or gif files"
        raise DataError(sentence(got, expected, "Convert or remove them."), key=PATH)


def _from_folder(dataset: dict[str, Any]) -> Raw:
    refuse_columns(dataset, {"file": "path", "target": LABEL}, "pictures")
    folder, archive = folder_of(dataset["path"])
    _refuse_other_kinds(folder)
    found = labelled_files(folder, ENDINGS, "a picture")
    names = [path.relative_to(folder).as_posix() for path in found.paths]
    pixels, digest = read_pictures(found.paths, names, dataset["images"], names.__getitem__)
    table = pd.DataFrame({LABEL: found.labels} | ({PART: found.parts} if found.parts else {}))
    aside = aside_columns(table, [LABEL], dataset)
    check_val_is_read(found, dataset, PART)
    return Raw(
        features=pixels,
        form="images",
        targets=table[[LABEL]],
        fingerprint=archive or digest,
        own_test=table[PART].to_numpy() == "test" if "test" in found.parts else None,
        aside=aside,
    )


def _from_table(dataset: dict[str, Any]) -> Raw:
    path, target = existing_file(dataset["path"]), dataset["target"]
    # A path of digits is still a path.
    as_words = {dataset["file"]: {"type": "category", "values": None}}
    options = Delimited().model_dump() | {"columns": as_words, "aside": dataset.get("aside")}
    names = column_names(path, options)
    if dataset["file"] not in names:
        way_out = did_you_mean(dataset["file"], names)
        message = sentence(shown(dataset["file"]), one_of(names), way_out)
        raise DataError(message, key=("dataset", "file"))
    check_targets(names, [target], options)
    [table] = read_tables([path], names, options)
    files = table[dataset["file"]]
    first_line = 2 if one_line_a_row(path, len(table), options) else None
    raw = Raw(files.to_frame(), "table", table[[target]], "", first_line=first_line)
    _check_paths(files, raw)
    pixels, digest = read_pictures(
        [path.parent / name for name in files],
        files.tolist(),
        dataset["images"],
        lambda row: f"{files[row]} in {raw.where(row)}",
    )
    csv = fingerprint_of_files([path])
    return Raw(
        features=pixels,
        form="images",
        targets=raw.targets,
        fingerprint=hashlib.sha256(f"{csv}{digest}".encode()).hexdigest(),
        first_line=first_line,
        aside=aside_columns(table, [target], dataset),
    )


def _check_paths(files: pd.Series, raw: Raw) -> None:
    gaps = files.isna().to_numpy()
    if gaps.any():
        got = f"no path in {raw.where(int(np.argmax(gaps)))}"
        raise DataError(sentence(got, "one in every row", "Mend or remove the row."), key=PATH)
