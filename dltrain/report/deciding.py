"""How probabilities become classes and labels: what they are those of, and the threshold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltrain.config.text.writing import to_yaml
from dltrain.report.record import Record
from dltrain.spelling import plain


def decisions(record: Record, *, exact: bool = False) -> Iterator[str]:
    """Say above which probability a row counts as positive, or a label is given.

    Args:
        record: The run.
        exact: Whether all digits of the threshold are spelled, for who has to use it.
    """
    threshold = record.metrics.get("threshold")
    if threshold is None:
        return
    above = f"above {float(threshold)!r}" if exact else f"above {float(threshold):.3g}"
    rule = record.config.get("evaluation", {}).get("threshold")
    if isinstance(rule, str | dict):
        above += f", chosen on val by {to_yaml(rule, one_line=True).strip()}"
    for name, target in _targets(record).items():
        of = f" for {plain(name, 40)}" if name else ""
        if target["task"] == "binary":
            positive = _classes(target)[1]
            yield f"A row counts as {positive}{of} where P({positive}) is {above}."
        elif target["task"] == "multilabel":
            yield f"A label is given{of} where its probability is {above}."


def meanings(record: Record) -> Iterator[str]:
    """Say what the one number is that the model gives for two classes."""
    for name, target in _targets(record).items():
        if target["task"] != "binary":
            continue
        negative, positive = _classes(target)
        of = f" for {plain(name, 40)}" if name else ""
        what = f"P({positive}), the probability of class {positive}"
        if _has_logits(record.config.get("loss"), name):
            what = f"the log-odds of class {positive}, whose sigmoid is P({positive})"
        yield f"It gives one number a row{of}: {what}; the other class is {negative}."


def _targets(record: Record) -> dict[str, dict[str, Any]]:
    """Give what was learned about each target by its name; "" names one alone."""
    target = record.preprocessing.get("target")
    if not target:
        return {}
    return dict(target.get("targets", {"": target}))


def _classes(target: dict[str, Any]) -> list[str]:
    return [plain(one, 40) for one in target["classes"]]


def _has_logits(loss: Any, name: str) -> bool:
    if name and isinstance(loss, dict):
        loss = loss.get(name)
    return isinstance(loss, dict) and bool(loss.get("from_logits"))
