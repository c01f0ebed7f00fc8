"""Multi-head latent attention: queries, keys and values are made from short lists instead of the whole token.

DeepSeek-V2, arXiv:2405.04434, §2.1.
"""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import (
    context,
    emb_dim,
    kv_lora_rank,
    n_heads,
    q_lora_rank,
    qk_nope_head_dim,
    qk_rope_head_dim,
    v_head_dim,
)
from symbolic.language import lazy as _
from symbolic.networks.blocks import Activation, Block, Cache, Kind, Weight
from symbolic.networks.family import Option
from symbolic.networks.layers.attended import attention_activations, products
from symbolic.networks.layers.tensors import ATTENTION

SQUEEZED_QUERIES = Option(
    "squeezed_queries",
    default=True,
    meaning=_("queries are made from a short list of `q_lora_rank` numbers, not from the whole token"),
    without=_("queries are made from the whole token"),
    null=q_lora_rank,
)


UP = "key_value_up_matrix"
KEY_WIDTH = qk_nope_head_dim + qk_rope_head_dim
ABSORBED = n_heads * (kv_lora_rank + qk_rope_head_dim), n_heads * kv_lora_rank
"""What each head's scores and mixing run over where they work on the latents: its part of the up matrix is multiplied
with its own query and result instead (DeepSeek-V2, arXiv:2405.04434, §2.1.2)."""
LATENT = Cache(
    "latent_rotated_key",
    _("latent and rotated key"),
    (kv_lora_rank + qk_rope_head_dim,),
    context,
    about=_(
        "While a text is written, only the latent of each token is kept, and the piece of the key that is rotated by "
        "the position: `kv_lora_rank` + `qk_rope_head_dim` numbers, from which the keys and values of all heads can be "
        "made again."
    ),
    expanded=(n_heads * (KEY_WIDTH + v_head_dim),),
    ungrouped=(n_heads * (KEY_WIDTH + v_head_dim),),
)
_LATENT_QUERIES = Activation(
    "latent_queries_kept", _("latent queries kept"), (q_lora_rank,), about=_("What the queries are made of.")
)


def latent_attention(*, squeezed_queries: bool, bias: bool) -> Block:
    """Down to a latent of (kv_lora_rank,), and up to keys and values of n_heads heads; queries likewise, or directly.

    A head's query and key are qk_nope_head_dim + qk_rope_head_dim wide, its value v_head_dim.
    """
    return Block(
        "attention",
        _("attention"),
        role="attention",
        about=_(
            "Here the tokens exchange information: each one gathers what it can use, from itself and the tokens "
            "before it. Keys and values take a detour (multi-head latent attention, MLA): each token is first "
            "squeezed to a short list of `kv_lora_rank` numbers, its latent, and the keys and values of all heads "
            "are made from that list. A piece of the key, which is rotated by the token's place, is kept apart. "
            "Unrotated, the key matrix can be multiplied into the query's, so keys need never be written out. A "
            "rotation in between would prevent that. So a model that writes text need only remember these two of "
            "each token, the latent and the piece, and not the keys and values of all its heads."
        ),
        parts=(
            *(_squeezed_queries(bias=bias) if squeezed_queries else _direct_queries()),
            *_keys_and_values(bias=bias),
            *products(n_heads * KEY_WIDTH, n_heads * v_head_dim, latent=ABSORBED),
            Weight(
                "output_projection_matrix",
                _("output projection matrix"),
                (n_heads * v_head_dim, emb_dim),
                Kind.MATRIX,
                about=_(
                    "The heads' results stand side by side. One more matrix mixes them and brings them back to "
                    "`emb_dim` numbers."
                ),
            ),
            *_bias("output_projection_bias", _("output projection bias"), emb_dim, wanted=bias),
            LATENT,
            *((_LATENT_QUERIES,) if squeezed_queries else ()),
            Activation(
                "latents_kept",
                _("latents kept"),
                (kv_lora_rank + qk_rope_head_dim,),
                about=_("What keys and values are made of."),
            ),
            *attention_activations(
                emb_dim, n_heads * KEY_WIDTH, n_heads * KEY_WIDTH, n_heads * v_head_dim, n_heads * v_head_dim
            ),
        ),
    )


def _direct_queries() -> tuple[Weight, ...]:
    return (
        Weight(
            "query_matrix",
            _("query matrix"),
            (emb_dim, n_heads * (qk_nope_head_dim + qk_rope_head_dim)),
            Kind.MATRIX,
            about=_(
                "Makes a query from each token: what it looks for. Each of the `n_heads` heads gets "
                "`qk_nope_head_dim` numbers for the content and `qk_rope_head_dim` that are rotated by the position."
            ),
        ),
    )


def _squeezed_queries(*, bias: bool) -> tuple[Weight, ...]:
    return (
        Weight(
            "query_down_matrix",
            _("query down matrix"),
            (emb_dim, q_lora_rank),
            Kind.MATRIX,
            about=_(
                "A query says what a token looks for. Queries too are made in two steps: this matrix squeezes each "
                "token to `q_lora_rank` numbers. Two thin matrices take the place of one big one."
            ),
        ),
        *_bias("query_down_bias", _("query down bias"), q_lora_rank, wanted=bias),
        Weight(
            "query_norm_scale",
            _("query norm scale"),
            (q_lora_rank,),
            Kind.SCALE,
            about=_("The short list is normalised: one factor for each of its numbers."),
        ),
        Weight(
            "query_up_matrix",
            _("query up matrix"),
            (q_lora_rank, n_heads * (qk_nope_head_dim + qk_rope_head_dim)),
            Kind.MATRIX,
            about=_(
                "Makes the queries of all heads from the short list. Each of the `n_heads` heads gets "
                "`qk_nope_head_dim` numbers for the content and `qk_rope_head_dim` that are rotated by the position."
            ),
        ),
    )


def _keys_and_values(*, bias: bool) -> tuple[Weight, ...]:
    width = kv_lora_rank + qk_rope_head_dim
    return (
        Weight(
            "key_value_down_matrix",
            _("key-value down matrix"),
            (emb_dim, width),
            Kind.MATRIX,
            about=_(
                "Squeezes each token to its latent of `kv_lora_rank` numbers. Beside it stand `qk_rope_head_dim` "
                "numbers that are rotated by the position: a piece of the key that all heads share. These "
                "`kv_lora_rank` + `qk_rope_head_dim` numbers are all that a layer remembers of a token."
            ),
        ),
        *_bias("key_value_down_bias", _("key-value down bias"), width, wanted=bias),
        Weight(
            "key_value_norm_scale",
            _("key-value norm scale"),
            (kv_lora_rank,),
            Kind.SCALE,
            about=_("The latent is normalised: one factor for each of its numbers."),
        ),
        Weight(
            UP,
            _("key-value up matrix"),
            (kv_lora_rank, n_heads * (qk_nope_head_dim + v_head_dim)),
            Kind.MATRIX,
            about=_(
                "Makes from the latent, for each of the `n_heads` heads, the rest of the key (what the token "
                "offers, `qk_nope_head_dim` numbers) and the value (what it passes on, `v_head_dim` numbers)."
            ),
        ),
    )


def _bias(key: str, name: str, width: Formula, *, wanted: bool) -> tuple[Weight, ...]:
    return (Weight(key, name, (width,), Kind.BIAS, about=_("One number added to each output.")),) if wanted else ()


LATENT_TENSORS: Mapping[str, str | tuple[str, ...]] = {
    "query_matrix": f"{ATTENTION}.q_proj.weight",
    "query_down_matrix": f"{ATTENTION}.q_a_proj.weight",
    "query_down_bias": f"{ATTENTION}.q_a_proj.bias",
    "query_norm_scale": f"{ATTENTION}.q_a_layernorm.weight",
    "query_up_matrix": f"{ATTENTION}.q_b_proj.weight",
    "key_value_down_matrix": f"{ATTENTION}.kv_a_proj_with_mqa.weight",
    "key_value_down_bias": f"{ATTENTION}.kv_a_proj_with_mqa.bias",
    "key_value_norm_scale": f"{ATTENTION}.kv_a_layernorm.weight",
    UP: f"{ATTENTION}.kv_b_proj.weight",
}
"""Where transformers keeps them."""

PREDICTING_KEYS = ("num_nextn_predict_layers", "num_mtp_layers")
LATENT_HARMLESS: Mapping[str, str] = {
    "n_kv_groups": _("latent attention makes keys and values for every head"),
    "head_dim": _("a head's widths are those of its parts"),
    "qk_head_dim": _("a head's widths are those of its parts"),
    **dict.fromkeys(PREDICTING_KEYS, _("an extra layer that predicts one token more; this count leaves it out")),
}
"""Keys of such configs that change nothing."""

UP_APART = ((qk_nope_head_dim, n_heads * kv_lora_rank), (kv_lora_rank, n_heads * v_head_dim))
"""The two tensors in which llama.cpp keeps the key-value up matrix: of the keys, turned over, and of the values.

convert_hf_to_gguf.py, `attn_k_b` and `attn_v_b`, since llama.cpp's pull request 12801 of April 2025.
"""
