"""What an ensemble's folder holds beside its model: files as of a run, and ensemble.json."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dltrain import environment, records, run_folder
from dltrain.config.text.source import read
from dltrain.config.text.writing import to_yaml
from dltrain.run_folder import RunFolder
from dltrain.study.ensemble.members import Member
from dltrain.study.ensemble.raw_input import Common
from dltrain.study.ensemble.rows import Division

HEADING = """\
# An ensemble of {count} runs, see ensemble.json. Below stands the config of the first, but for its
# name, what of `evaluation` differs, and `expect`. Each member has its own config in its folder.
"""


def begin(
    folder: RunFolder, members: Sequence[Member], common: Common, division: Division, text: str
) -> None:
    """Write what is known before the models are joined.

    Args:
        folder: The new folder, which this process owns.
        members: The members.
        common: Their common raw input.
        division: The rows.
        text: The config, as `resolution` gives it.
    """
    from dltrain.model.seeding import devices

    folder.write_text(run_folder.RESOLVED, text)
    place = members[0].folder.path / run_folder.RESOLVED
    facts = environment.describe(place, members[0].fingerprint, devices())
    smoke = any(one.smoke for one in members)
    folder.write_json(run_folder.ENVIRONMENT, facts | {"smoke": smoke, "files": {}})
    records.split(folder, division.parts)
    learned = {"inputs": common.inputs, "target": members[0].target}
    folder.write_json(run_folder.PREPROCESSING, learned)


def resolution(
    members: Sequence[Member], common: Common, name: str, threshold: Any, *, closed: bool
) -> str:
    """Spell out the config of an ensemble: that of the first member, but for what differs.

    Args:
        members: The members.
        common: Their common raw input.
        name: The ensemble's name.
        threshold: What `evaluation.threshold` says; None for the first member's.
        closed: Whether the test rows stay closed.
    """
    path = members[0].folder.file(run_folder.RESOLVED)
    values: dict[str, Any] = dict(read(path.read_text(encoding="utf-8"), str(path)).value)
    values |= {"name": name, "loss": _of_probabilities(values["loss"])}
    evaluation = dict(values.get("evaluation") or {})
    evaluation["test"] = "never" if closed else "at_end"
    if threshold is not None:
        evaluation["threshold"] = threshold
    values["evaluation"] = evaluation
    values.pop("expect", None)
    _declare(values["dataset"], common.inputs)
    return HEADING.format(count=len(members)) + to_yaml(values)


def facts_of(
    members: Sequence[Member], method: str, weights: Sequence[float], digests: Sequence[str]
) -> dict[str, Any]:
    """Say in the words of ensemble.json what was joined, and how.

    Args:
        members: The members.
        method: How they are joined.
        weights: Weight of each.
        digests: sha256 of the weights of each model.
    """
    each = zip(members, weights, digests, strict=True)
    return {
        "method": method,
        "members": [
            {
                "run": str(Path(member.folder.path).absolute()),
                "weight": float(weight),
                "weights_sha256": digest,
                "seed": member.experiment.seed,
                "smoke": member.smoke,
            }
            for member, weight, digest in each
        ],
    }


def _of_probabilities(loss: Any) -> Any:
    """Give a loss, or each of a map, for a model that puts out probabilities instead of logits."""
    if not isinstance(loss, dict):
        return loss
    if "type" not in loss:
        return {name: _of_probabilities(one) for name, one in loss.items()}
    return loss | ({"from_logits": False} if loss.get("from_logits") else {})


def _declare(dataset: dict[str, Any], inputs: dict[str, Any]) -> None:
    """Write into the config the values of categories that any member knows."""
    each = inputs["inputs"].values() if inputs["form"] == "several" else [inputs]
    declared = dataset.get("columns") or {}
    for one in each:
        for column in one.get("columns", []):
            if (declared.get(column["name"]) or {}).get("values"):
                declared[column["name"]]["values"] = column["values"]
