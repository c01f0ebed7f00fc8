"""BERT: an encoder that guesses hidden tokens; norms behind each part, biases everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.vocabulary import (
    context_length,
    emb_dim,
    head_dim,
    hidden_dim,
    n_heads,
    n_labels,
    n_layers,
    type_vocab_size,
    vocab_size,
)
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.family import Family, Need, Options, Source
from symbolic.networks.layers.decoder import tied_head
from symbolic.networks.layers.embedding import position_embedding, token_embedding
from symbolic.networks.layers.encoder import encoder_layers
from symbolic.networks.layers.heads import (
    choice_head,
    classes,
    pooler,
    sequence_classifier,
    span_head,
    token_classifier,
)
from symbolic.networks.layers.masked_head import head_transform, masked_head, next_sentence_head
from symbolic.networks.layers.norm import layer_norm

LAYER = "bert.encoder.layer.{}"
SELF = f"{LAYER}.attention.self"
HEAD = "cls.predictions"
MASKED, PRETRAINING, BARE = "BertForMaskedLM", "BertForPreTraining", "BertModel"
DECODING, CLASSIFYING, TAGGING = "BertLMHeadModel", "BertForSequenceClassification", "BertForTokenClassification"
ANSWERING, CHOOSING, FOLLOWING = (
    "BertForQuestionAnswering",
    "BertForMultipleChoice",
    "BertForNextSentencePrediction",
)


def network(options: Options) -> Block:
    """Devlin et al. 2018, arXiv:1810.04805, §3: the encoder, and the heads of the class."""
    kind = options["model_class"]
    guessing = (head_transform(emb_dim), *masked_head(emb_dim, vocab_size, tied=bool(options["tied_head"])))
    heads: Mapping[bool | str, tuple[Block, ...]] = {
        MASKED: guessing,
        PRETRAINING: (pooler(emb_dim), *guessing, next_sentence_head(emb_dim)),
        BARE: (pooler(emb_dim),),
        DECODING: guessing,
        CLASSIFYING: (pooler(emb_dim), sequence_classifier(emb_dim)),
        TAGGING: (token_classifier(emb_dim),),
        ANSWERING: (span_head(emb_dim, n_labels),),
        CHOOSING: (pooler(emb_dim), choice_head(emb_dim)),
        FOLLOWING: (pooler(emb_dim), next_sentence_head(emb_dim)),
    }
    return Block(
        "model",
        "BERT",
        role="model",
        parts=(
            token_embedding(vocab_size, emb_dim),
            position_embedding(context_length, emb_dim, dropout=True),
            _segments(),
            layer_norm(
                "embedding_norm",
                _("embedding norm"),
                emb_dim,
                about=_("The three rows are added up, and the sum is normalised."),
            ),
            encoder_layers(n_layers, emb_dim, hidden_dim, qkv_bias=True, place="after"),
            *heads[kind],
        ),
    )


def _segments() -> Block:
    return Block(
        "segment_embedding",
        _("segment embedding"),
        role="embedding",
        about=_(
            "A text may come in `type_vocab_size` parts, such as a question and its answer. A third table has one "
            "row of `emb_dim` numbers for each part, and the row of its part is added to each token."
        ),
        parts=(Weight("segment_table", _("segment table"), (type_vocab_size, emb_dim), Kind.TABLE),),
    )


FAMILY = Family(
    name="bert",
    title="BERT",
    about="Google's BERT, an encoder, with the head of the class that the config names",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: 512,
        type_vocab_size: 2,
        n_layers: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_labels: Need.LABELS,
        emb_dim: Need.REQUIRED,
        hidden_dim: Need.REQUIRED,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        classes(MASKED, PRETRAINING, BARE, DECODING, CLASSIFYING, TAGGING, ANSWERING, CHOOSING, FOLLOWING)._replace(
            meaning=_("which head stands on the encoder"),
            quiet=False,
        ),
        tied_head(default=True),
    ),
    marks=frozenset({"type_vocab_size"}),
    fixed={"position_embedding_type": "absolute", "n_kv_groups": n_heads},
    equal=((n_heads * head_dim, emb_dim),),
    model_types=("bert",),
    model_class=MASKED,
    tensors={
        "token_table": "bert.embeddings.word_embeddings.weight",
        "position_table": "bert.embeddings.position_embeddings.weight",
        "segment_table": "bert.embeddings.token_type_embeddings.weight",
        "embedding_norm/scale": "bert.embeddings.LayerNorm.weight",
        "embedding_norm/shift": "bert.embeddings.LayerNorm.bias",
        "query_key_value_matrices": tuple(f"{SELF}.{name}.weight" for name in ("query", "key", "value")),
        "query_key_value_biases": tuple(f"{SELF}.{name}.bias" for name in ("query", "key", "value")),
        "output_projection_matrix": f"{LAYER}.attention.output.dense.weight",
        "output_projection_bias": f"{LAYER}.attention.output.dense.bias",
        "first_matrix": f"{LAYER}.intermediate.dense.weight",
        "first_bias": f"{LAYER}.intermediate.dense.bias",
        "second_matrix": f"{LAYER}.output.dense.weight",
        "second_bias": f"{LAYER}.output.dense.bias",
        "layer_norms/scale": (f"{LAYER}.attention.output.LayerNorm.weight", f"{LAYER}.output.LayerNorm.weight"),
        "layer_norms/shift": (f"{LAYER}.attention.output.LayerNorm.bias", f"{LAYER}.output.LayerNorm.bias"),
        "pooler_matrix": "bert.pooler.dense.weight",
        "pooler_bias": "bert.pooler.dense.bias",
        "transform_matrix": f"{HEAD}.transform.dense.weight",
        "transform_bias": f"{HEAD}.transform.dense.bias",
        "transform_norm_scale": f"{HEAD}.transform.LayerNorm.weight",
        "transform_norm_shift": f"{HEAD}.transform.LayerNorm.bias",
        "output_head_matrix": f"{HEAD}.decoder.weight",
        "output_bias": f"{HEAD}.bias",
        "unused_output_bias": f"{HEAD}.decoder.bias",
        "next_sentence_matrix": "cls.seq_relationship.weight",
        "next_sentence_bias": "cls.seq_relationship.bias",
        "classifier_matrix": "classifier.weight",
        "classifier_bias": "classifier.bias",
        "span_matrix": "qa_outputs.weight",
        "span_bias": "qa_outputs.bias",
        "choice_matrix": "classifier.weight",
        "choice_bias": "classifier.bias",
    },
    sources=(
        Source(
            "Devlin et al. 2018, BERT: Pre-training of Deep Bidirectional Transformers",
            "https://arxiv.org/abs/1810.04805",
        ),
        Source("Vaswani et al. 2017, Attention Is All You Need", "https://arxiv.org/abs/1706.03762"),
    ),
)
