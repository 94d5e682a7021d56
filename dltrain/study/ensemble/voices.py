"""The members' models, and what each says about every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dltrain import run_folder
from dltrain.assembly import goal_of
from dltrain.data import Part
from dltrain.data.targets import targets_from_json
from dltrain.reevaluation import load_model
from dltrain.study.ensemble.members import Member
from dltrain.study.ensemble.raw_input import Common

if TYPE_CHECKING:
    from dltrain.model.ensembles import Voice


def voices_of(members: Sequence[Member], common: Common) -> list[Voice]:
    """Load the models of members. TensorFlow has been started.

    Raises:
        FolderError: A model is broken.
    """
    from dltrain.model.ensembles import Voice

    return [
        Voice(
            model=load_model(member.folder.file(run_folder.MODELS["best"])),
            goal=goal_of(member.experiment, targets_from_json(member.target)).in_own_unit(),
            recoding=recoding,
            threshold=member.threshold,
        )
        for member, recoding in zip(members, common.recodings, strict=True)
    ]


def digest(voice: Voice) -> str:
    """Tell the model of a member from all others, by its weights."""
    from dltrain.model.digest import named_weights, weights_sha256

    return weights_sha256(named_weights(voice.model))


def said(
    voice: Voice, inputs: dict[str, Any], parts: Mapping[str, Part], batch_size: int
) -> dict[str, Any]:
    """Let a member predict rows in the form of the common raw input.

    Args:
        voice: The member.
        inputs: The common input, as preprocessing.json holds it.
        parts: Rows by part.
        batch_size: Rows of a training step.

    Returns:
        By part probabilities or amounts, float32 (n, outputs); a map of them by target.
    """
    from dltrain.data.cache.scratch import on_disk
    from dltrain.evaluation.outputs import LEAST_BATCH
    from dltrain.model.ensembles import member_model
    from dltrain.model.passes import predict
    from dltrain.model.streams import is_streamed, predicted_blocks

    model, size = member_model(voice, inputs), max(LEAST_BATCH, batch_size)
    return {
        name: on_disk(predicted_blocks(model, part.raw, size))
        if is_streamed(part.raw)
        else predict(model, part.raw, size)
        for name, part in parts.items()
    }
