"""`type: python`: a function is named by its module and its name."""

import pytest

from dltrain.errors import ConfigError

LAYERS = "architecture: {layers: [{type: dense, units: 4}]}\n"


@pytest.mark.parametrize("function", ["made:load", "shop.sales_2:_load", "größe:lade"])
def test_a_function_has_a_module_and_a_name(load_text, tmp_path, function):
    dataset = load_text(f"dataset: {{type: python, function: '{function}'}}\n{LAYERS}").experiment

    assert dataset.dataset.function == function
    assert dataset.dataset.folder == str(tmp_path)


@pytest.mark.parametrize(
    "function", ["load", "made.load", "made:", ":load", "a/made:load", "a: b", "2:b"]
)
def test_another_name_is_refused(load_text, function):
    with pytest.raises(ConfigError) as caught:
        load_text(f"dataset: {{type: python, function: '{function}'}}\n{LAYERS}")

    assert str(caught.value) == (
        f"a.yaml:1:35: dataset.function: got '{function}', expected MODULE:NAME, such as "
        "shapes:load for the function `load` of shapes.py."
    )
