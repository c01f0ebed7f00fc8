"""Tables that turn tokens and positions into vectors, and the head that turns vectors back into tokens."""

from __future__ import annotations

from symbolic.formulas.formula import Formula
from symbolic.language import Sentences
from symbolic.language import lazy as _
from symbolic.networks.blocks import Activation, Block, Kind, Weight

EMBEDDING = "token_embedding"


def token_embedding(vocab_size: Formula, width: Formula, *, dropout: bool = False) -> Block:
    """A row of (width,) for each token."""
    (name,) = (symbol.name for symbol in width.symbols)
    return Block(
        EMBEDDING,
        _("token embedding"),
        role="embedding",
        about=_(
            "A table with one row for each of the `vocab_size` tokens. The row is the list of `{name}` numbers that "
            "stands for that token inside the model.",
            name=name,
        ),
        parts=(
            Weight("token_table", _("token table"), (vocab_size, width), Kind.TABLE),
            *(embedding_dropout(width) if dropout else ()),
        ),
    )


def position_embedding(
    context_length: Formula, emb_dim: Formula, *, more: int = 0, about: str = "", dropout: bool = False
) -> Block:
    """A learned row of (emb_dim,) for each position, and `more` rows, which `about` explains."""
    return Block(
        "position_embedding",
        _("position embedding"),
        role="position",
        about=Sentences(
            _(
                "Attention compares tokens by what they hold, not by where they stand. So a second table has one row "
                "of `emb_dim` numbers for each of the `context_length` positions, and the row of its position is added "
                "to each token."
            ),
            about,
        ),
        parts=(
            Weight(
                "position_table",
                _("position table"),
                (context_length + more if more else context_length, emb_dim),
                Kind.TABLE,
            ),
            *(embedding_dropout(emb_dim) if dropout else ()),
        ),
    )


def embedding_dropout(width: Formula) -> tuple[Activation, ...]:
    """Return what training keeps of the dropout before the first layer: a mask of one byte a number.

    Korthikanti et al. 2022, arXiv:2205.05198, §4.3.
    """
    return (
        Activation(
            "dropout_mask_of_embedding",
            _("dropout mask of the embedding"),
            (width,),
            about=_("Which numbers are set to zero before the first layer while training: a byte each."),
            width=1,
            split=False,
        ),
    )


def output_head(width: Formula, vocab_size: Formula, *, tied: bool, bias: bool = False) -> Block:
    """A matrix (width, vocab_size) that scores each token, and perhaps a bias; tied, it is the token table again."""
    (name,) = (symbol.name for symbol in width.symbols)
    return Block(
        "output_head",
        _("output head"),
        role="head",
        about=_(
            "For each of the `vocab_size` tokens the matrix has a column. The `{name}` numbers that come out at the "
            "end are multiplied by it, number by number, and added up: that is the token's score. The tokens with the "
            "best scores are the model's guesses for the next one.",
            name=name,
        ),
        parts=(
            Weight(
                "output_head_matrix",
                _("output head matrix"),
                (width, vocab_size),
                Kind.MATRIX,
                tied_to=EMBEDDING if tied else None,
            ),
            *((_head_bias(vocab_size),) if bias else ()),
            *head_activations(width, vocab_size),
        ),
    )


def _head_bias(vocab_size: Formula) -> Weight:
    return Weight(
        "output_head_bias",
        _("output head bias"),
        (vocab_size,),
        Kind.BIAS,
        about=_("One number added to the score of each token."),
    )


def head_activations(width: Formula, vocab_size: Formula) -> tuple[Activation, Activation]:
    """Return what training keeps of the head: its input, and the scores, at 32 bits, for the loss.

    Korthikanti et al. 2022, arXiv:2205.05198, §4.3.
    """
    return (
        Activation("head_input", _("head input"), (width,), about=_("What the output head works on."), split=False),
        Activation(
            "scores_kept",
            _("scores kept"),
            (vocab_size,),
            about=_(
                "The score of each token of the vocabulary, at 32 bits. The loss is made from them. What it needs "
                "beside them for a while, as it goes backward, is not counted here."
            ),
            width=4,
        ),
    )
