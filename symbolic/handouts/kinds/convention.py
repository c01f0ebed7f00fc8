"""Which weights a convention counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from symbolic.formulas.formula import Formula
from symbolic.handouts.answers import Item, LettersAnswer, Question
from symbolic.handouts.context import Context
from symbolic.handouts.from_derivation import conventions, parts
from symbolic.language import translate
from symbolic.measuring.conventions import Convention
from symbolic.networks.blocks import Block, Kind, Weight
from symbolic.networks.walks import Leaf
from symbolic.pages.page import Answer, Items, Paragraph
from symbolic.pages.prose import Markup

PLACE = 5
MOST, FEWEST = 6, 2
LONG = 240
"""So many letters about a weight, or about a block of one weight, say enough."""
LETTER = re.compile(r" \([A-F]\)")
OPEN_ROLES = frozenset({"patch-embedding", "class-token", "classifier", "pooler", "projection"})
"""A rule about embeddings and heads may be read to mean these, or not."""


def make(context: Context, id: str) -> Question | None:
    """Show what up to six weights do, and ask which of them a convention counts.

    Rules name the kinds of weights: with the names beside them, the answer would be read, not known.
    """
    derivation, say, random = context.derivation, context.prose, context.random
    # A weight that shares its table adds nothing: whether it "counts" would be a matter of words.
    usual, *others = conventions(derivation)
    asked = [leaf for leaf in parts(derivation) if not leaf.is_shared or usual.counts(leaf)]
    # Of rules that select the same in this network, the later ones speak of parts that it does not have.
    rules = {tuple(map(one.counts, asked)): one for one in (*others[::-1], usual) if not one.active_only}
    sorted_by = [(one, *_sorted(asked, one)) for one in rules.values()]
    telling = [one for one in sorted_by if all(one[1:])]
    if not telling:
        return None
    # A rule that leaves out one weight has its name in its words.
    parted = [one for one in telling if min(map(len, one[1:])) >= FEWEST]
    convention, counted, left_out = random.choice(parted or telling)
    # Who guesses that just one is out, or in, is wrong where there are more.
    out = random.randint(min(FEWEST, len(left_out)), min(MOST - FEWEST, len(left_out)))
    drawn = {
        **{does: left_out[does] for does in random.sample([*left_out], out)},
        **{does: counted[does] for does in random.sample([*counted], min(MOST - out, len(counted)))},
    }
    # In the order of the sheet, what a rule leaves out would stand first: the embeddings.
    lettered = dict(zip("ABCDEF", random.sample(sorted(drawn), len(drawn)), strict=False))
    word = "".join(letter for letter, one in lettered.items() if one in counted)
    named = {letter: _named(drawn[one].path[-1].name, drawn[one].part.name) for letter, one in lettered.items()}
    does = {
        letter: _shown(drawn[one], alone=one == _does(drawn[one]) and drawn[one].role != "norm")
        for letter, one in lettered.items()
    }
    item = Item(id, say("letters_answer"), LettersAnswer(word, any_order=True), (), (say("convention_hint"),))
    stem = (
        Paragraph(say("convention", says=Markup(convention.said(derivation.model.network)))),
        Items(tuple(does.items())),
        Answer(id, say("letters_answer"), 2 * len(does)),
    )
    rest = "".join(letter for letter in does if letter not in word)
    why = say("convention_why", counted=_listed(named, word), left_out=_listed(named, rest))
    return Question("convention", say("convention_title"), stem, (item,), (Paragraph(why),))


def _sorted(asked: Sequence[Leaf], convention: Convention) -> tuple[dict[str, Leaf], dict[str, Leaf]]:
    """Return the weights that a convention counts, and those that it leaves out, by what they do.

    Those are left out here that have no sentence, or one with another that is sorted otherwise, and those that the
    convention's words leave open. Stacks of layers that have the same part are asked about once.
    """
    leaves, is_open = {leaf.key[-2:]: leaf for leaf in asked}.values(), _opening(asked, convention)
    # In English, so that a form asks the same in every language.
    often = Counter(map(_does, leaves))
    found: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        if (does := _does(leaf)) and not is_open(leaf):
            # Were each under its block's name, a block of one weight would say the weight's.
            where = f"{leaf.path[-1].name}: " if often[does] > 1 else ""
            found.setdefault(where + does, []).append(leaf)
    alike = {does: those[0] for does, those in found.items() if len(set(map(convention.counts, those))) == 1}
    counted = {does: leaf for does, leaf in alike.items() if convention.counts(leaf)}
    return counted, {does: leaf for does, leaf in alike.items() if does not in counted}


def _opening(asked: Sequence[Leaf], convention: Convention) -> Callable[[Leaf], bool]:
    """Return what says whether a convention's words may be read to count a weight, and to leave it out."""
    counted, left_out = ({leaf.role for leaf in asked if convention.counts(leaf) == counts} for counts in (True, False))
    tables = {axis for leaf in asked if leaf.role.endswith("embedding") for axis in _shape(leaf)}

    def is_open(leaf: Leaf) -> bool:
        if leaf.role == "position" and not tables.intersection(_shape(leaf)):
            # What depends on the distance of two tokens, of which no row stands for one, is no embedding to many.
            return True
        if counted & left_out:
            # The rule parts weights of one role: it goes by their kinds. What has rows and columns and is called
            # otherwise, such as the rates by which a Mamba's state fades, is a matrix to some.
            return leaf.kind is not Kind.MATRIX and len(_shape(leaf)) > 1
        # It goes by roles. The norm of an embedding is not an embedding, and yet a part of it.
        named = left_out.intersection(re.split(r"[_-]", leaf.path[-1].key))
        return leaf.role in OPEN_ROLES or (convention.counts(leaf) and bool(named))

    return is_open


def _shape(leaf: Leaf) -> tuple[Formula, ...]:
    return leaf.part.shape if isinstance(leaf.part, Weight) else ()


def _shown(leaf: Leaf, *, alone: bool) -> str:
    """Return what a weight does in the language that is spoken, and where it is, unless that is said alone.

    Of a norm, what it does says nothing without the place.
    """
    # (A) after a name would be taken for the letter of another weight.
    does = LETTER.sub("", _does(leaf, translate))
    return does if alone else f"{translate(leaf.path[-1].name)}: {does}"


def _does(leaf: Leaf, said: Callable[[str], str] = str) -> str:
    """Return what a weight does, in as many sentences as are short: its own, or those of a block that has no other."""
    block = leaf.path[-1]
    if leaf.part.about:
        return _in_short(leaf.part.about, said)
    alone = sum(isinstance(part, Block | Weight) for part in block.parts) == 1
    return _in_short(block.about, said) if alone else ""


def _in_short(about: str, said: Callable[[str], str]) -> str:
    """Return as many sentences as are short in English, in the language that is spoken too."""
    ends, others = _ends(about), _ends(said(about))
    count = max(1, sum(end <= LONG for end in ends))
    return said(about)[: others[count - 1] if count < len(others) == len(ends) else None]


def _ends(text: str) -> list[int]:
    return [found.end() for found in re.finditer(r"\.(?=\s|$)", text)]


def _named(block: str, weight: str) -> str:
    return f"{translate(weight)} ({translate(block)})"


def _listed(names: dict[str, str], word: str) -> str:
    return ", ".join(f"{letter}: {names[letter]}" for letter in word)
