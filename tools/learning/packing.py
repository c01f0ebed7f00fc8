"""`python -m tools.learning.packing`: pack the open descriptions into the file that ships."""

from __future__ import annotations

import gzip
from pathlib import Path

from symbolic.networks.learned import catalogue
from symbolic.networks.learned.catalogue import MARK, PACKED

OPEN = Path(__file__).parents[2] / "descriptions"


def packed() -> bytes:
    """The bytes of the file that ships; the same whenever the descriptions are the same."""
    texts = [
        f"{MARK}{place.stem}\n{place.read_text(encoding='utf-8').rstrip()}\n" for place in sorted(OPEN.glob("*.txt"))
    ]
    return gzip.compress("".join(texts).encode(), compresslevel=9, mtime=0)


def write() -> None:
    """Write it, for this process too."""
    PACKED.write_bytes(packed())
    catalogue.forget()


def main() -> None:
    """Write it, and say how long it is."""
    write()
    print(f"{PACKED.name}: {PACKED.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
