"""OPT: GPT-2's parts with biases everywhere, and in one size a token table narrower than the model."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import (
    context_length,
    emb_dim,
    head_dim,
    hidden_dim,
    n_heads,
    n_labels,
    n_layers,
    n_word_projections,
    vocab_size,
    word_embed_dim,
)
from symbolic.language import lazy as _
from symbolic.language import noun
from symbolic.networks.blocks import Block, Kind, Norms, Weight
from symbolic.networks.family import Family, Need, Option, Options, Pattern, Source
from symbolic.networks.layers.attention import multi_head_attention
from symbolic.networks.layers.decoder import SAME_SHAPE, layer, tied_head
from symbolic.networks.layers.embedding import position_embedding, token_embedding
from symbolic.networks.layers.feed_forward import feed_forward
from symbolic.networks.layers.heads import BARE, SEQUENCE, SPAN, decoder_classes, decoder_head
from symbolic.networks.layers.norm import layer_norm
from symbolic.networks.layers.tensors import HEADS

LAYER = "model.decoder.layers.{}"

# fairseq's numbering, which the code keeps: the first two numbers are those of special tokens.
UNUSED_POSITIONS = 2

NORMS_BEFORE = _(
    "Two norms keep the numbers at a common size: one before the attention, one before the feed-forward network."
)
NORMS_BEHIND = _(
    "Two norms keep the numbers at a common size: one after the attention, one after the feed-forward network."
)


def network(options: Options) -> Block:
    """Zhang et al. 2022, arXiv:2205.01068, §2.1."""
    bias, before, norm_weights = (bool(options[name]) for name in ("linear_bias", "norm_before", "norm_weights"))
    norms = layer_norm(
        "layer_norms", _("layer norms"), emb_dim, about=NORMS_BEFORE if before else NORMS_BEHIND, copies=2
    )
    last = layer_norm(
        "final_layer_norm", _("final layer norm"), emb_dim, about=_("One more norm after the last layer.")
    )
    has_last = norm_weights and before and not options["no_final_norm"]
    return Block(
        "model",
        "OPT",
        role="model",
        parts=(
            token_embedding(vocab_size, word_embed_dim),
            position_embedding(
                context_length,
                emb_dim,
                more=UNUSED_POSITIONS,
                about=_(
                    "The code that trained OPT starts to count the positions at {count}. So the table "
                    "has {count} more rows at its start, which no token uses.",
                    count=UNUSED_POSITIONS,
                ),
            ),
            _projections(),
            layer(
                n_layers,
                multi_head_attention(emb_dim, qkv_bias=bias, output_bias=bias),
                feed_forward(emb_dim, hidden_dim, bias=bias),
                *((norms,) if norm_weights else ()),
                about=SAME_SHAPE,
                norms=Norms.BEFORE if before else Norms.AFTER,
            ),
            *((last,) if has_last else ()),
            *decoder_head(options, word_embed_dim, vocab_size),
        ),
    )


def _projections() -> Block:
    return Block(
        "projection_pair",
        noun("projection pair", "projection pairs"),
        role="projection",
        about=_(
            "The rows of the token table are narrower than the model. So two matrices stand between them: one "
            "widens each row before the first layer, the other narrows the result before the output head."
        ),
        repeat=n_word_projections,
        parts=(
            Weight(
                "input_projection_matrix",
                _("input projection matrix"),
                (word_embed_dim, emb_dim),
                Kind.MATRIX,
                about=_("From `word_embed_dim` to `emb_dim` numbers."),
            ),
            Weight(
                "output_head_projection_matrix",
                _("output head projection matrix"),
                (emb_dim, word_embed_dim),
                Kind.MATRIX,
                about=_("Back from `emb_dim` to `word_embed_dim` numbers."),
            ),
        ),
    )


def count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:  # noqa: ARG001
    """One pair of projections where the token table is not as wide as the model."""
    return {n_word_projections: int(sizes.get("word_embed_dim", sizes["emb_dim"]) != sizes["emb_dim"])}


FAMILY = Family(
    name="opt",
    title="OPT",
    about="Meta's OPT models",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: 2048,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        n_word_projections: Need.PATTERN,
        hidden_dim: Need.REQUIRED,
        word_embed_dim: emb_dim,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        Option(
            "linear_bias",
            default=True,
            meaning=_("the linear layers get a bias each"),
            without=_("the linear layers have no biases"),
            aliases=("enable_bias",),
        ),
        Option(
            "norm_weights",
            default=True,
            meaning=_("the norms learn a scale and a shift"),
            without=_("the norms learn nothing: they have neither scale nor shift"),
            aliases=("layer_norm_elementwise_affine",),
        ),
        Option(
            "norm_before",
            default=True,
            meaning=_("the norms come before attention and feed-forward network, and one more after the last layer"),
            without=_("the norms come after attention and feed-forward network, and none after the last layer"),
            aliases=("do_layer_norm_before",),
        ),
        Option(
            "no_final_norm",
            default=False,
            meaning=_("the norm after the last layer is left out"),
            without=_("the last layer is followed by a norm"),
            aliases=("_remove_final_layer_norm",),
        ),
        tied_head(default=True),
        decoder_classes("OPTForCausalLM", BARE, SEQUENCE, SPAN),
    ),
    marks=frozenset({"word_embed_dim", "do_layer_norm_before"}),
    fixed={"n_kv_groups": n_heads},
    equal=((n_heads * head_dim, emb_dim),),
    pattern=Pattern((), count),
    model_types=("opt",),
    model_class="OPTForCausalLM",
    tensors={
        "token_table": "model.decoder.embed_tokens.weight",
        "position_table": "model.decoder.embed_positions.weight",
        "input_projection_matrix": "model.decoder.project_in.weight",
        "output_head_projection_matrix": "model.decoder.project_out.weight",
        "query_key_value_matrices": tuple(f"{LAYER}.self_attn.{name}_proj.weight" for name in "qkv"),
        "query_key_value_biases": tuple(f"{LAYER}.self_attn.{name}_proj.bias" for name in "qkv"),
        "output_projection_matrix": f"{LAYER}.self_attn.out_proj.weight",
        "output_projection_bias": f"{LAYER}.self_attn.out_proj.bias",
        "first_matrix": f"{LAYER}.fc1.weight",
        "first_bias": f"{LAYER}.fc1.bias",
        "second_matrix": f"{LAYER}.fc2.weight",
        "second_bias": f"{LAYER}.fc2.bias",
        "layer_norms/scale": (f"{LAYER}.self_attn_layer_norm.weight", f"{LAYER}.final_layer_norm.weight"),
        "layer_norms/shift": (f"{LAYER}.self_attn_layer_norm.bias", f"{LAYER}.final_layer_norm.bias"),
        "final_layer_norm/scale": "model.decoder.final_layer_norm.weight",
        "final_layer_norm/shift": "model.decoder.final_layer_norm.bias",
        "output_head_matrix": "lm_head.weight",
        **HEADS,
    },
    sources=(
        Source(
            "Zhang et al. 2022, OPT: Open Pre-trained Transformer Language Models", "https://arxiv.org/abs/2205.01068"
        ),
        Source("Vaswani et al. 2017, Attention Is All You Need", "https://arxiv.org/abs/1706.03762"),
    ),
)
