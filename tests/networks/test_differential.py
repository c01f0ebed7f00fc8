"""A config with any of its keys changed is counted as the real code builds it, or refused by name: never another way.

`SYMBOLIC_DIFFERENTIAL=2000` says how many configs to try; the keys are those of the real config class.
"""

import importlib
import os
from collections import Counter
from dataclasses import dataclass, fields
from random import Random
from typing import Any

import pytest

import symbolic
from symbolic.configs.model import Model
from symbolic.errors import NothingToMeasure, SymbolicError
from symbolic.networks import families
from symbolic.networks.family import Family

torch = pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
transformers = pytest.importorskip(
    "transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]"
)
pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]

FAMILIES = [family for family in families.all_families() if family.model_class]
TRIES = int(os.environ.get("SYMBOLIC_DIFFERENTIAL", "46"))
CONTEXT = 50
ACTIVATIONS = ("relu", "gelu_new", "silu", "tanh", "quick_gelu", "prelu", "xielu", "none such")
KINDS = ("full_attention", "sliding_attention", "linear_attention")
# Of other families, or of nobody: the real code passes them over.
STRANGERS: dict[str, tuple[object, ...]] = {
    "num_local_experts": (None, 0, 4),
    "n_shared_experts": (0, 2),
    "qk_norm": (True, False),
    "qkv_bias": (True, False),
    "sliding_window": (None, 16),
    "kv_lora_rank": (None, 8),
    "type_vocab_size": (0, 2),
    "word_embed_proj_dim": (24,),
    "favourite_colour": ("blue",),
    "pooler_output_size": (17,),
    "tie_encoder_decoder": (True, False),
    "num_labels": (1, 5),
    "id2label": ({"0": "a", "1": "b", "2": "c"},),
    "max_window_layers": (1,),
    "layer_types": (None, ["full_attention"] * 3),
}


@dataclass(frozen=True)
class Outcome:
    """What became of a config: `right`, `wrong`, `refused` and why, `named`, or one that the real code can't build."""

    kind: str
    reason: str
    changed: tuple[str, ...]


def small(family: Family, random: Random) -> dict[str, Any]:
    """The real config class's own keys, all sizes small; layers that differ are left to its pattern."""
    sizes = {
        "vocab_size": 3 * random.randint(11, 20),
        "layers": random.randint(2, 5),
        "heads": random.choice((2, 4)),
        "width": random.choice((8, 16, 24)),
        "hidden": random.randint(5, 40),
    }
    sizes["width"] *= sizes["heads"]
    named = {
        "vocab_size": "vocab_size",
        **dict.fromkeys(("num_hidden_layers", "n_layer", "num_layers"), "layers"),
        **dict.fromkeys(("num_attention_heads", "n_head", "num_heads"), "heads"),
        **dict.fromkeys(("hidden_size", "n_embd", "d_model"), "width"),
        **dict.fromkeys(("intermediate_size", "n_inner", "ffn_dim", "d_ff", "moe_intermediate_size"), "hidden"),
    }
    fixed = {
        "num_key_value_heads": random.choice((1, 2)),
        "head_dim": 8,
        "d_kv": 8,
        "num_decoder_layers": random.randint(1, 4),
        "max_position_embeddings": 64,
        "n_positions": 64,
        "sliding_window": random.choice((16, 64)),
        "word_embed_proj_dim": sizes["width"],
        "shared_expert_intermediate_size": random.randint(3, 20),
        **dict.fromkeys(("num_experts", "num_local_experts", "n_routed_experts"), 4),
        "num_experts_per_tok": random.randint(1, 4),
        "n_shared_experts": random.randint(1, 3),
        "q_lora_rank": 12,
        "kv_lora_rank": 10,
        "qk_nope_head_dim": 6,
        "qk_rope_head_dim": 4,
        "v_head_dim": 7,
        "n_group": 2,
        "topk_group": 1,
        "first_k_dense_replace": random.randint(0, 3),
        "linear_num_key_heads": 2,
        "linear_num_value_heads": 4,
        "linear_key_head_dim": 6,
        "linear_value_head_dim": 5,
        "state_size": 6,
        "time_step_rank": 4,
        "image_size": 32,
        "patch_size": 8,
        "pooler_output_size": random.choice((None, 9)),
        # Phi-3 is refused where its usual pad token is beyond a small vocabulary.
        "pad_token_id": 0,
    }
    keys = [field.name for field in fields(real_config(family)) if field.init]
    config = {key: sizes[named[key]] if key in named else fixed[key] for key in keys if key in named or key in fixed}
    if "use_sliding_window" not in keys and "layer_types" not in keys and random.random() < 0.5:
        config.pop("sliding_window", None)
    return {key: value for key, value in config.items() if value is not None}


def real_config(family: Family) -> Any:
    return transformers.CONFIG_MAPPING[family.model_types[0]]


def classes(family: Family) -> list[str]:
    """Every class of the real module that can be built of such a config; ours are more likely."""
    module = importlib.import_module(real_config(family).__module__.replace("configuration_", "modeling_"))
    theirs = [name for name in module.__all__ if name.endswith("Model") or "For" in name]
    return sorted({*theirs, *family.classes} - {name for name in theirs if "PreTrained" in name})


def changed(config: dict[str, Any], family: Family, random: Random) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The config with a few keys changed, taken away or added."""
    defaults = real_config(family)().to_dict()
    config = dict(config)
    keys = [key for key in defaults if key not in ("model_type", "transformers_version", "rope_parameters", "dtype")]
    touched = random.sample(keys, random.choice((0, 1, 1, 2, 3)))
    for key in touched:
        config[key] = other(key, config.get(key, defaults[key]), config, random)
    if random.random() < 0.25 and config:
        gone = random.choice(list(config))
        config.pop(gone)
        touched.append(f"-{gone}")
    if random.random() < 0.25:
        # A name that we know for a size or switch of this family is ours, whatever transformers makes of it.
        known = {key for option in family.options for key in option.keys}
        known |= {key for symbol in family.sizes for key in family.keys(symbol)} - defaults.keys()
        strange = random.choice([key for key in STRANGERS if key not in known])
        config[strange] = random.choice(STRANGERS[strange])
        touched.append(f"+{strange}")
    return config, tuple(touched)


def other(key: str, value: Any, config: dict[str, Any], random: Random) -> Any:
    """Another value of the same type, or none."""
    layers = next((config[key] for key in ("num_hidden_layers", "n_layer", "num_layers") if key in config), 3)
    if key == "layer_types":
        kinds = random.choice((KINDS[:2], KINDS[:1], (KINDS[0], KINDS[2])))
        return [random.choice(kinds) for _ in range(layers)]
    if key == "mlp_only_layers":
        return random.sample(range(layers), random.randint(0, layers)) if isinstance(layers, int) else []
    if random.random() < 0.15:
        return None
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return random.choice((0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32))
    if isinstance(value, float):
        return value + 0.5
    if "act" in key or key == "feed_forward_proj":
        gate = "gated-" if key == "feed_forward_proj" and random.random() < 0.5 else ""
        return gate + random.choice(ACTIVATIONS)
    if key == "id2label":
        return {str(number): f"class {number}" for number in range(random.randint(1, 6))}
    return value if value is not None else random.choice((None, True, False, 2))


def real_parameters(name: str, config: Any) -> int:
    """The numbers that the real code learns, tensors that are tied once."""
    with torch.device("meta"):
        network = getattr(transformers, name)(config)
    network.tie_weights()
    return sum(tensor.numel() for tensor in network.parameters())


def real_cache(config: Any) -> int | None:
    """The numbers that the real cache keeps of CONTEXT tokens; None where it keeps others than keys and values."""
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    kept = 0
    for layer in transformers.DynamicCache(config=config).layers:
        if type(layer).__name__ not in ("DynamicLayer", "DynamicSlidingWindowLayer"):
            return None
        tokens = torch.empty((1, 1, CONTEXT, 1))
        layer.update(tokens, tokens)
        # Of a window of one token the class keeps all: it leaves off the last 0 of them.
        kept += 0 if getattr(layer, "sliding_window", None) == 1 else layer.keys.shape[-2]
    return int(2 * kept * heads * width)


CACHED = {
    *("gpt2", "gpt_neox", "opt", "llama", "mistral", "mixtral", "qwen2", "qwen3", "qwen3_moe"),
    *("gemma", "gemma2", "gemma3_text", "phi3", "olmo2", "gpt_oss"),
}


def outcome(family: Family, seed: int) -> Outcome:
    """Try one config, in both ways."""
    random = Random(f"{family.name} {seed}")
    config, touched = changed(small(family, random), family, random)
    name = random.choice([*classes(family), *sorted(family.classes) * 2])
    given = {**config, "model_type": family.model_types[0], "architectures": [name]}
    try:
        built = real_config(family)(**config)
        total = real_parameters(name, built)
        if name == "T5ForConditionalGeneration" and config.get("tie_word_embeddings") is False:
            # From 5.24 on the class starts with a tied head, whatever the config says; the published weights of T5 1.1
            # and FLAN-T5 have a head of their own, as this key says.
            total += built.vocab_size * built.d_model
        kept = real_cache(built) if family.name in CACHED else None
    except Exception as problem:  # whatever the real code raises on a config that it can't build
        return Outcome("not built", type(problem).__name__, touched)
    try:
        model = symbolic.load(given)
        ours = symbolic.explain(model).total
    except SymbolicError as refusal:
        return Outcome("refused", str(refusal), touched)
    about = f"{name} {given}"
    if ours != total and not model.unknown:
        return Outcome("wrong", f"{ours} parameters, real {total}: {about}", touched)
    if ours != total:
        return Outcome("named", ", ".join(model.unknown), touched)
    if kept is not None and our_cache(model) != kept and not model.unknown:
        return Outcome("wrong", f"cache of {our_cache(model)}, real {kept}: {about}", touched)
    return Outcome("right", "", touched)


def our_cache(model: Model) -> int:
    """The numbers that our network keeps of CONTEXT tokens."""
    inputs = {"context": CONTEXT, "batch_size": 1, "value_bytes": 1}
    try:
        return symbolic.explain(model, "kv-cache", inputs=inputs).total
    except NothingToMeasure:
        return 0


@pytest.mark.parametrize("name", [family.name for family in FAMILIES])
def test_no_config_is_counted_otherwise_than_the_real_code_builds_it(name: str) -> None:
    family = families.find(name)
    outcomes = [outcome(family, seed) for seed in range(-(-TRIES // len(FAMILIES)))]
    assert [one.reason for one in outcomes if one.kind == "wrong"] == []
    counts = Counter(one.kind for one in outcomes)
    # Of a few configs all may be refused; of many that would be a family that takes none.
    assert len(outcomes) < 20 or counts["right"] >= len(outcomes) / 4, counts
