"""The evaluation of a run: its best model judged on every part, and what of it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dltrain import records, run_folder
from dltrain.assembly import Assembly
from dltrain.run_folder import RunFolder

if TYPE_CHECKING:
    import keras

    from dltrain.evaluation.outputs import Outputs


def evaluate_run(
    folder: RunFolder,
    assembly: Assembly,
    epoch: int,
    model: keras.Model,
    *,
    brief: bool = False,
) -> tuple[dict[str, Any], Outputs]:
    """Judge the best model, which shares its weights with the network, on raw rows.

    Args:
        folder: The run folder; gets metrics.json and predictions.csv.
        assembly: What was trained.
        epoch: The epoch of the best model.
        model: The joined model.
        brief: Leave out what takes long and many runs of a study need not have: intervals, and
            another pass of Keras over the rows for loss and metrics, which are counted from what
            the model puts out, in other order of rounding.

    Returns:
        What metrics.json holds, and what the model puts out.

    Raises:
        RunError: TensorFlow cannot compute it, or the disk is full.
    """
    from dltrain.evaluation.judging import judge, judge_baselines
    from dltrain.evaluation.outputs import Outputs, outputs_by_part
    from dltrain.evaluation.streamed import prediction_tables
    from dltrain.model.building import compile_model
    from dltrain.model.passes import computing

    data, size = assembly.data, assembly.batch_size
    experiment = assembly.config.experiment
    closed = experiment.evaluation.test == "never"
    parts = {name: part for name, part in data.parts.items() if name != "test" or not closed}
    goal, seed = assembly.goal.in_own_unit(), experiment.seed
    with computing("evaluation"):
        outputs = outputs_by_part(model, goal, parts, size)
        threshold = _threshold(assembly, outputs)
        goal = goal.at_threshold(threshold)
        compile_model(model, goal)
        common: dict[str, Any] = {"batch_size": size, "threshold": threshold, "seed": seed}
        judged = judge(model, goal, parts, outputs, data.target, **common, brief=brief)
        learned = experiment.evaluation.baselines
        baselines = judge_baselines(goal, data, parts, **common, learned=learned)
    rule = experiment.evaluation.threshold_rule
    metrics = {"checkpoint": "best", "epoch": epoch} | judged | {"baselines": baselines}
    metrics |= {"threshold_rule": rule} if rule else {}
    folder.write_json(run_folder.METRICS, metrics)
    with computing("evaluation"):
        tables = prediction_tables(parts, outputs, data.target, threshold)
        records.predictions(folder, tables)
    return metrics, Outputs(parts, outputs, threshold)


def _threshold(assembly: Assembly, outputs: Mapping[str, Any]) -> float:
    """Give the threshold of the file, or choose one on the val rows."""
    from dltrain.evaluation.thresholds import choose_threshold

    evaluation = assembly.config.experiment.evaluation
    rule = evaluation.threshold_rule
    if rule is None:
        return evaluation.decides_at
    return choose_threshold(rule, assembly.data.parts["val"].y, outputs["val"])
