"""The whole diagnosis: the verdict of the worst target, and every finding, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dltrain.evaluation.diagnosis import fitting, layers, rates, rows
from dltrain.evaluation.diagnosis.errors import Errors
from dltrain.evaluation.diagnosis.facts import Facts
from dltrain.evaluation.diagnosis.finding import Finding
from dltrain.evaluation.diagnosis.thresholds import NAMED
from dltrain.evaluation.diagnosis.verdict import ORDER, Verdict, judge, nothing_holds

PARTS = ("train", "val", "test")


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a run, and what to try next.

    Attributes:
        verdict: The verdict of the target that is worst off.
        evidence: That of all targets.
        findings: The gravest first.
    """

    verdict: Verdict
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """Give what diagnosis.json holds."""
        errors, known = self.verdict.errors, self.verdict.errors.of("train") is not None
        reference = errors.reference if known else None
        return {
            "verdict": self.verdict.word,
            "sentence": self.verdict.sentence,
            "figure": errors.name if known else None,
            "errors": dict(_by_part(errors)),
            "reference": reference and {"name": reference.name, "error": _plain(reference.error)},
            "evidence": list(self.evidence),
            "findings": [finding.to_json() for finding in self.findings],
            "thresholds": NAMED,
        }


def _by_part(errors: Errors) -> Iterator[tuple[str, float]]:
    for part in PARTS:
        if (error := errors.of(part)) is not None:
            yield part, _plain(error)


def _plain(error: float) -> float:
    """Leave out the digits that float32 has made up."""
    return round(error, 6)


def diagnose(facts: Facts) -> Diagnosis:
    """Say what is wrong with a run.

    Args:
        facts: What it has left.
    """
    verdicts = [judge(Errors(target, facts)) for target in facts.tasks]
    worst = min(verdicts, key=lambda one: ORDER.index(one.word))
    evidence = tuple(said for verdict in verdicts for said in verdict.evidence)
    found = [*_found(facts, worst), *_found_by_target(facts, verdicts)]
    if any(one.name == fitting.NO_SIGNAL for one in found):
        worst = nothing_holds(worst)
    found.sort(key=lambda one: one.severity != "warning")
    return Diagnosis(worst, evidence, tuple(found))


def _found(facts: Facts, verdict: Verdict) -> Iterator[Finding]:
    """Find what is wrong, causes before what follows from them."""
    curves, errors = rates.Curves(facts), verdict.errors
    yield from rows.leaking(facts)
    found = [*rates.too_high(facts, curves), *rates.too_low(facts, curves, verdict)]
    found += fitting.no_signal(facts, curves, errors)
    yield from found
    yield from layers.dead_units(facts)
    yield from layers.gradients(facts, curves)
    if not found:  # a network of that size may do, once its cause is mended
        yield from rates.too_early(facts, curves)
        yield from fitting.underfitting(facts, verdict)
        yield from rates.unstable(facts, curves, errors)
        yield from fitting.overfitting(facts, curves, verdict)


def _found_by_target(facts: Facts, verdicts: list[Verdict]) -> Iterator[Finding]:
    for verdict in verdicts:
        yield from rows.never_predicted(facts, verdict.errors)
        yield from rows.disagreeing(verdict.errors)
        yield from fitting.no_better(facts, verdict.errors)
