"""GPT-NeoX and Pythia: GPT-2's parts with rotary positions, attention and feed-forward network side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symbolic.formulas.vocabulary import (
    context_length,
    emb_dim,
    head_dim,
    hidden_dim,
    n_heads,
    n_labels,
    n_layers,
    vocab_size,
)
from symbolic.language import Sentences
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Norms
from symbolic.networks.family import Family, Need, Option, Options, Source
from symbolic.networks.layers.attention import multi_head_attention
from symbolic.networks.layers.decoder import NO_POSITIONS, SAME_SHAPE, layer, tied_head
from symbolic.networks.layers.embedding import token_embedding
from symbolic.networks.layers.feed_forward import feed_forward
from symbolic.networks.layers.heads import BARE, SEQUENCE, SPAN, TOKEN, decoder_classes, decoder_head
from symbolic.networks.layers.in_files import causal_mask, rotary_frequencies
from symbolic.networks.layers.norm import layer_norm
from symbolic.networks.layers.tensors import HEADS

LAYER = "gpt_neox.layers.{}"
SIDE_BY_SIDE = _(
    "Attention and feed-forward network work side by side on the same input here, and their results are added; that "
    "changes the order of the work, not the weights."
)
ROTATED = {"quarter": head_dim / 4, "half": head_dim / 2, "all": head_dim}
"""How many of a head's numbers the rotary positions turn."""
SHARES = {0.25: "quarter", 0.5: "half", 1: "all"}
ONE_INPUT = _("Both work on the layer's input, so that it is kept once for the two of them.")


def network(options: Options) -> Block:
    """Black et al. 2022, arXiv:2204.06745, §2.1."""
    bias, parallel = bool(options["attention_bias"]), bool(options["parallel_residual"])
    attention = multi_head_attention(emb_dim, qkv_bias=bias, output_bias=bias)
    rotated = ROTATED.get(str(options["rotated_share"]))
    tables = (causal_mask(context_length), *((rotary_frequencies(rotated),) if rotated else ()))
    return Block(
        "model",
        "GPT-NeoX",
        role="model",
        parts=(
            token_embedding(vocab_size, emb_dim, dropout=True),
            layer(
                n_layers,
                replace(attention, beside=tables),
                feed_forward(emb_dim, hidden_dim, bias=True),
                layer_norm(
                    "layer_norms",
                    _("layer norms"),
                    emb_dim,
                    about=Sentences(
                        _(
                            "Two norms keep the numbers at a common size: one before the attention, one before the "
                            "feed-forward network."
                        ),
                        ONE_INPUT if parallel else "",
                    ),
                    copies=2,
                    of_layer_input=parallel,
                ),
                about=Sentences(SAME_SHAPE, NO_POSITIONS, SIDE_BY_SIDE if parallel else ""),
                norms=None if parallel else Norms.BEFORE,
            ),
            layer_norm(
                "final_layer_norm", _("final layer norm"), emb_dim, about=_("One more norm after the last layer.")
            ),
            *decoder_head(options, emb_dim, vocab_size),
        ),
    )


def share(values: Mapping[str, object]) -> str | None:
    """Return how much of each head a config rotates, in a word; "other" where its frequencies are not told."""
    found = values.get("rotary_pct", values.get("partial_rotary_factor"))
    if found is None:
        return None
    return SHARES.get(found, "other") if isinstance(found, int | float) else "other"


FAMILY = Family(
    name="gpt_neox",
    title="GPT-NeoX",
    about="EleutherAI's GPT-NeoX-20B and the Pythia models",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: 2048,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        hidden_dim: Need.REQUIRED,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        Option(
            "attention_bias",
            default=True,
            meaning=_("the attention's matrices get a bias each"),
            without=_("the attention's matrices have no biases"),
        ),
        Option(
            "parallel_residual",
            default=True,
            meaning=_("attention and feed-forward network work side by side on the same input"),
            without=_("attention and feed-forward network work one after the other"),
            aliases=("use_parallel_residual",),
        ),
        Option(
            "rotated_share",
            default="quarter",
            choices=(*ROTATED, "other"),
            meaning=_("how much of each head the rotary positions turn: it changes tables in files alone"),
            quiet=True,
            otherwise=share,
        ),
        tied_head(default=False),
        decoder_classes("GPTNeoXForCausalLM", BARE, SEQUENCE, TOKEN, SPAN),
    ),
    marks=frozenset({"use_parallel_residual", "rotary_pct", "rotary_emb_base"}),
    fixed={"n_kv_groups": n_heads},
    harmless={
        "is_decoder": _("changes nothing in this family"),
    },
    equal=((n_heads * head_dim, emb_dim),),
    model_types=("gpt_neox",),
    model_class="GPTNeoXForCausalLM",
    tensors={
        "token_table": "gpt_neox.embed_in.weight",
        "query_key_value_matrices": f"{LAYER}.attention.query_key_value.weight",
        "query_key_value_biases": f"{LAYER}.attention.query_key_value.bias",
        "output_projection_matrix": f"{LAYER}.attention.dense.weight",
        "output_projection_bias": f"{LAYER}.attention.dense.bias",
        "first_matrix": f"{LAYER}.mlp.dense_h_to_4h.weight",
        "first_bias": f"{LAYER}.mlp.dense_h_to_4h.bias",
        "second_matrix": f"{LAYER}.mlp.dense_4h_to_h.weight",
        "second_bias": f"{LAYER}.mlp.dense_4h_to_h.bias",
        "layer_norms/scale": (f"{LAYER}.input_layernorm.weight", f"{LAYER}.post_attention_layernorm.weight"),
        "layer_norms/shift": (f"{LAYER}.input_layernorm.bias", f"{LAYER}.post_attention_layernorm.bias"),
        "final_layer_norm/scale": "gpt_neox.final_layer_norm.weight",
        "final_layer_norm/shift": "gpt_neox.final_layer_norm.bias",
        "output_head_matrix": "lm_head.weight",
        **HEADS,
        "token_classifier/classifier_matrix": "classifier.weight",
        "token_classifier/classifier_bias": "classifier.bias",
    },
    sources=(
        Source("Biderman et al. 2023, Pythia", "https://arxiv.org/abs/2304.01373"),
        Source("Black et al. 2022, GPT-NeoX-20B", "https://arxiv.org/abs/2204.06745"),
        Source("Su et al. 2021, RoFormer (rotary positions)", "https://arxiv.org/abs/2104.09864"),
    ),
)
