"""`KEY=VALUE` and `--without`: what they change, and errors that point at the argument."""

from fractions import Fraction
from pathlib import Path

import pytest

from dltrain.config.composing.merging import DEFAULT_TYPES
from dltrain.config.composing.overrides import apply, from_arguments, from_mapping
from dltrain.config.text.places import Place
from dltrain.config.text.source import read
from dltrain.errors import ConfigError

FILE = """\
architecture:
  layers:
    - {type: dense, units: 4, name: hidden}
    - relu
    - dense
optimizer: {type: sgd, momentum: 0.9, nesterov: true}
training:
callbacks: [{type: early_stopping, patience: 3}, terminate_on_nan]
class_weight: {0: 1, 1: 2}
"""


def changed(*arguments, without=()):
    source = read(FILE, "a.yaml")
    apply(source, from_arguments(arguments), without)
    return source


def at(source, *path):
    value = source.value
    for part in path:
        value = value[part]
    return value


SET = {
    "a value": (["optimizer.momentum=0.5"], ("optimizer", "momentum"), 0.5),
    "exponent": (["optimizer.momentum=1e-3"], ("optimizer", "momentum"), 0.001),
    "text that YAML 1.1 takes for false": (["name=no"], ("name",), "no"),
    "nothing": (["optimizer.momentum="], ("optimizer", "momentum"), None),
    "equals sign in the value": (["name=a=b"], ("name",), "a=b"),
    "spaces around the value": (["name= a "], ("name",), "a"),
    "list": (["metrics=[accuracy, auc]"], ("metrics",), ["accuracy", "auc"]),
    "map": (["split={type: none}"], ("split",), {"type": "none"}),
    "new section": (["expect.test.loss=< 1"], ("expect",), {"test": {"loss": "< 1"}}),
    "section with nothing after it": (["training.epochs=5"], ("training",), {"epochs": 5}),
    "layer by position": (
        ["architecture.layers.0.units=8"],
        ("architecture", "layers", 0, "units"),
        8,
    ),
    "layer by name": (
        ["architecture.layers.hidden.units=8"],
        ("architecture", "layers", 0, "units"),
        8,
    ),
    "whole layer": (["architecture.layers.1=tanh"], ("architecture", "layers", 1), "tanh"),
    "bare name expanded": (
        ["architecture.layers.2.units=8"],
        ("architecture", "layers", 2),
        {"type": "dense", "units": 8},
    ),
    "whole number as a key": (["class_weight.1=5"], ("class_weight",), {0: 1, 1: 5}),
    "last of two": (["seed=1", "seed=2"], ("seed",), 2),
    "key with a point": (["columns.'a.b'.type=number"], ("columns",), {"a.b": {"type": "number"}}),
    "key with an equals sign": (['columns."a=b"=text'], ("columns",), {"a=b": "text"}),
    "key with a quote inside": (["columns.5'.type=text"], ("columns", "5'"), {"type": "text"}),
    "same type": (
        ["optimizer.type=SGD"],
        ("optimizer",),
        {"type": "SGD", "momentum": 0.9, "nesterov": True},
    ),
    "new type": (["optimizer.type=adam"], ("optimizer",), {"type": "adam"}),
    "new type before its argument": (
        ["optimizer.type=adam", "optimizer.beta_1=0.8"],
        ("optimizer",),
        {"type": "adam", "beta_1": 0.8},
    ),
    "new type behind its argument": (
        ["optimizer.beta_1=0.8", "optimizer.type=adam"],
        ("optimizer",),
        {"type": "adam", "beta_1": 0.8},
    ),
    "types at two depths, the inner one first": (
        ["optimizer.learning_rate.b=2", "optimizer.learning_rate.type=a", "optimizer.type=adam"],
        ("optimizer",),
        {"type": "adam", "learning_rate": {"type": "a", "b": 2}},
    ),
    "bare name behind its argument": (
        ["optimizer.beta_1=0.8", "optimizer=adam"],
        ("optimizer",),
        {"type": "adam", "beta_1": 0.8},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "path", "value"), SET.values(), ids=SET.keys())
def test_an_argument_sets_a_value(arguments, path, value):
    source = changed(*arguments)

    assert at(source, *path) == value


IMPLICIT = {
    "split": ("split: {fractions: {train: 0.6, val: 0.2, test: 0.2}}", ["split.type=none"],
              {"type": "none"}),
    "optimizer": ("optimizer: {amsgrad: true}", ["optimizer.momentum=0.9", "optimizer.type=sgd"],
                  {"type": "sgd", "momentum": 0.9}),
    "architecture": ("architecture: {layers: [relu]}",
                     ["architecture.type=mlp", "architecture.units=[8]"],
                     {"type": "mlp", "units": [8]}),
    "the default itself": ("split: {stratify: false}", ["split.type=Random"],
                           {"type": "Random", "stratify": False}),
    "the other default itself": ("optimizer: {amsgrad: true}", ["optimizer.type=Adam"],
                                 {"type": "Adam", "amsgrad": True}),
    "nothing there": ("seed: 1", ["split.type=none"], {"type": "none"}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "arguments", "value"), IMPLICIT.values(), ids=IMPLICIT.keys())
def test_a_new_type_replaces_what_the_default_type_had(text, arguments, value):
    source = read(text, "a.yaml")

    apply(source, from_arguments(arguments))

    assert source.value[arguments[0].split(".")[0]] == value


FITTING = {
    "split": ("split: {fractions: {train: 0.6, val: 0.2, test: 0.2}}\n", ["split.type=none"]),
    "architecture": ("", ["architecture.type=mlp", "architecture.units=[8]"]),
    "optimizer": ("optimizer: {amsgrad: true}\n", ["optimizer.type=sgd"]),
}


@pytest.mark.parametrize(("text", "arguments"), FITTING.values(), ids=FITTING.keys())
def test_a_new_type_leaves_nothing_that_it_does_not_know(load_good, text, arguments):
    load_good(text, arguments)


def test_the_default_types_are_those_of_the_sections(load_good):
    experiment = load_good("optimizer: {amsgrad: true}\nsplit: {stratify: true}\n").experiment

    assert experiment.split.type == DEFAULT_TYPES["split",]
    assert experiment.optimizer["type"] == DEFAULT_TYPES["optimizer",]
    assert not hasattr(experiment.architecture, "type")


def test_what_an_argument_changed_stands_at_the_argument():
    source = changed("optimizer.type=adam", "training.epochs=5")

    assert source.place(("optimizer", "type")) == Place("argument 'optimizer.type=adam'")
    assert source.place(("optimizer", "momentum")) == Place("argument 'optimizer.type=adam'")
    assert source.place(("training", "epochs")) == Place("argument 'training.epochs=5'")
    assert source.place(("training",)) == Place("a.yaml", 7, 10)


REMOVED = {
    "section": (["optimizer"], ("optimizer",), None),
    "key": (["optimizer.momentum"], ("optimizer", "momentum"), None),
    "entry": (["callbacks.0"], ("callbacks",), ["terminate_on_nan"]),
    "entries, positions as the file has them": (["callbacks.0", "callbacks.1"], ("callbacks",), []),
    "key and what holds it": (["callbacks", "callbacks.0"], ("callbacks",), None),
    "layer by name": (
        ["architecture.layers.hidden"],
        ("architecture", "layers"),
        ["relu", "dense"],
    ),
    "the same twice": (["callbacks.0", "callbacks.0"], ("callbacks",), ["terminate_on_nan"]),
}


@pytest.mark.parametrize(("without", "path", "value"), REMOVED.values(), ids=REMOVED.keys())
def test_without_removes_a_key(without, path, value):
    source = changed(without=without)

    assert at(source, *path[:-1]).get(path[-1]) == value


def test_what_moves_up_in_a_list_keeps_its_place():
    source = changed(without=["callbacks.0"])

    assert source.place(("callbacks", 0)) == Place("a.yaml", 8, 50)


def test_removal_comes_before_setting():
    source = changed("optimizer.momentum=0.1", without=["optimizer"])

    assert source.value["optimizer"] == {"momentum": 0.1}


NO_KEY = "got no KEY=VALUE, expected a key such as training.epochs=5."
WRONG = {
    "no equals sign": (["training.epochs"], f"argument 'training.epochs': {NO_KEY}"),
    "no key": (["=3"], f"argument '=3': {NO_KEY}"),
    "two points": (["a..b=3"], f"argument 'a..b=3': {NO_KEY}"),
    "point at the end": (["a.=3"], f"argument 'a.=3': {NO_KEY}"),
    "value that is not YAML": (
        ["optimizer={type: sgd"],
        "argument 'optimizer={type: sgd': got '{' that is not closed, "
        "expected '}' behind its last entry. Close it.\n"
        "    optimizer={type: sgd\n"
        "              ^",
    ),
    "character that begins no value": (
        ["metrics=[accuracy, @auc]"],
        "argument 'metrics=[accuracy, @auc]', column 20: got a value that begins with '@', "
        "expected quotes around it. Quote it.\n"
        "    metrics=[accuracy, @auc]\n"
        "                       ^",
    ),
    "value with a tag": (
        ["seed=!!int 3"],
        "argument 'seed=!!int 3': got the tag '!!int', expected plain data. "
        "Write the value without a tag.",
    ),
    "bytes that are no text": (
        ["seed=\udcff"],
        "argument 'seed=\\udcff': got the character U+DCFF, expected text that YAML can hold. "
        "Remove it.",
    ),
    "quote that is not closed in a key": (
        ['columns."a.b=1'],
        f"argument 'columns.\"a.b=1': {NO_KEY}",
    ),
    "extends": (
        ["extends=b.yaml"],
        "argument 'extends=b.yaml': got `extends`, expected a key of the merged file. "
        "Write `extends` in the file.",
    ),
    "key that is too deep": (
        [f"{'.'.join('a' * 51)}=1"],
        f"argument '{'a.' * 29}a…': got deeper nesting, expected at most 50 levels.",
    ),
    "value that is too deep": (
        [f"a.a={'[' * 50}{']' * 50}"],
        f"argument 'a.a={'[' * 50}]]]]]…': got deeper nesting, expected at most 50 levels.",
    ),
    "below words that are no type": (
        ["training={class_weight: balanced}", "training.class_weight.0=2"],
        "argument 'training.class_weight.0=2': got '0' below 'balanced', "
        "expected a map at training.class_weight.",
    ),
    "below a number": (
        ["class_weight.0.a=3"],
        "argument 'class_weight.0.a=3': got 'a' below 1, expected a map at class_weight.0.",
    ),
    "position outside": (
        ["architecture.layers.3.units=1"],
        "argument 'architecture.layers.3.units=1': got '3', "
        "expected a position from 0 to 2 or a name in architecture.layers.",
    ),
    "negative position": (
        ["architecture.layers.-1=relu"],
        "argument 'architecture.layers.-1=relu': got '-1', "
        "expected a position from 0 to 2 or a name in architecture.layers.",
    ),
    "digit that is no decimal": (
        ["architecture.layers.²=relu"],
        "argument 'architecture.layers.²=relu': got '²', "
        "expected a position from 0 to 2 or a name in architecture.layers.",
    ),
    "name of no layer": (
        ["architecture.layers.hiden.units=1"],
        "argument 'architecture.layers.hiden.units=1': got 'hiden', "
        "expected a position from 0 to 2 or a name in architecture.layers.",
    ),
    "in an empty list": (
        ["metrics=[]", "metrics.0.name=a"],
        "argument 'metrics.0.name=a': got '0' in an empty list, expected an entry in metrics.",
    ),
    "very long": (
        ["seed=[" + "x" * 1000],
        f"argument 'seed=[{'x' * 53}…': got '[' that is not closed, "
        "expected ']' behind its last entry. Close it.\n"
        f"    seed=[{'x' * 69}…\n"
        "         ^",
    ),
    "two at once": (["a", "b"], f"argument 'a': {NO_KEY}\nargument 'b': {NO_KEY}"),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(ConfigError) as caught:
        changed(*arguments)

    assert str(caught.value) == message


ABSENT = {
    "misspelled": (
        "callback",
        "argument '--without callback': got 'callback', expected a key that the file has. "
        "Did you mean 'callbacks'?",
    ),
    "below a value": (
        "optimizer.momentum.x",
        "argument '--without optimizer.momentum.x': got 'x', expected a key that the file has.",
    ),
    "extends": (
        "extends",
        "argument '--without extends': got 'extends', expected a key that the file has. "
        "Remove `extends` in the file.",
    ),
    "empty": ("", "argument '--without ': got '', expected a key that the file has."),
    "position outside": (
        "callbacks.2",
        "argument '--without callbacks.2': got '2', expected a key that the file has.",
    ),
}


@pytest.mark.parametrize(("without", "message"), ABSENT.values(), ids=ABSENT.keys())
def test_without_a_key_that_is_not_there_is_refused(without, message):
    with pytest.raises(ConfigError) as caught:
        changed(without=[without])

    assert str(caught.value) == message


def test_overrides_from_python_become_plain_copies():
    layers = ({"type": "dense", "units": 3},)
    values = {"architecture.layers": layers, "dataset.path": Path("a.csv"), "x": Fraction(1, 2)}

    overrides = from_mapping(values)

    assert [override.value for override in overrides] == [[layers[0]], "a.csv", 0.5]
    assert overrides[0].value[0] is not layers[0]
    assert overrides[1].place == Place("argument 'dataset.path=a.csv'")


def test_numbers_of_numpy_become_plain_numbers():
    numpy = pytest.importorskip("numpy")

    values = [one.value for one in from_mapping({"a": numpy.int64(3), "b": numpy.float32(0.5)})]

    assert [(value, type(value)) for value in values] == [(3, int), (0.5, float)]


def test_a_key_from_python_with_an_empty_part_is_refused():
    with pytest.raises(ConfigError) as caught:
        from_mapping({"a..b": 3})

    assert str(caught.value) == f"argument 'a..b': {NO_KEY}"


def test_parts_of_a_value_stand_at_their_column_of_the_argument():
    source = changed("optimizer={type: adam, beta_1: 0.5}", "metrics=[auc]")

    argument = "argument 'optimizer={type: adam, beta_1: 0.5}'"
    assert source.given(("optimizer",)) == Place(argument)
    assert source.given(("optimizer", "beta_1")) == Place(argument, 0, 32)
    assert source.place(("optimizer", "beta_1"), of_key=True) == Place(argument, 0, 24)
    assert source.given(("optimizer", "momentum")) is None


def test_parts_of_a_value_from_python_stand_at_the_argument():
    source = read(FILE, "a.yaml")

    apply(source, from_mapping({"optimizer": {"type": "adam"}}))

    argument = "argument 'optimizer={'type': 'adam'}'"
    assert str(source.given(("optimizer", "type"))) == f'argument "{argument[10:-1]}"'


UNBOUNDED = {
    "circle": ([], "got deeper nesting, expected at most 50 levels."),
    "number": (
        10**5000,
        "got a number beyond 64 bits, expected a number that fits into 64 bits.",
    ),
}
UNBOUNDED["circle"][0].append(UNBOUNDED["circle"][0])


@pytest.mark.parametrize(("value", "message"), UNBOUNDED.values(), ids=UNBOUNDED.keys())
def test_a_value_from_python_has_bounds(value, message):
    with pytest.raises(ConfigError) as caught:
        from_mapping({"a": [value]})

    assert str(caught.value) == f"argument 'a': {message}"


def test_many_arguments_have_the_bounds_of_one_file():
    many = f"[{'1, ' * 40_000}]"

    with pytest.raises(ConfigError) as caught:
        changed(*(f"{name}={many}" for name in "abc"))

    message = "got more values, arguments included, expected at most 100000 values."
    assert str(caught.value) == f"a.yaml:1:1: {message}"


def test_a_file_that_is_no_map_stays_as_it_is():
    source = read("[1]", "a.yaml")

    apply(source, from_arguments(["seed=1"]), ["x"])

    assert source.value == [1]
