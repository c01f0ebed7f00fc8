"""How a published model is served by its makers, as they say: devices, experts, and tokens per second."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from symbolic.language import lazy

WORDS = ("source", "note", "drafts")


class Deployment(NamedTuple):
    """What was published of how a model writes for its users.

    Experts are divided among `devices` of the kind `device` (a name in the table of accelerators), `copies` of them
    twice; `server` devices write `rate` tokens in a second, of which a sequence gets `each`, behind `context` tokens on
    average. `source` is who says so and where, `note` what a reader must know of these figures. Of the tokens that its
    own prediction layer drafts, the first and the last of `accepted` in a hundred are accepted, which makes it `faster`
    by a factor; `drafts` is who says that.
    """

    device: str
    devices: int
    copies: int
    server: int
    context: int
    rate: int
    each: int
    source: str
    note: str
    accepted: tuple[int, ...] = ()
    faster: str = ""
    drafts: str = ""

    @property
    def sequences(self) -> int:
        """How many sequences a device then has, rounded."""
        return round(Fraction(self.rate, self.server * self.each))


def of_table(table: Mapping[str, Any]) -> Deployment:
    """Return a model's table `[deployment]`, its words as messages."""
    said: dict[str, Any] = {key: lazy(value) if key in WORDS else value for key, value in table.items()}
    return Deployment(**said)
