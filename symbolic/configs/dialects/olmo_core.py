"""OLMo-core's config of a model, `model` in the config.json of its checkpoints. https://github.com/allenai/OLMo-core.

Names and defaults: src/olmo_core/nn/transformer/config.py and the configs of its parts; what each makes is counted by
num_params there. A bias that a part does not say to be false is there.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, switch
from symbolic.errors import ConfigError, shown

MOST_LAYERS = 20_000
RMS = ("rms", "fused_rms", "cute_rms", "qwen_rms")
KINDS = {("default", False, False): "llama", ("default", True, True): "qwen3", ("reordered_norm", True, False): "olmo2"}
"""The type of transformers, by a block's name, whether queries and keys have norms, and whether each head has one."""
PLAIN: dict[str, tuple[object, ...]] = {
    "name": ("default", None),
    "embedding_norm": (None,),
    "block_pattern": (None,),
    "block_overrides": (None,),
}
"""What the whole of these networks has."""
OF_BLOCK: dict[str, tuple[object, ...]] = {"feed_forward_moe": (None,)}
OF_ATTENTION: dict[str, tuple[object, ...]] = {"name": ("default", "fused", None), "gate": (None,), "bias": (False,)}
OF_FEED: dict[str, tuple[object, ...]] = {"name": ("default", None), "bias": (False,), "activation": ("silu", None)}
OF_HEAD: dict[str, tuple[object, ...]] = {"name": ("default", None), "bias": (False,)}
READ = frozenset({"d_model", "n_layers", "vocab_size", "block", "lm_head", "tie_word_embeddings", *PLAIN})
WITHOUT_EFFECT = frozenset(
    {"_CLASS_", "init_method", "init_seed", "init_std", "embedding_init_std", "freeze_params", "embed_scale"}
    | {"dp_config", "tp_config", "compile", "ac_config", "float8_config", "type"}
)
"""Keys that make no weight, under names that only this code has."""


def translate(values: Values) -> dict[str, object]:
    """Return a config of Llama, Qwen3, OLMo 2 or OLMo 3; ConfigError where none of them is that network."""
    block, head = _table(values, "block"), _table(values, "lm_head")
    mixer = "sequence_mixer" if "sequence_mixer" in block else "attention"
    attention, feed = _table(block, mixer), _table(block, "feed_forward")
    for table, wanted, path in (
        (values, PLAIN, ""),
        (block, OF_BLOCK, "block."),
        (attention, OF_ATTENTION, f"block.{mixer}."),
        (feed, OF_FEED, "block.feed_forward."),
        (head, OF_HEAD, "lm_head."),
    ):
        for key, among in wanted.items():
            if table.get(key) not in among:
                raise ConfigError(f"{path}{key} {shown(table.get(key))} makes another network than those that we read")
    norms = {"block.layer_norm": block.get("layer_norm"), "lm_head.layer_norm": head.get("layer_norm")}
    normed, own = attention.get("qk_norm") is not None, switch(attention, "use_head_qk_norm", default=False)
    for path, norm in {**norms, **({f"block.{mixer}.qk_norm": attention["qk_norm"]} if normed else {})}.items():
        _check_norm(path, norm)
    kind = KINDS.get((str(block.get("name", "default")), normed, normed and own))
    if kind is None or attention.get("rope") is None:
        raise ConfigError(
            f"block.name {shown(block.get('name', 'default'))}, qk_norm {normed}, use_head_qk_norm {own} and rope "
            f"{attention.get('rope') is not None} together make none of Llama, Qwen3, OLMo 2 and OLMo 3"
        )
    heads, width = number(attention, "n_heads", 16), number(values, "d_model")
    size = attention.get("head_dim") or (width // heads if kind == "qwen3" and heads and width else None)
    return {
        **{key: value for key, value in values.items() if key not in READ | WITHOUT_EFFECT},
        "model_type": kind,
        "vocab_size": values["vocab_size"],
        "hidden_size": values["d_model"],
        "num_hidden_layers": values["n_layers"],
        "num_attention_heads": heads,
        "num_key_value_heads": attention.get("n_kv_heads") or heads,
        "intermediate_size": feed.get("hidden_size"),
        "tie_word_embeddings": values.get("tie_word_embeddings", False),
        **({} if size is None else {"head_dim": size}),
        **_windows(values, attention.get("sliding_window"), kind),
    }


def _table(values: Values, key: str) -> Values:
    value = values.get(key)
    if not isinstance(value, dict):
        said = "missing" if value is None else shown(value)
        raise ConfigError(f"{key} must be a table of one kind of block's parts, and is {said}")
    return value


def _check_norm(path: str, norm: object) -> None:
    table = norm if isinstance(norm, dict) else {}
    if table.get("name") not in RMS or table.get("bias") is not False or table.get("elementwise_affine") is False:
        raise ConfigError(f"{path} {shown(norm)} is no RMS norm that scales and does not shift")


def _windows(values: Values, said: object, kind: str) -> dict[str, object]:
    """Return which layers have a window: a pattern that comes again, but for the first layer and the last."""
    if said is None:
        return {}
    pattern = said.get("pattern") if isinstance(said, dict) else None
    layers = number(values, "n_layers")
    wide = {size for size in pattern if size != -1} if isinstance(pattern, list) and pattern else set()
    if layers is None or not 1 <= layers <= MOST_LAYERS:
        raise ConfigError(f"n_layers must be from 1 to {MOST_LAYERS:,} beside sliding_window, got {shown(layers)}")
    if kind != "olmo2" or not isinstance(said, dict) or not isinstance(pattern, list) or len(wide) != 1:
        raise ConfigError(f"sliding_window {shown(said)} makes another network than OLMo 3, of one window")
    first, last = (switch(said, f"force_full_attention_on_{end}_layer", default=True) for end in ("first", "last"))
    kinds = ["full_attention" if pattern[(layer - first) % len(pattern)] == -1 else "sliding_attention"
             for layer in range(layers)]  # fmt: skip
    kinds[0], kinds[-1] = ("full_attention" if first else kinds[0]), ("full_attention" if last else kinds[-1])
    return {"model_type": "olmo3", "sliding_window": wide.pop(), "layer_types": kinds}


DIALECT = Dialect(
    title="OLMo-core",
    any_of=frozenset({"block"}),
    needed=frozenset({"d_model", "vocab_size", "n_layers", "block", "lm_head"}),
    translate=translate,
)
