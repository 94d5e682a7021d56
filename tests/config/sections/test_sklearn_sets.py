"""`type: sklearn`: arguments belong to sets that are made up, and are checked by name."""

import pytest

from dltrain.errors import ConfigError

LAYERS = "architecture: {layers: [{type: dense, units: 4}]}\n"


def text(name, arguments):
    return f"dataset:\n  type: sklearn\n  name: {name}\n  arguments: {arguments}\n{LAYERS}"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("moons", {"noise": 0.1}), ("Swiss_Roll", {"hole": True}), ("iris", {}), ("linnerud", {}),
     ("blobs", {"n_samples": [10, 20]})],
)  # fmt: skip
def test_arguments_are_those_of_the_generator(load_text, name, arguments):
    dataset = load_text(text(name, arguments)).experiment.dataset

    assert dataset.name == name.lower()
    assert dataset.arguments == arguments


WRONG = {
    "misspelled": (
        text("moons", "{nois: 0.1}"),
        "4:15: dataset.arguments.nois: got an unknown argument, expected one of n_samples, noise, "
        "random_state, shuffle. Did you mean 'noise'?",
    ),
    "of another generator": (
        text("moons", "{factor: 0.5}"),
        "4:15: dataset.arguments.factor: got an unknown argument, expected one of n_samples, "
        "noise, random_state, shuffle.",
    ),
    "of a set as it is": (
        text("iris", "{n_samples: 5}"),
        "4:3: dataset.arguments: got arguments of iris, which is a set as it is, expected none. "
        "Remove them.",
    ),
    "rows": (
        text("s_curve", "{n_samples: [3, 4]}"),
        "4:26: dataset.arguments.n_samples: got [3, 4], expected a whole number of at least 1.",
    ),
    "rows by group": (
        text("moons", "{n_samples: [3, 0]}"),
        "4:26: dataset.arguments.n_samples: got [3, 0], expected a whole number of at least 1, or "
        "a list of them.",
    ),
    "no random state": (
        text("moons", "{random_state: null}"),
        "4:29: dataset.arguments.random_state: got null, "
        "expected a whole number from 0 to 4294967295.",
    ),
    "scikit-learn's own name": (
        text("make_moons", "{}"),
        "3:9: dataset.name: got 'make_moons', expected one of blobs, breast_cancer, circles, "
        "classification, diabetes, digits, …. Did you mean 'moons'?",
    ),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_argument_names_place_and_way_out(load_text, content, message):
    with pytest.raises(ConfigError) as caught:
        load_text(content)

    assert str(caught.value) == f"a.yaml:{message}"
