"""What a run is worth, in a few sentences at the top of its report."""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.report.elements import Section, Table
from dltrain.report.record import Record
from dltrain.results import INTERVAL
from dltrain.spelling import figure, interval

SMOKE = "at most 256 rows and 2 epochs; its figures mean nothing"


def lead(record: Record) -> Iterator[str]:
    """Say how the run ended, what it reaches, and how that compares."""
    if record.run.is_smoke:
        yield f"This is a smoke run: {SMOKE}."
    reason = record.status.get("reason")
    if record.state != "finished":
        yield f"This run is {record.state}{f': {reason}' if reason else ''}."
    if verdict := record.diagnosis.get("sentence"):
        yield f"Verdict: {verdict}"
    if text := _reached(record):
        yield text
    if text := _trained(record):
        yield text


def _reached(record: Record) -> str:
    """Say the first figure of the judged part, beside its interval and the baselines."""
    found, name = record.results, record.main[0]
    row = found.row(name)
    if row is None or row.judged is None:
        return ""
    text = f"On {found.judged}, {name} is {figure(row.judged)}"
    text += f" ({INTERVAL} {interval(row.ends)})" if row.ends else ""
    others = [
        f"{figure(value)} ({baseline})"
        for baseline, value in zip(found.baselines, row.baselines, strict=True)
        if value is not None
    ]
    if others:
        text += f"; baselines: {', '.join(others)}"
    return f"{text}."


def _trained(record: Record) -> str:
    count = len(record.epochs)
    if not count:
        return ""
    text = f"It trained for {count} epoch{'s' * (count != 1)}"
    seconds = record.status.get("seconds", {}).get("training")
    text += f" in {figure(seconds)} s" if seconds else ""
    text += ", stopped early" if record.status.get("stopped_early") else ""
    return text + (f"; the best was epoch {record.best_epoch}." if record.best_epoch else ".")


def verdict(record: Record) -> Iterator[Section]:
    """Lay out the diagnosis: evidence, findings, what to try next."""
    found = record.diagnosis
    if not found:
        return
    rows = [
        [one["name"], one["severity"], one["evidence"], "\n".join(one.get("next", ()))]
        for one in found.get("findings", ())
    ]
    header = ("finding", "severity", "evidence", "what to try")
    tables = [Table("findings", header, rows, (0, 1, 2, 3))] if rows else []
    words = [f"{found['verdict']}.", *found.get("evidence", ())]
    yield Section("verdict", "Verdict", words, tables)
