"""Which of our symbols a config's key is: one of the vocabulary where they mean the same, else one of its own name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from symbolic.formulas import vocabulary
from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import SIZE_KEYS, SYMBOLS, of_key
from symbolic.language import Sentences
from symbolic.language import lazy as _

ALSO: Mapping[str, Symbol] = {
    "num_kv_heads": vocabulary.n_kv_groups,
    "n_head_kv": vocabulary.n_kv_groups,
    "num_query_groups": vocabulary.n_kv_groups,
    "multi_query_group_num": vocabulary.n_kv_groups,
    "ffn_hidden_size": vocabulary.hidden_dim,
    "attention_head_dim": vocabulary.head_dim,
    "kv_channels": vocabulary.head_dim,
    "padded_vocab_size": vocabulary.vocab_size,
    "moe_num_experts": vocabulary.n_experts,
    "num_experts_per_token": vocabulary.n_active_experts,
    "moe_topk": vocabulary.n_active_experts,
    "moe_k": vocabulary.n_active_experts,
    "moe_top_k": vocabulary.n_active_experts,
    "top_k_experts": vocabulary.n_active_experts,
}
"""Keys that mean a size of ours, though no family written by hand has them."""

ACTIVE = frozenset(
    {
        *vocabulary.n_active_experts.aliases,
        *(key for key, one in ALSO.items() if one.name == "n_active_experts"),
        "top_k",
        "num_selected_experts",
    }
)
"""Keys that say how many experts work on one token."""

MEANINGS: Mapping[str, str] = {
    "key_value_heads": _("how many heads keys and values have in a layer"),
    "qkv_size": _("how many numbers the query, key and value of a token have together, of all heads"),
    "encoder_layers": _("how many layers the encoder has"),
    "decoder_layers": _("how many layers the decoder has"),
    "encoder_ffn_dim": _("the width in the middle of the encoder's feed-forward network"),
    "decoder_ffn_dim": _("the width in the middle of the decoder's feed-forward network"),
    "encoder_attention_heads": _("how many heads the encoder's attention has"),
    "decoder_attention_heads": _("how many heads the decoder's attention has"),
    "num_mel_bins": _("how many frequencies the sound is split into"),
    "max_source_positions": _("how many positions the encoder has"),
    "max_target_positions": _("how many positions the decoder has"),
    "type_vocab_size": _("how many kinds of segment there are"),
    "num_labels": _("how many classes there are"),
    "mamba_d_state": _("how many numbers each channel of the state remembers"),
    "mamba_d_conv": _("how many neighbouring tokens the convolution mixes"),
    "mamba_expand": _("by what factor the inner width exceeds the model's"),
    "mamba_dt_rank": _("the width to which the time step is squeezed"),
    "linear_head_dim": _("how many numbers one head of the linear attention works with"),
    "linear_num_heads": _("how many heads the linear attention has"),
    "mamba_n_heads": _("how many heads the state space has"),
    "mamba_num_heads": _("how many heads the state space has"),
    "mamba_n_groups": _("how many groups of heads share what they read and write"),
    "n_groups": _("how many groups of heads share what they read and write"),
    "ssm_state_size": _("how many numbers each channel of the state remembers"),
    "embedding_size": _("how many numbers a row of the token table has"),
    "image_size": _("the width and height of an image in pixels"),
    "patch_size": _("the width and height of a patch in pixels"),
    "num_positions": _("how many positions an image has: one for each patch, and those that the network adds"),
    "window_patches": _("the width and height of a window in patches"),
    "embed_dim": _("how many numbers stand for a patch in the first stage"),
    "window_size": _("the width and height of a window"),
    "depth": _("how many layers are stacked"),
    "in_channels": _("how many colours a pixel has"),
    "spatial_merge_size": _("how many patches, across and down, become one token of the language model"),
    "temporal_patch_size": _("how many frames of a film a patch spans; an image is taken as so many alike"),
    "out_hidden_size": _("the width of the tokens that are made of patches"),
    "deepstack_visual_indexes": _("the layers whose results the language model gets too"),
    "mm_tokens_per_image": _("how many tokens of the language model an image becomes"),
    "scale_factor": _("how many patches, across and down, become one token of the language model"),
    "num_stages": _("how many stages there are"),
    "num_encoder_blocks": _("how many stages there are"),
}

OF_TYPES = frozenset({"embed_dim", "embedding_size", "scale_factor", "window_size", "n_groups"})
"""Keys that mean this in types of transformers; in other code they stand for other sizes."""

OF_STAGES: Mapping[str, Callable[[int], str]] = {
    "depths": lambda stage: _("how many layers stage {stage} has", stage=stage),
    "depth": lambda stage: _("how many layers stage {stage} has", stage=stage),
    "hidden_sizes": lambda stage: _("the width of stage {stage}", stage=stage),
    "embed_dims": lambda stage: _("the width of stage {stage}", stage=stage),
    "num_heads": lambda stage: _("how many heads the attention of stage {stage} has", stage=stage),
    "num_attention_heads": lambda stage: _("how many heads the attention of stage {stage} has", stage=stage),
}
"""Keys with one number a stage."""


def meaning_of_item(name: str) -> str:
    """Return what an item of a list means, such as `depths[2]`; "" where that is not known."""
    key, _bracket, at = name.removesuffix("]").partition("[")
    said = OF_STAGES.get(key)
    return said(int(at) + 1) if said and at.isdigit() else ""


def meaning_of_key(key: str, otherwise: str = "") -> str:
    """Return what a key means, and in which part; "" where that is not known."""
    above, _dot, last = key.rpartition(".")
    meaning = MEANINGS.get(last, otherwise)
    if meaning and above and above not in TEXTS:
        return Sentences(meaning, PARTS.get(above.split(".")[0], f"({above})"))
    return meaning


PARTS: Mapping[str, str] = {
    "vision_config": _("(in the part that sees)"),
    "audio_config": _("(in the part that hears)"),
    "encoder": _("(in the encoder)"),
    "decoder": _("(in the decoder)"),
}

TEXTS = ("", "text_config", "llm_config")
"""The tables of a config whose sizes are those of the language model."""


def named(keys: Iterable[str], *, traced: bool = False) -> dict[str, Symbol]:
    """The symbol of each key of a description; no two keys share one. Those of a trace are what code calls sizes."""
    found: dict[str, Symbol] = {}
    taken: set[Symbol] = set()
    keys = list(keys)
    for key in keys:
        above, _dot, last = key.rpartition(".")
        plain = SYMBOLS[SIZE_KEYS[last]] if last in SIZE_KEYS else ALSO.get(last)
        # Beside a key `emb_dim` no other, such as `d_model`, is called so.
        known = plain is not None and above in TEXTS and (plain.name == last or plain.name not in keys)
        symbol = plain if known else None
        if symbol is None or symbol in taken or (not symbol.aliases and symbol.name != last):
            known_here = not (traced and last in OF_TYPES)
            meaning = meaning_of_key(key, plain.meaning if plain else "") if known_here else ""
            said = meaning or (_("what the code calls {name}", name=key) if traced else "")
            symbol = of_key(key, said, scales=plain.scales if plain else None)
        if last == "embedding_size" and "hidden_sizes" in keys and not traced:
            # A symbol has one meaning in all pages of a process, and elsewhere this key is the width of a token table.
            symbol = of_key("first_channels", _("how many channels the first convolution makes"))
        found[key] = symbol
        taken.add(symbol)
    return found
