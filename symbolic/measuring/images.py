"""What a network computes that reads images beside a text: how many there are, and what each of them takes."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Formula, Number, Product, Symbol
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import batch_size, image_height, image_width, images, target_tokens, tokens
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring.quantity import Result, Totals

IMAGES: Mapping[Symbol, int] = {images: 1, image_height: 448, image_width: 448}
"""How many images there are, and of what size where that is up to the reader."""
ALONE = _("FLOPs without images")


def results(name: str, of_a_token: str) -> tuple[Result, ...]:
    """Return the results of a quantity of that name that counts operations: without images, for a token, for an image.

    `of_a_token` says what the tokens are whose operations are meant.
    """

    def alone(totals: Totals) -> Formula | None:
        return _with(totals[name], 0, _("the total where images is 0"))

    def for_a_token(totals: Totals) -> Formula | None:
        total = totals.get(ALONE, totals[name])
        return total / (batch_size * tokens) if tokens in total.symbols and target_tokens not in total.symbols else None

    def for_either(totals: Totals) -> Formula | None:
        total = totals.get(ALONE, totals[name])
        return total / (batch_size * (tokens + target_tokens)) if target_tokens in total.symbols else None

    def for_an_image(totals: Totals) -> Formula | None:
        one = _with(totals[name], 1, _("the total where images is 1"))
        return (one - totals[ALONE]) / batch_size if one is not None and ALONE in totals else None

    flops = unit("FLOP", "FLOPs")
    return (
        Result(ALONE, _("What the same tokens take where no image must be read before them."), flops, alone),
        Result(_("FLOPs for a token"), of_a_token, flops, for_a_token, key="each"),
        Result(
            _("FLOPs for a token that is read or written"),
            _("On average over the tokens of both texts."),
            flops,
            for_either,
            key="each",
        ),
        Result(
            _("FLOPs for an image"),
            _("What the parts compute that read an image and make tokens of it."),
            flops,
            for_an_image,
        ),
    )


def _with(total: Formula, number: int, label: str) -> Formula | None:
    """Return a total for so many images, under a label of its own; None where it has to do with none."""
    if images not in total.symbols:
        return None
    other = total.replace(lambda node: Number(number) if node == images else None)
    return Labelled(label, Product(other.children))
