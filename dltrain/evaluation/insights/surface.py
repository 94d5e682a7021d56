"""What the model says at every point of the plane, for tables with two numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from dltrain.data.blocks import rows_of
from dltrain.data.columns.number import NumberColumn
from dltrain.data.inputs import Inputs
from dltrain.data.table import TableInputs
from dltrain.evaluation.insights.subject import Gathered, Subject, raw_rows, truths

POINTS = 80  # of the plane, in each direction
FRAME_POINTS = 48
MOST_ROWS = 600  # of each part
MARGIN = 0.08  # share of the range beyond the rows


def surface(subject: Subject, gathered: Gathered) -> None:
    """Predict a grid over the range of both features, and put some rows beside it.

    With weights by epoch it is predicted for each of them as well, from fewer points; the network
    has its own weights again then.
    """
    names = two_features(subject.data.inputs)
    targets = list(truths(next(iter(subject.parts.values())).y, subject.data.target))
    if names is None or len(targets) != 1:
        return
    name, target, _ = targets[0]
    points, truth, parts = _rows(subject, name)
    low, high = points.min(axis=0), points.max(axis=0)
    room = MARGIN * np.where(high > low, high - low, 1.0)
    ends = np.stack([low - room, high + room], axis=1)
    plane = grid(ends, POINTS)
    gathered.facts["surface"] = {
        "columns": names, "task": target.task, "target": name or target.names[0],
        "classes": [str(one) for one in target.classes], "parts": list(subject.parts),
        "ends": (ends + np.array(_offsets(subject.data.inputs))[:, None]).tolist(),
    }  # fmt: skip
    values = subject.predicted(plane)[name].reshape(POINTS, POINTS, -1)
    gathered.arrays |= {
        "surface/values": values.astype(np.float32),
        "surface/points": (points + np.array(_offsets(subject.data.inputs))).astype(np.float64),
        "surface/truth": truth.reshape(len(points), -1)[:, 0],
        "surface/parts": parts,
    }
    if subject.frames:
        _frames(subject, gathered, ends, name)


def two_features(inputs: Inputs) -> list[str] | None:
    """Name the features where there are two numbers; None where it is another table."""
    if isinstance(inputs, TableInputs) and len(inputs.columns) == 2:
        columns = inputs.columns
        if all(isinstance(one, NumberColumn) and one.missing == "error" for one in columns):
            return [one.name for one in columns]
    if inputs.form == "array" and tuple(inputs.shape) == (2,):
        return ["first number", "second number"]
    return None


def _offsets(inputs: Inputs) -> list[float]:
    """Give what was taken off each feature, where float32 could not hold it."""
    if isinstance(inputs, TableInputs):
        return [float(getattr(one, "offset", 0.0)) for one in inputs.columns]
    return [0.0, 0.0]


def grid(ends: np.ndarray, points: int) -> np.ndarray:
    """Lay a grid over a plane.

    Args:
        ends: Where it begins and ends in each direction, (2, 2).
        points: How many points it has in each direction.

    Returns:
        float32 (points², 2); the first feature runs fastest, the second from low to high.
    """
    first, second = (np.linspace(low, high, points) for low, high in ends)
    across, up = np.meshgrid(first, second)
    return np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)


def _rows(subject: Subject, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw rows of each part: their features, their truth, and the number of their part."""
    points, truth, parts = [], [], []
    for number, part in enumerate(subject.parts.values()):
        chosen = subject.some(part, MOST_ROWS)
        y = rows_of(part.y, chosen)
        points.append(np.asarray(raw_rows(part, chosen), np.float64))
        truth.append(np.asarray(y[name] if name else y))
        parts.append(np.full(len(chosen), number))
    return np.concatenate(points), np.concatenate(truth), np.concatenate(parts)


def _frames(subject: Subject, gathered: Gathered, ends: np.ndarray, name: str) -> None:
    """Predict the plane with the weights of each epoch that was kept."""
    plane: Any = grid(ends, FRAME_POINTS)
    own = subject.network.get_weights()
    forward = subject.forward(plane)
    try:
        frames = []
        for kept in subject.frames.values():
            subject.network.set_weights(kept)
            given = subject.predicted(plane, forward)[name]
            frames.append(given.reshape(FRAME_POINTS, FRAME_POINTS, -1).astype(np.float16))
    finally:
        subject.network.set_weights(own)
    gathered.arrays["surface/frames"] = np.stack(frames)
    gathered.facts["surface"]["epochs"] = list(subject.frames)
