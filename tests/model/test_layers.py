"""Layers that are told something where they are called."""

import keras
import numpy as np
import pytest

CAUSAL = {
    "attention": "{type: attention, use_causal_mask: true, inputs: [input, input]}",
    "attention of several heads": "{type: multi_head_attention, num_heads: 2, key_dim: 4, "
    "use_causal_mask: true, inputs: {query: input, value: input}}",
}


@pytest.mark.parametrize("layer", CAUSAL.values(), ids=CAUSAL.keys())
def test_a_causal_mask_hides_later_steps(build, layer):
    network = build(f"architecture: {{layers: [{layer}, flatten]}}\n", "series").network
    steps = keras.Model(network.input, network.get_layer("flatten").input)
    x = np.random.default_rng(0).normal(size=(1, 50, 3)).astype(np.float32)
    later = x.copy()
    later[:, 30:] += 1

    found, changed = steps.predict(x, verbose=0), steps.predict(later, verbose=0)

    assert np.array_equal(found[:, :30], changed[:, :30])
    assert not np.allclose(found[:, 30:], changed[:, 30:])
