"""Every template that is shipped is valid, explains itself and trains."""

import pytest

from dltrain.config import load
from dltrain.errors import ConfigError
from dltrain.templates import shipped

NAMES = shipped.names()
# Keras would download their data.
FAR = {"images", "text"}


def saved(tmp_path, name):
    path = tmp_path / "config.yaml"
    path.write_text(shipped.text(name), encoding="utf-8")
    return path


def test_the_default_comes_first_and_the_others_by_name():
    assert NAMES[0] == shipped.DEFAULT
    assert NAMES[1:] == sorted(NAMES[1:])
    assert {"table-classification", "table-regression", "images", "text"} < set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_valid(tmp_path, name):
    load(saved(tmp_path, name))


@pytest.mark.parametrize("name", NAMES)
def test_a_template_begins_with_schema_title_and_command(name):
    first, title, command, schema, *_ = shipped.text(name).splitlines()

    assert first == shipped.SCHEMA_LINE
    assert title == f"# {shipped.title(name)}."
    assert command == "#   dltrain fit config.yaml"
    assert f"dltrain config schema -o {shipped.SCHEMA_FILE}" in schema
    assert len(f"{name} {title}") < 120


@pytest.mark.parametrize("name", NAMES)
def test_lines_of_a_template_fit_a_screen(name):
    assert max(map(len, shipped.text(name).splitlines())) <= 100


def test_an_unknown_template_is_refused_with_the_nearest_name():
    with pytest.raises(ConfigError) as caught:
        shipped.text("minimum")

    assert str(caught.value) == (
        f"TEMPLATE: got 'minimum', expected one of {', '.join(sorted(NAMES)[:6])}, …. "
        "Did you mean 'minimal'?"
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name not in FAR])
def test_a_template_with_data_at_hand_trains(command, tmp_path, name):
    ended = command("fit", saved(tmp_path, name), "--smoke", "-o", tmp_path / "runs")

    assert ended.exit_code == 0, ended.stderr
    assert "warning" not in ended.stderr
