"""The weights that a film keeps: few, even, the same after an interruption."""

from __future__ import annotations

import json

import numpy as np
import pytest

from dltrain import runner
from dltrain.config import load
from dltrain.terminal import Terminal
from dltrain.training import Continuation, film, keeping
from dltrain.training.film import Film

MOONS = """\
name: moons
dataset: {type: sklearn, name: moons, arguments: {n_samples: 60, noise: 0.1}}
architecture: {layers: [{type: dense, units: 4, activation: tanh}]}
training: {epochs: 10}
evaluation: {report: {animate: true}, baselines: false}
"""


class Counting:
    """A model whose only weight is the number of its epoch."""

    def __init__(self):
        self.epoch = 0

    def get_weights(self):
        return [np.array([self.epoch]), np.array([[-self.epoch]])]


def filmed(epochs, most):
    kept, model = Film(most), Counting()
    kept.set_model(model)
    kept.on_train_begin()
    for epoch in range(epochs):
        model.epoch = epoch + 1
        kept.on_epoch_end(epoch)
    return kept


@pytest.mark.parametrize(
    ("epochs", "kept"),
    [
        (0, [0]),
        (3, [0, 1, 2, 3]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4]),
        (9, [0, 2, 4, 6, 8]),
        (10, [0, 4, 8]),
        (100, [0, 32, 64, 96]),
    ],
)
def test_frames_are_even_however_many_epochs_there_are(epochs, kept):
    found = filmed(epochs, most=4)

    assert found.epochs == kept
    assert {epoch: one[0].item() for epoch, one in found.frames.items()} == {k: k for k in kept}
    assert [one[1].item() for one in found.frames.values()] == [-one for one in kept]


@pytest.mark.slow
def test_a_run_that_goes_on_keeps_the_same_frames(tmp_path, monkeypatch, reports):
    monkeypatch.setattr(film, "MOST_FRAMES", 3)
    monkeypatch.setattr(film.Film.__init__, "__defaults__", (3,))
    config = tmp_path / "moons.yaml"
    config.write_text(MOONS, encoding="utf-8")

    whole = _fit(config, tmp_path / "whole")
    with monkeypatch.context() as patch:
        look = Continuation.look

        def look_and_stop(self, position, *, within=True):
            look(self, position, within=within)
            if position.epoch == 5 and not within:
                raise KeyboardInterrupt("stopped by the user")

        patch.setattr(keeping.Keeper, "is_due", lambda self, *, within: True)
        patch.setattr(Continuation, "look", look_and_stop)
        with pytest.raises(KeyboardInterrupt):
            _fit(config, tmp_path / "parts")
    [status] = (tmp_path / "parts").glob("*/*/status.json")
    resumed = runner.resume(status.parent, terminal=Terminal(quiet=True)).folder

    first, second = (np.load(folder / "insights.npz") for folder in (whole, resumed))
    assert json.loads((resumed / "insights.json").read_text())["surface"]["epochs"] == [0, 4, 8]
    assert sorted(first) == sorted(second)
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def _fit(path, output):
    return runner.fit(load(path), output=output, terminal=Terminal(quiet=True)).folder
