"""The Markdown shows right on GitHub: tables are tables, formulas survive, and no name acts as markup."""

import re
from itertools import pairwise, product

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from sampling import sample

from symbolic.api import explain
from symbolic.loading import load
from symbolic.measuring.conventions import CONVENTIONS
from symbolic.pages.document import explain_page, model_page
from symbolic.pages.page import Entry, Part, Table
from symbolic.pages.pictures import Bar
from symbolic.pages.rendering import as_markdown

BOOK: dict[str, object] = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_heads": 12, "n_layers": 12}
MODELS = ("gpt2-124m", "gpt2-1558m", "llama-2-7b")
FIGURE = re.compile(r"[\d,]{5,}")
BLOCK = re.compile(r"(?:^|\n\n)\$\$\n(.+?)\n\$\$(?=\n\n|\n?$)", re.DOTALL)
NAMES = (
    "<script>alert(1)</script>",
    "<!-- --> &amp; &#60;b&#62;",
    "a|b\\|c",
    "# head",
    "1. one",
    "- point",
    "> quote",
    "*strong* _soft_ ~~gone~~ __init__",
    "[text](javascript:x) ![image](y)",
    "`code` ``more``",
    "$x$ and $$y$$",
    "two\n\nlines\n\n# and a head",
    "back\\slash \\_ \\",
)


def parsed(text: str) -> list[Token]:
    return MarkdownIt("gfm-like", {"linkify": False}).parse(text)


def shown(tokens: list[Token]) -> str:
    """The words that a reader sees, markup gone."""
    return "".join(
        shown(token.children) if token.children else " " if token.type == "softbreak" else token.content
        for token in tokens
        if token.type != "fence"
    )


def tables(parts: tuple[Part, ...]) -> list[Table]:
    return [part for part in parts if isinstance(part, Table)]


@pytest.mark.parametrize(
    ("model", "convention", "notation"), sample(list(product(MODELS, CONVENTIONS, ["names", "letters"])), 13)
)
def test_every_table_is_read_as_one_with_all_its_cells(model: str, convention: str, notation: str) -> None:
    derivation = explain(model, convention=convention)
    wanted = [table for section in explain_page(derivation).sections for table in tables(section.parts)]
    tokens = parsed(derivation.to_markdown(notation=notation))
    found = "".join({"table_open": "T", "tr_open": "r", "th_open": "c", "td_open": "c"}.get(t.type, "") for t in tokens)
    assert found == "".join("T" + ("r" + "c" * len(table.columns)) * (1 + len(table.rows)) for table in wanted)
    aligned = [token.attrGet("style") for token in tokens if token.type == "th_open"]
    right = [index in table.numeric for table in wanted for index in range(len(table.columns))]
    assert [style == "text-align:right" for style in aligned] == right


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("notation", ["names", "letters"])
@pytest.mark.parametrize("detail", ["full", "brief"])
def test_every_formula_stands_in_a_block_that_github_leaves_alone(model: str, notation: str, detail: str) -> None:
    text = explain(model).to_markdown(notation=notation, detail=detail)
    blocks = BLOCK.findall(text)
    assert text.count("$$") == 2 * len(blocks) > 20
    for block in blocks:
        assert "\n\n" not in block
        assert block.count("{") == block.count("}")
        assert block.count("(") == block.count(")")
        assert block.count(r"\begin{") == block.count(r"\end{")
        # A backslash before punctuation is Markdown's, and would not reach MathJax; nor may anything be an emphasis.
        # Two of them at the end of a line are none of Markdown's: of them GitHub keeps both.
        lines = re.sub(r" \\\\$", "", block, flags=re.MULTILINE)
        assert not re.search(r"\\[!-/:-@\[-`{-~]", lines)
        assert not re.search(r"_\{|\*|`|<|\|", block)
        assert not re.search(r"^\s*([-+#>=]|\d+[.)]\s)", block, re.MULTILINE)
        (paragraph,) = (token for token in parsed(f"$$\n{block}\n$$") if token.type == "inline")
        assert {child.type for child in paragraph.children or ()} <= {"text", "softbreak"}
        assert shown([paragraph]) == f"$$ {block} $$".replace("\\\\\n", "\\ ").replace("\n", " ")


@pytest.mark.parametrize("model", MODELS)
def test_headings_go_down_one_level_at_a_time(model: str) -> None:
    depths = [int(token.tag[1]) for token in parsed(explain(model).to_markdown()) if token.type == "heading_open"]
    assert depths[0] == 1
    assert depths.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(depths))


@pytest.mark.parametrize("model", MODELS)
def test_each_step_has_its_heading_and_the_bar_its_lines(model: str) -> None:
    page = explain_page(explain(model))
    tokens = parsed(explain(model).to_markdown())
    headings = [shown([b]) for a, b in pairwise(tokens) if a.type == "heading_open"]
    parts = [part for section in page.sections for part in section.parts]
    for entry in (part for part in parts if isinstance(part, Entry)):
        assert f"{entry.number} {entry.title}".strip() in headings
    bars = [part for part in parts if isinstance(part, Bar)]
    fences = [token for token in tokens if token.type == "fence"]
    assert [len(fence.content.splitlines()) for fence in fences[: len(bars)]] == [len(bar.parts) for bar in bars]


@pytest.mark.parametrize("model", MODELS)
def test_it_says_the_same_figures_as_the_text(model: str) -> None:
    derivation = explain(model)
    said = derivation.to_markdown().replace("{,}", ",")
    assert set(FIGURE.findall(derivation.to_text())) <= set(FIGURE.findall(said))


@pytest.mark.parametrize("name", sample(NAMES, 4))
def test_a_strangers_name_is_shown_as_it_is_and_does_nothing(name: str) -> None:
    model = load({**BOOK, name: 1}, name=name)
    wanted = " ".join(name.split())
    for text in (explain(model).to_markdown(), as_markdown.render_page(model_page(model))):
        tokens = parsed(text)
        inline = [token for token in tokens if token.type == "inline"]
        pieces = {child.type for token in inline for child in token.children or () if child.content != "<span>"}
        assert "html_block" not in {token.type for token in tokens}
        assert pieces <= {"text", "softbreak", "code_inline", "html_inline"} | {
            f"{kind}_{side}" for kind in ("strong", "em", "link") for side in ("open", "close")
        }
        tags = {child.content for token in inline for child in token.children or () if child.type == "html_inline"}
        assert tags <= {"<span>", "</span>"}
        addresses = [child.attrGet("href") for token in inline for child in token.children or () if child.attrs]
        assert all(str(address).startswith("https://") for address in addresses)
        assert shown([inline[0]]).replace("<span>", "").replace("</span>", "").startswith(wanted)
        assert wanted in [
            child.content.strip() for token in inline for child in token.children or () if child.type == "code_inline"
        ]
