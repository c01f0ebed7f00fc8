"""`python -m tools.learning.packing`: pack the open descriptions into the file that ships."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

from symbolic.networks.learned import catalogue
from symbolic.networks.learned.catalogue import MARK, PACKED

OPEN = Path(__file__).parents[2] / "descriptions"
MEMBER = 64_000
"""How many letters lie together: fewer are opened sooner, more are compressed better."""


def packed() -> bytes:
    """The bytes of the file that ships; the same whenever the descriptions are the same."""
    groups: list[list[str]] = [[]]
    for place in sorted(OPEN.glob("*.txt")):
        if sum(map(len, groups[-1])) > MEMBER:
            groups.append([])
        groups[-1].append(f"{MARK}{place.stem}\n{place.read_text(encoding='utf-8').rstrip()}\n")
    members = [_member("".join(group)) for group in groups]
    lines = [
        f"{_name(text)} {sum(map(len, members[at:]))} {' '.join(_classes(text))}\n"
        for at, group in enumerate(groups)
        for text in group
    ]
    return _member("".join(lines)) + b"".join(members)


def _member(text: str) -> bytes:
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def _name(text: str) -> str:
    return text.partition("\n")[0].removeprefix(MARK)


def _classes(text: str) -> list[str]:
    """Return the classes that the descriptions of a type are of: each starts with a line of the type and its class."""
    return re.findall(rf"^{re.escape(_name(text))} (\w+)$", text, re.MULTILINE)


def write() -> None:
    """Write it, for this process too."""
    made = PACKED.with_suffix(f".{os.getpid()}")
    made.write_bytes(packed())
    made.replace(PACKED)
    catalogue.forget()


def main() -> None:
    """Write it, and say how long it is."""
    write()
    print(f"{PACKED.name}: {PACKED.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
