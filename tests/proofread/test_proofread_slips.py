"""What is called wrong is a slip that people make, or a plain calculation; any other difference is to be looked at."""

import json

import pytest

from symbolic.proofread import Report, proofread
from symbolic.proofread.reports import render


def read(text: str) -> Report:
    return proofread(text)


SLIPS = [
    ("731 + 1,204 = 1,953", "two digits have changed places", True),
    ("731 + 1,204 = 1,835", "the digit 8 stands in the place of 9", True),
    ("48 × 512 = 2,576", "a digit is missing", True),
    ("48 × 512 = 244,576", "it has a digit too many", True),
    ("48,611 × 768 = 37,334,148", "2 of its 8 digits are wrong", True),
    ("1,995 + 2,008 = 3,903", "the difference is one digit and zeros, as where one column is added up wrongly", True),
    ("3.1e6 × 1,000 / 4e8 = 77.5", "it is ten times too large", True),
    (r"$\epsilon = 0.00001$, so $\epsilon^2 = 0.000000001$", "it is ten times too large", True),
    ("7B × 2 bytes = 140 GB", "it is ten times too large", True),
    ("5.3B × 2B = 16.6 GB", "the digit 6 stands in the place of 0", True),
    ("118 × 1,024 + 7 × 100 = 122,556", "it holds with 119 in the place of 118", False),
    ("It has 108 of them.\n\n192 × 64 = 6,912", "it holds with 108, which stands above, in the place of 192", False),
]


@pytest.mark.parametrize(("text", "slip", "in_result"), SLIPS)
def test_a_slip_is_named_in_the_report(text: str, slip: str, in_result: bool) -> None:
    report = read(text)
    [found] = [finding for finding in report.findings if finding.verdict == "wrong"]
    assert (found.slip, found.in_result) == (slip, in_result)
    assert f"{slip[0].upper()}{slip[1:]}." in found.says
    assert slip in json.loads(render(report, "json"))["equations"][-1]["slip"]


UNEXPLAINED = [
    "With λ = 4 and W = 2: L = λ × W = 8, and L = λ × W = 10 × 2 = 20",
    "3 days = 71 hours",
    "1.5 GiB = 1,500,000,000 bytes",
    "128K = 141,072 tokens",
    "128 KB = 131,702 bytes",
    "With $d = 5$: $d^2 = 6^2 = 36$",
    r"$512^{-0.5} \times 4000^{-0.5} = 0.0452 \times 0.0158$",
]


@pytest.mark.parametrize("text", UNEXPLAINED)
def test_a_difference_that_no_slip_explains_is_to_be_looked_at(text: str) -> None:
    found = read(text).findings[-1]
    assert found.verdict == "doubtful"
    assert "no usual slip explains it" in found.says


LOOSE = [
    ("We get `$1,120 / $14 per M tokens = ~80K tokens/day`", "doubtful", "80,000,000 does not round to 80K"),
    ("`12*30 + 30` = 390 + 30 = 420", "doubtful", "they differ by 30"),
    ("2,600 / 1,000 = **3 nodes**", "rounding", "3 is rounded, which ≈ would say."),
    ("0.41 + 0.21 + 5 * 0.083 = 1 [GB]", "rounding", "1 is rounded, which ≈ would say."),
    ("2B × 64 × 3 = 348 GB", "doubtful", "to as many digits it is 384 GB"),
]


@pytest.mark.parametrize(("text", "verdict", "says"), LOOSE)
def test_what_is_off_by_a_scale_a_term_or_its_digits_does_not_hold(text: str, verdict: str, says: str) -> None:
    [found] = read(text).findings
    assert found.verdict == verdict
    assert says in found.says


SILENT = [
    *("16:9 = 1.78", "a split of 80:10:10 = 100 %", "3 hours 20 minutes = 210 minutes", "1 h 30 min = 90 min"),
    *("1 + 2 + … + 100 = 5049", "500 + 700 + ... + 2300 = 14,001", r"$1 + 2 + \dots + 100 = 5049$", "90° + 45° = 136°"),
    *("→ 句1(130字) + 句2(100字) = 230", r"$P = 0.5 + 0.3529 = 0.8529 \; (85.29\%)$"),
    "head_dim = 64\n\n2（K 和 V）x 32（层数）x 64（head_dim）= 4,096",
    *("0..255 = 256", "1/3 = 33.3…%", "2^25 × 625 ≈ 2亿亿", "8 小时 20 分钟 = 510 分钟", "9 and 11/100 = 9.11"),
    *("a roll of 1d20 + 7 = 4 + 7 = 11", "11,008 = 4096 × 8/3", "0.02 × 0.50 = 0.00756", "It prints 17 % 5 = 3"),
]


@pytest.mark.parametrize("text", SILENT)
def test_what_is_not_read_for_certain_is_never_wrong(text: str) -> None:
    assert not read(text).count("wrong")


def test_slides_in_a_page_are_read() -> None:
    slides = '<textarea id="source">\n# One\n- 640 × 480 = 307,020\n- $5 \\times 7 = 35$\n</textarea>'
    assert [found.verdict for found in proofread(slides, "slides.html").findings] == ["wrong", "holds"]
    assert not proofread("<textarea>640 × 480 = 307,020</textarea>", "form.html").findings


def test_words_that_may_be_misread_are_not_judged_where_nothing_looks_like_an_error() -> None:
    assert read("8M input + 2M output = $80 + $60").findings[-1].verdict == "unknown"
    assert read("32 filters × 27 spatial taps = 896 weights").findings[-1].verdict == "doubtful"


def test_a_time_is_one_in_its_own_unit() -> None:
    assert read("1,500 × 0.03 s = 45 s").findings[-1].verdict == "holds"
    assert read("1,500 × 0.03 s = 45 ms").findings[-1].verdict == "doubtful"
    assert read("90 ms / 45 ms = 2").findings[-1].verdict == "holds"


def test_a_table_s_formula_may_have_a_name_of_several_words() -> None:
    table = "| Part | Formula | Adds |\n|---|---|--:|\n| a | `(10 − 4) × [one layer]` | 42 |\n"
    assert read(f"One layer = 7\n\n{table}").count("unread") == 0


def test_a_rate_whose_sides_both_have_units_counts_in_seconds() -> None:
    assert read("4096³ × 2 / 1.23 ms ≈ 112 TFLOPS").findings[-1].verdict == "holds"
    assert read("4096³ × 2 / 1.23 ms ≈ 152 TFLOPS").findings[-1].verdict == "doubtful"


def test_where_many_equations_fail_they_may_be_misread() -> None:
    wrong = ("7B × 2 bytes = 20 GB", "7B × 4 bytes = 40 GB")
    right = ("7B × 8 bytes = 56 GB", "7 × 3 = 21", "7 × 4 = 28", "7 × 5 = 35", "7 × 6 = 42", "7 × 7 = 49")
    assert read(wrong[0]).count("wrong") == 1
    assert read("\n\n".join(wrong)).count("doubtful") == 2
    assert read("\n\n".join(wrong + right)).count("wrong") == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Both sides say how large they are.
        ("35 billion * 2 = 70e12", ["wrong"]),
        ("2 × 4096 × 11008 = 90.18 × 10⁹ FLOPs", ["wrong"]),
        ("0.25 × 10¹⁴ FLOPs/token = 25.0 GFLOPs/token", ["wrong"]),
        # Thousands, millions or a unit may be left out, or stand for what is divided by.
        ("35 × 2 = 70e9 bytes", ["doubtful"]),
        ("96 × 128 × 4096 = 50.33", ["doubtful"]),
        ("4,127,057,600 × 2 bytes / (1024^3 GB) = 7.69 GB", ["doubtful"]),
    ],
)
def test_thousands_too_many_are_certain_where_both_sides_say_how_large_they_are(text: str, found: list[str]) -> None:
    assert [finding.verdict for finding in proofread(text).findings] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("d, h = 512, 8\n\nd / h = 64", ["holds"]),
        ("Let h = 4. Here d, h = 512, 8, 2.\n\nd = 2 h = 8", ["holds"]),
        ("n = 2 * 3 = 6\n\nn *= 2\n\nn * 5 = 30", ["holds"] * 2),
        ("k = 3, 2, 1\n\n2 * k = 7", ["unknown"]),
        ("12/24/2021 = 5", ["unknown"]),
    ],
)
def test_what_a_program_sets_is_not_taken_for_an_equation(text: str, found: list[str]) -> None:
    assert [finding.verdict for finding in proofread(text).equations] == found
