"""The amounts of a sentence with the dimensions that words around them give: 2 TB/s, 4M tokens per step, 80 GB each.

A dimension is a power of each thing that is measured or counted, such as bytes, time, tokens or devices.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.arithmetic.units import MEASURES, SECOND, Unit
from symbolic.proofread.judging.amounts import FIRST, WORD, amount_at
from symbolic.proofread.reading.formula_reader import FormulaReader

Dimension: TypeAlias = Counter[str]
BYTES, TIME, FLOPS, DOLLARS = "information", "time", "work", "dollars"
DEVICES, TOKENS, PARAMETERS, SEQUENCES, STEPS, EPOCHS = (
    "devices",
    "tokens",
    "parameters",
    "sequences",
    "steps",
    "epochs",
)
DEVICE = (
    r"(?:NVIDIA |Nvidia )?(?:[AHBVLT]\d{1,3}0?S?|GH200|MI\d{3}X?|RTX[ -]?\d{4}|TPU v\d\w?)"
    r"(?:[ -](?:80|40|96|48|24)[ ]?GB)?s?"
)
NOUNS: Mapping[str, str] = {
    DEVICES: rf"(?:(?:GPUs?|TPUs?|devices|cards|accelerators|chips|{DEVICE})\b|张?卡)",
    TOKENS: r"(?:tokens?|tok)\b|个? ?tokens?|词元",
    PARAMETERS: r"(?:parameters?|params?|models?|LLMs?)\b|个?参数|模型",
    SEQUENCES: r"(?:sequences?|samples?|requests?|users?|prompts?|conversations?)\b|条?序列|个?请求|个?样本",
    STEPS: r"(?:optimizer |training )?(?:steps?|iterations?|updates)\b|步",
    EPOCHS: r"epochs?\b",
    "words": r"words?\b",
}
"""What is counted, by the words behind a number."""
ONE = {**NOUNS, DEVICES: r"(?:GPU|TPU|device|card|accelerator|chip)\b|卡"}
NOUN, KINDS = ("|".join(f"(?P<{name}>{words})" for name, words in found.items()) for found in (NOUNS, ONE))
COUNTED = re.compile(rf"[ \x01-]{{0,2}}(?:{NOUN})")
TIMES: Mapping[str, str] = {"s": "s", "sec": "s", "second": "s", "h": "hour", "hr": "hour", "小时": "hour", "天": "day"}
PER_TIME = re.compile(
    r"[ \x01]?(?:/|per |an |a |每)[ ]?(?P<devices>(?:GPU|TPU|chip)[ -]?)?"
    r"(?P<time>s|sec|second|ms|hour|hr|h|day|小时|天|秒)(?!\w)"
)
PER = re.compile(rf"[ \x01]?(?:/|per |each |every |每个?)[ ]?(?:{KINDS})")
EACH = re.compile(rf"(?:\b[Ee]ach|\b[Ee]very|\b[Pp]er|每个?)[ ]?(?:{KINDS})[^\d.,;:()。，；]{{0,30}}\Z")
OF_EACH = re.compile(r"[ ]?(?:each|apiece)\b")
BATCH = re.compile(r"\bbatch(?: size)?(?: of| is| =|:)? \Z")
LENGTH = re.compile(
    r"(?:\bcontext(?: length| window)?|\bsequence length|\bseq_?len|上下文(?:长度)?)(?: of| is| =|:|为)? ?\Z"
)
OF_SEQUENCE = re.compile(r"[ -](?:token )?(?:context|prompt|sequence)")
BEHIND_DEVICE = re.compile(rf"\b{DEVICE}[ -]?\Z")
DEVICE_TIME = re.compile(r"[ ]?(?:GPU|TPU|[AHV]100)[ -](?P<unit>hours?|days?|seconds?)\b")
BEGINS = re.compile(FIRST)
RATES = ("/s", "ps", "/sec", "FLOPS")
"""How an amount ends that is one of each second; FLOPS with a capital S are."""
BEFORE = 50


class MeasuredAmount(NamedTuple):
    """An amount as it is said, the worth of its unit in the smallest one, its place, and the dimensions it may have.

    It has none where its words are not known.
    """

    number: NumberNode
    worth: Fraction
    start: int
    end: int
    dimensions: tuple[Dimension, ...]


def amounts_in(reader: FormulaReader, start: int, end: int) -> Iterator[MeasuredAmount]:
    """Yield the amounts between two places of the sentences."""
    prose, place = reader.sentences, start
    while (digit := BEGINS.search(prose, place, end)) is not None:
        found = amount_at(reader, digit.start())
        before = prose[max(place, digit.start() - BEFORE) : digit.start()]
        place = digit.end()
        if found is not None:
            amount = _amount(prose, digit.start(), before, *found)
            place = max(place, amount.end)
            yield amount


def _amount(prose: str, start: int, before: str, number: NumberNode, unit: Unit | None) -> MeasuredAmount:
    """Return the amount of a number, with the words `before` it and those behind it."""
    word = WORD.match(prose, number.end) if number.unit else None
    place = word.end() if word else number.end
    worth = Fraction(unit.size if unit else 1)
    shown = f"{number.figure.shown} {number.unit}".rstrip()
    number = NumberNode(number.start, number.end, number.figure._replace(shown=shown))
    if hours := DEVICE_TIME.match(prose, place):
        worth = Fraction(MEASURES[hours["unit"]].size)
        return MeasuredAmount(number, worth, start, hours.end(), (Counter({DEVICES: 1, TIME: 1}),))
    if unit is not None:
        dimension: Dimension = Counter({unit.measures: 1})
    elif before.endswith("$"):
        dimension = Counter({DOLLARS: 1})
    elif number.figure.scale != "%":
        dimension, place = _counted(prose, place, before)
    else:
        dimension = Counter()
    if not dimension:
        return MeasuredAmount(number, worth, start, place, ())
    if dimension.keys() <= {BYTES, FLOPS} and shown.endswith(RATES):
        worth /= SECOND
        dimension.subtract({TIME: 1})
    elif time := PER_TIME.match(prose, place):
        name = TIMES.get(time["time"], time["time"])
        worth /= MEASURES[name].size
        dimension.subtract({TIME: 1} | ({DEVICES: 1} if time["devices"] else {}))
        # Two dollars an hour are those of a device.
        more = () if time["devices"] or DOLLARS not in dimension else (_over(dimension, DEVICES),)
        return MeasuredAmount(number, worth, start, time.end(), (dimension, *more))
    if divided := PER.match(prose, place):
        return MeasuredAmount(number, worth, start, divided.end(), (_over(dimension, str(divided.lastgroup)),))
    if divided := EACH.search(before):
        return MeasuredAmount(number, worth, start, place, (_over(dimension, str(divided.lastgroup)),))
    return MeasuredAmount(number, worth, start, place, _meant(dimension, prose, place, before))


def _counted(prose: str, place: int, before: str) -> tuple[Dimension, int]:
    """Return what a number without a unit counts, and where the words end that say so."""
    if noun := COUNTED.match(prose, place):
        return Counter({str(noun.lastgroup): 1}), noun.end()
    kind = SEQUENCES if BATCH.search(before) else TOKENS if LENGTH.search(before) else ""
    return Counter({kind: 1} if kind else {}), place


def _meant(dimension: Dimension, prose: str, place: int, before: str) -> tuple[Dimension, ...]:
    """Return what an amount may be of: a length is that of each sequence, and a batch that of each step."""
    if dimension == {BYTES: 1} and (OF_EACH.match(prose, place) or BEHIND_DEVICE.search(before)):
        return (_over(dimension, DEVICES),)
    if dimension == {TOKENS: 1} and (
        OF_SEQUENCE.match(prose, place) or LENGTH.search(before) or before.endswith("of ")
    ):
        return (dimension, _over(dimension, SEQUENCES))
    if dimension == {SEQUENCES: 1} and BATCH.search(before):
        return (dimension, _over(dimension, STEPS))
    return (dimension,)


def _over(dimension: Dimension, kind: str) -> Dimension:
    """Return the dimension of an amount that is one for each of a kind."""
    divided = Counter(dimension)
    divided.subtract({kind: 1})
    return divided
