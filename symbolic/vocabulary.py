"""Every symbol once: its name, letter, spoken form, meaning, and the names that others give it.

Counts stand before widths: a product is written in this order, `n_layers × emb_dim`.

The names are those of Raschka, *Build a Large Language Model (From Scratch)*, Manning 2024. The aliases are Hugging
Face's and nanoGPT's; a family whose key differs from them says so in its own file.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formula import Symbol

SYMBOLS: dict[str, Symbol] = {}


def symbol(
    name: str,
    *,
    letter: str,
    meaning: str,
    spoken: str,
    aliases: tuple[str, ...] = (),
    unit: str = "",
    minimum: int = 1,
) -> Symbol:
    """A new symbol, entered in the vocabulary. `letter` is TeX; a name that is taken is a ValueError."""
    if name in SYMBOLS:
        raise ValueError(f"the symbol {name!r} is in the vocabulary already; use that one or choose another name")
    SYMBOLS[name] = made = Symbol(name, letter, meaning, spoken, aliases, unit, minimum)
    return made


vocab_size = symbol(
    "vocab_size",
    letter="V",
    meaning="how many different tokens the model knows",
    spoken="vocabulary size",
    unit="tokens",
)
context_length = symbol(
    "context_length",
    letter="T",
    meaning="how many tokens the model can look at together",
    spoken="context length",
    aliases=("max_position_embeddings", "n_positions", "n_ctx", "block_size", "max_seq_len"),
    unit="tokens",
)
n_layers = symbol(
    "n_layers",
    letter="L",
    meaning="how many transformer layers are stacked",
    spoken="number of layers",
    aliases=("num_hidden_layers", "n_layer", "num_layers"),
)
n_heads = symbol(
    "n_heads",
    letter="H",
    meaning="how many attention heads share one layer",
    spoken="number of heads",
    aliases=("num_attention_heads", "n_head", "num_heads"),
)
n_kv_groups = symbol(
    "n_kv_groups",
    letter="G",
    meaning="how many key-value heads a layer has; query heads share them",
    spoken="number of key-value heads",
    aliases=("num_key_value_heads", "n_kv_heads"),
)
emb_dim = symbol(
    "emb_dim",
    letter="d",
    meaning="how many numbers stand for one token inside the model: its width",
    spoken="embedding width",
    aliases=("hidden_size", "n_embd", "d_model"),
)
hidden_dim = symbol(
    "hidden_dim",
    letter="f",
    meaning="the width in the middle of the feed-forward network",
    spoken="feed-forward width",
    aliases=("intermediate_size", "n_inner", "ffn_dim", "d_ff"),
)
head_dim = symbol(
    "head_dim",
    letter="h",
    meaning="how many numbers one head works with",
    spoken="head width",
    aliases=("d_head", "d_kv"),
)

NO_EFFECT: Mapping[str, str] = {
    "drop_rate": "dropout switches numbers off at random while training; it has no weights",
    "dropout": "dropout switches numbers off at random while training; it has no weights",
    "dtype": "says how each number is stored, not how many there are",
    "torch_dtype": "says how each number is stored, not how many there are",
    "rope_base": "rotary positions are computed, not learned",
    "rope_theta": "rotary positions are computed, not learned",
    "rope_freq": "rotary positions are computed, not learned",
    "rope_scaling": "rotary positions are computed, not learned",
    "rope_parameters": "rotary positions are computed, not learned",
    "activation_function": "an activation function has no weights",
    "hidden_act": "an activation function has no weights",
    "attention_dropout": "dropout has no weights",
    "attn_pdrop": "dropout has no weights",
    "embd_pdrop": "dropout has no weights",
    "resid_pdrop": "dropout has no weights",
    "hidden_dropout": "dropout has no weights",
    "initializer_range": "says how weights start, not how many there are",
    "layer_norm_epsilon": "a fixed small number, not a weight",
    "layer_norm_eps": "a fixed small number, not a weight",
    "rms_norm_eps": "a fixed small number, not a weight",
    "bos_token_id": "names a token, adds none",
    "eos_token_id": "names a token, adds none",
    "pad_token_id": "names a token, adds none",
    "use_cache": "says how the model is run",
    "pretraining_tp": "says how the model is run",
    "transformers_version": "says which software wrote the file",
    "architectures": "names the family",
    "model_type": "names the family",
    "_name_or_path": "names the model",
    "scale_attn_weights": "scaling by a fixed number has no weights",
    "reorder_and_upcast_attn": "says how the model is run",
    "scale_attn_by_inverse_layer_idx": "scaling by a fixed number has no weights",
}
"""Keys that never change a count, with the reason; a page prints it. All others that a family doesn't use are ignored
keys: listed as unknown to us, so that a reader can judge."""
