"""Equations in which a formula and the text around it are one, and numbers beside their labels and units."""

import pytest

from symbolic.proofread import proofread


@pytest.mark.parametrize(
    ("line", "verdicts"),
    [
        (r"We get $12 \times 64$ = 768.", "holds"),
        (r"We get $12 \times 64$ = 769.", "wrong"),
        (r"We get $12 \times 64$ = **769** here.", "wrong"),
        (r"We get $12 \times 64$ = $769$.", "wrong"),
        (r"We get 12 × 64 = $769$.", "wrong"),
        (r"We get $12 \times 64 =$ 769.", "wrong"),
        (r"The chance is $0.5^{10}$ = 0.00977.", "wrong"),
        (r"$2^{10}$ × 3 = 3072, and $2^{10}$ × $3$ = $3074$.", "holds wrong"),
        (r"$\frac{768}{12}$ = 65 for each head.", "wrong"),
        (r"$2 \times 7$ GB = 14 GB", "holds"),
        (r"$d$ = 512, so $4 \times d$ = 2048.", "holds holds"),
        # The left side of the formula is judged once, and what goes on behind it with its last side.
        (r"$n = 3 \times 4$ = 13", "unknown wrong"),
        # The part in the text alone is not judged again.
        (r"$N$ = 12 × 3 = 37", "wrong"),
        # The number of an equation, or of a blank, is no result.
        (r"$3 \times 4$ = (1)", ""),
        # Two formulas beside each other are no product.
        (r"$3 \times 4$ $5$ = 12", ""),
        ("P(rain | clouds) = 0.7", ""),
        (r"- $3 \times 4$ = 12", "holds"),
        (r"| $3 \times 4$ = 13 | b |", "wrong"),
    ],
)
def test_an_equation_may_be_partly_a_formula_and_partly_text(line: str, verdicts: str) -> None:
    assert " ".join(finding.verdict for finding in proofread(line).findings) == verdicts


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("GPU: 500W + Server: 300W = 800W", "holds"),
        ("Query: 64 + Key: 64 + Value: 64 = 192", "holds"),
        ("3 hours × 60 = 180 minutes", "holds"),
        ("48 hours / 24 = 2 days", "holds"),
        ("3 hours × 24 = 72 minutes", "doubtful"),
        ("2 TB/s × 0.5 s = 1 TB", "holds"),
        ("10 000 × 3 = 30 000", "holds"),
        ("10 000 × 3 = 40 000", "wrong"),
        ("1,024; 10 000 / 4 = 2 500", "holds"),
        ("1,024; 1 000 000 / 8 = 125 000", "holds"),
        ("1,024; 20 000 / 4 = 4 000", "wrong"),
        ("165e3 * 2,048 = 338MB / sequence", "holds"),
        ("1,882 / 8 = 235 tokens / sec / chip", "holds"),
        ("1,882 / 8 = 335 tokens / sec / chip", "wrong"),
        ("128 * 1024 * 4 = 512kiB", "holds"),
        # A chain whose start can't be read is judged from where it can.
        ("H(X) = -[P(H)·log₂ P(H) + P(T)·log₂ P(T)] = -(0.5·(-1) + 0.25·(-2)) = 1.0", "holds"),
        ("H(X) = -[P(H)·log₂ P(H) + P(T)·log₂ P(T)] = -(0.5·(-1) + 0.25·(-2)) = 1.5", "wrong"),
        (r"\\\\((W - F)/S + 1 = (10 - 3) / 2 + 1 = 4.6\\\\)", "wrong"),
        ("Scale by 1/√16 = 0.25", "holds"),
        ("100 divided by 8 = 12.5", "holds"),
        ("γ (512) + β (512) = 1,024", "holds"),
        # Brackets close behind a number are its factor; a note has a space before it.
        ("dy/dx = 6(17) = 202", "wrong"),
        # Memory that overflows is not cut off at a bound.
        ("7B × 2 = 16 GB：显存溢出", "wrong"),
        ("192 KB/SM × 10 SM = 2.93 MB", "doubtful"),
        ("exp(-30) = 9.35762 × 10⁻¹³", "wrong"),
        ("28 + 56 + 14 = 99 GB + activations", "doubtful"),
        ("30次乘法 + 21次加法 = 52 FLOP", "wrong"),
        ("10B参数 × 2字节(FP16) = 30GB", "doubtful"),
        ("so h = log(1.892) = 0.648", "wrong"),
        ("3/7 = 44%", "wrong"),
        ("* 512 / 8 = 74", "wrong"),
        ("```python\n# 80 GB - 14 GB = 76 GB\n```", "wrong"),
        # A paragraph or an item may begin with a bracket.
        ("so:\n\n(28 - 5 + 2*3)/1 + 1 = 31", "wrong"),
        ("- one\n- (28 - 5 + 4)/3 + 1 = 10", "holds"),
        ("The powers are e^2 ≈ 7.59", "wrong"),
        ("-[1*log(0.95)] = 0.0533", "doubtful"),
        ("γ (512) + β (512) = 1,034", "wrong"),
        ("(8 + 2×1 - 3)/1 + 1 = 8×8", "holds"),
        ("2 * 32 layers * 8 heads * 128 head_dim = 65,536", "holds"),
        (r"$\frac{\$3,000,000}{\$4/\text{hr}} = 750,000 \text{ GPU-hours}$", "holds"),
        (r"$\frac{1}{4} (10 + 6.5 + 2.5 + 20) \approx 9.75\%$", "holds"),
        (r"$\frac{1}{4} (0.1 + 0.2) \approx 0.075\%$", "doubtful"),
        (r"$\sqrt{\frac{10^{24}}{120}} = \sqrt{8.33 \times 10^{21}}$", "holds"),
        (r"$\sqrt{\frac{10^{24}}{120}} = \sqrt{8.43 \times 10^{21}}$", "doubtful"),
        ("C(10,8) × 0.5^10 = 45/1024", "holds"),
        ("C(10,8) = 55", "wrong"),
        ("σ(0.5×1.0+0.1) = 0.6457", "holds"),
        ("σ(0.5×1.0+0.1) = 0.6487", "rounding"),
        ("0.6457 × tanh(0.3484) = 0.2163", "holds"),
        ("$\\tanh(1) = 0.7616$ and $\\text{sigmoid}(0) = 0.5$", "holds holds"),
        ("0.778 * 0.778 → 0.625", "doubtful"),
        ("100B × 500B = 50TB", "holds"),
        ("2 years = 547.5 × 2 = 1,095 TB", "holds"),
        (r"$\frac{8}{27} \approx 0,296$", "holds"),
        # What stands beside a sign is a part of something else.
        ("a sum: + 32 * 64 = 3,000", "unknown"),
        (r"With b = 2: $19.3 \cdot b = 16 + b$", "holds unknown"),
        (r"$$7 \times 10^{-6} + \frac{7}{8} \times \frac{2}{300} = 7\mu s + 5.83\text{ms} = 5.84\text{ms}$$", "holds"),
        (r"$$7 \times 10^{-6} + \frac{7}{8} \times \frac{2}{300} = 7\mu s + 5.83\text{ms} = 5.94\text{ms}$$", "wrong"),
        # A fraction that was copied from a page has lost its bar.
        ("P(X≤3) = 61\u200b+61\u200b+61\u200b = 63\u200b = 0.5", "unread"),
        ("P_all\u200b=12×40,100+640=481,840", "holds"),
        ("$12 \\times 40 + 5 = 495\u200b$", "wrong"),
        # A number with what it is worked out from behind it in brackets.
        ("The width is 832 (= 13 × 64), in all 96 GB (= 2 × 48 GB).", "holds holds"),
        ("The width is 842 (= 13 × 64).", "wrong"),
        ("About 30 (= 3 × 9.5), about 30 (= 3 × 9.5), v2 (= 3 + 4), 5 (= a × 3)", ""),
        ("All of it is 640 MB (160M × 4 bytes) for 55 parameters (10×5 weight + 5 bias).", "holds holds"),
        ("All of it is 680 MB (160M × 4 bytes), in 25 layers (24 + 2).", "doubtful doubtful"),
        ("It has 3 layers (2 × 64), 40 more (5 × 7), 12 units (a × 3) and 2 GPUs (24 GB + 8 GB).", ""),
        # Letters that cancel, functions of lists, and a result that the next side goes on with.
        ("Intensity = n / (16n) = 0.0625, and k² / k² = 1.", "holds holds"),
        ("Intensity = n / (16n) = 0.0725", "wrong"),
        ("Intensity = n² / (16n) = 0.0625", "unknown"),
        ("max([2, 7, 5]) = 7, avg([2, 7, 6]) = 5, mean(2, 7, 6) = 5, sum([2, 7, 6]) = 15", "holds holds holds holds"),
        ("avg([2, 7, 6]) = 6", "doubtful"),
        ("mean(5 runs) = 3.2", "unknown"),
        ("4×48×1024² ≈ 0.2B elements × 4 bytes = 0.8GB", "holds"),
        # A name that is worked out further in the next formulas, the same with a ≈, and bold type in a formula.
        ("$M = (30 \\times 8 / 4) \\times 5$\n\n$M = 60 \\times 5$\n\n$M = 300$", "unknown holds holds"),
        ("$M = 30 \\times 8$\n\n$M = 60 \\times 5$", "unknown unknown"),
        ("I = 2 × n × k / (n × k × b) ≈ 2 / b", "holds"),
        ("I = 2 × n × k / (n × k × b) ≈ 3 / b", "unknown"),
        (r"$2 \times (6.5 - 10.0) = 2 \times (-3.5) = **-7.0**$", "holds"),
        (r"$2 \times (6.5 - 10.0) = **-8.0**$", "wrong"),
        ("√(9×5) = 3√5 ≈ 6.708", "holds"),
        ("√(9×5) = 3√5 ≈ 6.808", "wrong"),
        ("The gradient at layer 1 = 0.25^10 = 9.5 × 10^(-7)", "holds"),
        ("The gradient at layer 1 = 0.25^10 = 9.5 × 10^(-6)", "wrong"),
        ("`2 * 8 * 30 = 480` GB - more than one of them has", "holds"),
        ("`2 * 8 * 30 = 490` GB - more than one of them has", "wrong"),
        ("2 × 8 × 30 = 500 - the twenty that are lost", "unknown"),
        ("2 * 24 (n_layers) * 8 (n_kv_heads) / 2 (shared_by) = 192", "holds"),
        (r"$8192\ (T) \times 40\ (K) \times 2\ (\text{bytes}) = 655360$", "holds"),
        (r"$8192\ (T) \times 40\ (K) = 327690$", "wrong"),
        # Decimal commas beside commas that group, and what other languages call a billion.
        ("1,536 × 2 = 3,072 and 27,31M × 4 bytes = 109,24 MB", "holds holds"),
        ("1,536 × 2 = 3,072 and 27,31M × 4 bytes = 119,24 MB", "holds wrong"),
        ("1,536 × 2 = 3,072 and 6,25e-4 × 3 = 1,875e-3 and 7 ÷ 0,5 = 14", "holds holds holds"),
        ("3 tỷ × 2 bytes = 6 GB", "holds"),
        # Words among the factors and before the result say what is counted; they count where it holds.
        ("6 × DDR5 stick × 48 GB = 288 GB", "holds"),
        ("6 × DDR5 stick × 48 GB = 188 GB", "unknown"),
        ("12B × float32 = 48 GB", "holds"),
        ("width × height = 12", "unknown"),
        ("micro-batch 32 × accumulation 6 = effective batch 192", "holds"),
        ("micro-batch 32 × accumulation 6 = effective batch 182", "unread"),
        (r"$\frac{96}{12} = 8x$", "holds"),
        (r"$\frac{96}{12} = 2x$", "unknown"),
        (r"$\frac{96}{12} \approx \mathbf{8.0 \text{ days}}$", "holds"),
        (r"$\frac{96}{12} \approx \mathbf{9.0 \text{ days}}$", "wrong"),
        # A unit in the text between two formulas, and ranges with units by both ends.
        (r"$7 \times 1{,}200 = 8{,}400$ bytes $\approx$ 8.4 kB", "holds holds"),
        (r"$7 \times 1{,}200 = 8{,}400$ bytes $\approx$ 9.4 kB", "holds wrong"),
        ("4–6 μs × 250 ≈ 1–1.5 ms", "holds holds"),
        ("30.5-40.5 GB + 9.5 GB = 40-50 GB", "holds holds"),
        ("30.5-40.5 GB + 9.5 GB = 40-60 GB", "holds wrong"),
        # Scales behind a space, letters that label the terms of a sum, and sides behind one that is in doubt.
        ("1.6 G / 3,200 T = 0.5 μs", "holds"),
        ("1.6 G / 3,200 T = 0.7 μs", "doubtful"),
        ("A: 4,608 params + B: 2,304 params = 6,912 total", "holds"),
        ("A: 4,608 params + B: 2,304 params = 6,812 total", "wrong"),
        (r"$2 \cdot n_{layers} \cdot 6\text{ ms} = 2 \cdot 40 \cdot 6\text{ ms} = 480\text{ ms}$", "holds"),
        (r"$2 \cdot n_{layers} \cdot 6\text{ ms} = 2 \cdot 40 \cdot 6\text{ ms} = 580\text{ ms}$", "wrong"),
        ("(95 // 2, 95 // 2, 16) = (47, 47, 16)", "holds holds"),
    ],
)
def test_labels_units_and_groups_are_read_as_people_write_them(line: str, verdict: str) -> None:
    assert " ".join(finding.verdict for finding in proofread(line).findings) == verdict


@pytest.mark.parametrize(
    "line",
    [
        "Its rating for Video 3 = 4",
        "the best of square 6 = −1 + 0.9 × (−2.0) = −2.8",
        r"$$ 72 + 101 + 108 = 1,  2,  8 $$",
    ],
)
def test_an_index_and_a_list_are_no_results(line: str) -> None:
    assert {finding.verdict for finding in proofread(line).findings} <= {"holds", "unknown", "unread"}


@pytest.mark.parametrize(
    ("line", "verdict", "says"),
    [
        ("3 - 5.5 = -2.7", "wrong", "−2.50000 does not round to −2.7; to as many digits it is −2.5."),
        ("3 - 14 = -12", "wrong", "3 − 14 is −11, not −12 (off by 1)."),
        ("-1.67 / 1.25 = -1.33", "rounding", "−1.67 / 1.25 is −1.33600, which rounds to −1.34; −1.33 has its"),
        ("3 - 5.5 = 2.5", "doubtful", "−2.50000 does not round to 2.5; to as many digits it is −2.5;"),
    ],
)
def test_a_negative_result_is_corrected_with_its_sign(line: str, verdict: str, says: str) -> None:
    [finding] = proofread(f"7 × 8 = 56 and 7 × 9 = 63 and 7 × 12 = 84.\n\n{line}").findings[3:]
    assert (finding.verdict, finding.says[: len(says)]) == (verdict, says)
