"""What the amounts of one sentence make of each other by their units: 14 GB at 2 TB/s take 7 ms.

An amount is a claim where the two or three before it, each taken once as a factor or a divisor, have its dimension:
bytes by bytes a second are seconds, tokens by tokens a step are steps. What is near holds; what is further off than
practice explains, with only one way to make it, is to be looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from itertools import combinations
from itertools import product as pairs
from math import ceil, floor

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, evaluate
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import NEAR, off_by
from symbolic.proofread.judging.forms import added, product, quotient
from symbolic.proofread.judging.units_said import (
    DEVICES,
    EPOCHS,
    FLOPS,
    PARAMETERS,
    SEQUENCES,
    STEPS,
    TOKENS,
    MeasuredAmount,
    amounts_in,
)
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

SENTENCE = re.compile(r"[^.。!?！？\n|](?:[^.。!?！？\n|]|\.(?=\w)|(?<=i\.e)\.)*+")
SAYS = re.compile(
    r"\b(?:takes?|needs?|requires?|is|are|gives?|makes?|costs?|becomes?|yields?|equals?|i\.e\.?|total\w*|means|occup\w+"
    r"|uses?|gets?|sees?|lasts?|amounts?|comes?|consumes?|produces?|leaves?|or|about|only)\b|[=≈→(（]|->"
    r"|约|需要?|占用?|为|是|即|共|等于|要"
)
"""What says before an amount that others make it."""
BOUNDS = re.compile(
    r"\b(?:up to|at (?:least|most)|(?:less|more|fewer|longer) than|over|under|below|above|nearly|almost|max\w*|min\w*"
    r"|plus|another|extra|additional|rest|remain\w*|other)\b|[<>≤≥+]|超过|至少|至多|不到|以上|以下|最多|最大|额外"
)
"""What makes an amount a bound, or one of something else."""
OTHERWISE = re.compile(
    r"measur|achiev|observ|practice|actual|reported|benchmark|effective|overhead|efficien|util|\bMFU\b|compress|quantiz"
    r"|\bLoRA\b|offload|overlap|average|\bmean\b|median|p50|p99|except|share[ds]?\b|实测|实际|利用率|效率|平均|量化|压缩",
    re.IGNORECASE,
)
"""What says that an amount is measured, or that more comes in than the sentence has numbers for."""
TOTAL = re.compile(
    r"\b(?:(?:total|sum)(?: \w+)? ?(?:of|is|=|:)|together|altogether) ?(?:about |~)?\Z"
    r"|(?:总计|共计|合计|总共)[为约是]{0,2} ?\Z"
)
IN_TOTAL = re.compile(r"[^\d,;.]{0,20}?(?:\b(?:in (?:total|all)|altogether|together)\b)")
"""What says that an amount is the sum of others, before it and behind it."""
COMPARES = re.compile(r"\b(?:instead|rather|than|from|vs|versus|while|whereas|per|each)\b|相比|而")
"""What says that amounts stand against each other."""
MOST_PARTS, BEHIND = 6, 40
PASSES = {
    "6": re.compile(r"\b[Tt]rain(?:s|ed|ing)?\b|(?<!\w)6 ?[·×*]? ?[NP] ?[·×*]? ?[DT]\b|训练"),
    "2": re.compile(r"\bforward\b|\bprefill\w*|\binference\b|前向|推理"),
}
"""The operations of a number of a matrix for a token: in a step of training, and on the way forward."""
SPARSE = re.compile(r"MoE|expert|activ|\bA\d+B|Mixtral|DeepSeek|Kimi|gpt-oss|LoRA|专家|激活", re.IGNORECASE)
"""Of a mixture of experts only a part works, of an adapter not all is trained."""
FEWEST, MOST, FAR, LONGEST = 2, 3, Fraction(1, 5), 500
IN_WHOLES = frozenset({DEVICES, SEQUENCES, STEPS, EPOCHS})
"""What is counted in whole numbers, rounded up or down."""


def by_units(reader: FormulaReader, chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield what the amounts of a sentence make; `chains` are the equations, whose numbers are judged there."""
    prose = reader.sentences
    # A name's number, speed = 2 MB/s, is no equation yet.
    worked_out = (one for one in chains if len(one.sides) != 2 or not isinstance(one.sides[0], Name))
    judged = {number.start for one in worked_out for number in one.numbers}
    for sentence in SENTENCE.finditer(prose):
        if sentence.end() - sentence.start() > LONGEST:
            continue
        amounts = list(amounts_in(reader, *sentence.span()))
        for index, claim in enumerate(amounts[FEWEST:], FEWEST):
            between = prose[amounts[index - 1].end : claim.start]
            if claim.start in judged or BOUNDS.search(between):
                continue
            if (summed := _summed(prose, amounts[:index], claim)) is not None:
                yield summed
                continue
            if not SAYS.search(between):
                continue
            windows = [amounts[index - count : index] for count in range(FEWEST, min(MOST, index) + 1)]
            windows += [[*windows[0], each] for each in _operations(sentence[0], sentence.start())]
            made = [one for window in windows for one in _made(window, claim)]
            others = [one.number for one in amounts if one is not claim]
            yield from _judged(made, claim, others, OTHERWISE.search(sentence[0]) is None)


def _operations(sentence: str, place: int) -> Iterator[MeasuredAmount]:
    """Yield how many operations a parameter takes for a token, of which a sentence says only what the pass is."""
    passes = [count for count, words in PASSES.items() if words.search(sentence)]
    if len(passes) == 1 and not SPARSE.search(sentence):
        number = NumberNode(place, place, figure(passes[0], ""))
        yield MeasuredAmount(number, Fraction(1), place, place, (Counter({FLOPS: 1, PARAMETERS: -1, TOKENS: -1}),))


def _summed(prose: str, parts: list[MeasuredAmount], claim: MeasuredAmount) -> WrittenEquation | None:
    """Return that an amount is the sum of all before it, where it is said to be a total and is near or off by much."""
    said = prose[parts[-1].end : claim.start], prose[claim.end : claim.end + BEHIND].partition("\n")[0]
    if not (TOTAL.search(said[0]) or IN_TOTAL.match(said[1])) or len(parts) > MOST_PARTS:
        return None
    # What millions are of need not be said: 39M and 85M, 124M in total.
    counted = not claim.dimensions and all(one.number.figure.scaled for one in (*parts, claim))
    if not (counted or len(claim.dimensions) == 1) or any(one.dimensions != claim.dimensions for one in parts):
        return None
    scaled = [_scaled(one.number, one.worth / claim.worth) for one in parts]
    made = added(tuple(scaled))
    off = off_by(made, claim.number)
    some = (several for count in range(FEWEST, len(parts)) for several in combinations(scaled, count))
    if off == 0 or (
        off > NEAR
        and not COMPARES.search(prose, parts[0].start, claim.start)
        and not any(off_by(added(several), claim.number) == 0 for several in some)
    ):
        return result_of(made, claim.number, "≈")
    return None


def _scaled(number: NumberNode, factor: Fraction) -> NumberNode:
    """Return a number in another unit, which is shown as it is said."""
    return NumberNode(number.start, number.end, number.figure.times(factor)._replace(shown=number.figure.shown))


def _made(sources: list[MeasuredAmount], claim: MeasuredAmount) -> Iterator[ExpressionNode]:
    """Yield each way in which all sources, as factors and divisors, have the dimension of the claim."""
    wanted = [_powers(one) for one in claim.dimensions]
    if wanted and wanted[0].get(TOKENS) == -1 and len(wanted[0]) > 1:
        # All weights are read for a token: 14 GB at 2 TB/s take 7 ms per token.
        wanted.append({name: power for name, power in wanted[0].items() if name != TOKENS})
    for signs in pairs((1, -1), repeat=len(sources)):
        for chosen in pairs(*(one.dimensions for one in sources)):
            total: Counter[str] = Counter()
            for sign, dimension in zip(signs, chosen, strict=True):
                total.update({name: sign * power for name, power in dimension.items()})
            if _powers(total) in wanted:
                yield _formula(sources, signs, claim.worth)


def _powers(dimension: Counter[str]) -> dict[str, int]:
    return {name: power for name, power in dimension.items() if power}


def _formula(sources: list[MeasuredAmount], signs: tuple[int, ...], worth: Fraction) -> ExpressionNode:
    """Return the product of the amounts, those with a negative sign as divisors, in units of this worth."""
    # What the units come to is in the first number, which is shown as it is said.
    scale = 1 / worth
    for source, sign in zip(sources, signs, strict=True):
        scale *= source.worth**sign
    place = sources[0].start
    one = NumberNode(place, place, figure("1", ""))
    above, below = (
        [each.number for each, sign in zip(sources, signs, strict=True) if sign == side] for side in (1, -1)
    )
    lead, *rest = above or [one]
    factors = (_scaled(lead, scale), *rest)
    return reduce(quotient, below, product(factors) if rest else factors[0])


def _judged(
    made: list[ExpressionNode], claim: MeasuredAmount, others: list[NumberNode], alone: bool
) -> Iterator[WrittenEquation]:
    """Yield the claim where one way holds, or where the only way is far off and nothing else is said of it, `alone`."""
    near = min(made, key=lambda one: off_by(one, claim.number), default=None)
    if near is None:
        return
    off = off_by(near, claim.number)
    if off == 0:
        yield result_of(near, claim.number, "≈")
    elif len(made) == 1 and off >= FAR and alone:
        value, said = Fraction(evaluate(near).low), Fraction(claim.number.figure.value)
        counted = claim.dimensions[0].keys() <= IN_WHOLES and said in (ceil(value), floor(value))
        # Two of three numbers may have the dimension where all three are meant.
        factors = [Fraction(one.figure.value) for one in others if one.figure.value]
        explained = (said and abs(1 - value * factor**power / said) < FAR for factor in factors for power in (1, -1))
        if not counted and not any(explained):
            yield result_of(near, claim.number, "≈")
