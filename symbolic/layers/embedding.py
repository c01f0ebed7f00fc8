"""Tables that turn tokens and positions into vectors, and the head that turns vectors back into tokens."""

from __future__ import annotations

from symbolic.architecture import Block, Kind, Weight
from symbolic.formula import Formula

EMBEDDING = "token embedding"


def token_embedding(vocab_size: Formula, emb_dim: Formula) -> Block:
    """A row of (emb_dim,) for each token."""
    return Block(
        EMBEDDING,
        role="embedding",
        about="A table with one row for each of the `vocab_size` tokens. "
        "The row is the list of `emb_dim` numbers that stands for that token inside the model.",
        parts=(Weight("token table", (vocab_size, emb_dim), Kind.TABLE),),
    )


def position_embedding(context_length: Formula, emb_dim: Formula) -> Block:
    """A learned row of (emb_dim,) for each position."""
    return Block(
        "position embedding",
        role="position",
        about="Attention alone does not see the order of the tokens. So a second table has one row of `emb_dim` "
        "numbers for each of the `context_length` positions, and the row of its position is added to each token.",
        parts=(Weight("position table", (context_length, emb_dim), Kind.TABLE),),
    )


def output_head(emb_dim: Formula, vocab_size: Formula, *, tied: bool) -> Block:
    """A matrix (emb_dim, vocab_size) that scores each token; tied, it is the token table again."""
    return Block(
        "output head",
        role="head",
        about="Compares the last layer's `emb_dim` numbers with each of the `vocab_size` tokens and gives each token a "
        "score. The best scores are the model's guesses for the next token.",
        parts=(
            Weight(
                "output head matrix",
                (emb_dim, vocab_size),
                Kind.MATRIX,
                tied_to=EMBEDDING if tied else None,
            ),
        ),
    )
