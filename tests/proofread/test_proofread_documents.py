"""Notations of documents that strangers wrote: what holds, what is wrong, what is only to be looked at."""

import json
import re
from pathlib import Path

import pytest

import symbolic
from symbolic.measuring import quantities
from symbolic.proofread import Report, proofread
from symbolic.proofread.reports import as_html, as_text
from symbolic.proofread.reports.reporting import left_lines


def read(text: str, kind: str = "markdown") -> Report:
    return proofread(text, kind=kind)


def verdicts(text: str, kind: str = "markdown") -> list[str]:
    return [finding.verdict for finding in read(text, kind).findings]


HOLDS = [
    # A picture that a server draws of a formula.
    '<img src="https://a.org/svg.latex?n&space;=&space;7" title="n = \\frac{9 + 2 \\cdot 3 - 1}{2} = 7" />',
    '<img src="https://a.org/equation?tex=n%3D3%5Ctimes48" alt="n = 3 \\times 48 = 144" eeimg="1">',
    # A point between groups of digits, in a document that says nothing else of them.
    "32 * 5 * 5 * 3 + 32 = 2.432",
    # An amount behind a whole number, a sign that belongs to what is divided, and what a computer prints.
    "1½ + 2½ = 4",
    "`-9 // 4 = -3`",
    "0.1 + 0.7 = 0.7999999999999999",
    "12 / 0.004 -= 3000",
    "La capa tiene (5 × 5 × 3) × (20 × 20) × 7 = 210.000 multiplicaciones",
    "1.024 + 4 = 1028",
    "所以是 _3 × 1 + 5 × 1 = 8_ 。",
    "| 3+(7-1)* 2 = 15 |1 * 2 = 2 |",
    "(120+1)*84 + (84+1)*10 = 11,014 개",
    "2 channels $\\times$ 2400 $\\times$ 8 = 38,400",
    r"8 \times 768 \times 32 = 196608",
    "р = 1/(6 х 6) = 1/36",
    "Samples = 10 (Yes) + 5 (No) = 15",
    "500M writes × 0.1 (10% are new posts) = 50M",
    "120M / 86,400 = 1389qps",
    "3 × 12 × 20M × 30 = 21.6 B",
    "500M × 1Kb = 500 GB",
    "8 billion × 800 bytes = 6.4 terabytes",
    "16 × 2 = 30-34 GB",
    "1024 / 6 = 170 full tiles",
    "20 / 2.6 = 7 requests",
    "(32 + 2 × 1 - 5) / 3 + 1 = 10",
    # They were worked out from more digits than are shown.
    "128 × 134M = 17,179,869,184",
    "64 × 1.31 GB ≈ 83.88 GB",
    "3.47M × $3 = $10.425M",
    # Shares in points, and points of those that can be had.
    "(31 - 17) / 400 = 3.5 points",
    r"$(31 - 17) / 400 = 3.5$ points",
    "81.9 − 80.5 = **+1.4%**",
    "22/30 = 5 + 4 + 2 + 3 + 4 + 4",
    # Brackets of other scripts, and numbers in brackets behind what they are of.
    "权重【3B × 2 字节】= 6 GB",
    "参数量（320 × 96）= 30,720",
    "Read A (4 bytes) + read B (4 bytes) + write C[i] (4 bytes) = 12 bytes",
    "读 x(3MB) + 写 y(3MB) = 6MB",
    "4 nodes × 8 = 32-way",
    "128 * 48 * 2 B / 16 B = 768",
    r"$3n / 0.06n = 50$",
    "size(P)/size(Q) = 36/4 = 9",
    "Weights: 6 (3 5 5 + 1) + 6 (4 5 5 + 1) = 1062",
    "Size: 28 × 28 (32-5 + 1) = 28",
    "There are 156 28 × 28 = 122304 connections",
    "$561 - $140 (1 node) = $421",
    "Reads = 10B / 86400 = 1.2 * 100,000",
    "10 Gbps = 10 ÷ 8 = 1.25 GB/s = 1,250 MB/s",
    "4 GB/sec × 8 = 32 Gbps",
    "PE(1, 0) = sin(1 / 10000^0) = sin(1) ≈ 0.841",
    r"$\cos 0.02 \approx 0.9998$",
    "(5-3+2)/1 + 1 = 5이다",
    "2048 x 14336 x 4 = 117MB / layer = 8.2GB total",
    r"$5 \space words \times 12 \space billion = \sim 60 \space GB$",
    r"$4 \space percent \times 2 \space billion = 80 \space million/day$",
    r"$3 \times 7 = 21 \space requests/s$ and $6 \times 7 \space GB = 42 \space GB/month$",
    "The intensity is 989e12 / 3.35e12 = 295 FLOP/Byte",
    "2^50 × 20 ≈ 2亿亿",
    r"$$\rho = 0.24/0.2 = 1.2，$$",
    "cdiv(1000, 128) = 8 and ceil_div(151936, 64) = 2374",
    r"it makes $128 \times 32 \times 28 \times 28 \times 3 \times 5 \times 5 = 241$M operations",
    "`1011₂ = 8 + 2 + 1 = 11`",
    r"about $4096 \times 8 \times 2 \approx 65{,}536$ weights",
    r"$-\frac{1}{2}\text{log}_2(\frac{1}{2}) - \frac{1}{2}\text{log}_2(\frac{1}{2}) = 1$",
    r"$\mathrm{exp}(1) = 2.718$ and $\text{log}_{10}\left(100\right) = 2$",
    r"$2^{10} = 1024 \approx 10^3$",
    "4096 // 32 = 128",
    "(d + 7) // 8 for d = 60 is 67 // 8 = 8",
    # The unit of a result is that of no number before it.
    "4e9 / 2e12 = 2ms",
    "18B × 2 / 3T = 12 ms",
    "84 / 12 = 7 ms",
    r"$\frac{3 \times 10^9}{1.5 \times 10^{12}} = 2 \text{ ms}$",
    r"$5 \times 2 \times 10^9 \approx 10$ GB",
    r"$7 \times 10^{-5} / 2 = 35\,\mu s$",
    "300e18 / 4.2e11 = 7.14e8 FLOPs / token",
    "3.1e7 / 31557600 = 0.98 years",
    "2e9 bytes / 1e12 bytes/s = 2 ms",
    "400 Gbps = 50 GB/s",
    "2Gbps = 1/4GBps",
    r"$70\mu s + 612.5\text{ms} = 612.57\text{ms}$",
    r"$$= 0.02 + 0.5 = 0.52 \text{ ms}$$",
    r"$6 \times 1024 \times 4096 \times 2 = 50.3 \text{ MB/layer}$",
    "16 nodes × 8 GPUs/node = 128 GPUs",
    r"$14 \times 5 \times 10^{-6} + \frac{14}{8} \times 5 \times 10^{-3} = 70\mu s + 8.75\text{ms} = 8.82\text{ms}$",
    r"so $\frac{10^9}{64 \times 10^9} \approx 16$ ms",
    "128 experts ÷ 8 GPUs = 16 experts per GPU",
    "17 TFLOPs / (312 TFLOPs × 8 GPU) ≈ 6.8ms",
    "10,000 × 400W = 4MW",
    "~675 GB (model) + ~320 GB (KV) + ~20 GB (activation) ≈ 1,015 GB",
    "效率 = 134M / 134M = 1x",
    "26B core + 14B MTP (trained but not always run) ≈ 40B",
    "分片 13.63B + 复制组件 7.4B = 21.03B",
    "6 × 8 billion × 5 trillion = 2.4 × 10¹¹ TFLOPs",
    "3.9 MWh × 0.1 = 390 kg",
    r"$E(8192) = \frac{50/6}{8} = 1.04$",
    "| Part | What | Is |\n|---|---|---|\n| a | 2 * 70GB | ~140GB |\n| b | 8 * 70GB | ~560GB |",
    r"$2 \times 256 \times 32{,}000 \approx 16.4$ MegaFLOPs",
    "357 EH/s ÷ 335 TH/s = 1,065,672",
    r"$\frac{1.73 \times 10^{-5}}{\sqrt{12}} = 5.0 \times 10^{-6}$",
    "670 / 1 ≈ 10 minutes",
    "2 × ceil(7,168 /\n      128) × 4\n    = 448",
    # Results behind arrows and rounded signs.
    "7B × 2 bytes → 14GB",
    "12 * 64 -> 768",
    "7 * 143 = ~1000",
    "1000 / 7 ~= 143",
    "1000 / 7 =~ 143",
    "1000 / 7 ≈ ~143",
    "10000 / 45 ～= 222",
    # A power of ten behind an e, also in TeX; letters that are sizes there.
    r"$\frac{2\cdot260e9}{16\cdot1.5e12} \simeq 0.0217$",
    # Notes in brackets, and numbers in them.
    "2 (bf16 bytes) * 8B (params) = 16GB",
    "参数(8GB) + 梯度(8GB) = 16GB",
    "参数内存 = 7B × 2 bytes (FP16) = 14GB",
    "4096 / 4 (TP=4) = 1024",
    # What is rounded as people do it.
    "3.94e14 / 8.1e11 = 486",
    "1000/7 = 143 chips",
    "50*50*321 = 800K",
    # The letter x.
    "5x5x16 = 400",
    "(4*4*8 + 1) x50 = 6450",
    "64x64 x3 = 12288",
    # The equals sign that runs on.
    "30 * 40 = 1200 / 4 (TP=4) => 300 per device",
    # What stands above and below names is a part of them.
    r"$I^* = \sqrt{2 \times 1.56 \times 7200} = 150 \text{ seconds}$",
    r"$M_{act}^{layer} = 4 \times 512 = 2048$",
    r"$\text{Speedup} = \frac{100}{5} = \boxed{20\times}$",
    r"$768 \times 3 (N=3) = 2{,}304$",
    # Links and addresses end where their brackets do, and what never closes takes nothing with it.
    "参见[文档](./notes_(1).md)里的说明。所以有 7 * 8 = 56 个块",
    "参见(https://example.org/a/#b)中的说明：7 * 8 = 56",
    "改编自(这里 说明 只有一半\n\n所以有 7 * 8 = 56 个块",
    "内存(`512 * 512 * 4 bytes ≈ 1MB`)。",
    "16 \\* 64 = 1024, and **8** 个, 8 × **3**个 = **24**个",
    "3人×2周×$10K = $60K",
    "2500 MB / 50 MB/ms = 50 ms",
    "| a | 0.9s | 150s + 52s ≈ 202s | b |",
    "1024 + 512 = 1536 → 需要更多",
    # Code spans are read by themselves.
    "for part 0 of `0.05 * (0.25 - 0.75) = -0.025`, and so on",
    # What numbers are of, per what, about how much.
    "49152 × d_model 512 = 25.2M",
    "5 (步骤1) + 7 (步骤2) = 12",
    "32 experts ÷ 8 = 4 experts/group",
    "6,000,000 字节 / 0.002 秒 = 3,000,000,000 字节/秒",
    "64K × 64K = about 4.1B elements",
    "3 × 4 × 256 × 8 = 24 KiB/SM（假设都占满）",
    "0.5 ms/layer × 24 layers × 1,000 tokens = 12 seconds（按 64 个请求）",
    "每个线程: 64 * 256 * 4 bytes = 65,536 bytes\n  -> 两个线程各自一半",
    # TeX: a name that goes on behind its index, a formula in several displays, lists as arguments.
    r"$d_{head} = d_{model} / N_q\_heads = 12 / 3 = 4$",
    "$$3 \\cdot 2 + 5$$\n\n$$= 6 + 5$$\n\n$$= 11$$",
    r"$W = {6 - 3 + 2 \times 1 \over 1} + 1 = 6$",
    r"$f(0, 1) = 0 \cdot 5 + 1 \cdot 2 = 2$",
    r"$\text{cache (where } N_{kv}\_heads = 4 \text{)} = \frac{10.5 \text{ GB}}{4} \approx 2.63 \text{ GB}$",
    # What is not read may stand before what is: probabilities, norms, determinants, limits.
    r"$P(A|+B) = \frac{P(+B|A) P(A)}{P(+B)} = \frac{0.9 \times 0.1}{0.9 \times 0.1 + 0.2 \times 0.9} = 0.333$",
    r"$\|\mathbf{u}\|_2 = \sqrt{6^2 + 8^2} = \sqrt{100} = 10$",
    r"$$\det\begin{pmatrix} 5 & 1 \\ 2 & 3 \end{pmatrix} = 5 \cdot 3 - 1 \cdot 2 = 13$$",
    r"$\nabla f \cdot \mathbf{u} = 3(0.5) + 4(0.5) = 1.5 + 2 = 3.5$",
    r"$B_1 := B(Q) = (1.0 + 0.5 + 0.6) / 3 = 0.7$",
    # Logarithms to one of the usual bases; a unit behind a power.
    "2 * (-log(0.25)) = 2.77",
    "2 * (-log(0.25)) = 4",
    r"$-0.5 \log 0.5 - 0.5 \log 0.5 = 1$",
    "3*2*1024*4096/1024^2 MB = 24 MB",
    # Commas before decimals.
    "$41,5 + 10,25 = 51,75$",
    "$2{,}5 + 1{,}25 = 3{,}75$",
    r"$x = 2 * 25ms=0,05s$ und $1-0,875 = 0,125$",
    # A letter above and below a line is the unit of both.
    "480h / 24h = 20 machines",
    "(720h - 1h) / 720h × 100 = 99.86%",
    "256 KB / 64 B = 4096 lines",
    "100 clientes × $500/mês = $50,000/mês",
    # Units of results, set as letters in TeX.
    r"$t = \frac{1200}{5 * 10^4} = 0.024s$",
    "$B =9000-4000 =5000 Hz$",
    "La couche prend 41,5 + 10,25 = 51,75 Mo, deux fois 2,5 × 2 = 5.",
    # A wide gap ends a formula.
    r"$A = \frac{1}{1 + 3} = 25\%\;\;\; B = \frac{1}{1 + 4} = 20\%$",
    # What is known of letters, signs and lists: Euler's number, a price for so many, fractions of one sign, rates.
    "P(C|D) = 0.6·0.5/0.4 = 0.75",
    r"$P(X = 3) = \frac{2^3 e^{-2}}{3!} = 0.1804$",
    r"$\sigma(1) = \frac{1}{1 + e^{-1}} = 0.731$",
    "$0.25 per M tokens × 40M = $10",
    "40 × $0.25/M tokens = $10",
    "40M × $0.25/1M = $10",
    "½ · 8 = 4",
    "900 / 30 = 30/s",
    "20K events/s × 100 B × 30 s = 60 MB",
    # What it is about, and a colon.
    r"$$\text{GQA：} 2 \times 40 \times 8 \times 64 = 40{,}960$$",
    r"$\text{both kinds: } (48 + 16) \times 3 = 192$",
    # Binary fractions, and derivatives, which are other functions.
    r"$2.75 = 10.11_{2} = 1.011_2 \times 2^{1}$",
    r"$1.11_{2} \times 2^{5} = 1.75 \times 32 = 56$",
    r"$\tanh'(2) = 1 - 0.964^2 = 0.071$",
    r"$8 \times 2$ KB $= 16$ KB",
    "```mermaid\ngraph TD\nA[5x4=20] --> B(3 × 4 = 12)\n```",
    "which needs**3x3x10 = 90**",
    "就是 $20^4 \\approx 16$ 万的计算量",
    "共 $3 \\times 5 \\times 10^8 = 15$ 亿个参数",
    r"$\$120 \times 30 = \$3,600$",
    r"$\binom{4}{1} (0.3)^1 (0.7)^3 = 0.4116$",
    r"${5 \choose 2} \times 3 = 30$",
    r"$$\text{Layer 1}: 512 \times 128 + 128 = 65{,}664$$",
    r"$Z_{A} = \frac{6 - 7}{4} = -0.25\ \to\ 0.4013$",
    "(which occurred 9 + 4 = 13 times)",
    r"where x = 9. Then $Z = \frac{x-3}{2} = \frac{5.2 - 3}{2} = 2.2/2 = 1.1$",
    "```{note} Sizes\n:class: tip\n\n- $512 \\times 128 = 65,536$\n```",
    '```python\ndef f():\n    """Patches: 16*16*3 = 768 values."""\n```',
    "```python\n# 空间（24×2=48）\n```",
    # A sum that is worked out from its beginning on; a name's square that is given again.
    "12 + 34 + 56 = 12 + 34 = 46 + 56 = 102",
    r"$s^2 = 40 / 5 = 8$, so $s = 2.83$. The other one has $s^2 = 15 / 5 = 3$.",
    "85 * 2 - 18 = 152\n\nThere are two such numbers so far: 44 and 152.",
    r"$$3\times4 + 2\times5 \mathbf{\ + 1} = 23$$",
    r"$$\frac{32 - 7}{1}\boldsymbol{\,+\,1} = 26$$",
    "Then 250K users × 40 candidates to rank = 10M ranking queries/s",
    "The sum is 12 × 40 = 약 480",
    r"$\sigma(-1.5) \approx 0.182$",
    "Small: 2 × RTX 4090 = 2 × 24 GB = 48 GB",
    "$0.95 -- 0.92 = 0.03$",
    "Reads and writes: 1,150 / 1,010,000 ≈ 0.1% (mostly writes)",
    "960 / 24 h = 40 Days",
    # A fraction of fractions, in both ways.
    "lift = 3/8 : 3/8 = 1",
    "lift = 3/8 / 3/8 = 1",
    "3/8 : 5/8 = 3/5",
    "9/3 / 3/1 = 1",
    # The unit of a power, of joules and watts, and what a price is for.
    "2**26 * 4 Bytes = 2**18 KB = 256 MB",
    "2^13 MB = 8 GB",
    "50 pJ × 300 = 15 nJ",
    "700W + 500W = 1.2 kW",
    "$0.03/GB × 400 GB = $12",
    "30 TB × $0.03 per GB-month = $900/month",
    "40 qps × 5 KB = 0.2 mbps",
    r"$\frac{120\text{B}}{80\text{K}} \approx 1.5\text{M QPS}$",
    # Powers with more digits than are worked out, hours of so many devices, ==, and signs that are left.
    r"$(1-10^{-6})^{90000} \approx 0.9139$",
    "1 - (1 - 0.0002)^12000 = 90.9%",
    "$3/GPU-hour × 4 GPUs × 24 h = $288",
    "16 × 24h × 2 USD/GPU·h = 768 USD",
    "24 h × 6 = 144 GPU-hours",
    "6 × 1024h × $0.05 = $307.2",
    "so 30 * 45 == 1350 in all",
    "3 million * 40 KB *  = 120 GB",
    "14W \\* 14H \\* 8D = 1568",
    "pass@4 = 1 - 0.6^4 = 0.8704",
    "9,000 / 600,000,000,000. = 0.000000015 seconds",
    "2.718 × 3 ≈ 8.154. = 8.154 tokens",
    "(3×2)+(5×-1)+(2×0) = 1",
    "24 warps × 16 bytes/lane = 384 bytes",
    "20mb * 5 = 100MB라는",
    "Tables + last table:  2 * 4,000 * 64        = 512,000",
    "`2000b / 4Mbps = 500µs`",
    "$20 + (40 GB × $0.25) + (10 IOPS × $0.10) = $31",
    "Regular users (30%) = 2B × 0.3 = 600M",
    "(5.2B × 4B) + 3 GB = 23.8 GB, and 9B × 16B = 144 GB",
    "It takes 432,000 / 24 / 3600 s = 5 days, and 10,800 / 3600 s = 3 h",
    "ld(1/32) = -5",
    r"$CPI = 1 + 0.40 \cdot 2 = 1.8$",
    r"$12 \times 16 = 192 tokens$",
    r"$$p = -(3/8)log_2(3/8) \approx 0.53$$",
    r"$$\(0.5-0.1\) \times \(30/100\) = 0.12$$",
    "9,000,000 / 86,400 ≈ 9,000,000 / 90,000 = 100",
    # The unit of a sum at its end, which a scale is not.
    "60 + 700 + 1500 Mbps = 2.26 Gbps",
    "300 + 4K = 4300",
    "0.2 + 5% = 0.25",
    # Euler's number beside names, σ within σ, words in TeX, and sums of lists.
    r"$b = \frac{1}{1+e^{-q}} = \frac{1}{1+e^{-0.4}} = 0.599$",
    r"$\sigma\big(0.3\cdot \sigma(0.5)+ 0.2\big) \approx \sigma(0.3 \cdot 0.622 + 0.2) = 0.595$",
    r"$CPI = 1 (\text{base}) + 0.30 \cdot 2 = 1.6$",
    r"$$\frac{300+500}{200} = 4\ volte\ più\ veloce$$",
    # Degrees, the rectifier, and a fraction that is set close behind a logarithm.
    "cos(60°) = 0.5 and cos 90° = 0",
    r"$\sin(30°) = 0.5$ and $\cos 60^\circ = \cos(60^{\circ}) = 0.5$ and $\cos(180°) = -1$",
    r"ReLU(-1.5 + 2) = 0.5 and $\text{ReLU}(0.5 - 2) = 0$",
    "log2 1/8 = -3 and ln 1/2 = -0.693",
    "16 × 20 = 320 GB + activations",
    '```mermaid\nA["cut [a, b]<br/>2·3·4 = 24<br/>(12)"] --> B["64 rows × 8 bytes = 512\\nV[3:1]"]\n```',
    "60/40 = 1.5x。 8 × 5 = **40x**。 so 9.4/4.7 = 2x   (reached 1.7)",
    "n = max(1, 8//16) = 1, times = 16//8 = 2",
    "128 rows × 64 BF16 = 16 KiB",
    "32 线程 × 8 元素/线程 = 256，4 节点 × 8 卡/节点 = 32",
    "**Peak runs** = 0.35 × 30 = **~10–12 runs at once**",
    r"$\sin(1)\cos(1) = 0.4546$",
    "0.667 × 12 = 2/3 × 12",
    "32 Kb / (64 bytes × 8) = 64 sets",
]


@pytest.mark.parametrize("line", HOLDS)
def test_what_holds_is_read(line: str) -> None:
    report = read(line)
    assert "holds" in [finding.verdict for finding in report.findings], report.findings
    assert {finding.verdict for finding in report.findings} <= {"holds", "unknown"}, [f.says for f in report.findings]


def test_a_list_may_give_a_name_of_the_model_one_value_after_the_other() -> None:
    text = "- `V=50257` starts at 10.8249\n- `V=50304` starts at 10.8258\n"
    report = proofread(text, model=symbolic.load("gpt2-124m"))
    assert [finding.verdict for finding in report.findings] == ["holds", "unknown"]
    alone = proofread("Here V = 50304.", model=symbolic.load("gpt2-124m"))
    assert [finding.verdict for finding in alone.findings] == ["wrong"]


SILENT = [
    r"$\begin{bmatrix} 1 & \\ & 2 \end{bmatrix} + \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}"
    r" = \begin{bmatrix} 2 & 0 \\ 0 & 3 \end{bmatrix}$",
    "a tree of 3 levels = 8 leaves",
    "1024 patches per 32K context = 512 MB",
    "it goes from GAS=1 to GAS=8",
    "avg=13.36s min=12.54s max=14.2s",
    "300 steps on lr=0 to warm up",
    "64 layers over PP=32 is what fits",
    "conda create -n env python=3.8",
    "pip install torch==2.1.0+cu121",
    "sbatch --array=1-10%1 job.slurm",
    "NHIDDEN=13824 / NLAYERS=84",
    "TP=8/PP=10/DP=4 fits",
    "`heads % 8 = 0` must hold",
    "[1.5, 2.5] + [3.5] = [1.5, 2.5, 3.5] and [3] 0.5 [1] and [0.1, 0.2] → [0.3, 0.5]",
    "18 links at 53.125GBps = 956.25GBps",
    "8 GPUs (80GB each = 640GB total)",
    "16 GPUs (141GB each) = 2.26TB",
    "17B vs 70B = 4x fewer",
    "3 months = 2-4x faster",
    "14/-1/-1->13->12",
    "MaxPool: 254 / 2 = 127 → 6 × 127 × 127",
    "power of -1 ~ -10 dBm",
    "`1342GB` < `32` cards",
    "At x=3: f'(3) = 6",
    "Each has 80GB VRAM = 640GB total",
    "| range | least |\n|---|---|\n| 0.75-0.90 | ≥0.85 |\n| 1.15-1.74 | ≥1.45 |",
    "it takes 13 $$ 2 = 26G",
    "(4096, 1, 1) = 4096 blocks",
    "位置 = 10000 % 4096 = 1808",
    "It reaches 26/100 at rate = 8.",
    "**FP16 → BF16**：以后再说",
    "`(a,b)=3`, `(b,c)=2`",
    "- **A**：8ms → 0.7ms（提升11倍）",
    r"$L = (2, 4) : (1, 2)$ and $(N, d) = (1024, 64)$ and $h = [0.1, 0.2]$",
    r"$A = \mathbf{X} \mathbf{W}^Q$ and so $= 12$",
    "memory grows (8K → 128K = 256× more)",
    "$4.44 million per day = $185,000 per hour",
    "from ~3 to ~9",
    "trained on ~300B of ~900B tokens",
    "when S > 8·D it pays",
    "50257 -> 50304 (+47 = 0.09%)",
    "`224×224` → `448×448` resolution",
    r"$\int_0^1 x \, dx = 1$ and $P(X \in A) = 1$",
    r"$\begin{bmatrix} 1 \\ 2 \end{bmatrix} = \begin{bmatrix} 3 \\ 4 \end{bmatrix}$",
    "Solve 2x + 5 = 13 first",
    "1 MAC = 2 FLOPs",
    "`0101` + `11` = `010111`",
    "E₁ = 0.40 × 10 = 4.0 times\nE₂ = 0.25 × 10 = 2.5 times",
    "μ_M = 0.5\n\nμ_M(27) = (29 - 27) / 5 = 0.4",
    "\n".join(["30", "−", "5", "+", "2", "=", "9"]),
    r"$(2 \cdot 5) \bmod 7 = 8 + 2 = 3$",
    "It is 12 × 64 vs 16 × 64 = 768 vs 1024.",
    "5 heads (12 × 64) = 3,840 of them",
]


@pytest.mark.parametrize("line", SILENT)
def test_a_sentence_a_setting_or_a_condition_is_no_equation(line: str) -> None:
    assert not set(verdicts(line)) & {"wrong", "carried", "doubtful", "unread"}, read(line).findings


WRONG = [
    (
        '<img src="https://a.org/svg.latex?x" title="x = \\frac{86}{2} + 11 = 53" />',
        "86 / 2 + 11 is 54",
    ),
    ("21.6B × 500 bytes = 1.08 TB", "It is ten times too small"),
    ("216B × 10000 bytes = 21.6 TB", "a hundred times too small"),
    ("We take it not to be X = 363/365 = 0.835616438", "0.994520548"),
    ("1024 × 6 = 6143 full tiles", "6,144"),
    # A minus close to its numbers is no range.
    ("The layer has (12+2*0-3)/1+1=20 columns", "is 10, not 20"),
    ("44 days * 8960 / 171 = 1752 days", "2,305"),
    (r"$x = 3 \iff 128 \times (3/4)^2 = 81$", "72"),
    ("7B × 2 bytes = 12GB", "14"),
    (r"$\frac{4 \times 512 \times 1000}{4} = 497 \text{ KB/layer}$", ""),
    ("2 * 4 * 32 * 128 * 256k * 2 = 8.4 GB", ""),
    ("10000 / 320 ～= 14", "31"),
    ("$1021 \\times 2 = 2{,}042$\n\n$1028 \\times 2 = 2{,}065$", "2,056"),
    ("70 * 2 / 4 ≈ 20 GB", "35"),
    (
        "| Part | What | Is |\n|---|---|---|\n| a | 2 * 70GB | ~140GB |\n| b | 2 * 8192 * 4e6 * 3 * 80 | ~20.9TB |",
        "15.7",
    ),
    ("1×1 + 0×0 + 1×1 + 0×1 + 1×1 = 4", "3"),
    ("(32-8)/2 + 1 = 15", "13"),
    ("1e9 × 5 = 2 GB", "5"),
    (r"$\|u\| = \sqrt{6^2 + 8^2} = 11$", "10"),
    ("$41,5 + 10,25 = 52,75$", "51"),
    (r"$t = 0,0004+0,00002+0,25=0,02542$ und $0,75 * 0,5 = 0,375$", "0.25042"),
    # Two sides count in GB, or both in GiB.
    ("7 * 10 = 75 GB", "70"),
    ("480h / 24h = 21 machines", "480 h / 24 h is 20"),
    (r"$t = \frac{1200}{5 * 10^4} = 0.024s$ and $t_2 = 40/4 = 11 s$", "10, not 11"),
    ("20 * 4 = 75 GB", "80"),
    ("With $e = 0.001$, $e^2 = 0.00001$", ""),
    ("20M × $0.50/1M tokens = $15", "10"),
    ("(3*3*256)*256 = 590080", "off by 256, one of its numbers"),
    (
        "| FC | 4096 | 7*7*512*4096 = 102,764,544 |\n|---|---|---|\n| FC | 4096 | 7*7*512*4096 = 102,760,448 |",
        "102,760,448",
    ),
    ("(360000 + 1) * 64 = 23040", "Its last digits, 064, are missing"),
    (r"$\frac{98,000 - 22,000}{300} = \frac{75,000}{300}$", "The digit 5 stands in the place of 6"),
    ("```python\n3 * (-log(0.5)) + 2 * (-log(0.25)) = 9.1\n```", "4.85203"),
    ('```mermaid\ngraph TD\nA["6 × 7 = 43"]\n```', "42"),
    ("an upload takes 600 qps × 8 KB = 4.2 MB/s", "4.8"),
    ("300 x 11 = 3000", "3,300"),
    ("30 TB × $0.03/GB = $800", "900"),
    ("400 qps × 5 KB = 2.4 mbps", "2.0 mbps"),
    ("The use is 30 / 40 = 85% (3 of 4 are in use) now", "75%"),
    ("21 * 10^6 / 3600 h = 24.3 Days", "ten times too small"),
    (r"$\log 3 + \frac{1}{4} - \frac{1}{2} \log e \approx 0.25$", "0.85"),
    (r"$(1-10^{-6})^{90000} = 0.9239$", "0.9139"),
    ("$3/GPU-hour × 4 GPUs × 24 h = $298", "288"),
    ("so 30 * 45 == 1360 in all", "1,350"),
    (r"$CPI = 1 + 0.40 \cdot 2 = 1.6$", "1.8"),
    ("8 GB + 6 GB = 10 GB", "14 GB"),
    ("60 + 700 + 1500 Mbps = 2.36 Gbps", "2.26"),
    ("Error = (-1,390)² = 1,932,160", "1,932,100"),
]


@pytest.mark.parametrize(("line", "right"), WRONG)
def test_what_is_wrong_is_found(line: str, right: str) -> None:
    report = read(line)
    [found] = [finding for finding in report.findings if finding.verdict == "wrong"]
    assert right in found.says
    assert not report.holds


ODD = [
    ("8/3*4096 = 10922", "rounds to 10,923"),
    ("256 / 144 = 1", "rounds to 2"),
    ("7 GB + 2 GB = 10 GB", "is 9 GB; 10 GB is rounded"),
    ("16/450 = 0.035 secs", "rounds to 0.036"),
    ("1 × 2048 × 32 × 4096 × 2 = 536MB", "rounds to 537MB"),
    ("100 / 3 = 34 GPUs", "rounded up"),
    ("184,320 / 8 * 30 = 690,000", "≈ would say"),
    ("0.0004 × 2 = 0.0009", "more digits"),
    ("124,412,160 = 124.5M", "is rounded up"),
    ("96×12×12,288² ≈ 175B parameters", "only near it"),
    ("437,500 seconds ≈ 121 hours", "is 121.528 hours, which rounds to 122"),
    (r"$0.9^{100} \approx 2.6 \times 10^{-5}$", "rounds to 2.7 × 10^−5"),
    ("1536 × 2000 = 3,000,000 weights", "≈ would say"),
    ("3/9 : 4/8 = 0,66", "rounds to 0.67"),
    ("4×8×1024×1024 = 33.5M numbers × 4 bytes = 134MB", "rounds to 33.6M; 33.5M has its further digits cut off"),
    ("20 / 3 = 6.6 + 1 = 7.6", "rounds to 6.7"),
    ("300 GB × 10 × 365 = 1.0 PB", "is 1.09500 PB, which rounds to 1.1 PB"),
    (r"$\sigma(1.5) \approx 0.817$", "rounds to 0.818"),
]


@pytest.mark.parametrize(("line", "says"), ODD)
def test_a_last_digit_is_a_verdict_of_its_own(line: str, says: str) -> None:
    report = read(line)
    [found] = report.findings
    assert (found.verdict, says in found.says) == ("rounding", True), found.says
    assert report.holds
    assert not report.changes


DOUBTFUL = [
    ("18M / 60M = 0.3 ms", "does not count in seconds: nothing says so"),
    ("$9 × 10^{17} / (300 × 10^{12}) = 3$ seconds", "does not count in seconds: nothing says so"),
    ("- Cache: 24 layers × 4 batch × 200 tokens ≈ 0.31 GB", "not 0.31 GB"),
    ("there are 2 * 10^4 * 1440 video footage per day = 3.1 * 10^7 minutes", "may change"),
    # Few units are ten or a hundred times another one.
    ("$12.50 × 3 = 3750 cents", "in the unit of one side it may hold"),
    ("Each is 2.54 × 2 = 508 cm long", "in the unit of one side it may hold"),
    ("The spread: 45.5 × 3 = 13650 basis points", "in the unit of one side it may hold"),
    ("(2 * 8192 * 8192 * 160) / 1,073,741,824 = 19 GB", "in another unit it would hold"),
    ("p = 0.794 = 79.5%", "79.4%"),
    ("1 TB / 24 GB ≈ 50", "41.6667"),
    ("5 × 4 = 10-12", "not within 10-12"),
    ("16*20*28 / 2*2 = 2,240", "divides by all"),
    ("a base at four bits (13B≈7GB)", "no usual slip"),
    ("1500 × 4 → 5800", "the arrow may show a change"),
    # Another unit, a share, a factor that is left out or stands nearby.
    ("cut into 58 GB / 128 KB = 474,317 tokens", "in another unit"),
    # Both have a scale, so neither counts in thousands of a unit that a third side has.
    ("$4 × 9M × 2M = 72B FLOPs = 72 × 10^12 FLOPs = 72 TFLOPs$", "in another unit"),
    ("2.5 MB/token = 2,900 KB/token", "2,500 KB"),
    ("it is 8 × 30M = 240M = 240B in all", "in another unit"),
    ("`8 × 30 = 240 bytes/token = 240 GB/token`", "in another unit"),
    ("10 × 1M = 10 points", "in another unit"),
    ("38 / 124 = 30.6", "as a percentage"),
    ("the table, 128K × 8K ≈ 2 GB", "so many bytes for each number"),
    ("With two copies of each: 700 × 512 = 716,800", "with the factor 2"),
    # Other rules of reckoning.
    ("2 + 3 × 14 = 70", "from left to right"),
    ("2 × 13 + 14 = 54", "brackets around its sums"),
    ("3 × (10 / 4) = 6", "rounded down"),
    ("|−13| = −13", "another sign"),
    ("12 - 20 = -9 is wrong", "stands beside it"),
    ("1 + 1 = 3", "an example"),
    ("lines 31 - 8 = 24", "both ends"),
    ("3 days + 15 hours = 78 hours", "adds several units"),
    (
        "| Part | Parameters |\n|---|---|\n| table | 20,000 |\n| one | 7,000 |\n| both | 14,000 |\n| total | 34,000 |",
        "parts of others",
    ),
    # Words and signs that were passed over.
    ("32 filters × 27 spatial taps = 896 weights", "“spatial” may change"),
    ("the 3rd of 12 × 64 = 769", "“of” beside it"),
    ("`1000` + `10` = `100010`", "beside each other"),
    ("406.8 × 2 ≈ 850.2 (with padding)", "the note behind it"),
    ("1 - 0.5 / 0.64 ≈ 0.78", "from left to right"),
    ("10-20 × 3 = 35", "no usual slip"),
    ("that is 72 + 26 = 104? It is not", "“?” stands"),
    ("31 * 49 / 88 = 15, let me see", "“let me” stands"),
    ("- 10 * 3 + 10 * 5 = 20", "as a minus"),
    ("`a_1 = 0.00123456`, `b_1 = 0.00365432`: `a_1 / b_1 = 0.3378357676`", "stand for a rounded number"),
    # What was read is only a part: something stands before it or behind it, or between its lines.
    ("The mean wait is (8/8) + (8/7) + ... + (8/1) = 21.7 rounds.", "start may be missing"),
    ("Coins on it: 1, 520.8/1.24 = 1,226", "further left"),
    ("It is (2.5 + 4 + 6)/4 = 25/8 = 3 + 1\n\nand so on", "go on in another line"),
    ("max(0, 3.3 + 1) + max(0, 4.6)\n= max 0, 4.3 + max 0, 4.6 = 8.9", "last of several"),
    ("7 × 8 = 5. 6", "go on"),
    ("8 * 4 = 4个字节 = 32位", "no usual slip"),
    ("It rose from 41.5% (the old one's 41.5% = +32.3%)", "no usual slip"),
    # Text that was copied has its raised digits in the line.
    ("There are 472 × 300 = 662,700 features", "47^2"),
    ("R = 0.252 + 0.52 + 0.252 = 0.375", "0.25^2"),
    # Attempts that the text takes back, and answers to choose from.
    ("So 17 × 12 = 194 weights.\n\nHmm, that is 204.", "near it"),
    ("17 × 12 = 194. Wait, 204.", "Wait"),
    ("17 × 12 = 194。等等，应为 204。", "等等"),
    ("A) 17 × 12 = 204\nB) 17 × 12 = 214\nC) 17 × 12 = 194", "several answers"),
    ("- [x] 17 × 12 = 204\n- [ ] 17 × 12 = 194", "several answers"),
    # Names that meant something else further up, and powers that only say how large something is.
    ("`F = 33.3` ms and so `T = 4 F = 4 / 3 × 100`", "rounded number"),
    (r"up to $2 \cdot 10^9 \cdot 16 \cdot 32 = 10^{12}$ bytes", "how large"),
    (r"$7 \times 10^{23} \approx 10^{24}$", "how large"),
    (r"$3{,}000{,}000 / 4096 = 732 \approx 1024$", "power of two"),
    ("exp(88.7) = 3.40e+38", "more digits"),
    ("(1920/16) * (1080/16) * 60 = 120 * 67 * 60 = 482,400", "rounded down"),
    # Other ways to count: octal, binary, what overflows, shares, digits that are not shown.
    ("umask: 666 - 077 = 600", "octal"),
    ("11 + 1 = 100", "binary numbers"),
    ("200 + 100 = 44", "overflow"),
    ("It may leave out 2 if classes 0+1=75% of all", "no usual slip"),
    ("`0.02*0.50=0.00756`", "more digits"),
    ("Full mesh N=5, R=3 = 5 × 3 = 15 proposals", "no usual slip"),
    (r"costs $12 \times 12 = 241$X more", "“X” beside it"),
    ("so 2,816 = 1024 * 8/3", "multiple"),
    ("512 pJ = 0.512 μJ", "in another unit"),
    (r"|one|$p = 0.5$|$1.617 \approx 2^{-2 \times 0.5 \log_2 0.5}$|", "whole number"),
    ("40 qps × 5 hits per page × 5 KB = 2 mbps", "“hits” may change"),
    ("400 GB/s × 12 link = 900 GB/s", "“link” may change"),
    ("40K users × 200 B = 0.8 GB", "so far off"),
    (r"$1\frac{1}{2} \cdot 120 = 185$", "no usual slip"),
    ("n\n12 × 64 = 760\n2", "scraps of a formula"),
    ("4 × 128 ≈ 1.5 GB", "no usual slip"),
]


@pytest.mark.parametrize(("text", "why"), DOUBTFUL)
def test_what_can_be_read_in_two_ways_is_not_wrong(text: str, why: str) -> None:
    """It is to be looked at if it is nearly like an error or has a meaning that nobody wrote, else not judged."""
    report = read(text)
    assert [finding.verdict for finding in report.findings][-1] in ("doubtful", "unknown")
    assert why in report.findings[-1].says
    assert report.holds
    assert not report.changes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("so $ a = 1 $，with $ b $：\n$$\n210 - 40 = 180\n$$\n", ["holds", "wrong"]),
        ("$$\n0.9 \\times 20 = 18\n\n$$\n\nand\n\n$$\n\n3 \\times 50 = 160\n$$\n", ["holds", "wrong"]),
        ("at $ 5 and $ 3 for $. So $ \\frac{80}{2} = 50 $, $ x $，$ \\frac{9}{3} = 3 $。", ["wrong", "holds"]),
    ],
)
def test_dollar_signs_may_have_spaces_or_blank_lines_within(text: str, found: list[str]) -> None:
    assert verdicts(text) == found


NO_CLAIM = [
    "Saturation: $255 + 1 = 255$ (clamped to the largest byte)",
    "the rule: (16 x 90) @ (90 x 1) = (16 x 1)",
    r"usually $\lambda = 0.95 \sim 0.99$",
    r"a rate of $10^{-5} \sim 5 \times 10^{-5}$",
    "17 % 5 = 2",
    "`0.101₂ = 1×0.5 + 0×0.25 + 1×0.125 = 0.625₁₀`",
    "A throw of 1d20+7 = 21 against 18",
    "`all_a = 0.99^32`\n\n`all_b = 0.5^32`\n\n`all_a = 0.5^32`\n\n`all_a + all_b ≈ 0.73`",
    "With r = 8.\n\nWith r = 16: 8192 × r = 65,536",
    "Thread 0 stops: 20 + 1 > 21",
    "Output = (224 - 3 + 2)/1 + 1 = 224×224",
    "2 × 3×3 = 5×5",
    "links of 900 GB/s ~ 3.6 TB/s",
    r"$x + 5 = 7$ and $a_2 = 0.5$, then $a_2^{(2)} = 0.25$",
    "rows 3,4 = 5 and 5,6 = 12",
    "for i = 1,2 and j = 3,4: 5,6 = 12",
    "[32, 128] + [32, 128] = [32, 256]",
    "with 4 bits ≈ 24 GB in all",
    "xor: 5^1 = 4 and 2^3 = 1",
    "16x16 = 4 tiles",
    "PCIe 7.0 × 16 lanes ≈ 242 GB/s",
    "`(64,256)` = 32 KiB",
    "1280×720 一张图 ≈ 6.4k",
    "250 + 20 = 255 (saturates)",
    "5 + 4 = 1, as it wraps at 8",
    "2 × [128, 128] = [256, 128]",
    "the squared error e^2 = 0.04",
    "```python\n- 10 * (-log(0.25)) + 10 * (-log(0.125)) = 6.9\n```",
    "We have IQR = 12.\n50 - 4.25 = 8.25 is it.",
    "With $a = 0.33$ and $b = 1.54$ (rounded), $2 a + b = 2.21$",
    "saved at `step_900.pt` (900 / `interval` default 30 = 20 exactly, with the resumed half)",
    "item 2 = 1 / 10^(2/4) = 0.3",
    "lift(a, b): 2/6 : 3/6 = 2/3",
    "if n % 4 == 2 and m == 3:",
    "We == marked * this == 3 times",
    r"the permutation has $\sigma(1) = 3$ and $\sigma(3) = 1$",
    "| model | GB |\n|---|---|\n| 7B | 7000 × 2 = 14 |",
]


@pytest.mark.parametrize("text", NO_CLAIM)
def test_what_says_nothing_that_could_be_wrong_is_not_judged(text: str) -> None:
    assert not set(verdicts(text)) & {"wrong", "carried", "doubtful"}


FIXED = [
    # The picture would show the same.
    *[(f'<img src="https://a.org/svg.latex?x" title="144 \\times 32 = {made}" />',) * 2 for made in ("4,806", "4,608")],
    ("1250 × 4 = 5001. It says 5001.", "1250 × 4 = 5000. It says 5001."),
    ("234,567 × 2 = 469,143, so 469,143 in all.", "234,567 × 2 = 469,134, so 469,134 in all."),
    # A number that another equation leads to may be right there.
    ("234,567 × 2 = 469,143\n\n469,142 + 1 = 469,143", "234,567 × 2 = 469,143\n\n469,142 + 1 = 469,143"),
    ("3 GB × 4 = 13 GB", "3 GB × 4 = 13 GB"),
    ("7 × 3 ≈ 40", "7 × 3 ≈ 40"),
    ("With n = 5: n × 7 = 36", "With n = 5: n × 7 = 36"),
    # The error may be in what the result is worked out of.
    ("1×1 + 0×0 + 1×1 + 0×1 + 1×1 = 4", "1×1 + 0×0 + 1×1 + 0×1 + 1×1 = 4"),
    ("144 × 32 = 4,480", "144 × 32 = 4,480"),
    ("4096 × 1000 = 4,097,000", "4096 × 1000 = 4,097,000"),
    ("There are 3217 of them. 2104 + 3207 = 5321", "There are 3217 of them. 2104 + 3207 = 5321"),
]


@pytest.mark.parametrize(("text", "fixed"), FIXED)
def test_only_what_is_certain_is_mended(text: str, fixed: str) -> None:
    from symbolic.proofread.mending import mended

    report = read(text)
    assert mended(report.document, report.changes) == fixed


FENCES = [
    # Mathematics in a fence that says Python: no statement of it.
    (
        "```python\nparams = 65,536 × 1,280 = 83,886,080\nK = 1,280 × 128   = 163,841  (smaller!)\n```",
        ["holds", "wrong"],
    ),
    ("```python\nblock = 12 × 1,024² = 12 × 1,048,576 = 12,582,912\nx = 3\n```", ["holds"]),
    ("```\n7B × 2 = 14GB\n```", ["holds"]),
    # A program: its comments and strings, not its statements.
    ("```python\nx = 3 * 4\nassert x == 13\n```", []),
    ("```python\nnotes = {'size': '4096 × 4096 × 2 = 33,554,432', 'more': '7 * 7 = 48'}\n```", ["holds", "wrong"]),
    ("```python\nprint(f'{x} * 4 = 13')\n```", []),
    ("```bash\nx=$((3 * 4)) # = 13\n```", []),
    ('```bash\necho "5 pods x 2 CPU = 10 CPU"\necho "$a x 2 = 3"\nrun # 3 * 4 = 12\n```', ["holds", "holds"]),
    ("```pre\n1 - it has (9/10)*(1/4)  =  9/40\n```", ["holds"]),
    # Another language: comments, and lines that work something out with numbers alone.
    ("```c++\nrow = 1440 / 8 = 180\nint x = size<0>() / n;  // 128 × 2 = 256\n```", ["holds", "holds"]),
    ("```c++\nrow = 1440 / 8 = 181\nfor (int i = 0; i < 3; i = i + 1) {}\n```", ["wrong"]),
    ("```markdown\n7B × 2 = 14GB\n```", ["holds"]),
    # What a calculation comes to, in the comment behind it; as a bare number it may be about something else.
    ("```python\nside = (64 - 7 + 2*3) // 2 + 1  # = 32\nwide = 4 * 640  # 2560\n```", ["holds", "holds"]),
    (
        "```python\nside = (64 - 7 + 2*3) // 2 + 1  # = 43\nwide = 4 * 640  # 2561\nk = 3 * 4  # 2 layers\n```",
        ["wrong", "doubtful", "unknown"],
    ),
    ("```python\nrms = f(x)  # sqrt(17/4) ≈ 2.06\nshare = g(x)  # 2/3 ≈ 0.667\n```", ["holds", "holds"]),
    # The result behind what it counts, or with words behind it; what is said of something else is left alone.
    (
        "```python\nn = (96 * 16) + 16  # weight + bias = 1552\nm = 2 * 128**3  # 4.2 million FLOPs\n"
        "k = (20 - 5) // 2 + 1  # 8\nj = 4 * 640  # width = 640\n# far: |35 - 12| = 23\n```",
        ["holds", "holds", "holds", "unknown", "holds"],
    ),
    # Names that are given a number once.
    (
        "```python\nrows = 30\nn = rows * 8 + 1\nhalf = (n - 1) // 6  # 40\ncells = rows * n  # = 7230\n"
        "x = n * y  # 3\n```",
        ["holds", "holds"],
    ),
    ("```python\nrows = 30\ncells = rows * 40  # = 1300\n```", ["wrong"]),
    # Arguments that have a number by default, entries of a dictionary, attributes; what a function returns.
    (
        "```python\ndef memory(params=3e9, size=2, *, other):\n    held = {}\n    held['w'] = params * 4  # 12GB\n"
        "    held['g'] = params * size * 3  # about 44GB\n    sizes = {'a': params * 4,  # 12GB\n        'b': 5}\n"
        "    x = other * 4  # = 13\n    return params * size  # 6GB\n```",
        ["holds", "doubtful", "holds", "holds"],
    ),
    (
        "```python\nclass Layer:\n    width: int = 640\n    def __init__(self):\n        self.heads = 10\n"
        "        self.head = self.width // self.heads  # 64\n        self.depth = 3\n        self.depth = 4\n"
        "        self.all = self.depth * 5  # = 16\n```",
        ["holds"],
    ),
    (
        '```python\nbase = {"w": 14, "g": 16}\nmore = {\'x\': 40}\n'
        'both = {"least": sum(base.values()) + more["x"],  # 70GB\n'
        "    'most': sum(base.values()) + more['x'] * 2  # 131GB\n}\n"
        "more['y'] = 2\nz = sum(more.values()) * 2  # = 81\n```",
        ["holds", "wrong"],
    ),
    # A result with a word of another script, or behind a logarithm; a sum to which words are added.
    (
        "```python\nn = 20 * 16  # → 320 个\n# -(1 * log(0.8)) ≈ 0.223\n# 20 * 16 = 330个数\n```",
        ["holds", "holds", "wrong"],
    ),
    (
        "```python\n单卡: 7B × 2 = 14GB  # 权重\n总计: 14 + 28 = 42GB + 激活值\n占比: 3M / 24M = 12.5% (小)\n```",
        ["holds", "holds", "holds"],
    ),
    ("```bash\n每台机器: 8 × 80GB = 660GB\nT_first = 60ms + 30ms = 90ms = 0.09s\nexport N=3\n```", ["wrong", "holds"]),
    # Prices in strings, powers and percents in comments.
    (
        "```python\nd = {'day': '4MW × 24h × $0.1/kWh = $9,600', 'all': '50人 × $200K × 0.5年 = $5M'}\n"
        "# 10^13 / 2^20 ≈ 9.54M\n# 3/4 = 75%\n# a % 3 = 4 * 2 = 9\n```",
        ["holds"] * 4,
    ),
    # Whole quotients, tables and comparisons in comments; powers of ten behind a calculation.
    (
        "```python\nflops = 6 * 70e9 * 15e12   # = 6.3e24\nk = a // b  # = 256 // 16 = 16\n"
        "# n = b // c = 128 // 16 = 9\n# 7 // 2 * 3 = 9\n"
        "# all: 600 + 40 * 2 = 680 registers > 512\n# one\t4\t4×32=128\t128 × 96 = 12,288(most)\n# 64/16=4次\n```",
        ["holds", "holds", "wrong", "holds", "holds", "holds", "holds", "holds"],
    ),
    ("```c++\nfor (k = 0; k < n; ++k) {  // 128/32 = 5 times\n```", ["wrong"]),
    # A note behind a line that goes on in the next one.
    (
        "```\nn = 6 * 8 * 4 / (2 * (8 + 4))\n  = 6 * 8 * 2 / (8 + 4)   (halve 4 and 2)\n  = 96 / 12\n  = 8\n```",
        ["holds"],
    ),
    ("```\nn = 6 * 8 * 4 / (2 * (8 + 4))\n  = 6 * 8 * 4 / (8 + 4)   (cancel 2 & 2)\n  = 16\n```", ["doubtful"]),
    ("```\nn = 6 * 8 / (2 + 4) (one more)\nm = 9 * (8 + 4) (the rest)\n```", ["unknown", "unknown"]),
    ("```js\nconst a = 3 * 4, b = 5;\nf(x, 2 * 4, y = 3)\n```", []),
    ("```python\nNew total: 640M - 90M = 550M\nExperts: 12B\n```", ["holds"]),
    ("```python\nfor rows in (1, 2):\n    n = rows * 4\nm = 7\nm = 8\nz = n * m * 2  # = 13\n```", []),
    (
        "```yaml\nlayers: 12  # 12 * 32 = 384\n- small: 50ms (first) + 256 × 2.5ms = ~690ms total\n```",
        ["holds", "holds"],
    ),
]


def test_a_unit_that_a_document_leaves_out_again_and_again_is_its_habit() -> None:
    one = "| 3 | ($24\\times 60+2\\times 3000\\approx 7.3$) GiB |"
    table = f"| k | peak |\n|---|---|\n{one}"
    assert verdicts(table) == ["doubtful"]
    assert verdicts(f"{table}\n{one.replace('24', '12').replace('7.3', '6.6')}") == ["holds", "holds"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One takes $3 \\times 400{,}000 = 1.2$ MB.\n\nAll take $1.2 \\times 2000 = 2.4$ GB.", ["holds", "holds"]),
        ("One takes $3 \\times 400 = 1.2$ KB.\n\nAll take $1.2 \\times 2000 = 2.4$ GB.", ["holds", "doubtful"]),
        ("One takes $3 \\times 400{,}000 = 1.2$ MB.\n\nAll take $1.3 \\times 2000 = 2.6$ GB.", ["holds", "doubtful"]),
    ],
)
def test_a_factor_has_the_unit_that_it_has_as_a_result(text: str, found: list[str]) -> None:
    assert verdicts(text) == found


LEDGER = "```\nweights: 60B × 2 bytes = 120 GB\n+ activations: ~50 GB\n+ cache (batch 32): ~100 GB\n= {} GB\n```"


@pytest.mark.parametrize(("total", "found"), [("270", ["holds", "holds"]), ("280", ["holds", "doubtful"])])
def test_what_stands_below_lines_that_are_added_is_their_sum(total: str, found: list[str]) -> None:
    assert verdicts(LEDGER.format(total)) == found


def test_a_number_below_two_copied_lines_may_be_a_divisor() -> None:
    assert verdicts("7−3\n+1= 3\n2\n", "text") == ["unknown"]


@pytest.mark.parametrize(("text", "found"), FENCES)
def test_a_fence_is_read_where_it_is_mathematics_or_says_something(text: str, found: list[str]) -> None:
    assert verdicts(text) == found


@pytest.mark.parametrize(("result", "verdict"), [("64", "holds"), ("65", "wrong")])
def test_a_formula_that_a_page_s_script_will_write_is_read(result: str, verdict: str) -> None:
    page = f'<p>So <span class="katex" data-expr="2 \\times 8 \\times 4 = {result}" role="img"></span> values.</p>'
    assert verdicts(page, "html") == [verdict]
    assert verdicts(page.replace("></span>", ">2 × 8 × 4 = 64</span>"), "html") == ["holds"]


def test_lines_of_code_with_numbers_are_counted_as_not_read() -> None:
    report = read("```python\nx = 3 * 4\ny = x\nz = 24 / 8\n```")
    assert report.document.code_lines == 2
    from symbolic.proofread.reports import render

    assert "Two lines of code with numbers are not read." in render(report)


def test_a_name_and_its_number_may_stand_in_formulas_of_their_own() -> None:
    assert verdicts("* $H$ (heads) = $25$\n* $T$ = $1{,}024$\n\n$H T = 25{,}600$") == ["holds"] * 3


def test_what_a_notebook_printed_is_read_and_never_mended() -> None:
    import json

    outputs = [{"output_type": "stream", "name": "stdout", "text": ["2000 * 3 = 6001\n"]}]
    cells = [{"cell_type": "code", "metadata": {}, "source": "print(1)", "outputs": outputs}]
    report = proofread(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}), "notes.ipynb")
    assert [finding.verdict for finding in report.findings] == ["doubtful"]
    assert str(report.place(report.findings[0].start)) == "cell 1, line 1"
    assert not report.changes


def test_what_holds_with_a_number_that_is_mended_above_is_named() -> None:
    """The bytes of the wrong sum round to those of the right one: the line is left, and said to use the old number."""
    from symbolic.proofread.mending import mended

    text = "Two layers: 1,050,624 + 1,050,624 = 2,103,248.\n\nIn bf16 that is 2,103,248 × 2 = 4.2 MB.\n"
    report = proofread(text)
    assert mended(report.document, report.changes) == text.replace("2,103,248.", "2,101,248.")
    assert left_lines(report) == [("line 3", "2,103,248", "2,101,248")]
    assert "line 3: 2,103,248 (now 2,101,248 elsewhere)" in as_text.changes(report)
    assert "now 2,101,248 elsewhere" in as_html.render(report)
    assert left_lines(proofread("1,050,624 + 1,050,624 = 2,103,248.\n")) == []


def test_a_stale_number_is_named_and_not_mended() -> None:
    report = read("The rate is 450 / 2 = 225.\n\nSo it takes 44 * 8960 / 171 = 1752 days.")
    [found] = [finding for finding in report.findings if finding.verdict == "wrong"]
    assert found.says.endswith("It holds with 225 from line 1 in the place of 171.")
    assert not report.changes


# The report.


def test_a_document_about_another_quantity_is_held_against_that() -> None:
    import symbolic

    model = symbolic.load("gpt2-124m")
    report = proofread("The cache has 2 × 12 × 1024 × 768 × 2 = 37,748,736 bytes.", model=model)
    assert report.holds
    assert report.comparison is not None
    assert report.comparison.quantity == "KV cache"
    assert proofread("A batch of 100,000,000 + 7 = 100,000,007 tokens", model=model).comparison is None


@pytest.mark.parametrize("name", [name for name in quantities.names() if name != "parameters"])
def test_a_total_of_any_quantity_is_known_for_that(name: str) -> None:
    import symbolic

    total = symbolic.explain("gpt2-124m", name).total
    report = proofread(f"In all that is {total - 1:,} + 1 = {total:,}.", model=symbolic.load("gpt2-124m"))
    assert report.comparison is not None
    assert report.comparison.quantity


COLUMNS = [
    ("  768\n+ 512\n-----\n 1280", ["holds"]),
    ("  768\n+ 512\n-----\n 1290", ["wrong"]),
    ("embedding   38,597,376\nblocks      85,054,464\n────────────────\ntotal      123,651,840", ["holds"]),
    ("- token table: 38,597,376\n- blocks: 85,054,464\n- Total: = 123,651,840", ["holds"]),
    ("- token table: 38,597,376\n- blocks: 85,054,464\n\n**Total:** 123,615,840", ["doubtful"]),
    ("- heads: 4 × 3 = 12\n  - of these: 2\n- rest: 30\n\nTotal = 42", ["holds", "holds", "holds"]),
    ("- heads: 11  ← some are shared\n- rest: 30\n- ends: 5\n- Total: 46", ["holds"]),
    ("- heads: 11  ← some are shared\n- rest: 30\n- ends: 5\n- Total: 64", ["doubtful"]),
    (
        "1. Tables: 3,548,160\n   - words: 4,000 × 768 = 3,072,000\n   - places: 476,160\n   - more: 0",
        ["holds", "holds"],
    ),
    (
        "1. Tables: 3,584,160\n   - words: 4,000 × 768 = 3,072,000\n   - places: 476,160\n   - more: 0",
        ["doubtful", "holds"],
    ),
    ("- Tables: 86\n  - words: 40\n  - places: 44\n  - kinds: 3\n\n- Blocks: 12", ["doubtful"]),
    ("- Tables: 90\n  - words: 40\n  - places: 44\n  - kinds: 3\n\n- Blocks: 12", ["unknown"]),
    (
        "| users | width | bytes | size |\n|---|---|---|---|\n| 2M users | 64 | 4 | 512 MB |\n"
        "| 10M users | 128 | 4 | 5.12 GB |\n| 100M users | 256 | 4 | 100 GB |\n| 4K users | 100 | 4 | 2.9 MB |",
        ["holds", "holds", "holds", "doubtful"],
    ),
    # A price for a million tokens follows from that of an hour; tables with the same heads are one.
    (
        "| host | $/hour | tokens/s | $/M tokens |\n|---|---|---|---|\n| a | $90.00 | 1500 | $16.67 |\n"
        "| b | $45.10 | 2300 | $5.49 |\n| c | $120.50 | 2700 | $12.40 |\n\nLarger ones:\n\n"
        "| host | $/hour | tokens/s | $/M tokens |\n|---|---|---|---|\n| d | $60.25 | 3100 | $5.40 |\n"
        "| e | $51.30 | 2900 | $4.92 |\n| f | $70.10 | 2600 | $7.49 |\n| g | $70.10 | 2600 | $23.90 |",
        ["holds", "doubtful", "holds", "holds", "rounding", "holds"],
    ),
    # Where both columns are rounded, a row that is off by no more than that says nothing.
    (
        "| tokens | GB shared | GB each |\n|---|---|---|\n| 512 | 0.06711 | 0.2684 |\n| 2048 | 0.2684 | 1.074 |\n"
        "| 4096 | 0.5369 | 2.147 |\n| 8192 | 1.074 | 4.295 |\n| 16384 | 2.147 | 8.588 |",
        ["holds"] * 5,
    ),
    ("| a | b | c |\n|---|---|---|\n| 2 | 3 | 6 |\n| 4 | 5 | 9 |\n| 1 | 7 | 8 |", []),
    # What makes the last column: a sum, a product with a bias, which one row may lack, or a difference.
    (
        "| layer | weights | bias | all |\n|---|---|---|---|\n| one | 2,048 | 64 | 2,112 |\n| two | 640 | 32 | 672 |\n"
        "| three | 320 | 10 | 340 |",
        ["holds", "holds", "doubtful"],
    ),
    (
        "| layer | in | out | all |\n|---|---|---|---|\n| one | 32 | 64 | 2,112 |\n| two | 64 | 20 | 1,300 |\n"
        "| three | 20 | 10 | 220 |\n| last | 20 | 10 | 200 |\n| four | 20 | 30 | 630 |",
        ["holds", "holds", "doubtful", "holds"],
    ),
    (
        "| whole | used | left |\n|---|---|---|\n| 80 | 14 | 66 |\n| 141 | 40 | 101 |\n| 192 | 90 | 112 |",
        ["holds", "holds", "doubtful"],
    ),
    (
        "| what | old | new | gain |\n|---|---|---|---|\n| a | 10 ms | 5 ms | 2.0× |\n| b | 12 ms | 4 ms | 3.0x |\n"
        "| c | 9 ms | 2 ms | 5.5× |",
        ["holds", "holds"],
    ),
    (
        "| 规模 | 计算 | 结果 |\n|---|---|---|\n| 一 | 2 × 40 × 128 | 10,240 |\n| 二 | 3 × 40 | 130 |",
        ["holds", "wrong"],
    ),
    # A calculation that a row above has with its result is about something else here.
    ("| layout | devices |\n|---|---|\n| 4 × 8 | 32 |\n| 2 × 8 | 16 |\n| 4 × 8 | 64 |", ["holds", "holds"]),
    # Words behind the numbers, notes, and a total in millions.
    (
        "- keys: 640 params\n- values: 640 params\n- mixing: 1,280 params\n- **Total per layer**: 2,560 params",
        ["holds"],
    ),
    ("- table (500 × 64): 32,000\n- blocks: 98,304\n- head: 32,000 (tied)\n\nTotal: 162,304 (~0.2M)", ["holds"] * 2),
    ("嵌入：12.5M\n注意力：8.5M\n前馈：21.5M\n合计：约 42.5M", ["holds"]),
    ("Sizes:\n- keys: 16,000,000\n- values: 16,000,000\n- mixing: 4,000,000\n- Total: ~51.0M weights", ["doubtful"]),
    ("Sizes:\n- one: 400\n- other: 500\n- both: 900\n\nTotal model: 1,300", []),
    ("Sizes:\n- keys: 12 layers\n- values: 12 heads\n- mixing: 12 rows\n\nTotal: 50 parts", []),
    ("Steps:\n- keys: 12 MB\n- values: 14 MB\n- mixing: 11 MB\n- Total: 600 MB", []),
    # Another total, versions, and a list without one.
    ("- layers: 12\n- heads: 12\n\nTotal: 124,000,000", []),
    ("- layers: 12\n- heads: 12", []),
]


@pytest.mark.parametrize(("text", "found"), COLUMNS)
def test_a_column_or_a_list_adds_up(text: str, found: list[str]) -> None:
    assert [one.verdict for one in read(text).findings] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It shrinks from 24.6 GB to 384 MB, 64× less.", ["holds"]),
        ("It is 30× faster (6 ms → 0.2 ms).", ["holds"]),
        ("It has 3x the width (1,536 vs 512).", ["holds"]),
        ("It is 3x faster (see 6 ms → 0.2 ms)", []),
        ("It shrinks from 24.6 GB to 6.2 GB (72% less).", ["doubtful"]),
        ("从 24.6 GB 降至 6.15 GB,减少 75%。", ["holds"]),
        ("压缩率 32.5 倍,从 24.6 GB 降到 384 MB", []),
        ("Latency: 120 ms → 31 ms (−74.2%), 80 ms instead of 20 ms (4x)", ["holds", "holds"]),
        ("It runs at 93.5 TFLOPS (75.4% of the 124 TFLOPS peak).", ["holds"]),
        ("It runs at 93.5 TFLOPS (77.4% of 124 TFLOPS).", ["doubtful"]),
        ("It finds 17 of 60 (28.3%), before 18 of 60 (31.2%).", ["holds", "doubtful"]),
        ("Total: 16,777,216 bytes (16.0 MiB)", ["holds"]),
        ("Total: 16,777,216 bytes (17.1 MiB)", ["doubtful"]),
        ("The card has 80 GB (40 GB free).", []),
        ("5 → 154.4 tok/s (+92%)", []),
        ("21 → 43 t/s (+105%)", ["holds"]),
        ("From 12 to 24 layers, up to 3x; from 10 to 17 in 2021, about 30% of the users.", []),
    ],
)
def test_a_sentence_may_compare_two_amounts(text: str, found: list[str]) -> None:
    assert [finding.verdict for finding in proofread(text).findings] == found


def _totalled(*rows: str) -> str:
    return "\n".join(f"| {row} |" for row in ("Part | Cost", "---|---", *rows))


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        (_totalled("a | $12.50", "b | $7.50", "c | $30.25", "합계 | $50.25"), ["holds"]),
        (_totalled("a | $12.50", "b | $7.50", "c | $30.25", "Total | $52.25"), ["doubtful"]),
        (_totalled("a | 33.3%", "b | 33.3%", "c | 33.3%", "Total | 100%"), ["holds"]),
        (_totalled("a | 7 ms", "b | 3 ms", "c | 90 ms", "Total | 90 ms"), []),
        (_totalled("a | 0.61", "b | 0.64", "c | 0.66", "Total | 0.64"), []),
        ("Weights: 350 GB\n+ Activations: ~50 GB\n+ Cache: ~100 GB\n= 500 GB 총 필요", ["holds", "holds"]),
        ("weights: 140 GB\ngradients: 140 GB\nAdam: 280 GB\n= 560 GB is needed", ["holds"]),
    ],
)
def test_a_column_of_any_name_and_lines_above_a_result_add_up(text: str, verdicts: list[str]) -> None:
    assert [found.verdict for found in proofread(text).findings if found.verdict != "unknown"] == verdicts


def test_one_row_of_many_may_be_far_from_what_the_others_make() -> None:
    rows = ("1.21 | 512 | 0.656", "2.49 | 1314 | 0.526", "3.93 | 2710 | 0.403", "0.79 | 207 | 1.060")
    table = "\n".join(f"| {row} |" for row in ("$/h | tok/s | $/M", "---|---|---", *rows, "5.12 | 3333 | 0.427", "{}"))
    for last, verdict in (("4.44 | 1999 | 0.617", "holds"), ("4.44 | 1999 | 0.817", "doubtful")):
        assert proofread(table.format(last)).findings[-1].verdict == verdict


@pytest.mark.parametrize(
    ("equation", "found"),
    [
        ("1,750 + 16% = 2,030", ["holds"]),
        ("2,000 - 25% = $1,500", ["holds"]),
        ("1,700 + 50 + 16% = 2,030", ["holds"]),
        ("5% + 3% = 8%", ["holds"]),
        ("0.5 + 20% = 0.7", ["holds"]),
        ("1,750 + 16% = 2,040", ["rounding"]),
    ],
)
def test_a_share_is_added_of_what_stands_before_it(equation: str, found: list[str]) -> None:
    assert verdicts(equation) == found


def test_a_setting_behind_a_kernel_is_no_result() -> None:
    assert not set(verdicts("A conv 3x3 s=2 halves it, a max pool 2×2 s=2 too, and a conv 5x5 p=1 does not.")) & {
        "doubtful",
        "wrong",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A model of 9B parameters needs ~18 GB in FP16.", ["holds"]),
        ("9B → 4.5GB", ["holds"]),
        ("11B 参数（INT8）约 11 GB", ["holds"]),
        ("The weights of a 9B model in BF16 are 17 GiB.", ["holds"]),
        ("A model of 40B parameters needs 40 GB in FP16.", ["doubtful"]),
        ("11B parameters take 11 GB with INT4", ["doubtful"]),
        # More than the weights, no type, other things, a part of a calculation.
        ("A model of 9B parameters needs 24 GB in FP16.", []),
        ("Training 40B parameters in FP16 takes 160 GB.", []),
        ("A model of 9B parameters takes 9.4 GB with 4 bits and what surrounds them.", []),
        ("9B tokens take 18 GB", []),
        ("9B parameters saved 18 GB", []),
        ("(2+2)9B=36GB", []),
    ],
)
def test_parameters_of_a_type_take_so_much_memory(text: str, found: list[str]) -> None:
    assert [one for one in verdicts(text) if one != "unknown"] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("60 GB + 75 GB = 153 GB\n\nSo 153 GB are needed, or 100-153GB.", ["wrong"]),
        ("It is 7.3411 / 2.4182 = 3.05 times.\n\nSo it is not 3.05 times, and 3.05 GB.", ["rounding"]),
        ("7.34 / 2.42 = 3.03\n\nSo it is 3.03 times.", ["holds"] * 2),
    ],
)
def test_only_a_number_that_holds_is_confirmed_where_it_is_said_again(text: str, found: list[str]) -> None:
    assert verdicts(text) == found


@pytest.mark.parametrize(
    ("number", "verdict"),
    [("-0.00794", "holds"), ("-0.00793", "rounding"), ("-0.0083", "doubtful"), ("-0.5", "unknown")],
)
def test_a_derivative_or_a_name_has_the_number_of_its_formula_just_above(number: str, verdict: str) -> None:
    slope = r"$$\frac{\partial L}{\partial w_1} = (-0.079) \cdot 0.201 \cdot 0.5$$ and"
    assert verdicts(rf"{slope} $$\frac{{\partial L}}{{\partial w_1}} \approx {number}$$")[-1] == verdict
    assert verdicts(rf"$z = -0.079 \cdot 0.201 \cdot 0.5$ and $z = {number}$")[-1] in (verdict, "holds")


@pytest.mark.parametrize(
    ("head", "rows", "found"),
    [
        ("kind | time | speedup", ["a | 203.4 | 1.00x", "b | 277.9 | 0.73x", "c | 34.8 | 5.84x"], ["holds", "holds"]),
        (
            "kind | time | speedup",
            ["a | 203.4 | 1.00x", "b | 277.9 | 0.73x", "c | 34.8 | 5.94x", "d | 99.1 | 2.05x"],
            ["holds", "doubtful", "holds"],
        ),
        (
            "kind | memory | saved",
            ["a | 280 GB | -", "b | 140 GB | 50.0%", "c | 72.1 GB | 74.3%", "d | 35.9 GB | 87.9%"],
            ["holds", "holds", "doubtful"],
        ),
        ("task | one | two", ["x | 12 | 4", "y | 15 | 1", "z | 17 | 9"], []),
    ],
)
def test_rows_of_a_table_may_follow_from_one_another(head: str, rows: list[str], found: list[str]) -> None:
    lines = [head, re.sub("[^|]+", "---", head), *rows]
    assert [one.verdict for one in proofread("\n".join(f"| {line} |" for line in lines)).findings] == found


def test_the_model_s_sizes_are_not_those_of_a_model_that_is_only_named() -> None:
    text = "Like gpt2-124m, with `vocab_size × d_model = 32000 × 512 = 16,384,000`"
    assert "wrong" not in verdicts(text)


def shown(text: str, *options: str) -> str:
    from click.testing import CliRunner

    from symbolic.cli import main

    return CliRunner().invoke(main, ["proofread", "-", *options], input=text).output


MIXED = "$x y = z$\n\n8/3*4096 = 10922\n\n768 × 4 = 3073\n"


def test_a_report_has_what_is_wrong_first_and_the_rest_in_a_line() -> None:
    said = shown(MIXED)
    assert said.index("768 × 4 is 3,072") < said.index("cut off") < said.index("Three")
    assert "x y" not in said
    assert "--all lists" in said
    assert "x y" in shown(MIXED, "--all")


def test_sarif_has_a_place_and_a_level_for_each_finding() -> None:
    import json

    log = json.loads(shown(MIXED, "--format", "sarif"))
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} >= {"wrong", "rounding", "doubtful", "carried"}
    found = [(result["ruleId"], result["level"]) for result in run["results"]]
    assert found == [("rounding", "note"), ("wrong", "error")]
    region = run["results"][1]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (5, 11, 15)


@pytest.mark.parametrize(
    ("line", "verdicts"),
    [
        (r"$3 \times 4 = 13$ % a comment", ["wrong"]),
        (r"$3 \times 4 = 13$% a comment", ["wrong"]),
        (r"$3 \times 4 = 12$%", ["holds"]),
        (r"$3 / 4 = 75$ \% of them % a comment", ["holds"]),
    ],
)
def test_a_comment_of_latex_is_no_percent(line: str, verdicts: list[str]) -> None:
    text = f"\\begin{{document}}\n{line}\n\\end{{document}}"
    report = proofread(text, "d.tex")
    assert [finding.verdict for finding in report.findings] == verdicts
    assert report.document.source == text


def test_several_documents_are_proofread_at_once(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from symbolic.cli import main

    right, wrong = tmp_path / "right.md", tmp_path / "wrong.md"
    right.write_text("3 × 4 = 12", encoding="utf-8")
    wrong.write_text("3 × 4 = 13", encoding="utf-8")
    result = CliRunner().invoke(main, ["proofread", str(right), str(wrong)])
    assert result.exit_code == 1
    assert result.output.index("right.md") < result.output.index("wrong.md")


def test_of_several_documents_those_that_can_be_read_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from symbolic.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "ä b.md").write_text("3 × 4 = 13", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes(b"\xe9 3 x 4 = 13")
    done = CliRunner().invoke(main, ["proofread", "latin.txt", "ä b.md", str(tmp_path / "ä b.md"), "--format", "sarif"])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    [run] = json.loads(done.stdout)["runs"]
    found = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]]
    assert found == ["%C3%A4%20b.md", (tmp_path / "ä b.md").as_uri()]
    listed = json.loads(CliRunner().invoke(main, ["proofread", "latin.txt", "ä b.md", "--format", "json"]).stdout)
    assert len(listed) == 1


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("96 * 8192 * 4 / 8192 = 0.39 MB", "doubtful"),
        ("512 * 8 = 4TB", "doubtful"),
        ("5242880 / 1024 / 1024 = 5 MB", "holds"),
        ("7 * 2 = 14 GB", "holds"),
        ("1.101 = 1 * 2^0 + 1 * 2^(-1) + 0 * 2^(-2) + 1 * 2^(-3)", "doubtful"),
        ("loss 5.61 ≈ ln(256)", "doubtful"),
        ("2^40 ≈ 10^12", "holds"),
        ("60 * 1000 * 1000 = 60 Mil", "holds"),
        (r"$\rm round (7.3) = 7$", "holds"),
        ("round(7.3) = 8", "doubtful"),
        ("命中率为(30+20)/200=25%", "holds"),
        ("命中率为(30+20)/200=35%", "wrong"),
        ("g(64) = 100 + log(64) * 2 ≈ 108.4", "rounding"),
    ],
)
def test_what_a_number_may_stand_for(line: str, verdict: str) -> None:
    assert [finding.verdict for finding in read(line).findings] == [verdict]


def test_lines_of_code_in_html_are_lines() -> None:
    code = '<div class="code-block"><span>head_dim</span> = 64\n<span>seq_len</span> = 4096\n</div>'
    kept = '<style>.calc { color: red; white-space: pre-wrap; }</style><div class="calc">a_b = 64\nc_d = 4096\n</div>'
    for page in (code, kept):
        assert [len(one.equation.sides) for one in proofread(page, "a.html").findings] == [2, 2]
    assert [len(one.equation.sides) for one in read("head_dim = 64 seq_len = 4096").findings] == [2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Use TP=8 x PP=4 x DP=16 = 512 GPUs.", ["holds"]),
        ("Use TP=8 x PP=4 x DP=16 = 256 GPUs.", ["doubtful"]),
        ("Set TP=8, PP=4, DP=16 and lr=3.", ["holds"] * 4),
        ("Plan: TP=8 + PP=4 + DP=4", []),
        ("S: [2048, 512] × 4 bytes = 4 MB", ["holds"]),
        ("S: [2048, 512] × 4 bytes = 8 MB", ["wrong"]),
        ("(1, 2) · (3, 4) = 11", []),
        ("30 satır × 40 kelime/satır = 1,200 kelime", ["holds"]),
        ("30 satır × 40 kelime/satır = 1,400 kelime", ["doubtful"]),
        ("21 Gbps per pin × 384-bit bus → ~1008 GB/s", ["holds"]),
        ("shape: (96 - 3 + 1, 96 - 3 + 1, 16) = (94, 94, 16)", ["holds", "holds"]),
        ("shape: (96 - 3 + 1, 96 - 3 + 1, 16) = (93, 94, 16)", ["doubtful", "holds"]),
        ("reshape (4, 32*8*8) = (8, 1024)", []),
    ],
)
def test_factors_are_settings_shapes_and_rates(text: str, found: list[str]) -> None:
    assert [finding.verdict for finding in read(text).findings] == found


SETTINGS = """Here N = 8192.

### Prefill（B=1, N=1024, d=512）

| part | FLOPs | bytes |
|---|---|---|
| scores | 2·N·d·3d = 1.61G | 2·N·d·4 = 4.2MB |
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # The numbers that stand in the places of names are judged, whatever the names are elsewhere.
        ("`wait = 20` ms\n\n`all = read + wait + send = 90 + 70 + 8 = 168 ms`", ["holds"] * 2),
        ("`wait = 20` ms\n\n`all = read + wait + send = 90 + 70 + 8 = 178 ms`", ["holds", "wrong"]),
        ("`L = 8 / 2 = 4`, and `W = 2`.\n\nTo serve more:\n\n`N = L × W = 10 × 2 = 20`", ["holds"] * 3),
        ("With TP=8: $\\frac{TP-1}{TP} \\times 160 = 140$ MB", ["holds"] * 2),
        # No statement of a program starts with an equals sign.
        ("```python\nLayer:\n  size = 2 × wide × deep\n       = 2 × 4096 × 16384\n       = 143M\n```", ["wrong"]),
        ("Top-k = 2048, so Top-k × 2 = 4096.", ["holds"] * 2),
        (SETTINGS, ["holds"] * 3),
    ],
)
def test_names_may_have_other_numbers_than_elsewhere(text: str, found: list[str]) -> None:
    assert [finding.verdict for finding in read(text).findings] == found


@pytest.mark.parametrize(
    "rows",
    [
        ["Dimension | Value", "TP | 4", "PP | 8", "DP | 2", "Total | 64"],
        ["Metric | Value", "Interval | 720 seconds", "Steps | 1,440", "Total overhead | 8.1%"],
        ["what | before | after | change", "first | 4,000 ms | 1,000 ms | 75%", "last | 6,000 ms | 2,400 ms | 60%",
         "speed | 800 tok/s | 2,000 tok/s | 2.5x", "use | 40% | 80% | 100%"],
        ["part | old | new", "compute | 60% | 60%", "reduce | 15% | ~23%", "sends | 10% | 10%", "other | 15% | 15%"],
        ["what | soft | sparse", "rank | 1 | 2", "efficiency | 1/128 | 1x"],
        ["layout | change", "BM=64,TM=8,TN=8 | base", "BM=64,TM=8,TN=16 | +4%", "BM=128,TM=16,TN=8 | +3%"],
        ["plan | GPUs", "EP=8（decode）+ TP（prefill） | 8", "EP=96 | 96"],
    ],
)  # fmt: skip
def test_a_table_of_settings_and_measures_has_nothing_to_remark(rows: list[str]) -> None:
    head, *others = (f"| {row} |" for row in rows)
    text = "\n".join([head, "|" + "---|" * (head.count("|") - 1), *others])
    assert {finding.verdict for finding in read(text).findings} <= {"holds", "unknown"}


@pytest.mark.parametrize("line", ["Greedy at b=0.5=43.2%", "D_opt / N_opt | C=10²¹ = 95.60"])
def test_what_was_measured_at_a_setting_is_no_result(line: str) -> None:
    assert set(verdicts(line)) <= {"unknown", "unread"}


def test_a_product_with_a_bias_needs_more_rows_than_two() -> None:
    rows = "\n".join(
        f"[{n}× Block({wide}→{out})] × {n}" for n, wide, out in ((3, 64, 256), (4, 128, 512), (6, 256, 1024))
    )
    assert "doubtful" not in verdicts(f"```\n{rows}\n[3× Block(512→2048)] × 3\n```\n")


def test_what_only_numbers_its_rows_divides_nothing() -> None:
    lines = ("Request 1: 1200 tokens → takes 1200", "Request 2: 600 tokens → takes 600", "Request 3: 900 tokens → 900")
    assert verdicts("Before 1200:\n```\n" + "\n".join(lines) + "\n```\n") == []


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            ["small: 1,536 sides, 6,144 bytes", "mid: 3,072 sides, 12,288 bytes", "large: 9,728 sides, 38,912 bytes"],
            ["holds"] * 3,
        ),
        (["small: 1,250 × 8", "large: 2,500 × 8", "huge: 6,000 × 8"], []),
        (["one: 240.6 ms (1.00x)", "two: 120.1 ms (2.00x)", "four: 75.2 ms (3.20x)"], ["holds"] * 2),
        (["one: 240.6 ms (1.00x)", "two: 120.1 ms (2.00x)", "four: 75.2 ms (3.25x)"], []),
        (
            ["one: 240.6 ms (1.00x)", "two: 120.1 ms (2.00x)", "four: 75.2 ms (3.20x)", "eight: 50.3 ms (4.65x)"],
            ["holds", "holds", "doubtful"],
        ),
        (["2 epochs: loss 4.21", "4 epochs: loss 3.10", "8 epochs: loss 2.95"], []),
    ],
)
def test_lines_of_a_list_may_follow_from_one_another(lines: list[str], found: list[str]) -> None:
    text = "\n".join(f"- {line}" for line in lines)
    assert [finding.verdict for finding in read(text).findings] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Total: 8,214,343,680 (about 8.2B)", ["holds"]),
        ("总计：8,214,343,680（约 82 亿参数）", ["holds"]),
        ("总计：8,214,343,680（约 83 亿参数）", ["rounding"]),
        # Of something else: a part, or what is far from it.
        ("Total: 8,214,343,680 (2.1B in the tables)", []),
        ("3 * 3 필터 2개 = 5 * 5 필터 1개", ["unknown"]),
    ],
)
def test_a_count_may_be_said_again_with_fewer_digits(text: str, found: list[str]) -> None:
    assert [finding.verdict for finding in read(text).findings] == found


def test_the_lines_of_a_table_are_no_list() -> None:
    table = "n     ms     x\n----  -----  ----\none   240.6  1.00\ntwo   120.1  2.00\n"
    table += "four  75.2   3.20\nten   50.1   4.80\n"
    assert verdicts(table) == ["holds"] * 3


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        # A formula whose names get their numbers beside it, and its own result.
        ("The cost is C = 6·N·D. With N = 5e9 and D = 1e12, C = 3e22.", "holds"),
        ("The cost is C = 6·N·D. With N = 5e9 and D = 1e12, C = 4e22.", "doubtful"),
        ("The cost is C = 6·N·D. With N = 5e9 and D = 1e12.\n\nAnother one has C = 4e22.", "holds"),
        # Names whose numbers the document gives in words; the result counts where it holds.
        ("It has a hidden size of 512. A matrix: hidden_size × hidden_size = 262,144", "holds"),
        ("It has a hidden size of 512. A matrix: hidden_size × hidden_size = 262,145", "unknown"),
        ("- Layers: 6\n- Model dimension: 512\n\nn_layers × 12 × d_model² = 18,874,368", "holds"),
        ("It has 6 layers of width w. All of it: num_layers * 3,000 = 18,000", "holds"),
        ("width × height = 12", "unknown"),
        # An index keeps a letter's number further down.
        ("Here $d_{ff} = 2048$.\n\n" + "So it is said. " * 60 + "\n\nThen $3 \\times d_{ff} = 6144$.", "holds"),
        ("Here $d_{ff} = 2048$.\n\n" + "So it is said. " * 60 + "\n\nThen $3 \\times d_{ff} = 6044$.", "wrong"),
        # Spaces group the digits of a result where others have commas; other languages' scales and units.
        ("1,300 × 4 = 5 200", "holds"),
        ("1,300 × 4 = 5 300", "wrong"),
        ("2 × 16 × 512 × 2 байта = 32 768 байт = 32 КБ", "holds"),
        ("7 миллиардов... 3 млрд × 2 байта = 6 ГБ", "holds"),
        ("3 млрд × 2 байта = 7 ГБ", "doubtful"),
        ("Um modelo de 3 bilhões de parâmetros em FP16 precisa de 6 GB.", "holds"),
        ("Le modèle a 3 milliards de paramètres en FP16 : il occupe 6 Go.", "holds"),
        ("Le modèle a 3 milliards de paramètres en FP16 : il occupe 12 Go.", "doubtful"),
        ("```python\n# 125M params → 500 MB\nx = 1\n```", "holds"),
        ("```python\n# 3B params in FP16 → 12 GB\nx = 1\n```", "doubtful"),
        ("```python\nx = 1  # 2.0 GB ≈ 1.9 GiB\n```", "holds"),
        # So many devices have so much memory.
        ("`500e9 * 2 = 1000 GB`", "holds"),
    ],
)
def test_what_stands_elsewhere_in_the_document_says_what_is_meant(text: str, verdict: str) -> None:
    assert proofread(text).findings[-1].verdict == verdict


def test_a_column_may_be_a_square_times_others_and_few_digits_do_not_spoil_it() -> None:
    rows = [(h, n, 12 * n * h**2) for h, n in ((64, 24), (96, 36), (160, 60), (640, 80))]
    table = "| h | l | weights |\n|---|---|---|\n" + "\n".join(f"| {h} | {n} | {made:,} |" for h, n, made in rows)
    assert [finding.verdict for finding in proofread(table).findings] == ["holds"] * 4
    bits = [(16, "2.0"), (8, "1.0"), (6.6, "0.825"), (5.2, "0.6"), (3.8, "0.475"), (2.6, "0.335")]
    table = "| bits | bytes | note |\n|---|---|---|\n" + "\n".join(f"| {one} | {other} | a |" for one, other in bits)
    assert "doubtful" in [finding.verdict for finding in proofread(table).findings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # By how much a number is more or less than the one before it, or the first one.
        (
            "| run | score |\n|---|---|\n| full | 81.3 |\n| one | 80.9 (-0.4) |\n| two | 81.2 (-0.1) |",
            ["holds", "holds"],
        ),
        ("| run | score |\n|---|---|\n| full | 81.3 |\n| one | 80.9 (+0.4) |", []),
        ("base: 300 MB\nwith it: 450 MB (+150 MB)\nmore: 700 MB (8 layers)", ["holds"]),
        ("| plain | 0.25 | 0.75 (+200%) |", ["holds"]),
        ("7,241,732,096 (about 7.2 billion parameters)", ["holds"]),
        ("7,241,732,096 (about 7.4 billion parameters)", ["rounding"]),
        ("约 2.4 GiB（即 2.6 GB，共两份）", ["holds"]),
        # How much a second number is more or less, in a column of its own.
        ("| a | b | c |\n|---|---|---|\n| 320 ms | 200 ms | 37.5% less |\n| 180 ms | 225 ms | +25.0% |", ["holds"] * 2),
    ],
)
def test_a_change_stands_behind_what_has_changed(text: str, found: list[str]) -> None:
    assert verdicts(text) == found


OVERHEAD = """| Model | Parameters | BF16 | INT8 | 6 bits | INT4 | AWQ |
|---|---|---|---|---|---|---|
| small | 14B | 33.6 GB | 16.8 GB | 12.6 GB | 8.4 GB | 8.4 GB |
| medium | 24B | 57.6 GB | 28.8 GB | 21.6 GB | 14.4 GB | 14.4 GB |
| middle | 30B | 72.0 GB | 36.0 GB | 27.0 GB | 18.0 GB | 18.0 GB |
| large | 65B | 156.0 GB | 78.0 GB | 58.5 GB | {} GB | 39.0 GB |
"""
PRECISIONS = """| Model | Format | Weights | In all | Card |
|---|---|---|---|---|
| 9B (such as Nemo) | FP16 | ~18 GB | ~22 GB | RTX 3090 (24 GB) |
| 9B | FP8 / INT8 | ~{} GB | ~12 GB | T4 |
| 9B | 4-bit (AWQ) | ~4.5 GB | ~7 GB | T4 |
| 32B | FP16 | 64 GB | 80 GB | 2x A100 |
"""


@pytest.mark.parametrize(
    ("table", "number", "holds", "doubtful"),
    [
        (OVERHEAD, "39.0", 20, 0),
        (PRECISIONS, "9", 4, 0),
        (PRECISIONS, "18", 3, 1),
        (PRECISIONS, "11", 3, 0),
    ],
)
def test_a_table_of_models_has_the_memory_of_each_in_each_type(
    table: str, number: str, holds: int, doubtful: int
) -> None:
    found = verdicts(table.format(number))
    assert (found.count("holds"), found.count("doubtful"), found.count("wrong")) == (holds, doubtful, 0)


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("size = 2 * 48 * 96\n     = 9,216 numbers ≈ 9.2k", ["holds"]),
        ("size = 2 * 48 * 96\n     = 9,217 numbers", ["wrong"]),
        ("size = 2 * 48 * 96\n\n     = 9,217 numbers", []),
    ],
)
def test_a_statement_of_python_goes_on_in_a_line_that_is_none(program: str, found: list[str]) -> None:
    assert verdicts(f"```python\n{program}\n```") == found


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("(5 * 5 * 3 + 1) * 8 = 608 + 8 = 616", "doubtful"),
        ("10 * 7 = 70 - 5 = 65", "doubtful"),
        ("30 * 40 = 1200 / 4 = 300", "holds"),
        ("12 + 34 + 56 = 12 + 34 = 46 + 56 = 102", "holds"),
    ],
)
def test_what_is_added_to_a_result_behind_its_sign_is_to_be_looked_at(line: str, verdict: str) -> None:
    """The end is not what the chain began with, though each step is right by itself."""
    assert [finding.verdict for finding in proofread(line).findings] == [verdict]


def test_a_head_of_a_latex_table_may_be_set_in_lines() -> None:
    """Its lines are one row: "so" and "far" are the head of a running total, whose last row is off by one."""
    text = r"""\begin{tabular}{llrr}
\toprule
 & & & so \\
Step & Formula & Adds & far \\
\midrule
start & & & 90 \\
bias & & +6 & 96 \\
rest & & +5 & 102 \\
\bottomrule
\end{tabular}"""
    report = proofread(text, kind="latex")
    assert [text[found.start : found.end] for found in report.findings if found.verdict != "holds"] == ["102"]


@pytest.mark.parametrize("line", ["1 GB = 100 MB = 100 KB", "12M / 86,400 ≈ 12M / 100K ≈ 139"])
def test_a_chain_that_steps_from_unit_to_unit_or_agrees_with_its_beginning_is_not_called_wrong(line: str) -> None:
    assert verdicts(line) == ["doubtful"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # An amount over one of its kind, a speed, is in seconds: nobody leaves a thousand out there.
        ("24 TFLOPs / 480 TFLOP/s = 50 s", ["doubtful"]),
        ("24T FLOPs / 480 TFLOPS = 0.05 s", ["holds"]),
        ("36 GB / 900 GB/s = 40 s", ["doubtful"]),
        ("36 GB / 900 GB/s = 40 ms", ["holds"]),
        ("1000 × 36 GB / 900 GB/s = 40 ms", ["holds"]),
        ("24 GFLOPs / 480 TFLOP/s = 0.00005 ms", ["doubtful"]),
        ("24 GFLOPs / 480 TFLOP/s = 0.05 ms", ["holds"]),
        ("(36 / 8) GB / 50 GB/s = 0.09 s", ["holds"]),
        # Hidden digits explain any result in full digits, but hardly one next to what the shown ones make.
        ("4,096 × 31M = 126,976,512,000", ["doubtful"]),
        ("4,096 × 31M = 126,976,000,000", ["holds"]),
        ("256 × 67M = 17,179,869,184", ["holds"]),
        # The result is read, although what stands behind it or before it is not.
        ("3,072 × 640 = 1,966,180 = 1.97M\n    ≈ vendor says 2.0M", ["wrong"]),
        ("h @ w = [512, 64] @ [64]\n   = 2 × 512 × 64\n   = 65,536", ["holds"]),
        ("h @ w = [512, 64] @ [64]\n   = 2 × 512 × 64\n   = 65,636", ["wrong"]),
        ("∂u/∂v = (a + b) = (3 + 4) = 7", ["holds"]),
        ("Q + K: 3 × 48 × 64 = 9,216", ["holds"]),
        ("2 × 8 × 4 → 64 t/s", ["holds"]),
        ("$N \\propto 6 \\times 1024 = 6144$", ["holds"]),
        ("$w \\leftarrow 0.5 - 0.2 \\cdot 3 = -0.1 ✓$", ["holds"]),
        ("$2(-7) \\cdot 3 = \\mathbf{-42}\\ ✓$", ["holds"]),
        ("$\\widetilde{x} = 4$ and $3 \\times 5 = 15$", ["holds"]),
    ],
)
def test_what_can_be_read_of_a_chain_is_judged(text: str, found: list[str]) -> None:
    assert verdicts(text) == found
