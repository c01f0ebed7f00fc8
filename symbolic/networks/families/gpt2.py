"""GPT-2: learned positions, layer norms with shifts, a tied head. The book's GPTModel and OpenAI's release."""

from __future__ import annotations

from dataclasses import replace

from symbolic.formulas.formula import Number
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
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.family import MODEL_CLASS, AsIs, Family, Need, Option, Options, Source
from symbolic.networks.layers.attention import multi_head_attention
from symbolic.networks.layers.decoder import tied_head
from symbolic.networks.layers.embedding import output_head
from symbolic.networks.layers.feed_forward import feed_forward
from symbolic.networks.layers.gpt import gpt_decoder, gpt_layer
from symbolic.networks.layers.heads import BARE, SEQUENCE, SPAN, TOKEN, choice_head, classes, decoder_head
from symbolic.networks.layers.in_files import causal_mask
from symbolic.networks.layers.tensors import HEADS

TWO_HEADS = "GPT2DoubleHeadsModel"


def network(options: Options) -> Block:
    """Radford et al. 2019, §2.3: norms before attention and feed-forward, one more behind the last layer."""
    bias, shift = bool(options["linear_bias"]), bool(options["norm_shift"])
    attention = multi_head_attention(emb_dim, qkv_bias=bool(options["qkv_bias"]), output_bias=bias)
    layers = gpt_layer(
        n_layers,
        replace(attention, beside=(causal_mask(context_length),)),
        feed_forward(emb_dim, hidden_dim, bias=bias),
        shift=shift,
    )
    return gpt_decoder("GPT-2", (layers,), *_heads(options), shift=shift)


def _heads(options: Options) -> tuple[Block, ...]:
    """The head of the class; one class has a second head, which chooses between continuations."""
    if options[MODEL_CLASS] != TWO_HEADS:
        return decoder_head(options, emb_dim, vocab_size)
    head = output_head(emb_dim, vocab_size, tied=bool(options["tied_head"]))
    if not options["summary_use_proj"]:
        return (head,)
    scores = Number(1) if options["summary_proj_to_labels"] else emb_dim
    return (head, choice_head(emb_dim, scores))


FAMILY = Family(
    name="gpt2",
    title="GPT-2",
    about="the decoder of OpenAI's GPT-2 and of the book's GPTModel",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.REQUIRED,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        hidden_dim: 4 * emb_dim,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        Option(
            "qkv_bias",
            default=True,
            meaning=_("query, key and value have a bias each"),
            without=_("query, key and value have no biases"),
            aliases=("bias",),
            in_class=False,
        ),
        Option(
            "linear_bias",
            default=True,
            meaning=_("the output projection and the feed-forward layers have a bias each"),
            without=_("the output projection and the feed-forward layers have no biases"),
            aliases=("bias",),
            in_class=False,
        ),
        Option(
            "norm_shift",
            default=True,
            meaning=_("each norm has a shift besides its scale"),
            without=_("the norms scale and do not shift"),
            aliases=("bias",),
            in_class=False,
        ),
        tied_head(default=True),
        Option("head_bias", default=False, meaning=_("the output head has a bias"), quiet=True, in_class=False),
        classes("GPT2LMHeadModel", TWO_HEADS, *("GPT2" + suffix for suffix in (BARE, SEQUENCE, TOKEN, SPAN))),
        Option(
            "summary_use_proj",
            default=True,
            meaning=_("the multiple-choice head has a linear layer"),
            without=_("the multiple-choice head has no linear layer"),
            quiet=True,
        ),
        Option(
            "summary_proj_to_labels",
            default=True,
            meaning=_("the linear layer of the multiple-choice head gives one score"),
            without=_("the linear layer of the multiple-choice head gives as many numbers as it takes"),
            quiet=True,
        ),
    ),
    marks=frozenset({"qkv_bias", "bias", "block_size", "drop_rate"}),
    fixed={"n_kv_groups": n_heads},
    harmless={"summary_type": _("says which token the multiple-choice head looks at")},
    class_keys={hidden_dim: ("n_inner",)},
    equal=((n_heads * head_dim, emb_dim),),
    model_types=("gpt2",),
    model_class="GPT2LMHeadModel",
    tensors={
        "token_table": "transformer.wte.weight",
        "position_table": "transformer.wpe.weight",
        "query_key_value_matrices": AsIs("transformer.h.{}.attn.c_attn.weight"),
        "query_key_value_biases": "transformer.h.{}.attn.c_attn.bias",
        "output_projection_matrix": AsIs("transformer.h.{}.attn.c_proj.weight"),
        "output_projection_bias": "transformer.h.{}.attn.c_proj.bias",
        "first_matrix": AsIs("transformer.h.{}.mlp.c_fc.weight"),
        "first_bias": "transformer.h.{}.mlp.c_fc.bias",
        "second_matrix": AsIs("transformer.h.{}.mlp.c_proj.weight"),
        "second_bias": "transformer.h.{}.mlp.c_proj.bias",
        "layer_norms/scale": ("transformer.h.{}.ln_1.weight", "transformer.h.{}.ln_2.weight"),
        "layer_norms/shift": ("transformer.h.{}.ln_1.bias", "transformer.h.{}.ln_2.bias"),
        "final_layer_norm/scale": "transformer.ln_f.weight",
        "final_layer_norm/shift": "transformer.ln_f.bias",
        "output_head_matrix": "lm_head.weight",
        **HEADS,
        "token_classifier/classifier_matrix": "classifier.weight",
        "token_classifier/classifier_bias": "classifier.bias",
        "choice_matrix": "multiple_choice_head.summary.weight",
        "choice_bias": "multiple_choice_head.summary.bias",
    },
    sources=(
        Source(
            "Radford et al. 2019, Language Models are Unsupervised Multitask Learners",
            "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf",
        ),
        Source(
            "Raschka 2024, Build a Large Language Model (From Scratch), chapter 4",
            "https://github.com/rasbt/LLMs-from-scratch",
        ),
        Source("Vaswani et al. 2017, Attention Is All You Need", "https://arxiv.org/abs/1706.03762"),
    ),
)
