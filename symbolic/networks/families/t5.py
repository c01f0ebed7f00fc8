"""T5: an encoder that reads and a decoder that writes; positions are distances, and nothing has a bias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Formula, Number, Symbol
from symbolic.formulas.vocabulary import (
    emb_dim,
    head_dim,
    hidden_dim,
    n_decoder_layers,
    n_heads,
    n_labels,
    n_layers,
    n_relative_buckets,
    target_tokens,
    tokens,
    vocab_size,
)
from symbolic.language import Sentences, noun
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.family import MODEL_CLASS, Family, Need, Option, Options, Pattern, Source, Wide
from symbolic.networks.layers.activations import WITHOUT_WEIGHTS
from symbolic.networks.layers.attention import ABOUT
from symbolic.networks.layers.decoder import SAME_SHAPE, layer, tied_head
from symbolic.networks.layers.embedding import output_head, token_embedding
from symbolic.networks.layers.encoder import BOTH_WAYS, relative_positions, wide_attention
from symbolic.networks.layers.feed_forward import feed_forward, swiglu
from symbolic.networks.layers.heads import LAST, classes, sequence_classifier, span_head, token_classifier
from symbolic.networks.layers.norm import rms_norm
from symbolic.networks.layers.tensors import HEADS

ENCODER, DECODER = "encoder.block.{}", "decoder.block.{}"
ENCODED = "final_encoder_norm"
WRITING, BARE, ENCODING = "T5ForConditionalGeneration", "T5Model", "T5EncoderModel"
CLASSIFYING, TAGGING, ANSWERING = (
    "T5ForSequenceClassification",
    "T5ForTokenClassification",
    "T5ForQuestionAnswering",
)

ACROSS = _(
    "Here the decoder looks at what the encoder has read: the queries are made from the text that is being written, "
    "the keys and values from the text that was read."
)
NORMS = _(
    "Norms keep the numbers at a common size: one before each part. An RMS norm has one factor for each of the "
    "`emb_dim` numbers and no shift."
)


def network(options: Options) -> Block:
    """Raffel et al. 2019, arXiv:1910.10683, §2.1; the encoder alone where the class has no decoder."""
    named = str(options[MODEL_CLASS])
    heads: Mapping[str, tuple[Block, ...]] = {
        WRITING: (_head(tied=bool(options["tied_head"])),),
        BARE: (),
        CLASSIFYING: (_class_transform(), sequence_classifier(emb_dim, about=LAST)),
        ANSWERING: (span_head(emb_dim, n_labels),),
        ENCODING: (),
        TAGGING: (token_classifier(emb_dim),),
    }
    gated = str(options["feed_forward_proj"]).startswith("gated-")
    thinking = swiglu(emb_dim, hidden_dim) if gated else feed_forward(emb_dim, hidden_dim, bias=False)
    reading = _attention("attention", _("attention"), BOTH_WAYS, tokens, tokens)
    decoder = () if named in (ENCODING, TAGGING) else _decoder(thinking, heads[named])
    last = rms_norm(ENCODED, _("final encoder norm"), emb_dim, about=_("One more norm after the encoder's last layer."))
    return Block(
        "model",
        "T5",
        role="model",
        parts=(
            token_embedding(vocab_size, emb_dim),
            relative_positions("encoder_distances", _("encoder distances"), n_relative_buckets, n_heads),
            _layers("encoder_layer", noun("encoder layer", "encoder layers"), n_layers, tokens, reading, thinking),
            replace(last, tokens=tokens),
            *(decoder or heads[named]),
        ),
    )


def _decoder(thinking: Block, heads: tuple[Block, ...]) -> tuple[Block, ...]:
    writing = _attention("attention", _("attention"), ABOUT, target_tokens, target_tokens)
    across = _attention("cross_attention", _("cross-attention"), ACROSS, target_tokens, tokens)
    across = replace(across, reads=ENCODED)
    name = noun("decoder layer", "decoder layers")
    last = rms_norm(
        "final_decoder_norm", _("final decoder norm"), emb_dim, about=_("One more norm after the decoder's last layer.")
    )
    return (
        relative_positions("decoder_distances", _("decoder distances"), n_relative_buckets, n_heads),
        _layers("decoder_layer", name, n_decoder_layers, target_tokens, writing, across, thinking),
        replace(last, tokens=target_tokens),
        *(replace(head, tokens=head.tokens or target_tokens) for head in heads),
    )


def _head(*, tied: bool) -> Block:
    head = output_head(emb_dim, vocab_size, tied=tied)
    if tied:
        return head
    own = _(
        "This head has a matrix of its own, which the files of T5 1.1 and FLAN-T5 hold. A network that transformers 5 "
        "makes of the config alone, without files, shares the token table in spite of `tie_word_embeddings`."
    )
    return replace(head, about=Sentences(head.about, own))


def _attention(key: str, name: str, about: str, own: Formula, seen: Formula) -> Block:
    return wide_attention(key, name, emb_dim, n_heads, head_dim, about=about, own=own, seen=seen, writes=own != tokens)


def _class_transform() -> Block:
    return Block(
        "head_transform",
        _("head transform"),
        role="head-transform",
        tokens=Number(1),
        about=_("Before the class is chosen, the numbers of the last token pass through one more linear layer."),
        parts=(
            Weight(
                "transform_matrix",
                _("transform matrix"),
                (emb_dim, emb_dim),
                Kind.MATRIX,
                about=_("From `emb_dim` numbers to as many new ones."),
            ),
            Weight(
                "transform_bias",
                _("transform bias"),
                (emb_dim,),
                Kind.BIAS,
                about=_("One number added to each output."),
            ),
        ),
    )


def _layers(key: str, name: str, repeat: Formula, own: Formula, *parts: Block) -> Block:
    norms = rms_norm("rms_norms", _("RMS norms"), emb_dim, about=NORMS, copies=len(parts))
    return replace(layer(repeat, *parts, norms, key=key, name=name, about=SAME_SHAPE), tokens=own)


def in_parts(values: Mapping[str, object]) -> str | None:
    """Return what a config says in two keys that others, such as those of diffusion models, have in its place."""
    gate, function = values.get("is_gated_act"), values.get("dense_act_fn") or "relu"
    return f"gated-{function}" if gate is True else None


def agree(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:  # noqa: ARG001
    """Check that the keys which repeat what `feed_forward_proj` says agree with it; nothing is counted."""
    said = values.get("feed_forward_proj")
    gate, function = values.get("is_gated_act"), values.get("dense_act_fn")
    if said is not None and gate is not None and gate is not str(said).startswith("gated-"):
        raise ConfigError(f"is_gated_act is {shown(gate)} and feed_forward_proj is {shown(said)}; keep one")
    if function is not None and function not in WITHOUT_WEIGHTS:
        raise ConfigError(f"dense_act_fn {shown(function)} is no activation function that we know to have no weights")
    return {}


FAMILY = Family(
    name="t5",
    title="T5",
    about="Google's T5, T5 1.1 and FLAN-T5, an encoder and a decoder",
    sizes={
        vocab_size: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        n_decoder_layers: n_layers,
        n_heads: Need.REQUIRED,
        n_relative_buckets: 32,
        emb_dim: Need.REQUIRED,
        hidden_dim: Need.REQUIRED,
        head_dim: Need.REQUIRED,
    },
    network=network,
    options=(
        Option(
            "feed_forward_proj",
            default="relu",
            meaning=_("the feed-forward network's activation function, and whether it has a gate"),
            choices=(*WITHOUT_WEIGHTS, *(f"gated-{name}" for name in WITHOUT_WEIGHTS)),
            otherwise=in_parts,
        ),
        tied_head(default=True)._replace(takes_null=True),
        classes(WRITING, BARE, ENCODING, CLASSIFYING, TAGGING, ANSWERING),
    ),
    fixed={"n_kv_groups": n_heads},
    harmless={
        "context_length": _("positions are distances here: no size depends on how many tokens there are"),
        "relative_attention_max_distance": _("says from which distance on all share one group"),
        "is_encoder_decoder": _("says what the family is"),
        "scale_decoder_outputs": _("scaling by a fixed number has no weights"),
    },
    pattern=Pattern(("is_gated_act", "dense_act_fn"), agree),
    head_sizes=frozenset({n_decoder_layers}),
    marks=frozenset({"feed_forward_proj", "n_relative_buckets", "n_decoder_layers"}),
    aliases={n_layers: ("num_layers", "num_hidden_layers")},
    model_types=("t5",),
    model_class="T5ForConditionalGeneration",
    tensors={
        "token_table": "shared.weight",
        **HEADS,
        "classifier/classifier_matrix": "classification_head.out_proj.weight",
        "classifier/classifier_bias": "classification_head.out_proj.bias",
        "token_classifier/classifier_matrix": "classifier.weight",
        "token_classifier/classifier_bias": "classifier.bias",
        "transform_matrix": "classification_head.dense.weight",
        "transform_bias": "classification_head.dense.bias",
        **{
            f"{side}_layer/{block}/{weight}": tuple(f"{place}.{name}.weight" for name in names)
            for side, block, place in (
                ("encoder", "attention", f"{ENCODER}.layer.0.SelfAttention"),
                ("decoder", "attention", f"{DECODER}.layer.0.SelfAttention"),
                ("decoder", "cross_attention", f"{DECODER}.layer.1.EncDecAttention"),
            )
            for weight, names in (
                ("query_key_value_matrices", "qkv"),
                ("query_matrix", "q"),
                ("key_value_matrices", "kv"),
                ("output_projection_matrix", "o"),
            )
        },
        **{
            f"{side}_layer/feed_forward/{weight}": tuple(
                (Wide if name == "wo" else str)(f"{place}.DenseReluDense.{name}.weight") for name in names
            )
            for side, place in (("encoder", f"{ENCODER}.layer.1"), ("decoder", f"{DECODER}.layer.2"))
            for weight, names in (
                ("first_matrix", ("wi",)),
                ("second_matrix", ("wo",)),
                ("gate_up_matrices", ("wi_0", "wi_1")),
                ("down_matrix", ("wo",)),
            )
        },
        "encoder_layer/rms_norms/scale": tuple(f"{ENCODER}.layer.{part}.layer_norm.weight" for part in range(2)),
        "decoder_layer/rms_norms/scale": tuple(f"{DECODER}.layer.{part}.layer_norm.weight" for part in range(3)),
        **{
            f"{side}_distances/distance_table": f"{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
            for side in ("encoder", "decoder")
        },
        **{f"final_{side}_norm/scale": f"{side}.final_layer_norm.weight" for side in ("encoder", "decoder")},
        "output_head_matrix": "lm_head.weight",
    },
    sources=(
        Source(
            "Raffel et al. 2019, Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer",
            "https://arxiv.org/abs/1910.10683",
        ),
        Source("Shazeer 2020, GLU Variants Improve Transformer", "https://arxiv.org/abs/2002.05202"),
    ),
)
