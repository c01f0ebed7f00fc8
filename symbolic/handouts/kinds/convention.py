"""Which weights a convention counts."""

from __future__ import annotations

from symbolic.handouts.answers import Item, LettersAnswer, Question
from symbolic.handouts.asked import conventions, parts
from symbolic.handouts.context import Context
from symbolic.language import translate
from symbolic.networks.blocks import Weight
from symbolic.networks.walks import Leaf
from symbolic.pages.page import Answer, Items, Paragraph
from symbolic.pages.prose import Markup

PLACE = 5
MOST = 6


def make(context: Context, id: str) -> Question | None:
    """Show up to six weights, and ask which of them a convention counts."""
    derivation, say, random = context.derivation, context.prose, context.random
    # Stacks of layers that have the same part are asked about once.
    # A weight that shares its table adds nothing: whether it "counts" would be a matter of words.
    usual, *others = conventions(derivation)
    asked = [leaf for leaf in parts(derivation) if not _shares(leaf) or usual.counts(leaf)]
    found = {leaf.key[-2:]: leaf for leaf in asked}
    keys = sorted(found, key=lambda key: key[::-1])
    chosen = sorted(random.sample(keys, min(MOST, len(keys))), key=list(found).index)
    # Of rules that select the same in this network, the later ones speak of parts that it does not have.
    rules = {tuple(map(one.counts, asked)): one for one in (*others[::-1], usual) if not one.active_only}
    telling = [one for one in rules.values() if 0 < sum(one.counts(found[key]) for key in chosen) < len(chosen)]
    if not telling:
        return None
    convention = random.choice(telling)
    lettered = dict(zip("ABCDEF", chosen, strict=False))
    word = "".join(letter for letter, key in lettered.items() if convention.counts(found[key]))
    named = {letter: _named(found[key].path[-1].name, found[key].part.name) for letter, key in lettered.items()}
    item = Item(id, say("letters_answer"), LettersAnswer(word, any_order=True), (), (say("convention_hint"),))
    stem = (
        Paragraph(say("convention", says=Markup(convention.said(derivation.model.network)))),
        Items(tuple(named.items())),
        Answer(id, say("letters_answer"), 2 * len(lettered)),
    )
    left_out = "".join(letter for letter in lettered if letter not in word)
    why = say("convention_why", counted=_listed(named, word), left_out=_listed(named, left_out))
    return Question("convention", say("convention_title"), stem, (item,), (Paragraph(why),))


def _shares(leaf: Leaf) -> bool:
    return isinstance(leaf.part, Weight) and leaf.part.tied_to is not None


def _named(block: str, weight: str) -> str:
    return f"{translate(weight)} ({translate(block)})"


def _listed(names: dict[str, str], word: str) -> str:
    return ", ".join(names[letter] for letter in word)
