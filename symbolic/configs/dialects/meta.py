"""The params.json of Meta's Llama, the ModelArgs of llama2.c, the params.json of Mistral AI, and what MLX made of them.

Meta's code computes the feed-forward width: two thirds of 4 × dim, times `ffn_dim_multiplier`, up to a multiple of
`multiple_of`. https://github.com/meta-llama/llama-models, https://github.com/karpathy/llama2.c
"""

from __future__ import annotations

from fractions import Fraction

from symbolic.configs.dialect import Dialect, Values, number, renamed
from symbolic.errors import ConfigError, shown

NAMES = {
    "dim": "emb_dim",
    "n_kv_heads": "n_kv_groups",
    "max_seq_len": "context_length",
    "vision_encoder": "vision_config",
    "multimodal": "audio_config",
    "tied_embeddings": "tie_word_embeddings",
}
TIED = ((2048, 16, 128256), (3072, 28, 128256))
"""dim, n_layers and vocab_size of Llama 3.2 1B and 3B: their head is the token table, which params.json doesn't say."""
USED = ("multiple_of", "ffn_dim_multiplier", "moe", "yarn", "llama_4_scaling", "quantization_args")
"""What is read here, or says how positions are scaled."""
OTHERS = {
    "moe_args": "Llama 4, which has experts in some layers and images",
    "vision_args": "Llama 4, which has experts in some layers and images",
    "nope_layer_interval": "Llama 4, which has experts in some layers and images",
    "vision_num_cross_attention_layers": "Llama 3.2 with images, whose text looks at them in layers of their own",
    "vision_chunk_size": "Llama 3.2 with images, whose text looks at them in layers of their own",
    "kv_lora_rank": "Mistral Large 3, whose attention is DeepSeek's",
}
"""Keys of networks that the file does not describe in full."""
MARKS = frozenset(
    {"multiple_of", "ffn_dim_multiplier", "hidden_dim", "head_dim", "n_kv_heads", "norm_eps", "rope_theta", "moe"}
    | {"max_batch_size", "use_scaled_rope", "sliding_window"}
)
"""What tells these configs from those of other networks with a `dim`."""


def translate(values: Values) -> dict[str, object]:
    """Return a config of Llama, or of Mistral where the config has its keys; the config may say which."""
    made = _translated(values)
    return {**made, "model_type": values.get("model_type", made["model_type"])}


def _translated(values: Values) -> dict[str, object]:
    if not MARKS & values.keys():
        raise ConfigError(
            "dim, n_layers and n_heads are keys of many networks: say how wide the feed-forward network is, with "
            "hidden_dim, or with multiple_of where Meta's code computes it"
        )
    if (other := next((key for key in OTHERS if values.get(key)), None)) is not None:
        raise ConfigError(f"{other} is of {OTHERS[other]}; give the config.json of that model in its stead")
    config = renamed({key: value for key, value in values.items() if key not in USED}, NAMES)
    if config.get("n_kv_groups") is None:
        # Transformers' Mistral has 8 where a config does not say; no code that reads these files has.
        config["n_kv_groups"] = values["n_heads"]
    if isinstance(stored := values.get("quantization_args"), dict):
        config["quantization_config"] = {"quant_method": "llama-models' own", **stored}
    if values.get("hidden_dim") is None:
        _check_width(values)
        config["hidden_dim"] = width_of(values)
    experts = values.get("moe")
    if isinstance(experts, dict):
        return {**config, "sliding_window": values.get("sliding_window"), **experts, "model_type": "mixtral"}
    if values.get("sliding_window") is not None or ("head_dim" in values and "multiple_of" not in values):
        return {**config, "sliding_window": values.get("sliding_window"), "model_type": "mistral"}
    if "dropout" in values and "tie_word_embeddings" not in values:
        # llama2.c's ModelArgs; its head is the token table. Meta's own have no dropout.
        config["tie_word_embeddings"] = True
    if (values["dim"], values["n_layers"], values.get("vocab_size")) in TIED and "tie_word_embeddings" not in config:
        config["tie_word_embeddings"] = True
    return {**config, "model_type": "llama"}


def _check_width(values: Values) -> None:
    """Raise ConfigError where the width of the feed-forward network does not follow: programs round it up otherwise."""
    if values.get("multiple_of") is None:
        raise ConfigError(
            "how wide the feed-forward network is does not follow from dim alone; say hidden_dim, or multiple_of where "
            "Meta's code computes it (256 in its Llama, 32 in llama2.c)"
        )


def width_of(values: Values) -> int:
    """Return the width of the feed-forward network as Meta's code computes it."""
    dim, step = number(values, "dim"), number(values, "multiple_of", 256)
    if dim is None or not step or dim < 1 or step < 1:
        raise ConfigError(
            f"hidden_dim follows from dim, {shown(values.get('dim'))}, and multiple_of, "
            f"{shown(values.get('multiple_of'))}, which must be whole numbers from 1 on"
        )
    width = 2 * (4 * dim) // 3
    factor = values.get("ffn_dim_multiplier")
    if factor is not None:
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 < factor < 1000:
            raise ConfigError(f"ffn_dim_multiplier must be a number such as 1.3, got {shown(factor)}")
        width = int(Fraction(str(factor)) * width)
    return -(-width // step) * step


DIALECT = Dialect(
    title="Meta's or Mistral AI's params.json",
    any_of=frozenset({"dim"}),
    needed=frozenset({"dim", "n_layers", "n_heads"}),
    # MLX's converters write it beside Meta's own keys.
    types=frozenset({"llama", "mistral", "mixtral"}),
    never=frozenset({"hidden_size", "num_hidden_layers", "_class_name"}),
    translate=translate,
    guess=True,
)
