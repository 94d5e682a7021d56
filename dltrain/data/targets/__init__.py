"""What is predicted: tasks, classes, bins, labels and amounts, learned from the train rows."""

from __future__ import annotations

from dltrain.data.targets.one import Target
from dltrain.data.targets.several import (
    NamedTargets,
    Reconstruction,
    Targets,
    by_target,
    encode_targets,
    has_named_targets,
    labels,
    learn_targets,
    scalings,
    targets_from_json,
)

__all__ = [
    "NamedTargets",
    "Reconstruction",
    "Target",
    "Targets",
    "by_target",
    "encode_targets",
    "has_named_targets",
    "labels",
    "learn_targets",
    "scalings",
    "targets_from_json",
]
