"""Feed-forward networks: they work on each token alone, wide in the middle."""

from __future__ import annotations

from symbolic.formulas.formula import Formula, Number
from symbolic.language import lazy as _
from symbolic.networks.blocks import Activation, Block, Kind, Weight

GATED = _(
    "This part works on each token alone. Older models have two matrices here; this one has three. One of the two "
    "wide results is a gate: each of its numbers is put through a fixed curve, its activation function, and multiplied "
    "by the number in the same place of the other. With SiLU for the curve this is called SwiGLU, with GELU GeGLU."
)


def feed_forward(emb_dim: Formula, hidden_dim: Formula, *, bias: bool) -> Block:
    """Two linear layers, (emb_dim, hidden_dim) and (hidden_dim, emb_dim).

    Vaswani et al. 2017, arXiv:1706.03762, §3.3.
    """
    first = Weight(
        "first_matrix",
        _("first matrix"),
        (emb_dim, hidden_dim),
        Kind.MATRIX,
        about=_("Widens each token from `emb_dim` to `hidden_dim` numbers."),
    )
    second = Weight(
        "second_matrix",
        _("second matrix"),
        (hidden_dim, emb_dim),
        Kind.MATRIX,
        about=_("Brings the `hidden_dim` numbers back to `emb_dim`."),
    )
    first_bias = Weight(
        "first_bias",
        _("first bias"),
        (hidden_dim,),
        Kind.BIAS,
        about=_("One number added to each of the wide outputs."),
    )
    second_bias = Weight(
        "second_bias",
        _("second bias"),
        (emb_dim,),
        Kind.BIAS,
        about=_("One number added to each of the final outputs."),
    )
    return Block(
        "feed_forward",
        _("feed-forward network"),
        role="feed-forward",
        about=_(
            "This part works on each token alone: two linear layers with an activation function between them, "
            "a fixed curve that each number is put through. Without it, the two matrices could be multiplied into one. "
            "The function itself has no weights."
        ),
        parts=(*((first, first_bias, second, second_bias) if bias else (first, second)), *_kept(emb_dim, hidden_dim)),
    )


def _kept(emb_dim: Formula, hidden_dim: Formula) -> tuple[Activation, ...]:
    """Return what training keeps: 19 s b h bytes where hidden_dim is four times emb_dim.

    Korthikanti et al. 2022, arXiv:2205.05198, §4.1.
    """
    return (
        Activation(
            "feed_forward_input",
            _("feed-forward input"),
            (emb_dim,),
            about=_("What the first matrix works on."),
            split=False,
        ),
        Activation("wide_numbers", _("wide numbers"), (hidden_dim,), about=_("What the activation function works on.")),
        Activation(
            "activated_numbers", _("activated numbers"), (hidden_dim,), about=_("What the second matrix works on.")
        ),
        Activation(
            "dropout_mask_of_feed_forward",
            _("dropout mask of the feed-forward network"),
            (emb_dim,),
            about=_("Which numbers of the result are set to zero while training: a byte each."),
            width=1,
            split=False,
        ),
    )


def swiglu(
    emb_dim: Formula,
    hidden_dim: Formula,
    *,
    key: str = "feed_forward",
    name: str = _("feed-forward network"),
    bias: bool = False,
    about: str = GATED,
) -> Block:
    """Three matrices: gate and up (emb_dim, hidden_dim), down (hidden_dim, emb_dim).

    Shazeer 2020, arXiv:2002.05202. GeGLU, with another activation function, has the same weights.
    """
    return Block(
        key,
        name,
        role="feed-forward",
        about=about,
        parts=gated(emb_dim, hidden_dim, bias=bias),
    )


def gated(emb_dim: Formula, hidden_dim: Formula, *, bias: bool = False) -> tuple[Weight | Activation, ...]:
    """Return the leaves of a gated feed-forward network, for a block or an expert."""
    middle = " × ".join(f"`{symbol.name}`" for symbol in hidden_dim.symbols)
    up = Weight(
        "gate_up_matrices",
        _("gate and up matrices"),
        (emb_dim, hidden_dim),
        Kind.MATRIX,
        about=_(
            "Two matrices widen each token from `emb_dim` to {middle} numbers (“up” means to more numbers, “down” "
            "back to fewer). One of the results is the gate, by which the other is multiplied, number by number.",
            middle=middle,
        ),
        copies=2,
        members=("gate", "up"),
    )
    up_bias = Weight(
        "gate_up_biases",
        _("gate and up biases"),
        (hidden_dim,),
        Kind.BIAS,
        about=_("One number added to each wide output."),
        copies=2,
        members=("gate", "up"),
    )
    down = Weight(
        "down_matrix",
        _("down matrix"),
        (hidden_dim, emb_dim),
        Kind.MATRIX,
        about=_("Brings the {middle} numbers back to `emb_dim`.", middle=middle),
    )
    down_bias = Weight(
        "down_bias", _("down bias"), (emb_dim,), Kind.BIAS, about=_("One number added to each final output.")
    )
    kept = (
        Activation(
            "feed_forward_input",
            _("feed-forward input"),
            (emb_dim,),
            about=_("What the two wide matrices work on."),
            split=False,
        ),
        Activation(
            "gate_wide_numbers",
            _("gate and wide numbers"),
            (Number(2), hidden_dim),
            about=_("The results of the two wide matrices."),
        ),
        Activation(
            "activated_gate", _("activated gate"), (hidden_dim,), about=_("The gate after its activation function.")
        ),
        Activation(
            "gated_numbers",
            _("gated numbers"),
            (hidden_dim,),
            about=_("The product of the two, which the down matrix works on."),
        ),
    )
    return (*((up, up_bias, down, down_bias) if bias else (up, down)), *kept)
