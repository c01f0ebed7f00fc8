"""Latent attention without rotated parts and norms: the book's, in its bonus material to chapter 4.

DeepSeek-V2, arXiv:2405.04434, §2.1, has the idea.
"""

from __future__ import annotations

from symbolic.formulas.formula import Number
from symbolic.formulas.vocabulary import context, emb_dim, kv_lora_rank, n_heads
from symbolic.language import lazy as _
from symbolic.networks.blocks import Activation, Block, Cache, Kind, Weight
from symbolic.networks.layers.attended import attention_activations, attention_dropout, products

ADDED = _("One number added to each output.")


def plain_latent_attention(*, qkv_bias: bool) -> Block:
    """A query matrix (emb_dim, emb_dim), a latent of (kv_lora_rank,), keys and values of (emb_dim,) made from it."""
    biases = (
        Weight("query_bias", _("query bias"), (emb_dim,), Kind.BIAS, about=ADDED),
        Weight("latent_bias", _("latent bias"), (kv_lora_rank,), Kind.BIAS, about=ADDED),
        Weight("key_value_biases", _("key and value biases"), (emb_dim,), Kind.BIAS, about=ADDED, copies=2),
    )
    return Block(
        "attention",
        _("attention"),
        role="attention",
        about=_(
            "Here the tokens exchange information: each one gathers what it can use, from itself and the tokens before "
            "it. Keys and values take a detour: each token is first squeezed to a short list of `kv_lora_rank` "
            "numbers, its latent, and the keys and values of all heads are made from that list."
        ),
        parts=(
            *_matrices(),
            *(biases if qkv_bias else ()),
            *products(emb_dim, emb_dim, latent=(n_heads * kv_lora_rank, n_heads * kv_lora_rank)),
            Weight(
                "output_projection_matrix",
                _("output projection matrix"),
                (emb_dim, emb_dim),
                Kind.MATRIX,
                about=_(
                    "The heads' results stand side by side, `emb_dim` numbers for each token. "
                    "One more matrix mixes them."
                ),
            ),
            Weight(
                "output_projection_bias",
                _("output projection bias"),
                (emb_dim,),
                Kind.BIAS,
                about=_("One number added to each output of the projection."),
            ),
            Cache(
                "latent",
                _("latent"),
                (kv_lora_rank,),
                context,
                about=_(
                    "While a text is written, only the latent of each token is kept, from which the keys and values of "
                    "all heads can be made again."
                ),
                expanded=(Number(2), emb_dim),
                ungrouped=(Number(2), emb_dim),
            ),
            Activation(
                "latents_kept", _("latents kept"), (kv_lora_rank,), about=_("What keys and values are made of.")
            ),
            *attention_activations(emb_dim, emb_dim, emb_dim, emb_dim, emb_dim),
            *attention_dropout(emb_dim),
        ),
    )


def _matrices() -> tuple[Weight, ...]:
    return (
        Weight(
            "query_matrix",
            _("query matrix"),
            (emb_dim, emb_dim),
            Kind.MATRIX,
            about=_("Makes a query from each token: what it looks for."),
        ),
        Weight(
            "latent_matrix",
            _("latent matrix"),
            (emb_dim, kv_lora_rank),
            Kind.MATRIX,
            about=_("Squeezes each token to its latent, all that is remembered of it."),
        ),
        Weight(
            "key_value_matrices",
            _("key and value matrices"),
            (kv_lora_rank, emb_dim),
            Kind.MATRIX,
            about=_("Make the keys (what a token offers) and the values (what it passes on) from the latent."),
            copies=2,
            members=("key", "value"),
        ),
    )
