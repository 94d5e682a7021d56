"""Does a run meet the bounds that its file expects of it? Judged by metrics.json and status.json.

Imports: the config, run_folder and the data's facts; which baselines a run has, where it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dltrain import run_folder
from dltrain.config import Config, Experiment
from dltrain.config.catalogue.scores import LEARNED
from dltrain.config.checks.expectations import Learned, disagreements
from dltrain.config.sections.expect import keeps, parse
from dltrain.data import Data
from dltrain.data.targets import NamedTargets, Reconstruction, Target, Targets
from dltrain.errors import Key, did_you_mean, dotted, sentence, shown
from dltrain.run_folder import RunFolder
from dltrain.spelling import figure

HEADER = ("expect", "got", "expected", "met")


@dataclass(frozen=True)
class Judged:
    """One bound beside what came out.

    Attributes:
        key: Its key below `expect`.
        bound: The bound as the file has it.
        got: The figure; None where it is undefined.
        limit: What it is compared with; None where the baseline has no such figure.
        reason: Why one of them is None; else empty.
    """

    key: Key
    bound: str
    got: float | None
    limit: float | None
    reason: str = ""

    @property
    def met(self) -> bool:
        """Whether the bound is kept; never where something is undefined."""
        if self.got is None or self.limit is None:
            return False
        return keeps(self.got, parse(self.bound).comparison, self.limit)

    def __str__(self) -> str:
        got = shown(self.got) + (f" ({self.reason})" if self.reason else "")
        expected = self.bound.strip()
        if parse(self.bound).baseline and self.limit is not None:
            expected = f"{expected}, which has {shown(self.limit)}"
        return f"{dotted(('expect', *self.key))}: {sentence(got, expected)}"

    def cells(self) -> list[str]:
        """Lay out a row below HEADER."""
        expected = self.bound.strip()
        if parse(self.bound).baseline and self.limit is not None:
            expected = f"{expected} {_rounded(self.limit, self.got)}"
        got = "null" if self.got is None else _rounded(self.got, self.limit)
        return [dotted(self.key), got, expected, "yes" if self.met else "no"]


def _rounded(value: float, other: float | None) -> str:
    """Round a value, but not so far that it seems to be another one.

    Example:
        >>> _rounded(0.9499, 0.95), _rounded(0.9499, 0.9), _rounded(29, None)
        ('0.9499', '0.950', '29')
    """
    if isinstance(value, int):
        return str(value)
    close = other is not None and figure(value) == figure(other) and value != other
    return repr(value) if close else figure(value)


def check(config: Config, data: Data) -> None:
    """Check that the run will have the figures and baselines that bounds speak of.

    Args:
        config: The checked file.
        data: The rows.

    Raises:
        ConfigError: It will not, as the data has another task or fewer classes, or is no table.
    """
    expect = config.experiment.expect
    limits = [parse(bound) for bounds in expect.parts.values() for bound in bounds.values()]
    learners: Sequence[str] = LEARNED
    if any(limit.baseline in LEARNED for limit in limits):
        from dltrain.evaluation.baselines import kinds

        learners = kinds(data.inputs, data.parts["train"])
    if found := list(disagreements(config.experiment, _learned(data.target), learners)):
        raise config.error(found)


def judged(
    experiment: Experiment, metrics: Mapping[str, Any], status: Mapping[str, Any]
) -> list[Judged]:
    """Judge all bounds of a file.

    Args:
        experiment: The checked file.
        metrics: What metrics.json holds.
        status: What status.json holds: `epochs`, and `seconds` by phase.
    """
    expect, found = experiment.expect, []
    for part, bounds in expect.parts.items():
        found += [_of_part(part, name, bound, metrics) for name, bound in bounds.items()]
    of_run = {"epochs": status.get("epochs"), "seconds": round(sum(status["seconds"].values()), 3)}
    for name, bound in expect.of_run.items():
        reason = "" if of_run[name] is not None else "not in status.json"
        found.append(Judged((name,), bound, of_run[name], parse(bound).number, reason))
    return found


def judged_run(folder: RunFolder, experiment: Experiment) -> list[Judged]:
    """Judge a run by its folder.

    Raises:
        FolderError: metrics.json or status.json is missing or broken.
    """
    metrics = folder.read_json(run_folder.METRICS)
    return judged(experiment, metrics, folder.read_json(run_folder.STATUS))


def rows(judgements: Sequence[Judged]) -> list[list[str]]:
    """Lay out all bounds, met and unmet, below HEADER."""
    return [one.cells() for one in judgements]


def _learned(target: Targets) -> dict[str | None, Learned]:
    if isinstance(target, NamedTargets):
        return {name: _of_target(one) for name, one in target.each.items()}
    return {None: _of_target(target)}


def _of_target(target: Target | Reconstruction) -> Learned:
    classes = 0 if isinstance(target, Reconstruction) else len(target.classes)
    return Learned(target.task, classes)


def _of_part(part: str, name: str, bound: str, metrics: Mapping[str, Any]) -> Judged:
    key, limit = (part, name), parse(bound)
    got, reason = _figure(metrics, part, name)
    number = limit.number
    if limit.baseline:
        number = metrics.get("baselines", {}).get(limit.baseline, {}).get(part, {}).get(name)
        if number is None and not reason:
            reason = f"{limit.baseline} has no {name}"
    return Judged(key, bound, got, number, reason)


def _figure(metrics: Mapping[str, Any], part: str, name: str) -> tuple[float | None, str]:
    """Find a figure, and why it is undefined where it is."""
    figures = metrics["splits"].get(part)
    if figures is None:
        return None, f"no {part} rows were evaluated"
    if name not in figures:
        hint = did_you_mean(name, figures)
        return None, f"metrics.json has no such figure{'. ' * bool(hint)}{hint}"
    why = metrics.get("undefined", {}).get(part, {}).get(name, "it is undefined")
    return figures[name], "" if figures[name] is not None else why
