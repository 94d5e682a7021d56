"""`type: sklearn` sets that scikit-learn carries, and those that it makes up by chance."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from dltrain.config.catalogue.choices import problem
from dltrain.config.catalogue.rules import Rule, sizes, whole
from dltrain.config.sections.choosing import Word
from dltrain.config.sections.tables import Table
from dltrain.config.sections.values import Text, or_empty
from dltrain.errors import did_you_mean, one_of, shown

Name = Literal[
    "blobs", "breast_cancer", "circles", "classification", "diabetes", "digits", "friedman1",
    "friedman2", "friedman3", "gaussian_quantiles", "hastie_10_2", "iris", "linnerud", "moons",
    "multilabel_classification", "regression", "s_curve", "swiss_roll", "wine",
]  # fmt: skip
# The arguments of each make_NAME, but those that change what it returns.
GENERATORS = {
    "blobs": ("center_box", "centers", "cluster_std", "n_features", "n_samples", "random_state",
        "shuffle"),
    "circles": ("factor", "n_samples", "noise", "random_state", "shuffle"),
    "classification": ("class_sep", "flip_y", "hypercube", "n_classes", "n_clusters_per_class",
        "n_features", "n_informative", "n_redundant", "n_repeated", "n_samples", "random_state",
        "scale", "shift", "shuffle", "weights"),
    "friedman1": ("n_features", "n_samples", "noise", "random_state"),
    "friedman2": ("n_samples", "noise", "random_state"),
    "friedman3": ("n_samples", "noise", "random_state"),
    "gaussian_quantiles": ("cov", "mean", "n_classes", "n_features", "n_samples", "random_state",
        "shuffle"),
    "hastie_10_2": ("n_samples", "random_state"),
    "moons": ("n_samples", "noise", "random_state", "shuffle"),
    "multilabel_classification": ("allow_unlabeled", "length", "n_classes", "n_features",
        "n_labels", "n_samples", "random_state"),
    "regression": ("bias", "effective_rank", "n_features", "n_informative", "n_samples",
        "n_targets", "noise", "random_state", "shuffle", "tail_strength"),
    "s_curve": ("n_samples", "noise", "random_state"),
    "swiss_roll": ("hole", "n_samples", "noise", "random_state"),
}  # fmt: skip
# Those whose number of rows may be given for each group.
BY_GROUP = ("blobs", "circles", "moons")
RULES = {"n_samples": whole(1), "random_state": whole(0, 2**32 - 1)}


class Sklearn(Table):
    """`type: sklearn` a set that scikit-learn carries, or one that it makes up by chance."""

    type: Literal["sklearn"]
    name: Annotated[Name, Word()] = Field(
        description="As in sklearn.datasets, without load_ or make_."
    )
    arguments: Annotated[dict[Text, Any], or_empty(dict)] = Field(
        {},
        description="For a set that is made up: scikit-learn's arguments, such as n_samples and "
        "noise. random_state is 0 where it is not given, so that the set is always the same.",
    )

    @model_validator(mode="after")
    def _known_arguments(self) -> Sklearn:
        known, found = GENERATORS.get(self.name, ()), []
        if not known and self.arguments:
            got = f"arguments of {self.name}, which is a set as it is"
            found.append(problem(("arguments",), got, "none", "Remove them.", at_key=True))
        for name, value in self.arguments.items() if known else ():
            key, rule = ("arguments", name), _rule(self.name, name)
            if name not in known:
                way_out = did_you_mean(name, known)
                got, expected = "an unknown argument", one_of(known)
                found.append(problem(key, got, expected, way_out, at_key=True))
            elif rule is not None and not rule.accepts(value):
                found.append(problem(key, shown(value), rule.expected))
        if found:
            raise ValidationError.from_exception_data("sklearn", found)
        return self


def _rule(generator: str, argument: str) -> Rule | None:
    """Find the rule for an argument; scikit-learn itself checks the others."""
    if argument == "n_samples" and generator in BY_GROUP:
        return sizes(1)
    return RULES.get(argument)
