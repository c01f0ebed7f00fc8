"""Fences of code: their lines of mathematics, and the comments and strings of their programs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import groupby, takewhile
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode
from symbolic.proofread.grammar.building import Chain
from symbolic.proofread.grammar.text_signs import HANGUL, NOT_LATIN
from symbolic.proofread.grammar.tokens import OF_LOGARITHM

PYTHON = frozenset({"python", "python3", "py", "ipython", "ipython3", "pycon"})
PIECES = re.compile(
    r"(?P<long>(?P<quote>'''|\"\"\").*?(?:(?P=quote)|\Z))|(?P<string>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
    r"|(?P<comment>#[^\n]*)",
    re.DOTALL,
)
CODE = re.compile(r"==|!=|<=|>=|//|<<|>>|:=|[-+*/@%&|^]=|[%&|@^\\`{}\"']|\.\d{12}")
"""Signs that a sentence hardly has: operators of programs, quotes, numbers with as many decimals as programs print."""
ARITHMETIC = re.compile(
    r"[*×·⋅√²³÷]|\d ?\+ ?\d|\d [−-] \d|\d{3,}/\d|\d{2,}/\d+ ?= ?\d|\s[x/]\s|"
    r"\d/\d+ ?(?:≈|= ?(?:0?\.\d|[\d.]+ ?%))|sqrt\(|[\w)] ?// ?[\w(]"
    r"|\(\d+ ?- ?\d+\)|[\w)\]] [-+] \w[^\n#]*#|(?:log|exp|tanh|sigmoid|relu)\(|\d\^[\d(]|\d ?[A-Za-z]{1,5} [−+-] \d"
    r"|\d ?[KMGT]i?B ?[=≈] ?~?\d"
)
"""Signs of a calculation; ranges, 0-9, and kernels, 3x3, are none."""
PLAIN = re.compile(
    r"\|(?=[\d .+*/-]{1,40}\|[ ]?[=≈])|(?<=\d)\|(?=[ ]?[=≈])"
    r"|(?<=\d)(?:\^(?=[\d(-])|[ ]?%(?![ ]?[\w(])|%(?=[ ][^\W\d]))|(?<=[\w)])[ ]?//[ ]?(?=[\w(])"
)
"""Signs of programs that a sentence has too: 10^13, 75 %, 128 // 16, or |7 - 12| = 5."""
LINE = re.compile(r"[^\n]+")
DOCUMENTS = re.compile(r"(?:\A|:[ \t]*\n)\s*[rR]?\Z")
"""What stands before the string that says what a module, a class or a function does."""
BEFORE, BEHIND = (
    re.compile(r"[\s#(:,;\"'：，（$€£]\Z|\A\Z"),
    re.compile(rf"\Z|[\s,;:)!\"'，。；（）{NOT_LATIN}{HANGUL}](?!\(\d)|\.(?!\w)|x(?!\w)"),
)
MATHEMATICS = re.compile(r"[×·÷≈²³√→]|\d,\d{3}\b|(?:^|[^=!<>+*/-])=[^=]*[^=!<>]=[^=]|[\u4e00-\u9fff]\s*=")
"""Signs that Python's statements don't have: ×, digits in groups, a chain of two equals signs in one line."""
GOES_ON = re.compile(r"[ \t]*[=≈](?!=)")
NOTES = re.compile(r"(?:(?<![:/\w])//|(?<!\S)#[ ])[^\n]*")
SAID = re.compile(
    r"^[ \t]*(?:echo|printf?|puts|console\.log)\b[ \t(]*(?P<quote>[\"'])(?=[^\n]*\d[^\n]*[-+*/×x÷][^\n]*[=≈][^\n]*\d)"
    r"(?P<said>(?:(?!(?P=quote)|\$[\w({]|[\\{}\n]).|\$(?=\d))+)(?P=quote)",
    re.MULTILINE,
)
"""A line of a program that prints a calculation: echo "5 pods x 2 CPU = 10 CPU"."""
WORKED_OUT = re.compile(
    r"^(?:[ \t]*(?:[-*•][ ])?|[^\n#;\"'{}]{0,80}?[=:：][ ]*)(?P<side>[\d($][^\n=≈:：;#\"'{}\[\]]{2,200})"
    r"[=≈][ ]*~?[$€£]?\d[^\n;{}]*$",
    re.MULTILINE,
)
"""A line with a calculation of numbers before an equals sign: per_row = 2880 / 8 = 360, total: 28 + 14 = 42GB."""
CALCULATES = re.compile(r"[-+*/×÷·x][ ]*[\d($](?:[^,]|,(?=\d))*\Z")
NUMBERS = re.compile(r"\d[^\n]*[-+*/=×][^\n]*\d")


class Fence(NamedTuple):
    """The contents of a fence: lines that are read as text, and comments and strings.

    `unread` is the number of lines of the program that calculate with numbers; `program` is true for valid Python.
    """

    lines: tuple[tuple[int, int], ...]
    said: tuple[tuple[int, int], ...]
    unread: int
    program: bool = False


def fence(text: str, start: int, end: int, *, python: bool) -> Fence:
    """Return the contents of a fence that reaches from `start` to `end`.

    The comments and strings of Python are read, and its lines of mathematics where it is no valid program. In other
    languages, comments behind // and # are read, and lines that work something out with numbers or print it.
    """
    if not python:
        worked_out = list(_worked_out(text, start, end))
        worked_out += [match.span("said") for match in SAID.finditer(text, start, end)]
        notes = tuple(match.span() for match in NOTES.finditer(text, start, end) if _says(match[0][2:]))
        return Fence(tuple(sorted(worked_out)), notes, _with_numbers(text, [(start, end)]))
    if _is_program(text[start:end]):
        said = tuple(comments(text, start, end))
        return Fence((), said, _with_numbers(text, [(start, end)]), program=True)
    lines: list[tuple[int, int]] = []
    code: list[tuple[int, int]] = []
    for match in re.compile(r"[^\n]*\n?").finditer(text, start, end):
        if not match[0].strip():
            continue
        behind = bool(lines) and lines[-1][1] == match.start() and GOES_ON.match(match[0]) is not None
        mathematics = behind or _is_mathematics(match[0])
        if mathematics and GOES_ON.match(match[0]) and code and code[-1][1] == match.start():
            # The line above it is a statement of Python by itself, whose result stands here.
            lines.append(code.pop())
        (lines if mathematics else code).append(match.span())
    said = tuple(found for span in code for found in comments(text, *span))
    return Fence(tuple(lines), said, _with_numbers(text, code))


def _worked_out(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the places of lines that work something out with numbers."""
    for match in WORKED_OUT.finditer(text, start, end):
        if CALCULATES.search(match["side"]):
            yield match.span()


def _is_program(code: str) -> bool:
    """Return whether a text is a valid program of Python."""
    try:
        ast.parse(dedented(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def dedented(code: str) -> str:
    """Return lines of code without the indentation that all of them have."""
    lines = [line for line in code.split("\n") if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return "\n".join(line[indent:] for line in code.split("\n"))


def _is_mathematics(line: str) -> bool:
    """Return whether a line has signs of mathematics that Python doesn't have, and is no part of a statement."""
    bare = PIECES.sub(lambda match: "" if match["comment"] else match[0], line).strip()
    return (
        bool(bare)
        and (MATHEMATICS.search(bare) is not None or any(_worked_out(bare, 0, len(bare))))
        and not re.search(r"[({\[]$|^(?:def|class|if|for|return)\b", bare)
    )


def _with_numbers(text: str, stretches: list[tuple[int, int]]) -> int:
    """Return the number of lines that calculate with numbers, without comments and strings."""
    lines = (line for start, end in stretches for line in text[start:end].split("\n"))
    return sum(NUMBERS.search(PIECES.sub("", line)) is not None for line in lines)


def comments(code: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the places of comments and strings that may say something about numbers.

    Where a comment has only the result of the calculation beside it, the place starts with the calculation.
    """
    for match in PIECES.finditer(code, start, len(code) if end is None else end):
        if match["comment"] and (worked_out := RESULT.match(match[0])):
            line = max(start, code.rfind("\n", 0, match.start()) + 1)
            near = match.start() - line <= LONGEST_LINE
            behind = line + len(code[line : match.start()].rstrip(" ,")) if near else line
            found = near and (CALCULATION.search(code, line, behind) or NAMED.search(code, line, behind))
            if found:
                yield found.start(1), match.start() + worked_out.end()
                continue
        if match["comment"] and _says(match[0]):
            yield match.span("comment")
        elif match["string"] and _says(match[0][1:-1]):
            yield match.start() + 1, match.end() - 1
        elif match["long"] and DOCUMENTS.search(code[max(start, match.start() - LONGEST_LINE) : match.start()]):
            yield from (
                line.span() for line in LINE.finditer(code, match.start() + 3, match.end() - 3) if _says(line[0])
            )


def _says(words: str) -> bool:
    """Return whether a comment has an equals sign or an arrow, and no signs of code."""
    return SAYS.search(words) is not None and not CODE.search(PLAIN.sub("", words.replace("->", "→")))


WORDS = r"(?P<words>[A-Za-z][A-Za-z +×*/_-]{0,40}=[ ]*)?"
"""What a comment may say that its result is: # weight + bias = 4128."""
RESULT = re.compile(
    rf"#[ ]*{WORDS}"
    r"(?P<sign>=>?|≈|→|->|[约約]|about|approx\.|roughly)?[ ]*~?[ ]*[$€£]?\d(?:[\d,._]*\d)?"
    r"(?:e[+-]?\d{1,3}|[ ]?[×x*·][ ]?10(?:\^[+-]?\d{1,3}|[⁻⁰¹²³⁴-⁹]{1,4}))?"
    r"(?:[ ](?:thousand|million|billion|trillion)(?=[ ]\w))?"
    rf"(?:[ ]?(?:[KMGT]i?B|[MBT]\b|%|[hs]\b|ms|[A-Za-z]{{3,}}|[{NOT_LATIN}{HANGUL}]{{1,8}}))?"
    r"(?:/\w+){0,2}(?=[ ]*(?:\Z|[;(（]))"
)
"""A comment that has only the result of the code beside it: # = 3072."""
CALCULATION = re.compile(
    r"(?:\A|^|[^=!<>+*/%&|^:-]=)[ ]*(?=[\d(])((?=[^\n]*\d[ ]*[-+*/)])[\d_ ().+*/eE-]+)\Z", re.MULTILINE
)


def result_of(text: str, start: int, end: int) -> tuple[int, int, str] | None:
    """Return the end of a calculation in code, the start of its result in the comment, and the relation between them.

    None where the text has no such comment.
    """
    found = BESIDE.search(text, start, end) if text[start] == "(" or text[start].isalnum() else None
    if found is None:
        return None
    # A price or bytes can hardly be about something else than the calculation beside it.
    certain = AMOUNT.match(text, found.end(), end) is not None
    sign = "→" if found["words"] else found["sign"] or ("≈" if certain else "→")
    return found.start(), found.end(), sign if sign in ("=", "→") else "≈"


NAMED = re.compile(
    r"^[ \t]*(?:[A-Za-z_][\w.\[\]'\"]*[ ]*=(?:[ ]*\{[\"']\w+[\"']:)?|[\"']\w+[\"'][ ]*:|return\b)[ ]*(?=[A-Za-z_(\d])"
    r"((?=[^\n]*[\w)\]][ ]*[-+*/])[\w ().+*/\[\]'\"-]+)\Z",
    re.MULTILINE,
)
"""A calculation with names in a program, whose result stands in the comment behind it: sizes["n"] = 4 * n  # 3072."""
LONGEST_LINE = 300
BESIDE = re.compile(
    rf",?[ ]*#[ ]*{WORDS}" r"(?:(?P<sign>[=≈]|[约約]|about|approx\.|roughly)>?|→|->)?[ ]*~?[ ]*(?=[$€£]?\d)"
)
AMOUNT = re.compile(r"[$€£]|[\d.,]+[ ]?[KMGT]i?B\b")
SAYS = re.compile(r"[=≈→]|->")


def arithmetic(text: str, start: int, end: int, chain: Chain) -> Iterator[Chain]:
    """Yield the parts of a chain that have no names, if the chain stands apart from the code or words around it."""
    numbers = [number for side in chain.sides for number in side.numbers]
    if any(number.figure.scale in ("k", "K") and text[number.start - 1] not in "$€£¥" for number in numbers):
        # 64 * 1024 = 64K: among programs K is as often 1,024 as 1,000.
        return
    alone = BEFORE.search(text[max(0, start - 1) : start]) and BEHIND.match(text[end : end + 3])
    # What a result is compared with is another matter: 3 × 64 = 192 > 128.
    equal = list(takewhile(lambda relation: relation in ("=", "≈", "→"), chain.relations))
    if not alone or not ARITHMETIC.search(text, start, end) or not equal:
        return
    chain = Chain(chain.sides[: len(equal) + 1], tuple(equal))
    for named, group in groupby(range(len(chain.sides)), key=lambda index: _is_named(chain.sides[index])):
        places = list(group)
        if not named and len(places) > 1:
            yield Chain(chain.sides[places[0] : places[-1] + 1], chain.relations[places[0] : places[-1]])


def _is_named(side: ExpressionNode) -> bool:
    """Return whether a side has names, other than the base of its logarithms, and the hours of 24h."""
    return any(name.text not in (OF_LOGARITHM, "h") for name in side.names)
