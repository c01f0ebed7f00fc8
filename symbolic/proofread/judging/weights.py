"""How much memory many numbers of a type take, which is said without a sign: 7B parameters in FP16 need 14 GB."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain

from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.arithmetic.numbers import ALSO, figure
from symbolic.proofread.judging.alternatives import BYTES
from symbolic.proofread.judging.amounts import ABOUT, FIRST, GAP, NUMBER, amount_at, number_at, off_by, plain
from symbolic.proofread.judging.forms import product
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

TYPE = r"(?:(?:int|float|bfloat|fp|bf|nf|f|i|q)-?_?(?:4|8|16|32)|(?:4|8|16|32)[ -]?bits?)(?![A-Za-z\d])"
BETWEEN = rf"(?:[^\d\n|;。.!?/×*+]|{TYPE})"
SAYS = (
    r"(?:[=≈→⇒:：~]|->|\b(?:is|are|at|needs?|requires?|takes?|uses?|about|around|occup\w+|consum\w+|weighs?|to)\b"
    r"|需要?|占用?|约|大约|为|必要|필요|benötigt|braucht|brauchen|nécessite|requiere|necesita|ocupa|precisa|requer|occupe"
    r"|занима\w+|треб\w+|нуж\w+|gerek\w*|kaplar)"
)
WORDS = (*(word for word in ALSO if len(word) > 2), "Milliarden", "Millionen", "milliards", "millones", "milhões")
COUNT = rf"(?P<count>{FIRST})[ ]?(?:[MB]|[Bb]illion|[Mm]illion|[亿億]|{'|'.join(WORDS)})(?![^\W_])"
SIZE = rf"{GAP}{ABOUT}(?P<size>{NUMBER})[ ]?(?:[MGT]i?B|[MG]o|[МГТ]Б)(?![A-Za-z/])"
PARAMETERS = re.compile(
    rf"{COUNT}(?P<of>{BETWEEN}{{0,60}}?{SAYS}{BETWEEN}{{0,30}}?){SIZE}(?P<behind>[^\n|.;。]{{0,30}})", re.IGNORECASE
)
OTHERS = re.compile(
    r"token|bytes?|vector|vektor|doc|sample|image|record|quer|request|row|data|corpus|[/$€£]|saves?\b|less|KV|cache|reduc|train|LoRA"
    r"|gradient|adam|optimi[sz]er|activation",
    re.IGNORECASE,
)
"""What else takes memory than parameters."""
TYPES = re.compile(TYPE, re.IGNORECASE)
USUAL = tuple(Fraction(size) for size in ("2", "4", "1", "1/2"))
WRONG = tuple(Fraction(size) for size in ("2", "4", "1/2", "1/4"))
"""By what a result is off that is worked out for another type."""
BEHIND = 80


def weights(reader: FormulaReader, chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield the memory of parameters that is no part of a chain, where it is that of a usual type."""
    prose, everything = reader.document.prose, reader.document.text
    read = sorted((one.start, one.end) for one in chains)
    comments = (PARAMETERS.finditer(everything, *comment) for comment in reader.document.comments)
    for match in (*PARAMETERS.finditer(prose), *chain.from_iterable(comments)):
        text = match.string
        count = number_at(reader, match.start("count"))
        cells = "|" in everything[match.start() : match.end()]
        made = text[max(0, match.start() - 2) : match.start()].rstrip(" ").endswith((")", "×", "*", "x", "/"))
        place = bisect_right(read, (match.start("size"), 0)) - 1
        made |= place >= 0 and match.start("size") < read[place][1]
        if count and count.figure.scale and not (cells or made or OTHERS.search(match["of"])):
            yield from _takes(reader, count, match, match["of"] + match["behind"])


def _takes(reader: FormulaReader, count: NumberNode, match: re.Match[str], said: str) -> Iterator[WrittenEquation]:
    """Yield that so many parameters take so many bytes, in powers of 1,000 or of 1,024.

    What is off is about more than them, unless it is what they take in another type than the one that is named.
    """
    text = reader.document.text
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.end() + BEHIND].partition("\n\n")[0]
    amount = amount_at(reader, match.start("size"))
    if amount is None or amount[1] is None:
        return
    number = plain(*amount)
    number = replace(number, figure=number.figure.times(Fraction(1, 8)))
    power = 3 if amount[0].figure.scale.startswith("G") else 2
    named = {size for one in TYPES.findall(said) if (size := _bytes(one))}
    results = number, replace(number, figure=number.figure.times(Fraction(1024, 1000) ** power))
    forms = [product((count, _plain(match.start(), size))) for size in named or USUAL]
    made = next((form for form in forms if not all(off_by(form, result) for result in results)), None)
    if made is None and len(named) == 1 and not OTHERS.search(line):
        times = (replace(number, figure=number.figure.times(1 / factor)) for factor in WRONG)
        made = next((forms[0] for result in times if off_by(forms[0], result) == 0), None)
    if made is not None:
        result = min(results, key=lambda result: off_by(made, result))
        yield WrittenEquation("compared", number.start, number.end, (made, result), ("≈",))


def _plain(place: int, size: Fraction) -> NumberNode:
    return NumberNode(place, place, figure(str(Decimal(size.numerator) / size.denominator), ""))


def _bytes(written: str) -> Fraction | None:
    """Return how many bytes a number of a type has: 2 for FP16, 1/2 for 4-bit."""
    bits = re.search(r"\d+", written)
    return BYTES.get(written.lower()) or (Fraction(int(bits[0]), 8) if bits else None)
