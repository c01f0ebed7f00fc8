"""`python -m tools.learning.refusing TYPE…`: find what a class refuses and its description counts; write `never` lines.

Each whole number, switch and list of a config is changed alone. Where the class builds no such network and we count
one, a rule is looked for that says why: a size that is not 0, that is even, that another one divides or equals, a
switch that asks for another, lists with an item for each of something. It is held against the class, on configs that it
was not made from, before it goes into the open description; then pack (`tools.learning.packing`).
"""

from __future__ import annotations

import copy
import json
import re
import sys
import time
from collections.abc import Iterator
from typing import Any

from symbolic.api import explain
from symbolic.errors import SymbolicError
from symbolic.loading import load
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Description
from symbolic.networks.learned.reading_conditions import condition
from tools.learning.packing import OPEN, write
from tools.learning.subject import Subject, nested
from tools.learning.varying import start, subject_of

SECONDS = 40
SMALL_HEAD, ODD = 4, 7
"""Up to this width transformers lets rotated heads be odd."""
ODD_HEAD = "RoPE requires an even rotary dimension"
VALIDATED = "validate_architecture"
LARGEST = 2_000_000


class Refusing:
    """What a class refuses, found by building it."""

    def __init__(self, subject: Subject, description: Description) -> None:
        self.subject, self.description = subject, description
        self.base = start(subject, description)
        towers = tuple(f"{tower.part}." for tower in description.towers)
        self.keys = [path for path in subject.keys if not (towers and path.startswith(towers))]
        self.known = {*description.keys, *description.harmless, *(let.key for let in description.lets)}
        self.problem = ""
        self.ints = {path: now for path in self.keys if type(now := subject.value(self.base, path)) is int}
        self.switches = [path for path in self.keys if isinstance(subject.value(self.base, path), bool)]
        self.lists = {
            path: now for path in self.keys if isinstance(now := subject.value(self.base, path), list) and now
        }

    def builds(self, **changes: Any) -> bool:
        """Whether the class makes a network of the base with these changes."""
        given = copy.deepcopy({**self.base, **changes})
        self.subject.errors = type(self.subject.errors)()
        made = self.subject.build(given, trace=False) is not None
        self.problem = "" if made else str(next(iter(self.subject.errors), ""))
        return made

    def counted(self, **changes: Any) -> bool:
        """Whether we count what the class refuses."""
        config = {
            **nested({**self.subject.stated, **self.base, **changes}),
            "model_type": self.description.model_type,
            "architectures": [self.description.model_class],
        }
        try:
            explain(load(config))
        except SymbolicError:
            return False
        return True

    def refused(self, **changes: Any) -> bool:
        """Whether the class refuses what we count."""
        return not self.builds(**changes) and self.counted(**changes)

    def rules(self) -> Iterator[str]:
        """Yield the conditions on which the class makes no network."""
        until = time.process_time() + SECONDS
        for path, now in self.ints.items():
            if time.process_time() > until:
                return
            if now > 0 and self.refused(**{path: 0}) and not self._left_out_with(path):
                yield f"{path} == 0"
            if now > 2 and now * 2 < LARGEST:
                yield from self._of_size(path, now)
        for path in self.keys:
            if path.rpartition(".")[2] == "head_dim" and self.subject.value(self.base, path) is None:
                yield from self._of_no_size(path)
        for path in self.switches:
            if time.process_time() > until:
                return
            yield from self._of_switch(path, bool(self.subject.value(self.base, path)))
        for path, now in self.lists.items():
            if time.process_time() > until:
                return
            yield from self._of_list(path, now)

    def _left_out_with(self, path: str) -> bool:
        """Whether the class takes a size of 0 where another one is 0, too: both are of a part that it leaves out."""
        both = ({path: 0, other: 0} for other, size in self.ints.items() if other != path and size)
        return any(self.builds(**one) and self.counted(**one) for one in both)

    def _of_size(self, path: str, now: int) -> Iterator[str]:
        if "list" in str(self.subject.keys[path].types) or not self.refused(**{path: now + 1}):
            return
        problem = self.problem
        if self.builds(**{path: now - 1}):
            return
        if ODD_HEAD in problem:
            if now % 2 == 0 and path.endswith("head_dim"):
                yield _odd_head(path)
            return
        if now % 2 == 0 and self.builds(**{path: now + 2}) and self.builds(**{path: now - 2}):
            if not self.builds(**{path: now + 3}):
                yield f"{path}%2 > 0"
            return
        if now % 2 and self.builds(**{path: now + 2}) and not self.builds(**{path: 2 * now}):
            yield f"{path}%2 == 0"
            return
        for other, size in self.ints.items():
            if other == path or size < 2:
                continue
            if (
                size == now
                and path < other
                and all(self.builds(**{path: one, other: one}) for one in (now + 1, 2 * now))
            ):
                yield f"{path} != {other}"
                return
            if (
                now % size == 0
                and size != now
                and all(self.builds(**{path: one}) for one in (now + size, 2 * now + size))
                and not self.builds(**{path: now + size + 1})
                and now % (size + 1)
                and not self.builds(**{other: size + 1})
                and self.builds(**{path: now * (size + 1), other: size + 1})
            ):
                yield f"{path}%{other} > 0"
                return

    def _of_no_size(self, path: str) -> Iterator[str]:
        """Of the width of a head that follows from others where it is not given."""
        if self.refused(**{path: ODD}) and ODD_HEAD in self.problem and self.builds(**{path: ODD + 1}):
            yield _odd_head(path)

    def _of_switch(self, path: str, now: bool) -> Iterator[str]:
        if not self.refused(**{path: not now}):
            return
        this, problem = path if not now else f"not {path}", self.problem
        for other in self.switches:
            if other != path and self.builds(**{path: not now, other: not self.subject.value(self.base, other)}):
                yield f"{this} and {f'not {other}' if not self.subject.value(self.base, other) else other}"
                return
        if VALIDATED in problem:  # else it may be what this machine lacks, such as kernels
            yield this

    def _of_list(self, path: str, now: list[Any]) -> Iterator[str]:
        shorter, longer = now[:-1], [*now, now[-1]]
        if not (self.refused(**{path: shorter}) or self.refused(**{path: longer})):
            return
        if self.builds(**{path: shorter}) or self.builds(**{path: longer}):
            return
        for other, size in self.ints.items():
            if size == len(now) and self.builds(**{path: longer, other: size + 1}):
                given = "" if isinstance(self.subject.default(path), list) else f"{path} and "
                yield f"{given}len({path}) != {other}"
                return
        same = [one for one, items in self.lists.items() if len(items) == len(now) and one != path]
        together = {one: [*self.lists[one], self.lists[one][-1]] for one in same}
        if together and self.builds(**{path: longer, **together}):
            for one in same:
                fewer = {name: items for name, items in together.items() if name != one}
                if not self.builds(**{path: longer, **fewer}):
                    yield f"len({path}) != len({one})"


def _odd_head(path: str) -> str:
    """Return the rule that rotated heads have an even width."""
    above = path.rpartition(".")[0] + "." if "." in path else ""
    factors = (f"{above}partial_rotary_factor", f"{above}rope_parameters.partial_rotary_factor")
    return " and ".join((f"{path}%2 > 0", f"{path} > {SMALL_HEAD}", *(f"not {one}" for one in factors)))


def found(description: Description) -> list[str]:
    """The lines with new conditions on which a description never holds, each of keys that it knows.

    Where a rule is of several keys, those that change no weight are given their defaults: a config may leave them out.
    """
    subject = subject_of(description)
    if subject is None:
        return []
    refusing = Refusing(subject, description)
    if not refusing.builds():
        return []
    already = set(map(str, description.never))
    rules: list[str] = []
    usual: dict[str, Any] = {}
    inner = f"{description.part}." if description.part else ""
    for rule in refusing.rules():
        inside = rule.replace(inner, "") if inner else rule
        written = condition(inside)
        own = [name for name in written.names if "partial_rotary_factor" not in name]
        own = [re.sub(r"^len\((.*)\)$", r"\1", name) for name in own]
        if all(name in refusing.known for name in own) and str(written) not in already:
            already.add(str(written))
            rules.append(inside)
            if len(set(own)) > 1 or inside.startswith("not "):
                usual |= {name: subject.default(inner + name) for name in own if name in description.harmless}
    usual = {name: value for name, value in usual.items() if value and name not in description.usual}
    return [
        *(f"never {rule}" for rule in rules),
        *(f"usual {name}={json.dumps(usual[name], separators=(',', ':'))}" for name in usual),
    ]


def put(text: str, found_lines: list[str]) -> str:
    """The text of a description with further lines: behind the `never` lines that it has, else behind its keys."""
    lines = text.split("\n")
    last = max(at for at, line in enumerate(lines) if re.match(r"(never|keys) ", line))
    return "\n".join([*lines[: last + 1], *found_lines, *lines[last + 1 :]])


def main() -> None:
    """Write what is found of each type into its open description, and pack."""
    for name in sys.argv[1:]:
        place = OPEN / f"{name}.txt"
        texts = place.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
        for description in catalogue.described(name):
            if description.code or description.inside:
                continue
            rules = found(description)
            at = [index for index, text in enumerate(texts) if text.startswith(f"{name} {description.model_class}\n")]
            if rules and at and not re.search(r"^inside ", texts[at[0]], re.MULTILINE):
                texts[at[0]] = put(texts[at[0]], rules)
                print(name, description.model_class, *rules, sep="\n  ", flush=True)
        place.write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    write()


if __name__ == "__main__":
    main()
