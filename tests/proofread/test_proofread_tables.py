"""Tables whose columns follow from others: by a factor, by other columns, by the layers that a cell names."""

import pytest

from symbolic.proofread.proofreading import proofread


def verdicts(text: str) -> list[str]:
    return sorted(found.verdict for found in proofread(text).findings)


def table(*rows: str) -> str:
    head, *others = rows
    return "\n".join(f"| {row} |" for row in (head, "|".join("-" * (head.count("|") + 1)), *others)) + "\n"


SIZES = table("model | size | VRAM", "a | 16B | 19.2 GB", "b | 24B | 28.8 GB")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Memory with 20 % on top, and bytes of 72.5 billion weights in so many bits.
        (SIZES + "| c | 72B | 86.4 GB |\n", ["holds"] * 3),
        (SIZES + "| c | 65B | 78.0 GB |\n| d | 72B | 87.4 GB |\n", ["doubtful", "holds", "holds", "holds"]),
        # Three rows with two digits agree by chance on some factor, and a factor of many digits is a guess.
        (table("model | size | time", "a | 16 | 19", "b | 24 | 28", "c | 72 | 86"), []),
        (table("model | hours | price", "a | 27.78 | 16.40", "b | 13.89 | 8.20", "c | 3.47 | 2.10"), []),
        # Less than the first row, which has no number in the column.
        (table("place | loss | less", "1 | 4.2 | base", "2 | 3.6 | -14.3%", "3 | 3.1 | -26.2%", "4 | 2.8 | -33.3%"),
         ["holds"] * 3),
    ],
)  # fmt: skip
def test_a_column_is_another_one_times_a_factor(text: str, found: list[str]) -> None:
    assert verdicts(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # A sum of two columns of several, a share of it, and a running sum.
        (table("n | a | b | c | c/n", "3 | 51 | 12 | 63 | 21", "4 | 17 | 31 | 48 | 12", "5 | 26 | 49 | 75 | 15"),
         ["holds"] * 3),
        (table("part | GB | %", "a | 41.5 | 34.3%", "b | 61.2 | 50.5%", "c | 18.4 | 15.2%"), ["holds"] * 3),
        (table("step | in | makes", "a | 35 | 35", "b | 27 | 62", "c | 81 | 143", "d | 46 | 189", "e | 75 | 265"),
         ["doubtful", *["holds"] * 3]),
        (table("year | users | more", "a | 120 | -", "b | 153 | 27.5%", "c | 191 | 24.8%", "d | 248 | 29.8%"),
         ["holds"] * 3),
        # What small numbers add up to by chance, and sums of which only half the rows hold.
        (table("a | b | c | d", "1 | 2 | 3 | 9", "2 | 2 | 4 | 7", "3 | 1 | 5 | 2"), []),
        (table("a | b | c", "31 | 42 | 73", "52 | 16 | 68", "71 | 12 | 95", "25 | 37 | 99"), []),
        # What is active is all but once: there it is no product.
        (table("part | each | layers | all | active", "a | 421 | 31 | 13,051 | 13,051", "b | 217 | 31 | 6,727 | 6,727",
               "c | 5,312 | 31 | 164,672 | 20,584", "d | 113 | 7 | 791 | 791"), ["holds"] * 7),
        # So far it is the sum of the squares, not of the numbers.
        (table("n | value | square | sum so far", "a | 13 | 169 | 169", "b | 14 | 196 | 365", "c | 15 | 225 | 590",
               "d | 16 | 256 | 846"), ["holds"] * 3),
    ],
)  # fmt: skip
def test_a_column_is_made_of_others(text: str, found: list[str]) -> None:
    assert verdicts(text) == found


@pytest.mark.parametrize(
    ("head", "first", "second", "found"),
    [
        ("Calculation | Memory", "3B × 2 bytes | ~6 GB", "5B × 4 bytes | ~20 GB", ["holds", "holds"]),
        ("Size | Way", "~6 GB | 3B × 2 bytes", "~20 GB | 5B × 4 bytes", ["holds", "holds"]),
        ("Way | Size", "3B × 2 bytes | 6 GB", "5B × 4 bytes | 25 GB", ["holds", "wrong"]),
        ("Way | Batch", "3 × 2 | 8", "5 × 4 | 16", []),
    ],
)
def test_a_calculation_has_its_result_in_the_cell_beside_it(
    head: str, first: str, second: str, found: list[str]
) -> None:
    assert verdicts(f"| part | {head} |\n|---|---|---|\n| a | {first} |\n| b | {second} |") == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("6TDF = 62,914,560,000", "holds"),
        ("2*TD^2 * 4 = 20,971,520,000", "holds"),
        ("2 * TD^2 * 4 = 20,971,521,000", "wrong"),
        ("2 * TX^2 * 4 = 20,971,520,000", "unknown"),
    ],
)
def test_letters_that_have_numbers_are_a_product(line: str, found: str) -> None:
    text = f"T = 1024, D = 1600, F = 6400\n\n{line}\n"
    assert [one.verdict for one in proofread(text).findings if not one.is_definition] == [found]


def test_a_result_in_a_comment_may_be_a_power_of_ten() -> None:
    entries = ('"flops": 6 * 2.5e9 * 40e9,  # ≈ 6.0 × 10²⁰ FLOPs', '"more": 6 * 2.5e9 * 50e9,  # ≈ 7.9 × 10^20')
    code = "```python\nruns = {\n" + "\n".join(entries) + "\n}\n```\n"
    assert verdicts(code) == ["holds", "wrong"]


def test_a_logarithm_of_no_base_is_called_so() -> None:
    [found] = proofread("log(2)/log(1/0.87) ≈ 7").findings
    assert found.says.startswith("log 2 / log (1 / 0.87) is 4.97729, not 7")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("```python\nx = 1\n# heads: 4 × 2 × 64 × 4096 = 2M / layer\n```\n", ["holds"]),
        ("```python\nx = 1\n# all: 32 × (2M + 2.9M) ≈ 157M ≈ 2.2% of 7B\n```\n", ["holds"]),
        ("층의 크기는 평균 *140 GB ÷ 80 = 1.75 GB*입니다.\n", ["holds"]),
        ("N = 12 / n\n", ["unknown"]),
    ],
)
def test_words_around_a_calculation_are_no_part_of_it(text: str, found: list[str]) -> None:
    """What a result is for, or a share of, in comments of code; words before a formula that is set off in Korean."""
    assert verdicts(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("W_Q: (4096, 128) → 524,288개", ["holds"]),
        ("W_gate: (4096, 11008)  → 파라미터: 45,088,768", ["holds"]),
        ("| W | `(1024, 768)` | 786,432 |", ["holds"]),
        ("| W | `(1024, 768)` | 786,532 |", ["doubtful"]),
        ("x: (224, 224) → 1120", []),
        ("pairs (12, 64) = 7680", []),
        ("scores: [2, 16, 300, 300]\n  = 2,880,000 elements\n  ≈ 11.5 MB", ["holds", "holds"]),
        ("x: [1,048,576, 3] = 3,145,728", ["holds"]),
        ("In FP16: [2, 16, 300, 300] ≈ 5.8 MB, 3 × [4, 500, 64] ≈ 0.77 MB", ["holds", "holds"]),
        ("In FP16: (B=2, 16, 300, 300) ≈ 2.9 MB", ["doubtful", "holds"]),
        ("In FP16 or INT8: (2, 16, 300, 300) ≈ 2.9 MB", ["holds"]),
        ("`[2, 16, 300, 300]` = 11.7 MB", ["doubtful"]),
        ("[2, 16, 300, 300] ≈ 40 MB", []),
    ],
)
def test_a_shape_has_as_many_numbers_and_bytes_as_stand_behind_it(text: str, found: list[str]) -> None:
    """A number that is not near is about something else; a byte for each number needs a type that has one."""
    assert verdicts(text) == found


def test_a_cell_that_is_wrong_by_its_row_is_not_looked_at_again_for_its_column() -> None:
    """15.0 % of 600M is 90M, by the row's total and by what the column has in its other rows."""
    table = (
        "| Part | Params | Share |\n|---|---|---|\n| A | 90M | 15.7% |\n| B | 210M | 35.0% |\n| C | 300M | 50.0% |\n"
        "| Total | 600M | 100% |\n"
    )
    found = [one for one in proofread(table).findings if one.verdict != "holds"]
    assert [(one.verdict, table[one.start : one.end]) for one in found] == [("wrong", "15.7%")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12 &times; 64 = 768", ["holds"]),
        ("12 &#215; 64 &asymp; 868", ["wrong"]),
        ("32&sup2; &minus; 24 = 1,000, 1,000 &divide; 8 = 120", ["holds", "wrong"]),
        ("| a | b |\n|---|---|\n| 30 &middot; 40 | 1,200 |", ["holds"]),
    ],
)
def test_references_to_signs_are_those_signs_in_markdown(text: str, found: list[str]) -> None:
    """Places and what is shown of them are those of the file."""
    report = proofread(text)
    assert [one.verdict for one in report.findings] == found
    assert report.document.shown == text


KEPT = ("4 | 24,600 | 4.01% | 95.99%", "8 | 49,200 | 8.02% | 91.98%", "16 | 98,400 | 16.03% | 83.97%")
SHARES = ("A | 1,200 | 12.0%", "B | 3,000 | 30.0%", "C | 5,800 | 59.0%", "**總計** | 10,000 | ")
PARTS = (
    "A | 1,200 | 12.0%",
    "B | varies | -",
    "C | 3,000 | 36.0%",
    "D | 5,800 | 58.0%",
    "**Total (excl. B)** | 10,000 | ",
)
FLOPS = ("A | 1.25e9 (31.25%)", "B | 2.5e9 (62.50%)", "C | 2.5e8 (6.25%)", "Total | 4e9")
MEMORY = ("FP32 | 17.0 GiB | 8–11 GiB | 25–28 GiB", "FP16 | 8.5 GiB | 8–11 GiB | 16.5–19.5 GiB")
HOURS = (
    "`a` | 3.2 | 0.13 | **0.42**",
    "`b` | 13.3 | 0.30 | 3.99",
    "`c` | 16.6 | 0.30 | 4.98",
    "`d` | 7.5 | 0.40 | 3.10",
)


def tex(*rows: str) -> str:
    lines = " \\\\\n".join(row.replace("|", "&") for row in rows)
    return f"\\begin{{tabularx}}{{\\textwidth}}{{lrrr}}\n{lines} \\\\\n\\end{{tabularx}}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # What stands before the table is what its shares are of.
        ("There are 613,700 weights.\n\n" + table("rank | weights | kept | saved", *KEPT), ["holds"] * 6),
        (
            "$613{,}700$ weights.\n\n"
            + table("rank | weights | kept | saved", *KEPT, "24 | 147,600 | 25.05% | 75.95%"),
            ["doubtful", *["holds"] * 7],
        ),
        ("There are 713,700 weights.\n\n" + table("rank | weights | kept", *(row[:-9] for row in KEPT)), []),
        # Several numbers in a cell.
        (table("Part | FLOPs (share)", *FLOPS), ["holds"] * 4),
        (table("n | one / two", "2 | 14 / 28", "3 | 21 / 42", "5 | 35 / 70", "9 | 63 / 126"), ["holds"] * 4),
        # A slash behind a product divides, in whichever rows it stands.
        (table("Part | Formula | Parameters", "a | 105 × 256 / 128 | 210", "b | 33 × 64 / 8 | 264"), ["holds"] * 2),
        (table("type | tensor | other | total", *MEMORY, "INT8 | 4.2 GiB | 8–11 GiB | 12.2–15.2 GiB"), ["holds"] * 6),
        (
            table("a | b | a × b", "16–32 | 10 | 160–320", "16 | 16–24 | 256–384", "16–32 | 16–24 | 256–512"),
            ["holds"] * 5,
        ),
        # A total and shares under their names, in several languages.
        (table("層 | 參數量 | 佔比", *SHARES), ["holds", "holds", "holds", "wrong"]),
        (table("Part | Params | Share", *PARTS), ["doubtful", "holds", "holds"]),
        # The sum of a column with blanks.
        (
            table("layer | shape | numbers", "in | 8 |", "a | 16 | 1,504", "b | 12 | 4,648", "**Total** | | 6,152"),
            ["holds"],
        ),
        # A table of TeX in Markdown.
        (tex("**run** | **hours** | **price** | **cost**", *HOURS), ["doubtful", "holds", "holds", "holds"]),
    ],
)
def test_shares_of_what_a_text_says_and_several_numbers_of_a_cell(text: str, found: list[str]) -> None:
    """Numbers in brackets and between slashes are columns, both ends of a range are rows."""
    assert verdicts(text) == found


SERVED = """Measured:
Requests finished: 300
Duration (s): 61.4
Tokens made: 90211
Throughput (req/s): 4.89
Throughput (tok/s): 1469.2
Total throughput (tok/s): 2310.5
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Shares of a total that is none of the table's; a share of 100 % is no base; a part that rounding swallows.
        (
            table("Kind | Count | Share", "A | 10 | 23%", "B | 4 | 9%", "C | 11 | 20%", "Total done | 25 | 52%"),
            ["holds"],
        ),
        (table("Name | one | two", "A | 100% | 100%", "B | 93% | 93%", "C | 81% | 81%", "D | 96% | 95%"), []),
        (table("Test | Change | n", "A | 0.64% | 144", "B | 0.19% | 144", "C | 0.46% | 144", "D | 0.09% | 160"), []),
        # Lines that measure several things, and the bits of a product.
        (SERVED, []),
        ("It multiplies mantissas of $11 \\times 11 = 22$ bits.", ["unknown"]),
    ],
)
def test_what_only_looks_like_an_error_in_tables_and_lists_is_none(text: str, found: list[str]) -> None:
    """Each of these was called one in a document that somebody wrote."""
    assert verdicts(text) == found


@pytest.mark.parametrize(
    ("total", "found"), [("9,100,288", ["holds"]), ("9,109,288", ["doubtful"]), ("12,000,000", [])]
)
def test_a_last_row_in_bold_is_a_total_in_any_language(total: str, found: list[str]) -> None:
    rows = "| Hissə | Say |\n|---|---|\n| giriş | 4,096,000 |\n| orta | 908,288 |\n| çıxış | 4,096,000 |\n"
    assert verdicts(f"{rows}| **Cəmi** | **{total}** |") == found


def test_a_letter_behind_the_number_of_a_cell_is_its_unit() -> None:
    table = "| what | then | now | change |\n|---|---|---|---|\n| speed | 80 t/s | 92 t/s | +15.0% |\n"
    assert verdicts(f"{table}| time | 64.0 s | 51.2 s | −20.0% |") == ["holds", "holds"]


@pytest.mark.parametrize(("total", "found"), [("93.5M", ["holds"]), ("94.5M", ["wrong"]), ("141M", ["doubtful"])])
def test_a_total_below_a_rule_may_be_far_off(total: str, found: list[str]) -> None:
    tree = "Active:\n├── Tables:   20.5M\n├── Mixers:   31.0M\n└── Experts:  42.0M (2 of 8)\n"
    assert verdicts(f"{tree}────────────────\nTotal:        {total}  (all active)") == found
