import numpy as np
import pytest

from dltrain.errors import DataError
from dltrain.training.order import epoch_order


@pytest.mark.parametrize("n_rows", [1, 2, 1000])
def test_every_row_is_visited_once(n_rows):
    order = epoch_order(n_rows, seed=3, epoch=5)

    assert order.dtype == np.int32
    assert sorted(order.tolist()) == list(range(n_rows))


def test_seed_and_epoch_each_give_another_order():
    orders = {
        tuple(epoch_order(100, seed=seed, epoch=epoch)) for seed in range(5) for epoch in range(5)
    }

    assert len(orders) == 25


def test_an_order_does_not_depend_on_the_ones_drawn_before():
    alone = epoch_order(50, seed=1, epoch=9)

    for epoch in range(9):
        epoch_order(50, seed=1, epoch=epoch)
    after = epoch_order(50, seed=1, epoch=9)

    assert np.array_equal(alone, after)


def test_the_order_is_that_of_numpys_generator():
    expected = np.random.default_rng([7, 2]).permutation(20)

    assert np.array_equal(epoch_order(20, seed=7, epoch=2), expected)


@pytest.mark.parametrize("n_rows", [0, 2**31])
def test_too_few_and_too_many_rows_are_refused(n_rows):
    with pytest.raises(DataError) as caught:
        epoch_order(n_rows, seed=0, epoch=0)

    assert str(caught.value) == f"got {n_rows} train rows, expected 1 to 2147483647."
