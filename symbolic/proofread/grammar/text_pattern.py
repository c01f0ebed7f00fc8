"""The pattern of plain text's lexemes: each alternative is a kind, and its name says which."""

from __future__ import annotations

import re

from symbolic.proofread.arithmetic.numbers import LETTERS, THIN, Style
from symbolic.proofread.grammar.text_signs import ENDS_WORD, FRACTIONS, HANGUL, NOT_LATIN, SCALES, SPOKEN

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
LOGARITHM = r"(?<!\w)(?:ld|log(?:_?(?:2|10)|_\(\d{1,9}\)|[₀₁₂₃₄₅₆₇₈₉]{1,9}))(?=\(|[ \x01]+(?:\d|[A-Za-z](?!\w)|\())"
BARS = (
    r"(?<![\w|)])\|(?=[^\s|])(?:[^|\n\x00]{0,79}[^\s|\x00])?\|"
    r"(?=[ \x01]*(?:=(?![=>])|[≈≤≥≠<>×·⋅∙*÷/+^−²³)]|- |\Z|$))"
)
"""An absolute value: bars close to their content, with a sign or the end behind them; other bars are a table's."""
NOTE = (
    rf"[(（](?=[^()（）=×*\x00\n]{{0,80}}(?:[A-Za-z]{{3}}|[A-Za-z]{{2}}\d|[{NOT_LATIN}{HANGUL}]))"
    rf"(?:[A-Za-z ,.;:'’\"/&<>?!+-]|[{NOT_LATIN}{HANGUL}，、；：]|(?<=[A-Za-z{NOT_LATIN}])\d+"
    r"|\d{1,2}(?=[-\s]?bits?\b)){2,80}[)）]"
    r"|\((?:[A-Z](?:[ ]?[+,/&][ ]?[A-Z]){1,3}|[A-Za-z]{2})\)"
    r"|(?<=\d )\([A-Za-z]+(?:_[A-Za-z\d]+)+\)"
    r"|(?<=\d )\(\d{1,3}(?:\.\d+)?(?:[ ]?%(?:[ ][a-z]{2,}){2,6}|(?:[ ][a-z]{2,}){3,6})\)"
)
"""A note in brackets that is written in words: (weights), (FP16), (bf16 bytes), （每层）, or the name of a size."""


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
        rf"|[{''.join(LETTERS)}](?![(^²³]){ENDS_WORD}"
        r"|[ ][KMBT](?=[ ](?:[Pp]aram|[Ww]eights?\b|[Tt]oken|[Vv]alues?\b))"
        # 1.2 G / 3,958 T: decimals and groups are hardly factors of a letter behind a space.
        r"|(?<=[.,]\d)[ ][KMGBT](?![ ]?(?:[\w(×^²³_]|\*[ ]?\w))|(?<=[.,]\d\d)[ ][KMGBT](?![ ]?(?:[\w(×^²³_]|\*[ ]?\w))"
        r"|(?<=[.,]\d\d\d)[ ][KMGBT](?![ ]?(?:[\w(×^²³_]|\*[ ]?\w))"
        rf"|[ {THIN}\x01]*[%％](?![ ][\d(])|[%％](?=[ ]\()))?"
        r"|(?P<raised>[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
        r"|(?P<currency>(?:US\$|(?<!\w)(?:USD|EUR|CHF|GBP|INR)|[$€£¥₹])[ \x01]?(?=\d))"
        r"|(?P<address>(?:https?://|www\.)[!-'*-;=?-~\x01]+)"
        rf"|(?P<label>\[(?=[^\W\d])[^\[\]=×*+\x00]{{2,120}}\](?!\()|{NOTE})"
        rf"|(?P<given>\((?:[ ,;\x01]*[A-Za-z_]\w{{0,20}}[ ]?=[ ]?\d[\d.,_]*[A-Za-z%]?){{1,6}}\))"
        rf"|(?P<rate>[A-Za-z]{{2,14}}(?:/(?:{PER})(?:[-·/]{HOURS}(?!\w))?"
        rf"|[ ]?/[ ](?:{PER})(?=[ ]?(?:[=≈×*]|\Z|\n|[.,;)]))){ENDS_WORD}"
        r"|(?<=\d[ ])t/s(?!\w)|(?<=\d[ ])[a-z]{3,14}/[a-z]{3,14}(?=[ ]?(?:[=≈×*,.;)]|\Z|\n))"
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
        rf"|(?P<fraction>(?<![^\W\d])[{''.join(FRACTIONS)}](?!\w))"
        r"|(?P<lowered>(?<!\w)(?P<base>[^\W\d_]+)_\((?P<index>[^\W_](?:[\w ,-]{0,30}\w)?)\))"
        # 5x0.8: elsewhere an x and the digits behind it are one word.
        r"|(?P<by>(?<=[\d)])[xX](?=\d{1,9}\.\d))"
        rf"|(?P<script>[{NOT_LATIN}]+)"
        rf"|(?P<word>[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹](?:[^\W⁰¹²³⁴⁵⁶⁷⁸⁹{NOT_LATIN}]|\x01(?!(?<=[^\W\d_]\x01)\x01\d)|['’](?=\w)"
        rf"|-(?=[^\W\d]{{2}})|(?<=[Tt]op)-(?=[KkPp](?!\w))|(?<=[^\W\d]{{2}})-(?=\d))*(?:@\d{{1,4}}(?=[ ]?[=≈]))?)"
        r"|(?P<strange>\\[A-Za-z]*|[{}∑∏∫±∓∂∇∞‰])"
        rf"|(?P<about>(?:[=≈][ {THIN}\x01]*(?:[~≈～∼]|(?:{ABOUT})(?=[ \x01]*[$€£¥]?\d))"
        rf"|[~≈～∼][ {THIN}\x01]*=|≈[ \x01]*~)(?![=>]))"
        r"|(?P<tilde>[~～∼]+)"
        r"|(?P<other>==+|!=|<=|>=|->|=>|<->|<-|[-+*/]=|--+|\*\*|//|\.\.+|:=|%|.)",
        re.DOTALL,
    )
