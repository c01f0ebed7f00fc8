"""The utilisation of a run (MFU): what share of the operations that devices could do a model was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbolic.errors import ConfigError, listed
from symbolic.formulas.formula import Exact, Formula, Number, exact
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import batch_size, device_flops, n_devices, step_seconds, tokens, tokens_per_second
from symbolic.measuring import hardware
from symbolic.measuring.conventions import Convention
from symbolic.measuring.derivation import Derivation
from symbolic.networks.walks import blocks

HUNDRED = Number(100)
AGAIN = ("selective-recomputation", "full-recomputation")
"""Conventions that count what is computed a second time: their share is that of the hardware (HFU)."""


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A run of a training: its tokens in a second, all devices together, how many devices, and the peak of each.

    `seconds` is the time of a step where that was measured; then the tokens in a second follow from it.
    """

    rate: Exact
    devices: int
    peak: Exact
    device: str = ""
    seconds: Exact | None = None

    @property
    def sizes(self) -> Mapping[str, Exact]:
        """The numbers of its symbols."""
        found = {tokens_per_second.name: self.rate, n_devices.name: self.devices, device_flops.name: self.peak}
        return found if self.seconds is None else {**found, step_seconds.name: self.seconds}


@dataclass(frozen=True, slots=True)
class Utilisation:
    """What a convention makes of a run: the operations of a token, those of a second on a device, and the share."""

    convention: Convention
    each: Exact
    rate: Exact
    share: Fraction
    formula: Formula
    has_idle_experts: bool = False
    """Whether it counts experts that do not work on a token: all of them, though the router chooses a few."""

    @property
    def is_of_hardware(self) -> bool:
        """Whether it counts what is computed again: what the devices did, and not what the model needs."""
        return self.convention.name in AGAIN


def peak_of(device: str, dtype: str) -> tuple[str, int]:
    """Return a device's title and its dense operations per second in a format; an error names what it has."""
    found = hardware.accelerator(device)
    title, peaks = str(found["title"]), found.get("peak", {})
    if not peaks:
        raise ConfigError(f"of {title} no operations per second are known; give --peak")
    if dtype not in peaks:
        raise ConfigError(f"{title} has no peak for {dtype}; there are those for {listed(list(peaks))}")
    return title, int(peaks[dtype])


def run_of(
    derivation: Derivation, *, rate: Exact | None, seconds: Exact | None, devices: int, peak: Exact, device: str = ""
) -> TrainingRun:
    """Return the run of a rate or of the time of a step; ConfigError where neither or both are given, or one is 0."""
    if (rate is None) == (seconds is None):
        raise ConfigError("the run's speed is said once: give --tokens-per-second, or --step-time with --batch")
    for name, value in (("tokens-per-second", rate), ("step-time", seconds), ("devices", devices), ("peak", peak)):
        if value is not None and value <= 0:
            raise ConfigError(f"{name} must be more than 0, got {value}; give a larger one")
    if seconds is not None:
        rate = exact(Fraction(rate_formula().value({**derivation.sizes, step_seconds.name: seconds})))
    assert rate is not None  # noqa: S101 - one of the two is given
    return TrainingRun(rate, devices, peak, device, seconds)


def rate_formula() -> Formula:
    """Return the tokens in a second, where the time of a step is measured."""
    return batch_size * tokens / step_seconds


def utilisations(derivation: Derivation, run: TrainingRun) -> Iterator[Utilisation]:
    """Yield what each convention with the quantity's own unit makes of the run."""
    for convention in derivation.quantity.conventions.values():
        if not convention.unit:
            yield utilisation(derivation.counted_as(convention), run)


def utilisation(derivation: Derivation, run: TrainingRun) -> Utilisation:
    """Return what a derivation's convention makes of the run: FLOPs a token × tokens a second / what could be done."""
    sizes = {**derivation.sizes, **run.sizes}
    total = Labelled(derivation.convention.name, derivation.root.formula)
    each = total / (batch_size * tokens)
    done = each * tokens_per_second
    formula = done / (n_devices * device_flops)
    return Utilisation(
        derivation.convention,
        each.value(sizes),
        exact(Fraction(done.value(sizes)) / run.devices),
        Fraction(formula.value(sizes)),
        HUNDRED * total * tokens_per_second / (batch_size * tokens * n_devices * device_flops),
        not derivation.convention.active_only and _chooses(derivation),
    )


def _chooses(derivation: Derivation) -> bool:
    """Return whether a token passes through fewer experts than the network has."""
    pairs = ((block.repeat, block.active) for block in blocks(derivation.model.network))
    sizes = derivation.sizes
    return any(every and some and some.value(sizes) < every.value(sizes) for every, some in pairs)
