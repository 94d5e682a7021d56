"""What a study says, in a few sentences at the top of its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dltrain.report.studies.combinations import Combination
from dltrain.report.studies.record import StudyRecord
from dltrain.report.words import SMOKE
from dltrain.results import INTERVAL
from dltrain.spelling import figure, interval, plain
from dltrain.study_tables import spelled

MOST_LIKE_IT = 5


def lead(record: StudyRecord, found: Sequence[Combination]) -> Iterator[str]:
    """Say how a study ended, what came out, and how sure that is.

    Args:
        record: The study.
        found: The combinations of a sweep, the best first.
    """
    if record.is_smoke:
        yield f"These are smoke runs: {SMOKE}."
    if record.state != "finished":
        reason = record.status.get("reason")
        yield f"This study is {record.state}{f': {reason}' if reason else ''}."
    total, lost = len(record.facts["members"]), len(record.failures)
    text = f"{total} training{'s' * (total != 1)}{_of(record)}"
    text += f"; {lost} failed" if lost else ""
    there = len(record.trainings)
    text += f"; {there} are finished" if there + lost < total else ""
    yield f"{text}."
    yield from _folds(record) if record.kind == "cv" else _sweep(record, found)


def _of(record: StudyRecord) -> str:
    """Say what the trainings of a study are."""
    members = record.facts["members"]
    seeds = len({one.get("seed") for one in members})
    each = f", {seeds} seeds of each" if seeds > 1 else ""
    if record.kind == "cv":
        folds, repeats = (len({one[key] for one in members}) for key in ("fold", "repeat"))
        return f": {folds} folds{f', drawn {repeats} times' * (repeats > 1)}{each}"
    return f": {len({one['number'] for one in members})} combinations{each}"


def _folds(record: StudyRecord) -> Iterator[str]:
    metrics = record.metrics
    if not metrics:
        return
    name = metrics["main"][0]
    found = metrics["spreads"]["val"].get(name)
    if not found:
        return
    text = f"On rows that a network has not seen, {name} is {spelled(found)} over "
    text += f"{metrics['folds']} folds"
    text += f" ({INTERVAL} {interval(found['interval'])})" if found["interval"] else ""
    others = {one: parts["val"].get(name) for one, parts in metrics["baselines"].items()}
    told = [f"{figure(value)} ({one})" for one, value in others.items() if value is not None]
    yield f"{text}; baselines: {', '.join(told)}." if told else f"{text}."


def _sweep(record: StudyRecord, found: Sequence[Combination]) -> Iterator[str]:
    if not found:
        return
    best = found[0]
    label, reached = plain(best.row["label"], 200), spelled(best.row["monitored"])
    text = f"By {record.monitor} the best is {label}: {reached}"
    seeds = len(best.trainings)
    yield f"{text} over {seeds} seeds." if seeds > 1 else f"{text}."
    alike = [
        plain(one.row["label"], 200)
        for one in found
        if one.row["against_best"] == "not distinguishable"
    ]
    if alike:
        more = len(alike) - MOST_LIKE_IT
        told = "; ".join(alike[:MOST_LIKE_IT]) + f"; {more} more" * (more > 0)
        yield f"Not distinguishable from it: {told}."
