"""The head that predicts hidden tokens, and the one that says whether two texts belong together.

Devlin et al. 2018, arXiv:1810.04805, §3.1.
"""

from __future__ import annotations

from symbolic.formulas.formula import Formula, as_formula
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.layers.embedding import EMBEDDING, head_activations


def head_transform(emb_dim: Formula) -> Block:
    """A linear layer (emb_dim, emb_dim) and a layer norm in front of the output head."""
    return Block(
        "head_transform",
        _("head transform"),
        role="head-transform",
        about=_("Before tokens are guessed, each token passes through one more linear layer and one more norm."),
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
            Weight(
                "transform_norm_scale",
                _("transform norm scale"),
                (emb_dim,),
                Kind.SCALE,
                about=_("One factor for each of the numbers."),
            ),
            Weight(
                "transform_norm_shift",
                _("transform norm shift"),
                (emb_dim,),
                Kind.SHIFT,
                about=_("One number added to each of them."),
            ),
        ),
    )


def masked_head(emb_dim: Formula, vocab_size: Formula, *, tied: bool) -> tuple[Block, Block]:
    """A matrix (emb_dim, vocab_size), tied or not, and a bias of (vocab_size,)."""
    bias = Weight("output_bias", _("output bias"), (vocab_size,), Kind.BIAS)
    unused = Weight(
        "unused_output_bias",
        _("unused output bias"),
        (vocab_size,),
        Kind.BIAS,
        about=_(
            "Where the head has a matrix of its own, Hugging Face's code keeps a second list of these numbers, which "
            "nothing uses. It counts all the same."
        ),
    )
    return (
        Block(
            "output_head",
            _("output head"),
            role="head",
            about=_(
                "Compares each token's `emb_dim` numbers with each of the `vocab_size` tokens and gives each a "
                "score. Where a token of the text was hidden, the tokens with the best scores are the model's guesses."
            ),
            parts=(
                Weight(
                    "output_head_matrix",
                    _("output head matrix"),
                    (emb_dim, vocab_size),
                    Kind.MATRIX,
                    tied_to=EMBEDDING if tied else None,
                ),
                *head_activations(emb_dim, vocab_size),
            ),
        ),
        Block(
            "output_head_bias",
            _("output head bias"),
            role="head",
            about=_("One number added to the score of each token."),
            parts=(bias,) if tied else (bias, unused),
        ),
    )


def next_sentence_head(emb_dim: Formula) -> Block:
    """A matrix (emb_dim, 2) and a bias."""
    return Block(
        "next_sentence_head",
        _("next-sentence head"),
        role="classifier",
        tokens=as_formula(1),
        about=_("Says of two texts whether the second follows the first: two scores, one for yes and one for no."),
        parts=(
            Weight(
                "next_sentence_matrix",
                _("next-sentence matrix"),
                (emb_dim, as_formula(2)),
                Kind.MATRIX,
                about=_("One column for each answer."),
            ),
            Weight(
                "next_sentence_bias",
                _("next-sentence bias"),
                (as_formula(2),),
                Kind.BIAS,
                about=_("One number added to each score."),
            ),
        ),
    )
