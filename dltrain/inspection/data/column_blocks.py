"""The inputs as tables: columns, texts, pictures, arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltrain.inspection.tables import Block
from dltrain.spelling import NONE, amount, grouped, plain, share

Facts = dict[str, Any]

# What a column's line says in other places, or what says nothing.
ELSEWHERE = ("codes", "encoding", "indicator", "missing", "scaling", "unknown")
MOST_VALUES = 6
LONGEST_NAME, LONGEST_VALUE = 32, 24


def column_blocks(one: Facts, most: int) -> Iterator[Block]:
    """Lay out the facts of one input.

    Args:
        one: An entry of `inputs` in the document.
        most: Lines of a table at most.
    """
    title = f"{input_title(one['name'])}: {one['form']} {'×'.join(map(str, one['shape']))}"
    if "columns" in one:
        yield from _columns(title, one["columns"], most)
    elif "series" in one:
        yield _series(title, one, most)
    elif "text" in one:
        yield _text(title, one["text"])
    elif "pictures" in one:
        channels = one["pictures"]["channels"]
        rows = [[f"channel {number}", *_spread(facts)] for number, facts in enumerate(channels)]
        yield Block(title, ("pixels", *SPREAD), rows, note=_note(one, one["pictures"]))
    else:
        numbers = one["numbers"]
        rows = [["all", *_spread(numbers["all"])]]
        rows += [[f"{number}", *_spread(one)] for number, one in enumerate(numbers["variables"])]
        yield Block(title, ("numbers", *SPREAD), rows[:most], note=_note(one, numbers))


def input_title(name: str) -> str:
    """Name an input, where it has a name of its own.

    Example:
        >>> input_title("input"), input_title("table")
        ('input', 'input table')
    """
    return "input" if name == "input" else f"input {plain(name)}"


SPREAD = ("min", "mean", "deviation", "max")


def _spread(facts: Facts) -> list[str]:
    return [amount(facts[name]) for name in SPREAD]


def _note(one: Facts, counted: Facts) -> str:
    learned = (f"{key} {_value(value)}" for key, value in one["learned"].items())
    return " · ".join([f"of {grouped(counted['counted_rows'])} train rows", *learned])


def _series(title: str, one: Facts, most: int) -> Block:
    series = one["series"]
    rows = [
        [plain(each["name"], LONGEST_NAME), *_spread(each), _words(each["learned"])]
        for each in series["variables"][:most]
    ]
    header = ("variable", *SPREAD, "learned from train")
    seen = f"{grouped(series['counted_rows'])} of them seen in training"
    learned = " · ".join(f"{key} {_value(value)}" for key, value in one["learned"].items())
    note = f"a series of {grouped(series['rows'])} rows, {seen} · {learned}"
    return Block(title, header, rows, (0, 5), note)


def _columns(title: str, columns: list[Facts], most: int) -> Iterator[Block]:
    """Lay out columns in two tables, so that each fits a terminal of 80 characters."""
    parts = " ".join(columns[0]["missing"]) if columns else ""
    header = ("column", "type", "missing", "range", "unique", "most frequent")
    notes = [f"missing: {parts} · range, unique and most frequent: of train rows"]
    if len(columns) > most:
        notes.append(f"{len(columns) - most} more columns: `--json` has all")
    shown = columns[:most]
    yield Block(title, header, [_column(one) for one in shown], (0, 1, 5), " · ".join(notes))
    words = [[plain(one["name"], LONGEST_NAME), learned_words(one)] for one in shown]
    yield Block(f"{title}, learned from train", ("column", "learned"), words, (0, 1))


def _column(one: Facts) -> list[str]:
    missing = one["missing"].values()
    top = one["most_frequent"]
    low_high = one["range"]
    return [
        plain(one["name"], LONGEST_NAME),
        " ".join(filter(None, (one["type"], one["encoding"]))),
        " ".join(map(grouped, missing)) if any(missing) else "0",
        " to ".join(map(amount, low_high)) if low_high else NONE,
        grouped(one["unique"]),
        f"{plain(amount(top['value']), LONGEST_VALUE)} ({share(top['rows'], one['counted_rows'])})"
        if top
        else NONE,
    ]


def learned_words(column: Facts) -> str:
    """Spell what was learned about a column."""
    unknown = [f"{part} {grouped(n)}" for part, n in column["unknown"].items() if n]
    words = _words(column["learned"])
    return words + (f"; unknown in {' '.join(unknown)}" if unknown else "")


def _words(learned: Facts) -> str:
    return ", ".join(f"{key} {_value(learned[key])}" for key in learned if _tells(key, learned))


def _tells(key: str, learned: Facts) -> bool:
    """Tell whether a fact says something: no default, and not said elsewhere."""
    value = learned[key]
    if key in ELSEWHERE or value is None or isinstance(value, bool):
        return False
    if key == "fill":
        return bool(learned.get("missing") == "impute")
    return key != "offset" or bool(value)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name", "")) or " ".join(f"{k} {_value(v)}" for k, v in value.items())
    if isinstance(value, list):
        shown = " ".join(_value(one) for one in value[:MOST_VALUES])
        return f"{shown} … ({len(value)})" if len(value) > MOST_VALUES else shown
    return plain(amount(value), LONGEST_VALUE)


def _text(title: str, text: Facts) -> Block:
    lines = [
        ("encoding", text["encoding"]),
        ("vocabulary", f"{grouped(text['vocabulary'])} tokens"),
        ("unknown", _by_part({k: _percent(v) for k, v in text["unknown_share"].items()})),
    ]
    if any(text["missing"].values()):
        lines.append(("missing", _by_part({k: grouped(v) for k, v in text["missing"].items()})))
    if None not in text["cut"].values():
        cut = {part: share(n, text["counted_rows"][part]) for part, n in text["cut"].items()}
        lines.append(("cut", f"{_by_part(cut)} of the texts are longer than the input"))
    quantiles = (f"{name.replace('_', ' ')} {amount(at)}" for name, at in text["lengths"].items())
    lines.append(("words", " · ".join(quantiles)))
    words = (f"{plain(one['word'])} {grouped(one['count'])}" for one in text["most_frequent"][:10])
    lines.append(("frequent", " · ".join(words)))
    return Block(title, lines=lines, note="lengths and frequent words: of train rows")


def _percent(value: float | None) -> str:
    return NONE if value is None else share(value, 1)


def _by_part(texts: dict[str, str]) -> str:
    return " · ".join(f"{part} {text}" for part, text in texts.items())
