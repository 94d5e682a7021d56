"""Which rows an ensemble is judged by: only those that no member was trained on or chosen by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dltrain.study.ensemble.agreement import common_rows
from dltrain.study.ensemble.members import Member


@dataclass(frozen=True)
class Division:
    """The rows of an ensemble.

    Attributes:
        parts: Row numbers by part. A row that any member was trained on, or chosen by while others
            were trained on it, is a train row.
        judged: The parts with figures, as for a run; those of train or val are left out where they
            would mean something else in each member.
        reason: Why parts are left out; empty where none is.
    """

    parts: dict[str, np.ndarray]
    judged: tuple[str, ...]
    reason: str = ""


def divide(members: Sequence[Member], *, opened: bool) -> Division:
    """Divide the rows of members that agree about their test rows.

    Args:
        members: The members.
        opened: Whether test rows that a member has kept closed are opened.
    """
    test, val, train = (common_rows(members, part) for part in ("test", "val", "train"))
    has_val = any("val" in one.rows for one in members)
    parts = {"train": _seen(members, () if val is None else ("val",))}
    parts |= {} if val is None else {"val": val}
    parts |= {} if test is None else {"test": test}
    closed = any(one.closed for one in members) and not opened
    same = train is not None and (val is not None or not has_val)
    judged = [part for part in parts if part != "test" or not closed]
    if same:
        return Division(parts, tuple(judged))
    left_out = [part for part in judged if part == "train"]
    kept = tuple(part for part in judged if part not in left_out)
    return Division(parts, kept, _reason(len(members), val_is_common=val is not None))


def _seen(members: Sequence[Member], honest: Sequence[str]) -> np.ndarray:
    """Give the rows that some member was trained on or chosen by, but for honest parts."""
    rows = [
        numbers
        for one in members
        for part, numbers in one.rows.items()
        if part not in (*honest, "test")
    ]
    return np.unique(np.concatenate(rows))


def _reason(count: int, *, val_is_common: bool) -> str:
    if val_is_common:
        return "the members were trained on different rows: no figures of train"
    return (
        f"the val rows of each member are train rows of up to {count - 1} others: "
        "figures of train and val would flatter the ensemble and are left out"
    )
