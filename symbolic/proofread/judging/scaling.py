"""Scaling laws applied in sentences: 10× the parameters, 16 % less loss; values of a fitted law; compute, 6 N D."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from math import exp, log

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, operation
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import DIGITS, FIRST, NEAR, number_at, off_by
from symbolic.proofread.judging.forms import difference, product, quotient
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

EXPONENT = re.compile(
    r"(?:[αβ]|\\alpha|\\beta)[ ]?_?[{(]?(?:\\\w+[{ ])?(?P<of>[A-Za-z]?)[)}]*[ ]*"
    r"(?:[≈=]|\\approx|~)[ ]*(?P<exponent>0\.\d{2,4})(?!\d)"
    r"|(?P<by>[NDC])[ ]?(?:\^|\*\*)[ ]?[({]?[-−](?P<power>0\.\d{2,4})(?!\d)"
)
GROWS = re.compile(
    rf"(?:(?P<times>{FIRST})[ ]?(?:[×x]|倍|배|fois)"
    r"|(?P<double>\b(?:[Dd]oubl|[Vv]erdoppel|[Dd]uplic|[Rr]addoppi)\w+|翻倍|두 배))"
    r"(?P<what>[^\n%.;]{0,60}?(?:→|->|=|\bby\b|\bof\b|\bde\b|\bum\b|\bdi\b|降|减)[^\d\n.;]{0,20}?)"
    rf"[-−~]?(?P<share>{DIGITS})[ ]?[%％]"
)
LOSS = re.compile(r"loss|perte|Verlust|損失|损失|손실|pérdida|perda|perdita", re.IGNORECASE)
OF_WHAT = {
    "N": re.compile(r"param|model|modèle|Modell|参数|파라미터|パラメータ|size|taille", re.IGNORECASE),
    "D": re.compile(r"data|token|donnée|Daten|datos|dati|数据|데이터|データ", re.IGNORECASE),
    "C": re.compile(r"compute|calcul|flop|Rechen|cómputo|算力|연산|計算", re.IGNORECASE),
}
LAW = re.compile(
    r"(?P<law>[A-Z])\((?P<of>[A-Z])\)[ ]*=[ ]*(?P<factor>\d+(?:\.\d+)?)[ ]*[*×·]"
    r"[ ]*(?P=of)[ ]*(?:\^|\*\*)[ ]*\(?(?P<power>[-−]?0?\.\d+)"
)
VALUE = re.compile(
    rf"(?P<size>{FIRST})[ ]?[MBT](?![A-Za-z])[^\n\d]{{0,40}}?[:=≈→][ ]*(?P<value>\d+\.\d+)(?!\d|[ ]?[%A-Za-z])"
)
BELOW, LEAST, AROUND, MOST = 600, 2, 3000, 12
COMPUTE = re.compile(rf"(?P<compute>{DIGITS}(?:[eE]\+?\d+)?)[ ]?FLOPs?(?![/\w])")
PARAMETERS = re.compile(rf"(?:[Pp]aram[a-zè]*|N|参数量?|파라미터)[ ]*[:=≈][ ]*(?P<many>{DIGITS})[ ]?[MBT](?![A-Za-z])")
TOKENS = re.compile(rf"(?:[Tt]okens?|D|토큰)[ ]*[:=≈][ ]*(?P<many>{DIGITS})[ ]?[MBT](?![A-Za-z])")
NEXT_LINES = 240
FLOPS_OF_EACH = 6
TIMES_OFF = Fraction(5)


def scaling(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield what sentences say by a scaling law of the document as equations."""
    yield from _shares(reader)
    for law in LAW.finditer(reader.document.text):
        yield from _values(reader, law)
    for match in COMPUTE.finditer(reader.sentences):
        yield from _parameters(reader, match)


def _shares(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield how much less the loss is where something grows, by the exponent of its law, or else by any exponent."""
    prose, text = reader.sentences, reader.document.text
    found = [*EXPONENT.finditer(text)]
    for match in GROWS.finditer(prose) if found else ():
        around = prose[max(0, match.start() - BELOW) : match.end() + BELOW]
        if not LOSS.search(around) or "|" in match[0]:
            continue
        grown = (
            NumberNode(*match.span("double"), figure("2", ""))
            if match["double"]
            else number_at(reader, match.start("times"))
        )
        share = number_at(reader, match.start("share"))
        if grown is None or share is None or grown.figure.value < LEAST or share.figure.value <= 0:
            continue
        forms: list[tuple[bool, ExpressionNode]] = []
        first = bisect_left(found, match.start() - AROUND, key=lambda law: law.start())
        laws = {law.groups(): law for law in found[first : first + MOST]}
        for law in laws.values():
            if law.start() < match.start() + AROUND:
                of = (law["of"] or law["by"] or "").upper()
                named = of in OF_WHAT and OF_WHAT[of].search(match["what"]) is not None
                forms.append((named, _less(grown, law, share)))
        best = min((form for _, form in forms), key=lambda form: off_by(form, share), default=None)
        named_forms = [form for named, form in forms if named]
        if best is not None and off_by(best, share) == 0:
            yield _equation(best, share)
        elif named_forms and min(off_by(form, share) for form in named_forms) > NEAR:
            yield _equation(min(named_forms, key=lambda form: off_by(form, share)), share)


def _less(grown: NumberNode, law: re.Match[str], share: NumberNode) -> ExpressionNode:
    """Return by what share a power law falls where what it is of grows so many times."""
    name = "exponent" if law["exponent"] else "power"
    exponent = NumberNode(*law.span(name), figure(law[name], ""))
    one = NumberNode(share.start, share.start, figure("1", ""))
    return difference(one, operation("^", (grown, operation("-", (exponent,)))))


def _values(reader: FormulaReader, law: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield the values of a fitted law, L(N) = 4.2 × N^(-0.1), in the lines below it, if there are several."""
    text = reader.document.text
    factor = NumberNode(*law.span("factor"), figure(law["factor"], ""))
    power = NumberNode(*law.span("power"), figure(law["power"].lstrip("-−"), ""))
    exponent: ExpressionNode = operation("-", (power,)) if law["power"][0] in "-−" else power
    made = []
    end = text.find("\n\n", law.end(), law.end() + BELOW)
    for match in VALUE.finditer(text, law.end(), end if end > 0 else law.end() + BELOW):
        size, value = (number_at(reader, match.start(name)) for name in ("size", "value"))
        if size is not None and value is not None and value.figure.value:
            made.append(_equation(product((factor, operation("^", (size, exponent)))), value))
    if len(made) >= LEAST:
        yield from made


def _parameters(reader: FormulaReader, match: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield the parameters that compute makes at 6 FLOPs per parameter and token, where all three are said in lines."""
    prose = reader.sentences
    end = match.end() + NEXT_LINES
    found = [pattern.search(prose, match.end(), end) for pattern in (PARAMETERS, TOKENS)]
    places = [match.start("compute"), *(one.start("many") for one in found if one)]
    numbers = [number for place in places if (number := number_at(reader, place))]
    between = COMPUTE.search(prose, match.end(), end)
    if len(numbers) < len(found) + 1 or (between and between.start() < max(places)):
        return
    compute, many, tokens = numbers
    each = NumberNode(many.start, many.start, figure(str(FLOPS_OF_EACH), ""))
    # With as many tokens per parameter as it says, which is what such laws fix.
    made = operation("√", (quotient(compute, operation("()", (product((each, quotient(tokens, many))),))),))
    off = log(float(Fraction(compute.figure.value) / (FLOPS_OF_EACH * many.figure.value * tokens.figure.value)))
    if abs(off) < float(NEAR) or exp(abs(off)) > TIMES_OFF:
        yield _equation(made, many)


def _equation(made: ExpressionNode, number: NumberNode) -> WrittenEquation:
    return WrittenEquation("compared", number.start, number.end, (made, number), ("≈",))
