"""Fragments go into somebody's own paper, README or notebook, and objects show all of themselves there."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sampling import MODELS, sample, thorough
from tex_documents import compiled

import symbolic
from symbolic import api
from symbolic.cli import main
from symbolic.display import Displayed
from symbolic.pages.document import explain_page
from symbolic.pages.fragments import fragment_of
from symbolic.pages.page import Page, Section, Table
from symbolic.pages.rendering import bundle, tex_fragment
from symbolic.pages.rendering.tex_lines import breadth, broken

PAPER = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath,booktabs,hyperref}
\begin{document}
As equation~(\ref{%s}) says.
%s
\end{document}
"""


def explain(*arguments: str) -> str:
    made = CliRunner().invoke(main, ["explain", *arguments, "--fragment", "--output", "-"])
    assert made.exit_code == 0, made.output
    return made.stdout


@pytest.mark.tex
@pytest.mark.parametrize(("model", "language"), sample([("gpt2-124m", "en"), ("deepseek-v3", "de")], 2))
@thorough
def test_a_paper_takes_the_steps_in_and_refers_to_them(tmp_path: Path, model: str, language: str) -> None:
    steps = explain(model, "--format", "latex", "--language", language)
    label = re.findall(r"\\label\{([^}]*)\}", steps)
    assert len(label) == len(set(label)) > 5
    assert label[0] == f"{model}-parameters-step-1"
    _, text = compiled(PAPER % (label[-1], steps), tmp_path)
    assert "??" not in text


@pytest.mark.parametrize("format", ["html", "latex", "markdown"])
def test_a_fragment_has_the_steps_and_their_figures_and_no_more(format: str) -> None:
    steps = explain("gpt2-124m", "--format", format)
    assert not re.search(r"documentclass|<html|^# ", steps, flags=re.MULTILINE)
    plain = re.sub(r"\{,\}|<[^>]*>|,", "", steps)
    assert all(figure in plain for figure in ("38597376", "85026816", "124412160"))
    assert "further down" not in steps


@pytest.mark.parametrize(
    ("options", "says"),
    [(("--format", "pdf"), "no format of fragments 'pdf'"), (("--proofread",), "leave one of them out")],
)
def test_what_has_no_fragment_is_a_line(options: tuple[str, ...], says: str) -> None:
    made = CliRunner().invoke(main, ["explain", "gpt2-124m", "--fragment", "--output", "-", *options])
    assert made.exit_code == 2
    assert says in made.stderr


SHOWN: dict[str, Any] = {
    "model": lambda: symbolic.load("gpt2-124m"),
    "derivation": lambda: symbolic.explain("gpt2-124m"),
    "step": lambda: symbolic.explain("gpt2-124m").steps[2],
    "steps": lambda: symbolic.explain("gpt2-124m").steps,
    "scale": lambda: api.scale("gpt2-124m"),
    "solve": lambda: api.solve("gpt2-124m", ["n_layers"], total="1B"),
    "compare": lambda: api.compare(["gpt2-124m", "llama-2-7b"]),
    "sweep": lambda: api.sweep("gpt2-124m", {"n_layers": range(1, 13)}),
    "mfu": lambda: api.mfu("llama-3-8b", rate=4376, length=8192, device="h100"),
    "serving": lambda: api.serving("llama-3-8b", device="h100", prompt=2048, batch=16),
}


@pytest.mark.parametrize(("what", "figure"), [
    ("model", "50,257"), ("derivation", "38,597,376"), ("step", "85,026,816"),
    ("steps", "85,026,816"), ("scale", "124,412,160"),
    ("solve", "1,000,000,000"), ("compare", "6,738,415,616"), ("sweep", "46,470,912"),
    ("mfu", "57,912,852,480"), ("serving", "19,304,816,640"),
])  # fmt: skip
def test_each_public_object_shows_itself_in_a_notebook(what: str, figure: str) -> None:
    shown = SHOWN[what]()
    assert isinstance(shown, Displayed)
    made = shown._repr_mimebundle_()
    assert set(made) == {"text/html", "text/latex", "text/markdown", "text/plain"}
    for text in made.values():
        assert figure in re.sub(r"\{,\}", ",", re.sub(r"<m[a-z][^>]*>|</m[a-z]*>", "", text)), text[:300]
    # No file lies beside a notebook.
    assert not re.search(r"\]\(\S+\.svg\)", made["text/markdown"])
    # At a prompt too it is a line or a few, not all that it is made of.
    assert len(repr(shown)) < 800


@pytest.mark.parametrize("model", sample(MODELS, 40, 5))
def test_a_notebook_that_becomes_latex_keeps_the_whole_page(model: str) -> None:
    nbformat = pytest.importorskip("nbformat")
    exporters = pytest.importorskip("nbconvert", reason="nbconvert makes LaTeX of a notebook").exporters
    derivation = symbolic.explain(model)
    cell = nbformat.v4.new_code_cell("d")
    cell.outputs = [nbformat.v4.new_output("execute_result", data=bundle(derivation), execution_count=1)]
    made, _ = exporters.LatexExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    fragment = tex_fragment.fragment(explain_page(derivation))
    assert fragment.strip() in made


@pytest.mark.parametrize("model", sample(MODELS, 13))
def test_pandoc_reads_each_fragment_and_keeps_each_formula(model: str) -> None:
    pypandoc = pytest.importorskip("pypandoc", reason="pandoc is in the extra [docx]")
    fragment = tex_fragment.fragment(explain_page(symbolic.explain(model)))
    command = [pypandoc.get_pandoc_path(), "--from", "latex", "--to", "html", "--mathml"]
    run = subprocess.run(command, input=fragment, capture_output=True, text=True, check=True)
    formulas = fragment.count(r"\begin{equation*}") + len(re.findall(r"(?<!\\)\$", fragment)) // 2
    formulas += fragment.count(r"\ensuremath")
    assert (run.stderr, run.stdout.count("<math")) == ("", formulas)


@pytest.mark.parametrize(("model", "quantity", "columns"), [
    ("llama-3-8b", "device-memory", 1), ("deepseek-v3", "lora-memory", 1), ("llama-3-8b", "device-memory", 2),
])  # fmt: skip
def test_no_line_of_an_equation_is_wider_than_a_paper(model: str, quantity: str, columns: int) -> None:
    text = str(fragment_of(symbolic.explain(model, quantity), "latex", columns=columns))
    equations = re.findall(r"\\begin\{equation\}(?:\\label\{[^}]*\})?\n(.*?)\n\\end\{equation\}", text, re.DOTALL)
    plain = (re.sub(r"\\(?:begin|end)\{split\}|&", "", equation) for equation in equations)
    lines = [line for equation in plain for line in equation.split(r"\\")]
    assert len(lines) > 20
    assert max(map(breadth, lines)) < (80, 56)[columns - 1]


TABLE = Table(
    "",
    ("Layers", "A head with several words", "Formula"),
    tuple((index, f"{index}", "a long one with many words " * (index % 5 * 4)) for index in range(60)),
    frozenset({0, 1}),
)


def test_a_table_in_a_fragment_goes_on_in_another_where_no_page_holds_it() -> None:
    page = Page("T", "", None, "", "", (), (Section("s", "S", (TABLE,)),), {})
    text = tex_fragment.fragment(page, title=False)
    heads = text.count(r"\toprule")
    assert heads == text.count(r"\begin{tabular}") == text.count(r"\bottomrule") > 3
    # The head of a narrow column has several lines; no row is lost.
    assert text.count(" & several & ") == heads
    assert re.findall(r"^(\d+) &", text, re.MULTILINE) == [str(index) for index in range(60)]


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        (r"a \times b + c \times d", [r"a \times b", r"+ c \times d"]),
        (r"(a + b) \times (c + d)", [r"(a + b)", r"\times (c + d)"]),
        (r"\left(a + b\right) \times c", [r"\left(a + b\right)", r"\times c"]),
        (r"\frac{a + b + c + d}{e}", [r"\frac{a + b + c + d}{e}"]),
        (r"\mathrm{n\_layers}", [r"\mathrm{n\_layers}"]),
    ],
)
def test_a_long_formula_breaks_before_a_sign_where_fewest_brackets_are_open(formula: str, lines: list[str]) -> None:
    assert broken(formula, 9) == lines


@thorough
@pytest.mark.tex
@pytest.mark.parametrize(
    ("quantity", "most"), sample([("parameters", 60), ("training-flops", 110), ("training-states", 60)], 3)
)
def test_the_words_of_a_table_wrap_in_a_document_of_somebody_s_own(tmp_path: Path, quantity: str, most: int) -> None:
    """A notebook that became a PDF had a table's longest sentence in one line, 980 points over the margin."""
    page = explain_page(symbolic.explain("llama-3-8b", quantity))
    log, _ = compiled(PAPER % ("", tex_fragment.fragment(page)), tmp_path)
    beyond = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(beyond, default=0) < most
