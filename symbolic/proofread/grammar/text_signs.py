"""Signs, words and patterns of plain text: operators, units, notes, and the text that may stand beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from symbolic.proofread.arithmetic.numbers import BINARY, DECIMAL, LETTERS
from symbolic.proofread.grammar.tokens import ENDS_OPERAND, FUNCTIONS

BARRIER, NOTHING = "\x00", "\x01"

SIGNS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("×", "·", "⋅", "∙", "✕", "✖", "*", "＊", "times"), ("TIMES", "×")),
    **dict.fromkeys(("÷", "/", "∕", "／"), ("DIVIDE", "/")),
    **dict.fromkeys(("+", "＋", "plus"), ("PLUS", "+")),
    **dict.fromkeys(("-", "−", "–", "－", "minus"), ("MINUS", "-")),
    **dict.fromkeys(("^", "**"), ("POWER", "^")),
    **dict.fromkeys(("=", "＝", "equals"), ("RELATION", "=")),
    **dict.fromkeys(("≈", "≃", "≅", "≒", "~"), ("RELATION", "≈")),
    **dict.fromkeys(("<", "≤", ">", "≥", "≠"), ("RELATION", "")),
    **dict.fromkeys(("→", "->", "=>", "⇒", "⟶", "➔"), ("RELATION", "→")),
    **dict.fromkeys(("(", "[", "（"), ("OPEN", "(")),
    **dict.fromkeys((")", "]", "）"), ("CLOSE", ")")),
    ",": ("COMMA", ","),
    "⌈": ("CEIL", "⌈"),
    "⌉": ("ENDCEIL", "⌉"),
    "⌊": ("FLOOR", "⌊"),
    "⌋": ("ENDFLOOR", "⌋"),
    **{sign: ("ROOT", sign) for sign in "√∛∜"},
    **dict.fromkeys((r"\times", r"\cdot"), ("TIMES", "×")),
    r"\div": ("DIVIDE", "/"),
    r"\approx": ("RELATION", "≈"),
}
SPOKEN: Mapping[str, tuple[str, str]] = {
    "multiplied by": ("TIMES", "×"),
    "divided by": ("DIVIDE", "/"),
    "to the power of": ("POWER", "^"),
    "open bracket": ("OPEN", "("),
    "close bracket": ("CLOSE", ")"),
}
"""Signs that are written in several words, as formulas are read aloud."""
FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
POWERS = {"squared": "2", "cubed": "3"}
PER = (
    "s|sec|second|min|minute|h|hr|hour|day|week|month|year|token|tok|parameter|params?|GPU|gpu|step|layer|head|"
    "sequence|seq|node|chip|device|core|expert|sample|example|image|request|req|user|element|elem|km|value|weight|[Bb]ytes?|"
    "block|iteration|iter|replica|rank|stage|batch|machine|server|host|card|worker|epoch|kWh|unit|"
    "group|warp|thread|SM|row|column|tile|pass|query|page|prompt|word|shard|slot|call|round|document|expert|rank|"
    "mês|mes|dia|día|ano|año|hora|jour|mois|heure|Tag|Monat|Jahr|Stunde|giorno|mese|anno|ora"
)
HOURS = r"(?:h|hr|hour|day|month|mo|year|yr)s?"
"""The second unit below a slash: $2/GPU-hour."""
PER_SCRIPT = "|".join(
    (
        "秒|毫秒|分钟|小时|天|年|层|卡|步|次|个|人|参数|元素|トークン|秒間",
        "节点|线程|专家|样本|请求|用户|服务器|批|组|头|机|台|块|核",
    )
)
ABOUT = (
    "about|approximately|approx[.]?|roughly|around|nearly|almost|circa|ca[.]|etwa|rund|ungefähr|environ"
    "|약|대략|约|約|大约|大概"
)
"""Words behind an equals sign that make the result a rounded one."""
COMPARED = re.compile(r"[ \x01]+~?[$€£¥]?\d")
"""The text behind an == that says what a calculation comes to."""
ENDS_LINE = re.compile(r"[ \t\x01]*(?:\n|\Z)")
LEADING_ZERO = re.compile(r"0[01]{2,}(?![\d.])")
QUOTIENT = re.compile(r"\d|[ ][\d(][\d ,.*×+()-]{0,40}[=≈]")
"""The text behind a // that divides, although it may be the last of several sides."""
WHOLE_QUOTIENT = re.compile(r"[ \x01]*[\w(][^\n/=≈]{0,60}[=≈]")
"""The text behind a // that divides: an operand, and an equals sign in the same line."""
MOST_WORDS = 10
"""The largest number of words in a label; more words are a sentence."""
CEILING_OF_QUOTIENT = "cdiv"
CALLED: Mapping[str, tuple[str, str]] = {
    **{name: ("FUNCTION", name) for name in ("min", "max", "ceil", "floor", "round")},
    **dict.fromkeys(("cdiv", "ceil_div", "ceildiv", "div_ceil", "CEIL_DIV"), ("FUNCTION", CEILING_OF_QUOTIENT)),
    **{name: ("PREFIX", name) for name in (*FUNCTIONS, "log")},
    **{name: ("PREFIX", name.lower()) for name in ("ReLU", "Sigmoid", "Tanh")},
    "sqrt": ("ROOT", "√"),
    "cbrt": ("ROOT", "∛"),
}
"""Functions that need an opening bracket directly behind them."""
OF_LISTS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("mean", "avg", "average"), ("FUNCTION", "mean")),
    "sum": ("FUNCTION", "+"),
}
LIST = re.compile(r"\(\[?[-−]?\d[\d. −-]{0,30}+(?:,[\d. −-]{1,30}+){1,40}\]?\)")
"""The numbers behind a function of lists; mean(5 runs) is of other numbers."""
LOGARITHM = r"(?<!\w)(?:ld|log(?:_?(?:2|10)|_\(\d{1,9}\)|[₀₁₂₃₄₅₆₇₈₉]{1,9}))(?=\(|[ \x01]+(?:\d|[A-Za-z](?!\w)|\())"
BARS = (
    r"(?<![\w|)])\|(?=[^\s|])(?:[^|\n\x00]{0,79}[^\s|\x00])?\|"
    r"(?=[ \x01]*(?:=(?![=>])|[≈≤≥≠<>×·⋅∙*÷/+^−²³)]|- |\Z|$))"
)
"""An absolute value: bars close to their content, with a sign or the end behind them; other bars are a table's."""
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789", "_()")
OF_NUMBER = re.compile(r"[ \x01]+(?:the[ \x01]+)?[\d(]")
BEFORE_TIMES = ENDS_OPERAND | {"WORD", "LABEL"}
BEHIND_TIMES = re.compile(r"[ \x01\n]*[$€£¥]?[\w(\[√]")
FACTOR = re.compile(r"[$€£¥]?[\w(\[√]|[-−]\d+(?:\.\d+)?(?![\d.]*[×x])|[ \x01\n]+(?:[\d(\[√]|\w(?!\w)|\w+_)|[*\x00]")
"""The text behind a × that is a sign, although it stands close to the number before it."""
MULTIPLIED = re.compile(rf"{FACTOR.pattern}|[ ]open bracket")
"""The text behind “times” that is a factor: 13 times the width says how often."""
TIMES_NUMBER = re.compile(r"(?:x\d{1,30}){1,6}(?:x(?=[(\[]))?")
NOT_LATIN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Characters of scripts without spaces between words; letters and digits beside them are words of their own."""
HANGUL = "\uac00-\ud7a3"
"""Korean has spaces between its words, but sets particles close behind a number: 150GB라는."""
ENDS_WORD = rf"(?![^\W{NOT_LATIN}{HANGUL}])"
"""The end of a word: no letter and no digit of the same word follows."""
ARGUMENT = re.compile(r"[ \x01]+(?:\d|[A-Za-z](?!\w))")
FACTORIAL = re.compile(r"[ \x01]*(?:=(?![=>])|[)\]≈≤≥≠<×·⋅∙*÷/+^]|>(?!>)|[-−–][ \x01]?[\d(√]|x[ \d])")
"""The text behind an exclamation mark that is a factorial and does not end a sentence."""
SCRIPT_SIGNS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("约等于", "约为"), ("RELATION", "≈")),
    **dict.fromkeys(("等于",), ("RELATION", "=")),
    "乘以": ("TIMES", "×"),
    "除以": ("DIVIDE", "/"),
    "加": ("PLUS", "+"),
    "减": ("MINUS", "-"),
}
"""Signs that are written as words in Chinese."""
RELATES = re.compile(
    "|".join(re.escape(sign) for sign, (kind, _) in {**SIGNS, **SCRIPT_SIGNS}.items() if kind == "RELATION") + "|[～∼]"
)
"""What every relation has in it, however it is written."""
BLANK_LINE = re.compile(r"\n[ \t\x01]*\n")
NOTE = (
    rf"[(（](?=[^()（）=×*\x00\n]{{0,80}}(?:[A-Za-z]{{3}}|[A-Za-z]{{2}}\d|[{NOT_LATIN}{HANGUL}]))"
    rf"(?:[A-Za-z ,.;:'’\"/&<>?!+-]|[{NOT_LATIN}{HANGUL}，、；：]|(?<=[A-Za-z{NOT_LATIN}])\d+"
    r"|\d{1,2}(?=[-\s]?bits?\b)){2,80}[)）]"
    r"|\((?:[A-Z](?:[ ]?[+,/&][ ]?[A-Z]){1,3}|[A-Za-z]{2})\)"
    r"|(?<=\d )\([A-Za-z]+(?:_[A-Za-z\d]+)+\)"
    r"|(?<=\d )\(\d{1,3}(?:\.\d+)?(?:[ ]?%(?:[ ][a-z]{2,}){2,6}|(?:[ ][a-z]{2,}){3,6})\)"
)
"""A note in brackets that is written in words: (weights), (FP16), (bf16 bytes), （每层）, or the name of a size."""
LETTERS_ONLY = re.compile(r"\([A-Z](?:[ ]?[+,/&][ ]?[A-Z]){1,3}\)")
"""Letters in brackets, (W + B): behind a number a note, behind a sign a sum of sizes."""
WIDE = 4
GOES_ON = re.compile(r"[=≈<>≤≥≠×·*/+−^~→()\n|-]|x |\Z|(?:parameters|params|bytes|tokens|[kKMGT]?i?B|GPUs)(?!\w)")
LARGE, LEAST = 100, 10
"""The least numbers whose W means watts, and whose s means seconds, rather than a size of that name."""
RAISED = re.compile(r"[²³^(_]")
MULTIPLE = re.compile(
    rf"[\x01]*(?:[)\].,;:!?✅✓|\n。，；：、）→]|[ ]?[{NOT_LATIN}{HANGUL}]|[ ]*{BARRIER}|\Z"
    r"|[ \t]+(?:[✅✓(→]|(?!plus|times|minus)[A-Za-z]{2}(?!\w*_)))"
)
"""The text behind the x of a multiple: 7x as large."""
ROUNDED = re.compile(r"[\x01]*[$€£¥]?[\d.(]")
SCALES = "|".join(sorted((*BINARY, *(word for word in DECIMAL if word not in LETTERS)), key=len, reverse=True))
