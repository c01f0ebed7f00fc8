"""`python -m tools.learning.nulls [TYPE…]`: ask each class where it takes null, and write the `null` and `unset` lines.

A config class of transformers refuses null for nearly every key that has another default. Where it takes it, and the
network is built, the key stands in the description's line `null`; any other null is refused with a line. A key without
a default that may not be null stands in the line `unset`. Then pack (`tools.learning.packing`).
"""

from __future__ import annotations

import multiprocessing
import re
import signal
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Description
from symbolic.networks.learned.reading import parsed
from tools.learning.packing import OPEN, write
from tools.learning.shipping import lines_of, taken
from tools.learning.subject import Subject
from tools.learning.varying import start, subject_of

SECONDS = 120


def class_of(description: Description) -> Subject | None:
    """The real class of a description, of one that no auto class names, too; None where transformers has none."""
    if (subject := subject_of(description)) is not None:
        return subject
    name = description.model_type
    if name not in CONFIG_MAPPING:
        return None
    place = CONFIG_MAPPING[name].__module__.replace(".configuration_", ".modeling_")
    try:
        return Subject(f"class {place}.{description.model_class}", name)
    except (AttributeError, ImportError):
        return None


def small(subject: Subject, description: Description) -> dict[str, Any]:
    """A small config of the class; its defaults where none can be found."""
    try:
        return start(subject, description)
    except (KeyError, TypeError):  # lists or dicts of another kind than sizes
        return {}


def of(description: Description) -> dict[str, list[str]] | None:
    """The keys of each line of a description; None where no class of transformers can be asked."""
    subject = class_of(description)
    if subject is None:
        return None
    base = small(subject, description)
    if subject.build(base, trace=False) is None:
        base = {}
        if subject.build(base, trace=False) is None:
            return None
    inner = f"{description.part}." if description.part else ""
    may = [path.removeprefix(inner) for path in taken(subject, [inner + key for key in description.keys], base)]
    # What the base gives because nothing is built without it can't be left out.
    return lines_of({key: value for key, value in description.keys.items() if inner + key not in base or value}, may)


def put(text: str, found: Mapping[str, Iterable[str]]) -> str:
    """The text of a description with these lines, behind those of its keys."""
    lines = [line for line in text.split("\n") if line.partition(" ")[0] not in found]
    last = max((at for at, line in enumerate(lines) if line.startswith("keys ")), default=0)
    lines[last + 1 : last + 1] = [f"{word} {' '.join(keys)}" for word, keys in found.items() if keys]
    return "\n".join(lines)


def _asked(name: str) -> None:
    """Write the lines of one type."""
    place = OPEN / f"{name}.txt"
    texts = place.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    for at, text in enumerate(texts):
        description = parsed(text)
        if description.code or not re.search("^keys ", text, re.MULTILINE):
            continue
        whole = next(one for one in catalogue.described(name) if one.model_class == description.model_class)
        found = of(whole.but(keys=description.keys))
        if found is None:
            print(name, description.model_class, "could not be asked", flush=True)
            continue
        texts[at] = put(text, found)
        if found:
            print(name, description.model_class, found, flush=True)
    place.write_text("\n\n".join(texts) + "\n", encoding="utf-8")


def main() -> None:
    """Ask each type in a process of its own, write what was found, and pack."""
    context = multiprocessing.get_context("fork")
    subject_of(catalogue.described("bloom")[0])  # what every class imports, so that no process imports it again
    for name in sys.argv[1:] or catalogue.names():

        def work(name: str = name) -> None:
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            _asked(name)

        process = context.Process(target=work)
        process.start()
        process.join()
        if process.exitcode:
            print(name, f"exit code {process.exitcode}", flush=True)
    write()


if __name__ == "__main__":
    main()
