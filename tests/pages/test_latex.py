"""The LaTeX document compiles as it is, and says what the page says."""

import re
from functools import cache
from pathlib import Path

import pytest
from sampling import sample, thorough
from tex_documents import compiled

from symbolic.api import explain
from symbolic.loading import load
from symbolic.pages.document import explain_page, model_page
from symbolic.pages.rendering import as_latex, tex_fragment
from symbolic.pages.rendering.tex_words import LETTERS, PUNCTUATION, SPECIAL, escaped
from symbolic.pages.templating import templates

ALLOWED = {
    "amsmath",
    "array",
    "booktabs",
    "fontenc",
    "geometry",
    "hyperref",
    "lmodern",
    "microtype",
    "tabularx",
    "xcolor",
}
HOSTILE = 'a_b $x$ & 50% #1 {c} ~d ^e \\input{f} <b> "q" | -- `t` [g] \\end{document} 中文 \u202e é ħ \x07 \U0001f600'
SIZES: dict[str, object] = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_heads": 12, "n_layers": 12}
BOOK = {**SIZES, "drop_rate": 0.1, "qkv_bias": False}
FIGURE = re.compile(r"[\d,]{5,}")

tex = pytest.mark.tex


@cache
def documents() -> dict[str, str]:
    strange = load({**BOOK, HOSTILE: 1, "[2pt]": 2, "*": 3}, name=HOSTILE)
    huge = load({**BOOK, "vocab_size": 10**30}, name="huge")
    return {
        "gpt2-124m": explain("gpt2-124m").to_latex(),
        "gpt2-1558m": explain("gpt2-1558m").to_latex(),
        "llama-2-7b": explain("llama-2-7b").to_latex(),
        "deepseek-v3": explain("deepseek-v3").to_latex(),
        "walkthrough": explain("gpt2-124m", convention="walkthrough").to_latex(),
        "letters": explain("gpt2-124m").to_latex(notation="letters"),
        "brief": explain("gpt2-124m").to_latex(detail="brief"),
        "hostile": explain(strange).to_latex(),
        "huge": explain(huge).to_latex(),
        "many columns": explain("gpt2-124m", "device-memory").to_latex(),
        "wide heads": explain("llama-3-8b", "kv-cache").to_latex(),
        "a model's sizes": as_latex.render_page(model_page(strange)),
    }


TOTALS = {
    "gpt2-124m": "124,412,160",
    "gpt2-1558m": "1,557,380,800",
    "llama-2-7b": "6,738,415,616",
    "deepseek-v3": "671,026,404,352",
    "walkthrough": "123,551,232",
    "letters": "124,412,160",
    "brief": "124,412,160",
    "hostile": "124,412,160",
    "many columns": "2,521,243,648",
    "wide heads": "1,073,741,824",
    "huge": "768,000,000,000,000,000,000,000,085,814,784",
}
NAMES = (*TOTALS, "a model's sizes")


@tex
@pytest.mark.parametrize("name", sample(NAMES, 13))
def test_it_compiles_without_a_warning_or_a_line_that_sticks_out(name: str, tmp_path: Path) -> None:
    log, text = compiled(documents()[name], tmp_path)
    wide = [width for width in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log) if float(width) > 5]
    assert not wide
    # A table that no page holds goes on on the next one.
    assert not re.findall(r"Overfull \\vbox \(([\d.]+)pt too high\)", log)
    assert "Warning" not in log
    assert "Missing character" not in log
    assert ("emb_dim" in text) or name == "letters"
    assert TOTALS.get(name, "") in text


@thorough
@tex
@pytest.mark.parametrize("engine", ["lualatex", "xelatex"])
def test_engines_with_fonts_of_unicode_set_every_sign_of_it(engine: str, tmp_path: Path) -> None:
    log, text = compiled(documents()["brief"], tmp_path, engine)
    assert "Missing character" not in log
    assert "emb_dim" in text
    assert TOTALS["brief"] in text


@thorough
@tex
def test_a_strangers_name_is_set_letter_by_letter(tmp_path: Path) -> None:
    _, text = compiled(documents()["hostile"], tmp_path)
    shown = " ".join(text.split())
    for piece in (
        "$x$ & 50% #1 {c} ~d",
        r"\input{f} <b>",
        "[g]",
        "[U+4E2D][U+6587]",
        "[U+202E]",
        "é [U+0127]",
        "[2pt]",
    ):
        assert piece in shown
    assert shown.count("\\end{document}") >= 2


@thorough
@tex
def test_every_letter_that_is_not_replaced_can_be_set(tmp_path: Path) -> None:
    letters = " ".join([*LETTERS, *PUNCTUATION, *SPECIAL, *map(chr, range(32, 127))])
    document = documents()["brief"].replace(r"\begin{document}", rf"\begin{{document}}{escaped(letters)}")
    log, _ = compiled(document, tmp_path)
    assert "Missing character" not in log


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_no_package_beyond_those_of_a_small_installation(name: str) -> None:
    loaded = re.findall(r"\\usepackage(?:\[[^\]]*\])?\{([^}]*)\}", documents()[name])
    assert {package.strip() for packages in loaded for package in packages.split(",")} <= ALLOWED
    assert "\\input" not in documents()[name].replace(r"\input{glyphtounicode}", "")


@pytest.mark.parametrize("name", NAMES)
def test_groups_and_environments_close(name: str) -> None:
    body = re.sub(r"\\\\|\\[{}]", "", documents()[name])
    assert body.count("{") == body.count("}")
    ends = re.findall(r"\\(begin|end)\{([^}]*)\}", body)
    assert sorted(what for kind, what in ends if kind == "begin") == sorted(
        what for kind, what in ends if kind == "end"
    )


@pytest.mark.parametrize("name", ["gpt2-124m", "llama-2-7b"])
def test_it_says_the_same_figures_as_the_text(name: str) -> None:
    document = documents()[name].replace("{,}", ",").replace(r"\,", " ")
    missing = set(FIGURE.findall(explain(name).to_text())) - set(FIGURE.findall(document))
    assert not missing


@pytest.mark.parametrize("what", ["derivation", "model"])
def test_a_notebook_gets_latex_without_a_command_of_ours(what: str) -> None:
    model = load(BOOK, name=HOSTILE)
    shown = tex_fragment.fragment(explain_page(explain(model)) if what == "derivation" else model_page(model))
    commands = set(re.findall(r"\\[a-zA-Z]+", shown))
    preamble = (templates() / "latex" / "preamble.tex").read_text()
    ours = set(re.findall(r"\\newcommand\{(\\[a-zA-Z]+)\}", preamble)) | {r"\block", r"\Chain"}
    assert not commands & ours
    assert shown.replace(r"\{", "").count("{") == shown.replace(r"\}", "").count("}")
