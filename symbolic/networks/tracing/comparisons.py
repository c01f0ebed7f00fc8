"""What code compared, walked and looked into while it was traced: the conditions on which its structure hangs."""

from __future__ import annotations

from dataclasses import dataclass, field

from symbolic.formulas.formula import Formula


@dataclass
class Log:
    """What code compared (left, operator, right), which ranges it walked, which list it looked into."""

    compared: dict[tuple[Formula, str, Formula], int] = field(default_factory=dict)
    ranges: dict[Formula, int] = field(default_factory=dict)
    contained: dict[tuple[Formula, Formula], int] = field(default_factory=dict)
    equal_text: dict[tuple[str, str], int] = field(default_factory=dict)
    named: dict[Formula, str] = field(default_factory=dict)

    def clear(self) -> None:
        """Remove all that was logged."""
        for part in (self.compared, self.ranges, self.contained, self.equal_text, self.named):
            part.clear()


LOG = Log()


def compared(left: Formula, sign: str, right: Formula) -> None:
    """Write a comparison to the log."""
    key = (left, sign, right)
    LOG.compared[key] = LOG.compared.get(key, 0) + 1
