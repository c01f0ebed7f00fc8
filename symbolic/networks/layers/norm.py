"""Normalisations: they bring the numbers of a token back to a common size, then scale (and shift) each."""

from __future__ import annotations

from symbolic.formulas.formula import Formula, Number
from symbolic.language import lazy as _
from symbolic.networks.blocks import Activation, Block, Kind, Weight

SCALES = {
    1: _("One factor for each of the `emb_dim` numbers."),
    2: _("One factor for each of the `emb_dim` numbers, in each of the two norms."),
}
SHIFTS = {
    1: _("One number added to each of the `emb_dim` numbers."),
    2: _("One number added to each of the `emb_dim` numbers, in each of the two norms."),
}
LAYER_NORM = {
    True: _(
        "A layer norm subtracts the mean of a token's numbers from each of them, and divides the results by their "
        "standard deviation. Then each is multiplied by its scale, and its shift is added."
    ),
    False: _(
        "A layer norm subtracts the mean of a token's numbers from each of them, and divides the results by their "
        "standard deviation. Then each is multiplied by its scale."
    ),
}
"""What it computes, with shifts and without."""


def layer_norm(
    key: str,
    name: str,
    width: Formula,
    about: str,
    *,
    copies: int = 1,
    shift: bool = True,
    of_layer_input: bool = False,
) -> Block:
    """LayerNorm: a scale and a shift of (width,) each.

    `of_layer_input` says that all copies work on the layer's own input, side by side.
    Ba, Kiros and Hinton 2016, arXiv:1607.06450.
    """
    scale = Weight(
        "scale",
        _("scale") if copies == 1 else _("scales"),
        (width,),
        Kind.SCALE,
        about=SCALES[copies],
        copies=copies,
    )
    moved = Weight(
        "shift",
        _("shift") if copies == 1 else _("shifts"),
        (width,),
        Kind.SHIFT,
        about=SHIFTS[copies],
        copies=copies,
    )
    kept = () if of_layer_input else _kept(width, copies)
    return Block(key, name, role="norm", about=about, parts=(*((scale, moved) if shift else (scale,)), *kept))


def rms_norm(key: str, name: str, width: Formula, about: str, *, copies: int = 1) -> Block:
    """RMSNorm: a scale of (width,), no shift.

    Zhang and Sennrich 2019, arXiv:1910.07467.
    """
    scale = Weight("scale", _("scale") if copies == 1 else _("scales"), (width,), Kind.SCALE, copies=copies)
    return Block(key, name, role="norm", about=about, parts=(scale, *_kept(width, copies)))


def _kept(width: Formula, copies: int) -> tuple[Activation, ...]:
    """Return what training keeps: the input of each norm; the first norm of a layer has the layer's own input."""
    if copies == 1:
        return (Activation("norm_input", _("norm input"), (width,), about=_("What the norm works on."), split=False),)
    shape = (width,) if copies == 2 else (Number(copies - 1), width)
    about = _("What the other norms of the layer work on; the first works on the layer's input.")
    return (Activation("norm_inputs", _("norm inputs"), shape, about=about, split=False),)
