"""Amounts that a document says together follow from each other: shapes, caches, layers, speeds, formulas above."""

import pytest

from symbolic.proofread import proofread

SENTENCES = [
    # Orders of magnitude between two numbers; what is off by a part of one is rounded.
    ("INT8 reaches only 127 (FP16 reaches 65504), 3 orders of magnitude less.", ["holds"]),
    ("INT8 reaches only 127 (FP16 reaches 65504), 2 orders of magnitude less.", []),
    ("INT8 reaches only 127 (FP16 reaches 65504), 9 orders of magnitude less.", ["doubtful"]),
    ("Access went from 2 ms to 200 ns, 4 orders of magnitude less.", ["holds"]),
    ("Access went from 2 ms to 200 ns, 6 orders of magnitude less.", ["doubtful"]),
    ("With 3 layers and 1,000 units it fails by 8 orders of magnitude.", []),
    # A size and a time make a speed; a measured one is a little off.
    ("* text size = 4.8GB, time = 40min, speed = 2MB/s", ["holds"]),
    ("* text size = 4.8GB, time = 40min, speed = 2.2MB/s", []),
    ("* text size = 4.8GB, time = 40min, speed = 17MB/s", ["doubtful"]),
    ("* text size = 4.8GB, time = 40min, pause = 3min, speed = 17MB/s", []),
    # Elements of a matrix.
    ("matrix B: 6.3M elements (1536x4096)", ["holds"]),
    ("matrix B: 63M elements (1536x4096)", ["doubtful"]),
    ("matrix B (1536x4096: 12M elements)", ["doubtful"]),
    # A name with its number again, of which two digits have changed places.
    ("Take $K = 2480$ inputs; with $K = 2048$ it fits.", ["doubtful"]),
    ("Take $K = 1024$ inputs; with $K = 2048$ it fits.", []),
    # A share of the result above.
    ("The peak is 64 × 2,000 = 128,000 tokens/s.\n\nWhat we saw, 32,000 is only 25% of this.", ["holds"]),
    ("The peak is 64 × 2,000 = 128,000 tokens/s.\n\nWhat we saw, 32K is only 11% of this.", ["doubtful"]),
    ("The peak is 64 × 2,000 = 128,000 tokens/s.\n\nWhat we saw, 32K is only 11% of all.", []),
    # Keys and values of layers, heads, widths and tokens.
    ("KV cache: A (24L, 16H, 64d) @ 2K tokens ≈ 0.2 GB (FP16)", ["holds"]),
    ("KV cache: A (24L, 16H, 64d) @ 2K tokens ≈ 0.8 GB (FP16)", ["doubtful"]),
    ("KV cache of B (60 L, 8 kv, 128) = **240 KiB/token**", ["holds"]),
    ("KV cache of B (60 L, 8 kv, 128) = **120 KiB/token** in BF16", ["doubtful"]),
    ("Weights of B (60 L, 8 kv, 128) = **120 KiB/token** in BF16", []),
]


def compared(text: str) -> list[str]:
    return [one.verdict for one in proofread(text, kind="markdown").findings if one.equation.kind == "compared"]


@pytest.mark.parametrize(("text", "found"), SENTENCES)
def test_amounts_of_one_sentence_follow_from_each_other(text: str, found: list[str]) -> None:
    """What is off may be about something else, so it is to be looked at."""
    assert compared(text) == found


CACHES = """KV cache of each:

| model | layers | {heads} | head dim | 2K tokens | 4K |
|---|---|---|---|---|---|
| A | 24 | 16 | 64 | {a} | {b} |
| B | 48 | 25 | 64 | {c} | {d} |
"""


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("heads", "0.2 GB", "0.4 GB", "0.6 GB", "1.2 GB"), ["holds"] * 4),
        (("heads", "0.2 GB", "0.9 GB", "0.6 GB", "1.2 GB"), ["holds", "doubtful", "holds", "holds"]),
        # Eight times as much in each cell is that of eight sequences.
        (("heads", "1.6 GB", "3.2 GB", "5.0 GB", "10.1 GB"), []),
        (("width", "0.2 GB", "0.9 GB", "0.6 GB", "1.2 GB"), []),
    ],
)
def test_a_cache_in_a_table_is_what_its_row_and_column_make(cells: tuple[str, ...], found: list[str]) -> None:
    table = CACHES.format(**dict(zip(("heads", "a", "b", "c", "d"), cells, strict=True)))
    assert sorted(compared(table)) == sorted(found)


LAYERS = """
| | shape | size | parameters |
|---|---|---|---|
| Input | (20,20,3) | 1200 | 0 |
| CONV1 (f=3, s=1) | (18,18,8) | 2592 | {one} |
| POOL1 | (9,9,8) | 648 | 0 |
| {name} (f=3, s=1) | (7,7,16) | 784 | {two} |
| FC3 | (100,1) | 100 | {three} |
"""


@pytest.mark.parametrize(
    ("name", "one", "two", "three", "doubts"),
    [
        ("CONV2", "224", "1168", "78,500", []),
        ("CONV2", "216", "1152", "78,400", []),
        ("CONV2", "80", "1168", "78,401", ["80", "78,401"]),
        ("Depthwise CONV2", "224", "160", "78,500", []),
    ],
)
def test_parameters_of_a_layer_follow_from_the_shape_above_it(
    name: str, one: str, two: str, three: str, doubts: list[str]
) -> None:
    text = LAYERS.format(name=name, one=one, two=two, three=three)
    found = [one for one in proofread(text, kind="markdown").findings if one.verdict not in ("holds", "unknown")]
    assert [(each.verdict, text[each.start : each.end]) for each in found] == [("doubtful", each) for each in doubts]


ABOVE = [
    # A formula whose name gets its number behind it, and what it makes.
    ("$$N = 0.5 \\cdot C^{0.5}$$\n\nAt $C = 10^{20}$:\n\n- $N \\approx 9.0 \\times 10^{9}$", ["doubtful"]),
    ("$$N = 0.5 \\cdot C^{0.5}$$\n\nAt $C = 10^{20}$:\n\n- $N \\approx 5.0 \\times 10^{9}$", ["holds"]),
    ("$$C = 10^{20}$$\n\n$$N = 0.5 \\cdot C^{0.5}$$\n\n- $N \\approx 9.0 \\times 10^{9}$", []),
    # A divisor that is worked out one step further down.
    ("$$T = \\frac{90{,}000}{20 \\times 30}$$\n\n$$T = \\frac{90{,}000}{900} = 100$$", ["doubtful"]),
    ("$$T = \\frac{90{,}000}{20 \\times 30}$$\n\n$$T = \\frac{90{,}000}{600} = 150$$", []),
    ("$$T = \\frac{90{,}000}{20 \\times 30}$$\n\n$$T = \\frac{80{,}000}{900} = 88.9$$", []),
    ("$$A = \\frac{40 + 45}{100}$$\n\n$$A = \\frac{95}{100} = 95 \\%$$", []),
    # What a name of a program is made of itself says nothing of its number.
    ("filters = 4 * filters\nfilters=64", []),
]


@pytest.mark.parametrize(("text", "found"), ABOVE)
def test_a_number_is_held_against_the_formula_of_its_name_above(text: str, found: list[str]) -> None:
    assert compared(text) == found


CHAINS = [
    # Each part of a change is worked out.
    ("5B×2 bytes → 9B×2 bytes = 10GB → 18GB", ["holds"]),
    ("5B×2 bytes → 9B×2 bytes = 10GB → 12GB", ["wrong"]),
    # A chain goes on to the next unit.
    ("1 TB = 1024 GB = 1024 MB = 1024 KB", ["holds"]),
    # A unit behind a quotient is that of all of it.
    ("3 * 25/8 GB = 9.4 GB", ["holds"]),
    ("3 * 25/8 GB = 9.9 GB", ["doubtful"]),
    # A number of so many bits.
    ("it indexes entries (7 bits = 2^7)", ["unknown"]),
    ("`1000` + `11` = `100011`", ["unknown"]),
    # The name of a type is the bytes of one number.
    ("The weights: 6 experts × 5B × BF16 ≈ 60GB", ["holds"]),
    ("The weights: 6 experts × 5B × BF16 ≈ 30GB", ["wrong"]),
    ("The weights: 5B × INT4 = 2.5 GB", ["holds"]),
    ("The weights: 6 × 5B × BF16 ≈ 30GB + shared ~5GB = ~35GB", ["doubtful"]),
    ("The weights: 6 × 5B × BF16 ≈ 60GB + shared ~5GB = ~65GB", ["holds"]),
    # What goes into so many bytes does so in powers of 1,000 or of 1,024, and so many more are no rounding.
    ("blocks = 62 GB / 2.5 MB = 24,800", ["holds"]),
    ("blocks = 62 GB / 2.5 MB = 25,395", ["holds"]),
    ("blocks = 62 GB / 2.5 MB = 25,088", ["doubtful"]),
    # In powers of 1,024 it would be rounded up.
    ("state = 12 * 65000 Bytes = 0.74 MB", ["holds"]),
    ("state = 12 * 65000 Bytes = 0.75 MB", ["doubtful"]),
]


ABOVE_IT = "The device has 64.2 GB of memory.\n\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ABOVE_IT + "free = 64.2 × 0.9 - 20,000MB - 10,000MB ≈ 27,780 MB", ["holds"]),
        (ABOVE_IT + "free = 64.2 × 0.9 - 20,000MB - 10,000MB = 23,780 MB", ["wrong"]),
        (ABOVE_IT + "free = 64.2 × 0.9 - 20GB - 10GB = 27.8 GB", ["holds"]),
        ("free = 64.2 × 0.9 - 20,000MB - 10,000MB = 23,780 MB", ["unknown"]),
        ("64.2 GB and 64.2 MB\n\nfree = 64.2 × 0.9 - 20,000MB - 10,000MB = 23,780 MB", ["unknown"]),
    ],
)
def test_a_term_without_a_unit_has_that_of_its_number_above(text: str, found: list[str]) -> None:
    assert [one.verdict for one in proofread(text, kind="markdown").findings] == found


@pytest.mark.parametrize(("text", "found"), CHAINS)
def test_units_and_types_are_read_in_the_ways_in_which_people_write_them(text: str, found: list[str]) -> None:
    assert [one.verdict for one in proofread(text, kind="markdown").findings] == found


@pytest.mark.parametrize(
    ("total", "verdict"), [("170.2 M", "holds"), ("**160 M**", "wrong"), ("≈ 160 M", "doubtful"), ("≈ 170 M", "holds")]
)
def test_a_total_is_held_against_its_rows_also_without_decimals(total: str, verdict: str) -> None:
    text = f"""
| matrix | shape | parameters |
|---|---|---|
| A | x | 11.0 M |
| B | y | 37.7 M |
| C | z | 4.1 M |
| D | w | 117.4 M |
| **Total** | | {total} |
"""
    assert [one.verdict for one in proofread(text, kind="markdown").findings if one.equation.kind == "total"] == [
        verdict
    ]
