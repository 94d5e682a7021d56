"""Large tables: converted once into columns of the cache, and read from there.

Whether a table is large follows from the file and the config alone: never from free memory, or
the same file would train in another order elsewhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from importlib import metadata
from itertools import accumulate
from pathlib import Path
from typing import Any

import pandas as pd

from dltrain.data.cache.folder import cache_folder, made_once, touched
from dltrain.data.cache.tables import FACTS, KIND, StoredTable, write
from dltrain.data.raw import Lines, Raw, Stored, as_words, fingerprint_of_files
from dltrain.data.sources.chunks import ChunkedFiles, CsvChunks, ParquetChunks
from dltrain.data.sources.files import existing_files
from dltrain.errors import DataError, sentence

# Above so many bytes a table is streamed: of its columns as float32, or of its text.
LARGE = 2**28
FORMAT = 1
PACKAGES = {"csv": ["pandas"], "parquet": ["pandas", "pyarrow"]}
CACHE = ("dataset", "cache")


def is_stored(dataset: dict[str, Any]) -> bool:
    """Tell whether a table is read through the cache.

    Args:
        dataset: The section as plain data.

    Raises:
        DataError: It should, and has a column of texts; or a file is missing.
    """
    wanted = dataset.get("cache", "never")
    texts = [name for name, one in dataset.get("columns", {}).items() if one["type"] == "text"]
    if wanted == "always" and texts:
        got = f"a cache for a table with the text '{texts[0]}'"
        way_out = "Say `cache: never`, which reads all of it into memory."
        raise DataError(sentence(got, "words, numbers, dates or times", way_out), key=CACHE)
    if wanted != "auto" or texts:
        return bool(wanted == "always")
    if dataset["type"] == "csv":
        return sum(path.stat().st_size for path in existing_files(dataset["path"])) > LARGE
    return ParquetChunks(dataset).cells * 4 > LARGE


def read(dataset: dict[str, Any]) -> Raw:
    """Read a table by memory map, from the cache, where it is put if it is not there yet.

    Args:
        dataset: The section as plain data.

    Raises:
        DataError: As where the table is read into memory; or the cache takes no table.
    """
    source: ChunkedFiles
    source = CsvChunks(dataset) if dataset["type"] == "csv" else ParquetChunks(dataset)
    fingerprint = fingerprint_of_files(source.paths)
    facts = _origin(dataset, source, fingerprint)
    found = _fitting(facts)
    folder = found or made_once(KIND, _sha256(facts), lambda making: write(source, making, facts))
    table = StoredTable.open(folder)
    lines = _lines(source.paths, table.facts)
    targets = table.frame(source.targets)
    return Raw(
        features=table.frame(source.features),
        form="table",
        targets=pd.DataFrame({name: as_words(targets[name]) for name in targets}, copy=False),
        fingerprint=fingerprint,
        first_line=lines[0].line if len(lines) == 1 else None,
        lines=tuple(lines if len(lines) > 1 else ()),
        aside=table.frame(source.aside) if source.aside else None,
        stored=Stored(table.order(), table.size, None if found else table.seconds),
    )


def _origin(dataset: dict[str, Any], source: ChunkedFiles, fingerprint: str) -> dict[str, Any]:
    """Say everything that the entry's content follows from, and for people its files."""
    origin = {
        "format": FORMAT,
        "versions": {name: metadata.version(name) for name in PACKAGES[dataset["type"]]},
        "type": dataset["type"],
        "data": fingerprint,
        "columns": source.names,
        "spelling": source.spelling(),
    }
    made_of = [str(path.absolute()) for path in source.paths]
    return {"origin": origin, "spelled": source.spelled, "made_of": made_of}


def _fitting(facts: dict[str, Any]) -> Path | None:
    """Find an entry with the same content.

    It may have been made when the config did not yet say of a column of words that it is one, as
    config.resolved.yaml does.
    """
    for path in (cache_folder() / KIND).glob(f"*/{FACTS}"):
        # What is broken is made again, under a name of its own.
        with contextlib.suppress(OSError, LookupError, TypeError, ValueError):
            made = json.loads(path.read_text(encoding="utf-8"))
            words = {one["name"] for one in made["columns"] if "words" in one}
            if made["origin"] == facts["origin"] and (
                set(made["spelled"]) <= set(facts["spelled"]) <= words
            ):
                return touched(path.parent)
    return None


def _sha256(facts: dict[str, Any]) -> str:
    content = {name: facts[name] for name in ("origin", "spelled")}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _lines(paths: list[Path], facts: dict[str, Any]) -> list[Lines]:
    """Say which rows are those of which file, named as shortly as they differ."""
    short = len({path.name for path in paths}) == len(paths)
    names = [path.name if short else str(path) for path in paths]
    firsts = list(accumulate(facts["rows"][:-1], initial=0))
    return [Lines(*facts) for facts in zip(names, firsts, facts["lines"], strict=True)]
