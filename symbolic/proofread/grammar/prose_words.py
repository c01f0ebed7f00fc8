"""Words in and beside a formula in prose: labels, names, numbers in words, or the end of the formula."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.names import CONNECTIVES, factor, is_name
from symbolic.proofread.grammar.prose_calls import amount_behind, call_end, read_call
from symbolic.proofread.grammar.tokens import CLOSING, OPERATORS, STRONG, Token

if TYPE_CHECKING:
    from symbolic.proofread.grammar.prose_scan import Scan

MOST_WORDS = 8
MOST_BEFORE = 2
NEAR = 6
FEW = 100
INDEXED = frozenset(
    {"layer", "step", "stage", "level", "iteration", "epoch", "block", "head", "node", "neuron", "unit"}
    | {"class", "case", "example", "option", "method", "scenario", "phase", "day", "week", "month", "year"}
    | {"round", "trial", "square", "cell", "state", "position", "index", "sample", "user", "image", "feature"}
    | {"cluster", "point", "row", "column"}
)
"""Words that a number behind them counts through; others do so where they are names, Video 3 = 4."""
RESULTS = CONNECTIVES | {"total", "sum", "result", "is", "equals", "gives", "product", "about", "approximately", "only"}
SAYS = re.compile("(?:[为是约达有需共]|仅为|等于|达到|只有)\\Z")
"""Words before a formula that say what is equal to it."""
ARTICLES = frozenset("aAI")
PRODUCTS = frozenset({"RTX", "GTX", "GPT", "Llama", "LLaMA", "Xeon", "EPYC", "Ryzen"})
"""Names with a number behind them that is none: 4 × RTX 4090."""
POINTS = frozenset({"points", "percentage", "pp", "pts", "百分点", "个百分点", "Prozentpunkte"})
"""Words behind a number that counts in percent."""
TWO_DIGITS = 10
"""Smaller numbers than this multiply the name behind them, d_ff = 4 d_model; others hardly ever do."""


def read_words(scan: Scan, token: Token) -> None:
    """Read words where an operand must stand; they stand for a number if a sign is beside them."""
    words, after = phrase(scan)
    if (
        words[-1].type == "NAME"
        and after is not None
        and after.type in STRONG
        # "The ratio a = 64": no article stands before an equals sign.
        and (str(words[-1].value) not in ARTICLES or after.type == "RELATION")
    ):
        # "For n_layers = 12": the words before a size's name are none of the formula's.
        scan.index += len(words) - 1
        scan.start = scan.start if scan.kept else scan.index
        scan.take(words[-1], expects=False)
        return
    if after is not None and after.type == "OPEN" and (inside := amount_behind(scan, words)):
        *written, amount = inside
        unit = written.pop() if written[-1].type == "WORD" else None
        scan.put(amount, len(words) + len(written))
        scan.kept += [Token("ANNOTATION", unit.start, unit.end, unit.value)] if unit else []
        return
    if after is not None and after.type == "OPEN" and after.start == words[-1].end:
        if not scan.kept and (SAYS.search(str(words[-1].value)) or works_out(scan, words)):
            # 利用率为(12+4)/32 = 50%: "is", and no name of a function.
            scan.index += len(words)
            scan.start = scan.index
            return
        read_call(scan, words, after)
        return
    joins = bool(scan.kept) and scan.kept[-1].type in ("PLUS", "TIMES")
    if joins and len(words) <= MOST_BEFORE and after is not None:
        behind = scan.tokens[scan.index + len(words) + 1 : scan.index + len(words) + 2]
        valued = [token.type for token in scan.kept[-2:-1]] != ["OPAQUE"]
        named = valued and after.value == ":" and [token.type for token in behind] == ["NUMBER"]
        if after.type == "NUMBER" and words[-1].value in PRODUCTS:
            product = f"{words[-1].value} {getattr(after.value, 'shown', '')}"
            scan.put(Token("OPAQUE", token.start, after.end, product), len(words) + 1)
            return
        if after.type == "NUMBER" or named:
            # weights 14 GB + cache: 2 GB: words before a number say what it is of.
            scan.index += len(words) + named
            return
    if (number := spelled(scan, words, after)) != []:
        scan.kept += number
        scan.index += len(words)
        scan.expects = False
        return
    if len(words) > 1 and after is not None and after.type == "RELATION" and defines(scan, words, after):
        scan.index += len(words) - 1
        scan.start = scan.start if scan.kept else scan.index
        scan.take(Token("OPAQUE", words[-1].start, words[-1].end, words[-1].value), expects=False)
        return
    before_sign = after is not None and after.type in STRONG
    behind_sign = bool(scan.kept) and scan.kept[-1].type in (*OPERATORS, "RELATION", "OPEN", "COMMA")
    if before_sign or behind_sign:
        text = " ".join(str(word.value) for word in words)
        scan.put(Token("OPAQUE", token.start, words[-1].end, text), len(words))
        # Words behind the last sign end the formula: who knows how far they reach.
        scan.ended = not before_sign and not scan.opened
        if scan.ended:
            scan.good, scan.good_index = len(scan.kept), scan.index
        return
    scan.ended = True
    scan.index += len(words)


def works_out(scan: Scan, words: list[Token]) -> bool:
    """Return whether brackets behind a word of Chinese, Japanese or Korean hold a calculation: 权重（7B × 2）= 14G."""
    start = scan.index + len(words)
    end = call_end(scan, start)
    kinds = {token.type for token in scan.tokens[start + 1 : end]}
    equals = [token.value for token in scan.tokens[end + 1 : end + 2]]
    plain = kinds <= {"NUMBER", "WORD", "TIMES", "PLUS", "DIVIDE"} and "NUMBER" in kinds and kinds & {"TIMES", "PLUS"}
    return bool(plain) and equals in (["="], ["≈"]) and str(words[-1].value)[-1:] > "\u2fff"


def indexed_name(scan: Scan, number: Token) -> Token | None:
    """Return the name of which a number is the index, layer 1 of "layer 1 = 0.25^10"; None for other numbers."""
    if scan.kept or not scan.index:
        return None
    before, behind = (scan.tokens[at : at + 1] for at in (scan.index - 1, scan.index + 1))
    if not (behind and behind[0].type == "RELATION"):
        return None
    written = str(before[0].value)
    word = written.lower()
    counts = word in INDEXED or (written.istitle() and word not in RESULTS and number.start - before[0].end == 1)
    if before[0].type != "WORD" or not counts or getattr(number.value, "value", FEW) >= FEW:
        return None
    return Token("OPAQUE", before[0].start, number.end, f"{word} {getattr(number.value, 'shown', '')}")


def read_beside(scan: Scan, token: Token) -> None:
    """Read a token behind an operand without a sign: a factor, a label, or the end of the formula."""
    last = scan.kept[-1]
    if token.type == "WORD" and last.end < token.start:
        words, after = phrase(scan)
        if after is not None and after.type == "RELATION" and defines(scan, words, after):
            scan.ended = True
            return
    rate = token.type == "WORD" and "/" in str(token.value)
    if last.type == "NUMBER" and rate:
        scan.take(Token("ANNOTATION", token.start, token.end, token.value), expects=False)
        return
    counts = token.value in MEASURES or token.value in POINTS
    if last.type == "NUMBER" and counts and (token.type == "WORD" or measured(scan, token)):
        scan.take(Token("ANNOTATION", token.start, token.end, token.value), expects=False)
        return
    close = last.end == token.start
    if not close and next_definition(scan, token):
        scan.ended = True
        return
    if token.type == "OPEN" and (last.type in ("NUMBER", "ANNOTATION") or last.end < token.start) and is_note(scan):
        end = call_end(scan, scan.index)
        # = 8 × 64 / 4   (two of the eight cancel)
        # = 128
        scan.ended = [one.type for one in scan.tokens[end + 1 : end + 3]] != ["ROW", "RELATION"]
        scan.index = scan.index if scan.ended else end + 1
        return
    letter = last.type == "NAME" and len(str(last.value).partition("_")[0]) == 1
    if token.type == "OPEN" and (close or letter or last.type == "CLOSE" or multiplies(scan, last)):
        scan.open(token)
        return
    if token.type == "NAME":
        name = str(token.value)
        single = len(name.partition("_")[0]) == 1 and (close or name not in ARTICLES)
        named = is_name(name) and last.type == "NUMBER"
        if named and any(kept.type == "ANNOTATION" for kept in scan.kept[:-1]):
            # 32 layers * 128 head_dim: here words say what the numbers are.
            scan.take(Token("ANNOTATION", token.start, token.end, name), expects=False)
            return
        if named or (single and (letter or last.type in ("NUMBER", "CLOSE"))):
            scan.take(token, expects=False)
            return
    # "12 for the query, key and value heads": what a number is for may be a list.
    listed = [str(one.value) for one in scan.tokens[scan.index : scan.index + 2]] == ["for", "the"]
    words, after = phrase(scan, listed=listed)
    if after is not None and starts_anew(scan, words, after):
        scan.ended = True
        return
    starts = str(words[0].value).lower() if words else ""
    inside = bool(scan.opened) and after is not None and after.type in CLOSING
    goes_on = after is not None and (after.type in STRONG or inside or is_noted(scan, after))
    setting = starts == "at" and after is not None and after.type == "RELATION"
    if words and goes_on and not setting and (listed or starts not in CONNECTIVES):
        text = " ".join(str(word.value) for word in words)
        scan.put(Token("ANNOTATION", words[0].start, words[-1].end, text), len(words))
        return
    scan.ended = True


def phrase(scan: Scan, *, listed: bool = False) -> tuple[list[Token], Token | None]:
    """Return the words from here on, MOST_WORDS at most, and the token behind them; `listed` allows commas."""
    kinds = ("WORD", "NAME", "COMMA") if listed else ("WORD", "NAME")
    end = scan.index
    while end < len(scan.tokens) and scan.tokens[end].type in kinds and end - scan.index < MOST_WORDS:
        end += 1
    behind = scan.tokens[end : end + 2]
    if [token.type for token in behind] == ["ROW", "RELATION"] and behind[1].value in ("=", "≈"):
        # The formula goes on in the next line, with its next side. A > there may be a quotation's.
        del behind[0]
    return scan.tokens[scan.index : end], behind[0] if behind else None


def spelled(scan: Scan, words: list[Token], after: Token | None) -> list[Token]:
    """Return the tokens of words that start with a spelled number, if they are a factor; else none."""
    before = scan.tokens[scan.index - 1].type if scan.index else ""
    times = before == "TIMES" and after is not None and after.type in STRONG
    starts = before not in ("WORD", "NAME", "NUMBER", "LABEL") and after is not None and after.type == "TIMES"
    return factor(words) if times or starts else []


def measured(scan: Scan, token: Token) -> bool:
    """Return whether a letter is a unit of the same quantity as one beside it: 1 day = 24 h, 360 / 24 h = 15 days."""
    behind = takewhile(lambda one: one.type not in ("ROW", "STOP"), scan.tokens[scan.index + 1 : scan.index + NEAR])
    beside = (*scan.kept, *(one for one in behind if one.type == "WORD"))
    # 24 h × $2/GPU-hour, 24 h × 8 = 192 GPU-hours.
    units = (
        MEASURES.get(re.split("[-/·]", str(kept.value))[-1]) for kept in beside if kept.type in ("ANNOTATION", "WORD")
    )
    measures = MEASURES[str(token.value)].measures
    return any(unit is not None and unit.measures == measures for unit in units)


def is_noted(scan: Scan, token: Token) -> bool:
    """Return whether the token is a note in brackets, with a sign behind it."""
    index = scan.tokens.index(token, scan.index, scan.index + MOST_WORDS + 2) if token.type == "LABEL" else -1
    behind = scan.tokens[index + 1 : index + 2] if index >= 0 else []
    return bool(behind) and behind[0].type in STRONG


def is_note(scan: Scan) -> bool:
    """Return whether the brackets behind a result start with a word, and no sign follows them."""
    end = call_end(scan, scan.index)
    inside, behind = scan.tokens[scan.index + 1 : scan.index + 2], scan.tokens[end + 1 : end + 2]
    words = bool(inside) and inside[0].type == "WORD" and any(token.type == "RELATION" for token in scan.kept)
    return words and not (behind and behind[0].type in STRONG)


def multiplies(scan: Scan, number: Token) -> bool:
    """Return whether a small number multiplies the sum in the brackets behind it, 2 (a b + 4), which is no note."""
    if number.type != "NUMBER" or getattr(number.value, "value", FEW) >= FEW:
        return False
    inside = scan.tokens[scan.index + 1 : call_end(scan, scan.index)]
    kinds = {token.type for token in inside}
    return "NAME" in kinds and "PLUS" in kinds and not kinds & {"WORD", "RELATION", "STOP", "COMMA"}


def defines(scan: Scan, words: list[Token], relation: Token) -> bool:
    """Return whether the last of some words is the left side of another equation, and the words are no label.

    "With C = 6 the constants give N = 12"; "94 layers over PP=24".
    """
    if not words:
        return False
    name, index = str(words[-1].value), scan.index + len(words) + 1
    behind = scan.tokens[index] if index < len(scan.tokens) else None
    tight = words[-1].end == relation.start and behind is not None and behind.start == relation.end
    setting = tight and behind is not None and behind.type == "NUMBER" and relation.value == "="
    called = any(letter.isupper() or letter.isdigit() or letter == "_" for letter in name)
    among = [kept.type for kept in scan.kept[1:3]] == ["RELATION", "NUMBER"]
    among = among and scan.kept[0].end == scan.kept[1].start and scan.kept[1].end == scan.kept[2].start
    return (len(words) > 1 and (words[-1].type == "NAME" or setting)) or (setting and (called or among))


def starts_anew(scan: Scan, words: list[Token], sign: Token) -> bool:
    """Return whether the last of some words belongs to the sign behind it, and the formula ends before them.

    It is defined there, or divided: each warp (32 threads) takes Br/4 = 16 rows.
    """
    if sign.type != "DIVIDE":
        return sign.type == "RELATION" and defines(scan, words, sign)
    named = bool(words) and (words[-1].type == "NAME" or str(words[-1].value).istitle())
    return named and len(words) > 1 and words[-1].end == sign.start


def next_definition(scan: Scan, token: Token) -> bool:
    """Return whether a word behind a definition starts another one, with signs close to both: L=32 heads=8."""
    types = [kept.type for kept in scan.kept[-2:]]
    after = scan.tokens[scan.index + 1] if scan.index + 1 < len(scan.tokens) else None
    if after is None or after.type != "RELATION":
        return False
    if [kept.type for kept in scan.kept] in (["NAME", "RELATION", "NUMBER"], ["OPAQUE", "RELATION", "NUMBER"]):
        # head_dim = 128 seq_len = 512: with spaces around its signs, too.
        behind = scan.tokens[scan.index + 2] if scan.index + 2 < len(scan.tokens) else None
        number = getattr(scan.kept[2].value, "value", 0)
        two = behind is not None and behind.type == "NUMBER" and {scan.kept[1].value, after.value} == {"="}
        if two and number >= TWO_DIGITS and "_" in str(token.value):
            return True
    tight = after.start == token.end
    return tight and types == ["RELATION", "NUMBER"] and scan.kept[-2].end == scan.kept[-1].start
