"""Resume a study of any kind."""

from __future__ import annotations

from pathlib import Path

from dltrain.run_folder import STATUS, RunFolder
from dltrain.study import cross_validation, sweep
from dltrain.study.running import Study, resume_study
from dltrain.study.search import tuning
from dltrain.terms import STUDY_KIND

KINDS = (cross_validation.KIND, sweep.KIND)


def resume(path: Path, *, workers: int | None = None) -> Study:
    """Train the members of an interrupted study that are not finished, and judge all.

    Args:
        path: The study's folder.
        workers: Processes for members that cannot train side by side; default: one a core.

    Raises:
        DltrainError: The study is over, or cannot go on.
    """
    if RunFolder(path).read_json(STATUS)[STUDY_KIND] == tuning.NAME:
        return tuning.resume(path, workers=workers)
    return resume_study(path, KINDS, workers=workers)
