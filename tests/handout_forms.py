"""What the tests of handouts share: forms, and a handout written once."""

from functools import cache

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

import symbolic
from symbolic.handouts import kinds
from symbolic.handouts.fading import LARGEST
from symbolic.handouts.form import Form, Settings
from symbolic.handouts.making import make_form
from symbolic.handouts.seeds import Seed


@cache
def settings(model: str = "gpt2-124m", fade: str = "5", easy: bool = False, varied: bool = True) -> Settings:
    derivation = symbolic.explain(model)
    return Settings(derivation, Seed("7"), fade, kinds.in_order(), varied=varied, easy=easy)


@cache
def short_form(model: str = "gpt2-124m", quantity: str = "parameters") -> Form:
    derivation = symbolic.explain(model, quantity=quantity)
    return make_form(Settings(derivation, Seed("7"), LARGEST, kinds.IN_SHORT, varied=False, short=True), "1")


@cache
def form(model: str = "gpt2-124m", who: str = "1", fade: str = "5", easy: bool = False, student: str = "") -> Form:
    return make_form(settings(model, fade, easy), who, student)


def described(node: object, seen: set[int]) -> list[str]:
    """Every alternative and actual text of a PDF's structure."""
    if isinstance(node, IndirectObject):
        if node.idnum in seen:
            return []
        seen.add(node.idnum)
        node = node.get_object()
    found = []
    if isinstance(node, DictionaryObject):
        found += [str(node[name]) for name in ("/Alt", "/ActualText", "/E", "/T") if isinstance(node.get(name), str)]
        found += [text for child in (node.raw_get("/K"),) for text in described(child, seen)] if "/K" in node else []
    elif isinstance(node, ArrayObject):
        found += [text for child in node for text in described(child, seen)]
    return found
