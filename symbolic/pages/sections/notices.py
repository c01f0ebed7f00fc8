"""What a reader must know before the total: the parts and keys of the config that it does not cover."""

from __future__ import annotations

from symbolic.configs import models
from symbolic.configs.model import Model
from symbolic.formulas.figures import grouped, in_gigabytes
from symbolic.formulas.vocabulary import n_predict_layers
from symbolic.language import translate
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation, called_without, missing_of, untested_of
from symbolic.measuring.inputs import beyond
from symbolic.measuring.longest import longest_text
from symbolic.measuring.predicted import bytes_of_prediction, with_one_more, with_predicted
from symbolic.networks.learned.knowing import WEIGHTS_ONLY
from symbolic.networks.learned.predicting import KEY
from symbolic.networks.learned.writing_formulas import written
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Markup, Prose, plain


def notices(model: Model, prose: Prose, quantity: str = "parameters") -> tuple[Paragraph, ...]:
    """Return a paragraph each for what the total lacks, sizes that a trace lost, parts left out, and unknown keys."""
    found = [*not_complete(model, quantity)]
    if "forward-flops" in (model.architecture.only or ()) and model.architecture.lacks and quantity not in WEIGHTS_ONLY:
        found.append(Paragraph(prose("at_hand", reason=plain(model.architecture.lacks))))
    if reason := untested_of(model, quantity):
        found.append(Paragraph(prose("untested", reason=translate(reason))))
    if spare := called_without(model, quantity):
        names = ", ".join(f"`{plain(name)}`" for name in spare)
        found.append(Paragraph(prose("spare", names=Markup(names)), tone="note"))
    if model.architecture.of_one_config and model.architecture.fixed:
        sizes = ", ".join(f"`{plain(key)}` = {plain(str(value))}" for key, value in model.architecture.fixed.items())
        found.append(Paragraph(prose("lost_sizes", sizes=Markup(sizes))))
    if model.class_taken:
        found.append(Paragraph(prose("class_taken", name=Markup(f"`{plain(model.class_taken)}`")), tone="note"))
    if model.parts_left_out:
        parts = ", ".join(f"`{plain(key)}` ({translate(what)})" for key, what in model.parts_left_out.items())
        found.append(Paragraph(prose("parts_left_out", parts=Markup(parts))))
    if model.unknown:
        keys = ", ".join(f"`{plain(key)}`" for key in model.unknown)
        found.append(Paragraph(prose("unknown_keys", keys=Markup(keys), count=len(model.unknown))))
    if model.by_keys:
        found.append(Paragraph(prose("by_keys", title=model.architecture.title), tone="note"))
    return tuple(found)


def not_complete(model: Model, quantity: str) -> tuple[Paragraph, ...]:
    """Return a paragraph on why a total is not complete; none of one that is."""
    reason = missing_of(model, quantity)
    return (Paragraph(Prose(quantity)("partly", reason=translate(reason))),) if reason else ()


def predicting(model: Model, prose: Prose, quantity: str = "parameters") -> tuple[Paragraph, ...]:
    """Return a paragraph on the layers that predict further tokens, which the total leaves out."""
    if not model.predicting or (n_predict_layers in model.architecture.sizes and quantities.find(quantity).packs):
        return ()
    keys = ", ".join(f"`{plain(key)}`" for key in model.predicting)
    # That the files hold them is known where their numbers were counted.
    held = any(entry.beside for entry in models.published(model))
    trained = model.training is not None and model.training.predicts
    # Bytes say nothing beside a number of parameters or operations.
    taken = bytes_of_prediction(model) if quantities.find(quantity).unit == "bytes" else 0
    more = in_gigabytes(taken) if taken else ""
    return (Paragraph(prose("predicting", keys=Markup(keys), held=held, trained=trained, more=more)),)


def with_prediction(derivation: Derivation, prose: Prose) -> tuple[Paragraph, ...]:
    """Return a paragraph on what files come to that hold such layers, where a page counts parameters."""
    if derivation.quantity.name != "parameters" or any(entry.beside for entry in models.published(derivation.model)):
        return ()
    if held := with_predicted(derivation):
        return (Paragraph(prose("with_prediction", total=grouped(held)), fixed=True),)
    if more := with_one_more(derivation):
        said = prose("with_one_more", total=grouped(more), key=Markup(f"`{KEY}`"))
        return (Paragraph(said, tone="note", fixed=True),)
    return ()


def within(derivation: Derivation, prose: Prose) -> tuple[Paragraph, ...]:
    """Return a paragraph on how long texts may be so that what was read off code holds."""
    pairs = [
        pair
        for pair in derivation.measuring.network.within
        if any(symbol.name in derivation.inputs.sizes for side in pair for symbol in side.symbols)
    ]
    bounds = ", ".join(f"`{written(least)} ≤ {written(most)}`" for least, most in pairs)
    return (Paragraph(prose("within", bounds=Markup(bounds))),) if pairs else ()


def too_long(derivation: Derivation, prose: Prose) -> tuple[Paragraph, ...]:
    """Return a paragraph for each input that is a text longer than the model was made for."""
    most = longest_text(derivation.model)
    if most is None:
        return ()
    words = {"key": Markup(f"`{plain(most.name)}`"), "limit": grouped(most.tokens), "ends": most.ends}
    return tuple(
        Paragraph(prose("too_long", name=name, given=grouped(given), **words), fixed=True)
        for name, given in beyond(derivation.model, derivation.inputs).items()
    )
