"""Model answers to the questions behind blanks, which a key prints."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce

from symbolic.formulas.figures import grouped, percent
from symbolic.handouts.form import Form
from symbolic.handouts.from_derivation import Asked, unlabelled
from symbolic.handouts.prompts import reason, times
from symbolic.language import One, translate
from symbolic.language import gettext as _
from symbolic.measuring.step import Step
from symbolic.networks.blocks import axes
from symbolic.pages.prose import Markup, plain
from symbolic.pages.rendering.text_notation import Text
from symbolic.pages.sections.where import largest


def because(form: Form, asked: Asked) -> str:
    """Return a model answer to the question behind a blank."""
    say, step = form.settings.prose, asked.step
    why = reason(form.faded, asked)
    if why in ("total", "most"):
        most = max(below.value for below in step.steps)
        greatest = [below for below in step.steps if below.value == most]
        return say(
            f"because_{why}",
            part=reduce(_and_the, (translate(below.label) for below in greatest)),
            percent=_share(Fraction(most, asked.line.value), len(greatest)),
            shape=Markup(reduce(_and, (_shape(below, form) for below in greatest))),
            several=len(greatest) > 1,
            copies=greatest[0].copies,
            why=Markup(_largest(greatest, form, half=2 * most > asked.line.value)),
            **_other(form, greatest[0] if why == "total" else None),
        )
    if why == "layer":
        above = next(visit.above for visit in form.derivation.root.walk(parents_first=False) if visit.step is step)
        around = [one for one in form.derivation.steps if step not in _all(one)]
        within = [one for block in above[1:] for one in block.steps if step not in _all(one)]
        return say(
            "because_layer",
            one=translate(One(step.name)),
            inside=_listed([one for one in step.steps if one.value]),
            beside=_listed([one for one in within if one.value]),
            outside=_listed([one for one in around if one.value]),
            empty=_listed([one for one in around if not one.value]),
        )
    quantity = form.derivation.quantity
    return say(
        f"because_{why}",
        count=times(asked),
        numbers=quantity.name == quantity.unit,
        repeat=Markup("" if step.repeat is None else f"`{Text()(step.repeat)}`"),
        part=translate(step.part.name if step.part else step.label),
        unit=form.derivation.unit,
        weights=step.weight is not None,
        shape=Markup(f"`{' × '.join(map(Text(), axes(step.part)))}`" if step.part else ""),
    )


def _other(form: Form, step: Step | None) -> dict[str, str]:
    """Return the part that is the largest where the layers are taken apart, if the largest step is layers."""
    if step is None or step.repeat is None or not step.steps:
        return {"other": "", "of_all": ""}
    name, _role, share = largest(form.derivation)[0]
    return {"other": plain(name), "of_all": percent(share)}


def _largest(greatest: Sequence[Step], form: Form, *, half: bool) -> str:
    """Return why a part is the largest, or several are: how often it is built, or which sizes are multiplied in it."""
    say, step = form.settings.prose, greatest[0]
    if len(greatest) > 1 and not (step.part and step.repeat is None):
        return ""
    if step.repeat is not None:
        built = {"each": grouped(step.each), "unit": form.derivation.unit, "count": grouped(step.times)}
        return say("because_built", layer=step.role == "layer", **built)
    if step.part:
        formula = unlabelled(step.one)
        numbers = Text(sizes=form.derivation.sizes)(formula)
        several = len(greatest) > 1
        written = {"formula": Markup(f"`{Text()(formula)}`"), "numbers": Markup(numbers)}
        return say("because_sizes", half=half, several=several, **written)
    return ""


def _all(step: Step) -> tuple[Step, ...]:
    return (step, *(one for below in step.steps for one in _all(below)))


def _listed(steps: Sequence[Step]) -> str:
    """Return the names of parts, in a sentence."""
    names = [translate(one.label) for one in steps]
    return _and(", ".join(names[:-1]), names[-1]) if len(names) > 1 else "".join(names)


def _and_the(first: str, second: str) -> str:
    return _("{first} and the {second}", first=first, second=second)


def _and(first: str, second: str) -> str:
    return _("{first} and {second}", first=first, second=second)


def _shape(step: Step, form: Form) -> str:
    """Return the sizes of a part by name and in numbers: emb_dim × hidden_dim (768 × 3,072)."""
    shape = axes(step.part) if step.part else ()
    named, numbers = (" × ".join(map(printer, shape)) for printer in (Text(), Text(sizes=form.derivation.sizes)))
    return f"`{named}` ({numbers})"


def _share(share: Fraction, several: int) -> str:
    """Return the share of each of several parts; two that have all but a bit are not said to have a half each."""
    all_but_a_bit = several > 1 and several * share < 1 and several * round(1000 * share) >= 1000
    return _("just under {share}", share=percent(share)) if all_but_a_bit else percent(share)
