"""LitGPT's own config, `model_config.yaml` beside its checkpoints. https://github.com/Lightning-AI/litgpt.

Names and defaults: litgpt/config.py, Config; what they make: litgpt/model.py. Table and head are two matrices in it.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number
from symbolic.errors import ConfigError, shown

DEFAULTS: dict[str, object] = {
    "n_layer": 16,
    "n_embd": 4096,
    "n_head": 32,
    "block_size": 4096,
    "vocab_size": 50254,
    "padding_multiple": 512,
    "norm_class_name": "LayerNorm",
    "norm_qk_type": "default",
    "parallel_residual": True,
    "rotary_percentage": 0.25,
    "bias": True,
    "mlp_class_name": "GptNeoxMLP",
    "norm_1": True,
    "norm_2": True,
}
"""What a file that leaves a key out has; a key that is not among them has none, or no."""
FEED_FORWARD = ("GptNeoxMLP", "LLaMAMLP", "GemmaMLP", "LLaMAMoE")
"""Its feed-forward networks; other programs that are built on it have more under names of their own."""
SWITCHES = ("norm_qk", "post_attention_norm", "post_mlp_norm", "shared_attention_norm", "attn_bias", "lm_head_bias")
MIXTURE = frozenset(
    {"n_expert", "n_expert_per_token", "moe_intermediate_size", "n_shared_expert", "n_expert_groups", "n_topk_groups"}
    | {"n_topk_scores_per_group", "first_k_dense_replace", "routed_scaling_factor", "norm_topk_prob"}
)
USED = frozenset(
    {"head_size", "n_query_groups", "padded_vocab_size", "intermediate_size"}
    | {"sliding_window_size", "sliding_window_indices", "latent_attention", *SWITCHES, *DEFAULTS, *MIXTURE}
)
WITHOUT_EFFECT = frozenset(
    {"name", "hf_config", "norm_eps", "gelu_approximate", "attention_scores_scalar", "attention_logit_softcapping"}
    | {"final_logit_softcapping", "rope_base", "rope_condense_ratio", "rope_adjustments", "rope_interleave"}
    | {"rope_local_base_freq", "rope_indices", "scale_embeddings"}
)
"""Keys that make no weight and no product of matrices, under names that only this code has."""


def translate(values: Values) -> dict[str, object]:
    """Return a config of the type of transformers with the same blocks; ConfigError where none has them."""
    said = {**dict.fromkeys(SWITCHES, False), **DEFAULTS, **values}
    heads, width = _whole(said, "n_head"), _whole(said, "n_embd")
    if not said.get("head_size") and width % heads:
        raise ConfigError(f"n_embd {shown(said['n_embd'])} is no multiple of n_head {shown(said['n_head'])}")
    groups = said.get("n_query_groups") or heads
    config: dict[str, object] = {
        **{key: value for key, value in values.items() if key not in USED | WITHOUT_EFFECT},
        "vocab_size": _vocabulary(said),
        "max_position_embeddings": said["block_size"],
        "hidden_size": width,
        "num_hidden_layers": said["n_layer"],
        "num_attention_heads": heads,
        "intermediate_size": said.get("intermediate_size") or 4 * width,
        "tie_word_embeddings": False,
    }
    head = said.get("head_size") or width // heads
    if said["mlp_class_name"] not in FEED_FORWARD:
        raise ConfigError(
            f"mlp_class_name {shown(said['mlp_class_name'])} is none of its classes; they are {', '.join(FEED_FORWARD)}"
        )
    if said["mlp_class_name"] == "GptNeoxMLP":
        _split(head, heads, width, "GPT-NeoX's blocks")
        return _neox(said, heads, groups, config)
    if said["mlp_class_name"] == "LLaMAMLP" and not said.get("intermediate_size"):
        raise ConfigError("mlp_class_name 'LLaMAMLP' needs intermediate_size")
    kind, shape = _gated(said)
    if kind in WITHOUT_HEAD_DIM:
        _split(head, heads, width, kind)
    else:
        config["head_dim"] = head
    return {**config, **shape, **_window(said, kind), "model_type": kind, "num_key_value_heads": groups}


WITHOUT_HEAD_DIM = frozenset({"deepseek_v3", "olmo", "olmo2", "qwen2", "stablelm"})
"""Types whose heads share the width among them, or whose head is not of one size."""


def _split(head: object, heads: int, width: int, kind: str) -> None:
    if kind != "deepseek_v3" and (not isinstance(head, int) or head * heads != width):
        raise ConfigError(f"head_size {shown(head)} times n_head {heads} is not n_embd {width}, as in {kind}")


def _neox(said: Values, heads: int, groups: object, config: dict[str, object]) -> dict[str, object]:
    """A feed-forward network of two matrices: GPT-NeoX with two norms beside each other, Phi and Falcon with one."""
    _want(said, "norm_class_name", "LayerNorm")
    for key in ("norm_qk", "post_attention_norm", "post_mlp_norm", "attn_bias"):
        _want(said, key, False)
    for key in ("norm_1", "norm_2"):
        _want(said, key, True)
    if said.get("sliding_window_size") or said.get("latent_attention") or _norms_without_weights(said):
        raise ConfigError("a sliding window, latent attention or norms without weights make another network")
    shared, biased, parallel = (said[key] is True for key in ("shared_attention_norm", "bias", "parallel_residual"))
    rotated = said["rotary_percentage"]
    if biased and not shared and not said["lm_head_bias"] and groups == heads:
        return {**config, "model_type": "gpt_neox", "use_parallel_residual": parallel, "rotary_pct": rotated}
    if biased and shared and parallel and said["lm_head_bias"]:
        own = {"num_key_value_heads": groups, "partial_rotary_factor": rotated}
        return {**config, "model_type": "phi", **own}
    if not biased and parallel and not said["lm_head_bias"] and not (shared and groups != 1):
        hidden = config.pop("intermediate_size")
        own = {"new_decoder_architecture": not shared, "num_kv_heads": groups, "multi_query": shared}
        fixed = {"parallel_attn": True, "bias": False, "alibi": False, "ffn_hidden_size": hidden}
        return {**config, "model_type": "falcon", **own, **fixed}
    raise ConfigError(
        "bias, shared_attention_norm, lm_head_bias and n_query_groups together are neither GPT-NeoX's blocks nor Phi's "
        "nor Falcon's"
    )


def _gated(said: Values) -> tuple[str, dict[str, object]]:
    """The type of transformers with a gate and norms such as these, and its own keys."""
    for key in ("parallel_residual", "shared_attention_norm", "lm_head_bias"):
        _want(said, key, False)
    latent = said.get("latent_attention")
    if said["mlp_class_name"] == "LLaMAMoE":
        return _mixture(said, latent)
    if latent:
        raise ConfigError("latent_attention makes another network without LLaMAMoE than any that we know")
    biased, gemma = said["bias"] is True, said["mlp_class_name"] == "GemmaMLP"
    behind = said["post_attention_norm"] is True
    _want(said, "post_mlp_norm", behind)
    before = said["norm_1"] is True
    _want(said, "norm_2", before)
    normed = said["norm_qk_type"] if said["norm_qk"] is True else ""
    if said["norm_class_name"] == "LayerNorm":
        if behind or normed or biased or gemma or not before:
            raise ConfigError("norm_class_name LayerNorm with these blocks makes another network than StableLM's")
        if _norms_without_weights(said):
            _want(said, "attn_bias", False)
            return "olmo", {}
        return "stablelm", {
            "use_qkv_bias": said["attn_bias"] is True,
            "partial_rotary_factor": said["rotary_percentage"],
        }
    _want(said, "norm_class_name", "RMSNorm")
    found = TYPES.get((gemma, before, behind, str(normed)))
    if found is None:
        raise ConfigError("mlp_class_name, norm_1, post_attention_norm and norm_qk together make none of the types")
    if biased or said["attn_bias"] is True:
        if found != "llama":
            raise ConfigError(f"bias or attn_bias makes another network than {found} of transformers")
        return ("llama", {"attention_bias": True, "mlp_bias": True}) if biased else ("qwen2", {})
    if found == "llama" and said.get("sliding_window_size"):
        return "mistral", {}
    return found, {"attention_bias": False} if found == "qwen3" else {}


TYPES = {
    (False, True, False, ""): "llama",
    (False, True, False, "default"): "qwen3",
    (False, False, True, "olmo2"): "olmo2",
    (True, True, False, ""): "gemma",
    (True, True, True, ""): "gemma2",
    (True, True, True, "default"): "gemma3_text",
}
"""The type, by whether the gate is a GELU, whether norms are before and behind the parts of a layer, and its heads'."""


def _mixture(said: Values, latent: object) -> tuple[str, dict[str, object]]:
    _want(said, "norm_class_name", "RMSNorm")
    for key in ("bias", "attn_bias", "post_attention_norm", "post_mlp_norm"):
        _want(said, key, False)
    for key in ("norm_1", "norm_2"):
        _want(said, key, True)
    experts = {"num_experts_per_tok": said.get("n_expert_per_token")}
    own = said.get("moe_intermediate_size")
    if isinstance(latent, dict):
        if not said.get("n_expert_groups") or said["norm_qk"]:
            raise ConfigError("latent_attention without n_expert_groups makes another network than DeepSeek-V3's")
        return "deepseek_v3", {
            **{key: value for key, value in latent.items() if key != "qk_head_dim"},
            **experts,
            "n_routed_experts": said.get("n_expert"),
            "n_shared_experts": said.get("n_shared_expert") or 0,
            "moe_intermediate_size": own,
            "first_k_dense_replace": said.get("first_k_dense_replace") or 0,
            "n_group": said["n_expert_groups"],
            "topk_group": said.get("n_topk_groups"),
        }
    for key in ("n_shared_expert", "n_expert_groups", "first_k_dense_replace"):
        if said.get(key):
            raise ConfigError(f"{key} without latent_attention makes another network than Mixtral's or Qwen3's")
    if said["norm_qk"]:
        _want(said, "norm_qk_type", "default")
        return "qwen3_moe", {**experts, "num_experts": said.get("n_expert"), "moe_intermediate_size": own}
    width = {"intermediate_size": own} if own else {}
    return "mixtral", {**experts, **width, "num_local_experts": said.get("n_expert")}


def _window(said: Values, kind: str) -> dict[str, object]:
    """How far back the layers see, where they don't see all."""
    window, layers = said.get("sliding_window_size"), said.get("sliding_window_indices")
    if not window:
        return {"sliding_window": None} if kind in ("mistral", "mixtral") else {}
    if layers is None:
        return {"sliding_window": window}
    depth = _whole(said, "n_layer")
    if not isinstance(layers, list) or len(layers) < depth or any(one not in (0, 1) for one in layers):
        raise ConfigError(f"sliding_window_indices must be a list of n_layer noughts and ones, got {shown(layers)}")
    if kind in ("gemma2", "gemma3_text"):
        types = ["sliding_attention" if one else "full_attention" for one in layers[:depth]]
        return {"sliding_window": window, "layer_types": types}
    if not all(layers[:depth]):
        raise ConfigError(f"sliding_window_indices that leave out layers make another network than {kind}")
    return {"sliding_window": window}


def _norms_without_weights(said: Values) -> bool:
    """Whether norms have no weights: LitGPT goes by the name, `OLMo` in it."""
    published = said.get("hf_config")
    name = said.get("name") or (published.get("name") if isinstance(published, dict) else "")
    return "OLMo" in str(name)


def _vocabulary(said: Values) -> int:
    padded, given, step = (number(said, key) for key in ("padded_vocab_size", "vocab_size", "padding_multiple"))
    if padded is not None:
        return padded
    if given is None or step is None or step < 1:
        raise ConfigError(f"vocab_size must be a whole number, got {shown(said['vocab_size'])}")
    return -(-given // step) * step


def _whole(said: Values, key: str) -> int:
    value = number(said, key)
    if value is None or value < 1:
        raise ConfigError(f"{key} must be a whole number from 1 on, got {shown(said[key])}")
    return value


def _want(said: Values, key: str, wanted: object) -> None:
    if said[key] is not wanted and said[key] != wanted:
        raise ConfigError(f"{key} {shown(said[key])} beside the other keys makes a network that no known type has")


DIALECT = Dialect(
    title="LitGPT",
    any_of=frozenset({"norm_class_name", "mlp_class_name", "n_query_groups", "rotary_percentage", "padding_multiple"}),
    needed=frozenset(),
    never=frozenset({"hidden_size", "num_layers", "num_hidden_layers", "num_attention_heads", "d_model", "dim"}),
    translate=translate,
)
