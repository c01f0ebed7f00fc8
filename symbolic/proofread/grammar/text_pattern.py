"""The pattern of plain text's lexemes: each alternative is a kind, and its name says which."""

from __future__ import annotations

import re

from symbolic.proofread.arithmetic.numbers import LETTERS, THIN, Style
from symbolic.proofread.grammar.text_signs import (
    ABOUT,
    BARS,
    ENDS_WORD,
    FRACTIONS,
    HOURS,
    LOGARITHM,
    NOT_LATIN,
    NOTE,
    PER,
    PER_SCRIPT,
    SCALES,
    SPOKEN,
)


def lexemes(style: Style) -> re.Pattern[str]:
    """Return the pattern of the lexemes in a text that writes numbers in one style."""
    return re.compile(
        r"(?P<row>[ \t\x01]*\n[ \t\x01]*(?:(?:[-*•‣]|\d{1,3}[.)]|#{1,6}|>)[ \t]+)*|\A[*•‣][ \t]+(?=[\d(√]))"
        rf"|(?P<space>[ \t\x01\u200b{THIN}]+)"
        # Most of a text is words: they are found before all that is rarer is tried.
        r"|(?P<plain>(?!(?:to|multiplied|divided|open|close|ld|log|USD|EUR|CHF|GBP|INR)[ ])[A-Za-z]{2,20}(?=[ ](?!/)))"
        r"|(?P<ratio>(?=\d{1,6}/\d)(?<![\w.,/:^*×·+-][ ])(?<![\w.,/^])"
        r"\d{1,6}/\d{1,6}(?:[ ]?:[ ]?|[ ][/÷][ ])\d{1,6}/\d{1,6}(?=[ ]?[=≈]))"
        rf"|(?P<number>(?:{style.pattern})(?:\.(?=[ ][=≈]))?)"
        rf"(?:(?P<scale>[ {THIN}\x01]?(?:{SCALES}){ENDS_WORD}|[ {THIN}\x01]?(?:万亿|百万|[万萬만亿億억])"
        rf"|[{''.join(LETTERS)}](?![(^²³]){ENDS_WORD}|[ {THIN}\x01]*[%％](?![ ][\d(])|[%％](?=[ ]\()))?"
        r"|(?P<raised>[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
        r"|(?P<currency>(?:US\$|(?<!\w)(?:USD|EUR|CHF|GBP|INR)|[$€£¥₹])[ \x01]?(?=\d))"
        r"|(?P<address>(?:https?://|www\.)[!-'*-;=?-~\x01]+)"
        rf"|(?P<label>\[(?=[^\W\d])[^\[\]=×*+\x00]{{2,120}}\](?!\()|{NOTE})"
        rf"|(?P<given>\((?:[ ,;\x01]*[A-Za-z_]\w{{0,20}}[ ]?=[ ]?\d[\d.,_]*[A-Za-z%]?){{1,6}}\))"
        rf"|(?P<rate>[A-Za-z]{{2,14}}(?:/(?:{PER})(?:[-·/]{HOURS}(?!\w))?"
        rf"|[ ]?/[ ](?:{PER})(?=[ ]?(?:[=≈×*]|\Z|\n|[.,;)]))){ENDS_WORD}"
        r"|(?<=\d[ ])[a-z]{3,14}/[a-z]{3,14}(?=[ ]?(?:[=≈×*,.;)]|\Z|\n))"
        rf"|(?:[A-Za-z]{{1,6}}|[{NOT_LATIN}]{{1,3}})[ ]?/[ ]?(?:{PER_SCRIPT})"
        r"|(?<=\d)[ ]?/[ ]?(?:1[ ]?)?(?:[kKMGTP]i?B(?:[ ]?[/-][ ]?(?:month|mo|hour|hr|day|year))?|[KMB]"
        r"|thousand|million|billion)"
        r"(?:(?:[ ](?:input|output|prompt|completion|cached))?[ ](?:tokens|requests|images))?(?!\w)"
        rf"|(?<=[KMGT]B[ ])/[ ](?:{PER})(?=[ ]?[=≈])"
        r"|(?<=\d)/s(?=[ ]*(?:[,;:!?)\n（(，。]|\.(?!\d)|\Z|[^\W\d_]{2}))"
        rf"|(?<=[\dA-Za-z])[ ]?/[ ]?(?:(?:{PER}|vCPU|CPU|TPU|[kMGTP]i?B)[-·/]{HOURS}"
        rf"|ms|µs|us|ns|sec|second|minute|hr|hour|day|week|month|year|{PER[2:]})(?!\w))"
        rf"|(?P<spoken>(?<!\w)(?:{'|'.join(SPOKEN)})(?!\w))"
        rf"|(?P<bars>{BARS})"
        rf"|(?P<logarithm>{LOGARITHM})"
        rf"|(?P<fraction>(?<!\w)[{''.join(FRACTIONS)}](?!\w))"
        r"|(?P<lowered>(?<!\w)(?P<base>[^\W\d_]+)_\((?P<index>[^\W_](?:[\w ,-]{0,30}\w)?)\))"
        rf"|(?P<script>[{NOT_LATIN}]+)"
        rf"|(?P<word>[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹](?:[^\W⁰¹²³⁴⁵⁶⁷⁸⁹{NOT_LATIN}]|\x01(?!(?<=[^\W\d_]\x01)\x01\d)|['’](?=\w)"
        rf"|-(?=[^\W\d]{{2}})|(?<=[^\W\d]{{2}})-(?=\d))*(?:@\d{{1,4}}(?=[ ]?[=≈]))?)"
        r"|(?P<strange>\\[A-Za-z]*|[{}∑∏∫±∓∂∇∞‰])"
        rf"|(?P<about>(?:[=≈][ {THIN}\x01]*(?:[~≈～∼]|(?:{ABOUT})(?=[ \x01]*[$€£¥]?\d))"
        rf"|[~≈～∼][ {THIN}\x01]*=|≈[ \x01]*~)(?![=>]))"
        r"|(?P<tilde>[~～∼]+)"
        r"|(?P<other>==+|!=|<=|>=|->|=>|<->|<-|[-+*/]=|--+|\*\*|//|\.\.+|:=|%|.)",
        re.DOTALL,
    )
