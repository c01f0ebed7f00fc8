"""How much memory many numbers of a type take, which is said without a sign: 7B parameters in FP16 need 14 GB."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import ALSO, figure
from symbolic.proofread.arithmetic.units import PREFIXED, Unit
from symbolic.proofread.judging.alternatives import BYTES
from symbolic.proofread.judging.amounts import ABOUT, FIRST, GAP, NUMBER, amount_at, number_at, off_by, plain
from symbolic.proofread.judging.forms import product
from symbolic.proofread.reading.document import DocumentTable, around
from symbolic.proofread.reading.equations import WrittenEquation, result_of
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
COUNTED, CELL = re.compile(COUNT), re.compile(rf"[\s*\x01]*{SIZE}[\s*\x01]*")
PARAMETERS = re.compile(
    rf"{COUNT}(?P<of>{BETWEEN}{{0,60}}?{SAYS}{BETWEEN}{{0,30}}?){SIZE}(?P<behind>[^\n|.;。]{{0,30}})", re.IGNORECASE
)
NEXT = re.compile(
    rf"[\s*\x01]*(?P<of>→|-{{1,2}}>|⟶|down to|to|auf|à|até|hasta|vs\.?|[降变]?[到至为成])[ ]?[*`]*"
    rf"{SIZE}(?P<behind>[^\n|.;。→]{{0,40}})"
)
"""A second amount for the same parameters, which are of another type then: 70B: 140 GB → 35 GB with 4-bit weights."""
ITEM = re.compile(r"\n\s*(?:[-*+•>#|]|\d+[.)]|\n)")
OTHERS = re.compile(
    r"token|bytes?|vector|vektor|doc|sample|image|record|quer|request|row|data|corpus|[/$€£]|saves?\b|less|KV|cache|reduc|train|LoRA"
    r"|gradient|adam|optimi[sz]er|activation",
    re.IGNORECASE,
)
"""What else takes memory than parameters."""
FEWER = re.compile(
    r"less|sav|reduc|fewer|each|per\b|/|KV|cache|activ|gradient|optimi|LoRA|adapter|offload|shard|ZeRO|FSDP|layer|embed"
    r"|only|rest|more|extra|addition|overhead|[%+]",
    re.IGNORECASE,
)
"""What says that an amount may be that of a part, or of anything else."""
SAME_CLAUSE = re.compile(r"[^.;!?|\n。；！？]*+\Z")
MUCH, LARGEST, FAR = Fraction(3, 4), 10, Fraction(1, 5)
ONE, EXACTLY = Fraction(1), Fraction(0)
TYPES = re.compile(TYPE, re.IGNORECASE)
USUAL = tuple(Fraction(size) for size in ("2", "4", "1", "1/2"))
WRONG = tuple(Fraction(size) for size in ("2", "4", "1/2", "1/4"))
"""By what a result is off that is worked out for another type."""
IN_BYTES = r"(?:[Bb]ytes?|B|octets?|字节|바이트|バイト)(?![A-Za-z])"
SIZE_OF_TYPE = re.compile(
    rf"(?<![\w-])(?P<type>{TYPE})[)）*`\x01]{{0,3}}[ ]?[(（:：=,-]?[ ]?(?P<bytes>\d(?:\.\d+)?)[ ]?{IN_BYTES}"
    rf"|(?<![\w.,/^×*+-])(?P<before>\d(?:\.\d+)?)[ ]?{IN_BYTES}(?:[ /](?:[a-z]{{2,4}} )?[^\W\d]{{3,10}})?[ ]?"
    rf"[(（](?P<again>{TYPE}|[1-9]\d?[- ]?[Bb]its?)(?![A-Za-z\d])",
    re.IGNORECASE,
)
BEHIND, LEAST_ROWS = 80, 3
Amount: TypeAlias = tuple[NumberNode, Unit | None]


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
            behind, found = match["behind"], NEXT.match(text, match.start("behind"))
            if found:
                yield from _takes(reader, count, found, found["behind"])
                behind = ""
            said = match["of"] + behind
            # With 4-bit weights a 70B model needs 35 GB.
            before = SAME_CLAUSE.search(text, max(0, match.start() - BEHIND), match.start())
            yield from _takes(reader, count, match, said if TYPES.search(said) or not before else before[0] + said)
    for table in reader.document.tables:
        yield from _in_table(reader, table)


def sizes_of_types(reader: FormulaReader, chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield that a number of a type takes so many bytes, where it does and is no part of a chain: FP32: 4 bytes."""
    read = sorted((one.start, one.end) for one in chains)
    for match in SIZE_OF_TYPE.finditer(reader.sentences):
        place = match.start("bytes" if match["bytes"] else "before")
        number = number_at(reader, place) if around(read, place) < 0 else None
        size = bytes_of(match["type"] or match["again"])
        if number and size == number.figure.unscaled.value:
            number = NumberNode(number.start, number.end, number.figure.unscaled)
            yield result_of(_plain(place, size), number)


def _takes(reader: FormulaReader, count: NumberNode, match: re.Match[str], said: str) -> Iterator[WrittenEquation]:
    """Yield that so many parameters take so many bytes, in powers of 1,000 or of 1,024.

    What is off is about more than them, unless it is what they take in another type than the one that is named.
    """
    text = reader.document.text
    start, end = text.rfind("\n", 0, match.start()) + 1, match.end() + BEHIND
    end = ends.start() if (ends := ITEM.search(text, match.end(), end)) else end
    line = text[start:end]
    amount = amount_at(reader, match.start("size"))
    if amount is None or amount[1] is None:
        return
    number = plain(*amount)
    number = replace(number, figure=number.figure.times(Fraction(1, 8)))
    named = {size for one in TYPES.findall(said) if (size := bytes_of(one))}
    alone = len(named) == 1 and not OTHERS.search(line)
    made = next((found for size in named or USUAL if (found := memory(count, size, amount))), None)
    made = made or next((found for size in named if alone and (found := _of_other_type(count, size, amount))), None)
    if made is None and len(named) == 1 and not FEWER.search(line):
        made = _less(count, named.pop(), amount)
    if made is not None:
        yield made


def memory(
    made: ExpressionNode,
    size: Fraction,
    amount: Amount,
    times: Fraction = ONE,
    near: Fraction | None = EXACTLY,
) -> WrittenEquation | None:
    """Return that so many numbers of a size take an amount in powers of 1,000 or 1,024, if they take so many times it.

    They may be off by a share of it, or by anything if that is None.
    """
    number = plain(*amount)
    decimal = replace(number, figure=number.figure.times(Fraction(1, 8)))
    power = PREFIXED.get(amount[0].figure.scale or amount[0].unit, 0)
    binary = replace(decimal, figure=decimal.figure.times(Fraction(1024, 1000) ** power))
    form = product((made, _plain(made.start, size)))
    result = min((decimal, binary), key=lambda one: off_by(form, replace(one, figure=one.figure.times(times))))
    off = off_by(form, replace(result, figure=result.figure.times(times)))
    if near is not None and off > near:
        return None
    return result_of(form, result, "≈")


def _less(count: NumberNode, size: Fraction, amount: Amount) -> WrittenEquation | None:
    """Return that so many numbers take no more than an amount that is clearly less than they take; else None."""
    number = plain(*amount)
    number = replace(number, figure=number.figure.times(Fraction(1, 8)))
    form = product((count, _plain(count.start, size)))
    takes = Fraction(count.figure.value) * size
    if takes / LARGEST < number.figure.value < MUCH * takes:
        return result_of(form, number, "≤")
    return None


def _of_other_type(count: NumberNode, size: Fraction, amount: Amount) -> WrittenEquation | None:
    """Return that so many numbers take an amount that they take in another type."""
    return next((found for by in WRONG if (found := memory(count, size, amount, times=1 / by))), None)


def _in_table(reader: FormulaReader, table: DocumentTable) -> Iterator[WrittenEquation]:
    """Yield the amounts of a column that are the memory of the parameters, in the type, that cells before it name.

    They are so in most rows; of the others those that would be so in another type.
    """
    columns: dict[int, list[tuple[bool, WrittenEquation | None]]] = {}
    heads = [bytes_of_type(reader.document.text[slice(*head[0])]) if len(head) == 1 else None for head in table.rows[0]]
    for cells in table.rows[1:]:
        count: NumberNode | None = None
        named: set[Fraction] = set()
        for index, cell in enumerate(cells):
            text = reader.document.prose[cell[0][0] : cell[0][1]] if len(cell) == 1 else ""
            amount = amount_at(reader, cell[0][0] + start) if (start := _amount(text)) is not None else None
            of_head = heads[index] if index < len(heads) else None
            size = of_head or (next(iter(named)) if len(named) == 1 else None)
            if count and size and amount and amount[1]:
                right = memory(count, size, amount)
                columns.setdefault(index, []).append(
                    (right is not None, right or memory(count, size, amount, near=None))
                )
                continue
            if count is None and (many := COUNTED.search(text)):
                count = number_at(reader, cell[0][0] + many.start("count"))
            named = named or {found for one in TYPES.findall(text) if (found := bytes_of(one))}
    for column in columns.values():
        if sum(right for right, _ in column) >= max(LEAST_ROWS, len(column) * 2 // 3):
            yield from (made for right, made in column if made and (right or _is_far(made)))


def _is_far(made: WrittenEquation) -> bool:
    """Return whether an amount is further off than what stands beside the weights explains, or the rounding."""
    return off_by(made.sides[0], made.numbers[-1]) > FAR


def _amount(text: str) -> int | None:
    """Return where the number of a cell begins that is an amount of memory and nothing else; None if it is none."""
    match = CELL.fullmatch(text)
    return match.start("size") if match else None


def _plain(place: int, size: Fraction) -> NumberNode:
    return NumberNode(place, place, figure(str(Decimal(size.numerator) / size.denominator), ""))


def bytes_of_type(text: str) -> Fraction | None:
    """Return how many bytes a number has of the only type that a text names; None where it names none or several."""
    named = {size for one in TYPES.findall(text) if (size := bytes_of(one))}
    return named.pop() if len(named) == 1 else None


def bytes_of(written: str) -> Fraction | None:
    """Return how many bytes a number of a type has: 2 for FP16, 1/2 for 4-bit."""
    bits = re.search(r"\d+", written)
    return BYTES.get(written.lower()) or (Fraction(int(bits[0]), 8) if bits else None)
