"""How cost grows with size: documents of any length, kind and number of errors, and how many times longer they take."""

import gc
import json
import resource
from collections.abc import Callable
from pathlib import Path

import symbolic

GROWN = 8
"""How much larger the larger input is. Twice as steep as linear is 16 times the time; quadratic is 64."""
KINDS = ("markdown", "text", "latex", "html", "notebook")
ERRORS = {"no errors": 0, "few errors": 20, "all wrong": 1}
"""Of so many results one is wrong."""
TINY = {"vocab_size": 100, "context_length": 8, "emb_dim": 4, "n_heads": 2}


def document(kind: str, length: int, errors: int) -> str:
    """A document of at least so many characters: results that later ones use, tables, names, and prose between them."""
    parts: list[str] = []
    size = number = 0
    while size < length:
        parts.append(_part(kind, number, errors))
        size += len(parts[-1])
        number += 1
    if kind == "notebook":
        cells = [
            {"cell_type": "markdown", "metadata": {}, "source": "".join(parts[first : first + 5])}
            for first in range(0, len(parts), 5)
        ]
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    before, behind = {
        "latex": ("\\begin{document}\n", "\\end{document}\n"),
        "html": ("<html><body>\n", "</body></html>\n"),
    }.get(kind, ("", ""))
    return before + "".join(parts) + behind


def patterned(number: int) -> dict[str, object]:
    """A config with so many layers of two kinds, each listed."""
    kinds = ["sliding_attention", "full_attention", "sliding_attention"]
    listed = [kinds[place % 3] for place in range(number)]
    return {**symbolic.load("gemma-3-1b").config, "num_hidden_layers": number, "layer_types": listed}


def many_configs(folder: Path, number: int) -> str:
    """A file with so many configs."""
    file = folder / f"{number}.jsonl"
    file.write_text("\n".join(json.dumps({**TINY, "n_layers": place + 1}) for place in range(number)))
    return str(file)


def _part(kind: str, number: int, errors: int) -> str:
    """A section: a product, a sum that uses it, a name, and a table with its total."""
    rows, columns, times = 1001 + 7 * number, 3001 + 11 * number, 3 + number % 90
    product = rows * columns + (errors > 0 and number % errors == 0)
    whole = times * product
    sums = (rows, columns, rows + columns + (errors > 0 and number % errors == 1 % errors))
    first = f"{rows:,} × {columns:,} = {product:,}"
    second = f"{times} × {product:,} = {whole:,}"
    named = f"width_{number} = {columns}"
    if kind == "latex":
        first, second = (line.replace(",", "{,}").replace("×", r"\times") for line in (first, second))
        table = " \\\\\n".join(f"{name} & {value:,}" for name, value in zip(("a", "b", "total"), sums, strict=True))
        return (
            f"\\section{{Part {number}}}\nThe matrix has ${first}$ parameters.\n\\[ {second} \\]\n"
            f"Here $w_{{{number}}} = {columns}$.\n\n"
            f"\\begin{{tabular}}{{lr}}\nPart & Parameters \\\\\n{table} \\\\\n\\end{{tabular}}\n\n"
        )
    if kind == "html":
        table = "".join(
            f"<tr><td>{name}</td><td>{value:,}</td></tr>" for name, value in zip(("a", "b", "total"), sums, strict=True)
        )
        return (
            f"<h2>Part {number}</h2>\n<p>The matrix has {first} parameters.</p>\n<p>In all {second}.</p>\n"
            f"<p>Here {named}.</p>\n<table><tr><th>Part</th><th>Parameters</th></tr>{table}</table>\n"
        )
    head = "" if kind == "text" else "## "
    table = (
        "\n".join(f"{name:<8}{value:>14,}" for name, value in zip(("a", "b", "total"), sums, strict=True))
        if kind == "text"
        else "| Part | Parameters |\n|---|---|\n"
        + "\n".join(f"| {name} | {value:,} |" for name, value in zip(("a", "b", "total"), sums, strict=True))
    )
    return (
        f"{head}Part {number}\n\nThe matrix has {first} parameters.\n\nIn all {second}.\n\nHere {named}.\n\n{table}\n\n"
    )


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of a call and of the processes that it starts, without the garbage of others."""
    # What others left is not looked through again: late in a run of all tests, that takes ten seconds each time.
    gc.freeze()
    start = _processor()
    work()
    return _processor() - start


def _processor() -> float:
    """Seconds of this process and of those that it waited for, to the microsecond: `os.times` counts hundredths."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def ratio(work: Callable[[int], object], size: int, runs: int = 2) -> float:
    """How many times longer the work takes on `GROWN` times the size, the smaller one being the best of some runs.

    In the first run of all, caches are filled. Where that looks steep, both are measured again: what else runs on the
    machine may have hit one of them.
    """
    small = large = float("inf")
    for _ in range(3):
        small = min(small, *(seconds(lambda: work(size)) for _ in range(runs)))
        large = min(large, seconds(lambda: work(size * GROWN)))
        if large < 1.5 * GROWN * small:
            break
    return large / small
