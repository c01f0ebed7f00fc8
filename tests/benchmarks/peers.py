"""What others take for the same work, in a warm process, divided by what we take: `python tests/benchmarks/peers.py`.

A peer that is not installed is named and left out. Above 1, we are faster; those marked * do less than we do.
"""

from __future__ import annotations

import contextlib
import io
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import symbolic
from symbolic.proofread import proofread

GPT2 = symbolic.load("gpt2-124m")
CONFIG = json.dumps({"model_type": "gpt2", **GPT2.sizes})
FORMULA = r"\frac{3 \times (768 \times 768)}{12} + 7{,}085{,}568 = 7{,}233{,}024"


def _real_class() -> Any:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    with torch.device("meta"):
        return GPT2LMHeadModel(GPT2Config())


def transformers() -> Callable[[], object]:
    """The real class on torch's meta device: no numbers, all shapes."""
    return lambda: sum(one.numel() for one in _real_class().parameters())


def torchinfo() -> Callable[[], object]:
    """A table of the real class's modules and their parameters."""
    from torchinfo import summary

    return lambda: str(summary(_real_class(), verbose=0))


def fvcore() -> Callable[[], object]:
    """A table of the real class's parameters."""
    from fvcore.nn import parameter_count_table

    return lambda: parameter_count_table(_real_class())


def calflops() -> Callable[[], object]:
    """FLOPs of the real class, by running it."""
    import torch
    from calflops import calculate_flops
    from transformers import GPT2Config, GPT2LMHeadModel

    model = GPT2LMHeadModel(GPT2Config())
    tokens = {"input_ids": torch.zeros((1, 128), dtype=torch.long)}
    return lambda: calculate_flops(model, kwargs=tokens, print_results=False)


def latexify() -> Callable[[], object]:
    """A function's formula as TeX: no steps, no numbers."""
    import latexify as peer

    return lambda: peer.get_latex(_closed)


def pylatexenc() -> Callable[[], object]:
    """TeX parsed, and nothing of it judged."""
    from pylatexenc.latexwalker import LatexWalker

    return lambda: LatexWalker(f"${FORMULA}$").get_latex_nodes()


def latex2sympy2() -> Callable[[], object]:
    """TeX made into SymPy's expression, by a grammar."""
    from latex2sympy2 import latex2sympy

    return lambda: latex2sympy(FORMULA.replace("{,}", ""))


def _closed(v: int, t: int, d: int, n: int) -> int:
    return v * d + t * d + n * (12 * d**2 + 10 * d) + 2 * d


def _count() -> object:
    return symbolic.explain(symbolic.load(json.loads(CONFIG))).total


PEERS: list[tuple[str, Callable[[], Callable[[], object]], str, Callable[[], object]]] = [
    ("transformers", transformers, "count", _count),
    ("torchinfo", torchinfo, "count", _count),
    ("fvcore", fvcore, "count", _count),
    ("calflops", calflops, "forward FLOPs", lambda: symbolic.explain("gpt2-124m", "forward-flops").total),
    ("latexify *", latexify, "page as LaTeX", lambda: symbolic.explain(GPT2).to("latex")),
    ("pylatexenc *", pylatexenc, "proofread", lambda: proofread(f"${FORMULA}$")),
    ("latex2sympy2 *", latex2sympy2, "proofread", lambda: proofread(f"${FORMULA}$")),
]


def _seconds(work: Callable[[], object]) -> float:
    with contextlib.redirect_stdout(io.StringIO()):
        work()
        found = []
        for _ in range(9):
            start = time.process_time()
            work()
            found.append(time.process_time() - start)
    return statistics.median(found)


def main() -> None:
    """Print how many times longer each peer takes."""
    print(f"{'peer':18}{'work':16}{'theirs ms':>11}{'ours ms':>10}{'theirs / ours':>15}")
    for name, make, work, ours in PEERS:
        try:
            theirs = _seconds(make())
        except Exception as problem:
            print(f"{name:18}{work:16}not measured: {str(problem).splitlines()[0][:60] or type(problem).__name__}")
            continue
        own = _seconds(ours)
        print(f"{name:18}{work:16}{theirs * 1000:11.2f}{own * 1000:10.2f}{theirs / own:15.2f}", flush=True)


if __name__ == "__main__":
    main()
