"""Words that every layer shares: the parts of the rows, and kinds of tasks.

Imports: the standard library only.
"""

from __future__ import annotations

from collections.abc import Container

PARTS = ("train", "val", "test")
# Tasks whose classes exclude each other, so that a row has one.
EXCLUSIVE = ("binary", "multiclass")
# Tasks with classes or labels, and so with probabilities.
CLASS_TASKS = (*EXCLUSIVE, "multilabel")
# The fact of status.json that names what kind of study a folder is; runs have none.
STUDY_KIND = "study"


def judged_part(parts: Container[str]) -> str | None:
    """Choose the part that a model is judged by: test, else val, else train; None for no part.

    Example:
        >>> judged_part(("train", "val")), judged_part(())
        ('val', None)
    """
    return next((name for name in reversed(PARTS) if name in parts), None)
