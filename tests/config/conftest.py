"""What the tests of the config share: a good file, and loading a text as one."""

import pytest

from dltrain.config import load
from dltrain.errors import ConfigError

# The two sections that every file has, on lines 1 and 2.
GOOD = """\
dataset: {type: csv, path: a.csv, target: y}
architecture: {layers: [{type: dense, units: 4}]}
"""


@pytest.fixture
def load_text(tmp_path, monkeypatch):
    """Load a text as the file `a.yaml` of the current folder."""
    monkeypatch.chdir(tmp_path)

    def loaded(text, arguments=(), without=()):
        (tmp_path / "a.yaml").write_text(text, encoding="utf-8", newline="")
        return load("a.yaml", arguments, without=without)

    return loaded


@pytest.fixture
def load_good(load_text):
    """Load the good file with more text behind it."""
    return lambda text, arguments=(), without=(): load_text(GOOD + text, arguments, without)


@pytest.fixture
def refused(load_good):
    """Say what is wrong with the good file and more text behind it."""

    def message(text, arguments=(), without=()):
        with pytest.raises(ConfigError) as caught:
            load_good(text, arguments, without)
        return str(caught.value)

    return message
