"""`python -m tools.learning.choices TYPE…`: ask each class which words it takes, and write a `never` line for others.

A key whose default is a word, such as wav2vec 2.0's `feat_extract_norm`, has few that the class takes. Those are looked
for among the words that its code has in quotes; a class that takes any word is asked no further.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from symbolic.networks.learned import catalogue
from symbolic.networks.learned.reading import parsed
from tools.learning.closed import chosen
from tools.learning.nulls import class_of, small
from tools.learning.packing import OPEN, write


def put(text: str, conditions: Iterable[str]) -> str:
    """The text of a description with these lines, behind those of its keys."""
    lines = text.split("\n")
    new = [line for line in (f"never {condition}" for condition in conditions) if line not in lines]
    last = max((at for at, line in enumerate(lines) if line.startswith(("keys ", "null "))), default=0)
    return "\n".join([*lines[: last + 1], *new, *lines[last + 1 :]])


def main() -> None:
    """Ask each type, write what was found, and pack."""
    for name in sys.argv[1:]:
        place = OPEN / f"{name}.txt"
        texts = place.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
        for at, text in enumerate(texts):
            description = parsed(text)
            whole = next(one for one in catalogue.described(name) if one.model_class == description.model_class)
            subject = None if description.code or not description.keys else class_of(whole)
            if subject is None:
                continue
            inner = f"{whole.part}." if whole.part else ""
            found = chosen(subject, description.keys, small(subject, whole), inner)
            texts[at] = put(text, found)
            print(name, description.model_class, *found, sep="; ", flush=True)
        place.write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    write()


if __name__ == "__main__":
    main()
