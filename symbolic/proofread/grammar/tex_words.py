"""Letters and words in TeX's mathematics: names, products of letters, units, functions, and words in fonts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symbolic.proofread.arithmetic.numbers import LETTERS
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.names import UNITS, is_name, words_token
from symbolic.proofread.grammar.tex_arguments import plain_words
from symbolic.proofread.grammar.tex_functions import logarithm_behind
from symbolic.proofread.grammar.tex_numbers import scaled
from symbolic.proofread.grammar.tex_signs import GREEK
from symbolic.proofread.grammar.tokens import FUNCTIONS

if TYPE_CHECKING:
    from symbolic.proofread.grammar.tex_arguments import Here
    from symbolic.proofread.grammar.tex_lexer import TexScan

UNITS_OF_RESULTS = frozenset(
    {*("s", "h", "m", "Hz", "kHz", "V", "W", "J", "N", "kg", "km", "cm", "mm", "bps", "kbps", "Bit", "Bits", "dB")}
)
"""Units whose letters could be sizes, too."""
ESCAPED = re.compile(r"\\[ ][ ]*\Z")
DEFINED = re.compile(r"\s*=")
ENDS = re.compile(r"\s*(?:\Z|[=.,;]|\\(?:approx|\\))")
OF_FUNCTION = re.compile(r"\s*(?:_\s*(?:\{[^{}]{1,10}\}|\w)\s*)?(?:\(|\\(?:left|[bB]igg?l?|[cd]?frac)(?![A-Za-z]))")
"""What stands behind a word in text that is a function's name: \\text{log}_2 (…)."""
OF_NUMBERS = re.compile(r"\s*(?:\\(?:left|[bB]igg?l?)\s*)?\(")
LONGEST_ARGUMENT = 200
CALCULATED = re.compile(
    r"(?:[\d.+*/(){}^\s−-]|e(?![A-Za-z])|\\(?:cdot|times|[cd]?frac|left|right|[bB]igg?[lr]?|sigma)(?![A-Za-z]))+"
)
ROUNDING = frozenset({"round", "ceil", "floor"})
ABBREVIATIONS = frozenset({"SE", "SD", "ME", "df", "IQR", "MSE", "TP", "PP", "DP", "EP", "CP"})
"""Names of several letters that statistics and parallel programs set like products."""
UPRIGHT_WORD = re.compile(r"\s*([A-Za-z]{2,30})(?![A-Za-z])")
CONTINUING = re.compile(r"(?:\s|~|\\[ ,;:!])*(?:[-+*/=]|\\(?:cdot|div|pm)\b)")
"""In a font or a text: a sign between two numbers comes first."""
INNER = re.compile(r"\\(?:text\w*|mathrm)\{[^{}]*\}")
REST_OF_NOTE = re.compile(r".{0,120}?(?:\\(?:text|mathrm)\w*\{[^{}]*\)[^{}]*\}|\))", re.DOTALL)
RATE = re.compile(
    r"\s?/\s?(?:s|sec(?:ond)?|min(?:ute)?|hr|hour|day|week|month|year|token|layer|step|GPU|param|parameter|request|user)"
    r"(?![A-Za-z])"
)
MICROSECOND = re.compile(r"\s*(?:s(?![A-Za-z])|\\(?:text|mathrm)\{\s*s\s*\})")


def read_named(scan: TexScan, here: Here) -> int:
    """Read a name with underscores."""
    scan.add("NAME", here.place, plain_words(here.match[0]))
    return here.match.end()


def read_letters(scan: TexScan, here: Here) -> int:
    """Read letters: a scale, a unit, an abbreviation, a sign of multiplication, or names of one letter each."""
    run, start = here.match[0], here.match.start()
    close = bool(scan.tokens) and scan.tokens[-1].end == here.place[0]
    per = RATE.match(here.text, here.match.end(), here.end)
    behind = per.end() if per else here.match.end()
    if scan.tokens and not is_factor(scan, run, here) and scaled(scan, run, close=close):
        return behind
    if len(run) > 1 and run in MEASURES and scan.tokens and scan.tokens[-1].type == "NUMBER":
        scan.add("ANNOTATION", here.place, f"{run}{per[0].strip()}" if per else run)
        return behind
    if is_unit_of_result(scan, run, here):
        scan.add("ANNOTATION", here.place, run)
        return here.match.end()
    if run == "if" and scan.ends_operand and here.text[start - 1 : start].isspace():
        # What holds under a condition: 0 if p = 0.5.
        scan.add("NEXT", here.place, run)
        return here.match.end()
    if len(run) > 1 and scan.tokens and scan.tokens[-1].type == "ANNOTATION" and ESCAPED.search(here.text, 0, start):
        # 4\ times\ as\ fast: the words behind a number.
        scan.add("ANNOTATION", here.place, run)
        return here.match.end()
    if end := read_function(scan, here, run, here.place, here.match.end()):
        return end
    called = len(run) == 3 and run.isupper() and not scan.ends_operand and DEFINED.match(here.text, here.match.end())
    # In 2SD^2 they are sizes.
    raised = close and scan.tokens[-1].type == "NUMBER" and here.text.startswith("^", here.match.end())
    if (run in ABBREVIATIONS and not raised) or called or (len(run) >= 4 and run.isascii()):
        ends = scan.ends_operand and run in UNITS and ENDS.match(here.text, here.match.end(), here.end)
        counts = scan.ends_operand and (ends or not is_name(run))
        scan.add("ANNOTATION" if counts else "NAME", here.place, run)
        return behind if counts else here.match.end()
    follows = here.text[here.match.end() : here.match.end() + 12].lstrip(" ~")
    if run in ("x", "X") and scan.ends_operand and re.match(r"[\d(\\A-Za-z]", follows):
        spaced = here.text[start - 1 : start].isspace() and here.text[here.match.end() : here.match.end() + 1].isspace()
        if spaced or follows[0].isdigit():
            scan.add("TIMES", here.place, "×")
            return here.match.end()
    for index, letter in enumerate(run):
        scan.add("NAME", here.fixed or (start + index, start + index + 1), letter)
    return here.match.end()


def read_function(scan: TexScan, here: Here, word: str, place: tuple[int, int], end: int) -> int:
    r"""Read a word before its argument as a function, log_2(8) or `\text{round}(2.5)`; return 0 where it is none."""
    if OF_FUNCTION.match(here.text, end, here.end) is None:
        return 0
    if word == "log":
        return logarithm_behind(scan, here, end)
    if word in ROUNDING:
        scan.add("FUNCTION", place, word)
    elif word == "ld" or word.lower() in FUNCTIONS:
        scan.add("PREFIX", place, "log2" if word == "ld" else word.lower())
    else:
        return 0
    return end


def is_unit_of_result(scan: TexScan, run: str, here: Here) -> bool:
    """Return whether letters behind what numbers come to are its unit, and no sizes: 20/2 = 10 s."""
    if run not in UNITS_OF_RESULTS or [token.type for token in scan.tokens[-2:]] != ["RELATION", "NUMBER"]:
        return False
    numbers = sum(token.type == "NUMBER" for token in scan.tokens[:-1])
    known = run in scan.lexer.variables or any(token.value == run for token in scan.tokens)
    follows = here.text[here.match.end() : min(here.end, here.match.end() + 12)].lstrip(" ~")
    return numbers > 1 and not known and re.match(r"$|[=,.;]|\\(?:approx|quad|qquad|\\)", follows) is not None


def is_factor(scan: TexScan, run: str, here: Here) -> bool:
    """Return whether a letter behind a number is a size and no scale, as in 2T D² or among the variables."""
    if run not in LETTERS:
        return False
    follows = here.text[here.match.end() : min(here.end, here.match.end() + 12)].lstrip(" ~")
    number = getattr(scan.tokens[-1].value, "shown", "") if scan.tokens else ""
    ends = re.match(r"[}=)]|\\(?:text|times|approx|space|,|;)|$", follows) is not None
    if len(re.sub(r"\D", "", number)) > 1 and ends:
        return False
    return (
        run in scan.lexer.variables
        or re.match(r"[A-Za-z^_(]|\\(?:left|cdot [A-Za-z](?![A-Za-z]))", follows) is not None
    )


def read_greek(scan: TexScan, here: Here) -> int:
    """Read a Greek letter; σ of a decimal is the sigmoid function, of a whole number it may be a permutation."""
    letter = GREEK[here.match[0]]
    sigmoid = letter == "σ" and _of_decimals(here)
    scan.add("PREFIX" if sigmoid else "NAME", here.place, "sigmoid" if sigmoid else letter)
    return here.match.end()


def _of_decimals(here: Here) -> bool:
    r"""Return whether what stands in the brackets behind a name is a calculation with decimals: σ(0.2 \cdot σ(0.3))."""
    of = OF_NUMBERS.match(here.text, here.match.end(), here.end)
    if of is None:
        return False
    depth = 0
    for place in range(of.end() - 1, min(of.end() + LONGEST_ARGUMENT, here.end)):
        depth += (here.text[place] == "(") - (here.text[place] == ")")
        if depth == 0:
            inside = here.text[of.end() : place]
            return "." in inside and CALCULATED.fullmatch(inside) is not None
    return False


def read_micro(scan: TexScan, here: Here) -> int:
    r"""Read `\mu`: with an s behind it and a number before it, the unit µs; elsewhere the Greek letter."""
    unit = MICROSECOND.match(here.text, here.match.end(), here.end)
    if unit is None or not (scan.tokens and scan.tokens[-1].type == "NUMBER"):
        return read_greek(scan, here)
    scan.add("ANNOTATION", here.fixed or (here.match.start(), unit.end()), "µs")
    return unit.end()


def read_words(scan: TexScan, here: Here) -> int:
    """Read words in a text or font: a scale, a function, a formula in that font, or a label."""
    (start, stop), end = here.group(here.match.end())
    raw = here.raw(start, stop, scan.text)
    words = plain_words(raw)
    if words.count("(") > words.count(")") and (rest := REST_OF_NOTE.match(here.text, end, here.end)):
        # \text{cache (with } H = 8 \text{)}: one label, whatever stands in its brackets.
        words, end = f"{words}{plain_words(rest[0])}", rest.end()
    place = here.fixed or (here.match.start(), end)
    stripped = words.strip()
    if scan.tokens and stripped and scaled(scan, words, close=True):
        return end
    if called := read_function(scan, here, stripped, place, end):
        return called
    # \mathbf{27 \text{ days}}: the words in it are set apart.
    apart = plain_words(INNER.sub("", raw)) if here.fixed is None else words
    is_formula = re.search(r"\d", apart) and not re.search("[a-z]{3}", re.sub(r"\\[a-z]+", "", apart))
    if here.fixed is None and is_formula and CONTINUING.match(raw):
        # \mathbf{+ 1}: it goes on with what stands before it.
        scan.scan(here.text, start, stop, here.fixed, here.arguments, here.depth)
        return end
    if here.fixed is None and is_formula and re.match(r"\s*(?:[\d(]|\\times)", raw):
        scan.add("OPEN", (here.match.start(), start), "(")
        scan.scan(here.text, start, stop, here.fixed, here.arguments, here.depth)
        scan.add("CLOSE", (stop, end), ")")
        return end
    scan.tokens += words_token(stripped, place, scan.ends_operand)
    return end


def read_font(scan: TexScan, here: Here) -> int:
    r"""Read a change of font, `{\rm round} (3.97)`; the letters behind an upright one are a word."""
    end = here.match.end()
    word = UPRIGHT_WORD.match(here.text, end, here.end) if here.match[0] in (r"\rm", r"\sf", r"\tt") else None
    if word is None:
        return end
    place = here.fixed or word.span(1)
    if called := read_function(scan, here, word[1], place, word.end()):
        return called
    if not (scan.tokens and scaled(scan, word[1], close=True)):
        scan.tokens += words_token(word[1], place, scan.ends_operand)
    return word.end()
