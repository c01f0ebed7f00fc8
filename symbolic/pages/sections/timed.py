"""A time as a formula: work divided by a speed, or seconds of several works that are added up."""

from __future__ import annotations

from typing import NamedTuple

from symbolic.formulas.formula import Formula


class Timed(NamedTuple):
    """So much work at a speed; where there is no speed, the work is in seconds already."""

    work: Formula
    speed: Formula | None = None

    def scaled(self, factor: Formula | int, divisor: Formula | None = None) -> Formula:
        """Return the seconds, times a factor, and divided by what is given."""
        multiplied = self.work if factor == 1 else factor * self.work
        if divisor is None:
            return multiplied if self.speed is None else multiplied / self.speed
        return multiplied / (divisor if self.speed is None else divisor * self.speed)

    def rate(self, many: Formula) -> Formula:
        """Return how many a second these are."""
        return many / self.work if self.speed is None else many * self.speed / self.work
