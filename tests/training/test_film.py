"""The weights that a film keeps: few, even, the same after an interruption."""

from __future__ import annotations

import numpy as np
import pytest

from dltrain.training.film import Film


class Counting:
    """A model whose only weight is the number of its epoch."""

    def __init__(self):
        self.epoch = 0

    def get_weights(self):
        return [np.array([self.epoch]), np.array([[-self.epoch]])]


def filmed(epochs, most):
    film, model = Film(most), Counting()
    film.set_model(model)
    film.on_train_begin()
    for epoch in range(epochs):
        model.epoch = epoch + 1
        film.on_epoch_end(epoch)
    return film


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
    film = filmed(epochs, most=4)

    assert film.epochs == kept
    assert {epoch: one[0].item() for epoch, one in film.frames.items()} == {k: k for k in kept}
    assert [one[1].item() for one in film.frames.values()] == [-one for one in kept]
