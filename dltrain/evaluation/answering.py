"""What was true and what the model said, from its outputs: what predictions.csv would give back.

Imports: NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dltrain.data import Part
from dltrain.data.blocks import pieces, rows_of
from dltrain.data.targets import Reconstruction, Target, Targets, by_target
from dltrain.evaluation.answers import MOST_ROWS, Answers, Rows
from dltrain.evaluation.predictions import negative_shares, reconstruction_errors
from dltrain.terms import EXCLUSIVE


def answers_of(
    parts: Mapping[str, Part],
    outputs: Mapping[str, Any],
    target: Targets,
    threshold: float,
    *,
    most: int = MOST_ROWS,
) -> tuple[Answers, ...]:
    """Give the answers about each target.

    Args:
        parts: Rows by part.
        outputs: As `outputs.outputs_by_part` gives them.
        target: What was learned about the target.
        threshold: Probability above which a class or label is given.
        most: How many rows of each part are taken, those with the lowest numbers.

    Returns:
        The same as `answers.read_answers`, but that amounts and probabilities have the bits that
        float32 has, not those of its shortest spelling.
    """
    places = {name: np.argsort(part.rows, kind="stable")[:most] for name, part in parts.items()}
    return tuple(
        Answers(
            name,
            one.task,
            tuple(map(str, getattr(one, "names", ()))),
            tuple(map(str, getattr(one, "classes", ()))),
            {
                part: _rows(rows, outputs[part], places[part], name, one, threshold)
                for part, rows in parts.items()
            },
        )
        for name, one in by_target(target).items()
    )


def _rows(
    part: Part,
    outputs: Any,
    places: np.ndarray,
    name: str,
    target: Target | Reconstruction,
    threshold: float,
) -> Rows:
    """Take the rows at some places of a part, in the form of one target."""
    y, given = (part.y[name], outputs[name]) if name else (part.y, outputs)
    rows, cut = part.rows[places], len(places) < len(part)
    if isinstance(target, Reconstruction):
        empty = np.empty((len(rows), 0))
        errors = [
            reconstruction_errors(rows_of(y, some), rows_of(given, some)) for some in pieces(places)
        ]
        return Rows(rows, empty, empty, empty, np.concatenate(errors).astype(np.float64), cut)
    truth, given, nothing = rows_of(y, places), rows_of(given, places), np.empty(len(rows))
    if target.task in EXCLUSIVE:
        truth = truth.reshape(-1).astype(np.int64)
        if target.task == "binary":
            said = (given[:, 0] > threshold).astype(np.int64)
            given = np.stack([negative_shares(given[:, 0]), given[:, 0]], axis=1)
        else:
            said = given.argmax(axis=1)
        return Rows(rows, truth, said, given.astype(np.float64), nothing, cut)
    truth = truth.astype(np.float64)
    if target.task == "multilabel":
        said, shares = (given > threshold).astype(np.float64), given.astype(np.float64)
    else:
        said, shares = given.astype(np.float64), np.empty((len(rows), 0))
    return Rows(rows, truth, said, shares, nothing, cut)
