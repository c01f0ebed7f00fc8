"""Seeds: what the forms of a handout follow from, and so what their keys are worth.

Whoever has the seed of a handout makes its keys with the command that made them. A secret seed is drawn at first use
and kept in `keys/` only; one that is given in the command is public, since short words are found by trying.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from symbolic.errors import SymbolicError
from symbolic.outside import read_file

FILE = "keys/seed.txt"
BITS = 128
NOTE = "# Whoever has this number can make the keys of this handout: keep it to yourself.\n"


class SeedError(SymbolicError):
    """A file that holds no seed."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed's text, and whether nobody else can know it."""

    text: str
    secret: bool = False

    @property
    def says(self) -> str:
        """Return what may be said of it to anybody: itself, or a word that tells secret ones apart."""
        return f"secret-{digest(self.text, 'name').hex()[:12]}" if self.secret else self.text

    @property
    def file(self) -> str:
        """Return what its file holds."""
        return f"{NOTE}{self.text}\n"


def drawn() -> Seed:
    """Return a secret seed of 128 random bits."""
    return Seed(token_hex(BITS // 8), secret=True)


def read(path: Path) -> Seed:
    """Return the secret seed of a file; SeedError where it holds none."""
    lines = read_file(path, 10_000, "a seed's file").decode("utf-8", "replace").splitlines()
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if len(found) != 1 or len(found[0]) < BITS // 4:
        raise SeedError(
            f"{path} holds no seed: one line of at least {BITS // 4} letters or digits; leave it out to draw one"
        )
    return Seed(found[0], secret=True)


def digest(seed: str, *parts: object) -> bytes:
    """Return 32 bytes that follow from the seed and these words, and that nobody finds without the seed."""
    words = "\0".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return hmac.digest(seed.encode("utf-8", "surrogatepass"), words, "sha256")
