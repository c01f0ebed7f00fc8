"""The HookedTransformerConfig of TransformerLens. https://github.com/TransformerLensOrg/TransformerLens.

Names and defaults: transformer_lens/HookedTransformerConfig.py; what a class of transformers becomes in them:
transformer_lens/loading_from_pretrained.py.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, renamed
from symbolic.configs.dialects.meta import TIED
from symbolic.errors import ConfigError, shown

TYPES = {
    "GPT2LMHeadModel": "gpt2",
    "GPTNeoXForCausalLM": "gpt_neox",
    "OPTForCausalLM": "opt",
    "LlamaForCausalLM": "llama",
    "LLaMAForCausalLM": "llama",
    "MistralForCausalLM": "mistral",
    "MixtralForCausalLM": "mixtral",
    "GemmaForCausalLM": "gemma",
    "Gemma2ForCausalLM": "gemma2",
    "PhiForCausalLM": "phi",
}
"""The type of a class, where these keys say all that makes its weights.

They don't say of Qwen's whether the head is the token table, of BERT's how many kinds of segment there are.
"""
NAMES = {
    "d_model": "hidden_size",
    "d_mlp": "intermediate_size",
    "d_vocab": "vocab_size",
    "n_layers": "num_hidden_layers",
    "n_heads": "num_attention_heads",
    "n_key_value_heads": "num_key_value_heads",
    "n_ctx": "max_position_embeddings",
    "d_head": "head_dim",
    "act_fn": "hidden_act",
    "num_experts": "num_local_experts",
    "experts_per_token": "num_experts_per_tok",
}
WITHOUT_HEAD_DIM = frozenset({"gpt_neox", "opt", "phi"})
"""Types whose heads share the width among them."""
GROUPED = frozenset(TYPES.values()) - {"gpt2", "gpt_neox", "opt"}
"""Types whose heads may share keys and values; where a file says nothing, they don't."""
WINDOWED = frozenset({"mistral", "mixtral", "gemma2"})
"""Types of which a file may say how far their layers look back; those of Gemma 2 take turns, as its own do."""
USED = frozenset(
    {
        *("normalization_type", "positional_embedding_type", "gated_mlp", "final_rms"),
        *("original_architecture", "attn_only", "parallel_attn_mlp", "d_vocab_out"),
        *("n_params", "attention_dir", "default_prepend_bos", "use_attn_result"),
        *("use_attn_scale", "use_split_qkv_input", "use_hook_mlp_in", "use_attn_in"),
        *("scale_attn_by_inverse_layer_idx", "tokenizer_prepends_bos", "checkpoint_index", "checkpoint_label_type"),
        *("checkpoint_value", "from_checkpoint", "init_mode", "rotary_adjacent_pairs"),
        *("use_hook_tokens", "use_local_attn", "window_size", "attn_types", "attn_scale"),
        *("weight_init_mode", "n_devices", "trust_remote_code", "ungroup_grouped_query_attention"),
        *("attn_scores_soft_cap", "output_logits_soft_cap", "rotary_base", "rotary_base_local", "load_in_4bit"),
        *("use_normalization_before_and_after", "post_embedding_ln", "use_qk_norm", "eps", "rotary_dim"),
        *("relative_attention_max_distance", "relative_attention_num_buckets", "decoder_start_token_id"),
        # Read by encoders with a decoder alone; of all others a file says false, whatever their head is.
        "tie_word_embeddings",
    }
)
ACTIVATIONS = {"gelu_fast": "gelu_new", "gelu_new": "gelu_new", "gelu": "gelu", "silu": "silu", "relu": "relu"}
OWN: dict[str, object] = {
    "normalization_type": "LN",
    "positional_embedding_type": "standard",
    "gated_mlp": False,
    "parallel_attn_mlp": False,
    "use_qk_norm": False,
    "post_embedding_ln": False,
    "use_normalization_before_and_after": False,
    "num_experts": None,
    "n_key_value_heads": None,
    "use_local_attn": False,
    "attention_dir": "causal",
}
"""What a network that is TransformerLens's own must say, or leave to these defaults, to be GPT-2 but for its head."""
LEARNED, BESIDE = frozenset({"gpt2", "opt"}), frozenset({"gpt_neox", "phi"})
"""Types with a table of positions, and those whose attention and feed-forward network stand beside each other."""


def translate(values: Values) -> dict[str, object]:
    """Return the network of transformers that was loaded, or TransformerLens's own; ConfigError for one not known.

    Of a network that was loaded, TransformerLens adds biases and a head of its own, which fold what other parts do:
    what counts is the network as it was trained.
    """
    if values.get("attn_only"):
        raise ConfigError("attn_only true makes a network without feed-forward networks, which we don't derive")
    if values.get("d_vocab_out", values.get("d_vocab")) not in (None, -1, values.get("d_vocab")):
        raise ConfigError(
            f"d_vocab_out {shown(values['d_vocab_out'])} is not d_vocab, {shown(values.get('d_vocab'))}: we derive "
            "networks that write the tokens that they read"
        )
    config = renamed({key: value for key, value in values.items() if key not in USED}, NAMES)
    config = {key: value for key, value in config.items() if value is not None}
    config["hidden_act"] = ACTIVATIONS.get(str(config.get("hidden_act", "gelu")), config.get("hidden_act", "gelu"))
    loaded = values.get("original_architecture")
    return {**config, **_own(values)} if loaded is None else _loaded(values, config, loaded)


def _own(values: Values) -> dict[str, object]:
    """GPT-2 with a head that is a matrix and a bias of its own; ConfigError for what TransformerLens makes otherwise.

    transformer_lens/components/unembed.py
    """
    for key, wanted in OWN.items():
        if (given := values.get(key, wanted)) is not wanted and given != wanted:
            raise ConfigError(
                f"{key} {shown(given)} without original_architecture makes a network of TransformerLens's own that we "
                "don't derive; say the class of transformers that it was loaded from, such as "
                '"original_architecture": "LlamaForCausalLM"'
            )
    return {"model_type": "gpt2", "tie_word_embeddings": False, "head_bias": True}


def _loaded(values: Values, config: dict[str, object], loaded: object) -> dict[str, object]:
    """The type of the class that the network was loaded from, with what these keys leave to it."""
    if not isinstance(loaded, str) or loaded not in TYPES:
        raise ConfigError(
            f"original_architecture {shown(loaded)} is none that we read from these keys; we read "
            f"{', '.join(TYPES)}; of another give the model's own config.json"
        )
    kind = TYPES[loaded]
    _check(values, loaded, kind)
    config["model_type"] = kind
    if kind in WITHOUT_HEAD_DIM:
        config.pop("head_dim", None)
    if kind in GROUPED:
        config.setdefault("num_key_value_heads", values["n_heads"])
    if kind in WINDOWED:
        config["sliding_window"] = values.get("window_size") if values.get("use_local_attn") else None
    elif values.get("use_local_attn"):
        raise ConfigError(f"use_local_attn true makes layers of two kinds, which {loaded} does not have")
    if kind == "llama":
        sizes = tuple(number(values, key) for key in ("d_model", "n_layers", "d_vocab"))
        config["tie_word_embeddings"] = sizes in TIED
    return config


def _check(values: Values, loaded: str, kind: str) -> None:
    """Raise ConfigError where a file says of a layer what the class that it names does not have."""
    gated = kind not in LEARNED | BESIDE
    norms = "RMS" if gated else "LN"
    wanted: dict[str, tuple[object, ...]] = {
        "normalization_type": (norms, f"{norms}Pre", None),
        "positional_embedding_type": ("standard" if kind in LEARNED else "rotary",),
        "gated_mlp": (gated,),
        "parallel_attn_mlp": (kind in BESIDE,),
        "use_qk_norm": (False,),
        "post_embedding_ln": (False,),
        "use_normalization_before_and_after": (kind == "gemma2",),
        "attention_dir": ("causal",),
    }
    for key, either in wanted.items():
        if key in values and values[key] not in either:
            raise ConfigError(f"{key} {shown(values[key])} makes another network than {loaded}; keep the right one")


DIALECT = Dialect(
    title="TransformerLens",
    any_of=frozenset({"d_mlp", "d_vocab", "n_ctx", "act_fn", "positional_embedding_type"}),
    needed=frozenset({"d_model", "n_layers", "n_heads", "d_head"}),
    translate=translate,
)
