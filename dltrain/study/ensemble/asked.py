"""What is to be joined: members that agree, and the rows by which they are judged, as numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dltrain import reevaluation
from dltrain.config import Experiment
from dltrain.data import Data, Part, prepare_rows
from dltrain.data.inputs import Inputs, inputs_from_json
from dltrain.data.preparation import read_raw
from dltrain.data.raw import Raw
from dltrain.data.streaming import places_of
from dltrain.data.targets import Targets, targets_from_json
from dltrain.data.weights import weights_of
from dltrain.study.ensemble import agreement
from dltrain.study.ensemble.members import Member
from dltrain.study.ensemble.raw_input import Common, common_input
from dltrain.study.ensemble.rows import Division, divide

MOVED = "Put it back, or train the members again."


@dataclass(frozen=True)
class Asked:
    """What is joined, checked, and the rows by which.

    Attributes:
        members: The members.
        method: How they are joined.
        common: Their common raw input.
        division: The rows by part.
        data: The same rows as numbers.
        experiment: The config of the first member.
    """

    members: list[Member]
    method: str
    common: Common
    division: Division
    data: Data
    experiment: Experiment

    @property
    def batch_size(self) -> int:
        """Rows of a training step, by which rows are evaluated too."""
        size = self.experiment.training.batch_size
        return len(self.division.parts["train"]) if size == "full" else int(size)

    @property
    def judged(self) -> dict[str, Part]:
        """The parts that have figures."""
        return {name: self.data.parts[name] for name in self.division.judged}


def ask(members: list[Member], method: str, *, opened: bool) -> Asked:
    """Check that members can be joined, and read their rows.

    Args:
        members: At least two.
        method: "average", "vote" or "weighted".
        opened: Whether test rows that a member has kept closed are opened.

    Raises:
        DltrainError: They differ in what has to agree, or their data is gone or has changed.
    """
    agreement.check(members, method)
    common = common_input(members)
    division, first = divide(members, opened=opened), members[0]
    experiment = first.experiment
    reevaluation.check_place(experiment, MOVED)
    dataset, split = experiment.dataset.model_dump(), experiment.split.model_dump()
    raw = read_raw(dataset, split, experiment.training.sample_weight)
    reevaluation.check_fingerprint(first.folder, raw.fingerprint, dataset, MOVED)
    inputs, target = inputs_from_json(common.inputs), targets_from_json(first.target)
    data = _data(raw, division, inputs, target, experiment)
    return Asked(members, method, common, division, data, experiment)


def _data(
    raw: Raw, division: Division, inputs: Inputs, target: Targets, experiment: Experiment
) -> Data:
    parts = {name: prepare_rows(raw, rows, inputs, target) for name, rows in division.parts.items()}
    if column := experiment.training.sample_weight:
        places = places_of(raw, division.parts["train"])
        parts["train"] = replace(parts["train"], weights=weights_of(raw, places, column))
    columns = raw.features.shape[1]
    return Data(parts, inputs, target, columns, raw.fingerprint, stratified=False)
