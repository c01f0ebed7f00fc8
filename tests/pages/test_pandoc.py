"""Pandoc reads each Markdown page without a warning, all formulas kept; Word's format is made so, with equations."""

import json
import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sampling import EVERYTHING, sample, thorough

import symbolic
from symbolic import api
from symbolic.configs import models
from symbolic.errors import NothingToMeasure
from symbolic.language import speaking
from symbolic.measuring import quantities
from symbolic.pages.page import Page, Section, Table
from symbolic.pages.rendering import as_docx, pandoc, render_page
from symbolic.pages.rendering.word import LINE, WIDTHS, mended, simplified

pypandoc = pytest.importorskip("pypandoc", reason="pandoc is in the extra [docx]")
PAGES = [(model, quantity) for model in models.names() for quantity in quantities.names()]
PLACES = [
    # Each costs a run of pandoc; what one model's page may do wrong, another's of its family does too.
    *sample(PAGES[::11], 97, 27),
    *([(str(path), "") for path in sorted(Path("output").rglob("*.md"))] if EVERYTHING else []),
]


def formulas(markdown: str) -> list[str]:
    """The formulas between dollar signs, by a reading of our own."""
    # `<span>$</span>` is a sign of money, as GitHub writes it beside formulas.
    text = re.sub(r"```.*?```|(`+)(?!`).+?(?<!`)\1(?!`)|<span>\$</span>", "", markdown, flags=re.DOTALL)
    return re.findall(r"\$\$.*?\$\$|(?<![\\\w$])\$(?!\s)[^$]+\$", text, flags=re.DOTALL)


def maths(tree: Any) -> Iterator[str]:
    """The formulas that pandoc found."""
    if isinstance(tree, dict):
        if tree.get("t") == "Math":
            yield tree["c"][1]
        tree = tree.get("c", tree.get("blocks", []))
    if isinstance(tree, list):
        for part in tree:
            yield from maths(part)


def pandoc_run(text: str, *options: str) -> tuple[str, str]:
    command = [pypandoc.get_pandoc_path(), "--from", pandoc.READ, "--shift-heading-level-by=-1", *options]
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return run.stdout, run.stderr


@pytest.mark.parametrize(("place", "quantity"), PLACES)
def test_pandoc_reads_each_page_without_a_warning_and_keeps_each_formula(place: str, quantity: str) -> None:
    if quantity:
        try:
            text = str(symbolic.explain(place, quantity).to_markdown())
        except NothingToMeasure:
            return
    else:
        text = Path(place).read_text(encoding="utf-8")
    # A formula that pandoc does not find is none here, and one that it can't make MathML of has a warning.
    page, said = pandoc_run(text, "--to", "html", "--mathml", "--standalone")
    assert (said, page.count("<math")) == ("", len(formulas(text)))


PAPERS = [
    *sample(PAGES[3::13], 80),
    *sample([(str(path), "") for path in sorted(Path("output").rglob("*.tex"))], 20, 10),
]
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)")


def said_by(tree: Any) -> str:
    """All words and formulas that pandoc found, in a row."""
    if isinstance(tree, list):
        return "".join(map(said_by, tree))
    if not isinstance(tree, dict):
        return ""
    kind, content = tree.get("t"), tree.get("c")
    if kind == "Math" and content:
        return f" {content[1]} "
    if kind == "Code" and content:
        return str(content[1])
    if kind == "Str":
        return str(content)
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    return said_by(content if kind else [tree[key] for key in ("blocks", "meta", "title") if key in tree])


@pytest.mark.parametrize(("place", "quantity"), PAPERS)
def test_pandoc_reads_each_latex_document_without_a_warning_and_loses_no_formula_and_no_number(
    place: str, quantity: str
) -> None:
    if quantity:
        try:
            text = str(symbolic.explain(place, quantity).to_latex())
        except NothingToMeasure:
            return
    else:
        text = Path(place).read_text(encoding="utf-8")
    command = [pypandoc.get_pandoc_path(), "--from", "latex"]
    run = subprocess.run([*command, "--to", "json"], input=text, capture_output=True, text=True, check=True)
    tree = json.loads(run.stdout)
    body = text.partition(r"\begin{document}")[2]
    written = len(re.findall(r"\\Chain\b", body)) + len(re.findall(r"(?<!\\)\$", body)) // 2
    signs = len(re.findall(r"\\(?:ensuremath|almost|Answer|Added|Flow|Fork)\b", body))
    assert (run.stderr, written) == ("", len(list(maths(tree["blocks"]))) - signs)
    told = said_by(tree).replace("{,}", ",").replace(" ", "")
    plain = body.replace("{,}", ",").replace(r"\allowbreak{}", "").replace(r"\allowbreak ", "")
    assert [number for number in NUMBER.findall(plain) if number not in told] == []
    if EVERYTHING and not quantity:
        # The formulas of the others are those of Markdown pages, of which pandoc makes MathML above.
        as_html = [*command, "--to", "html", "--mathml"]
        assert subprocess.run(as_html, input=text, capture_output=True, text=True, check=True).stderr == ""


HOW_TO = Path("docs/how-to/author.md").read_text(encoding="utf-8")


@pytest.mark.thorough
def test_each_pandoc_command_of_the_how_to_keeps_each_formula_without_a_warning(tmp_path: Path) -> None:
    derivation = symbolic.explain("gpt2-124m")
    page = str(derivation.to_markdown())
    (tmp_path / "parameters.md").write_text(page, encoding="utf-8")
    (tmp_path / "parameters.tex").write_text(str(derivation.to_latex()), encoding="utf-8")
    commands = re.findall(r"^pandoc (.*)$", HOW_TO, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        run = [pypandoc.get_pandoc_path(), *command.split()]
        assert subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True).stderr == ""
    with ZipFile(tmp_path / "parameters.epub") as parts:
        texts = [parts.read(name).decode() for name in parts.namelist() if name.endswith(".xhtml")]
    assert sum(text.count("<math") for text in texts) >= len(formulas(page))


GRID = '<w:gridCol w:w="900" />'
MANY = " + ".join(["bcdefghijklm"] * 4)


def words_and_equations(document: str | bytes) -> tuple[str, int]:
    assert isinstance(document, bytes)
    with ZipFile(BytesIO(document)) as parts:
        text = parts.read("word/document.xml").decode()
    return text, text.count("<m:oMath>")


@pytest.mark.parametrize("language", sample(["en", "de"], 2))
def test_word_has_native_equations_headings_and_a_table_of_contents(language: str) -> None:
    derivation = symbolic.explain("gpt2-124m")
    text, equations = words_and_equations(derivation.to("docx", language=language))
    assert equations == len(formulas(str(derivation.to_markdown(language=language))))
    assert ("124,412,160" if language == "en" else "124.412.160") in text
    assert all(part in text for part in ("Heading1", "Heading2", "TOC"))
    anchors = re.findall(r'<w:hyperlink w:anchor="([^"]+)"', text.partition("</w:sdt>")[0])
    assert len(anchors) == len(re.findall(r'w:val="Heading[12]"', text)) > 10
    assert set(anchors) <= set(re.findall(r'<w:bookmarkStart w:id="\d+" w:name="([^"]+)"', text))
    assert "<m:t>emb_dim</m:t>" in text
    assert text.count('<m:chr m:val="⏟" />') == str(derivation.to_markdown(language=language)).count("underbrace")
    assert ("<m:t>38,597,376</m:t>" if language == "en" else "<m:t>38.597.376</m:t>") in text
    assert "<m:t>&amp;</m:t>" not in text
    if EVERYTHING:
        assert derivation.to("docx", language=language) == derivation.to("docx", language=language)


def in_lines(*rows: str) -> str:
    return "\\begin{array}{l}\n" + " \\\\\n".join(rf"\text{{ }} {row}" for row in rows) + "\n\\end{array}"


@pytest.mark.parametrize(
    ("markdown", "word"),
    [
        (r"$\mathrm{emb\underline{\ }dim} + \mathrm{a\_b}$", r"$\text{emb\_dim} + \text{a\_b}$"),
        (r"\begin{aligned} & 1 + 2 \\ & = 3 \end{aligned}", in_lines("1 + 2", "= 3")),
        # What is wider than a page has more lines, and none ends within brackets.
        (f"$$\n{MANY} = {MANY} = 7\n$$", f"$$\n{in_lines(MANY, f'= {MANY}', '= 7')}\n$$"),
        (
            rf"\begin{{aligned}} & 100 \times a \times ({MANY}) \\ & = 3 \end{{aligned}}",
            in_lines(r"100 \times a", rf"\quad \times ({MANY})", "= 3"),
        ),
    ],
)
def test_formulas_are_such_as_word_and_libreoffice_read(markdown: str, word: str) -> None:
    assert simplified(markdown) == word


def mended_by_us(document: str) -> str:
    file = BytesIO()
    with ZipFile(file, "w") as parts:
        parts.writestr("word/document.xml", document)
    return words_and_equations(mended(file.getvalue()))[0]


def test_a_column_is_as_wide_as_its_longest_word() -> None:
    row = "<w:tr><w:tc><w:p><w:t>{}</w:t></w:p></w:tc><w:tc><w:p><w:t>{}</w:t></w:p></w:tc></w:tr>"
    rows = row.format("Total", "Meaning") + row.format("124,412,160", "what all of it comes to, " * 9)
    grid = '<w:tblLayout w:type="fixed" /><w:gridCol w:w="500" /><w:gridCol w:w="6500" />'
    text = mended_by_us(f"<w:tbl>{grid}{rows}</w:tbl>")
    first, second = (int(width) for width in re.findall(r'w:gridCol w:w="(\d+)"', text))
    assert first + second <= WIDTHS["a4"]
    assert first / WIDTHS["a4"] > 11 / LINE


def test_no_number_breaks_in_a_table_of_many_columns_which_is_set_smaller() -> None:
    names, numbers = ["a word of the head"] * 6, [f"{10**index:,}" for index in range(3, 15, 2)]
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = "".join(f"<w:tr>{''.join(map(cell.format, row))}</w:tr>" for row in (names, numbers))
    text = mended_by_us(f'<w:tbl><w:tblLayout w:type="fixed" /><w:tblLook />{GRID * 6}{rows}</w:tbl>')
    widths = [int(width) for width in re.findall(r'w:gridCol w:w="(\d+)"', text)]
    [size] = set(re.findall(r'<w:sz w:val="(\d+)" />', text))
    # In twentieths of a point, a digit takes at most 0.65 of its size, which is given in halves of a point.
    assert all(width > len(number) * 6.5 * int(size) for width, number in zip(widths, numbers, strict=True))
    assert (sum(widths) <= WIDTHS["a4"], text.count("<w:cantSplit />")) == (True, 2)


@pytest.mark.parametrize(
    ("by_pandoc", "by_the_standard"),
    [
        ('<m:mcJc m:val="left" /><m:count m:val="1" />', '<m:count m:val="1" /><m:mcJc m:val="left" />'),
        ('<m:rPr><m:nor /><m:sty m:val="p" /></m:rPr>', "<m:rPr><m:nor /></m:rPr>"),
    ],
)
def test_parts_of_a_document_stand_in_the_standards_order(by_pandoc: str, by_the_standard: str) -> None:
    """ISO/IEC 29500, part 1, shared-math.xsd: CT_MCPr and CT_RPR."""
    assert mended_by_us(by_pandoc) == by_the_standard


@thorough
def test_plots_are_in_the_document_with_words_for_them() -> None:
    page: Page = api.scale("gpt2-124m")
    document = as_docx.render_page(page)
    with ZipFile(BytesIO(document)) as parts:
        pictures = [name for name in parts.namelist() if name.endswith(".png")]
    text, _ = words_and_equations(document)
    assert len(pictures) == len(page.figures)
    assert all(f'descr="{figure.alt[:20]}' in text for figure in page.figures)
    assert render_page(page, "docx")


def test_without_pandoc_one_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pypandoc, "get_pandoc_path", lambda: (_ for _ in ()).throw(OSError()))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(symbolic.SymbolicError, match=r"symbolic-explainer\[docx\]"):
        symbolic.explain("gpt2-124m").to("docx")


def test_a_worksheet_for_word_has_a_foot_on_its_paper_and_no_contents() -> None:
    shown = Page("A title", "", None, "", "", (), (), {}, foot="Form A1 & B", paper="letter")
    with ZipFile(BytesIO(as_docx.render_page(shown))) as made:
        text, foot = (made.read(f"word/{name}.xml").decode() for name in ("document", "footer1"))
        assert "/word/footer1.xml" in made.read("[Content_Types].xml").decode()
    assert "TOC" not in text
    assert 'w:w="12240" w:h="15840"' in text
    assert "Form A1 &amp; B" in foot
    assert 'w:instr="PAGE"' in foot


@pytest.mark.parametrize(("paper", "line"), [("a4", 9638), ("letter", 9972)])
def test_a_wide_table_and_the_foot_are_as_wide_as_a_line_of_the_paper(paper: str, line: int) -> None:
    wide = Table("A table", ("Says", "Means"), (("some words " * 12, "other words " * 12),))
    page = Page("A title", "", None, "", "", (), (Section("one", "One", (wide,)),), {}, paper=paper)
    with ZipFile(BytesIO(as_docx.render_page(page))) as made:
        text, foot = (made.read(f"word/{name}.xml").decode() for name in ("document", "footer1"))
    assert f'w:pos="{line}"' in foot
    assert line - 2 <= sum(map(int, re.findall(r'<w:gridCol w:w="(\d+)"', text))) <= line


def test_contents_for_word_are_in_the_language_of_the_page() -> None:
    with speaking("de"):
        made = as_docx.render_page(Page("Titel", "", None, "", "", (), (), {}))
    with ZipFile(BytesIO(made)) as parts:
        text = parts.read("word/document.xml").decode()
    assert "Inhalt</w:t>" in text
    assert "Table of Contents</w:t>" not in text
