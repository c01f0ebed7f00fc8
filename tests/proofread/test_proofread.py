"""The proofreader: what it reads, what it finds wrong, and what it says of the walkthrough."""

import json
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from own_documents import lines
from sampling import EVERYTHING, MODELS, sample

import symbolic
from symbolic.cli import main
from symbolic.configs import models
from symbolic.errors import NothingToMeasure
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring import quantities
from symbolic.pages.document import explain_page
from symbolic.pages.rendering import as_html, render_page
from symbolic.proofread import Report, proofread
from symbolic.proofread.arithmetic.expression import Name, evaluate
from symbolic.proofread.mending import mended

ROOT = Path(__file__).parents[2]
WRITTEN = [path for path in sorted((ROOT / "output").glob("*/*")) if path.suffix in (".md", ".tex", ".html")]
PAGES = [path for path in WRITTEN if path.stem == "parameters"]
OTHERS = [path for path in WRITTEN if path.stem in quantities.names() and path.stem != "parameters"]
ANALYSES = [path for path in WRITTEN if path.stem not in quantities.names()]
ITSELF, TESTED = (
    "was read back from this page",
    "tests read this page back, as text, Markdown, LaTeX and HTML",
)
LETTERS = {symbol.letter: symbol.name for symbol in SYMBOLS.values()}


def verdicts(report: Report) -> list[str]:
    return [finding.verdict for finding in report.findings]


def read(text: str, kind: str = "markdown", model: str = "") -> Report:
    return proofread(text, kind=kind, model=symbolic.load(model) if model else None)


# The walkthrough that the project grew from.


def test_the_walkthrough_has_one_wrong_equation_and_one_that_carries_it_on(walkthrough: Path) -> None:
    report = proofread(walkthrough.read_text(), walkthrough.name)
    chains = [finding for finding in report.findings if finding.equation.kind == "chain"]
    assert len(chains) == 13
    [wrong] = [finding for finding in report.findings if finding.verdict == "wrong"]
    [carried] = [finding for finding in report.findings if finding.verdict == "carried"]
    assert set(verdicts(report)) == {"holds", "wrong", "carried"}
    assert (wrong.figure.value, wrong.correct) == (38_596_416, 38_597_376)  # type: ignore[union-attr]
    assert "off by 960" in wrong.says
    assert str(report.place(wrong.start)) == "line 39"
    assert (carried.figure.value, carried.correct) == (123_550_272, 123_551_232)  # type: ignore[union-attr]


def test_the_walkthrough_leaves_out_positions_biases_and_shifts(walkthrough: Path) -> None:
    report = proofread(walkthrough.read_text(), walkthrough.name)
    assert report.model == "GPT_CONFIG_124M (GPT-2)"
    found = report.comparison
    assert found is not None
    assert (found.written, found.mended, found.total) == (123_550_272, 123_551_232, 124_412_160)
    assert found.convention == "walkthrough"
    assert {(part.name, part.size, part.times) for part in found.parts} == {
        ("position table", 786_432, 0),
        ("biases of the linear layers", 55_296, 0),
        ("norm shifts", 19_200, 0),
    }
    assert "token embedding" in found.present
    assert "position embedding" not in found.present


def test_the_mended_walkthrough_holds_and_differs_in_three_numbers_only(walkthrough: Path, tmp_path: Path) -> None:
    file = tmp_path / "walkthrough.md"
    file.write_bytes(walkthrough.read_bytes())
    result = CliRunner().invoke(main, ["proofread", str(file), "--fix"])
    assert result.exit_code == 1
    assert file.read_bytes() == walkthrough.read_bytes()
    mended = (tmp_path / "walkthrough.mended.md").read_text()
    expected = walkthrough.read_text().replace("38,596,416", "38,597,376").replace("123,550,272", "123,551,232")
    assert mended == expected
    assert proofread(mended).holds
    again = CliRunner().invoke(main, ["proofread", str(file), "--fix"])
    assert again.exit_code == 2
    assert "there already" in again.output


# Our own pages.


@pytest.mark.parametrize("path", sample(PAGES, 8), ids=lambda path: f"{path.parent.name}{path.suffix}")
def test_every_equation_of_a_published_page_is_read_and_holds(path: Path) -> None:
    report = proofread(path.read_text(encoding="utf-8"), path.name, model=symbolic.load(path.parent.name))
    assert [f"{report.place(f.start)}: {f.says}" for f in report.findings if f.verdict != "holds"] == []
    assert report.comparison is not None
    assert report.comparison.mended == report.comparison.total
    # Each printed equation was found: those of the derivation, of a block that repeats another once, and the
    # definitions of sizes.
    derivation = symbolic.explain(path.parent.name)
    least = lines(derivation) + len(derivation.model.definitions)
    chains = [finding for finding in report.findings if finding.equation.kind == "chain"]
    assert len(chains) >= least
    assert sum(finding.equation.kind == "row" for finding in report.findings) > 5
    assert sum(finding.equation.kind == "running" for finding in report.findings) > 0


@pytest.mark.parametrize("path", sample(OTHERS, 11), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_equation_of_another_quantity_s_page_is_read_and_holds(path: Path) -> None:
    derivation = symbolic.explain(path.parent.name, path.stem)
    report = proofread(path.read_text(encoding="utf-8"), path.name, derivation=derivation)
    assert [f"{report.place(f.start)}: {f.says}" for f in report.findings if f.verdict != "holds"] == []
    assert sum(finding.equation.kind == "chain" for finding in report.findings) >= lines(derivation)


def test_the_name_of_a_total_means_it_also_where_the_result_is_rounded() -> None:
    derivation = symbolic.explain("gpt2-124m", "arithmetic-intensity")
    page = derivation.to_text()
    written = "= 284,812,800 / 285,000,192\n    ≈ 0.9993"
    assert written in page
    report = proofread(page.replace(written, written.replace("192", "122")), kind="text", derivation=derivation)
    assert [f.says for f in report.findings if f.verdict != "holds"] == [
        "284,812,800 / 285,000,122 is 0.999343, but FLOPs of the step / bytes read in a step is 0.999342: "
        "they differ by 0.000000245452. It holds with 285,000,192 in the place of 285,000,122."
    ]


@pytest.mark.parametrize("path", sample(ANALYSES, 2), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_equation_of_an_analysis_is_read_and_none_is_false(path: Path) -> None:
    # A comparison has a letter's value for each of its models; then no letter is given one.
    one = symbolic.load(path.parent.name) if path.parent.name in models.names() else None
    report = proofread(path.read_text(encoding="utf-8"), path.name, model=one)
    said = [f"{report.place(f.start)}: {f.says}" for f in report.findings if f.verdict not in ("holds", "unknown")]
    assert said == []
    assert report.count("holds") >= 14
    # Not judged are only formulas whose letters nothing gives a value, in a comparison one for each model.
    for finding in report.findings:
        if finding.verdict == "unknown":
            names = [part for side in finding.equation.sides for part in side.walk() if isinstance(part, Name)]
            assert names


@pytest.mark.parametrize("path", [path for path in ANALYSES if path.stem == "compare"], ids=lambda path: path.suffix)
def test_each_row_of_a_comparison_makes_its_number(path: Path) -> None:
    report = proofread(path.read_text(encoding="utf-8"), path.name)
    rows = [
        f.equation for f in report.findings if f.equation.kind == "row" and not isinstance(f.equation.sides[0], Name)
    ]
    rows = [row for row in rows if any(isinstance(part, Name) for part in row.sides[0].walk())]
    first, second, third = (symbolic.load(name) for name in path.parent.name.split("-to-"))
    # The letters of each row: the sizes change from one model's to the next one's, in the order of the table.
    at = iter(rows)
    for old, new, changes in (
        (first, second, ["n_layers", "emb_dim"]),
        (second, third, [*[""] * 6, "vocab_size", "n_layers", "emb_dim", "hidden_dim"]),
    ):
        values = {letter: old.sizes[name] for letter, name in LETTERS.items() if name in old.sizes}
        for change in changes:
            formula, number = next(at).sides
            assert evaluate(formula, values.__getitem__) == evaluate(number, values.__getitem__)
            if change:
                values[SYMBOLS[change].letter] = new.sizes[change]
    assert next(at, None) is None


@pytest.mark.parametrize(
    ("name", "notation", "kind"),
    sample(
        list(
            product(
                ["gpt2-124m", "gemma-3-1b", "deepseek-v3", "mixtral-8x7b", "bert-base-uncased"],
                ["letters", "names"],
                ["text", "markdown", "html"],
            )
        ),
        11,
    ),
)
def test_pages_in_either_notation_hold(name: str, notation: str, kind: str) -> None:
    page = str(symbolic.explain(name).to(kind, notation=notation))
    report = read(page, kind, name)
    assert [f"{report.place(f.start)}: {f.says}" for f in report.findings if f.verdict != "holds"] == []


@pytest.mark.parametrize("convention", ["walkthrough", "active", "untied"])
def test_pages_of_other_conventions_hold(convention: str) -> None:
    page = symbolic.explain("qwen3-30b-a3b", convention=convention).to_markdown()
    assert set(verdicts(read(page, model="qwen3-30b-a3b"))) == {"holds"}


# Notation: each line is one equation, and holds.

READ = [
    ("768 × 3072 = 2,359,296", "text"),
    ("- First layer: 768 x 3072 = 2,359,296 (weights)", "markdown"),
    ("768*3072 = 2359296", "text"),
    ("768x3072 = 2359296", "text"),
    ("**768 · 3072** = `2_359_296`", "markdown"),
    ("768 \u00d7 3072 = 2\u202f359\u202f296", "text"),
    ("1 769 472 + 589 824 = 2 359 296", "text"),
    ("1.769.472 + 589.824 = 2.359.296", "text"),
    ("1'769'472 + 589'824 = 2'359'296", "text"),
    ("A matrix with 3 rows and 4 columns has 3 × 4 = 12 of them.", "text"),
    ("So 12 layers × 7,085,568 parameters each = 85,026,816 parameters.", "text"),
    ("2^10 = 1,024", "text"),
    ("2**10 = 1024", "text"),
    ("768² = 589,824", "text"),
    ("124,412,160 parameters ≈ 124.4 million", "text"),
    ("124,412,160 ≈ 124M", "text"),
    ("6,738,415,616 ≈ 6.7B", "text"),
    ("6 × 124M = 744M", "text"),
    ("1.5 GiB = 1,610,612,736 bytes", "text"),
    ("12,375,923,097,600,000,000,000 FLOPs ≈ 1.238 × 10^22", "text"),
    ("5.76e23 ≈ 576,000,000,000,000,000,000,000", "text"),
    ("min(4096, 1024) × 2 = 2048", "text"),
    ("ceil(10 / 4) = 3", "text"),
    ("(3 + 4) × 2 − 1 = 13", "text"),
    ("−3 + 4 = 1", "text"),
    ("√16 = 4", "text"),
    ("3 × 4 = 12!", "text"),
    ("√2 ≈ 1.414", "text"),
    ("31.0 % of it: 38,597,376 / 124,412,160 = 31.0 %", "text"),
    ("1/3 ≈ 0.333", "text"),
    ("768 divided by 12 equals 64", "text"),
    ("312 TFLOPS = 312 × 10^12", "text"),
    ("0.40 × 312 = 124.8 TFLOP/s", "text"),
    ("12 × 7 = 84M", "text"),
    ("12 × 2 = 16 GB + 8 GB", "text"),
    ("8/2 / 2/2 = 1", "text"),
    ("$round(2.6) + sin(0) = 3$", "markdown"),
    ("112 × 10^9 / 2^30 ≈ 104.3 GiB", "text"),
    ("38,597,376 / 124,412,160 × 100 ≈ 31.0 %", "text"),
    ("109,482,240 ≈ 110 million", "text"),
    ("128 KB = 131,072 bytes", "text"),
    ("128K = 131,072 tokens", "text"),
    ("8 × 312 = 2,496 TFLOPS ≈ 2.5 PFLOPS", "text"),
    ("291.6 GF ~ 0.29 TF", "text"),
    ("504 KiB = 504 × 1,024 B = 516,096 B", "text"),
    ("1.08e23 / 1.1232e15 = 9.615e7 s = 1113 days", "text"),
    ("0.14/624 = 0.000224 s = 0.22 ms", "text"),
    (r"$512^{-0.5} \times 4000^{-0.5} = 0.0442 \times 0.0158$", "markdown"),
    (r"$2 + 2 = 4 \quad \checkmark$", "markdown"),
    (r"$2 \times \num{1.5e9} = \num{3 000 000 000} = \num{3000000000}$", "latex"),
    (r"$\num{175e9} \times 2~\mathrm{bytes} = \SI{350}{GB} = \qty{350}{\giga\byte} = \SI{350e9}{\byte}$", "latex"),
    (r"$18{,}874{,}368 \cdot 2\,\mathrm{B} \approx 37.7\text{ MB}$", "latex"),
    ("16 / 4.127 ≈ 3.88× smaller", "text"),
    ("46.7 / 12.9 ≈ 3.6×.", "text"),
    ("184'320 × CHF 1.50 = CHF 276'480", "text"),
    ("100 × USD 2.50 = €250", "text"),
    ("24,576 hours × $2/hour = 49,152", "markdown"),
    ("1 day = 24 h = 1440 min = 86,400 s", "text"),
    ("12 blocks = 12 × 7,087,872 = 85,054,464", "text"),
    ("**All 32 layers**\n   = 32 × 218,112,000 = 6,979,584,000", "markdown"),
    ("1 epoch = 1,000,000 / 256 = 3,906.25 ≈ 3,906 steps", "text"),
    ("38.597.376 + 786.432 + 84.934.656 = 124.318.464 ≈ 124,3 Mio.", "text"),
    ("8.000.000.000 × 2 Byte ≈ 16 Mrd. Byte", "text"),
    ("538,462 seconds ≈ 6.2 Tage", "text"),
    ("140 GB / 4 TB/s = 35 ms", "text"),
    ("0.000224 seconds = 0.224 ms", "text"),
    ("18.4M kWh = 18.4 GWh", "text"),
    ("2,465,000 seconds ÷ 86,400 seconds/day ≈ 28.5 days", "text"),
    ("4096 × 128 KB = 512 MB", "text"),
    ("3.15 × 10^23 / 1.278 × 10^17 ≈ 2.465 × 10^6", "text"),
    (r"$3.15 \times 10^{23} / 1.278 \times 10^{17} \approx 2.465 \times 10^6$", "markdown"),
    ("1/2 × 10^3 = 500", "text"),
    ("0.4 × 312e12 = 124.8e12 FLOP/s", "text"),
    ("So 6 × 175e9 × 300e9 = 3.15e23.", "text"),
    ("90 % of 200 = 180", "text"),
    ("1/3 of 12 = 4", "text"),
    ("3 days = 72 hours", "text"),
    ("16 bits / 8 = 2 bytes", "text"),
    ("80 GB = 80 × 10^9 bytes = 640 Gbit", "text"),
    ("2,505,600 seconds ≈ 29 days", "text"),
    (r"$2{,}592{,}000\text{ s} = 30\text{ days}$", "markdown"),
    ("3 squared plus 2 to the power of 3 equals 17", "text"),
    ("3 times open bracket 768 times 768 close bracket equals 1,769,472", "text"),
    ("5,419,008 for the query, key and value matrices plus 1 for the bias equals 5,419,009", "text"),
    ("Attention - 3 × 4 = 12", "text"),
    ("20 million < 124,412,160", "text"),
    (r"\[ 3 \times (768 \times 768) = 1,769,472 \]", "markdown"),
    (r"$$ 3 \times (768 \cdot 768) = 1{,}769{,}472 $$", "markdown"),
    (r"$1\,769\,472 + 589\,824 = 2\,359\,296$", "markdown"),
    (r"\( \frac{768}{12} = 64 \)", "markdown"),
    (r"$\dfrac{1}{2} \times 4^{2} = 2^{3}$", "markdown"),
    (r"$\sqrt{16} + \left\lceil \frac{5}{2} \right\rceil = 7$", "markdown"),
    (r"$50257 \times 768 \approx 38.6\text{ million}$", "markdown"),
    (r"$124\text{M} \approx 124{,}412{,}160$", "markdown"),
    (r"$\boxed{2 + 2 = 4}$", "markdown"),
    (r"$\underbrace{1{,}536}_{\text{scales}} + \overbrace{1{,}536}^{\text{shifts}} = 3{,}072$", "markdown"),
    (r"$38,597,376 \text{ (embedding)} + 768 \text{ (norm)} = 38{,}598{,}144$", "markdown"),
    ("\\begin{align}\n12 \\times 64 &= 768 \\\\\n&= 700 + 68\n\\end{align}", "latex"),
    ("\\newcommand{\\by}{\\times}\\newcommand{\\half}[1]{\\frac{#1}{2}}\n$\\half{8} \\by 3 = 12$", "latex"),
    (r"\emph{So} 12~layers: $12 = 12$", "latex"),
    ("<p>768 &times; 3072 = 2,359,<!-- -->296</p>", "html"),
    ("<p>768<sup>2</sup> = 589,824</p>", "html"),
    (
        "<math><mfrac><mn>768</mn><mn>12</mn></mfrac><mo>=</mo><msup><mn>4</mn><mn>3</mn></msup><mo>=</mo><mn>64</mn></math>",
        "html",
    ),
    (
        '<math><semantics><annotation encoding="application/x-tex">1 + 1 = 2</annotation></semantics></math>',
        "html",
    ),
    (
        "<math><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mn>12</mn></munderover><mi>i</mi><mo>=</mo><mn>78</mn></math>",
        "html",
    ),
    (
        "<math><msubsup><mo>&prod;</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mn>5</mn></msubsup><mi>i</mi><mo>=</mo><mn>5</mn><mo>!</mo><mo>=</mo><mn>120</mn></math>",
        "html",
    ),
    ("<math><mroot><mn>8</mn><mn>3</mn></mroot><mo>=</mo><mn>2</mn></math>", "html"),
    ("<math><msub><mi>log</mi><mn>2</mn></msub><mo>&#x2061;</mo><mn>8</mn><mo>=</mo><mn>3</mn></math>", "html"),
    ("<math><mo>|</mo><mo>−</mo><mn>3</mn><mo>|</mo><mo>=</mo><mn>3</mn></math>", "html"),
    (r"$\sum_{i=1}^{12} i = 78$", "markdown"),
    (r"\[ \prod\limits^{5}_{k = 1} k = 120 \]", "markdown"),
    (r"$2 \sum_{i=1}^3 2 i \times 3 + 1 = 73$", "markdown"),
    (r"$\sum_{i=1}^{3} \sum_{j=1}^{i} i j = 25$", "markdown"),
    (r"$\sum_{i=1}^{3} \sum_{i=1}^{i} i = 10$", "markdown"),
    (r"$\sum_{l=1}^{12} 7{,}085{,}568 = 85{,}026{,}816$", "markdown"),
    (r"$\sum_{i=1}^{0} i = 0 = \prod_{i=1}^{0} i - 1$", "markdown"),
    (r"$\sum_{i=1}^{10000} i^2 = 333{,}383{,}335{,}000$", "markdown"),
    ("5! = 120", "text"),
    ("5! × 2 + 1 = 241", "text"),
    ("5 × 4 × 3 × 2 = 5!", "text"),
    ("So 3 × 4 = 12! - a dozen", "text"),
    ("(so 3 × 4 = 12!)", "text"),
    (r"$\frac{5!}{3!\,2!}=10$", "markdown"),
    (r"$3 \times 4 = 12!$", "markdown"),
    (r"$2^{3!} = 64$", "markdown"),
    ("|−3| = 3", "text"),
    ("|3 − 5| × |−4| = 8", "text"),
    (r"$|{-3}| = 3$", "markdown"),
    (r"$\left|3 - 5\right| \times 2|{-2}| = 8$", "markdown"),
    (r"$\lvert -3 \rvert + ||{-3}| - 5| = \vert 5 \vert$", "markdown"),
    ("∛8 = 2", "text"),
    (r"$\sqrt[3]{8} = \sqrt[3]{-8} + 4 = 2$", "markdown"),
    (r"$\sqrt[3]{10} \approx 2.154$", "markdown"),
    (r"$\log_2 8 = 3$", "markdown"),
    (r"$\log_{10} 1000 + \log_2(1,024) = 13$", "markdown"),
    (r"$\left\lfloor \log_4 8 \right\rfloor = 1$", "markdown"),
    ("log2(8) = log₂ 8 = log_2(8) = log10(1000) = 3", "text"),
    ("<p>log<sub>2</sub> 8 = 3</p>", "html"),
    ("ln 2 ≈ 0.693", "text"),
    (r"$3 \ln 2 \approx 2.08$", "markdown"),
    (r"$\ln(\exp(2)) \approx 2.000$", "markdown"),
    ("exp(1) ≈ 2.718", "text"),
    (r"$1000^{1/3} = 10$", "markdown"),
    (r"$2^{0.5} \approx 1.414$", "markdown"),
    ("(10^18 / 6)^0.452 ≈ 60.85 million", "text"),
    ("0.6 × (5.88 × 10^23)^0.452 = 33.3 billion", "text"),
    ("(8/27)^(−2/3) = 2.25", "text"),
    ("3,85,97,376 + 8,58,14,784 = 12,44,12,160", "text"),
    (r"$3{,}85{,}97{,}376 + 8{,}58{,}14{,}784 = 12{,}44{,}12{,}160$", "markdown"),
    ("12,44,12,160 − 24,12,160 = 12,20,00,000 = 12.2 crore = 1220 lakh", "text"),
    ("The shapes (8,12,768) and (8,64,512): 8 × 12 × 768 = 73,728", "text"),
    ("Twelve layers × 7,085,568 = 85,026,816", "text"),
    ("So twelve layers × 7,085,568 = 7,085,568 × twelve layers = 85,026,816", "text"),
    ("```python\nwidth = 3  # 768 * 3072 = 2,359,296\n```", "markdown"),
    ("~~~py\n# total = 12 * 64 = 768 heads, shape = (3, 4)\n~~~", "markdown"),
    ("```python\nx = '# 3 * 4' \n'''# 3 * 4 = 13'''\n# so 3 × 4 = 12\n```", "markdown"),
]


@pytest.mark.parametrize(("line", "kind"), READ)
def test_a_notation_is_read(line: str, kind: str) -> None:
    report = read(line, kind)
    assert verdicts(report) == ["holds"], [finding.says for finding in report.findings]


WRONG = [
    ("768 × 3072 = 2,359,269", "768 × 3072 is 2,359,296, not 2,359,269 (off by 27)."),
    ("1.769.472.000 ≈ 1,5 GB", "1,769,472,000 bytes do not round to 1,5 GB; to as many digits it is 1.8 GB."),
    ("349,177,798,656 = 335 GiB", "349,177,798,656 bytes do not round to 335 GiB; to as many digits it is 325 GiB."),
    ("1 769 472 + 589 824 = 2 359 926", ""),
    ("3 × 4 = 2 × 7 = 12", "2 × 7 is 14, but 3 × 4 is 12: they differ by 2."),
    ("0.40 × 312 = 128.4 TFLOP/s", "0.40 × 312 is 124.800, not 128.4 TFLOP/s."),
    (
        "每次 60 × 262K ≈ 25.7M（仅 0.2% 的参数！）",
        "15,720,000 does not round to 25.7M; to as many digits it is 15.7M.",
    ),
    ("38 / 124 = 3.1 %", ""),
    ("8 × 312 = 2,469 TFLOPS ≈ 2.5 PFLOPS", ""),
    ("504 KiB = 504 × 1,024 B = 561,096 B", ""),
    ("1.08e23 / 1.1232e15 = 9.615e7 s = 1131 days", "9.615e7 s is 1,112.85 days, not 1131 days."),
    (r"$2 \times \num{1.5e9} = \num{3 500 000 001}$", ""),
    (r"$\num{175e9} \times 2~\mathrm{bytes} = \qty{530}{\giga\byte}$", ""),
    ("16 / 4.127 ≈ 4.88× smaller", "3.87691 does not round to 4.88; to as many digits it is 3.88."),
    ("12 blocks = 12 × 7,087,872 = 85,045,464", "12 × 7,087,872 is 85,054,464, not 85,045,464 (off by 9,000)."),
    ("140 GB / 4 TB/s = 53 ms", ""),
    ("18.4M kWh = 14.8 GWh", ""),
    ("4096 × 128 KB = 521 MB", ""),
    ("109,482,240 ≈ 120 million", ""),
    ("6 × 10^9 / 3 × 10^3 = 2,100,000", "6 × 10^9 / 3 × 10^3 is 2,000,000, not 2,100,000 (off by 100,000)."),
    (r"$\frac{768}{12} = 65$", "768 / 12 is 64, not 65 (off by 1)."),
    (r"$1{,}536 + 1{,}536 = 3{,}073$", "1,536 + 1,536 is 3,072, not 3,073 (off by 1)."),
    (r"$\sum_{i=1}^{3} i^2 = 15$", "∑(i = 1 to 3) i^2 is 14, not 15 (off by 1)."),
    ("124,412,160 ≈ 127 million", "124,412,160 does not round to 127 million; to as many digits it is 124 million."),
    ("124,412,160 = 124.7M", "124,412,160 does not round to 124.7M; to as many digits it is 124.4M."),
    ("38.597.376 + 786.432 + 84.934.656 = 124.318.464 ≈ 132,4 Mio.", ""),
    ("27^(1/3) = 13", "27^(1 / 3) is 3, not 13 (off by 10)."),
    (r"$\sqrt[3]{64} = 5$", "root(64, 3) is 4, not 5 (off by 1)."),
    (r"$\log_2 64 = 5$", "log_2 64 is 6, not 5 (off by 1)."),
    ("ln(2) = 0.697", ""),
    ("5! = 121", "5! is 120, not 121 (off by 1)."),
    ("3 × 4 = 13!", "3 × 4 is 12, not 13 (off by 1)."),
    (
        "25! = 15,511,210,043,330,985,984,000,001",
        "25! is 15,511,210,043,330,985,984,000,000, not 15,511,210,043,330,985,984,000,001 (off by 1).",
    ),
    ("50! = 4.041 × 10^64", ""),
    ("2^0.452 = 1.34", ""),
    ("0.6 × (5.88 × 10^23)^0.452 = 36.3 billion", ""),
    ("2 × 1,00,000 = 2,00,001", ""),
    ("Twelve layers × 64 = 769", "twelve × 64 is 768, not 769 (off by 1)."),
]


@pytest.mark.parametrize(("line", "says"), WRONG)
def test_what_is_wrong_is_found(line: str, says: str) -> None:
    report = read(line)
    assert verdicts(report) == ["wrong"]
    if says:
        assert report.findings[0].says.startswith(says)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2048 × 12288 = 25,165,824 (25M)", ["holds", "holds"]),
        ("2048 × 12288 = 25,165,824 parameters (≈ 26M)", ["holds", "rounding"]),
        ("2048 × 12288 = 25,165,824 parameters (≈ 27M)", ["holds", "wrong"]),
        ("174,588,899,328 × 2 = 349,177,798,656 bytes ≈ 349 GB (325 GiB)", ["holds", "holds"]),
        ("174,588,899,328 × 2 = 349,177,798,656 bytes ≈ 349 GB (335 GiB)", ["holds", "wrong"]),
        ("$2048 \\times 12288 = 25{,}165{,}824$ (25.2M)", ["holds", "holds"]),
        ("3 × 4 = 12 (7K in all)", ["holds"]),
        ("2048 × 12288 = 25,165,824 (7 of them)", ["holds"]),
        ("2048 × 12288 = 25,165,824 (see 12M)", ["holds"]),
    ],
)
def test_a_rounded_number_in_brackets_says_the_result_again(text: str, found: list[str]) -> None:
    assert verdicts(read(text)) == found


def test_what_holds_in_one_reading_only_is_said_to() -> None:
    [finding] = read("1.5 GB = 1,610,612,736 bytes").findings
    assert (finding.verdict, finding.says[:32]) == ("holds", "Right only where KB, MB and GB g")
    shown = CliRunner().invoke(main, ["proofread", "-", "--all"], input="1.5 GB = 1,610,612,736 bytes").output
    assert "Right only where" in shown
    assert (
        "Right only where"
        not in CliRunner().invoke(main, ["proofread", "-"], input="1.5 GB = 1,500,000,000 bytes").output
    )


def test_a_decimal_beside_it_excuses_no_number_in_the_place_of_a_name() -> None:
    said = "With n_flops = 312,000,000,000,000 and n_use = 0.4: n_flops × n_use = {} × 0.4"
    assert verdicts(read(said.format("312,000,000,000,000")))[-1] == "holds"
    assert verdicts(read(said.format("312,000,000,000,050")))[-1] == "wrong"


def test_a_size_beside_a_label_is_held_against_its_number() -> None:
    line = "With n = 12: n × one layer = 13 × 7 = 91"
    assert verdicts(read(line)) == ["holds", "wrong"]
    assert verdicts(read(line.replace("13 × 7 = 91", "12 × 7 = 84"))) == ["holds", "holds"]


UNREAD = [
    ("<math><munder><mo>∑</mo><mi>i</mi></munder><mi>i</mi><mo>=</mo><mn>6</mn></math>", "without both its limits"),
    (r"$\sum_{i} i = 6$", "without both its limits"),
    (r"$\sum_{i \in S}^{3} i = 6$", "no name with its first number"),
    (r"$\sum_{i=1}^{3} i + i = 9$", "whether it is in the sum"),
    (r"$\sum_{i=1}^{2.5} i = 3$", "no whole numbers"),
    (r"$\sum_{i=1}^{20000} i = 3$", "more than 10,000 terms"),
    (r"$6 / \sum_{i=1}^{3} i = 1$", "two ways"),
    (r"$5!! = 15$", "!"),
    (r"$5 != 15$", "!"),
    (r"$2^3! = 64$", "two ways"),
    ("2.5! = 3", "no whole number"),
    ("three heads times 64 = 192", "goes on"),
    ("1,00,000 + 1,234,567 = 13,34,567", "goes on"),
    ("1001! = 3", "more than 1,000"),
    (r"$P(A|B) = 0.5$", "stands where none can"),
    (r"$|3|_2 = 3$", "a norm"),
    (r"$\sqrt[2.5]{8} = 2$", "degree"),
    ("(−8)^0.5 = 3", "negative"),
    ("0^(−1/2) = 3", "divides by zero"),
    (r"$\ln 2 \times 3 = 2.08$", "brackets"),
    (r"$\ln (2)^2 = 0.48$", "brackets"),
    (r"$\log_2 0 = 1$", "logarithm"),
    (r"$3 \pm 1 = 4$", r"\pm"),
    (r"$12 / 2 d = 7$", "two ways"),
    (r"$3 + = 12$", "stands where none can"),
    ("12 = 3 × (4", "goes on"),
    ("the widths plus 256 times 256 equals 131,072", "goes on"),
    ("9^9^9^9 = 1", "digits"),
    ("3 / (4 − 4) = 1", "divides by zero"),
    ("1,76,9472 + 1 = 1769473", "goes on"),
    ("The ratio 4:1 = 4", "goes on"),
    ("2 hours 30 minutes = 150 minutes", "goes on"),
    ("6.00 / 2.16M = 2.78 per 1M tokens", "goes on"),
    ("352 + 48 = 400\n*32 = 12,800", "with the result only, or with the whole formula"),
    (r"$\num{3(1)} = 3$", "not read"),
    ("5!! = 120", "left side"),
    ("| −3 | = 3", "left side"),
    ("1" * 500 + " = 2", "a number of 500 digits; at most 400 are read"),
    ("(" * 50 + "1" + ")" * 50 + " = 1", "nested more than 40 deep"),
    ("$" + "(" * 70 + "1" + ")" * 70 + " = 1$", "nested more than 60 deep"),
    ("$1" + " + 1" * 20_000 + " = 1$", "a formula of 80,005 characters"),
]


@pytest.mark.parametrize(("line", "why"), UNREAD)
def test_what_is_not_read_says_why(line: str, why: str) -> None:
    report = read(line, "html" if line.startswith("<") else "markdown")
    assert set(verdicts(report)) == {"unread"}
    assert why in report.findings[0].says.lower()


SILENT = [
    "if x == 3: y -= 4",
    "see https://example.org/?a=1&b=2",
    "It cost $5 and then $6 more.",
    "```python\nwidth = 3 * 5 == 16\n```",
    "the layer norms < 0.1 %",
    "def f(x): return x <= 3",
    "At C = 5.76e23 the printed constants give N ≈ 32.2B, in 12 layers of width d ≈ 768",
    "if 5 != 3: 5!=120",
    "| a | b |\n|---|---|\n|-3| = 4|",
    "`cat a|grep b| wc` = 3",
    "sin 0.5 = 0.7",
    "exp(3, x=4) = 2",
    r"With $z = 1$: for $|z| < 1$ it converges",
    *("two thirds × 3 = 3", "twenty five × 4 = 50", "Step two × 3 = 7", "one × 3 = 4", "the first two × 3 = 7"),
    "log 1000 = 2",
    "3 epochs ≈ 11,719",
    "4,320M tokens/month = 144M tokens/day.",
    "50257 -> 50304 (+47 = 0.09%)",
    r"It saw $\approx 20$ tokens per parameter, $> 10$",
    "1 token ≈ 0.75 words",
    "That makes 400, so ×32 = 12,800",
    "Each has 400,\n\n*32 = 12,800, + 3 = 12,803",
    r"$\lg 8 = 7$",
]


@pytest.mark.parametrize("line", SILENT)
def test_what_is_no_equation_raises_no_alarm(line: str) -> None:
    assert not [verdict for verdict in verdicts(read(line)) if verdict in ("wrong", "carried", "unread")]


@pytest.mark.parametrize(
    ("column", "parts", "total", "verdict"),
    [
        ("Parameters", "1,240", "4,960", "holds"),
        ("FLOPs", "1,240", "4,960", "holds"),
        ("#Params", "1,240", "4,960", "holds"),
        ("# Parameters", "1,240", "4,906", "wrong"),
        ("FLOPs", "1,240", "4,961", "wrong"),
        ("Bytes", "1,240", "4,906", "wrong"),
        # Four times 1.244: each is rounded for itself, and they need not add up.
        ("FLOPs", "1.24", "4.98", ""),
        ("Parameters", "1.24", "4.98", ""),
    ],
)
def test_a_column_of_counts_adds_up_to_its_total(column: str, parts: str, total: str, verdict: str) -> None:
    rows = "".join(f"| {part} | {parts} |\n" for part in "abcd")
    report = read(f"| Part | {column} |\n| --- | --- |\n{rows}| total | {total} |\n")
    assert verdicts(report) == ([verdict] if verdict else [])


def test_a_table_without_numbers_has_no_sum() -> None:
    assert verdicts(read("| Part | Value |\n|---|---|\n| a | x |\n| b | y |\n| total | z |\n")) == []


def test_names_have_the_model_s_sizes_and_else_what_the_document_says() -> None:
    line = r"$V d + T d = 39{,}383{,}808$"
    assert verdicts(read(line)) == ["unknown"]
    assert verdicts(read(line, model="gpt2-124m")) == ["holds"]
    assert verdicts(read(line, model="gpt2-1558m")) == ["wrong"]
    said = "With $V = 50257$, $d = 768$ and $T = 1024$: " + line
    assert verdicts(read(said)) == ["holds"] * 4
    assert verdicts(read("emb_dim = 769", model="gpt2-124m")) == ["wrong"]


@pytest.mark.parametrize(
    "line",
    [
        r"$4 \times d_{\text{model}}^2 = 2{,}359{,}296$",
        "d_ff × d_model = 2,359,296",
        "vocabulary size × embedding width = 38,597,376",
        r"$n_\text{layers} \times 12 = 144$",
    ],
)
def test_sizes_go_by_the_names_of_papers_and_by_their_words(line: str) -> None:
    assert verdicts(read(line, model="gpt2-124m")) == ["holds"]
    assert verdicts(read(line, model="gpt2-1558m")) == ["wrong"]


@pytest.mark.parametrize("label", ["layers", "层", "ヘッド", "층"])
def test_a_word_of_any_script_in_brackets_behind_a_factor_is_its_label(label: str) -> None:
    assert verdicts(read(rf"$M = 2 \times 32(\text{{{label}}}) \times 3 = 192$")) == ["holds"]
    assert verdicts(read(rf"$M = 2 \times 32(\text{{{label}}}) \times 3 = 193$")) == ["wrong"]


def test_a_side_that_ends_with_a_word_goes_on_in_the_next_line() -> None:
    assert verdicts(read("heads = 3\n\n4 × heads\n    = 4 × 3\n    = 12", "text")) == ["holds", "holds"]
    assert verdicts(read("heads = 3\n\n5 × heads\n    = 4 × 3\n    = 12", "text")) == ["holds", "doubtful"]
    assert verdicts(read("So there are 3 × 4 parameters\n= 13", "text")) == ["wrong"]
    assert verdicts(read("So there are 3 × heads\n> 13 at least", "text")) == []


def test_a_chain_holds_only_if_each_of_its_links_was_judged() -> None:
    assert verdicts(read("6 / 14 = 3 / 7 ≈ 0.4286")) == ["holds"]
    assert verdicts(read("6 / 14 = 3 / 7 ≈ 10 × 0.4286")) == ["unknown"]
    assert verdicts(read("6 / 15 = 3 / 7 ≈ 10 × 0.4286")) == ["wrong"]


def test_a_name_that_is_given_another_number_has_that_one_from_there_on() -> None:
    text = "With r = 8: 8192 × r = 65,536\n\nWith r = 16: 8192 × r = {}\n\nlr = 0.0003\n\nlr = 6 × 7 = 42\n"
    assert verdicts(read(text.format("131,072"))) == ["holds"] * 6
    assert verdicts(read(text.format("65,536"))) == ["holds"] * 3 + ["unknown"] + ["holds"] * 2
    assert verdicts(read("lr = 0.0003\n\nlr = 6 × 7 = 43")) == ["holds", "wrong"]


def test_definitions_in_one_line_are_read_each_for_itself() -> None:
    text = "d=4096 L=32 ffn=14336 heads=32\n\n3 * ffn = 43,008"
    assert verdicts(read(text)) == ["holds"] * 5


def test_a_lowered_index_of_html_belongs_to_its_name() -> None:
    text = "<p><i>d<sub>k</sub></i> = 64, so 1/√<i>d<sub>k</sub></i> = 1/8 = {}</p>"
    assert verdicts(read(text.format("0.125"), "html")) == ["holds", "holds"]
    assert verdicts(read(text.format("0.152"), "html")) == ["holds", "wrong"]


def test_a_chain_counts_in_the_scale_of_its_result() -> None:
    line = "With p = 7.5B: 2p + 14p/64 = 15 + 105/64 ≈ {} GB"
    assert verdicts(read(line.format("16.6"))) == ["holds", "holds"]
    assert verdicts(read(line.format("16.1"))) == ["holds", "wrong"]


def test_the_counter_of_a_sum_is_no_name_of_the_document_s() -> None:
    line = r"With $i = 7$: $\sum_{i=1}^{L} (12 d^2 + 10 d) + i = 12 \times 7{,}085{,}568$"
    assert verdicts(read(line.replace("+ i", ""), model="gpt2-124m")) == ["holds", "holds"]
    assert verdicts(read(line, model="gpt2-124m")) == ["holds", "unread"]
    assert verdicts(read(r"$\sum_{k=1}^{3} k d_k = 7$")) == ["unknown"]


def test_a_bar_that_is_never_closed_takes_no_other_row_with_it() -> None:
    assert verdicts(read(r"\begin{align} P(A|B) &= 0.5 \\ 3 + 4 &= 7 \end{align}")) == ["unread", "holds"]


def test_a_bracket_ends_with_its_paragraph() -> None:
    text = "It calls f(width = 64,\n\nheads = 5), and 6 × 7 = 41 of them."
    found = [text[one.equation.start : one.equation.end] for one in proofread(text).findings]
    assert found == ["width = 64", "heads = 5", "6 × 7 = 41"]


def test_a_function_that_is_not_known_is_not_judged() -> None:
    assert verdicts(read("log(12) = 7")) == ["unknown"]
    assert verdicts(read(r"$\log 12 = 7 + \sin(3)$")) == ["unknown"]
    assert verdicts(read("With x = 3: 2x + 1 = 7")) == ["holds", "holds"]


def test_two_formulas_are_compared_for_all_sizes() -> None:
    assert verdicts(read("$d (4 d + 4 d) = 8 d^2$")) == ["holds"]
    assert verdicts(read("$d (4 d + 4 d) = 9 d^2$")) == ["unknown"]
    coincidence = read(r"$n\_heads \times d = n\_layers \times d$", model="gpt2-124m")
    assert "these sizes only" in coincidence.findings[0].says


LOSS = r"With $F = A N^{\alpha} + \lambda (6 N D - C)$: $\frac{\partial F}{\partial N} = "


@pytest.mark.parametrize(
    ("side", "verdict"),
    [
        (r"\frac{\alpha A}{N^{1 - \alpha}} + 6 \lambda D$", "holds"),
        (r"\alpha A N^{\alpha - 1} + 6 D \lambda = 0$", "holds"),
        (r"\alpha A N^{\alpha} + 6 \lambda D$", "unknown"),
        (r"\alpha A N^{\alpha - 1} + 6 \lambda N$", "unknown"),
    ],
)
def test_a_derivative_is_that_of_the_formula_that_the_document_gives(side: str, verdict: str) -> None:
    assert verdicts(read(LOSS + side)) == ["unknown", verdict]


def test_a_name_may_have_a_formula_and_a_number() -> None:
    said = r"$P = 4 d^2 = 4 \times 768^2 = 2{,}359{,}296 \approx 2.36\text{M}$ and "
    assert verdicts(read(said + r"$\frac{\partial P}{\partial d} = 8 d$"))[-1] == "holds"
    assert verdicts(read(said + r"$2 P = 4{,}718{,}592$")) == ["holds", "holds"]
    assert verdicts(read(said + r"$2 P = 4{,}718{,}593$")) == ["holds", "wrong"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (r"$N = 12 L d^2 + V d$ and so $N = d (12 L d + V)$", "holds"),
        (r"$N = 12 L d^2 + V d$ and so $N = d (12 L d + T)$", "unknown"),
        (r"The ratio a = `emb_dim` / `n_layers`. $N = 12 L d^2$, and $N = 12 d^3 / a$", "holds"),
        (r"$G = 3 d$, so $2 G + 1 = 4{,}609$", "holds"),
        (r"$G = 3 d$, so $2 G + 1 = 4{,}610$", "wrong"),
    ],
)
def test_a_name_is_what_the_document_says_that_it_is(text: str, verdict: str) -> None:
    assert verdicts(read(text, model="gpt2-124m"))[-1] == verdict


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Take emb_dim = 29. $4 d = 116$", ["holds", "holds"]),
        ("Take emb_dim = 29. $4 d = 3{,}072$", ["holds", "wrong"]),
        ("Suppose emb_dim = 29, n_layers = 2.\n\n$L d = 58$", ["holds"] * 3),
        ("Let $d = 16$. Then `hidden_dim` = 64", ["holds", "holds"]),
        ("## One\n\nTake emb_dim = 29.\n\n### A\n\n$2 d = 58$\n\n## Two\n\n$2 d = 1{,}536$", ["holds"] * 3),
        ("Take emb_dim = 29. $2 d = 58$ Take emb_dim = 30. $2 d = 60$", ["holds"] * 4),
        ("Let us see: emb_dim = 29", ["wrong"]),
        ("It has emb_dim = 29. Take care.", ["wrong"]),
    ],
)
def test_what_a_section_supposes_holds_up_to_its_end(text: str, found: list[str]) -> None:
    assert verdicts(read(text, model="gpt2-124m")) == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (r"$12 \times 64 = \underline{\hspace{3cm}}$", "latex"),
        (r"\newcommand{\blank}{\underline{\quad}}$\blank + 1 = 5$", "latex"),
        ("12 × 64 = ____", "text"),
        (r"$12 \times 64 = ?$", "markdown"),
        ("<p>12 × ___ = 768</p>", "html"),
    ],
)
def test_a_blank_is_neither_right_nor_wrong(text: str, kind: str) -> None:
    [finding] = read(text, kind).findings
    assert (finding.verdict, finding.says) == ("unknown", "It has a blank to fill in.")


def test_a_formula_of_a_table_that_can_t_be_read_is_said_to_be_so() -> None:
    table = "| Formula | Adds |\n|---|---|\n| 3 × 4 | 12 |\n| (3 + 4) 12 x | 84 |\n"
    assert verdicts(read(table)) == ["holds", "unread"]


def test_an_error_is_traced_through_several_sums() -> None:
    report = read("2000 + 3000 = 5001\n\n5001 + 1000 = 6001\n\n6001 × 2 = 12002\n\nabout 12 thousand")
    assert verdicts(report)[:3] == ["wrong", "carried", "carried"]
    assert [finding.correct for finding in report.findings[:3]] == [5000, 6000, 12000]


def test_a_total_that_forgets_one_part_names_it() -> None:
    model = symbolic.load("gpt2-124m")
    forgotten = 124_412_160 - 12 * 3072
    report = proofread(f"124,412,160 - 36,864 = {forgotten:,}", model=model)
    assert report.comparison is not None
    assert not report.comparison.convention
    assert [(part.size, part.times) for part in report.comparison.parts] == [(36_864, 0)]
    nothing = proofread("100,000,000 + 7 = 100,000,007 parameters", model=model)
    assert nothing.comparison is not None
    assert nothing.comparison.unexplained
    assert not nothing.holds


# Formats of documents.


def test_html_is_read_as_it_is_shown_and_as_its_tex() -> None:
    formula = (
        "<math><semantics><mrow><mn>2</mn><mo>+</mo><mn>12</mn><mo>=</mo><mn>{}</mn></mrow>"
        '<annotation encoding="application/x-tex">2 + 12 = {}</annotation></semantics></math>'
    )
    assert verdicts(read(formula.format(14, 14), "html")) == ["holds"]
    assert verdicts(read(formula.format(15, 15), "html")) == ["wrong"]
    assert sorted(verdicts(read(formula.format(14, 15), "html"))) == ["holds", "unread"]


COMMENTS = [
    "if x == 3",
    "x = 3 * y",
    "shape = (3, 4)",
    "lr=3e-4",
    "n_embd = 769, n_layer=13",
    "x[3 * 4] = 11",
    "data[k][2 * 3] = 5",
    "model.heads(2 * 3) = 5",
    "1 << 3 * 2 = 64",
    "7 % 2 * 3 = 3",
    "5 ^ 3 = 6",
    "labels 0-9 = 11 classes",
    "kernel 3x3 = 1 layer",
    "14x14 = 100 tiles",
    "fold 1/5 = 20",
    "3 * 0.1 = 0.30000000000000004",
    "about 12 million, so far: 13",
    "layer 3 = 12 heads",
    "5! = 3",
    "64 * 1024 = 64K",
    "1 * 4 + 2 * 3 + 4 * 1 = 2 (1 * 4 + 3)",
]


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_that_may_be_code_is_not_read(comment: str) -> None:
    report = read(f"```python\nx = 3 * 4 == 13  # {comment}\n```", model="gpt2-124m")
    assert verdicts(report) == []


def test_a_comment_s_arithmetic_is_found_wrong_and_no_name_of_it_is_kept() -> None:
    assert verdicts(read("```python\n# d = 3 * 4 = 13\n```\n\n$d = 5$ and $d + 1 = 6$")) == ["wrong", "holds", "holds"]


def test_comments_of_a_notebook_s_code_are_read_and_mended_and_its_code_is_not() -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "1001 * 2 = 2003"},
        {"cell_type": "code", "metadata": {}, "source": ["y = 2003  # 1000 * 3 = 3001\n", "# 2003 + 1 = 2004"]},
        {"cell_type": "code", "metadata": {}, "source": "2003"},
    ]
    report = proofread(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}), "notes.ipynb")
    assert verdicts(report) == ["wrong", "wrong", "carried"]
    assert [str(report.place(found.start)) for found in report.findings[1:]] == ["cell 2, line 1", "cell 2, line 2"]
    sources = [cell["source"] for cell in json.loads(mended(report.document, report.changes))["cells"]]
    assert sources == ["1001 * 2 = 2002", ["y = 2003  # 1000 * 3 = 3000\n", "# 2002 + 1 = 2003"], "2003"]


def notebook(*cells: str) -> str:
    made = [{"cell_type": "markdown", "metadata": {}, "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_a_notebook_is_read_by_cells_and_mended(tmp_path: Path) -> None:
    file = tmp_path / "notes.ipynb"
    file.write_text(notebook("# Title", "First\n\n$2000 + 2000 = 4001$\n", "so 4001 × 2 = 8002"))
    report = proofread(file.read_text(), file.name)
    assert [str(report.place(finding.start)) for finding in report.findings] == ["cell 2, line 3", "cell 3, line 1"]
    result = CliRunner().invoke(main, ["proofread", str(file), "--fix"])
    assert result.exit_code == 1, result.output
    mended = json.loads((tmp_path / "notes.mended.ipynb").read_text())
    assert "".join(mended["cells"][1]["source"]) == "First\n\n$2000 + 2000 = 4000$\n"
    assert "".join(mended["cells"][2]["source"]) == "so 4000 × 2 = 8000"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("10 × 12,34,567 = 1,23,45,679", "10 × 12,34,567 = 1,23,45,670"),
        ("7 × 10⁹ × 16 = 122 × 10⁹ bytes", "7 × 10⁹ × 16 = 112 × 10⁹ bytes"),
        (r"$7 \times 10^9 \times 16 = 122 \times 10^{9}$", r"$7 \times 10^9 \times 16 = 112 \times 10^{9}$"),
        ("7 × 10^8 × 3 = 22 × 10^9 bytes", "7 × 10^8 × 3 = 22 × 10^9 bytes"),
        (r"$10 \times 12{,}34{,}567 = 1{,}23{,}45{,}679$", r"$10 \times 12{,}34{,}567 = 1{,}23{,}45{,}670$"),
    ],
)
def test_a_number_is_mended_with_its_own_groups(wrong: str, right: str) -> None:
    report = read(wrong)
    assert mended(report.document, report.changes) == right


def test_a_file_of_windows_is_read_as_any_other_and_keeps_its_ends_of_lines() -> None:
    lines = (
        "A price of $3 per hour",
        "",
        "$$",
        r"6 \times 7",
        "= 42",
        "$$",
        "",
        "```python",
        "total = 12 * 64 + \\",
        "    64  # = 832",
        "```",
        "",
        "- **2000 + 2000 = 4001**",
    )
    ours, windows = (read(end.join(lines)) for end in ("\n", "\r\n"))
    assert [(one.verdict, ours.place(one.start)) for one in ours.findings] == [
        (one.verdict, windows.place(one.start)) for one in windows.findings
    ]
    assert ours.count("holds") == 1
    assert mended(windows.document, windows.changes) == "\r\n".join(lines).replace("4001", "4000")


@pytest.mark.parametrize("ending", ["md", "tex", "html"])
def test_a_page_with_an_error_is_mended_to_the_page_that_is_right(ending: str, tmp_path: Path) -> None:
    page = (ROOT / "output" / "gpt2-124m" / f"parameters.{ending}").read_text(encoding="utf-8")
    # The picture of the network uses the number before any step has it.
    before, heading, steps = page.partition("<h2>Step by step" if ending == "html" else "Step by step")
    steps = steps.replace("7,085,568", "7,085,569").replace("7{,}085{,}568", "7{,}085{,}569")
    broken = before + heading + steps
    file = tmp_path / f"page.{ending}"
    file.write_text(broken, encoding="utf-8")
    result = CliRunner().invoke(main, ["proofread", str(file), "--model", "gpt2-124m", "--fix"])
    assert result.exit_code == 1
    assert (tmp_path / f"page.mended.{ending}").read_text(encoding="utf-8") == page


# The command.


@pytest.mark.parametrize(
    ("text", "code"), [("3 × 4 = 12", 0), ("3 × 4 = 13", 1), ("no equation here", 0), (r"$\log 3 = 1$", 0)]
)
def test_the_exit_code_says_whether_all_holds(text: str, code: int, tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text(text)
    assert CliRunner().invoke(main, ["proofread", str(file)]).exit_code == code


@pytest.mark.parametrize("name", ["nothing.md", "..", "binary.md", "broken.ipynb"])
def test_what_can_t_be_read_is_one_line_and_exit_code_2(name: str, tmp_path: Path) -> None:
    (tmp_path / "binary.md").write_bytes(b"\xff\xfe\x00\x81")
    (tmp_path / "broken.ipynb").write_text("[1, 2")
    result = CliRunner().invoke(main, ["proofread", str(tmp_path / name)])
    assert result.exit_code == 2
    assert len(result.output.strip().splitlines()) == 1


@pytest.mark.parametrize("format", ["text", "markdown", "html", "json"])
def test_a_report_says_the_same_in_each_format(format: str, walkthrough: Path) -> None:
    result = CliRunner().invoke(main, ["proofread", str(walkthrough), "--format", format])
    assert result.exit_code == 1
    words = " ".join(result.output.split())
    for said in ("50257 × 768 is 38,597,376, not 38,596,416 (off by 960).", "With 38,597,376 it is 123,551,232."):
        assert said in words
    assert "786,432" in words or "786432" in words


def test_nothing_of_a_document_acts_in_its_report(tmp_path: Path) -> None:
    file = tmp_path / "<script>.md"
    file.write_text("<script>alert(1)</script> \x1b[31m 3 × 4 = 13 <img src=x onerror=alert(1)> \u202e {{ 7*7 }}")
    for kind in ("text", "html", "markdown"):
        shown = CliRunner().invoke(main, ["proofread", str(file), "--format", kind]).output
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        if kind == "html":
            assert "<script>" not in shown
            assert "<img" not in shown


# Explain reads its own pages back where it is asked to, and these tests read those of all models.


@pytest.mark.parametrize(
    ("name", "quantity"),
    sample(list(product(["text", "markdown", "latex", "html"], ["parameters", "training-flops"])), 3),
)
def test_a_page_says_whether_it_was_proofread_itself_or_pages_like_it_were(name: str, quantity: str) -> None:
    command = ["explain", "gpt2-124m", "--quantity", quantity, "--format", name, "--output", "-"]
    for more, said, unsaid in (([], TESTED, ITSELF), (["--proofread"], ITSELF, TESTED)):
        result = CliRunner().invoke(main, [*command, *more])
        assert result.exit_code == 0
        assert said in " ".join(result.output.split())
        assert unsaid not in " ".join(result.output.split())


def test_a_result_in_mib_is_not_that_of_megabytes() -> None:
    assert verdicts(read("37,748,736 / 1,048,576 = 36 MiB")) == ["holds"]
    assert verdicts(read("37,748,736 / 1,048,576 = 34 MiB")) == ["wrong"]


def test_a_row_that_starts_with_a_minus_goes_on_with_a_sum() -> None:
    text = "    2,360 [attention] + 4,722 [feed-forward network]\n        − 30 [layer norms]\n    = 7,052\n"
    assert verdicts(read(text, "text")) == ["holds"]
    assert "holds" not in verdicts(read(text.replace("30", "31"), "text"))
    assert verdicts(read("There are 12 of them.\n−3 + 5 = 2\n", "text")) == ["holds"]


def test_a_short_line_of_a_wrapped_cell_takes_nothing_from_the_next_one() -> None:
    table = (
        "Step      Formula          Adds  Makes\n"
        "--------  ------------  -------  -----\n"
        "start                               10\n"
        "position  (1 + 2)          + 21     31\n"
        "table     ×\n"
        "          (3\n"
        "          + 4)\n"
    )
    assert verdicts(read(table, "text")) == ["holds"] * 2
    assert "wrong" in verdicts(read(table.replace("+ 4)", "+ 5)"), "text"))


@pytest.mark.parametrize(
    ("config", "asked"),
    [
        ({**models.find("gpt2-124m").config, "n_layers": 13}, {}),
        (models.find("gpt2-124m").config, {"quantity": "kv-cache", "inputs": {"context": 77}}),
        (models.find("gpt2-124m").config, {"convention": "untied"}),
    ],
)
def test_a_page_that_no_test_reads_does_not_say_so(config: dict[str, object], asked: dict[str, Any]) -> None:
    page = " ".join(symbolic.explain(config, **asked).to_text().split())
    assert "Checked:" in page
    assert "program’s tests" not in page


KINDS = ("text", "markdown", "latex", "html")


def has_page(name: str, quantity: str) -> bool:
    try:
        symbolic.explain(name, quantity)
    except NothingToMeasure:
        return False
    return True


def by_turns() -> list[tuple[str, str, str]]:
    """Each quantity and each family in a format, by turns; of everything, each quantity of each model in one.

    What a page says is the same in all formats, and how a format writes it hangs on the model or on the quantity:
    each of both is read back in each format.
    """
    if EVERYTHING:
        return [
            (name, quantity, KINDS[(first + second) % len(KINDS)])
            for first, name in enumerate(MODELS)
            for second, quantity in enumerate(quantities.names())
        ]
    models, names = cycle(MODELS), cycle(quantities.names())
    pages = [(next(name for name in models if has_page(name, quantity)), quantity) for quantity in quantities.names()]
    left = [name for name in MODELS if name not in dict(pages)]
    pages += [(name, next(quantity for quantity in names if has_page(name, quantity))) for name in left]
    return [(*page, kind) for page, kind in zip(pages, cycle(KINDS))]


READ_BACK = by_turns()


def test_each_family_each_quantity_and_each_format_is_read_back() -> None:
    assert {name for name, _, _ in READ_BACK} == set(MODELS)
    assert {quantity for _, quantity, _ in READ_BACK} == set(quantities.names())
    assert {kind for _, _, kind in READ_BACK} == set(KINDS)
    if EVERYTHING:
        assert {(name, kind) for name, _, kind in READ_BACK} == set(product(MODELS, KINDS))
        assert {(quantity, kind) for _, quantity, kind in READ_BACK} == set(product(quantities.names(), KINDS))


@pytest.mark.parametrize(("name", "quantity", "kind"), READ_BACK)
def test_each_page_of_a_bundled_model_is_read_back(name: str, quantity: str, kind: str) -> None:
    try:
        derivation = symbolic.explain(name, quantity)
        page = explain_page(derivation)
    except NothingToMeasure:
        return
    written = as_html.render_page(page, derivation=derivation) if kind == "html" else render_page(page, kind)
    report = proofread(written, kind=kind, derivation=derivation)
    assert kind != "html" or len(written.encode()) < 250_000
    said = [f"{report.place(f.start)}: {f.says}" for f in report.findings if f.verdict != "holds"]
    assert said == []
    assert report.count("holds") > 10


FACTORS = [
    ("d = 5\n\n12 = 2 (d + 1)", ["holds", "holds"]),
    ("d = 5\n\n13 = 2 (d + 1)", ["holds", "doubtful"]),
    ("d = 5\n\n15 = 2 (d + 1) + 3", ["holds", "holds"]),
    ("4 × 17,625 = 70,500 (12 d² + 13 d)", ["holds"]),
    ("2 + 3 = 5 (not 6)", ["holds"]),
    ("P = 5\n\nQ = 2\n\n3 × (P + Q) × 4 = 84", ["holds"] * 3),
    ("P = 5\n\nQ = 2\n\n3 × (P + Q) × 4 = 85", ["holds"] * 2 + ["doubtful"]),
    ("P = 5\n\nQ = 2\n\n| Formula | Count |\n|---|---|\n| `3 × (P + Q) × 4` | 84 |\n", ["holds"] * 3),
    ("3 × 4 = 12 (W + B)", ["holds"]),
]


@pytest.mark.parametrize(("text", "verdicts"), FACTORS)
def test_a_number_before_a_sum_with_letters_is_its_factor_and_a_result_has_a_note(
    text: str, verdicts: list[str]
) -> None:
    assert [finding.verdict for finding in proofread(text).findings] == verdicts


IN_FULL = [
    ("(hidden_dim × emb_dim) × 2 = 4,718,592 bytes", "holds"),
    ("(hidden_dim − emb_dim) × 2 = 4,718,592 bytes", "doubtful"),
    ("hidden_dim − emb_dim = 3,072 × 768 = 2,359,296 bytes", "doubtful"),
    ("(hidden_dim × emb_dim) × 2 = 4.5 MiB", "holds"),
    ("2,304 × 1,024 = 2,359,296 bytes = 2.25 MiB", "holds"),
]


@pytest.mark.parametrize(("text", "verdict"), IN_FULL)
def test_a_size_under_its_name_counts_in_full_whatever_the_unit_of_the_result(text: str, verdict: str) -> None:
    [finding] = proofread(text, model=symbolic.load("gpt2-124m")).findings
    assert finding.verdict == verdict, finding.says


def test_a_page_with_an_error_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    from symbolic.errors import CheckFailed
    from symbolic.measuring.derivation import Derivation
    from symbolic.proofread.own_pages import proofread_page

    printed = Derivation.to
    monkeypatch.setattr(Derivation, "to", lambda *a, **k: str(printed(*a, **k)).replace("589,824", "589,825"))
    with pytest.raises(CheckFailed, match="768 × 768 is 589,824, not 589,825"):
        proofread_page(symbolic.explain("gpt2-124m"), "text")


def test_a_page_beside_the_wrong_model_is_told_apart_from_a_wrong_page() -> None:
    page = (ROOT / "output" / "gpt2-124m" / "parameters.md").read_text(encoding="utf-8")
    said = CliRunner().invoke(main, ["proofread", "-", "--model", "gpt2-1558m"], input=page).output
    assert "it may be about another model" in " ".join(said.split())
    assert "With 6,400 it is 3,072" not in said


def test_a_number_that_is_wrong_further_up_may_come_about_rightly_further_down() -> None:
    report = read("2000 + 3000 = 5001\n\n5000 + 1 = 5001\n\n5001 + 1 = 5002")
    assert verdicts(report) == ["wrong", "holds", "carried"]


BREAKING = [("1,\\allowbreak{}200,\\allowbreak{}000", "holds"), ("1,\\allowbreak{}200,\\allowbreak{}001", "wrong")]


@pytest.mark.parametrize(("written", "verdict"), BREAKING)
def test_a_long_number_that_may_break_in_a_line_is_one_number(written: str, verdict: str) -> None:
    """LaTeX is told where such a number may break; a sum so far of it was read as its first digits."""
    before = r"$200{,}000 + 0 = 200{,}000$ (so far: 200,000) $2 \times 500{,}000 = 1{,}000{,}000$"
    assert proofread(f"{before} (so far: {written})", kind="latex").findings[-1].verdict == verdict


@pytest.mark.parametrize(
    "line",
    [
        "Here 2,400 × 2 = 4 800.",
        "Of 1,000 we have 3 × 4 = 12 128-dimensional heads.",
        "Of 1,000, 4 × 6 = 24 512x512 images are seen.",
        "Of 1,000, 2 × 4 = 8 100-token windows fit.",
    ],
)
def test_two_numbers_in_a_row_are_one_where_the_second_is_none_of_its_own(line: str) -> None:
    assert verdicts(read(line)) == ["holds"]


def test_so_many_are_not_the_fraction_of_something_else() -> None:
    assert verdicts(read("Only 2 experts = 1/4 cost.")) == ["unknown"]
