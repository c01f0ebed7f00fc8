"""Training cost: the operations of a whole training, and what they take in hours, money and energy."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symbolic.formulas.figures import significant
from symbolic.formulas.formula import Ceiling, Exact
from symbolic.formulas.vocabulary import (
    context,
    device_flops,
    device_power,
    hour_price,
    n_devices,
    target_tokens,
    tokens,
    training_tokens,
    utilisation,
)
from symbolic.language import gettext, unit
from symbolic.language import lazy as _
from symbolic.measuring import chinchilla
from symbolic.measuring.conventions import Convention, everything, named
from symbolic.measuring.products import operations, per_parameter
from symbolic.measuring.quantity import Quantity, Result
from symbolic.networks.family import Source

NAME, PARAMETERS = "training-cost", "parameters"
HOURS = _("device-hours")
A100_FLOPS, A100_WATTS = 312 * 10**12, 400
"""NVIDIA A100 Tensor Core GPU datasheet: dense 16-bit products, and the power of the SXM module."""


def _optimal_tokens(totals: Mapping[str, Exact]) -> tuple[tuple[str, str], ...]:
    """The tokens for which a model of this size is the optimal one, by each published fit."""
    size = totals[PARAMETERS]
    best = (chinchilla.compute_for(fit, int(size)) for fit in chinchilla.fits())
    return tuple(
        (
            one.fit.name,
            gettext(
                "about {billions} billion tokens, {each} for each parameter ({fit})",
                billions=significant(one.tokens / 10**9, 3),
                each=significant(one.tokens / size, 3),
                fit=one.fit.about,
            ),
        )
        for one in best
    )


QUANTITY = Quantity(
    name=NAME,
    title=_("Training cost"),
    called=_("FLOPs of the training"),
    unit=unit("FLOP", "FLOPs"),
    measure=lambda leaf: operations(leaf, (3, 2)),
    conventions=named(
        Convention(
            "products",
            _("three times the forward products, for every sequence of the training"),
            everything,
            active_only=True,
        ),
        Convention(
            "6ND",
            _("six operations for each parameter and token: the rule of thumb"),
            everything,
            active_only=True,
            measure=lambda leaf: per_parameter(leaf, 6),
            source=_("Kaplan et al. 2020, arXiv:2001.08361, §2.1"),
        ),
    ),
    inputs={
        training_tokens: 300 * 10**9,
        tokens: 2048,
        context: tokens,
        target_tokens: tokens,
        device_flops: A100_FLOPS,
        utilisation: Fraction(2, 5),
        n_devices: 8,
        hour_price: 2,
        device_power: A100_WATTS,
    },
    times=training_tokens / tokens,
    results=(
        Result(
            _("sequences"),
            _(
                "All tokens, divided by those of one sequence, and rounded up: the last sequence may be shorter. The "
                "total above is not rounded."
            ),
            unit("sequence", "sequences"),
            lambda totals: Ceiling(training_tokens / tokens),  # noqa: ARG005
        ),
        Result(
            HOURS,
            _("The operations, divided by those that a device really does in an hour of 3,600 seconds."),
            unit("hour", "hours"),
            lambda totals: totals[NAME] / (device_flops * utilisation * 3600),
        ),
        Result(
            _("days"),
            _("With all devices at work, day and night."),
            unit("day", "days"),
            lambda totals: totals[HOURS] / (n_devices * 24),
        ),
        Result(
            _("price"), _("Of the devices alone."), unit("dollar", "dollars"), lambda totals: totals[HOURS] * hour_price
        ),
        Result(
            _("energy"),
            _("Of the devices alone, at full power; cooling and the rest of the computer come on top."),
            _("kWh"),
            lambda totals: totals[HOURS] * device_power / 1000,
        ),
    ),
    companions=(PARAMETERS,),
    remarks=_optimal_tokens,
    lacking=_("no matrix that tokens are multiplied with"),
    sources=(
        Source(
            "Hoffmann et al. 2022, Training Compute-Optimal Large Language Models", "https://arxiv.org/abs/2203.15556"
        ),
        Source("Besiroglu et al. 2024, Chinchilla Scaling: A replication attempt", "https://arxiv.org/abs/2404.10102"),
        Source("Kaplan et al. 2020, Scaling Laws for Neural Language Models", "https://arxiv.org/abs/2001.08361"),
        Source(
            "Chowdhery et al. 2022, PaLM: Scaling Language Modeling with Pathways, appendix B: model FLOPs utilisation",
            "https://arxiv.org/abs/2204.02311",
        ),
    ),
)
