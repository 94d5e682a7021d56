"""Does `search` ask for what can be compared: an objective of val, and keys that may differ?"""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.config.checks.monitors import has_val
from dltrain.config.checks.outputs import figures
from dltrain.config.checks.translation import Problem
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.search import (
    Entry,
    Fixed,
    FloatRange,
    HyperbandSearch,
    IntRange,
    may_be,
)
from dltrain.config.sections.studies import STUDIES
from dltrain.errors import Key, did_you_mean, one_of, shown

AT: Key = ("search", "objective")
# Keys that say by what a trial is judged, so that trials with other values cannot be compared.
JUDGES = ("evaluation", "expect", "split")
# The same for a loss as the objective.
LOSSES = ("loss", "regularization.label_smoothing", "training.class_weight")


def disagreements(experiment: Experiment) -> Iterator[Problem]:
    """Find what a search cannot do with this file."""
    search = experiment.search
    if search is None:
        return
    yield from _objective(experiment)
    if search.max_trials is not None and isinstance(search.algorithm, HyperbandSearch):
        way_out = "Remove it; `max_epochs` and `factor` say how many trials there are."
        got = f"{search.max_trials} for hyperband"
        yield Problem(("search", "max_trials"), got, "no `max_trials`", way_out)
    above: dict[str, Entry] = {}
    for key, entry in search.space.items():
        yield from _key(key, search.figure)
        yield from _conditions(key, entry, above)
        above[key] = entry


def _objective(experiment: Experiment) -> Iterator[Problem]:
    search = experiment.search
    if search is None:
        return
    told = search.objective
    names = [figure.name for figure in figures(experiment)]
    if told.startswith(("test.", "test_")):
        way_out = (
            "What was chosen by the test rows looks better on them than it is: choose by val.loss."
        )
        yield Problem(AT, shown(told), "a figure of the val rows", way_out)
    elif not told.startswith(("val.", "val_", "cv.", "cv_")):
        near = f"val.{told.removeprefix('train.')}"
        expected = "a figure of the val rows, such as val.loss"
        yield Problem(AT, shown(told), expected, did_you_mean(near, [f"val.{n}" for n in names]))
    elif search.figure not in names:
        part = "cv" if search.by_folds else "val"
        known = [f"{part}.{name}" for name in names]
        way_out = did_you_mean(told, known) if len(names) > 1 else ""
        yield Problem(AT, shown(told), one_of(known), way_out or "Add it to `metrics`.")
    elif search.by_folds and experiment.cross_validation is None:
        way_out = "Add `cross_validation: {folds: 5}`, or choose by val."
        yield Problem(AT, f"{shown(told)} without `cross_validation`", "folds", way_out)
    elif not search.by_folds and not has_val(experiment):
        way_out = "Give `split` a share for val."
        yield Problem(AT, f"{shown(told)} without val rows", "val rows", way_out)


def _key(key: str, figure: str) -> Iterator[Problem]:
    """Refuse keys that no trial can have, or that trials have to share."""
    at: Key = ("search", "space", key)
    top = key.partition(".")[0]
    if top in (*STUDIES, "name", "version"):
        yield Problem(at, shown(key), "a key that a training has", at_key=True)
    elif top in JUDGES:
        got = f"{shown(key)}, by which trials are judged"
        yield Problem(at, got, "a key that trials may differ in", at_key=True)
    elif figure.endswith("loss") and any(f"{key}.".startswith(f"{one}.") for one in LOSSES):
        got = f"{shown(key)}, which changes what the loss means"
        way_out = "Choose by another figure, such as `objective: val.accuracy`."
        yield Problem(at, got, "trials whose losses can be compared", way_out, True)


def _conditions(key: str, entry: Entry, above: dict[str, Entry]) -> Iterator[Problem]:
    for parent, wanted in entry.when.items():
        at: Key = ("search", "space", key, "when", parent)
        if parent not in above:
            way_out = did_you_mean(parent, above) or "Move it above."
            yield Problem(at, shown(parent), "a key that stands above", way_out, True)
            continue
        if isinstance(above[parent], FloatRange | Fixed):
            got = f"{shown(parent)}, which is of type {above[parent].type}"
            yield Problem(at, got, "a key of type boolean, choice or int", at_key=True)
            continue
        if not isinstance(wanted, list) or not wanted:
            yield Problem(at, shown(wanted), f"a list of values of {parent}")
            continue
        for number, value in enumerate(wanted):
            if not may_be(above[parent], value):
                values = [shown(one) for one, _ in above[parent].corners]
                is_range = isinstance(above[parent], IntRange)
                told = "a whole number of its range" if is_range else one_of(values)
                yield Problem((*at, number), shown(value), told)
