"""A config small enough to be trained many times."""

import pytest

CONFIG = """\
name: iris
seed: 3
dataset: {{type: sklearn, name: iris}}
architecture: {{layers: {layers}}}
metrics: [accuracy]
training: {{epochs: {epochs}}}
evaluation: {{report: false, baselines: false}}
{more}
"""
DENSE = "[{type: dense, units: 4}]"
# A layer that is not vectorised, so that members train by themselves.
CONVOLUTION = (
    "[{type: reshape, target_shape: [4, 1]}, {type: conv1d, filters: 2, kernel_size: 2}, flatten]"
)


@pytest.fixture
def write_config(tmp_path):
    """Write a config."""

    def write(more="", *, layers=DENSE, epochs=3):
        path = tmp_path / "iris.yaml"
        path.write_text(CONFIG.format(layers=layers, epochs=epochs, more=more))
        return path

    return write
