"""Counts that PEFT prints of adapters: the trained share of all, and what the `LoraConfig` above makes them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from symbolic.configs import models
from symbolic.errors import SymbolicError
from symbolic.formulas.vocabulary import lora_rank
from symbolic.measuring import quantities
from symbolic.measuring.derivation import derive
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import DIGITS, number_at, off_by
from symbolic.proofread.judging.forms import quotient
from symbolic.proofread.reading.document import Stretch, lines_with
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

TRAINABLE = re.compile("rainable")
PRINTED = re.compile(
    rf"\b[Tt]rainable[ ]?(?:params|parameters)?[ ]?:[ ]*(?P<trained>{DIGITS})[ ]?[KMBkmb]?\b[ ]*"
    rf"(?:(?:\|\||[|,/])[ ]*[Aa]ll[ ]?(?:params|parameters)?[ ]?:[ ]*(?P<all>{DIGITS})[ ]?[KMBkmb]?\b[ ]*"
    rf"(?:(?:\|\||[|,/])[ ]*[Tt]rainable[ ]?%[ ]?:[ ]*(?P<percent>{DIGITS}))?)?"
)
"""A line as PEFT's `print_trainable_parameters` writes it, or with the first of its three numbers alone."""
CONFIG = re.compile(r"\b(?:LoraConfig|get_peft_model)\((?P<inside>(?:[^()]|\([^()]{0,300}\)){20,2000}?)\)")
RANK = re.compile(r"(?:\A|[,\s(])r[ ]*=[ ]*(?P<rank>\d{1,4})[ ]*(?=[,\n#)]|\Z)")
TARGETS = re.compile(
    r"\btarget_modules[ ]*=[ ]*(?:[\[(](?P<several>[^\])]{3,400})[\])]|[\"'](?P<one>[\w.-]{3,40})[\"'])"
)
QUOTED = re.compile(r"[\"']([\w.-]{1,40})[\"']")
OTHERWISE = re.compile(
    r"\b(?:rank_pattern|layers_to_transform|exclude_modules|target_parameters|modules_to_save)[ ]*=[ ]*(?!None)"
    r"|\b(?:use_dora|lora_bias)[ ]*=[ ]*True|\bbias[ ]*=[ ]*[\"'](?:all|lora_only)"
)
"""What trains more than the two matrices, or in fewer layers."""
NAMED = re.compile(r"[\"'`][\w.-]{2,40}/(?:Meta-)?(?P<name>[\w.-]{3,60})[\"'`]")
TUNED = re.compile(r"-(?:hf|chat|instruct|it|base|bnb-4bit)(?=-|\Z)")
"""What the names of the same network on other data or in other files have beside its own."""

FEW = 2
"""So many modules are named."""
MOST = 40
"""So many configs of a document are looked at beside the one above a number."""


class _Adapters(NamedTuple):
    """What a `LoraConfig` says, and where its rank stands."""

    rank: int
    targets: tuple[str, ...]
    span: Stretch


def printed_adapters(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield the trained share of all parameters, and the number of trained ones where a config says of what."""
    text = reader.document.text
    printed = [match for line in lines_with(text, [TRAINABLE]) for match in PRINTED.finditer(text, *line)]
    configs = _configs(text) if printed else []
    starts = [config.span[0] for config in configs]
    distinct = list({config[:2]: config for config in configs}.values())[:MOST]
    named = _named(text) if configs else []
    for match in printed:
        trained = number_at(reader, match.start("trained"))
        everything = number_at(reader, match.start("all")) if match["all"] else None
        percent = number_at(reader, match.start("percent")) if match["percent"] else None
        if trained is None:
            continue
        if everything and percent and everything.figure.value:
            share = figure(percent.figure.shown.strip("% "), "", "%")
            yield _equation(quotient(trained, everything), NumberNode(percent.start, percent.end, share))
        above = bisect_left(starts, match.start()) - 1
        if above < 0 or not configs[above].targets:
            continue
        of = _networks(int(everything.figure.value - trained.figure.value)) if everything else named
        # Of several configs, the one that makes this number, or else the one above it.
        made = [one for config in (*distinct, configs[above]) for name in of for one in _counted(name, config)]
        if made:
            yield _equation(next((one for one in made if off_by(one, trained) == 0), made[-1]), trained)


def _equation(made: ExpressionNode, number: NumberNode) -> WrittenEquation:
    relation = "≈" if number.figure.rounded else "="
    return WrittenEquation("compared", number.start, number.end, (made, number), (relation,))


def _configs(text: str) -> list[_Adapters]:
    """Return what the configs of adapters in a text say, without targets where one says more or can't be read."""
    found = []
    for match in CONFIG.finditer(text):
        inside = re.sub(r"#[^\n]*", lambda comment: " " * len(comment[0]), match["inside"])
        rank, targets = RANK.search(inside), TARGETS.search(inside)
        if match[0].startswith("get_peft_model") and rank is None:
            continue
        start = match.start("inside")
        if rank is None or targets is None or OTHERWISE.search(inside):
            found.append(_Adapters(0, (), (start, start)))
            continue
        named = tuple(QUOTED.findall(targets["several"])) if targets["several"] else (targets["one"],)
        found.append(_Adapters(int(rank["rank"]), named, (start + rank.start("rank"), start + rank.end("rank"))))
    return found


@cache
def _networks(total: int) -> list[str]:
    """Return the bundled models of so many parameters."""
    return [name for name in models.names() if any(one.total == total for one in models.find(name).published)]


def _named(text: str) -> list[str]:
    """Return the bundled models whose repositories a text names."""
    said = (TUNED.sub("", match["name"].lower()) for match in NAMED.finditer(text))
    return [name for name in dict.fromkeys(said) if name in models.names()]


@cache
def _total(name: str, rank: int, targets: tuple[str, ...]) -> int | None:
    """Return how many parameters adapters have; None where the network has no such modules."""
    found = quantities.find("lora-parameters").choosing({"target": ",".join(targets)})
    try:
        return int(derive(models.find(name).model(), found, found.default, {lora_rank.name: rank}).total)
    except SymbolicError:
        return None


def _counted(name: str, config: _Adapters) -> Iterator[NumberNode]:
    """Yield the number of parameters of the adapters of a network, called what they are."""
    if config.targets and (total := _total(name, config.rank, config.targets)):
        on = ", ".join(config.targets) if len(config.targets) <= FEW else f"{len(config.targets)} kinds of modules"
        shown = f"LoRA of rank {config.rank} on {on}, {models.find(name).title}"
        yield NumberNode(*config.span, figure(str(total), "", shown=shown))
