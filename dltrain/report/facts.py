"""What was trained on what and where: data and split, model, config, environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dltrain import run_folder
from dltrain.config.text.writing import to_yaml
from dltrain.evaluation.answers import Answers
from dltrain.report.elements import Element, Facts, Table, Text
from dltrain.report.record import Record
from dltrain.spelling import amount, figure, grouped, plain, share, size_in_words
from dltrain.terms import CLASS_TASKS, EXCLUSIVE

# A split.csv of more bytes is not counted: that would take longer than all drawing.
LARGE = 50_000_000
MOST_CLASSES = 100
LOADING = """\
import keras

model = keras.saving.load_model("model/best.keras", compile=False)
model.summary()  # takes raw numbers: the preprocessing is inside
"""


def data(record: Record) -> Iterator[Element]:
    """Say what the rows are and how they are divided."""
    dataset, split = record.config.get("dataset", {}), record.config.get("split", {})
    lines = [("source", _source(dataset))]
    sha256 = record.environment.get("data", {}).get("sha256")
    if sha256:
        lines.append(("sha256", sha256))
    lines += _learned(record.preprocessing)
    lines.append(("split", _spelled({k: v for k, v in split.items() if v is not None})))
    yield Facts("", lines)
    yield from _parts(record)
    for answers in record.answers:
        yield from _classes(answers)


def _source(dataset: dict[str, Any]) -> str:
    said = [str(dataset[key]) for key in ("type", "name", "path") if dataset.get(key)]
    return plain(" · ".join(said), 300)


def _learned(preprocessing: dict[str, Any]) -> list[tuple[str, str]]:
    """Say what inputs and target are."""
    if not preprocessing:
        return []
    inputs, target = preprocessing["inputs"], preprocessing["target"]
    lines = [("inputs", _inputs(inputs))]
    each = target.get("targets", {"": target})
    for name, one in each.items():
        classes = one.get("classes") or ()
        text = str(one["task"])
        if one["task"] in EXCLUSIVE:
            text += f", {len(classes)} classes: {plain(', '.join(map(str, classes)), 200)}"
        elif one.get("names"):
            text += f": {plain(', '.join(one['names']), 200)}"
        lines.append((f"target {name}".strip(), text))
    return lines


def _inputs(inputs: dict[str, Any]) -> str:
    if inputs["form"] == "several":
        pairs = (f"{name}: {_inputs(one)}" for name, one in inputs["inputs"].items())
        return plain("; ".join(pairs), 300)
    columns = inputs.get("columns")
    if columns:
        kinds: dict[str, int] = {}
        for column in columns:
            kinds[column["type"]] = kinds.get(column["type"], 0) + 1
        told = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        return f"{inputs['form']} of {len(columns)} column{'s' * (len(columns) != 1)}: {told}"
    shape = "×".join(map(str, inputs.get("shape", ())))
    return f"{inputs['form']} of {shape}"


def _parts(record: Record) -> Iterator[Table]:
    path = record.folder / run_folder.SPLIT
    if not path.is_file() or path.stat().st_size > LARGE:
        return
    rows = {name: len(numbers) for name, numbers in record.folder.read_split().items()}
    whole = sum(rows.values())
    lines = [[name, grouped(count), share(count, whole)] for name, count in rows.items()]
    yield Table("rows", ("part", "rows", "share"), lines)


def _classes(answers: Answers) -> Iterator[Table]:
    """Count the rows of each class or label in the parts that were judged."""
    if answers.task not in CLASS_TASKS or len(answers.words) > MOST_CLASSES:
        return
    counts = {
        name: rows.truth.sum(axis=0).astype(int)
        if answers.task == "multilabel"
        else np.bincount(rows.truth, minlength=len(answers.classes))
        for name, rows in answers.parts.items()
    }
    header = ["class" if answers.task in EXCLUSIVE else "label", *answers.parts]
    lines = [
        [plain(word), *(amount(int(one[at])) for one in counts.values())]
        for at, word in enumerate(answers.words)
    ]
    of = f" of {plain(answers.target, 30)}" if answers.target else ""
    yield Table(f"rows by {header[0]}{of}", header, lines)


def model(record: Record) -> Iterator[Element]:
    """Say what was trained and how."""
    facts = record.insights.get("model")
    lines = [("parameters", grouped(facts["parameters"]))] if facts else []
    lines += _ensemble(record) if record.ensemble else _training(record)
    files = {name: record.folder / path for name, path in run_folder.MODELS.items()}
    lines += [
        (f"model/{name}.keras", size_in_words(path.stat().st_size))
        for name, path in files.items()
        if path.is_file()
    ]
    yield Facts("", lines)
    if facts:
        rows = [
            [plain(one["layer"], 40), one["kind"], "; ".join("×".join(map(str, s)) for s in
             one["shape"]), grouped(one["parameters"])]
            for one in facts["layers"]
        ]  # fmt: skip
        yield Table("layers", ("layer", "kind", "puts out", "parameters"), rows, (0, 1))
    yield Text("How to load it with plain Keras", LOADING)


def _training(record: Record) -> list[tuple[str, str]]:
    """Say how a network was trained."""
    config = record.config
    training = config.get("training", {})
    return [
        ("loss", _spelled(config.get("loss"))),
        ("optimizer", _spelled(config.get("optimizer"))),
        ("batch size", str(training.get("batch_size"))),
        ("engine", str(training.get("engine"))),
        ("best by", _spelled(training.get("best"))),
    ]


def _ensemble(record: Record) -> list[tuple[str, str]]:
    """Say which runs are joined, and how."""
    facts = record.ensemble
    lines = [("joined by", f"{facts['method']} of {len(facts['members'])} members")]
    lines += [
        (f"member {number}", f"{one['run']} · weight {figure(one['weight'])}")
        for number, one in enumerate(facts["members"], start=1)
    ]
    if facts.get("left_out"):
        lines.append(("not judged", facts["left_out"]))
    return lines


def config(record: Record) -> Iterator[Text]:
    """Give the config with every default."""
    yield Text("config.resolved.yaml", record.config_text)


def environment(facts: dict[str, Any], status: Mapping[str, Any]) -> Iterator[Element]:
    """Say where and when a run or a study was made.

    Args:
        facts: What environment.json holds.
        status: What status.json holds.
    """
    machine, git = facts.get("machine", {}), facts.get("git") or {}
    lines = [
        ("started", status.get("started")),
        ("ended", status.get("ended")),
        ("seconds", ", ".join(f"{k} {figure(v)}" for k, v in status.get("seconds", {}).items())),
        ("command", " ".join(map(str, facts.get("argv", ())))),
        ("system", machine.get("system")),
        ("cores", machine.get("cores")),
        ("devices", ", ".join(machine.get("devices", ()))),
        ("git", f"{git.get('commit')}{', changed' * bool(git.get('dirty'))}" if git else None),
    ]
    yield Facts("", [(name, plain(value, 400)) for name, value in lines if value])
    versions = [[name, str(version)] for name, version in facts.get("versions", {}).items()]
    if versions:
        yield Table("versions", ("package", "version"), versions, (0, 1))


def _spelled(value: Any) -> str:
    if value is None:
        return "none"
    return plain(to_yaml(value, one_line=True), 300)
