"""Text in and around an equation: an error is certain only if all of it was read."""

from __future__ import annotations

import re
from collections import Counter

from symbolic.proofread.arithmetic.numbers import BINARY, DECIMAL
from symbolic.proofread.arithmetic.units import MEASURES, PER_MANY
from symbolic.proofread.grammar.names import SPELLED, UNITS
from symbolic.proofread.grammar.text_signs import CALLED, NOT_LATIN, SIGNS, SPOKEN
from symbolic.proofread.grammar.tokens import UNKNOWN_FUNCTIONS
from symbolic.proofread.reading.document import Document

COUNTED = frozenset(
    {"parameter", "param", "weight", "bias", "biase", "value", "number", "element", "float", "entry"}
    | {"entrie", "neuron", "connection", "activation", "filter", "channel", "kernel", "feature", "block"}
    | {"matrix", "matrice", "vector", "position", "dimension", "dim", "embedding", "operation", "op"}
    | {"multiplication", "addition", "multiply-add", "MAC", "FLOP", "GPU", "TPU", "node", "device", "chip"}
    | {"machine", "card", "layer", "head", "token", "expert", "step", "sample", "sequence", "epoch", "batch"}
    | {"batche", "request", "user", "pixel", "character", "word", "query", "querie", "record", "event"}
    | {"message", "item", "qps", "rps", "tps", "QPS", "RPS", "patch", "patche", "copy", "copie", "total"}
    | {"in", "all", "Parameter", "Gewichte", "Werte", "Schichten", "Köpfe", "paramètre", "poid", "valeur"}
    | {"couche", "tête", "parámetro", "peso", "parâmetro", "个", "层", "个参数", "参数", "字节", "头", "个头"}
    | {"次乘法", "次加法", "次", "样本", "乘法", "加法", "元素", "个元素", "개", "run", "trial", "job"}
)
"""Words that only say what a number counts."""
READ = COUNTED.union(UNITS, MEASURES, DECIMAL, BINARY, SPELLED, map(str.capitalize, SPELLED), SIGNS, CALLED)
READ |= UNKNOWN_FUNCTIONS.union(*(sign.split() for sign in SPOKEN))
COMMAND = re.compile(r"\\[A-Za-z]+|\\.")
NOTE = re.compile(r"\[(?:[^\]\d=]|(?<=[A-Za-z])\d+)*\]|[(（](?:[^()（）\d=]|(?<=[A-Za-z])\d+)*[)）]")
WORD = re.compile(rf"[{NOT_LATIN}]{{2,}}|[^\W\d_⁰¹²³⁴-⁹₀-₉{NOT_LATIN}]{{2,}}")
QUOTES = re.compile(r"[`\"“”„«»?;@]")
"""What stands around digits that are no number."""
UNPLAIN = re.compile(rf"{QUOTES.pattern}|[^\W\d_]")
"""What is in no formula of figures and signs alone."""
CLOSES = re.compile(r"(?:[\s*_`\"'”’)\]}$\x00\x01]|\\[,;:!)\] ])*")
SIGNS_BEFORE = r"[\s*_`\"'“‘(\[{$\x00\x01<>&|#]"
OPENS_PLAINLY = re.compile(rf"{SIGNS_BEFORE}+\Z")
OPENS = re.compile(
    rf"(?:{SIGNS_BEFORE}|<[^<>\n]{{1,80}}>"
    r"|\\(?:text\w*|math\w+|boxed|left|[bB]igg?|displaystyle|underbrace|[,;:!(\[ ]))*\Z"
)
"""What stands before an equation and is no part of it; the plain one suffices where no tag and no command is."""
BULLET = re.compile(r"[ \t>|]*(?:[-*+•‣–]|\d{1,3}[.)])?[ \t*_`]*")
OPERATORS = "+−×·⋅÷^%*/-"
GOES_ON = re.compile(r"[ \t]*\n[ \t>|]*(?:[×÷·⋅/−]|[+*-](?=\d)|\+ ?\d)")
MODIFIES = frozenset({"remainder", "rest", "mod", "modulo", "each", "reste", "resto", "余", "余数"})
BEFORE = frozenset({"times", "by", "over", "per", "of", "than", "mod", "to", "minus", "plus", "at", "x", "from"})
QUESTIONED = re.compile(
    r"\b(?:wrong\w*|incorrect\w*|mistak\w*|misread\w*|errors?(?! ?[=:(])|typos?|false\w*|bugs?|buggy"
    r"|hallucinat\w*|instead of|mod(?:ulo)?|binary|hexadecimal|xor|overflow\w*|falsch\w*|Fehler|faux|fausse|erreur\w*"
    r"|incorrecto|errado)\b|[≠✗✘❌错誤误]|0x|～～|~~",
    re.IGNORECASE,
)
"""What may say that an equation is quoted as an error, or counts otherwise."""
ASKED = re.compile(
    r"[\s*_`$)\]\x00\x01]*(?:([?？])|[.,;:!…—–-]*\s*(wait|hmm+|oops|let me|no[,.!:; ])"
    r"|(?:[^.;,!?。，；]{0,40}\b)?(not|isn't|doesn't)\b)",
    re.IGNORECASE,
)
"""What stands behind a result that is no claim: is 3 × 4 = 13? That gives 14, wait. So 15 is not right."""
DENIED = re.compile(r"\b(?:not(?! to\b)|isn't|doesn't)\b[^.;,!?。，；]{0,40}\Z", re.IGNORECASE)
PER_ONE = re.compile(rf"(?<=[A-Za-z%{NOT_LATIN}] )per (?=[a-z]{{3,20}}\b)")
"""What makes a rate of a measure, 24 GB per node, and changes nothing else."""
AROUND = 120


def in_it(text: str, start: int, end: int, known: frozenset[str]) -> str:
    """Return the first word or quotation mark within an equation that was not read as a part of it, or ""."""
    if not UNPLAIN.search(text, start, end):
        return ""
    raw = PER_ONE.sub(" ", PER_MANY.sub(" ", NOTE.sub(" ", COMMAND.sub(" ", text[start:end]))))
    if quote := QUOTES.search(raw):
        return quote[0]
    words = WORD.findall(raw)
    # Words that come twice are the same thing on both sides, or below a slash: 192 KB/SM × 108 SM.
    twice = {word for word, times in Counter(word.removesuffix("s") for word in words).items() if times > 1}
    return next(
        (
            word
            for word in words
            if word not in known
            and not {word, word.removesuffix("s")} & (READ | twice)
            # Letters of which each is a name are a product: 6TDF.
            and not (word.isupper() and set(word) <= known)
        ),
        "",
    )


def before_it(text: str, start: int, *, words: bool = True) -> str:
    """Return the sign, number or word before an equation that may be a part of it, or "".

    Without `words`, a word is not taken for a part of it.
    """
    head = text[max(0, start - AROUND) : start]
    if BULLET.fullmatch(head.rpartition("\n")[2]):
        above = head.rstrip().rpartition("\n")[2].rstrip(" *_`$")
        return above[-1:] if "\n\n" not in head[len(head.rstrip()) :] and above[-1:] in "×+÷/^" else ""
    opened = (OPENS if "<" in head or "\\" in head else OPENS_PLAINLY).search(head)
    rest = head[: opened.start()] if opened else head
    gap = rest != head
    if re.search(r"[#\n]|\$ ?\| ?\$", head[len(rest) :]):
        return ""  # a comment, another line, or another cell of formulas starts there
    last = rest[-1:]
    if rest.endswith("//") and gap:
        return ""  # a comment
    if last.isdigit():
        return re.split(r"\s", rest)[-1]
    word = re.search(r"[^\W\d_]+\Z", rest.rsplit(None, 1)[-1]) if last.isalnum() else None
    if word and not words:
        return ""
    if word:
        return word[0] if word[0].lower() in BEFORE or (not gap and word[0].isascii()) else ""
    dash = last in "-–—" and gap and rest[-2:-1].isspace()
    if (last in OPERATORS and not dash) or (re.search(r"\d,\Z", rest) and not gap):
        return last
    return last if not gap and last in ".)]}_@#" else ""


def behind_it(text: str, end: int) -> str:
    """Return the sign, digit or word behind an equation with which it may go on, or ""."""
    tail = text[end : end + AROUND]
    if GOES_ON.match(tail):
        return tail.strip()[:1]
    closed = CLOSES.match(tail)
    rest = tail[closed.end() :] if closed and "\n" not in closed[0] else ""
    sign = rest[:1]
    dash = sign in "-–—" and rest[1:2].isspace()
    if re.match(r"/ ?[A-Za-z]|/>", rest):
        return ""  # GB/s, or the end of a tag
    if sign and sign in "×x" and re.match(r".[ ]*[)A-Za-z.,;]", rest):
        return ""  # 4.88× smaller
    if (
        sign.isdigit()
        or re.match(r",\d", rest)
        or (sign and sign in "+−×·⋅÷^%*/-" and not dash)
        or rest.startswith(("...", "…"))
    ):
        return sign
    word = re.match(r"[^\W\d_]+", rest)
    glued = closed is not None and closed[0].endswith(("$", ")")) and rest[:1].isascii()
    return word[0] if word and (glued or word[0].lower() in MODIFIES) else ""


def questioned(document: Document, start: int, end: int) -> str:
    """Return a word or sign in the same line that marks an equation as no claim of the author's, or ""."""
    text = document.text
    before = text[max(0, start - AROUND) : start].rpartition("\n")[2]
    behind = text[end : end + AROUND].partition("\n")[0]
    if asked := ASKED.match(behind) or DENIED.search(before):
        return asked[asked.lastindex or 0].strip()
    found = QUESTIONED.search(before) or QUESTIONED.search(behind)
    return found[0] if found else ""
