"""The section of a model that drafts for itself: what a step that checks one more token takes, and what it gains."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from symbolic.configs.deployment import Deployment
from symbolic.formulas.figures import grouped, in_short, percent, significant
from symbolic.formulas.formula import Formula, Number, exact
from symbolic.formulas.scales import MILLI
from symbolic.formulas.shown import Labelled
from symbolic.measuring.serving import Needs
from symbolic.measuring.serving_layout import BatchStep, Layout
from symbolic.pages.cited import joined
from symbolic.pages.page import Equation, Paragraph, Part, Section, Table
from symbolic.pages.prose import Prose

HUNDRED = 100
CHECKED = 2
"""The tokens of a sequence in a step: the next one, and the one that is drafted."""


class Drafting(NamedTuple):
    """What the layer that predicts one token more needs, beside a layout of the network, and what was published."""

    layer: Needs
    layout: Layout
    published: Deployment

    def check(self, batch: int) -> BatchStep:
        """Return the step of two tokens of each sequence: both choose experts, and read one cache."""
        weights, cache = self.layout.needs.read(CHECKED * batch), batch * self.layout.needs.cache
        by_memory = Fraction(weights + cache) / self.layout.bandwidth
        return BatchStep(batch, weights, cache, by_memory, CHECKED * batch * self.layout.working)

    def draft(self, batch: int) -> BatchStep:
        """Return the pass of one token of each sequence through the layer, and through the head behind it."""
        return self.layout._replace(needs=self.layer).step(batch)

    def faster(self, batch: int, accepted: int) -> Fraction:
        """Return how many times as fast the tokens come where so many drafts of a hundred are accepted."""
        made = 1 + Fraction(accepted, HUNDRED)
        return made * self.layout.step(batch).time / (self.check(batch).time + self.draft(batch).time)


def drafting_section(drafting: Drafting, batches: tuple[int, ...], seen: str, prose: Prose) -> Section:
    """Return the section: what was published, a row for each batch with a context, and the last one worked out."""
    published = drafting.published
    rows = tuple(
        (
            grouped(batch),
            *(
                in_short(step.time * MILLI)
                for step in (drafting.layout.step(batch), drafting.check(batch), drafting.draft(batch))
            ),
            *(significant(drafting.faster(batch, accepted), 3) for accepted in published.accepted),
        )
        for batch in batches
    )
    shares = [percent(Fraction(accepted, HUNDRED)) for accepted in published.accepted]
    columns = (
        *(prose(f"column_{name}") for name in ("together", "drafting_step", "drafting_check", "drafting_draft")),
        *(prose("column_drafting_faster", share=share) for share in shares),
    )
    parts: tuple[Part, ...] = (
        Paragraph(
            prose(
                "drafting",
                least=shares[0],
                most=shares[-1],
                faster=published.faster,
                source=joined(published.drafts),
            )
        ),
        Paragraph(f"{prose('drafting_reads')} {prose('at_context', context=seen)}"),
        Table(prose("drafting_table"), columns, rows, frozenset(range(len(columns)))),
        *_worked(drafting, batches[-1], prose),
    )
    return Section("speculative", prose("speculative_title"), parts)


def _worked(drafting: Drafting, batch: int, prose: Prose) -> Iterator[Part]:
    """Yield the equation of a batch at the least acceptance, where all three passes wait for the memory."""
    steps = (drafting.layout.step(batch), drafting.check(batch), drafting.draft(batch))
    if not all(step.is_bound_by_memory for step in steps):
        return
    named = ("bytes_of_step", "bytes_of_check", "bytes_of_draft")
    step, check, draft = (
        Labelled(prose(name), Number(exact(Fraction(one.weights + one.cache))))
        for name, one in zip(named, steps, strict=True)
    )
    accepted = drafting.published.accepted[0]
    made: Formula = (1 + Labelled(prose("accepted"), Number(Fraction(accepted, HUNDRED)))) * step / (check + draft)
    yield Paragraph(prose("drafting_worked", batch=grouped(batch), share=percent(Fraction(accepted, HUNDRED))))
    yield Equation(made, exact(drafting.faster(batch, accepted)), unit=prose("times"))
