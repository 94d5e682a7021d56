"""What the shell offers behind Tab: keys of config files, their values, and run folders.

Imported at every Tab, so everything heavier than the standard library is imported inside, and
nothing here may fail or print.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from dltrain.config.schema.walking import Found, Walker

RUNS = "runs/*/*/status.json"
MOST_RUNS = 50
SUFFIXES = (".yaml", ".yml")


def configs(incomplete: str) -> list[str]:
    """Offer run folders and YAML files."""
    return runs(incomplete) + files(incomplete)


def files(incomplete: str) -> list[str]:
    """Offer YAML files and the folders on the way to them."""
    typed = Path(incomplete)
    folder = typed if incomplete.endswith("/") or not incomplete else typed.parent
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return []
    offered = [f"{one}/" if one.is_dir() else f"{one}" for one in found if _is_offered(one)]
    return [one for one in offered if one.startswith(incomplete)]


def _is_offered(path: Path) -> bool:
    visible = not path.name.startswith(".")
    return visible and (path.is_dir() or path.suffix in SUFFIXES)


def runs(incomplete: str) -> list[str]:
    """Offer the run folders below `runs`, the latest first."""
    folders = sorted((one.parent for one in Path().glob(RUNS)), key=lambda one: one.name)
    return [str(one) for one in reversed(folders) if str(one).startswith(incomplete)]


def named_runs(incomplete: str) -> list[str]:
    """Offer the names of runs, which mean the latest of that name, and the run folders."""
    from dltrain.runs.finding import names

    return [name for name in names() if name.startswith(incomplete)] + runs(incomplete)


def columns(incomplete: str) -> list[tuple[str, str]]:
    """Offer the columns of `dltrain runs list`: facts, figures of the latest runs, config keys."""
    from dltrain.runs.columns import MEANINGS, figures_of
    from dltrain.runs.finding import RUNS as FOLDER
    from dltrain.runs.finding import find

    records = find(FOLDER)[0] if Path(FOLDER).is_dir() else []
    figures = {name: "" for record in records[:MOST_RUNS] for name in figures_of(record)}
    offered = [one for one in (MEANINGS | figures).items() if one[0].startswith(incomplete)]
    return offered + (keys(incomplete) if incomplete or not offered else [])


def several_columns(incomplete: str) -> list[tuple[str, str]]:
    """Offer columns behind the last comma, or behind the `+` in front."""
    at = max(incomplete.rfind(","), 0 if incomplete.startswith("+") else -1) + 1
    return [(incomplete[:at] + name, help_) for name, help_ in columns(incomplete[at:])]


def templates(incomplete: str) -> list[str]:
    """Offer the templates of `dltrain init`."""
    from dltrain.templates import shipped

    return [name for name in shipped.names() if name.startswith(incomplete)]


def keys(incomplete: str) -> list[tuple[str, str]]:
    """Offer the keys of a config file, one level further than what is typed."""
    return [(key, meaning) for key, meaning, _ in _keys(incomplete)]


def overrides(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Offer `KEY=` and, behind the `=`, the values that a key can have.

    Bash cuts words at `=`, and Typer drops an `=` at the end, so the key may be an argument of
    its own.
    """
    before = context.params.get("overrides") or []
    cut = before[-2:-1] if before[-1:] == ["="] else before[-1:] if not incomplete else []
    if cut and (values := _values(cut[0], "", incomplete)):
        return values
    key, equals, typed = incomplete.partition("=")
    if equals:
        return _values(key, f"{key}=", typed)
    found = list(_keys(incomplete))
    offered = [(key + ("=" if is_leaf else "."), meaning) for key, meaning, is_leaf in found]
    if len(found) == 1:  # the shell would put a space behind a single `KEY=`
        offered += _values(found[0][0], offered[0][0], "")
    return offered


def _keys(incomplete: str) -> Iterator[tuple[str, str, bool]]:
    """List keys that begin with what is typed; where that is one map, those below it."""
    walker = _walker()
    above, _, last = incomplete.rpartition(".")
    found = _level(walker, above, last)
    while len(found) == 1 and not found[0][2]:
        above = found[0][0]
        found = _level(walker, above, "")
    yield from found


def _level(walker: Walker, above: str, last: str) -> list[tuple[str, str, bool]]:
    offered: dict[str, tuple[str, str, bool]] = {}
    for around in walker.find(above.split(".") if above else []):
        for name, child in walker.keys(around):
            if name.startswith(last):
                key = f"{above}.{name}" if above else name
                offered.setdefault(name, (key, _meaning(walker, child), _is_leaf(walker, child)))
    return list(offered.values())


def _values(key: str, prefix: str, typed: str) -> list[tuple[str, str]]:
    """Offer the words that a key can have, or its default where it has none."""
    walker = _walker()
    words: dict[str, str] = {}
    for one in walker.find(key.split(".")):
        told = walker.resolved(one.schema)
        for part in walker.alternatives(told):
            words |= dict.fromkeys(map(str, part.get("enum", ())), "")
            if part.get("type") == "boolean":
                words |= {"true": "", "false": ""}
        if isinstance(told.get("default"), str | int | float):
            words.setdefault(str(told["default"]).lower(), "the default")
    return [(prefix + word, help_) for word, help_ in words.items() if word.startswith(typed)]


def _is_leaf(walker: Walker, one: Found) -> bool:
    """Tell whether a key has a value rather than keys of its own."""
    return not any(True for _ in walker.keys(one))


def _meaning(walker: Walker, one: Found) -> str:
    return str(walker.resolved(one.schema).get("description", ""))


def _walker() -> Walker:
    from dltrain.config.schema import schema
    from dltrain.config.schema.walking import Walker

    return Walker(schema())
