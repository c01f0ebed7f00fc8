"""Which weights a convention counts."""

from __future__ import annotations

from symbolic.handouts.answers import Item, Question, Word
from symbolic.handouts.asked import conventions, parts
from symbolic.handouts.context import Context
from symbolic.pages.page import Answer, Items, Paragraph

PLACE = 5
MOST = 6


def make(context: Context, id: str) -> Question | None:
    """Up to six weights, and a convention that counts some of them."""
    derivation, say, random = context.derivation, context.prose, context.random
    found = {leaf.part.name: leaf for leaf in parts(derivation)}
    names = sorted(found)
    chosen = sorted(random.sample(names, min(MOST, len(names))), key=list(found).index)
    telling = [
        one
        for one in conventions(derivation)
        if not one.active_only and 0 < sum(one.counts(found[name]) for name in chosen) < len(chosen)
    ]
    if not telling:
        return None
    convention = random.choice(telling)
    lettered = dict(zip("ABCDEF", chosen, strict=False))
    word = "".join(letter for letter, name in lettered.items() if convention.counts(found[name]))
    item = Item(id, say("letters_answer"), Word(word), (), (say("convention_hint"),))
    stem = (
        Paragraph(say("convention", says=convention.says)),
        Items(tuple((letter, _named(found[name].path[-1].name, name)) for letter, name in lettered.items())),
        Answer(id, say("letters_answer"), 2 * len(lettered)),
    )
    why = say("convention_why", name=convention.name, counted=_listed(lettered, word))
    return Question("convention", say("convention_title"), stem, (item,), (Paragraph(why),))


def _named(block: str, weight: str) -> str:
    return f"{weight} ({block})"


def _listed(lettered: dict[str, str], word: str) -> str:
    return ", ".join(lettered[letter] for letter in word)
