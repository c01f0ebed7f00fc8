"""Order these by size: weights or products, each with all its copies in all layers."""

from __future__ import annotations

from symbolic.handouts.answers import Item, LettersAnswer, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.from_derivation import told_apart, unlabelled, weights
from symbolic.pages.cells import Math
from symbolic.pages.page import Answer, Items, Paragraph, Table

PLACE = 4
COUNT = 4


def make(context: Context, id: str) -> Question | None:
    """Ask for the order of four parts, smallest first."""
    derivation, say, random = context.derivation, context.prose, context.random
    by_value = {placed.step.in_total: placed for placed in told_apart(weights(derivation))}
    if len(by_value) < COUNT:
        return None
    lettered = dict(zip("ABCD", random.sample(sorted(by_value), COUNT), strict=True))
    labels = [(letter, by_value[value].apart) for letter, value in lettered.items()]
    word = "".join(sorted(lettered, key=lambda letter: lettered[letter]))
    ordered = [by_value[lettered[letter]] for letter in word]
    proofs = tuple(Proof(placed.formula, derivation.sizes, placed.step.in_total) for placed in ordered)
    rows = tuple(
        (letter, placed.apart, Math(unlabelled(placed.formula)), placed.step.in_total)
        for letter, placed in zip(word, ordered, strict=True)
    )
    item = Item(id, say("letters_answer"), LettersAnswer(word), proofs, (say("order_hint"),))
    stem = (
        Paragraph(say("order", unit=context.unit)),
        Items(tuple(labels)),
        Answer(id, say("letters_answer"), 2 * COUNT),
    )
    columns = tuple(say(f"column_{name}") for name in ("letter", "what", "formula", "whole"))
    return Question("order", say("order_title"), stem, (item,), (Table("", columns, rows, frozenset({3})),))
