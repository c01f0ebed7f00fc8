"""Which weights a convention counts."""

from __future__ import annotations

import re
from collections import Counter

from symbolic.handouts.answers import Item, LettersAnswer, Question
from symbolic.handouts.asked import conventions, parts
from symbolic.handouts.context import Context
from symbolic.language import translate
from symbolic.measuring.conventions import Convention
from symbolic.networks.blocks import Weight
from symbolic.networks.walks import Leaf
from symbolic.pages.page import Answer, Items, Paragraph
from symbolic.pages.prose import Markup

PLACE = 5
MOST, FEWEST = 6, 2
SHORT = 120
"""So many letters about a weight say enough."""


def make(context: Context, id: str) -> Question | None:
    """Show what up to six weights do, and ask which of them a convention counts.

    Rules name the kinds of weights: with the names beside them, the answer would be read, not known.
    """
    derivation, say, random = context.derivation, context.prose, context.random
    # Stacks of layers that have the same part are asked about once.
    # A weight that shares its table adds nothing: whether it "counts" would be a matter of words.
    usual, *others = conventions(derivation)
    asked = [leaf for leaf in parts(derivation) if not _shares(leaf) or usual.counts(leaf)]
    found = {leaf.key[-2:]: leaf for leaf in asked}
    # Of rules that select the same in this network, the later ones speak of parts that it does not have.
    rules = {tuple(map(one.counts, asked)): one for one in (*others[::-1], usual) if not one.active_only}
    telling = [one for one in rules.values() if len(set(map(one.counts, found.values()))) > 1]
    if not telling:
        return None
    # A rule that leaves out one weight has its name in its words.
    parted = [one for one in telling if min(Counter(map(one.counts, found.values())).values()) >= FEWEST]
    convention = random.choice(parted or telling)
    found = {key: leaf for key, leaf in found.items() if not _is_disputed(leaf, convention)}
    counted = [key for key, leaf in found.items() if convention.counts(leaf)]
    left_out = [key for key in found if key not in counted]
    # Who guesses that just one is out, or in, is wrong where there are more.
    out = random.randint(min(FEWEST, len(left_out)), min(MOST - FEWEST, len(left_out)))
    drawn = {*random.sample(left_out, out), *random.sample(counted, min(MOST - out, len(counted)))}
    # In the order of the sheet, what a rule leaves out would stand first: the embeddings.
    chosen = random.sample(sorted(drawn), len(drawn))
    lettered = dict(zip("ABCDEF", chosen, strict=False))
    word = "".join(letter for letter, key in lettered.items() if convention.counts(found[key]))
    named = {letter: _named(found[key].path[-1].name, found[key].part.name) for letter, key in lettered.items()}
    does = {letter: _does(found[key]) for letter, key in lettered.items()}
    if len(set(does.values())) < len(does):
        does = named
    item = Item(id, say("letters_answer"), LettersAnswer(word, any_order=True), (), (say("convention_hint"),))
    stem = (
        Paragraph(say("convention", says=Markup(convention.said(derivation.model.network)))),
        Items(tuple(does.items())),
        Answer(id, say("letters_answer"), 2 * len(lettered)),
    )
    rest = "".join(letter for letter in lettered if letter not in word)
    why = say("convention_why", counted=_listed(named, word), left_out=_listed(named, rest))
    return Question("convention", say("convention_title"), stem, (item,), (Paragraph(why),))


def _is_disputed(leaf: Leaf, convention: Convention) -> bool:
    """Return whether a rule counts a weight that its words may be read to leave out: those of a patch embedding."""
    words = ("embedding", "classifier", "head")
    return convention.name == "non-embedding" and convention.counts(leaf) and leaf.path[-1].key.endswith(words)


def _shares(leaf: Leaf) -> bool:
    return isinstance(leaf.part, Weight) and leaf.part.tied_to is not None


def _does(leaf: Leaf) -> str:
    """Return where a weight is and what it does, in as many sentences as are short; just where, if that says it."""
    block, about = translate(leaf.path[-1].name), translate(leaf.part.about)
    ends = [found.end() for found in re.finditer(r"\.(?=\s|$)", about)]
    end = max((one for one in ends if one <= SHORT), default=ends[0] if ends else 0)
    return f"{block}: {about[:end]}" if end else block


def _named(block: str, weight: str) -> str:
    return f"{translate(weight)} ({translate(block)})"


def _listed(names: dict[str, str], word: str) -> str:
    return ", ".join(f"{letter}: {names[letter]}" for letter in word)
