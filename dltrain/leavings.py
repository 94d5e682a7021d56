"""What a run leaves for its report: insights into model and data, gathered while both are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dltrain import run_folder
from dltrain.assembly import Assembly
from dltrain.config import Experiment
from dltrain.run_folder import RunFolder
from dltrain.terminal import Terminal

if TYPE_CHECKING:
    import keras

    from dltrain.evaluation.outputs import Outputs
    from dltrain.training.film import Film

# Numbers that all frames of a film together may hold: 80 MB.
MOST_NUMBERS = 20_000_000


def is_wanted(experiment: Experiment) -> bool:
    """Tell whether a report is drawn after `fit`."""
    return bool(experiment.evaluation.report)


def film_of(assembly: Assembly) -> Film | None:
    """Give the callback that keeps weights over the epochs, where they are to be drawn."""
    from dltrain.evaluation.insights.surface import two_features
    from dltrain.training.film import MOST_FRAMES, Film

    wish = assembly.config.experiment.evaluation.report
    animate = isinstance(wish, dict) and wish["animate"]
    small = assembly.network.count_params() * MOST_FRAMES <= MOST_NUMBERS
    drawn = two_features(assembly.data.inputs) is not None
    return Film() if animate and small and drawn else None


def insights(
    folder: RunFolder,
    assembly: Assembly,
    terminal: Terminal,
    model: keras.Model,
    outputs: Outputs,
    frames: dict[int, list[np.ndarray]],
) -> None:
    """Gather and write what the report shows of model and data; what fails is told.

    Args:
        folder: The run folder.
        assembly: What was trained; its network has the best weights.
        terminal: Where a failure is told.
        model: The saved model, which shares them.
        outputs: What it puts out.
        frames: Weights by epoch, if the way over the epochs is to be drawn.

    Raises:
        RunError: The disk is full.
    """
    from dltrain.evaluation.answering import answers_of
    from dltrain.evaluation.insights.gathering import gather
    from dltrain.evaluation.insights.subject import Subject

    data, experiment = assembly.data, assembly.config.experiment
    parts, threshold = outputs.parts, outputs.threshold
    found = gather(
        Subject(
            model=model,
            network=assembly.network,
            goal=assembly.goal.in_own_unit(),
            data=data,
            parts=parts,
            answers=answers_of(parts, outputs.by_part, data.target, threshold),
            threshold=threshold,
            seed=experiment.seed,
            epochs=assembly.epochs if len(assembly.phases) == 1 else 0,
            steps=assembly.steps_per_epoch,
            frames=frames,
        )
    )
    with folder.whole(run_folder.INSIGHT_ARRAYS) as path, path.open("wb") as file:
        np.savez_compressed(file, **found.arrays)  # type: ignore[arg-type]
    folder.write_json(run_folder.INSIGHTS, found.facts | {"failed": found.failed})
    for name, reason in found.failed.items():
        terminal.line(f"warning: the report will lack {name} ({reason})")
