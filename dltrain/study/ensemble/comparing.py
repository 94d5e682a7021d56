"""An ensemble beside its members on the same rows: figures, and whether it is truly better.

A member drawn at random from the ensemble's has, on average, the mean of their figures: the
"mean member". The difference to it is a figure of the rows like any other, so it has an interval by
the paired bootstrap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dltrain import run_folder
from dltrain.config import Experiment
from dltrain.config.checks import outputs as of_outputs
from dltrain.data import Part
from dltrain.data.targets import NamedTargets, Reconstruction, Target, Targets
from dltrain.evaluation.predictions import reconstruction_errors
from dltrain.evaluation.statistics import Statistics, averaged, statistics_of
from dltrain.evaluation.statistics.names import figure_of_loss, figure_of_metric
from dltrain.runs.differences import Difference, differences
from dltrain.study.ensemble.members import Member


def compare_with_members(
    target: Targets,
    part: Part,
    given: Any,
    threshold: float,
    members: Sequence[tuple[Any, float]],
    seed: int,
) -> dict[str, Difference]:
    """Compare an ensemble with its mean member.

    Args:
        target: What was learned about the target.
        part: The rows.
        given: Probabilities or amounts of the ensemble, (n, outputs); a map of them by target.
        threshold: Probability above which the ensemble says that a class or label is there.
        members: The same two of each member.
        seed: Draws the resamples.

    Returns:
        Differences by figure, ensemble minus mean member; with several targets TARGET_FIGURE.
    """
    found: dict[str, Difference] = {}
    for name, one in _each(target).items():
        own = _statistics(one, _of(part.y, name), _of(given, name), threshold)
        others = averaged(
            *(
                _statistics(one, _of(part.y, name), _of(outputs, name), decides_at)
                for outputs, decides_at in members
            )
        )
        pairs = differences(others, own, seed)
        found |= {f"{name}_{figure}" if name else figure: pair for figure, pair in pairs.items()}
    return found


def main_figures(experiment: Experiment, target: Targets, main: Sequence[str]) -> dict[str, str]:
    """Find the figures to compare by: those that the terminal shows, as far as they are known.

    Args:
        experiment: The config.
        target: What was learned about the target.
        main: `main` of metrics.json.

    Returns:
        What to call them, by the name that `compare_with_members` gives: as the file does; but the
        loss, to which the file may add something, by the name of the figure.
    """
    known = dict(_known(experiment, target))
    each = {known.get(name, name): name for name in main}
    return {figure: figure if name.endswith("loss") else name for figure, name in each.items()}


def figures_of(member: Member, part: str) -> dict[str, Any] | None:
    """Read the figures of a member and their intervals; None where it has none of the part."""
    if not (member.folder / run_folder.METRICS).is_file():
        return None
    metrics = member.folder.read_json(run_folder.METRICS)
    if part not in metrics.get("splits", {}):
        return None
    return {
        "figures": metrics["splits"][part],
        "intervals": metrics.get("intervals", {}).get(part, {}),
    }


def _each(target: Targets) -> Mapping[str, Target | Reconstruction]:
    return target.each if isinstance(target, NamedTargets) else {"": target}


def _of(arrays: Any, name: str) -> Any:
    """Take what belongs to a target."""
    return arrays[name] if name else arrays


def _statistics(
    target: Target | Reconstruction, truth: Any, given: Any, threshold: float
) -> Statistics:
    if isinstance(target, Reconstruction):
        errors = reconstruction_errors(truth, given)
        return statistics_of(target.task, errors, errors)
    names = target.classes if target.task in ("binary", "multiclass") else target.names
    return statistics_of(target.task, truth, given, threshold=threshold, names=names)


def _known(experiment: Experiment, target: Targets) -> Iterator[tuple[str, str]]:
    """List the names that the file gives to figures that are known by another."""
    for name, one in _each(target).items():
        key, before = name or None, f"{name}_" if name else ""
        for choice in of_outputs.metrics_of(experiment, key):
            if figure := figure_of_metric(choice["type"], one.task):
                yield f"{before}{choice.get('name', choice['type'])}", f"{before}{figure}"
        loss = of_outputs.loss_of(experiment, key)
        if isinstance(loss, dict) and (figure := figure_of_loss(loss["type"])):
            yield f"{before}loss", f"{before}{figure}"
