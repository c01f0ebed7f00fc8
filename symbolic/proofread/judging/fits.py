"""What is said to fit into memory: 84 GB into an A100 of 80 GB, and 70B parameters, 4 bits each, into 24 GB."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import chain

from symbolic.measuring import hardware
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.reading.document import DocumentTable, Stretch, lines_with
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

DEVICE = (
    r"(?:(?:NVIDIA|GeForce|Tesla)[ ])?(?:RTX[ -]?[345]0[89]0|[AH]-?100|H200|H800|V100|T4|L4|L40S)"
    r"(?![A-Za-z0-9-]|[ ](?:NVL|Ti))"
)
GIGABYTES = r"G(?:i?B)?(?![A-Za-z/])"
NEED = rf"(?P<need>(?<![\w.,×*/^+–-])\d{{1,4}}(?:\.\d{{1,3}})?)(?:\\,)?[ ]?(?:\\[a-z]+{{[ ]?)?{GIGABYTES}"
MEMORY = (
    rf"(?:(?P<device>{DEVICE}(?:/{DEVICE})?)(?:[ ]?[(]?(?P<has>\d{{2,3}})[ ]?{GIGABYTES}[)]?)?"
    rf"|(?P<memory>\d{{1,3}})[ ]?{GIGABYTES}(?:[ ]?(?:的[ ]?)?(?P<of>{DEVICE}))?"
    r"(?:[ ]?(?:GPUs?|VRAM|显存|显卡))?)"
)
ALONE = rf"{MEMORY}(?![ ]?(?:[×x*+/]|(?:each|per|of|cards)\b|[A-Z\d]+s\b))"
ONE = r"(?:(?:an?|one|the|1|single|consumer|your|just|only)[ ])*"
MARK = r"[ *`_()（）\]#:：,.;。，→—–=>-]"
LINK = rf"(?:{MARK}|\b(?:it|which|that|this|easily|comfortably|total|and|so|still|also|memory|VRAM|weights)\b){{0,12}}"
"""Nothing else may stand between an amount and what it fits into: quantized, it may be another one."""
BITS = r"(?P<many>(?<![\w.])\d{1,3}(?:\.\d)?)[ ]?(?:B|billion)(?![A-Za-z])"
MODEL = r"(?:[ -]?(?:parameters?|params?))?(?:[ ]?(?:models?|LLMs?|모델|模型|モデル))?"
CARD = rf"{ONE}(?={DEVICE}|\d+[ ]?\w+[ ](?:GPU|VRAM|card)){ALONE}"
"""Models are trained on so many gigabytes of text, too."""
AFTER_RESULT = "(?<=[=≈] )"
CLAIMS = [
    (re.compile(pattern), words)
    for pattern, words in (
        (rf"{NEED}{LINK}\bfits?{LINK}\b(?:in|on|into|onto|within)[ ]{ONE}{ALONE}", ("fit",)),
        (
            rf"{NEED}{MARK}{{0,6}}(?=\D){ALONE}(?:(?:으?로|에서|で|に|上)도?)?[ ]?"
            r"(?:(?:is|are)[ ](?:sufficient|enough)|가능|충분|可以?|足够|够用|可能|で足りる|reicht|suffit)",
            ("sufficient", "enough", "가능", "충분", "可", "足够", "够用", "足りる", "reicht", "suffit"),
        ),
        (
            rf"{NEED}[^\d\n.;]{{0,40}}?\b(?:[Rr]equires?|needs?|erfordert|benötigt|requiere|necesita|precisa de"
            rf"|nécessite)[ ](?:at[ ]least[ ])?(?P<count>\d{{1,3}})[ ]?[x×][ ]?{MEMORY}",
            ("equi", "need", "erfordert", "benötigt", "necesita", "precisa de", "nécessite"),
        ),
        (
            rf"{AFTER_RESULT}{NEED}(?:{DEVICE}[ ]?[(]?\d{{2,3}}[ ]?GB|[^\d=≈]|\d(?!\d*(?:\.\d+)?[ ]?G)){{0,300}}?"
            rf"(?<!\d)(?P<count>\d{{1,2}})[ ]?[x×][ ]?{MEMORY}"
            r"[^\d\n.;?]{0,40}?\b(?:enough|sufficient|suffisent|reichen)\b",
            ("enough", "sufficient", "suffisent", "reichen"),
        ),
        (
            rf"{BITS}{MODEL}[ ](?:can[ ](?:be[ ])?)?(?:fits?|runs?|run|train(?:ed|s)?|fine-tuned?|loaded|deployed)"
            rf"(?:[ ](?:easily|comfortably))?[ ](?:in|on|into|onto|with|within)[ ]{CARD}",
            ("fit", "run", "train", "tune", "loaded", "deployed"),
        ),
        (
            rf"\b(?:run|train|fine-tune|finetune|load|deploy)[ ](?:an?[ ])?{BITS}{MODEL}[ ](?:in|on|with|within)"
            rf"[ ]{CARD}",
            ("run ", "train ", "tune ", "load ", "deploy "),
        ),
        (rf"{ALONE}(?:으?로|에서|で)도?[ ]{BITS}", ("로", "에서", "で")),
        (
            rf"{ALONE}[ ]?上?(?:就能|就可以|可以|能|即可)(?:加载|运行|训练|微调|跑|部署)[^\d\n。，]{{0,10}}{BITS}",
            ("能", "可"),
        ),
    )
]
"""How a claim reads, and words of which it has one: a line without them is not looked through letter by letter.

Those with `many` say how many parameters fit, the others how many bytes; one with the sign of a result may go on in
the lines below it.
"""
DENIED = re.compile(
    r"\b(?:not|no|cannot|unable|never|too|insufficient|without|if|only if|unless|exceeds?|OOM|save[sd]?|saving|reduc\w+"
    r"|how to|stream\w*|swap\w*|nicht|kein\w*|pas|não)\b|n['’]t\b|[?？不无無没못✗❌≠]|불가|없|안 |ない|节省|절감",
    re.IGNORECASE,
)
"""What says near a claim that it is none."""
FEWER = re.compile(r"offload|AirLLM|FlexGen|EXL2|AQLM|QuIP|\b[12](?:\.\d+)?[ -]?bits?\b|\bI?Q[12]_|卸载", re.IGNORECASE)
"""What says in a document that weights may take fewer bits than four, or lie elsewhere."""
BEFORE, BEHIND = 160, 80
SHARE_OF_ALL, SLACK = Fraction(1, 50), Fraction(1, 10)
"""A named device may have so much more memory than the variant that is known; and a rounded amount less."""
COUNTED = re.compile(rf"(?:(?P<count>\d{{1,2}})(?:[ ]?[×x][ ]?|[ ]))?{MEMORY}(?![ ]?[)]?[ ]?[×x*+])")
MEMORY_COLUMN = re.compile(r"\b(?:memory|vram|weights?)\b|메모리|显存|内存|メモリ|speicher|mémoire", re.IGNORECASE)
DEVICE_COLUMN = re.compile(r"\b(?:gpus?|devices?|hardware|accelerators?)\b|显卡|硬件|장비|하드웨어", re.IGNORECASE)
LEAST = 2


@cache
def _memories() -> Mapping[str, int]:
    """Return the gigabytes of accelerators by the name that their variants share: the most that one of them has."""
    found: dict[str, int] = {}
    for key, said in hardware.table("accelerators").items():
        family = key.partition("-")[0] if key[0] in "abhv" else key.removeprefix("rtx-")
        found[family] = max(found.get(family, 0), int(said["memory"]) // 10**9)
    return found


def _memory(match: re.Match[str]) -> tuple[NumberNode, Fraction] | None:
    """Return the memory that a text names, and how much more it may have; None for a device that is not known."""
    if written := match["memory"] or match["has"]:
        name = "memory" if match["memory"] else "has"
        return _gigabytes(written, match.span(name)), Fraction(0)
    names: list[str] = re.findall(r"[ahlvt]\d+s?|\d{4}", match["device"].lower().replace("-", ""))
    most = max((_memories().get(name, 0) for name in names), default=0)
    return (_gigabytes(str(most), match.span("device")), SLACK) if most else None


def _gigabytes(written: str, span: Stretch) -> NumberNode:
    return NumberNode(*span, figure(f"{Decimal(written):.3f}", "", "GB", shown=f"{written} GB"))


def _several(count: int, memory: tuple[NumberNode, Fraction]) -> tuple[NumberNode, Fraction]:
    """Return the memory of so many devices."""
    has, slack = memory
    return _gigabytes(str(int(has.figure.value) // 10**9 * count), (has.start, has.end)), slack


def _fits(need: ExpressionNode, size: Fraction, memory: tuple[NumberNode, Fraction]) -> WrittenEquation | None:
    """Return that an amount is no more than a memory; None if it is more by so little that it may be rounded."""
    has, slack = memory
    more = size / Fraction(has.figure.value)
    if 1 < more <= 1 + max(slack, SHARE_OF_ALL):
        return None
    return WrittenEquation("compared", has.start, has.end, (need, has), ("≤",))


def _claims(text: str) -> Iterator[re.Match[str]]:
    """Yield what reads as a claim of any kind."""
    fewer: bool | None = None
    for pattern, words in CLAIMS:
        lines = lines_with(text, map(re.compile, words))
        lines = [(0, len(text))] if lines and AFTER_RESULT in pattern.pattern else lines
        for match in chain.from_iterable(pattern.finditer(text, *line) for line in lines):
            if "many" in pattern.groupindex:
                fewer = FEWER.search(text) is not None if fewer is None else fewer
            if not ("many" in pattern.groupindex and fewer):
                yield match


def fits(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield what sentences and tables say to fit as an equation: the amount is no more than the memory."""
    text = reader.document.text
    for match in _claims(text):
        start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - BEFORE)
        end = text.find("\n", match.end(), match.end() + BEHIND)
        end = end if end >= 0 else match.end() + BEHIND
        memory, count = _memory(match), match.groupdict().get("count")
        if memory is None or DENIED.search(text, start, match.start() if count else end):
            continue
        if count:
            memory = _several(int(count), memory)
        if match.re.groupindex.get("need"):
            need: ExpressionNode = _gigabytes(match["need"], match.span("need"))
            size = Fraction(match["need"]) * 10**9
        else:
            half = f"{Decimal(match['many']) / 2}"
            said = f"{match['many']}B × 4 bits = {half} GB"
            need = NumberNode(*match.span("many"), figure(half, "", "GB", shown=said))
            size = Fraction(half) * 10**9
        if equation := _fits(need, size, memory):
            yield equation
    for table in reader.document.tables:
        yield from _in_table(reader, table)


def _in_table(reader: FormulaReader, table: DocumentTable) -> Iterator[WrittenEquation]:
    """Yield that amounts in a column of gigabytes fit the devices in a later one, if most do, in rows of several."""
    prose = reader.document.prose
    words = [[" ".join(prose[start:end] for start, end in cell) for cell in row] for row in table.rows]
    needs = [index for index, name in enumerate(words[0]) if MEMORY_COLUMN.search(name)]
    devices = [
        index for index, name in enumerate(words[0]) if needs and index > needs[0] and DEVICE_COLUMN.search(name)
    ]
    if not devices or DEVICE_COLUMN.search(words[0][0]):
        return
    found: list[tuple[bool, WrittenEquation]] = []
    for row, cells in zip(words[1:], table.rows[1:], strict=True):
        if len(row) <= devices[0]:
            continue
        unit = "" if re.search(r"\bGi?B\b", words[0][needs[0]]) else rf"[ ]?{GIGABYTES}"
        amount = re.fullmatch(rf"[\s~≈*\x01]*(\d+(?:\.\d+)?){unit}[\s*\x01]*", row[needs[0]])
        text, place = row[devices[0]], cells[devices[0]]
        for match in COUNTED.finditer(text) if amount and len(place) == 1 else ():
            if (memory := _memory(match)) is None:
                continue
            has, slack = _several(int(match["count"] or 1), memory)
            has = replace(has, start=place[0][0] + match.start(), end=place[0][0] + match.end())
            need = _gigabytes(amount[1], (cells[needs[0]][0][0], cells[needs[0]][-1][1])) if amount else has
            if made := _fits(need, Fraction(need.figure.value), (has, slack)):
                found.append((need.figure.value <= made.sides[1].numbers[0].figure.value, made))
    right = [holds for holds, _ in found if holds]
    if len(right) > LEAST and len({made.sides[0].start for _, made in found}) > LEAST:
        yield from (made for _, made in found)
