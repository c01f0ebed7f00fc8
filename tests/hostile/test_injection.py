"""Words of a stranger are words in every format: no markup, no command, no file of this machine."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sampling import sample
from tex_documents import compiled

import symbolic
from symbolic.pages.rendering import as_latex

WORDS = (
    "</script><img src=x onerror=alert(1)>",
    '" onfocus="alert(1)" x="',
    r"\input{/etc/passwd}\write18{id}",
    r"}\end{document}",
    '#read("/etc/passwd")',
    "$#eval(1)$",
    "]]> <!-- {{ 7*7 }} <% 7*7 %> << 7*7 >>",
    "```\n# a heading\n~~~",
    "\\(x\\) `code` ``` [a](javascript:alert(1)) ![b](http://e.org)",
    "a\u202eb\x1b[2J\x00c\ud800",
)
CONFIG = {
    "model_type": "llama", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": False,
}  # fmt: skip
SIGNS = ("backslash", "asciicircum", "asciitilde", "less", "greater", "bar", "asciigrave", "quotedbl")
"""Signs that TeX writes as commands."""
OF_LONG_WORDS = {("code", frozenset()), ("code", frozenset({"class"})), ("br", frozenset()), ("wbr", frozenset())}


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, frozenset[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, frozenset(name for name, _ in attrs)))


def tags(html: str) -> list[tuple[str, frozenset[str]]]:
    parser = Tags()
    parser.feed(html)
    return parser.found


def derived(words: str, quantity: str) -> symbolic.Derivation:
    said = {"quant_method": "modelopt", "quant_algo": "FP8", "ignore": ["lm_head", words]}
    model = symbolic.load({**CONFIG, words: "on", "quantization_config": said})
    return symbolic.explain(model, quantity)


@pytest.mark.parametrize("words", sample(WORDS, 4))
@pytest.mark.parametrize("quantity", ["parameters", "weight-memory"])
def test_a_page_has_no_tag_that_the_same_page_with_plain_words_has_not(words: str, quantity: str) -> None:
    plain, strange = (str(derived(text, quantity).to("html")) for text in ("plain", words))
    assert set(tags(strange)) <= set(tags(plain)) | OF_LONG_WORDS
    assert strange.count("<script") == plain.count("<script")


@pytest.mark.parametrize("words", sample(WORDS, 4))
def test_latex_has_no_command_that_the_same_document_with_plain_words_has_not(words: str) -> None:
    plain, strange = (as_latex.render(derived(text, "weight-memory")) for text in ("plain", words))
    signs = {rf"\text{name}" for name in SIGNS}
    commands = [set(re.findall(r"\\(?:[A-Za-z]+|[^A-Za-z])", text)) for text in (plain, strange)]
    assert commands[1] - commands[0] <= signs | {r"\#", r"\$", r"\&", r"\{", r"\}", r"\%", r"\^", r"\textquotesingle"}


@pytest.mark.tex
def test_tex_runs_none_of_them(tmp_path: Path) -> None:
    model = symbolic.load({**CONFIG, **dict.fromkeys(WORDS, "on")})
    log, text = compiled(as_latex.render(symbolic.explain(model)), tmp_path)
    assert "root:" not in text
    assert "input{/etc/passwd}" in re.sub(r"\s", "", text)
    assert "runsystem" not in log


@pytest.mark.parametrize("kind", sample(["pdf", "slides"], 2))
def test_typst_reads_none_of_them(kind: str) -> None:
    pytest.importorskip("typst", reason="Typst is in the extra [pdf]")
    model = symbolic.load({**CONFIG, **dict.fromkeys(WORDS, "on")})
    made = symbolic.explain(model).to(kind)
    assert isinstance(made, bytes)
    assert b"root:" not in made
