"""One raw input for models that learned from other train rows.

Members may have met other values of a category, other words, or other shifts of large numbers. The
common input numbers all values that any member knows; how each member's own input follows from it
is a recoding, plain data that `model.preprocessing.recoding` turns into Keras operations. What
cannot be recoded exactly is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dltrain.data.texts.inputs import FIRST_WORD, RARE
from dltrain.data.texts.words import SETS
from dltrain.errors import DataError, listed, sentence, shown
from dltrain.study.ensemble.members import Member

Facts = dict[str, Any]

# What decides how the cells of a column become raw numbers; more of each type in MEANINGS.
OF_COLUMN = ("name", "type", "missing")
MEANINGS = {"category": ("unknown",), "date": ("parts", "format", "zoned")}
OF_WINDOWS = ("shape", "horizon", "stride")


@dataclass(frozen=True)
class Common:
    """The raw input of an ensemble.

    Attributes:
        inputs: Its description, as preprocessing.json holds it.
        recodings: For each member how its own raw input follows from it; empty where it is the
            same. `shift` is added to each number; `codes` holds by the position of a column the
            member's code for each common one, the first for unknown values; `length` is how many
            of the last tokens it takes, `tokens` its number of each token. Those of several inputs
            stand by name in `inputs`.
    """

    inputs: Facts
    recodings: list[Facts]


def common_input(members: Sequence[Member]) -> Common:
    """Find the raw input from which each member's own follows.

    Raises:
        DataError: There is none; says what differs.
    """
    return _common([one.inputs for one in members], [str(one) for one in members])


def _common(each: Sequence[Facts], names: Sequence[str], place: str = "") -> Common:
    _agree(each, names, "form", place)
    form = each[0]["form"]
    if form == "several":
        return _several(each, names)
    if form == "table":
        return _table(each, names)
    if form == "windows":
        return _windows(each, names)
    if form == "tokens":
        return _tokens(each, names, place)
    _agree(each, names, "shape", place)
    return Common(each[0], [{} for _ in each])


def _several(each: Sequence[Facts], names: Sequence[str]) -> Common:
    inputs = [list(one["inputs"]) for one in each]
    _equal(inputs, names, "inputs")
    found = {
        name: _common([one["inputs"][name] for one in each], names, f" of the input {name}")
        for name in inputs[0]
    }
    recodings = [
        {"inputs": {name: one.recodings[at] for name, one in found.items()}}
        for at in range(len(each))
    ]
    empty = [not any(one["inputs"].values()) for one in recodings]
    return Common(
        each[0] | {"inputs": {name: one.inputs for name, one in found.items()}},
        [{} if nothing else one for nothing, one in zip(empty, recodings, strict=True)],
    )


def _table(each: Sequence[Facts], names: Sequence[str]) -> Common:
    _equal([[one["name"] for one in facts["columns"]] for facts in each], names, "columns")
    columns: list[Facts] = []
    recodings: list[Facts] = [{"shift": [], "codes": {}} for _ in each]
    at = 0
    for own in zip(*(facts["columns"] for facts in each), strict=True):
        column = _column(own, names)
        columns.append(column)
        width = len(column["raw"]) if column["type"] == "date" else 1
        for recoding, one in zip(recodings, own, strict=True):
            recoding["shift"] += [_shift(column, one)] * width
            if codes := _codes(column, one):
                recoding["codes"][str(at)] = codes
        at += width
    return Common(each[0] | {"columns": columns}, [_trimmed(one) for one in recodings])


def _windows(each: Sequence[Facts], names: Sequence[str]) -> Common:
    for fact in OF_WINDOWS:
        _agree(each, names, fact)
    _equal([[one["name"] for one in facts["columns"]] for facts in each], names, "variables")
    pairs = list(zip(*(facts["columns"] for facts in each), strict=True))
    columns = [_column(own, names) for own in pairs]
    recodings = [
        _trimmed({"shift": [_shift(*pair) for pair in zip(columns, one["columns"], strict=True)]})
        for one in each
    ]
    return Common(each[0] | {"columns": columns}, recodings)


def _column(own: Sequence[Facts], names: Sequence[str]) -> Facts:
    """Describe a column so that it can be read for all members."""
    of = f" of the column {own[0]['name']}"
    for fact in (*OF_COLUMN, *MEANINGS.get(own[0]["type"], ())):
        _agree(own, names, fact, of)
    if own[0]["type"] == "category":
        return _category(own, names, of)
    # Numbers that have a logarithm have to be checked for it.
    return next((one for one in own if one.get("scaling") == "log1p"), own[0])


def _category(own: Sequence[Facts], names: Sequence[str], of: str) -> Facts:
    """Describe a category with all values that any member knows."""
    values = list(dict.fromkeys(value for one in own for value in one["values"]))
    if len({isinstance(value, str) for value in values}) > 1:
        _equal([one["values"] for one in own], names, "values", of)
    if own[0]["unknown"] == "error":  # a member must not see as unknown what it would refuse
        _equal([sorted(one["values"], key=str) for one in own], names, "values", of)
    if isinstance(values[0], str):
        codes = [float(number) for number in range(len(values))]
    else:
        codes = [float(value) for value in values]
    return own[0] | {"values": values, "codes": codes}


def _shift(common: Facts, own: Facts) -> float:
    """Say what is added to the common number to give the member's own."""
    return float(common.get("offset", 0.0) - own.get("offset", 0.0))


def _codes(common: Facts, own: Facts) -> list[float]:
    """Give the member's code of an unknown value and of each value; nothing where they agree.

    Values that are numbers are their own codes, whoever knows them.
    """
    if common["type"] != "category" or not isinstance(common["values"][0], str):
        return []
    if common["values"] == own["values"]:
        return []
    known = dict(zip(own["values"], own["codes"], strict=True))
    return [-1.0, *(known.get(value, -1.0) for value in common["values"])]


def _trimmed(recoding: Facts) -> Facts:
    """Leave out what does nothing."""
    shifts = {"shift": recoding["shift"]} if any(recoding["shift"]) else {}
    return shifts | ({"codes": recoding["codes"]} if recoding.get("codes") else {})


def _tokens(each: Sequence[Facts], names: Sequence[str], place: str) -> Common:
    _agree(each, names, "encoding", place)
    _equal([one.get("column") for one in each], names, "column", place)
    _equal(["words" in one for one in each], names, "texts of words", place)
    length = max(one["shape"][0] for one in each)
    shape = {"shape": [length]}
    if "words" not in each[0]:
        _agree(each, names, "vocabulary", place)
        return Common(each[0] | shape, [_shortened(one, length) for one in each])
    _agree(each, names, "missing", place)
    words = list(dict.fromkeys(word for one in each for word in one["words"]))
    if each[0]["encoding"] in SETS:
        _same_words(each, names, place)
    common = each[0] | shape | {"words": words, "vocabulary": FIRST_WORD + len(words)}
    if "idf" in common:  # what a word weighs is each member's own
        common["idf"] = [0.0] * common["vocabulary"]
    return Common(common, [_shortened(one, length) | _numbers(words, one) for one in each])


def _shortened(own: Facts, length: int) -> Facts:
    return {"length": own["shape"][0]} if own["shape"][0] != length else {}


def _numbers(words: list[str], own: Facts) -> Facts:
    """Give the member's number of each common token; nothing where they agree."""
    if words == own["words"]:
        return {}
    known = {word: number for number, word in enumerate(own["words"], FIRST_WORD)}
    return {"tokens": [*range(FIRST_WORD), *(known.get(word, RARE) for word in words)]}


def _same_words(each: Sequence[Facts], names: Sequence[str], place: str) -> None:
    """Check that the words agree where a text is a set of them.

    Which of too many different words are kept depends on the words that are known.
    """
    first = set(each[0]["words"])
    for name, one in zip(names, each, strict=True):
        others = first.symmetric_difference(one["words"])
        if others or one["words"] != each[0]["words"]:
            got = f"other words{place} in {name} than in {names[0]} ({listed(map(shown, others))})"
            expected = f"the same vocabulary for the encoding {one['encoding']}"
            way_out = "Members on the same train rows have it; sequence and tf_idf may differ."
            raise DataError(sentence(got, expected, way_out))


def _agree(each: Sequence[Facts], names: Sequence[str], fact: str, of: str = "") -> None:
    _equal([one.get(fact) for one in each], names, fact, of)


def _equal(values: Sequence[Any], names: Sequence[str], what: str, of: str = "") -> None:
    """Check that members agree.

    Raises:
        DataError: They do not; names the first that differs.
    """
    for name, value in zip(names, values, strict=True):
        if value != values[0]:
            got = f"the {what}{of} {shown(value)} in {name}"
            expected = f"{shown(values[0])} as in {names[0]}, as members take the same raw input"
            raise DataError(sentence(got, expected))
