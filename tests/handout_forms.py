"""What the tests of handouts share: forms, and a handout written once."""

from functools import cache

import symbolic
from symbolic.handouts import kinds
from symbolic.handouts.form import Form, Settings, make_form


@cache
def settings(model: str = "gpt2-124m", fade: str = "5", easy: bool = False, varied: bool = True) -> Settings:
    derivation = symbolic.explain(model)
    return Settings(derivation, "7", fade, kinds.in_order(), varied=varied, easy=easy)


@cache
def form(model: str = "gpt2-124m", who: str = "1", fade: str = "5", easy: bool = False, student: str = "") -> Form:
    return make_form(settings(model, fade, easy), who, student)
