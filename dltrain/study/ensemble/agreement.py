"""Do runs answer the same question about the same rows? Else they cannot be joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dltrain.errors import DltrainError, FolderError, listed, sentence, shown
from dltrain.study.ensemble.members import Member

# What of a target has to agree; how a network sees amounts may differ.
OF_TARGET = ("task", "names", "classes", "ordered", "bins", "separator")
AUTOENCODER = "autoencoder"
DECIDING = ("binary", "multilabel")
CLASSES = ("binary", "multiclass", "multilabel")


def check(members: Sequence[Member], method: str) -> None:
    """Check that members can be joined by a method.

    Args:
        members: At least two.
        method: "average", "vote" or "weighted".

    Raises:
        DltrainError: They differ in data, test rows, target or threshold, or the method does not
            fit the task.
    """
    first = members[0]
    for other in members[1:]:
        _check_data(first, other)
        _check_target(first, other)
        if method != "vote" and tasks(first.target) & set(DECIDING):
            _check_threshold(first, other)
    if method == "vote":
        _check_votes(first)
    if method == "weighted":
        _check_val(members)


def tasks(target: dict[str, Any]) -> set[str]:
    """Name the tasks of a target.

    Args:
        target: `target` of preprocessing.json.
    """
    return {one["task"] for one in each_target(target).values()}


def each_target(target: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the targets by name; "" names one alone."""
    return dict(target.get("targets", {"": target}))


def common_rows(members: Sequence[Member], part: str) -> np.ndarray | None:
    """Give the rows of a part, where all members have the same; else None."""
    first, *others = (one.rows.get(part) for one in members)
    if first is None or any(one is None or not np.array_equal(first, one) for one in others):
        return None
    return first


def _check_data(first: Member, other: Member) -> None:
    if first.fingerprint != other.fingerprint:
        raise _differ(
            f"data with the sha256 {other.fingerprint[:12]}… in {other}",
            f"{first.fingerprint[:12]}… as in {first}",
        )
    ours, theirs = (one.rows.get("test", np.empty(0, np.int64)) for one in (first, other))
    if not np.array_equal(ours, theirs):
        same = len(np.intersect1d(ours, theirs))
        raise _differ(
            f"{len(theirs)} test rows in {other}, of which {same} are among the {len(ours)} of "
            f"{first}",
            "the same test rows in all members",
            "Give them one `split.seed`, or they would be judged by rows that others have seen.",
        )


def _check_target(first: Member, other: Member) -> None:
    ours, theirs = each_target(first.target), each_target(other.target)
    if list(ours) != list(theirs):
        raise _differ(f"the targets {listed(theirs)} in {other}", f"{listed(ours)} as in {first}")
    for name, one in ours.items():
        for fact in OF_TARGET:
            mine, yours = one.get(fact), theirs[name].get(fact)
            if mine != yours:
                of = f" of {name}" if name else ""
                raise _differ(
                    f"the {fact}{of} {shown(yours)} in {other}", f"{shown(mine)} as in {first}"
                )
    if AUTOENCODER in tasks(first.target) and first.inputs != other.inputs:
        raise _differ(
            f"an autoencoder that prepares its inputs otherwise in {other} than in {first}",
            "the same preparation, as it reconstructs what is prepared",
        )


def _check_threshold(first: Member, other: Member) -> None:
    ours, theirs = (one.experiment.evaluation.threshold for one in (first, other))
    if ours != theirs:
        raise _differ(
            f"evaluation.threshold {shown(theirs)} in {other}",
            f"{shown(ours)} as in {first}",
            "`--method vote` lets each member decide by its own.",
        )


def _check_votes(first: Member) -> None:
    others = tasks(first.target) - set(CLASSES)
    if others:
        got = f"votes about a target of {listed(others)}"
        raise DltrainError(sentence(got, "classes or labels to vote for", "Use average."))


def _check_val(members: Sequence[Member]) -> None:
    """Check that there are val rows that no member was trained on."""
    way_out = "Use average."
    for one in members:
        if "val" not in one.rows:
            got = f"weights for {one}, which has no val rows"
            raise FolderError(sentence(got, "val rows to choose weights by", way_out))
    if common_rows(members, "val") is None:
        first = members[0]
        other = next(
            one for one in members if not np.array_equal(one.rows["val"], first.rows["val"])
        )
        raise _differ(
            f"other val rows in {other} than in {first}",
            "the same in all members, as weights chosen by rows that a member was trained on "
            "would favour it",
            way_out,
        )


def _differ(got: str, expected: str, way_out: str = "") -> FolderError:
    return FolderError(sentence(got, expected, way_out))
