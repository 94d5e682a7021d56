"""Findings about rows and classes: what is never predicted, parts that disagree, leakage."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from dltrain.evaluation.diagnosis import steps
from dltrain.evaluation.diagnosis.errors import HELD_OUT, Errors
from dltrain.evaluation.diagnosis.facts import Facts
from dltrain.evaluation.diagnosis.finding import Finding
from dltrain.evaluation.diagnosis.thresholds import MATERIAL, MOST
from dltrain.evaluation.diagnosis.verdict import number

NEVER, DISAGREE, LEAKAGE = "a class that is never predicted", "val and test disagree", "leakage"
MOST_NAMES = 6


def never_predicted(facts: Facts, errors: Errors) -> Iterator[Finding]:
    """A class that has rows, and no prediction in any part."""
    confusions = list(_confusions(facts, errors.target))
    if not confusions:
        return
    classes = confusions[0]["classes"]
    rows = dict.fromkeys(map(str, classes), 0)
    chosen = dict(rows)
    for confusion in confusions:
        for at, name in enumerate(map(str, confusion["classes"])):
            rows[name] += sum(confusion["counts"][at])
            chosen[name] += sum(line[at] for line in confusion["counts"])
    never = [name for name in rows if rows[name] and not chosen[name]]
    if never:
        total = sum(rows[name] for name in never)
        names = ", ".join(never[:MOST_NAMES]) + (", …" if len(never) > MOST_NAMES else "")
        named = f"{errors.target} " if errors.target else ""
        said = f"no row is predicted as {named}{names}, though {total} are"
        further = (*steps.weighed(facts.settings), *steps.larger(facts.settings))
        yield Finding(NEVER, "warning", said, further)


def _confusions(facts: Facts, target: str) -> Iterator[dict[str, Any]]:
    for part in facts.metrics.get("details", {}).values():
        details = part.get(target, {}) if target else part
        if "confusion" in details:
            yield details["confusion"]


def disagreeing(errors: Errors) -> Iterator[Finding]:
    """Errors of val and test whose intervals have nothing in common."""
    by_mae = errors.task == "regression" and any(map(errors.undefined, HELD_OUT))
    measured = errors.mae if by_mae else partial(_with_interval, errors)
    val, test = measured("val"), measured("test")
    if val is None or test is None:
        return
    if val[2] < test[1] or test[2] < val[1]:
        own = f"val {'mae' if by_mae else 'error'}{errors.of_target} {_ranged(*val)}"
        other = f"test {'mae' if by_mae else 'error'} {_ranged(*test)}"
        unit = ", as shares of the constant prediction's mae on val" if by_mae else ""
        settings = errors.facts.settings
        further = (*steps.more_held_out(settings), *steps.divided_again(settings))
        yield Finding(DISAGREE, "warning", f"{own} and {other}{unit}: are they alike?", further)


def _with_interval(errors: Errors, part: str) -> tuple[float, float, float] | None:
    error, ends = errors.of(part), errors.interval(part)
    return None if error is None or ends is None else (error, *ends)


def _ranged(error: float, low: float, high: float) -> str:
    return f"{number(error)} ({number(low)} to {number(high)})"


def leaking(facts: Facts) -> Iterator[Finding]:
    """Columns that alone tell the target, or many rows of new parts that are train rows."""
    for target, columns in facts.telling.items():
        if columns:
            names = ", ".join(columns[:MOST_NAMES])
            said = f"{names} alone tell{'s' * (len(columns) == 1)} {target or 'the target'}"
            said += ": was it written after the target was known?"
            further = tuple(steps.without(facts.settings, tuple(columns)))
            yield Finding(LEAKAGE, "warning", said, further)
    for (one, other), count in facts.copies.items():
        rows = facts.rows.get(other, 0)
        if one == "train" and rows and count >= MATERIAL * rows:
            said = f"{count} of {rows} {other} rows are exact copies of train rows"
            # A few coarse columns make some rows equal by nature.
            yield Finding(LEAKAGE, "warning" if count >= MOST * rows else "hint", said)
