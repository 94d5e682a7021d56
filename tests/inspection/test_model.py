"""What `inspect model` gathers of a network, and its tables and diagram."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from xml.etree import ElementTree

import keras
import pytest
from keras import layers

from dltrain.assembly import assemble, prepare_data
from dltrain.config import load
from dltrain.inspection.model.blocks import blocks, shape
from dltrain.inspection.model.diagram import diagram
from dltrain.inspection.model.layers import leaves, rows
from dltrain.inspection.model.layout import laid_out
from dltrain.inspection.model.looking import document
from dltrain.inspection.model.memory import activations

PICTURES = """\
name: pictures
dataset: {type: sklearn, name: digits}
architecture:
  layers:
    - {type: reshape, target_shape: [8, 8, 1], name: picture}
    - {type: conv2d, filters: 4, kernel_size: 3, padding: same, name: near}
    - {type: conv2d, filters: 4, kernel_size: 5, padding: same, inputs: picture, name: far}
    - {type: add, inputs: [near, far]}
    - {type: batch_normalization}
    - {type: max_pooling2d}
    - {type: flatten}
training: {batch_size: 20}
"""


@pytest.fixture(scope="module")
def assembly(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "pictures.yaml"
    path.write_text(PICTURES, encoding="utf-8")
    config = load(str(path))
    return assemble(config, prepare_data(config, smoke=False), smoke=False)


@pytest.fixture(scope="module")
def facts(assembly):
    return document(assembly)


def test_every_layer_has_a_line_with_what_the_file_says(facts):
    table = {row["name"]: row for row in facts["layers"]}

    assert list(table) == [
        "input", "picture", "near", "far", "add", "batch_normalization", "max_pooling2d",
        "flatten", "output",
    ]  # fmt: skip
    assert table["far"]["type"] == "conv2d"
    assert table["far"]["arguments"]["kernel_size"] == 5
    assert table["add"]["reads"] == ["near", "far"]
    assert table["max_pooling2d"]["output_shape"] == [4, 4, 4]
    assert table["far"]["receptive_field"] == {"size": [5, 5], "stride": [1, 1]}
    assert table["max_pooling2d"]["receptive_field"] == {"size": [6, 6], "stride": [2, 2]}
    assert table["output"]["receptive_field"] is None


def test_parameters_are_those_that_keras_counts(assembly, facts):
    assert sum(facts["parameters"].values()) == assembly.network.count_params()
    learning = sum(math.prod(one.shape) for one in assembly.network.trainable_weights)
    assert facts["parameters"] == {"trainable": learning, "frozen": 8}


def test_multiply_adds_are_summed_over_rows_and_batch(facts):
    convolutions = 64 * 4 * (9 + 25)
    others = 64 * 4 + 64 * 4 + 16 * 4 * 4 + 64 * 10  # add, batch_normalization, pooling, output

    assert facts["multiply_adds"] == {
        "row": convolutions + others, "batch": 20 * (convolutions + others), "without": []
    }  # fmt: skip


def test_memory_is_counted_in_bytes(assembly, facts):
    weights = facts["parameters"]["trainable"]
    memory = facts["memory"]

    assert memory["weights"] == 4 * (weights + 8)
    assert memory["gradients"] == 4 * weights
    assert memory["optimizer"] == pytest.approx(2 * 4 * weights, abs=16)  # and two scalars
    outputs = 64 + 4 * 256 + 64 + 64 + 10
    assert memory["activations"] == 2 * 4 * 20 * outputs
    data = assembly.data
    arrays = [array for part in data.parts.values() for array in (part.x, part.y)]
    assert memory["data"] >= sum(array.nbytes for array in arrays)


def test_half_precision_halves_the_activations():
    network = keras.Sequential(
        [keras.Input((10,), dtype="float16"), layers.Dense(5, dtype="float16")]
    )

    assert activations(rows(network), batch_size=3) == 2 * 3 * 5 * 2


def test_the_document_is_plain_json(facts):
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts


def test_a_network_inside_has_rows_of_its_own():
    inner = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3)], name="inner")
    network = keras.Sequential([keras.Input((8, 8, 1)), inner, layers.Conv2D(2, 3)])

    _, inside, last = rows(network)

    assert [row["type"] for row in inside["layers"]] == ["input_layer", "conv2d"]
    assert inside["multiply_adds"] == 36 * 2 * 9
    assert inside["parameters"]["trainable"] == 20
    assert last["receptive_field"]["size"] == [5, 5]
    assert len(list(leaves(rows(network)))) == 4


@pytest.mark.slow
def test_a_known_network_has_the_figures_of_its_papers():
    first = keras.Input((224, 224, 3))
    network = keras.applications.MobileNetV2(weights=None, include_top=False, input_tensor=first)

    described = rows(network)

    last = described[-1]["receptive_field"]
    assert last == {"size": [491, 491], "stride": [32, 32]}  # Araujo, Norris, Sim (2019)
    kernels = [row for row in described if "conv" in row["type"]]
    # Sandler et al. (2018): 300 M, of which the last dense layer has 1.28 M.
    assert sum(row["multiply_adds"] for row in kernels) == pytest.approx(300e6 - 1.28e6, rel=0.01)
    assert all(row["is_exact"] for row in described)


def test_a_layer_without_formula_is_named(facts):
    network = keras.Sequential([keras.Input((16_000,)), layers.MelSpectrogram()])
    row = rows(network)[-1]

    assert (row["multiply_adds"], row["is_exact"]) == (None, False)


def test_the_tables_hold_layers_and_totals(facts):
    title, table, totals = blocks(facts)

    assert title.title.startswith("pictures   ")
    lines = {line[0]: line for line in table.rows}
    assert lines["near"][1:] == ["conv2d 4 3×3", "", "8×8×4", "40", "2304", "3×3 / 1"]
    assert lines["far"][2] == "picture"
    assert lines["add"][2] == "near, far"
    assert lines["batch_normalization"][4] == "16 (8 frozen)"
    told = dict(totals.lines[:2])
    assert told["multiply-adds"] == "10.1 k a row · 202 k a batch of 20"
    assert dict(totals.lines)["optimizer"] == "adam 0.001"


def test_shapes_are_spelled_with_crosses():
    assert shape([None, 28, 1]) == "?×28×1"


SVG = "{http://www.w3.org/2000/svg}"


def test_the_diagram_has_a_box_for_each_layer_and_an_arrow_for_each_input(facts):
    root = ElementTree.fromstring(diagram(facts))

    names = [one.find(f"{SVG}text").text for one in root.iter(f"{SVG}g")]
    assert sorted(names) == sorted(row["name"] for row in facts["layers"])
    edges = [one for one in root.iter(f"{SVG}path") if one.get("class") == "edge"]
    assert len(edges) == sum(len(row["reads"]) for row in facts["layers"])
    assert root.find(f"{SVG}title").text == "The network of pictures"
    assert "far (conv2d 4 5×5) reads picture and gives 8×8×4" in root.find(f"{SVG}desc").text


def test_the_diagram_escapes_names(facts):
    evil = facts | {"name": "<b>&\"'</b>"}

    root = ElementTree.fromstring(diagram(evil))

    assert root.find(f"{SVG}title").text == "The network of <b>&\"'</b>"


def test_boxes_of_the_diagram_do_not_overlap(facts):
    root = ElementTree.fromstring(diagram(facts))

    boxes = []
    for group in root.iter(f"{SVG}g"):
        x, y = map(float, group.get("transform")[10:-1].split())
        boxes.append((x, y, float(group.find(f"{SVG}rect").get("width"))))
    for first in boxes:
        for second in boxes:
            if first is not second and first[1] == second[1]:
                assert abs(first[0] - second[0]) >= first[2]


def test_thirty_layers_stand_below_each_other():
    reads = [[], *([number] for number in range(29))]

    layout = laid_out(reads, 100, 10, 20)

    assert [len(level) for level in layout.levels] == [1] * 30
    assert {place.x for level in layout.levels for place in level} == {0}


def test_an_edge_that_passes_levels_has_a_place_in_each():
    layout = laid_out([[], [0], [1], [2, 0]], 100, 10, 20)

    (long,) = [edge for edge in layout.edges if len(edge) > 2]
    assert [place.level for place in long] == [0, 1, 2, 3]
    assert [place.row for place in long] == [0, None, None, 3]
    for level in layout.levels:
        for left, right in pairwise(level):
            assert right.x - left.x >= (left.width + right.width) / 2 + 20 - 1e-9
