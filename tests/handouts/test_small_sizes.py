"""The small sizes with which a worksheet has a formula tried."""

from handout_forms import form

import symbolic
from symbolic.handouts.context import Context, NoSmallSizes
from symbolic.handouts.making import _asked
from symbolic.handouts.variants import at_random, small, stream


def test_small_sizes_keep_the_width_only_where_there_is_no_other() -> None:
    narrow = {"hidden_size": 4, "num_hidden_layers": 2, "vocab_size": 30, "state_size": 4, "conv_kernel": 4}
    widths = []
    for config in ({"model_type": "mamba", **narrow}, {"model_type": "mamba", **narrow, "hidden_size": 24}):
        tiny = small(symbolic.load(config), stream("1"))
        assert tiny is not None
        widths.append(tiny.sizes["emb_dim"])
    assert widths[0] == 4
    assert widths[1] != 24


def test_a_network_without_small_sizes_is_searched_a_few_times_and_one_that_gives_nothing_to_ask_often() -> None:
    tried: list[str] = []

    def without_small_sizes(_: Context, id: str) -> None:
        tried.append(id)
        raise NoSmallSizes

    def nothing_to_ask(_: Context, id: str) -> None:
        tried.append(id)

    made = form()
    random = stream("1")
    context = Context(made.derivation, lambda _: made.derivation, made.settings.prose, random, at_random(random))
    assert [*_asked(without_small_sizes, context, "small"), *_asked(nothing_to_ask, context, "any")] == []
    assert (tried.count("small"), tried.count("any")) == (4, 24)
