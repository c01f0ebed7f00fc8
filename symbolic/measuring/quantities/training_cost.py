"""Training cost: the operations of a whole training, and what they take in hours, money and energy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symbolic.formulas.figures import grouped, rounded, significant
from symbolic.formulas.formula import Exact, Formula
from symbolic.formulas.functions import Ceiling
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
from symbolic.measuring import chinchilla, texts, usual
from symbolic.measuring.conventions import CHOSEN, Convention, everything, named
from symbolic.measuring.products import operations, per_parameter, with_mask
from symbolic.measuring.quantity import PUBLISHED_HOURS, PUBLISHED_PEAK, Quantity, Result, Totals
from symbolic.networks.family import QUOTED, Source

NAME, PARAMETERS = "training-cost", "parameters"
MASKED, RULE = f"{NAME}/masked", f"{NAME}/6ND"
TOKENS_PER_PARAMETER = 20
"""The rule of thumb that readers made of the results of Hoffmann et al. 2022, arXiv:2203.15556."""
HOURS = _("device-hours")
DAYS, DEVICES = "days", "devices_of_a_month"
"""The keys of the days that a training takes, and of the devices that take a month."""
MONTH = 30


def _utilisation_reached(totals: Totals) -> Formula | None:
    """The operations, divided by what the devices could have done in the published device-hours."""
    hours = totals.get(PUBLISHED_HOURS)
    return None if hours is None else totals[NAME] / (device_flops * hours * 3600)


def _utilisation_of_its_format(totals: Totals) -> Formula | None:
    """The same, of the peak in the format that most products were made in."""
    peak = totals.get(PUBLISHED_PEAK)
    return None if peak is None else totals[NAME] / (peak * totals[PUBLISHED_HOURS] * 3600)


def _utilisation_by(other: str) -> Callable[[Totals], Formula | None]:
    """The same of the usual peak, with the operations as another convention counts them."""

    def reached(totals: Totals) -> Formula | None:
        hours = totals.get(PUBLISHED_HOURS)
        differs = totals[other].children != totals[NAME].children
        return totals[other] / (device_flops * hours * 3600) if hours is not None and differs else None

    return reached


def _in_short(count: int) -> str:
    return rounded(count, 3) or grouped(count)


def _optimal_tokens(totals: Mapping[str, Exact]) -> tuple[tuple[str, str], ...]:
    """The tokens for which a model of this size is the optimal one: by the rule of thumb, and by each published fit."""
    size = totals[PARAMETERS]
    best = (chinchilla.compute_for(fit, int(size)) for fit in chinchilla.fits())
    rule = gettext(
        "about {amount} tokens, {each} for each parameter (what readers made of the first paper)",
        amount=_in_short(TOKENS_PER_PARAMETER * int(size)),
        each=TOKENS_PER_PARAMETER,
    )
    return (gettext("The rule of thumb"), rule), *(
        (
            one.fit.name,
            gettext(
                "about {amount} tokens, {each} for each parameter ({fit})",
                amount=_in_short(int(one.tokens)),
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
        with_mask((3, 2)),
        Convention(
            "6ND",
            _(
                "six operations for each parameter and token, tables in which rows are only looked up among them: the "
                "rule of thumb"
            ),
            everything,
            active_only=True,
            of_experts=CHOSEN,
            measure=lambda leaf: per_parameter(leaf, 6),
            source=_("Kaplan et al. 2020, arXiv:2001.08361, §2.1"),
        ),
    ),
    inputs={
        training_tokens: 300 * 10**9,
        tokens: usual.SEQUENCE,
        context: tokens,
        target_tokens: tokens,
        device_flops: usual.FLOPS,
        utilisation: Fraction(2, 5),
        n_devices: 8,
        hour_price: usual.HOUR_PRICE,
        device_power: usual.WATTS,
    },
    times=training_tokens / tokens,
    of_training=True,
    reasons={
        training_tokens: _("about as many as Pythia and Mamba were trained on"),
        tokens: usual.SEQUENCE_CALLED,
        device_flops: _("an NVIDIA A100, 16-bit products"),
        utilisation: _("a middling value; above one half is very good"),
        n_devices: _("one server"),
        hour_price: _("what DeepSeek-V3's report takes for an hour of an H800"),
        device_power: _("an NVIDIA A100 SXM"),
    },
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
            units_of=_("FLOPs ÷ (FLOPs per device and s) ÷ (s per h) = device-hours"),
        ),
        Result(
            _("utilisation reached"),
            _(
                "The device-hours of this training are published. Divided by all that the devices could have done in "
                "these hours, the operations give the utilisation (MFU) that was reached. Attention is counted with "
                "all pairs of tokens, as in most published figures."
            ),
            "",
            _utilisation_reached,
            key="reached",
        ),
        Result(
            _("utilisation reached, counted with the mask"),
            _("The same with the pairs of tokens that the mask leaves (convention `masked`)."),
            "",
            _utilisation_by(MASKED),
            key="reached_masked",
        ),
        Result(
            _("utilisation reached, by 6ND"),
            _("The same with the rule of thumb (convention `6ND`)."),
            "",
            _utilisation_by(RULE),
            key="reached_by_rule",
        ),
        Result(
            _("utilisation reached, of the peak in the format of the training"),
            _(
                "Most products of this training were made in a shorter format, for which the peak of the device is "
                "higher. Of that peak, less was used."
            ),
            "",
            _utilisation_of_its_format,
            key="reached_in_format",
        ),
        Result(
            _("devices for thirty days"),
            _("The device-hours, divided by the hours of thirty days: so many devices do it in that time."),
            unit("device", "devices"),
            lambda totals: Ceiling(totals[HOURS] / (MONTH * 24)),
            key=DEVICES,
        ),
        Result(
            _("days"),
            _("With all devices at work, day and night."),
            unit("day", "days"),
            lambda totals: totals[HOURS] / (n_devices * 24),
            key=DAYS,
            leads=True,
            units_of=_("device-hours ÷ devices ÷ (h per day) = days"),
        ),
        Result(
            _("price"),
            _("Of the devices alone."),
            unit("dollar", "dollars"),
            lambda totals: totals[HOURS] * hour_price,
            leads=True,
            units_of=_("device-hours × (dollars per device-hour) = dollars"),
        ),
        Result(
            _("energy"),
            _("Of the devices alone, at full power; cooling and the rest of the computer come on top."),
            _("kWh"),
            lambda totals: totals[HOURS] * device_power / 1000,
            leads=True,
            units_of=_("device-hours × (W per device) ÷ (W per kW) = kWh"),
        ),
    ),
    companions=(PARAMETERS, MASKED, RULE),
    remarks=_optimal_tokens,
    lacking=_("no matrix that tokens are multiplied by"),
    fits=texts.trains,
    rules=texts.rules_of_training,
    sources=(
        Source(
            "Hoffmann et al. 2022, Training Compute-Optimal Large Language Models",
            "https://arxiv.org/abs/2203.15556",
            QUOTED,
        ),
        Source(
            "Besiroglu et al. 2024, Chinchilla Scaling: A replication attempt",
            "https://arxiv.org/abs/2404.10102",
            QUOTED,
        ),
        Source(
            "Kaplan et al. 2020, Scaling Laws for Neural Language Models", "https://arxiv.org/abs/2001.08361", QUOTED
        ),
        Source(
            "Chowdhery et al. 2022, PaLM: Scaling Language Modeling with Pathways, appendix B: model FLOPs utilisation",
            "https://arxiv.org/abs/2204.02311",
            QUOTED,
        ),
    ),
)
