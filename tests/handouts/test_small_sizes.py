"""The small sizes with which a worksheet has a formula tried."""

import symbolic
from symbolic.handouts.variants import small, stream


def test_small_sizes_keep_the_width_only_where_there_is_no_other() -> None:
    narrow = {"hidden_size": 4, "num_hidden_layers": 2, "vocab_size": 30, "state_size": 4, "conv_kernel": 4}
    widths = []
    for config in ({"model_type": "mamba", **narrow}, {"model_type": "mamba", **narrow, "hidden_size": 24}):
        tiny = small(symbolic.load(config), stream("1"))
        assert tiny is not None
        widths.append(tiny.sizes["emb_dim"])
    assert widths[0] == 4
    assert widths[1] != 24
