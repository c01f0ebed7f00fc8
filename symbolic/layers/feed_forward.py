"""Feed-forward networks: they work on each token alone, wide in the middle."""

from __future__ import annotations

from symbolic.architecture import Block, Kind, Weight
from symbolic.formula import Formula


def feed_forward(emb_dim: Formula, hidden_dim: Formula, *, bias: bool) -> Block:
    """Two linear layers, (emb_dim, hidden_dim) and (hidden_dim, emb_dim).

    Vaswani et al. 2017, arXiv:1706.03762, §3.3.
    """
    first = Weight(
        "first matrix",
        (emb_dim, hidden_dim),
        Kind.MATRIX,
        about="Widens each token from `emb_dim` to `hidden_dim` numbers.",
    )
    second = Weight(
        "second matrix",
        (hidden_dim, emb_dim),
        Kind.MATRIX,
        about="Brings the `hidden_dim` numbers back to `emb_dim`.",
    )
    first_bias = Weight("first bias", (hidden_dim,), Kind.BIAS, about="One number added to each of the wide outputs.")
    second_bias = Weight("second bias", (emb_dim,), Kind.BIAS, about="One number added to each of the final outputs.")
    return Block(
        "feed-forward network",
        role="feed-forward",
        about="Each token thinks for itself: two linear layers with an activation function between them. "
        "The function itself has no weights.",
        parts=(first, first_bias, second, second_bias) if bias else (first, second),
    )


def swiglu(emb_dim: Formula, hidden_dim: Formula) -> Block:
    """Three matrices: gate and up (emb_dim, hidden_dim), down (hidden_dim, emb_dim).

    Shazeer 2020, arXiv:2002.05202.
    """
    return Block(
        "feed-forward network",
        role="feed-forward",
        about="Each token thinks for itself. This kind (SwiGLU) has three matrices, not two: one of the two wide "
        "results is a gate that decides how much of the other passes.",
        parts=(
            Weight(
                "gate and up matrices",
                (emb_dim, hidden_dim),
                Kind.MATRIX,
                about="Two matrices widen each token from `emb_dim` to `hidden_dim` numbers: the gate, and what passes "
                "through it.",
                copies=2,
            ),
            Weight(
                "down matrix",
                (hidden_dim, emb_dim),
                Kind.MATRIX,
                about="Brings the `hidden_dim` numbers back to `emb_dim`.",
            ),
        ),
    )
