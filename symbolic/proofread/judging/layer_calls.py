"""Layers as code and drawings name them, beside how many parameters they have: `nn.Linear(768, 3072)` → 2,362,368."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import NEAR, number_at, off_by
from symbolic.proofread.judging.forms import added, bracketed, product
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

TIMES = r"[`*]{0,3}(?:[ ]?[×x][ ]?(?P<times>\d{1,3})(?![\d.]))?"
LAYER = re.compile(
    r"(?P<layer>Linear|Dense|FC|Conv(?P<axes>[123])d|Embedding|(?<=[^\W_][ ])(?=\(\d{1,6}[ ]?(?:->|→)[ ]?\d{1,6}\)))"
    r"\((?P<inside>[^()\n]{3,100})\)" + TIMES
)
"""A layer with its sizes; without a name of a kind, hidden (64 → 32), it is a linear one."""
ONE = re.sub(r"\?P<\w+>", "?:", LAYER.pattern)
CALL = re.compile(
    rf"(?P<layers>{ONE}(?:[ ]?\+[ ]?[`*]{{0,3}}(?:nn\.)?{ONE}){{0,5}})[`*,]{{0,3}}[ ]*"
    r"(?:→|->|=>?|≈|:|\||#[ ]*(?:→|->|=)?|[(（][=≈]?"
    r"|(?P<said>(?=[^\d\n])[^\d\n=×]{0,40}?\b(?:params?|parameters?|weights?|has|have|Parameter|paramètres|parámetros|Gewichte|pesos|가중치)\b[:=]?))"
    r"[ ]*[~≈*]{0,3}(?=\d)"
)
COUNTS = re.compile(r"[ *]*(?:param|weight|learnable|trainable|参数|個|个|パラメータ)")
NO_COUNT = re.compile(r"[ ]*(?:→|->|[×x*/+,])")
LEAST = 100
ARGUMENT = re.compile(
    r"(?:\A|,|->|→)[ ]*(?:(?P<name>\w{1,30})[ ]*=[ ]*)?(?P<value>(?P<side>\d{1,9})(?:[x×](?P=side))?|True|False)"
    r"[ ]*(?=,|->|→|\Z)"
)
SHORT = {"k": "kernel_size", "kernel": "kernel_size", "s": "stride", "p": "padding", "pad": "padding"}
LINEAR = ("in_features", "out_features", "bias")
NAMES = {
    "": LINEAR,
    "Linear": LINEAR,
    "Dense": LINEAR,
    "FC": LINEAR,
    "Conv": ("in_channels", "out_channels", "kernel_size"),
    "Embedding": ("num_embeddings", "embedding_dim"),
}
SILENT = frozenset({"stride", "padding", "dilation", "padding_idx", "bias"})
"""What changes no number, or the bias alone."""


def layer_calls(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield each layer's number of parameters, with its bias or without it, whichever is nearer."""
    text = reader.document.text
    for match in CALL.finditer(text):
        number = number_at(reader, match.end())
        layers = [_forms(layer) for layer in LAYER.finditer(text, *match.span("layers"))]
        if not all(layers) or number is None or number.start != match.end():
            continue
        # All with their biases, or all without.
        forms = [one[0] if len(one) == 1 else added(one) for one in zip(*layers, strict=True)]
        made = min(forms, key=lambda form: off_by(form, number))
        # Linear(64, 1)  # 64 → 1
        may_count = number.figure.value >= LEAST and (match["said"] or not NO_COUNT.match(text, number.end))
        may_count = may_count and all(one.figure.value > 1 for one in made.numbers)
        # hidden (64 → 32): 2100 images
        may_count = may_count and (match["said"] is not None or text[match.start()] != "(")
        if COUNTS.match(text, number.end) or (may_count and off_by(made, number) <= NEAR):
            relation = "≈" if number.figure.scaled else "="
            yield WrittenEquation("compared", number.start, number.end, (made, number), (relation,))


def _forms(match: re.Match[str]) -> tuple[ExpressionNode, ...]:
    """Return the parameters of a layer, or of several that are alike, without biases and with them; () if not said."""
    sizes = _sizes(match)
    if not sizes:
        return ()
    weights = product(sizes)
    biased = match["layer"] != "Embedding" and not re.search(r"bias[ ]*=[ ]*False", match["inside"])
    forms = (weights, added((weights, sizes[1])) if biased else weights)
    if not match["times"]:
        return forms
    times = NumberNode(*match.span("times"), figure(match["times"], ""))
    return tuple(product((bracketed(form) if "+" in form.signs else form, times)) for form in forms)


def _sizes(match: re.Match[str]) -> tuple[NumberNode, ...]:
    """Return what the weights of a layer are the product of, with the outputs second; () where that is not said."""
    names = NAMES[match["layer"].rstrip("123d") if match["axes"] else match["layer"]]
    found: dict[str, NumberNode] = {}
    inside, end = match["inside"], 0
    for place, argument in enumerate(ARGUMENT.finditer(inside)):
        name = argument["name"] or (names[place] if place < len(names) else "stride")
        name = SHORT.get(name, name)
        if argument.start() != end or not (name in SILENT or name in names):
            return ()
        end = argument.end()
        if name not in SILENT and argument["side"]:
            start = match.start("inside")
            span = start + argument.start("side"), start + argument.end("side")
            found[name] = NumberNode(*span, figure(argument["side"], ""))
    sizes = [found[name] for name in names if name in found]
    if end != len(inside) or len(sizes) != len(set(names) - SILENT):
        return ()
    return (*sizes, *sizes[2:] * (int(match["axes"] or 1) - 1))
