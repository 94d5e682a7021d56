"""From a file and its overrides to checked values: files, paths, names, light imports."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dltrain.config import load
from dltrain.config.sections.expect import Expect
from dltrain.errors import ConfigError, DataError

FULL = """\
version: 1
name: heart
seed: 7
task: binary
dataset:
  type: csv
  path: heart.csv
  target: target
  features: {exclude: [id]}
  columns:
    age: {type: number, scaling: standard}
    thal: {type: category, values: [normal, fixed], unknown: zeros}
split:
  type: random
  fractions: {train: 0.7, val: 0.1, test: 0.2}
  stratify: true
architecture:
  layers:
    - {type: dense, units: 16, activation: relu, kernel_initializer: he_normal}
    - {type: dropout, rate: 0.5}
  output: auto
loss: auto
metrics: [accuracy, auc]
optimizer:
  type: sgd
  learning_rate: {type: polynomial_decay, initial_learning_rate: 0.1, decay_steps: 9}
regularization:
  kernel: {type: l1_l2, l1: 1e-5, l2: 1e-4}
callbacks:
  - {type: early_stopping, monitor: val_loss, patience: 20}
  - tensorboard
training:
  epochs: 300
  best: {monitor: val_loss, mode: auto}
  class_weight: balanced
evaluation: {threshold: 0.5, test: at_end}
expect: {test: {accuracy: ">= 0.80"}}
"""


def test_a_whole_file_is_read(load_text):
    experiment = load_text(FULL).experiment

    assert experiment.seed == 7
    assert experiment.dataset.columns["thal"].values == ["normal", "fixed"]
    assert experiment.split.fractions.val == 0.1
    assert experiment.architecture.layers[1] == {"type": "dropout", "rate": 0.5}
    assert experiment.optimizer["learning_rate"]["type"] == "polynomial_decay"
    assert experiment.metrics == [
        {"type": "accuracy", "name": "accuracy"},
        {"type": "auc", "name": "auc"},
    ]
    assert experiment.training.class_weight == "balanced"


def test_two_sections_are_enough(load_good):
    experiment = load_good("").experiment

    assert experiment.seed == 0
    assert experiment.split.type == "random"
    assert experiment.optimizer == {"type": "adam"}
    assert experiment.loss == "auto"
    assert experiment.training.epochs == 10
    assert (experiment.callbacks, experiment.metrics) == ([], [])
    assert experiment.expect == Expect()


SECTIONS = ["callbacks", "evaluation", "expect", "loss", "metrics", "name", "optimizer"]
SECTIONS += ["regularization", "split", "task", "training"]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_with_nothing_after_it_has_its_defaults(load_good, section):
    assert load_good(f"{section}:\n").experiment == load_good("").experiment


INNER = {
    "best": ("training: {best: }\n", lambda one: one.training.best.mode, "auto"),
    "features": ("dataset: {features: }", lambda one: one.dataset.features.exclude, []),
    "columns": ("dataset: {columns: }", lambda one: one.dataset.columns, {}),
    "fractions": ("split: {fractions: }\n", lambda one: one.split.fractions.train, 0.7),
}


@pytest.mark.parametrize(("text", "read", "value"), INNER.values(), ids=INNER.keys())
def test_an_inner_section_with_nothing_after_it_has_its_defaults(load_text, text, read, value):
    dataset = "{type: csv, path: a.csv, target: y"
    if text.startswith("dataset"):
        text = f"dataset: {dataset}, {text.removeprefix('dataset: {')}\n"
    else:
        text = f"dataset: {dataset}}}\n{text}"

    experiment = load_text(f"{text}architecture: {{layers: []}}\n").experiment

    assert read(experiment) == value


SPELLINGS = {
    "type of a section": ("split: Random\n", lambda one: one.split.type, "random"),
    "type in a map": ("split: {type: GIVEN}\n", lambda one: one.split.type, "given"),
    "task": ("task: Multi_Class\n", lambda one: one.task, "multiclass"),
    "underscore": ("evaluation: {test: AtEnd}\n", lambda one: one.evaluation.test, "at_end"),
    "full": ("training: {batch_size: Full}\n", lambda one: one.training.batch_size, "full"),
    "balanced": ("training: {class_weight: Balanced}\n",
                 lambda one: one.training.class_weight, "balanced"),
    "auto": ("loss: AUTO\n", lambda one: one.loss, "auto"),
    "part": ("expect: {Test: {loss: '< 1'}}\n", lambda one: one.expect.test, {"loss": "< 1"}),
    "optimizer": ("optimizer: RMSprop\n", lambda one: one.optimizer, {"type": "rmsprop"}),
    "metric": ("metrics: [AUC]\n", lambda one: one.metrics, [{"type": "auc", "name": "auc"}]),
    "short metric": ("metrics: [MSE]\n", lambda one: one.metrics[0]["name"], "mse"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "read", "value"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_names_match_without_regard_to_case_and_underscores(load_good, text, read, value):
    assert read(load_good(text).experiment) == value


@pytest.mark.parametrize("name", ["FashionMNIST", "fashion_mnist", "FASHION_MNIST"])
def test_the_name_of_a_dataset_matches_too(load_text, name):
    text = f"dataset: {{type: Keras, name: {name}, images: {{scaling: 0_1}}}}\narchitecture: MLP\n"

    dataset = load_text(text, ["architecture.units=3"]).experiment.dataset

    assert (dataset.type, dataset.name, dataset.images.scaling) == ("keras", "fashion_mnist", "0_1")


UNREADABLE = {
    "latin-1": (b"name: caf\xe9\n", "a.yaml:1:10: got the byte 0xe9"),
    "utf-16": ("seed: 1\n".encode("utf-16"), "a.yaml:1:1: got the byte 0xff"),
    "after a byte order mark and letters of two bytes": (
        b"\xef\xbb\xbfa: 1\n\xc3\xa4: \xff\n",
        "a.yaml:2:4: got the byte 0xff",
    ),
    "cut off": (b"a: \xc3", "a.yaml:1:4: got the byte 0xc3"),
}


@pytest.mark.parametrize(("content", "start"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_is_not_utf_8_is_refused(tmp_path, monkeypatch, content, start):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        load("a.yaml")

    assert str(caught.value) == f"{start}, expected UTF-8 text. Save the file as UTF-8."


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path, load_good):
    good = load_good("seed: 5\n")
    path = tmp_path / "b.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + good.text.replace("\n", "\r\n").encode())

    config = load(path)

    assert config.experiment == good.experiment
    assert config.source.place(("seed",)).line == 3


NO_FILES = {
    "missing": ("no.yaml", "no.yaml: got no such file, expected a YAML file."),
    "folder": (".", ".: got a folder, expected a YAML file."),
    "below a file": ("a.yaml/b", "a.yaml/b: got not a directory, expected a YAML file."),
    "null character": ("a\0b", "'a\\x00b': got no path, expected a YAML file."),
}


@pytest.mark.parametrize(("name", "message"), NO_FILES.values(), ids=NO_FILES.keys())
def test_what_is_no_file_is_refused(load_good, name, message):
    load_good("")

    with pytest.raises(ConfigError) as caught:
        load(name)

    assert str(caught.value) == message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(load_good):
    load_good("")
    Path("a.yaml").chmod(0)

    with pytest.raises(ConfigError) as caught:
        load("a.yaml")

    assert str(caught.value) == "a.yaml: got permission denied, expected a YAML file."


EMPTY = "got an empty file, expected at least `dataset` and `architecture`."


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null\n"])
def test_an_empty_file_is_refused(load_text, text):
    with pytest.raises(ConfigError) as caught:
        load_text(text)

    assert str(caught.value) == f"a.yaml:1:1: {EMPTY}"


@pytest.mark.parametrize(
    ("text", "got"), [("- 1\n", "[1]"), ("hello world\n", "'hello world'"), ("3\n", "3")]
)
def test_a_file_that_is_no_map_is_refused(load_text, text, got):
    with pytest.raises(ConfigError) as caught:
        load_text(text, ["seed=1"])

    assert str(caught.value) == f"a.yaml:1:1: got {got}, expected a map."


PATHS = {
    "in the file": ([], "files/a.csv"),
    "as an argument": (["dataset.path=b.csv"], "b.csv"),
    "as an argument with its section": (["dataset={type: csv, path: b.csv, target: y}"], "b.csv"),
    "as an argument, going up": (["dataset.path=../b.csv"], "../b.csv"),
    "absolute": (["dataset.path=/data/b.csv"], "/data/b.csv"),
    "from Python": ({"dataset.path": Path("b.csv")}, "b.csv"),
}


@pytest.mark.parametrize(("arguments", "path"), PATHS.values(), ids=PATHS.keys())
def test_a_path_is_relative_to_the_place_that_names_it(load_good, tmp_path, arguments, path):
    load_good("")
    folder = tmp_path / "files"
    folder.mkdir()
    Path("a.yaml").rename(folder / "a.yaml")

    config = load(folder / "a.yaml", arguments)

    assert config.experiment.dataset.path == os.path.normpath(tmp_path / path)


def test_a_path_can_begin_at_home(load_good, monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")

    config = load_good("", ["dataset.path=~/a.csv"])

    assert config.experiment.dataset.path == "/home/me/a.csv"


def test_a_home_that_nobody_has_is_a_plain_name(load_good, tmp_path):
    config = load_good("", ["dataset.path=~no such user/a.csv"])

    assert config.experiment.dataset.path == str(tmp_path / "~no such user" / "a.csv")


NAMES = {
    "plain": ("heart.yaml", "heart"),
    "points": ("heart.v2.yaml", "heart.v2"),
    "spaces": ("my heart.yaml", "my-heart"),
    "colon": ("a:b.yaml", "a-b"),
    "letters of other languages": ("Größe.yaml", "Größe"),
    "sign at the start": ("(copy) iris.yaml", "copy-iris"),
    "hidden": (".hidden.yaml", "hidden"),
    "long": ("x" * 120 + ".yaml", "x" * 100),
    "nothing but signs": ("(!).yaml", "run"),
}


@pytest.mark.parametrize(("file", "name"), NAMES.values(), ids=NAMES.keys())
def test_the_default_name_is_that_of_the_file(load_good, tmp_path, file, name):
    load_good("")
    Path("a.yaml").rename(file)

    assert load(file).name == name
    assert load(file, {"name": name}).name == name  # what the file could have said itself


def test_the_name_in_the_file_comes_first(load_good):
    assert load_good("name: heart\n").name == "heart"


def test_an_error_of_a_later_step_gains_its_place(load_good):
    config = load_good("")
    error = DataError("got no such file, expected a table.", key=("dataset", "path"))

    placed = config.placed(error)

    assert str(placed) == ("a.yaml:1:28: dataset.path: got no such file, expected a table.")


def test_a_place_that_is_known_stays(load_good):
    error = DataError("got nothing.", key=("dataset", "path"))
    error.place = "b.csv:3"

    assert str(load_good("").placed(error)) == "b.csv:3: dataset.path: got nothing."


def test_the_mapping_of_the_caller_stays_as_it_is(load_good):
    dataset = {"type": "csv", "path": "b.csv", "target": "y"}

    load_good("", {"dataset": dataset, "dataset.scaling": "none"})

    assert dataset == {"type": "csv", "path": "b.csv", "target": "y"}


HEAVY = "keras matplotlib numpy pandas scipy sklearn tensorflow"


def test_loading_a_config_imports_no_heavy_library(load_text, tmp_path):
    load_text(FULL)
    program = (
        "import sys; from dltrain.config import load; load('a.yaml');"
        f"print([name for name in '{HEAVY}'.split() if name in sys.modules])"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")


def problems_of(load_text, text, arguments=()):
    try:
        load_text(text, arguments)
    except ConfigError as error:
        return error.problems
    return ()


def damaged(text):
    """Damage each line in turn: without it, with a letter off its key, with other values."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        indent, key = len(line) - len(line.lstrip()), line.strip().split(":")[0]
        others = [line.replace(key, key[:-1], 1), line.replace(key, key + "x", 1)]
        others += [f"{' ' * indent}{value}" for value in ("- 1", "x", "[]", "? a")]
        others += [
            f"{line.partition(':')[0]}: {value}"
            for value in (
                "",
                "x",
                "3",
                "-1",
                ".nan",
                "[]",
                "[x]",
                "{}",
                "{type: x}",
                "{a: {b: }}",
                "~",
                "true",
                "'a\\0'",
            )
        ]
        others += ["", line + "]", line + ": 3", line[: len(line) // 2], f"\t{line}"]
        for other in others:
            yield "\n".join([*lines[:number], other, *lines[number + 1 :]])


def test_a_damaged_file_is_read_or_refused_with_a_place(load_text):
    problems = [one for text in damaged(FULL) for one in problems_of(load_text, text)]

    grammar = re.compile(r"a\.yaml:\d+:\d+: (\S+: )?got .+, expected .+[.?`](\n {4}.*\n +\^)?")
    assert len(problems) > 500
    assert [problem for problem in problems if not grammar.fullmatch(problem)] == []
    assert [problem for problem in problems if re.search(r"(?<!\.)\.\.(?!\.)", problem)] == []


VALUES = ["", "x", "0", "-1", "1e999", ".nan", ".inf", "[]", "[1]", "{}", "{type: x}",
          "{a: {b: c}}", "true", "''", '"\\0"', "~x"]  # fmt: skip


@pytest.mark.slow
def test_a_damaging_argument_is_taken_or_refused(load_text):
    keys = [
        f"{section}{rest}"
        for section in ("architecture", "callbacks", "dataset", "expect", "loss", "metrics",
                        "name", "optimizer", "regularization", "seed", "split", "task", "training")
        for rest in ("", ".type", ".x", ".0", ".0.type", ".layers", ".layers.0", ".kernel", ".best",
                     ".path", ".columns.age", ".fractions", ".test", ".test.loss", ".0.monitor")
    ]  # fmt: skip

    for argument in (f"{key}={value}" for key in keys for value in VALUES):
        for problem in problems_of(load_text, FULL, [argument]):
            assert ", expected " in problem
