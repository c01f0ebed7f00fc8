"""The words of a page: Jinja blocks in templates/prose, filled with ready values; a value's markup is taken off."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from jinja2 import Template
from jinja2.runtime import Context

from symbolic.language import Language, current, translate
from symbolic.pages.templating import environment, templates

ESCAPES = str.maketrans({letter: f"\\{letter}" for letter in "\\`*[]"})


def plain(text: str) -> str:
    """Return a stranger's words as markup that shows just these words."""
    return text.translate(ESCAPES)


BLANKS = re.compile(r"[ \t\n]+")
ONE = re.compile(r"(?<![\d.,×] )(?<!\S)1 ([Tt]oken)s\b")
"""A 1 before the plural that sentences of any number have, which both languages write alike."""
OWN = ("backward", "biases", "brief", "by_length", "idea", "meaning", "results_folded", "rule_of_thumb")
"""What only some quantities say."""


class Markup(NamedTuple):
    """Our own markup among a template's values: it keeps its meaning."""

    text: str

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        # A tuple of one is true; a template asks whether there is anything to say.
        return bool(self.text)


class Prose:
    """The words of one kind of page, by the names of their blocks: its own, else those of every page."""

    def __init__(self, name: str, every: str = "page") -> None:
        """`name` of the file in templates/prose, without its ending; there may be none. `every` holds the others."""
        self._blocks = _blocks(name, every)

    def __contains__(self, block: str) -> bool:
        return block in self._blocks

    def __call__(self, block: str, /, **values: object) -> str:
        """Return a block's markup in one line; strings among the values are printed as they are."""
        ready = [(key, plain(translate(value)) if isinstance(value, str) else value) for key, value in values.items()]
        # With its type: 1 and True are equal, and a page says them otherwise.
        typed = tuple([(key, type(value), value) for key, value in ready])
        return _filled(self._blocks[block], block, current(), typed)


@cache
def _blocks(name: str, every: str) -> Mapping[str, Template]:
    """Return the template of each block, by its name."""
    own = name != every and (templates() / "prose" / f"{name}.md").exists()
    files = (every, name) if own else (every,)
    blocks = {block: template for file in files for template in [_template(file)] for block in template.blocks}
    strange = [block for block in blocks if block not in _template(every).blocks]
    if unknown := [block for block in strange if not block.startswith(OWN)]:
        raise ValueError(f"templates/prose/{name}.md says {', '.join(unknown)}, which no page asks for")
    return blocks


@lru_cache(4096)
def _filled(
    template: Template,
    block: str,
    language: Language,  # noqa: ARG001 - the one that is spoken, in which it is kept
    values: tuple[tuple[str, type, object], ...],
) -> str:
    """Return a block with these values; most pages say most of their sentences in the same words."""
    ready = {key: value for key, _, value in values}
    # No block asks for another: a context with all of them, as Template.new_context makes it, would cost more.
    filled = Context(template.environment, {**template.globals, **ready}, template.name, {})
    # A space without a break stays one.
    return ONE.sub(r"1 \1", BLANKS.sub(" ", "".join(template.blocks[block](filled))).strip(" "))


@cache
def _template(name: str) -> Template:
    return environment().get_template(f"prose/{name}.md")
