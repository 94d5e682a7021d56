"""Steps that networks with different numbers of rows take together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dltrain.training.side_by_side.schedule import pieces, schedule, tables


def steps_by_member(segments):
    """List the batches of each network, in the order in which it takes them."""
    found = {}
    for members, first, stop, size in segments:
        for member in members:
            found.setdefault(member, []).extend((step, size) for step in range(first, stop))
    return found


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(1, 12))
def test_each_network_takes_its_own_batches_in_order(rows, batch_size):
    found = steps_by_member(schedule(rows, batch_size))

    for member, count in enumerate(rows):
        starts = range(0, count, batch_size)
        assert found[member] == [
            (step, min(batch_size, count - start)) for step, start in enumerate(starts)
        ]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(1, 12), st.integers(1, 9))
def test_pieces_are_all_steps_and_none_is_too_long(rows, batch_size, most):
    left, taken = schedule(rows, batch_size), []
    while left:
        now, left = pieces(left, most)
        assert 0 < sum(segment.stop - segment.first for segment in now) <= most
        taken += now

    assert steps_by_member(taken) == steps_by_member(schedule(rows, batch_size))


@pytest.mark.parametrize("rows", [[5, 6, 5], [8, 8]])
def test_tables_say_the_same(rows):
    segments = schedule(rows, 2)

    members, lines = tables(segments)

    read = [(tuple(members[begin:end]), *more) for begin, end, *more in lines.tolist()]
    assert read == [tuple(segment) for segment in segments]
    assert (members.dtype, lines.dtype) == (np.int32, np.int32)


def test_nothing_has_an_empty_table():
    members, lines = tables([])

    assert (members.shape, lines.shape) == ((0,), (0, 5))
