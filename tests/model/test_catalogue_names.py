"""Every name of the catalogue that a config can use.

Two tables hold a row for each: `catalogue_layers.yaml` and `catalogue_choices.yaml`. What stands
there is written into a config, loaded, built and trained for one step the way a run does it; the
arguments arrive; a misspelled one is refused at its place. A name that Keras gains needs a row.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from dltrain.config import load
from dltrain.config.catalogue.names import kinds
from dltrain.data.inputs import ArrayInputs, ImageInputs
from dltrain.data.texts.tokens import TokenInputs
from dltrain.errors import ConfigError, one_of, plain_name
from dltrain.run_folder import HISTORY
from dltrain.runner import fit
from dltrain.training import train

HERE = Path(__file__).parent
LAYERS = yaml.safe_load((HERE / "catalogue_layers.yaml").read_text(encoding="utf-8"))
CHOICES = yaml.safe_load((HERE / "catalogue_choices.yaml").read_text(encoding="utf-8"))
CHOICES["activation"] = {name: {} for name in kinds()["activation"]}

INPUTS = {
    "codes": TokenInputs((1,), "sequence", 20),
    "film": ArrayInputs((2, 3, 3, 3, 2)),
    "picture": ImageInputs((8, 8, 3), "0_1"),
    "rows": ArrayInputs((3, 5, 2)),
    "series": ArrayInputs((6, 3)),
    "sound": ArrayInputs((64, 1)),
    "table": ArrayInputs((4,)),
    "tokens": TokenInputs((5,), "sequence", 20),
    "volume": ArrayInputs((4, 4, 4, 2)),
    "wave": ArrayInputs((64,)),
}
ROWS = 8

HEAD = "dataset: {type: sklearn, name: wine}\n"
NETWORK = "architecture: {layers: [{type: dense, units: 3, activation: tanh, name: it}]}\n"
DENSE = "architecture: {layers: [{type: dense, units: 3, name: it, ARGUMENT: CHOICE}]}\n"
# Where a choice of each kind stands in a config.
PLACES = {
    "activation": DENSE.replace("ARGUMENT", "activation"),
    "callback": f"{NETWORK}optimizer: {{use_ema: EMA}}\ncallbacks: [CHOICE]\n",
    "constraint": DENSE.replace("ARGUMENT", "kernel_constraint"),
    "initializer": DENSE.replace("ARGUMENT", "kernel_initializer"),
    "loss": f"{NETWORK}loss: CHOICE\n",
    "metric": f"{NETWORK}metrics: [CHOICE]\n",
    "optimizer": f"{NETWORK}optimizer: CHOICE\n",
    "regularizer": DENSE.replace("ARGUMENT", "kernel_regularizer"),
    "schedule": f"{NETWORK}optimizer: {{type: sgd, learning_rate: CHOICE}}\n",
}
# How the object that was built is found.
FOUND = {
    "activation": lambda built: layer(built),
    "constraint": lambda built: layer(built).kernel_constraint,
    "initializer": lambda built: layer(built).kernel_initializer,
    "loss": lambda built: built.network.loss,
    "metric": lambda built: built.goal.compiled()["metrics"][0],
    "optimizer": lambda built: built.network.optimizer,
    "regularizer": lambda built: layer(built).kernel_regularizer,
    "schedule": lambda built: built.network.optimizer._learning_rate,
}


def layer(built):
    return built.network.get_layer("it")


def layer_rows():
    """List (input, name, layers): each with one layer named `it`."""
    for inputs, rows in LAYERS.items():
        for name, row in rows.items():
            alone = [{"type": name, "name": "it"} | row] if isinstance(row, dict) else row
            yield pytest.param(inputs, name, alone, id=name)


def choice_rows(kinds):
    """List (kind, name, task, choice)."""
    for kind in kinds:
        for name, row in CHOICES[kind].items():
            choice = {"type": name} | {key: value for key, value in row.items() if key != "task"}
            yield pytest.param(
                kind, name, row.get("task", "regression"), choice, id=f"{kind} {name}"
            )


def layer_text(layers):
    lines = "".join(f"    - {json.dumps(one)}\n" for one in [*layers, "flatten"])
    return f"architecture:\n  layers:\n{lines}"


# Metrics that a config may name only where the target says that its classes have an order.
OF_ORDERED_CLASSES = ("class_distance", "quadratic_weighted_kappa")
ORDERED = "{type: csv, path: a.csv, target: {y: {bins: 3, ordered: true}}}"


def choice_text(kind, choice):
    value = choice["type"] if kind == "activation" else json.dumps(choice)
    averages = str(choice["type"] == "swap_ema_weights").lower()
    return PLACES[kind].replace("CHOICE", value).replace("EMA", averages)


def features(inputs):
    draw, shape = np.random.default_rng(1), (ROWS, *inputs.shape)
    if inputs.form == "array":
        return draw.normal(size=shape).astype(np.float32)
    images = inputs.form == "images"
    return draw.integers(0, 256 if images else 20, shape).astype(np.uint8 if images else np.int32)


def train_one_step(built, inputs, task, validate=True):
    """Train, and compute what is learned of a row in the other mode, as a run does."""
    outputs = 1 if task in ("binary", "regression") else built.network.output_shape[-1]
    if task == "multiclass":
        y = np.arange(ROWS, dtype=np.int32)
    else:
        y = (np.arange(ROWS * outputs).reshape(ROWS, -1) % 2).astype(np.float32)
    rows = features(inputs), built.goal.targets(y)
    val = rows if validate else None
    trained = train(built.network, rows, val, epochs=1, batch_size=ROWS, seed=0)
    return [value for row in trained.history for name, value in row.items() if "loss" in name]


def told(found, argument):
    """Read an argument from an object of Keras: most stand in its config, some do not."""
    found = getattr(found, "metric", found)  # dltrain converts targets for some metrics
    config = found.get_config() if hasattr(found, "get_config") else {}
    functions = getattr(found, "_fn_kwargs", {})
    known = functions | config
    return known[argument] if argument in known else getattr(found, argument)


def is_same(value, given):
    """Compare what Keras tells with what the file says."""
    if isinstance(value, dict) and value.get("class_name") == "DTypePolicy":
        return value["config"]["name"] == given
    if isinstance(value, dict) and "class_name" in value:
        return is_same_choice(value, {"type": given} if isinstance(given, str) else given)
    if isinstance(value, list | tuple | np.ndarray) and isinstance(given, list):
        return len(value) == len(given) and all(map(is_same, value, given))
    if isinstance(value, list | tuple):  # Keras spells a range or a size out
        return is_same(value[-1], given)
    return value == (pytest.approx(given) if isinstance(value, float) else given)


def is_same_choice(value, given):
    if isinstance(given, list):  # several cells
        return is_same(value["config"]["cells"], given)
    arguments = {name: one for name, one in given.items() if name != "type"}
    return plain_name(value["class_name"]) == plain_name(given["type"]) and all(
        is_same(value["config"][name], one) for name, one in arguments.items()
    )


def arguments_of(choice):
    return {key: one for key, one in choice.items() if key not in ("inputs", "name", "type")}


@pytest.mark.parametrize("kind", kinds())
def test_every_name_has_a_row(kind):
    rows = {"layer": [name for names in LAYERS.values() for name in names]} | CHOICES

    assert set(rows[kind]) == set(kinds()[kind])


@pytest.mark.slow
@pytest.mark.parametrize(("inputs", "name", "layers"), list(layer_rows()))
def test_a_layer_is_built_with_its_arguments_and_trains(build, inputs, name, layers):
    built = build(layer_text(layers), INPUTS[inputs], "regression")
    losses = train_one_step(built, INPUTS[inputs], "regression")

    given = arguments_of(next(one for one in layers if one["name"] == "it"))
    assert [key for key, one in given.items() if not is_same(told(layer(built), key), one)] == []
    assert np.isfinite(losses).all()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name", "task", "choice"), list(choice_rows(FOUND)))
def test_a_choice_is_built_with_its_arguments_and_trains(build, kind, name, task, choice):
    dataset = ORDERED if name in OF_ORDERED_CLASSES else "{type: sklearn, name: wine}"
    built = build(choice_text(kind, choice), INPUTS["table"], task, dataset)
    losses = train_one_step(built, INPUTS["table"], task, validate=kind in ("loss", "metric"))

    given, found = arguments_of(choice), FOUND[kind](built)
    assert [key for key, one in given.items() if not is_same(told(found, key), one)] == []
    assert np.isfinite(losses).all()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name", "task", "choice"), list(choice_rows(["callback"])))
def test_a_callback_works_in_a_run_of_two_epochs(fruit, kind, name, task, choice):
    if name == "tensorboard":
        pytest.importorskip("tensorboard")
    dataset = fruit.read_text(encoding="utf-8").split("architecture:")[0]
    fruit.write_text(dataset + choice_text(kind, choice), encoding="utf-8")

    folder = fit(load(fruit, ["training.epochs=2"]), output=fruit.parent / "runs").folder

    assert len((folder / HISTORY).read_text(encoding="utf-8").splitlines()) == 3


def misspelled(value, name, argument):
    """Double the last letter of an argument in the map of a name, wherever it stands."""
    if isinstance(value, list):
        return [misspelled(one, name, argument) for one in value]
    if not isinstance(value, dict):
        return value
    result = {key: misspelled(one, name, argument) for key, one in value.items()}
    if value.get("type") == name:
        result[argument + argument[-1]] = result.pop(argument, None)
    return result


WRITTEN = [pytest.param("layer", *row.values[1:], id=row.id) for row in layer_rows()] + [
    pytest.param(row.values[0], row.values[1], row.values[3], id=row.id)
    for row in choice_rows([*FOUND, "callback"])
    if row.values[0] != "activation"
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name", "written"), WRITTEN)
def test_a_misspelled_argument_is_refused_at_its_place(tmp_path, kind, name, written):
    known = kinds()[kind][name]["arguments"]
    argument = next((one for one in known if f'"{one}"' in json.dumps(written)), "name")
    wrong = argument + argument[-1]
    changed = misspelled(written, name, argument)
    text = HEAD + (layer_text(changed) if kind == "layer" else choice_text(kind, changed))
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "a.yaml")

    before = text[: text.index(f'"{wrong}"')]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    expected = f"{one_of(known)} of {name}" if known else f"no argument of {name}"
    meant = f" Did you mean '{argument}'?" if argument in known else ""
    [problem] = caught.value.problems
    assert problem.startswith(f"{tmp_path / 'a.yaml'}:{line}:{column}: ")
    assert problem.endswith(f".{wrong}: got an unknown argument, expected {expected}.{meant}")
