"""The saved model of an ensemble judged on the rows that no member has seen, beside its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dltrain import records, run_folder
from dltrain.assembly import goal_of
from dltrain.config import load
from dltrain.run_folder import RunFolder
from dltrain.runs.differences import Difference
from dltrain.study.ensemble import comparing, telling
from dltrain.study.ensemble.asked import Asked
from dltrain.study.ensemble.members import Member
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    from dltrain.model.ensembles import Voice
    from dltrain.model.objectives import Goal


def judge_ensemble(
    folder: RunFolder,
    asked: Asked,
    voices: Sequence[Voice],
    model: Any,
    told: Sequence[Mapping[str, Any]],
    terminal: Terminal,
) -> tuple[dict[str, Any], dict[str, Difference]]:
    """Judge the saved model, write its figures and predictions, and compare it with its members.

    Args:
        folder: The ensemble's folder.
        asked: What is joined.
        voices: The members' models.
        model: The joined model, as it was saved.
        told: What each member says about the rows of each part.
        terminal: Where the members are shown.

    Returns:
        What metrics.json holds, and by figure the difference to the mean member.
    """
    from dltrain.evaluation.judging import judge, judge_baselines
    from dltrain.evaluation.outputs import outputs_by_part
    from dltrain.evaluation.streamed import prediction_tables
    from dltrain.model.building import compile_model
    from dltrain.model.passes import computing

    experiment = load(folder.file(run_folder.RESOLVED)).experiment
    target, parts, seed = asked.data.target, asked.judged, experiment.seed
    threshold = experiment.evaluation.decides_at
    goal = goal_of(experiment, target).in_own_unit().at_threshold(threshold)
    common: dict[str, Any] = {
        "batch_size": asked.batch_size, "threshold": threshold, "seed": seed,
    }  # fmt: skip
    compile_model(model, goal)
    with computing("evaluation"):
        outputs = outputs_by_part(model, goal, parts, asked.batch_size)
        judged = judge(model, goal, parts, outputs, target, **common)
        baselines = judge_baselines(
            goal, asked.data, parts, **common, learned=experiment.evaluation.baselines
        )
    metrics = {"checkpoint": "best", "epoch": None} | judged | {"baselines": baselines}
    folder.write_json(run_folder.METRICS, metrics)
    records.predictions(folder, prediction_tables(parts, outputs, target, threshold))
    part = asked.division.judged[-1]
    members = [
        (one[part], member.threshold) for one, member in zip(told, asked.members, strict=True)
    ]
    compared = comparing.compare_with_members(
        target, parts[part], outputs[part], threshold, members, seed
    )
    figures = [
        _figures(asked, voice, goal, part, one[part], member)
        for member, voice, one in zip(asked.members, voices, told, strict=True)
    ]
    names = comparing.main_figures(experiment, target, metrics["main"])
    telling.beside(terminal, asked.members, figures, metrics, part, compared, names)
    return metrics, compared


def _figures(
    asked: Asked, voice: Voice, goal: Goal, part: str, given: Any, member: Member
) -> dict[str, Any]:
    """Give the figures of a member beside those of the ensemble.

    They are its own, but for the loss: that is the ensemble's, without what layers of the member
    add to it in training.
    """
    known = comparing.figures_of(member, part)
    if known is None:
        return _judged_anew(asked, voice, goal, part, given, member.threshold)
    plain = goal.figures(asked.data.parts[part].y, given, asked.batch_size)
    losses = {name: value for name, value in plain.items() if name.endswith("loss")}
    return known | {"figures": known["figures"] | losses}


def _judged_anew(
    asked: Asked, voice: Voice, goal: Goal, part: str, given: Any, threshold: float
) -> dict[str, Any]:
    """Judge a member by rows that it has kept closed."""
    from dltrain.evaluation.judging import judge
    from dltrain.model.building import compile_model
    from dltrain.model.ensembles import member_model

    model, goal = member_model(voice, asked.common.inputs), goal.at_threshold(threshold)
    model.trainable = False
    compile_model(model, goal)
    found = judge(
        model, goal, {part: asked.data.parts[part]}, {part: given}, asked.data.target,
        batch_size=asked.batch_size, threshold=threshold, seed=asked.experiment.seed,
    )  # fmt: skip
    return {"figures": found["splits"][part], "intervals": found["intervals"].get(part, {})}
