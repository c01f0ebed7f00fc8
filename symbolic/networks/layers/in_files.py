"""What files hold beside a network: tables that the code computes, and layers that predict further tokens."""

from __future__ import annotations

from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import emb_dim, n_predict_layers, vocab_size
from symbolic.language import lazy as _
from symbolic.language import noun
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.layers.norm import rms_norm

PREDICTING = "prediction_layer"
KEYS_OF_QWEN = ("mtp_num_hidden_layers", "num_nextn_predict_layers")
"""How a config of Qwen's names the number of such layers. That of Qwen3-Next names none, and its files hold one."""
JOINING = "joining"
"""The role of the matrix in front of such a layer: formats leave it as it is."""


def causal_mask(context_length: Formula) -> Weight:
    """Return the table of (context_length, context_length) that says which tokens a token sees.

    GPT2Attention's `bias`, a buffer that older releases of transformers saved with the weights: nanoGPT, model.py.
    """
    return Weight(
        "causal_mask",
        _("causal mask"),
        (context_length, context_length),
        Kind.COMPUTED,
        about=_(
            "A row for each token says which tokens it sees: 1 for itself and those before it, 0 for those behind it. "
            "Nothing of it is learned. Older releases of the code saved it with each layer."
        ),
    )


def rotary_frequencies(width: Formula) -> Weight:
    """Return the frequencies by which pairs of a head's `width` rotated numbers turn: (width / 2,).

    LlamaRotaryEmbedding's `inv_freq`, a buffer that older releases of transformers saved with the weights: EleutherAI,
    gpt-neox, pull request 1168.
    """
    return Weight(
        "rotary_frequencies",
        _("rotary frequencies"),
        (width / 2,),
        Kind.COMPUTED,
        about=_(
            "Each pair of a head's rotated numbers turns by the position at a speed of its own. The code computes "
            "these speeds. Older releases saved them with each layer."
        ),
    )


def prediction_layer(*parts: Block, repeats_tables: bool = True) -> Block:
    """Return the layers that predict further tokens, of these parts.

    Each has a table and a head of its own (`repeats_tables`), as in DeepSeek-V3's files, or uses the network's, as in
    Qwen3-Next's, whose names begin with `mtp`.
    DeepSeek-AI 2024, DeepSeek-V3 Technical Report, arXiv:2412.19437, §2.2; DeepSeek-V3, README_WEIGHTS.md.
    """
    table = Block(
        "prediction_embedding",
        _("stored token embedding"),
        role="embedding",
        about=_("The token embedding's table once more: the layer uses the same, and the files repeat it."),
        parts=(Weight("prediction_table", _("token table"), (vocab_size, emb_dim), Kind.TABLE),),
    )
    head = Block(
        "prediction_head",
        _("stored output head"),
        role="head",
        about=_("The output head's matrix once more: the layer uses the same, and the files repeat it."),
        parts=(Weight("prediction_head_matrix", _("output head matrix"), (emb_dim, vocab_size), Kind.MATRIX),),
    )
    return Block(
        PREDICTING,
        noun("layer that predicts further", "layers that predict further"),
        role="layer",
        about=_(
            "Behind the last layer the files hold `n_predict_layers` more, each to predict one token further than the "
            "one before. Training used them, and a program that writes may guess tokens with them; the network does "
            "without. Such a layer starts from the last result and from the embedding of the token just predicted."
        ),
        repeat=n_predict_layers,
        parts=(
            *((table,) if repeats_tables else ()),
            rms_norm(
                "input_norms",
                _("input norms"),
                emb_dim,
                about=_("A norm for each of its two inputs."),
                copies=2,
            ),
            Block(
                JOINING,
                _("joining matrix"),
                role=JOINING,
                about=_("Makes one token of the two inputs, which stand side by side."),
                parts=(Weight("joining_matrix", _("joining matrix"), (2 * emb_dim, emb_dim), Kind.MATRIX),),
            ),
            *parts,
            rms_norm("output_norm", _("output norm"), emb_dim, about=_("One more norm in front of the head.")),
            *((head,) if repeats_tables else ()),
        ),
    )
