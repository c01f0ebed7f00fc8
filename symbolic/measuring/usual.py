"""The device and the text that pages take where nobody names another: one for all quantities."""

from __future__ import annotations

from fractions import Fraction

from symbolic.language import lazy as _

DEVICE = "a100-80gb"
"""Its name in hardware/accelerators.toml, which has the source; a test holds the numbers below to it."""
DEVICE_WITH_FP8 = "h200"
"""The one that serves weights whose products work in 8 bits, for which the usual one has no arithmetic: eight of these
are what SGLang's guide recommends for DeepSeek-V3 (docs/basic_usage/deepseek_v3.md, commit 0f4513c)."""
CALLED = _("an NVIDIA A100 with 80 GB")
MEMORY_CALLED = _("an NVIDIA A100 with 80 GB, of which its driver reports 79.14 GiB")
MEMORY, BANDWIDTH, FLOPS, WATTS = 84_975_927_951, 2_039 * 10**9, 312 * 10**12, 400
"""Its bytes, its bytes per second, its dense 16-bit operations per second, and its power."""
HOUR_PRICE = 2
"""Dollars for an hour of one device."""
MEMORY_SHARE = Fraction(92, 100)
SHARE_CALLED = _("as much as vLLM takes: its gpu_memory_utilization, which was 0.9 in version 0.10")
PASSING = 1024
"""The tokens that pass through the network where its operations are counted."""
SEQUENCE = 2048
"""The tokens of a sequence in training, where the makers of a model name none."""
SEQUENCE_CALLED = _("the length of Pythia's sequences")
SUM_SECONDS = Fraction(10, 10**6)
"""What devices take to add up a few kilobytes (an all-reduce), an assumption: NCCL takes about 6 µs for two H100 joined
by NVLink (NVIDIA/nccl, issue 1259), and more among more of them or across servers.
"""
LINK = 450 * 10**9
"""Bytes that a device sends in a second to others of its server, and gets: NVLink of an H100 or H200, whose data sheets
print 900 GB/s for both directions.
"""
NETWORK = 50 * 10**9
"""Bytes that a device sends in a second to other servers, and gets: a card of 400 Gb/s for each (deepseek-ai/DeepEP,
docs/legacy.md, commit 0297fc8, which measures 39 to 53 GB/s with experts on 32 devices and more).
"""
SERVER = 8
"""Devices of one server, which send each other over faster links."""
CONTEXT = 8192
"""The context in which a text is written, where the model can look at so much."""
PROMPT = 1024
ANSWER = 256
"""The tokens of a prompt, and of the answer to it."""
SEQUENCES = 8
"""So many sequences, at least, are served together: with fewer, most of the time goes to reading the weights."""
