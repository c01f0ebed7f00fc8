"""Feed-forward networks: they work on each token alone, wide in the middle."""

from __future__ import annotations

from symbolic.architecture import Block, Kind, Weight
from symbolic.formula import Formula

GATED = (
    "Each token thinks for itself. This kind has three matrices, not two: one of the two wide results is a "
    "gate that decides how much of the other passes."
)


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


def swiglu(
    emb_dim: Formula,
    hidden_dim: Formula,
    *,
    name: str = "feed-forward network",
    bias: bool = False,
    about: str = GATED,
) -> Block:
    """Three matrices: gate and up (emb_dim, hidden_dim), down (hidden_dim, emb_dim).

    Shazeer 2020, arXiv:2002.05202. GeGLU, with another activation function, has the same weights.
    """
    return Block(
        name,
        role="feed-forward",
        about=about,
        parts=gated(emb_dim, hidden_dim, bias=bias),
    )


def gated(emb_dim: Formula, hidden_dim: Formula, *, bias: bool = False) -> tuple[Weight, ...]:
    """The weights of a gated feed-forward network, for a block or an expert."""
    middle = " × ".join(f"`{symbol.name}`" for symbol in hidden_dim.symbols)
    up = Weight(
        "gate and up matrices",
        (emb_dim, hidden_dim),
        Kind.MATRIX,
        about=f"Two matrices widen each token from `emb_dim` to {middle} numbers. One is the gate: it decides how "
        "much of the other passes.",
        copies=2,
    )
    up_bias = Weight(
        "gate and up biases", (hidden_dim,), Kind.BIAS, about="One number added to each wide output.", copies=2
    )
    down = Weight(
        "down matrix",
        (hidden_dim, emb_dim),
        Kind.MATRIX,
        about=f"Brings the {middle} numbers back to `emb_dim`.",
    )
    down_bias = Weight("down bias", (emb_dim,), Kind.BIAS, about="One number added to each final output.")
    return (up, up_bias, down, down_bias) if bias else (up, down)
