"""A shape: the result of multiplying tokens with a matrix."""

from __future__ import annotations

from symbolic.formulas.figures import grouped
from symbolic.handouts.answers import AnswerOption, Item, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.from_derivation import steps_within
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import Kind, Weight
from symbolic.networks.walks import blocks
from symbolic.pages.page import Choices, Paragraph

PLACE = 3
ROLES = ("attention", "feed-forward", "head")
TOKENS = (20, 30, 50, 60, 90, 120)


def make(context: Context, id: str) -> Question | None:
    """Ask for the shape of the result, among shapes that are mistaken for it."""
    derivation, say, random = context.derivation, context.prose, context.random
    found = [
        (step, whole)
        for step, whole in steps_within(derivation)
        if step.weight and step.role in ROLES and step.weight.kind is Kind.MATRIX and len(step.weight.shape) == 2
    ]
    # Layers of two kinds may have matrices of one name and of two shapes.
    shapes_of: dict[tuple[str, str], set[tuple[object, ...]]] = {}
    for step, whole in found:
        shapes_of.setdefault((step.name, whole), set()).add(step.weight.shape if step.weight else ())
    found = [(step, whole) for step, whole in found if len(shapes_of[step.name, whole]) == 1]
    if not found:
        return None
    step, whole = random.choice(found)
    assert step.weight is not None  # noqa: S101 - only such steps were found
    tokens = random.choice(TOKENS)
    inputs, outputs = (axis.value(derivation.sizes) for axis in step.weight.shape)
    shapes = {
        (tokens, outputs): "",
        (tokens, inputs): say("shape_inputs"),
        (inputs, outputs): say("shape_matrix"),
        (outputs, tokens): say("shape_turned"),
        (tokens, inputs + outputs): say("shape_added"),
    }
    # Where the matrix is square the widths coincide: the truth comes first and stays.
    shapes[(tokens, outputs)] = ""
    named = [(" × ".join(grouped(int(axis)) for axis in shape), why) for shape, why in shapes.items()]
    options = [AnswerOption(shape, why) for shape, why in named][:4]
    choice = context.shuffled(options)
    proofs = tuple(Proof(axis, derivation.sizes, int(axis.value(derivation.sizes))) for axis in step.weight.shape)
    item = Item(id, say("answer"), choice, proofs, (say("shape_hint"),))
    stem = (
        Paragraph(
            say(
                "shape",
                part=f"{translate(step.name)} ({translate(whole)})" if whole else step.name,
                tokens=grouped(tokens),
                inputs=grouped(int(inputs)),
                which=step.weight.copies > 1,
                **_table(step.weight, derivation),
            )
        ),
        Choices(id, tuple((letter, option.text) for letter, option in choice.lettered)),
    )
    why = say("shape_why", tokens=grouped(tokens), inputs=grouped(int(inputs)), outputs=grouped(int(outputs)))
    return Question("shape", say("shape_title"), stem, (item,), (Paragraph(why),))


def _table(weight: Weight, derivation: Derivation) -> dict[str, str]:
    """Return whose table a weight uses, and the shape that it has there, which is this one's turned."""
    if weight.tied_to is None:
        return {"table": "", "shape": ""}
    owner = next(block for block in blocks(derivation.model.network) if block.key == weight.tied_to)
    shape = " × ".join(grouped(int(axis.value(derivation.sizes))) for axis in reversed(weight.shape))
    return {"table": translate(owner.name), "shape": shape}
