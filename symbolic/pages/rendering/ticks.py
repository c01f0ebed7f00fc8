"""The axes of a plot: where a value stands, and which values are written beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis that runs `start` to `end` on the paper, and from `low` to `high` in values, or in their logarithms."""

    low: float
    high: float
    start: float
    end: float
    values: tuple[float, ...]
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """Return where a value stands; of a logarithmic axis, its logarithm."""
        return self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low)

    def of(self, value: float) -> float:
        """Return where a value stands, whatever the axis is."""
        return self.place(log10(value) if self.logarithmic else value)

    @property
    def ticks(self) -> tuple[tuple[float, float], ...]:
        """The places of its ticks, with their values."""
        return tuple((self.of(value), value) for value in self.values)


def log_scale(logs: Sequence[float], margin: float, start: float, end: float, most: int) -> Scale:
    """Return an axis of logarithms with free room on both sides, in parts of their range, and at most so many ticks.

    >>> log_scale([2, 5], 0.1, 0, 100, most=6).values
    (100.0, 1000.0, 10000.0, 100000.0)
    >>> log_scale([2.7, 3.3], 0.1, 0, 100, most=6).values
    (500.0, 1000.0, 2000.0)
    """
    room = margin * (max(logs) - min(logs)) or 0.3
    low, high = min(logs) - room, max(logs) + room
    decades = range(floor(low), ceil(high) + 1)
    rows = [[step * 10.0**power for power in decades for step in STEPS]]
    rows += [[10.0**power for power in decades if power % every == 0] for every in range(1, len(decades) + 1)]
    if high - low > 1.5:
        # Over several powers of ten, these alone are easiest to read.
        rows = rows[1:]
    fitting = ([value for value in row if low <= log10(value) <= high] for row in rows)
    values = next((row for row in fitting if len(row) <= most), [])
    if len(values) < 2:
        values = _round_steps(10**low, 10**high, 4)
    return Scale(low, high, start, end, tuple(values), logarithmic=True)


def linear_scale(largest: float, start: float, end: float, most: int) -> Scale:
    """Return an axis from 0 to a little more than the largest value.

    >>> linear_scale(124_412_160, 0, 100, most=4).values
    (0.0, 50000000.0, 100000000.0)
    """
    high = 1.05 * largest or 1.0
    return Scale(0, high, start, end, tuple(_round_steps(0, high, most)))


def _round_steps(low: float, high: float, most: int) -> list[float]:
    """Return round numbers between two values, evenly spread."""
    power = floor(log10(high - low)) - 1
    for step in (factor * 10.0**exponent for exponent in range(power, power + 3) for factor in STEPS):
        first, last = ceil(low / step), floor(high / step)
        if last - first < most:
            return [number * step for number in range(first, last + 1)]
    return []


def amount(value: float) -> str:
    """Return a tick of an axis.

    >>> amount(100e6), amount(2.5e9), amount(500)
    ('100 M', '2.5 B', '500')
    """
    for scale, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= scale:
            return f"{value / scale:g} {letter}"
    return f"{value:g}"
