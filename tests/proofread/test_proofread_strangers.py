"""Documents that nobody wrote: hostile ones end and say why, mangled ones raise nothing, large ones fit in memory."""

import os
import random
import subprocess
import sys
from itertools import cycle, product
from pathlib import Path

import pytest
from ends import ends
from hypothesis import given
from hypothesis import strategies as st
from sampling import EVERYTHING, count, sample

from symbolic.proofread import proofread
from symbolic.proofread.reports import formats, render

ROOT = Path(__file__).parents[2]
INPUTS = int(os.environ.get("SYMBOLIC_FUZZ", "400"))
"""How many mangled inputs: .ci/run makes 100,000."""
KINDS = ("markdown", "text", "latex", "html", "notebook")
READERS = ("markdown", "latex", "html")


def many(number: int) -> int:
    """How often something is repeated: a fortieth of it by default."""
    return count(number, number // 40)


HOSTILE = {
    "deep brackets": "(" * many(100_000) + "1" + ")" * many(100_000) + " = 1",
    "deep fractions": "$" + r"\frac{1}{" * many(50_000) + "1" + "}" * many(50_000) + "=1$",
    "deep roots": "√" * many(100_000) + "1 = 1",
    "deep markup": "<math>" + "<mrow>" * many(100_000) + "<mn>1</mn>",
    "a million digits": "1" * many(1_000_000) + " = 2",
    "a million digits in TeX": "$" + "1" * many(1_000_000) + " = 2$",
    "powers of powers": "9^9^9^9 = 1",
    "powers of powers in TeX": "$9^{9^{9^9}} = 1$",
    "many large powers": "$" + "+".join(["9^{9999999}"] * 900) + "=1$",
    "a huge exponent": "1e999999999 = 1",
    "long products": " × ".join(["9" * 390] * many(1500)) + " = 1",
    "braces that never close": "$" + "{" * many(200_000) + "=1$",
    "braces that never open": "$" + "}" * many(200_000) + "=1$",
    "formulas that never close": r"\[" * many(200_000),
    "dollars": "$a " * many(150_000),
    "tags that never close": '<a "' * many(150_000),
    "comments that never close": "<!--" * many(150_000),
    "words": "a" * many(500_000) + " = 3",
    "labels that never close": "[a b c d e f g h" * many(40_000),
    "links that never close": "](a" * many(150_000),
    "a chain of equals": "1=" * many(150_000) + "1",
    "commands that expand": "".join(
        rf"\newcommand{{\{name}}}{{{below * 10}}}"
        for below, name in zip(("1+", r"\a", r"\b", r"\c"), "abcd", strict=True)
    )
    + r"\begin{document}$\d 1 = 1$",
    "tables": "| a | b |\n|---|---|\n" * many(20_000),
    "a command that is an argument": r"$\frac\begin{a}{b} = 1$",
    "sums within sums": ("$\\sum_{i=1}^{" + str(many(40_000)) + "}") * count(4, 2) + "i = 1$",
    "sums within limits": r"$\sum_{i=1}^{" * many(2000) + "1" + "} i" * many(2000) + " = 1$",
    "sums that never end": r"\[ \sum_{i=1}^{10000} \sum_{j=i}^{10000} i^j j^i = 1 \]" * many(5000),
    "many long sums": r"\[ \sum_{i=1}^{9999} \frac{i}{i + 1} d = 1 \]" * many(5000) + "gpt2-124m gpt2-355m llama-3-8b",
    "products that grow": r"\[ \prod_{i=1}^{9999} 1000! i^i = 1 \]" * many(5000),
    "limits that never come": r"$\sum_" * many(50_000),
    "huge factorials": r"$9999999! = 1$ $1000!^{1000} = 1$ " * many(2000),
    "factorials of factorials": "5" + "!" * many(300_000) + " = 1",
    "factorials in brackets": "(" * 39 + "3" + "!)" * 39 + " = 1",
    "tall logarithms": r"\[ \log_{" * many(3000) + "2" + r"} 8 = 1 \]" * many(3000),
    "logarithms of large numbers": r"\[ \log_2 (1000!^2) + \ln 999! + \exp(9999) = \sum_{i=1}^{2} x \]" * many(3000),
    "logarithms of logarithms": "ln(" * many(60_000) + "2" + ")" * many(60_000) + " = 1",
    "roots of high degree": r"\[ \sqrt[999999999]{1000! + 1} + 7^{0.123456789} = x \] " * many(3000),
    "powers of sums": r"$2^{\sum_{i=1}^{9999} 2^i} = 1$",
    "bars": "|" * many(300_000) + " = 1",
    "bars in TeX": "$" + "|" * many(40_000) + " = 1$",
    "bars with spaces": "|1 " * many(100_000) + " = 1",
    "suppositions": "Take d = 5. " * many(20_000),
    "suppositions and headings": "# A\n\n" + "Take d = 5.\n\n" * many(20_000) + "## B\n\n" * many(60_000),
    "definitions": "".join(f"x_{number} = a + b_{number} + c + d + e\n\n" for number in range(many(20_000))),
    "definitions of definitions": "".join(
        f"x_{number + 1} = x_{number} * x_{number}\n\n" for number in range(many(20_000))
    ),
    "blanks": ("5" + " " * count(3000, 800) + "% ") * count(40, 4),
    "rates and ratios": "5 KiB per token, a 4-token text: 20 KiB\nSpeedup: 2x\n" * many(1_000),
    "sums so far": "so far: 3 about 5 " * many(30_000),
    "shares of many totals": "| part | size |\n|---|---|\n| a | 3 (30 %) |\n| b | 7 (70 %) |\n| total | 10 |\n\n"
    * many(2_000),
    "notes of a program": "x = 1 # of 3" + " " * count(3000, 800) + "1 #" * many(100_000),
    "blanks in brackets": ("5 (" + " " * count(3000, 800)) * count(40, 4) + "2 × 3) = 6",
}


@pytest.mark.parametrize(
    ("name", "kind"),
    list(product(HOSTILE, READERS) if EVERYTHING else zip(list(HOSTILE)[::2], cycle(READERS), strict=False)),
)
def test_a_hostile_document_ends_and_nothing_in_it_holds_by_chance(name: str, kind: str) -> None:
    text = HOSTILE[name]
    with ends():
        report = proofread(text, kind=kind)
    assert not [finding for finding in report.findings if finding.verdict in ("wrong", "carried")]
    for finding in report.findings:
        if finding.verdict == "unread":
            assert finding.says
            assert len(finding.says) < 300
    for name_of_format in formats():
        assert len(render(report, name_of_format)) < 20 * len(text) + 20_000


def large(name: str) -> str:
    """A megabyte, or a fortieth, of one of our documents, or of one line again and again."""
    if name == "lines":
        return "768 × 3072 = 2,359,296\n\n" * many(41_000)
    text = (ROOT / name).read_text(encoding="utf-8")
    return text * (many(1_000_000) // len(text) + 1)


MEASURED = """
import sys
from symbolic.cli import main
code = main(["proofread", sys.argv[1]], standalone_mode=False)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(peak.split()[1], file=sys.stderr)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured on Linux")
@pytest.mark.parametrize("name", sample(["lines", "tests/data/walkthrough.md", "output/gpt2-124m/parameters.md"], 3))
def test_a_megabyte_takes_less_than_300_megabytes_of_memory(name: str, tmp_path: Path) -> None:
    file = tmp_path / "large.md"
    file.write_text(large(name), encoding="utf-8")
    process = subprocess.run([sys.executable, "-c", MEASURED, str(file)], capture_output=True, text=True, check=True)
    assert process.stdout.startswith("large.md\n")
    assert int(process.stderr) < 300_000


PIECES = [
    *(
        "\\frac{",
        "\\text{",
        "\\times ",
        "\\underbrace{",
        "$$",
        "$",
        "\\[",
        "\\]",
        "\\(",
        "\\)",
        "<math>",
        "<mn>",
        "</math>",
    ),
    *(
        "<mfrac>",
        "<msup>",
        "|---|",
        "so far: ",
        "about ",
        "= ",
        "≈ ",
        "1,769",
        "12Ld²",
        "\\begin{aligned}",
        "\\end{aligned}",
    ),
    *(
        "\\newcommand{\\a}[1]{#1}",
        "\\a{",
        "& ",
        "\\\\",
        "{,}",
        "124M",
        "GiB",
        "min(",
        "```",
        "<td>",
        "<table><tr>",
        "^{",
        "_{",
    ),
    *(
        "\\begin{document}",
        "9^9^9",
        "{",
        "}",
        "\\",
        "\\sqrt[",
        "vocab_size",
        "\n\n",
        "<!--",
        "&#x1F;",
        "emb_dim = 768\n",
    ),
    *(
        "⌈",
        "√",
        "²",
        "⁻",
        "(",
        ")",
        "[",
        "]",
        "0",
        "1",
        "7",
        "768",
        "1/0",
        "0^0",
        "(-1)^0.5",
        "%",
        "\\%",
        "\x00",
        "\x01",
    ),
    *(
        "\\sum_{i=1}^{",
        "\\prod_{k=1}^3 ",
        "∑",
        "<munderover><mo>∑</mo>",
        "<msubsup>",
        "<mroot>",
        "!",
        "5! ",
        "|",
        "|−3|",
        "\\left|",
        "\\right|",
        "\\sqrt[3]{",
        "∛",
        "\\log_",
        "\\log_2 8",
        "\\ln ",
        "exp(",
        "log2(",
        "log ",
        "^{1/3}",
        "i",
        "12,44,12,160",
        "3 lakh",
        "```python\n# 3 * 4 = 12\n",
        "# ",
    ),
    *("\u202e", "\ud800", "\u2009", "\r\n", "\t", "×", "*", "**", "-", "−", "+", "/", "<", ">", "x", "d", "a", "word "),
]


def documents() -> list[str]:
    pages = [(ROOT / "output" / "gpt2-124m" / f"parameters.{ending}").read_text() for ending in ("md", "tex")]
    html = (ROOT / "output" / "gpt2-124m" / "parameters.html").read_text().split("<body>")[1]
    return [(ROOT / "tests" / "data" / "walkthrough.md").read_text(), *pages, html]


def mangled(chance: random.Random, sources: list[str]) -> str:
    if chance.random() < 0.5:
        return "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 25)))
    source = chance.choice(sources)
    start = chance.randrange(len(source))
    letters = list(source[start : start + chance.randrange(5, 160)])
    for _ in range(chance.randrange(1, 8)):
        place = chance.randrange(len(letters) + 1)
        letters[place : place + chance.randrange(3)] = chance.choice(PIECES)
    return "".join(letters)


@pytest.mark.parametrize("part", range(4))
def test_mangled_documents_raise_nothing(part: int) -> None:
    chance, sources = random.Random(11 + part), documents()
    for number in range(INPUTS // 4):
        text, kind = mangled(chance, sources), KINDS[number % 4]
        try:
            report = proofread(text, kind=kind)
            if number % 20 == 0:
                for name_of_format in formats():
                    render(report, name_of_format, every=True)
        except Exception as problem:
            raise AssertionError(f"{kind}: {text!r}") from problem


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (r"$\frac{)$ = 1", "latex"),
        (r"\[\frac{\1)-\] = 1", "text"),
        ("$$\\frac{\\times )0$$", "html"),
        (r"$x_$ = 1", "text"),
        ("<math><munderover><mo>∑</mo></math>", "html"),
        ("$" + r"\frac{1}{" * 300 + "1" + "}" * 300 + "=1$", "text"),
    ],
)
def test_what_once_raised_raises_nothing(text: str, kind: str) -> None:
    proofread(text, kind=kind)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60), st.sampled_from(KINDS[:4]))
def test_whatever_is_written_is_judged_or_not_read(text: str, kind: str) -> None:
    report = proofread(text, kind=kind)
    for finding in report.findings:
        assert 0 <= finding.equation.start <= finding.equation.end <= len(report.document.text)
        assert report.place(finding.start).line >= 1


@given(
    st.lists(st.tuples(st.sampled_from("+-×"), st.integers(1, 10**9)), min_size=1, max_size=8),
    st.integers(1, 10**9),
    st.sampled_from(["text", "tex"]),
)
def test_any_sum_of_products_is_found_right_or_wrong(parts: list[tuple[str, int]], first: int, notation: str) -> None:
    sign = {"×": r"\times", "+": "+", "-": "-"} if notation == "tex" else {"×": "×", "+": "+", "-": "−"}
    written = f"{first:,}" + "".join(f" {sign[operator]} {number:,}" for operator, number in parts)
    terms = [[1, first]]
    for operator, number in parts:
        if operator == "×":
            terms[-1][1] *= number
        else:
            terms.append([1 if operator == "+" else -1, number])
    value = sum(sign_of * product for sign_of, product in terms)
    for off, verdict in ((0, "holds"), (1, "wrong")):
        line = f"{written} = {value + off:,}".replace("= -", "= −" if notation == "text" else "= -")
        [finding] = proofread(f"${line}$" if notation == "tex" else line).findings
        # Off by one may be a count with both ends, and single digits an example: to be looked at; zeros, a rounding.
        mild = {"doubtful", "rounding"} if (value + off) % 10 == 0 else {"doubtful"}
        assert finding.verdict == verdict or (off and finding.verdict in mild), (line, finding.says)
