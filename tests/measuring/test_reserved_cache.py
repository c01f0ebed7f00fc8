"""The cache as engines reserve it, by a second way of counting: block by block, layer by layer."""

from collections.abc import Mapping

import pytest
from sampling import ONE_A_FAMILY, sample

import symbolic
from symbolic import api
from symbolic.configs.model import Model
from symbolic.errors import NothingToMeasure
from symbolic.formulas.formula import Number
from symbolic.measuring import quantities
from symbolic.measuring.reconciliation import reconcile
from symbolic.networks.blocks import Cache
from symbolic.networks.walks import leaves

GEMMA3 = symbolic.load("gemma-3-27b-text")


def gemma(sliding: int, full: int, window: int) -> Model:
    """A Gemma 3 with so many layers of each kind."""
    kinds = ["sliding_attention"] * sliding + ["full_attention"] * full
    sizes = {"num_hidden_layers": sliding + full, "layer_types": kinds, "sliding_window": window}
    return symbolic.load({**GEMMA3.config, **sizes}, architecture="gemma3_text")


def total(model: Model, convention: str, **inputs: int) -> int:
    return api.explain(model, "kv-cache", convention=convention, inputs=inputs, idle_inputs=True).total


def test_the_blocks_are_those_of_vllm_s_example() -> None:
    """docs/design/hybrid_kv_cache_manager.md, case 2: 10 full and 20 sliding layers, 11 blocks of 10 layers each."""
    model = gemma(20, 10, 32)
    page = 10 * 16 * 2 * model.sizes["n_kv_groups"] * model.sizes["head_dim"] * 2
    for convention in ("paged", "hybrid-groups"):
        assert total(model, convention, context=112, block_tokens=16) == 11 * page


def test_the_last_group_of_gemma_3_has_eight_layers_of_padding() -> None:
    """The same document, case 3: Gemma 3 27B has 52 sliding and 10 full layers, so 60 sliding ones are reserved."""
    layer = 2 * 16 * 128 * 2 * 1024
    found = {name: total(GEMMA3, name, context=8192, block_tokens=16) for name in ("paged", "hybrid-groups")}
    assert found["hybrid-groups"] - found["paged"] == 8 * layer
    assert found["hybrid-groups"] == total(gemma(60, 10, 1024), "paged", context=8192, block_tokens=16)


def test_a_sliding_layer_of_llama_cpp_has_the_cells_that_its_log_says() -> None:
    """qualcomm/GenieX, pull request 1346: 1,536 cells with a context of 4,096, a window of 512 and chunks of 1,024."""
    model = symbolic.load("gemma-3-1b")
    cell = 2 * 256 * 2
    assert total(model, "llama-cpp", context=4096, prompt_chunk=1024) == cell * (22 * 1536 + 4 * 4096)
    assert total(model, "sliding-as-full", context=4096) == cell * 26 * 4096


def held(tokens: int, window: int | None, block: int) -> int:
    """The blocks that hold a token of the window, or of the whole text."""
    first = 0 if window is None else max(tokens - window, 0)
    return len({token // block for token in range(first - first % block, tokens)})


@pytest.mark.parametrize("name", ONE_A_FAMILY)
@pytest.mark.parametrize(("context", "block"), [(1, 16), (16, 16), (17, 16), (600, 1), (4099, 32)])
def test_paged_is_the_blocks_that_are_held(name: str, context: int, block: int) -> None:
    model = symbolic.load(name)
    try:
        given = {"context": context, "block_tokens": block}
        derivation = api.explain(model, "kv-cache", convention="paged", inputs=given, idle_inputs=True)
    except NothingToMeasure:
        return
    sizes: Mapping[str, int] = {key: int(size) for key, size in derivation.sizes.items()}
    expected = 0
    for leaf in leaves(model.network):
        cache = leaf.part
        if not isinstance(cache, Cache):
            continue
        layers = 1
        for one in leaf.path:
            layers *= int(one.repeat.value(sizes)) if one.repeat else 1
        numbers = cache.copies
        for axis in cache.shape:
            numbers *= int(axis.value(sizes))
        tokens = int(cache.tokens.value(sizes))
        window = None if cache.window is None else int(cache.window.value(sizes))
        kept = 1 if cache.tokens == Number(1) else block * held(tokens, window, block)
        expected += layers * numbers * kept * 2
    assert derivation.total == expected


@pytest.mark.parametrize(
    "name", sample(["gemma-3-1b", "deepseek-v3", "gpt-oss-20b", "mistral-7b-v0.1", "qwen3-next-80b-a3b"], 2)
)
def test_each_way_to_a_reserved_cache_arrives(name: str) -> None:
    for convention in quantities.find("kv-cache").conventions:
        derivation = symbolic.explain(name, "kv-cache", convention=convention, inputs={"context": 5000})
        for way in reconcile(derivation):
            assert way.rows[-1].running == max(way.other, derivation.total)
            assert sum(row.value for row in way.rows) == way.rows[-1].running


@pytest.mark.parametrize("context", [511, 512, 3001])
def test_no_reservation_is_smaller_than_the_need(context: int) -> None:
    for name in ("gemma-3-1b", "gpt-oss-20b", "llama-3-8b", "mistral-7b-v0.1", "t5-small", "mamba-130m"):
        model = symbolic.load(name)
        found = [
            total(model, convention, context=context, block_tokens=7)
            for convention in ("kept", "paged", "hybrid-groups")
        ]
        assert found == sorted(found)
        assert all(found[0] <= total(model, other, context=context) for other in ("sliding-as-full", "llama-cpp"))
