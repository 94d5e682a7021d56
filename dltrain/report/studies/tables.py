"""The tables of a study's page: figures with intervals, folds, combinations, what failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dltrain.report.elements import Table
from dltrain.report.studies.combinations import Combination
from dltrain.report.studies.record import StudyRecord, Training
from dltrain.results import main_figures
from dltrain.spelling import NONE, figure, interval, plain
from dltrain.study_tables import AGAINST, folds_table, spelled

NADEAU_BENGIO = (
    "The interval is that of the mean of val, corrected by Nadeau and Bengio (2003) for what folds "
    "share: as most of their train rows are the same, s²/k is widened to s² · (1/k + val rows / "
    "train rows)."
)
BEFORE = "± is the standard deviation over the folds."
BASELINES = "Baselines are learned on the train rows of each fold and judged on its val rows."
FOLDERS = "Each training has a run folder of its name below `members/`."
PAIRED = (
    "± is the standard deviation over the seeds, and the interval that of the mean over seeds by "
    "Student's t. `against the best` compares {monitor} seed by seed, as equal seeds draw equal "
    "initial weights and orders: worse where the 95 % interval of the difference is above zero."
)


def folds_figures(record: StudyRecord) -> Iterator[Table]:
    """Lay out all figures of a cross-validation, the main ones first."""
    metrics = record.metrics
    if not metrics:
        return
    names = dict.fromkeys((*main_figures(metrics["main"], {}), *metrics["splits"]["val"]))
    header, rows = folds_table(metrics, list(names))
    words = [BEFORE, NADEAU_BENGIO * bool(metrics["intervals"]["val"])]
    words += [BASELINES * bool(metrics["baselines"])]
    for part, reasons in metrics["undefined"].items():
        words += [f"{name} of {part} is {why}." for name, why in reasons.items()]
    yield Table("", ["figure", *header[1:]], rows, note=" ".join(filter(None, words)))


def folds(record: StudyRecord) -> Iterator[Table]:
    """Lay out the trainings of a cross-validation, the worst and the best marked."""
    found = record.trainings
    if not found:
        return
    marks = _marks(record)
    rows = [
        [
            one.name, str(one.facts["fold"]), str(one.facts["repeat"]), str(one.facts["seed"]),
            str(one.epochs), _best_epoch(one),
            *(figure(one.figure("val", name)) for name in record.main),
            marks.get(one.name, ""),
        ]
        for one in found
    ]  # fmt: skip
    header = ["training", "fold", "repeat", "seed", "epochs", "best epoch", *record.main]
    header += [f"by {record.main[0]}"]
    note = f"Figures of val, in the best epoch. {FOLDERS}"
    yield Table("", header, rows, (0, len(header) - 1), note)


def _marks(record: StudyRecord) -> dict[str, str]:
    """Mark the worst and the best training by the first figure; none where all are alike."""
    name = record.main[0]
    values = {one.name: one.figure("val", name) for one in record.trainings}
    known = {one: value for one, value in values.items() if value is not None}
    if len(set(known.values())) < 2:
        return {}
    low, high = min(known.values()), max(known.values())
    worst, best = (low, high) if record.mode(name) == "max" else (high, low)
    words = {worst: "worst", best: "best"}
    return {one: words[value] for one, value in known.items() if value in words}


def combinations_table(record: StudyRecord, found: Sequence[Combination]) -> Iterator[Table]:
    """Lay out the combinations of a sweep, the best first, with intervals over the seeds."""
    if not found:
        return
    part, names = record.judged, record.main
    has_intervals = any(one.row["monitored"]["interval"] for one in found)
    header = ["combination"]
    for name in names:
        header += [f"{part} {name}", *(["95 % interval"] if has_intervals else [])]
    header += ["epochs", "seconds", AGAINST]
    rows = []
    for one in found:
        cells = [plain(one.row["label"], 200)]
        for name in names:
            spread = one.spread(part, name)
            cells.append(spelled(spread))
            if has_intervals:
                cells.append(interval(spread["interval"] if spread else None))
        rows.append([*cells, f"{one.row['epochs']:.0f}", figure(one.seconds),
                     one.row["against_best"] or NONE])  # fmt: skip
    note = PAIRED.format(monitor=record.monitor) if has_intervals else ""
    note += " Seconds are those of one training"
    together = any("side_by_side" in one.status for one in record.trainings)
    note += "; of those side by side its share." if together else "."
    yield Table("", header, rows, (0, len(header) - 1), note.strip())


def failed(record: StudyRecord) -> Iterator[Table]:
    """List the members that failed, and why."""
    if not record.failures:
        return
    labels = {one["name"]: one.get("label", one["name"]) for one in record.facts["members"]}
    seeds = {one["name"]: str(one.get("seed", NONE)) for one in record.facts["members"]}
    rows = [
        [plain(labels.get(name, name), 200), seeds.get(name, NONE), plain(reason, 400),
         name]
        for name, reason in record.failures.items()
    ]  # fmt: skip
    note = FOLDERS
    if record.kind == "sweep":
        note = f"A combination of which a seed has failed has no figures. {FOLDERS}"
    yield Table("what failed", ("training", "seed", "why", "folder"), rows, (0, 2, 3), note)


def each(record: StudyRecord, found: Sequence[Combination]) -> Iterator[Table]:
    """Lay out the trainings of a sweep one by one, in the file's order."""
    ranked = sorted(found, key=lambda one: one.number)
    rows = [
        [
            plain(one.row["label"], 200), str(own.facts["seed"]), str(own.epochs),
            _best_epoch(own), *(figure(own.figure(record.judged, name)) for name in record.main),
            own.name,
        ]
        for one in ranked
        for own in one.trainings
    ]  # fmt: skip
    if rows:
        names = (f"{record.judged} {name}" for name in record.main)
        header = ("combination", "seed", "epochs", "best epoch", *names, "folder")
        yield Table("", header, rows, (0, len(header) - 1), FOLDERS)


def _best_epoch(one: Training) -> str:
    return str(one.status.get("best_epoch") or NONE)
