"""How much less memory numbers of a smaller type take, as sentences say it: FP32 → INT8, 4× less, or 75 % saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import DIGITS, number_at, off_by
from symbolic.proofread.judging.forms import difference, inverse, quotient, share
from symbolic.proofread.judging.weights import TYPES, bytes_of
from symbolic.proofread.reading.document import lines_with
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

HALVES = (
    r"\bhalv(?:es|ed|ing)\b|\bhalf (?:the|as much|of the)\b|\bhalbier\w*|\bHälfte\b|\bmoitié\b|\bmitad\b|\bmetade\b"
    r"|\bmetà\b|\bdimezza\w*|减半|一半|절반|半分"
)
QUARTERS = r"\bquarter(?:s|ed|ing)?\b|\bein Viertel\b|\bquart\b|\bcuarta parte\b|四分之一|4분의 1|4分の1"
RATIO = re.compile(
    rf"(?<![A-Za-z\d_.,/^×*+–])(?<!\d-)(?P<ratio>{DIGITS})[ ]?"
    r"(?:[%％]|×|[xX](?!\w)|倍|배|-fold|(?:times|fois|mal|veces|vezes|volte)\b)"
    rf"|(?P<half>{HALVES})|(?P<quarter>{QUARTERS})"
    r"|\b(?:par|by a factor of|um (?:den )?Faktor|por)[ ][*`]{0,2}(?P<factor>\d)(?![\d.,%])"
)
MEMORY = re.compile(
    r"memor|mémoire|vram|footprint|storage|speicher|smaller|kleiner|taille|tamaño|tamanho|bộ nhớ|памят|显存|内存|存储"
    r"|体积|메모리|용량|メモリ|compress|model size|bandwidth",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    r"speed|fast|slow|schnell|langsam|rapid|lent|throughput|tok|latenc|accura|qualit|perplex|loss|drop|degrad|flops|tops\b|compute"
    r"|optimi|adam|gradient|activ|overhead|LoRA|batch|double.quant|mixed|kernel|GPU|at least|up to|≤|<|>"
    r"|[KMGT]i?B\b|速度|延迟|精度|손실|속도|정확도|増|加速|激活|优化|梯度|混合",
    re.IGNORECASE,
)
"""What else than the memory of numbers a ratio may be about."""
CHANGES = re.compile(
    r"→|->|=>|\b(?:to|vs|versus|instead|statt|than|compared|gegenüber|auf|zu|vers|à|au lieu|que|a|para|in)\b"
    r"|到|相比|比|대비|에서|から"
)
"""What says between two types that one takes the place of the other; INT8/INT4 are two of one kind."""
CLAUSE = re.compile(r"[,;。；，|]|[.!?](?!\d)|\n")
BITS, WIDE, NEARBY = 8, (16, 32), 400
CLEAN = frozenset(map(Fraction, ("2", "4", "8")))
"""By so many times types of numbers differ; another ratio is measured."""


def ratios_of_types(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield what a sentence says of the memory of numbers in two types, or in one type that is less than usual.

    With one type it counts only where it holds: what it is compared with may be FP16 or FP32.
    """
    prose = reader.sentences
    for start, end in lines_with(prose, [TYPES]):
        if "|" in reader.document.text[start:end]:
            continue
        ratios = list(RATIO.finditer(prose, start, end))
        for ratio in ratios:
            first, last = max(start, ratio.start() - NEARBY), min(end, ratio.end() + NEARBY)
            clause = [first, last]
            for cut in CLAUSE.finditer(prose, first, last):
                clause = [cut.end(), clause[1]] if cut.end() <= ratio.start() else [clause[0], cut.start()]
                if cut.start() >= ratio.end():
                    break
            said = prose[slice(*clause)]
            before = prose[first : clause[1]]
            if not MEMORY.search(before) or OTHERWISE.search(said):
                continue
            scope = before if not _widths(said) and len(_widths(before)) > 1 else said
            types = [found.span() for found in TYPES.finditer(scope)]
            if widths := _widths(scope):
                apart = CHANGES.search(scope, types[0][1], types[-1][0]) is not None
                certain = len(ratios) == 1 and len(types) == len(widths) > 1 and apart
                yield from _said(reader, ratio, widths, certain)


def _widths(text: str) -> list[int]:
    """Return the different numbers of bits that the types in a text have, the largest first."""
    return sorted({int(size * BITS) for one in TYPES.findall(text) if (size := bytes_of(one))}, reverse=True)


def _said(reader: FormulaReader, ratio: re.Match[str], widths: list[int], certain: bool) -> Iterator[WrittenEquation]:
    """Yield that a ratio is that of two types: the form in which it holds, or how much less it is."""
    number = _number(reader, ratio)
    if number is None or len(widths) > 2 or widths[-1] == max(WIDE):
        return
    narrow = _bits(number.start, widths[-1])
    wide = [_bits(number.start, bits) for bits in ([widths[0]] if len(widths) > 1 else WIDE) if bits > widths[-1]]
    saved = number.figure.scale == "%"
    forms: list[ExpressionNode] = []
    for one in wide:
        forms += [share(difference(one, narrow), one), inverse(one, narrow)] if saved else [quotient(one, narrow)]
    made = min(forms, key=lambda form: off_by(form, number), default=None)
    if made is None:
        return
    value = Fraction(number.figure.value)
    clean = (1 / (1 - value) if 0 < value < 1 else value) in CLEAN
    if off_by(made, number) == 0 or (certain and clean):
        yield result_of(forms[0] if off_by(made, number) else made, number)


def _number(reader: FormulaReader, ratio: re.Match[str]) -> NumberNode | None:
    """Return the number that a ratio has, also in words: 2 for halves."""
    name = next((name for name in ("ratio", "factor") if ratio[name]), "")
    if name:
        return number_at(reader, ratio.start(name))
    return NumberNode(*ratio.span(), figure("2" if ratio["half"] else "4", ""))


def _bits(place: int, bits: int) -> NumberNode:
    return NumberNode(place, place, figure(str(bits), "", shown=f"{bits} bits"))
