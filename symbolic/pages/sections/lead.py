"""What stands under the headline of a page: what is counted, where most of it is, which other counts there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from symbolic.formulas.figures import approximate, grouped, percent
from symbolic.formulas.vocabulary import n_shared_experts
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.measuring import known_figures
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.parallel import has_it_all
from symbolic.measuring.routed import of_one_token
from symbolic.networks.blocks import Kind, Weight
from symbolic.networks.walks import Leaf, blocks, weights
from symbolic.pages.listing import listed
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections.biases import biases
from symbolic.pages.sections.meaning import fixed_numbers
from symbolic.pages.sections.namesakes import namesakes, others
from symbolic.pages.sections.notices import notices, predicting, too_long, with_prediction, within
from symbolic.pages.sections.three_steps import in_three_steps, token_table
from symbolic.pages.sections.where import Largest, largest

MOST_AT_A_GLANCE = 3
LITTLE = Fraction(1, 200)
"""A part with a smaller share is none of the largest."""
NEARLY = Fraction(95, 100)
"""Above this share, they are nearly all."""


def lead(derivation: Derivation, prose: Prose, full: bool = True) -> tuple[Paragraph, ...]:
    """Return the paragraphs between the headline and the first section; in `full`, that one says what parts do."""
    convention = derivation.convention
    alone = bool(convention.alone) and has_it_all(derivation.sizes)
    says = prose(
        "convention",
        says=Markup(convention.said(derivation.model.network, alone=alone)),
        chosen=convention != derivation.quantity.default,
        name=convention.name,
    )
    if derivation.left_out and convention != derivation.quantity.default:
        kinds = dict.fromkeys(_kind(leaf) for leaf in derivation.left_out)
        says += " " + prose("left_out", names=listed([_("the {part}", part=kind) for kind in kinds]))
    return (
        *_glance(derivation, prose, full),
        *namesakes(derivation, prose),
        *notices(derivation.model, prose, derivation.quantity.name),
        *too_long(derivation, prose),
        *within(derivation, prose),
        *_answers(derivation, prose, full),
        Paragraph(says, tone="note", fixed=alone),
        *([Paragraph(prose("units_of_bytes"), tone="note")] if derivation.unit == "bytes" else []),
        *(biases(derivation, prose) if "biases" in prose else ()),
        # What they count is said in words that stand above.
        *_others(derivation, prose),
    )


def _answers(derivation: Derivation, prose: Prose, full: bool) -> Iterator[Paragraph]:
    """Yield what a reader came for besides the total, and what of a network is not in it."""
    if derivation.quantity.name == "parameters":
        yield from predicting(derivation.model, prose)
        yield from with_prediction(derivation, prose)
        return
    # Imported where it is used: a page of parameters has no layouts of devices, times or prices.
    from symbolic.pages.sections.first_answers import first_answers

    yield from first_answers(derivation, prose, full)


def _answers_in_short(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    if derivation.quantity.name != "parameters":
        from symbolic.pages.sections.first_answers import in_short

        yield from in_short(derivation, prose)


def short_lead(derivation: Derivation, prose: Prose) -> tuple[Paragraph, ...]:
    """Return what must be known of the total even on a single sheet: what it leaves out, and what it counts."""
    says = prose("convention", says=Markup(derivation.convention.said(derivation.model.network)), chosen=False, name="")
    left = (derivation.model, prose, derivation.quantity.name)
    return (*notices(*left), *predicting(*left), Paragraph(says, tone="note"))


def first_lead(derivation: Derivation, prose: Prose) -> tuple[Paragraph, ...]:
    """Return what a short edition begins with: whose configuration it is, the largest parts, and what counts."""
    beginning = (*_glance(derivation, prose, full=True), *namesakes(derivation, prose))
    return (*beginning, *_answers_in_short(derivation, prose), *short_lead(derivation, prose))


def _others(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield the numbers that a reader may have met, and in short who prints them; what each counts stands below.

    Those of namesakes stand at the top already.
    """
    said = {derivation.total, *others(derivation)}
    entries = [entry for entry in known_figures.published(derivation) if entry.total not in said]
    totals = dict(sorted({entry.total: entry.who for entry in entries}.items()))
    if totals:
        found = [grouped(total) + (f" ({plain(translate(who))})" if who else "") for total, who in totals.items()]
        wrong = (translate(entry.instead_of) for entry in known_figures.published(derivation) if entry.instead_of)
        says = " ".join((prose("other_totals", totals=Markup(listed(found))), *map(plain, wrong)))
        yield Paragraph(says, tone="note", fixed=True)


def _glance(derivation: Derivation, prose: Prose, full: bool) -> Iterator[Paragraph]:
    """Yield where most of the total is, in a line."""
    parts = largest(derivation)
    if derivation.quantity.name != "parameters" or len(parts) < 2:
        return
    explained = full and any(True for _section in in_three_steps(derivation, prose))
    named = _shares(parts, prose if explained else None)
    active = of_one_token(derivation) or derivation
    fewer = active.total < derivation.total and derivation.convention == derivation.quantity.default
    yield Paragraph(
        prose(
            "glance",
            parts=named,
            fixed=grouped(fixed) if (fixed := fixed_numbers(derivation)) else "",
            explained=explained,
            reads=full and token_table(tuple(weights(derivation.model.network))) is not None,
            nearly=sum(part.share for part in _at_a_glance(parts)) > NEARLY,
            **_chosen(derivation),
            active=approximate(active.total, derivation.unit) if fewer else "",
            exactly=grouped(active.total),
            **_met(derivation),
        ),
        fixed=True,
    )


def _met(derivation: Derivation) -> Mapping[str, str]:
    """Return who prints a number of active parameters, what it is, and what it counts; "" where nobody is known."""
    found = (one for one in known_figures.published(derivation) if one.convention.startswith("active") and one.who)
    if (one := next(found, None)) is None:
        return {"meets": "", "met": "", "who": ""}
    return {"meets": one.convention, "met": grouped(one.total), "who": translate(one.who)}


def _at_a_glance(parts: Sequence[Largest]) -> list[Largest]:
    """Return the largest parts, and those that tie with the last of them; none of so little that it says nothing."""
    least = max(parts[:MOST_AT_A_GLANCE][-1].share, min(LITTLE, parts[0].share))
    return [part for part in parts if part.share >= least]


def _shares(parts: Sequence[Largest], prose: Prose | None) -> str:
    """Return the largest parts with their shares; with `prose`, also what the first of each kind does.

    Several with the same share are named together.
    """
    found: dict[Fraction, list[str]] = {}
    said = set()
    for part in _at_a_glance(parts):
        block = f"glance_{part.role}".replace("-", "_")
        says = prose(block) if prose is not None and block in prose and block not in said else ""
        said.add(block)
        found.setdefault(part.share, []).append(_with(part.name, says))
    shown = []
    for share, names in found.items():
        each = percent(share).replace(" %", "\u00a0%")
        together = {"parts": listed(names), "share": each}
        shown.append(_("{parts} {share} each", **together) if len(names) > 1 else "{parts} {share}".format(**together))
    return ", ".join(shown)


def _with(name: str, says: str) -> str:
    """Return a name with words about it in brackets, those that it ends with, if it has any."""
    if not says:
        return name
    return f"{name[:-1]}; {says})" if name.endswith(")") else f"{name} ({says})"


def _chosen(derivation: Derivation) -> Mapping[str, str]:
    """Return how many experts a token goes through, of how many, beside how many shared ones; "" if layers differ."""
    found = {(block.active, block.repeat) for block in blocks(derivation.model.network) if block.active is not None}
    if len(found) != 1:
        return {"chosen": "", "every": "", "shared": ""}
    [(active, repeat)] = found
    shared = derivation.sizes.get(n_shared_experts.name, 0)
    chosen, every = (integer_value(one, derivation.sizes) for one in (active, repeat) if one is not None)
    return {"chosen": grouped(chosen), "every": grouped(every), "shared": grouped(shared) if shared else ""}


def _kind(leaf: Leaf) -> str:
    """Return how a sentence names a leaf: a table or matrix by its name, other weights by their kind."""
    small = isinstance(leaf.part, Weight) and leaf.part.kind not in (Kind.TABLE, Kind.MATRIX)
    return leaf.weight.kind.value if small else leaf.part.name
