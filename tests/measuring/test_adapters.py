"""Adapters of a fine-tuning: as many numbers as PEFT makes of the real code, and as people print."""

from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from sampling import ONE_A_FAMILY, thorough

import symbolic
from symbolic.errors import ConfigError, NothingToMeasure, SymbolicError, UnknownName
from symbolic.formulas.formula import Number
from symbolic.measuring.results import derived_results
from symbolic.networks.blocks import Kind, Weight
from symbolic.networks.walks import weights
from symbolic.pages.document import explain_page

QV, ALL = "query,value", "all-linear"
STACKED = ("deepseek_v2", "deepseek_v3", "mixtral", "qwen3_moe", "qwen3_next")
"""Families whose experts PEFT adapts as stacks, which it can't give magnitudes."""
GPT3 = {"vocab_size": 50257, "context_length": 2048, "emb_dim": 12288, "n_heads": 96, "n_layers": 96}
"""Brown et al. 2020, arXiv:2005.14165, table 2.1."""
QWEN15 = {
    "model_type": "qwen2",
    "vocab_size": 151936,
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 32,
}


@pytest.mark.parametrize(
    ("model", "rank", "target", "convention", "trained", "of_all"),
    [
        # PEFT's print_trainable_parameters for Llama 7B, in many logs of alpaca-lora and LLaMA-Factory
        ("llama-2-7b", 8, QV, "", 4_194_304, 6_742_609_920),
        ("llama-2-7b", 8, ALL, "", 19_988_480, 6_758_404_096),
        # datawhalechina/self-llm, Qwen1.5: "trainable params: 19,988,480 || all params: 7,741,313,024"
        (QWEN15, 8, ALL, "", 19_988_480, 7_741_313_024),
        # hiyouga/LlamaFactory, issue 5539, Qwen2.5-Math-7B
        ("qwen2.5-7b", 8, ALL, "", 20_185_088, None),
        # Hu et al. 2021, table 5: 18M for GPT-3, with rank 8 beside one kind of matrix and rank 4 beside two
        (GPT3, 8, "query", "each-matrix", 18_874_368, None),
        (GPT3, 4, QV, "each-matrix", 18_874_368, None),
        # One adapter beside GPT-2's c_attn, which holds query, key and value; PEFT's own default for GPT-2
        ("gpt2", 8, QV, "", 294_912, None),
        ("gpt2", 8, "c_attn", "", 294_912, None),
        ("gpt2", 8, QV, "each-matrix", 294_912, None),
        ("gpt2", 8, "query", "each-matrix", 147_456, None),
    ],
)
def test_the_adapters_are_those_that_people_print(
    model: Any, rank: int, target: str, convention: str, trained: int, of_all: int | None
) -> None:
    derivation = symbolic.explain(
        model,
        "lora-parameters",
        convention=convention,
        inputs={"lora_rank": rank},
        choices={"target": target},
    )
    assert derivation.total == trained
    assert of_all in (None, derived_results(derivation)[0].value)


def test_the_file_of_adapters_is_that_on_the_hub() -> None:
    """Rank 8 beside query and value of a Llama 7B: 16.8 MB at 32 bits, beside a header."""
    derivation = symbolic.explain("llama-2-7b", "lora-parameters", choices={"target": QV})
    assert {one.title: one.value for one in derived_results(derivation)}["the file of the adapters"] == 16_777_216


def test_double_quantised_scales_take_an_eighth_of_a_bit() -> None:
    """Dettmers et al. 2023, arXiv:2305.14314, §3: 8/64 + 32/(64 × 256) = 0.127 bits a parameter, in place of 0.5."""
    frozen = symbolic.explain("llama-2-7b", "lora-memory", convention="frozen", dtype="nf4-double")
    matrices = 32 * (4 * 4096 * 4096 + 3 * 4096 * 11008)
    rest = 2 * (2 * 32000 * 4096 + 65 * 4096)
    moved = 4 * 7 * 32
    assert frozen.total == matrices * (4 + Fraction(8, 64) + Fraction(32, 64 * 256)) / 8 + rest + moved


def test_the_memory_is_the_frozen_weights_and_sixteen_bytes_a_number() -> None:
    trained = symbolic.explain("llama-3-8b", "lora-parameters").total
    whole, frozen = (symbolic.explain("llama-3-8b", "lora-memory", convention=name).total for name in ("", "frozen"))
    assert frozen == 2 * 8_030_261_248
    assert whole - frozen == 16 * trained


@pytest.mark.parametrize(
    ("target", "same"),
    [
        ("q_proj,v_proj", QV),
        ("self_attn.q_proj,self_attn.v_proj", QV),
        ("*/attention/query,*/attention/value", QV),
        ("*/attention/*", "query,key,value,output_projection"),
        ("*.mlp.*", "gate,up,down"),
        ("*", ALL),
        (" query , value,query", QV),
    ],
)
def test_targets_are_named_by_what_they_do_by_their_module_or_by_a_pattern(target: str, same: str) -> None:
    found, expected = (
        symbolic.explain("llama-3-8b", "lora-parameters", choices={"target": name}).total for name in (target, same)
    )
    assert found == expected


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"choices": {"target": "query,valu"}},
            "target 'valu' matches no matrix of this network; there are query, key",
        ),
        ({"choices": {"target": " , "}}, "target names no matrix"),
        ({"choices": {"target": "*/nowhere/*"}}, "matches no matrix"),
        ({"inputs": {"lora_rank": 0}}, "lora_rank must be at least 1"),
        ({"inputs": {"lora_rank": Fraction(1, 2)}}, "lora_rank must be a whole number"),
    ],
)
def test_a_bad_question_gets_a_clear_line(given: dict[str, Any], says: str) -> None:
    for quantity in ("lora-parameters", "lora-memory"):
        with pytest.raises(ConfigError, match=says):
            symbolic.explain("llama-3-8b", quantity, **given)


def test_a_choice_that_a_quantity_does_not_have_is_named() -> None:
    with pytest.raises(UnknownName, match="choice of parameters"):
        symbolic.explain("gpt2", "parameters", choices={"target": "query"})


def test_each_copy_of_a_weight_is_named() -> None:
    with pytest.raises(ValueError, match="name each copy"):
        Weight("gates", "gates", (Number(3),), Kind.MATRIX, copies=3, members=("one", "other"))
    named = {member for model in ONE_A_FAMILY for leaf in weights(symbolic.load(model).network)
             if leaf.weight.kind is Kind.MATRIX for member in leaf.weight.called}  # fmt: skip
    assert {"query", "key", "value", "output_projection", "gate", "up", "down"} <= named
    assert not {name for name in named if "matri" in name}


@thorough
@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ONE_A_FAMILY)
def test_peft_counts_as_many(name: str) -> None:
    """The real class on torch's meta device, with adapters beside all its linear modules, and magnitudes of DoRA's.

    The shapes of each other model are those of its class, too (test_real_classes.py).
    """
    peft = pytest.importorskip("peft", reason="peft is not installed: pip install peft")
    pytest.importorskip("transformers", reason="transformers is not installed")
    from symbolic.measuring.verify import real_network

    model = symbolic.load(name)
    if not model.architecture.model_class or model.architecture.name == "mamba":
        return  # PEFT refuses all-linear for Mamba, whose kernels read the weights of some modules themselves.
    if "qkv_bias" in model.options and model.architecture.name == "gpt2":
        # The real class has these biases always, and adapters have none.
        model = model.with_options({"qkv_bias": True})
    ours = symbolic.explain(model, "lora-parameters", convention="peft", inputs={"lora_rank": 4})
    all_linear = partial(peft.LoraConfig, r=4, target_modules="all-linear", task_type="SEQ_CLS")
    stacked = model.architecture.name in STACKED
    if stacked:
        with pytest.raises(ValueError, match="ParamWrapper does not work with use_dora"):
            peft.get_peft_model(real_network(model), all_linear(use_dora=True), low_cpu_mem_usage=True)
    made = peft.get_peft_model(real_network(model), all_linear(use_dora=not stacked), low_cpu_mem_usage=True)
    sizes = {name: tensor.numel() for name, tensor in made.named_parameters() if "lora_" in name}
    assert ours.total == sum(size for name, size in sizes.items() if "lora_magnitude" not in name)
    if not stacked:
        assert ours.counted_as(ours.quantity.convention("dora")).total == sum(sizes.values())


def pairs(*shapes: tuple[int, int]) -> int:
    """The numbers of an adapter of rank 8 beside each matrix."""
    return sum(8 * (inputs + outputs) for inputs, outputs in shapes)


@pytest.mark.parametrize(
    ("config", "choices", "layers", "shapes"),
    [
        # BLOOM 7.1B and StarCoder2 3B, by the shapes in their code
        (
            {"model_type": "bloom", "architectures": ["BloomForCausalLM"], "hidden_size": 4096, "n_layer": 30},
            {},
            30,
            [(4096, 3 * 4096), (4096, 4096), (4096, 4 * 4096), (4 * 4096, 4096)],
        ),
        (
            {"model_type": "bloom", "architectures": ["BloomForCausalLM"], "hidden_size": 4096, "n_layer": 30},
            {"target": "query_key_value"},
            30,
            [(4096, 3 * 4096)],
        ),
        (
            {"model_type": "starcoder2", "architectures": ["Starcoder2ForCausalLM"]},
            {"target": "q_proj,v_proj"},
            30,
            [(3072, 24 * 128), (3072, 2 * 128)],
        ),
    ],
)
def test_a_described_type_has_adapters(
    config: dict[str, Any], choices: dict[str, str], layers: int, shapes: list[tuple[int, int]]
) -> None:
    assert symbolic.explain(config, "lora-parameters", choices=choices).total == layers * pairs(*shapes)


def test_adapters_of_stacked_experts_are_not_guessed() -> None:
    """Which stacks PEFT finds hangs on the type."""
    with pytest.raises(SymbolicError, match="gives no lora-parameters"):
        symbolic.explain({"model_type": "glm4_moe", "architectures": ["Glm4MoeForCausalLM"]}, "lora-parameters")


@thorough
@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["bloom", "gpt_bigcode", "stablelm"])
def test_peft_counts_as_many_for_a_described_type(name: str) -> None:
    """The default config of the real class with three layers."""
    peft = pytest.importorskip("peft", reason="peft is not installed: pip install peft")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    torch = pytest.importorskip("torch", reason="torch is not installed")

    made = transformers.AutoConfig.for_model(name, num_hidden_layers=3)
    with torch.device("meta"):
        network = transformers.AutoModelForCausalLM.from_config(made)
    config = {**made.to_dict(), "architectures": [type(network).__name__]}
    ours = symbolic.explain(config, "lora-parameters", inputs={"lora_rank": 4}).total
    how = peft.LoraConfig(r=4, target_modules="all-linear", task_type="SEQ_CLS")
    adapted = peft.get_peft_model(network, how, low_cpu_mem_usage=True)
    assert ours == sum(one.numel() for name, one in adapted.named_parameters() if "lora_" in name)


@thorough
@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "target", "saved"),
    [
        ("tinyllama-1.1b", "q_proj,lm_head", "none"),
        ("tinyllama-1.1b", "embed_tokens,v_proj", "none"),
        ("tinyllama-1.1b", "q_proj,v_proj", "embed_tokens,lm_head"),
        ("tinyllama-1.1b", "q_proj", "norm"),
        ("gpt2", "c_attn,wte", "none"),
        ("gpt2", "c_attn,lm_head", "none"),
        ("gpt2", "wpe", "ln_f"),
    ],
)
def test_peft_counts_heads_tables_and_saved_modules_so(name: str, target: str, saved: str) -> None:
    """The line that print_trainable_parameters prints, of the real class on torch's meta device."""
    peft = pytest.importorskip("peft", reason="peft is not installed: pip install peft")
    pytest.importorskip("transformers", reason="transformers is not installed")
    from symbolic.measuring.verify import real_network

    model = symbolic.load(name)
    choices = {"target": target, "modules_to_save": saved}
    derivation = symbolic.explain(model, "lora-parameters", inputs={"lora_rank": 4}, choices=choices)
    config = peft.LoraConfig(
        r=4, target_modules=target.split(","), modules_to_save=None if saved == "none" else saved.split(",")
    )
    made = peft.get_peft_model(real_network(model), config, low_cpu_mem_usage=True)
    assert made.get_nb_trainable_parameters() == (derivation.total, derived_results(derivation)[0].value)


@pytest.mark.parametrize("convention", ["peft", "modules", "each-matrix", "dora"])
@pytest.mark.parametrize("model", ["llama-3-8b", "mixtral-8x7b"])
def test_what_the_adapters_take_is_of_the_same_placement_as_the_total(model: str, convention: str) -> None:
    """All without the weights alone: 16 bytes for each number that is trained."""
    made = symbolic.explain(model, "lora-memory", convention=convention)
    results = {result.key: result.value for result in derived_results(made)}
    assert results["training"] == made.total - symbolic.explain(model, "lora-memory", convention="frozen").total
    assert results["training"] == 16 * results["trained"]


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (ALL, "Adapters stand beside all linear layers but the output head (all-linear)"),
        (QV, "Adapters stand only beside the matrices that were asked for (target, below)."),
    ],
)
def test_a_page_says_beside_which_matrices_its_adapters_stand(target: str, says: str) -> None:
    page = explain_page(symbolic.explain("llama-3-8b", "lora-memory", choices={"target": target}))
    assert says in " ".join(str(page.to("text")).split())


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({}, "adapters of rank 8 have 20,971,520 numbers that are trained."),
        (
            {"choices": {"modules_to_save": "lm_head"}},
            "adapters of rank 8 and the copies of modules that are trained in full have 546,308,096 numbers.",
        ),
        ({"convention": "frozen"}, ""),
    ],
)
def test_the_first_sentence_says_what_is_trained(how: dict[str, Any], says: str) -> None:
    """Beside the frozen weights alone there is nothing to say."""
    words = " ".join(str(symbolic.explain("llama-3-8b", "lora-memory", **how).to_text()).split())
    assert says in words
    assert ("In short:" in words) is bool(says)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        # 16.396 / 0.92
        (
            "llama-3-8b",
            "A program can use 92.0 % of a device, so one with at least 17.82 GB holds it. Where each layer",
        ),
        # 734.3 / 0.92, and / 73.6 = 9.98
        ("deepseek-v3", "so one with at least 798.2 GB holds it. Divided evenly, it takes 10 devices of 84.98 GB."),
        # As training-memory counts them of 2,048 tokens: 140.57 GB less 128.48 of states
        ("llama-3-8b", "A training of all weights that computes nothing again would keep 12.09 GB of activations."),
    ],
)
def test_a_page_says_which_device_holds_it_and_what_comes_on_top(model: str, says: str) -> None:
    assert says in " ".join(str(symbolic.explain(model, "lora-memory").to_text()).split())


# Llama 3 8B with each layer computed again: 32 inputs of layers, that of the last norm, and the scores at 32 bits; the
# frozen head needs no input of its own, and one that is trained does.
@pytest.mark.parametrize(
    ("choices", "head"), [({}, 0), ({"modules_to_save": "lm_head"}, 1), ({"target": "query,lm_head"}, 1)]
)
def test_activations_of_layers_that_are_computed_again(choices: dict[str, str], head: int) -> None:
    asked = {"tokens": 1000, "batch_size": 3}
    with_them, without = (
        symbolic.explain("llama-3-8b", "lora-memory", convention=name, choices=choices, inputs=asked).total
        for name in ("recomputed", "peft")
    )
    assert with_them - without == 3000 * ((32 + 1 + head) * 4096 * 2 + 128_256 * 4)


@pytest.mark.parametrize("model", ["mamba-130m", "qwen3-next-80b-a3b", {"model_type": "bloom"}])
def test_activations_that_are_not_known_are_refused(model: str | dict[str, Any]) -> None:
    assert symbolic.explain(model, "lora-memory").total
    with pytest.raises(NothingToMeasure, match="what the backward pass needs"):
        symbolic.explain(model, "lora-memory", convention="recomputed")
    assert "computed again" not in symbolic.explain(model, "lora-memory").to_text()


def test_a_page_of_adapters_has_the_activations_of_its_tokens() -> None:
    page = symbolic.explain("llama-3-8b", "lora-memory", inputs={"tokens": 1000, "batch_size": 3}).to_text()
    said = " ".join(page.split())
    assert "3 × 1,000 tokens add 2.350 GB, which makes 18.75 GB" in said
    alone = symbolic.explain("llama-3-8b", "lora-memory", convention="recomputed").to_text()
    assert "come on top. This page" not in " ".join(alone.split())
