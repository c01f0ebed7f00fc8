"""HTML: one file that opens from disk, with its fonts inside; and a small snippet of it for a notebook."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256

from jinja2 import Environment

from symbolic.language import current, find, gettext
from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import Detail, explain_page
from symbolic.pages.page import Page, Relation
from symbolic.pages.pictures import Diagram, Figure, Matrices
from symbolic.pages.rendering.html_view import View
from symbolic.pages.rendering.notation import Notation
from symbolic.pages.templating import environment, templates
from symbolic.terminal import visible

ENDING = "html"

FONT = re.compile(r'url\("(fonts/[a-z]+\.woff2)"\)')


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> str:
    """Return the page of a derivation as one HTML file."""
    return render_page(explain_page(derivation, detail), notation, derivation)


def render_page(page: Page, notation: Notation = "names", derivation: Derivation | None = None) -> str:
    """Return any page as one HTML file. Its policy lets this script run and no other, and nothing be loaded.

    The sizes of the page of a `derivation` can be changed by who reads it.
    """
    language = current().code
    follows = derivation is not None or page.changing is not None
    script = _script("script.js", language) + (_script("live.js", language) if follows else "")
    fingerprint = b64encode(sha256(script.encode()).digest()).decode()
    view = View(page, notation, linked=True, top=2, derivation=derivation)
    further = (*_pictures(page), *(("dense.css",) if page.dense else ()))
    style = (
        _sheets("style.css", "live.css", *further)
        if derivation
        else _style(page, *(("live.css",) if follows else ()), *further)
    )
    return _filled("page.html.jinja", view, style=style, script=script, fingerprint=fingerprint)


def render_sheet(view: View, data: str) -> str:
    """Return a page with answers to fill in; its script checks them against the fingerprints in `data`, JSON."""
    script = _script("sheet.js", current().code).replace('"DATA"', data.replace("</", "<\\/"))
    fingerprint = b64encode(sha256(script.encode()).digest()).decode()
    style = _style(view.page, *_pictures(view.page), "sheet.css")
    return _filled("sheet.html.jinja", view, style=style, script=script, fingerprint=fingerprint)


def page_fragment(page: Page, notation: Notation = "names") -> str:
    """Return any page as a snippet of HTML without ids, contents and fonts: a notebook's output."""
    view = View(page, notation, linked=False, top=3)
    return _filled("fragment.html.jinja", view, style=_file("fragment.css"))


WITHIN = re.compile(r"\n(?<=>\n)(?=</?(?:t[dhr]|tbody|d[dtl]|details|div|p|li|[ou]l|rect|text)\b)")
"""Line breaks within a section's blocks, of which a page has thousands and no use.

The break is written first and what stands before it behind: so only breaks are looked at, and not each letter.
"""


def _filled(template: str, view: View, **values: str) -> str:
    filled = _environment().get_template(template).render(page=view.page, html=view, **values)
    # The fonts in the style sheet, half of a page, need no look.
    above, style, below = filled.partition(values["style"])
    return f"{visible(above)}{style}{visible(WITHIN.sub('', below))}"


def _pictures(page: Page) -> tuple[str, ...]:
    """Return the style sheets of what is drawn on a page: it carries no others."""
    drawn = any(isinstance(part, Diagram | Matrices) for section in page.sections for part in section.parts)
    return (*(("diagram.css",) if drawn else ()), *(("plot.css",) if page.figures else ()))


def _style(page: Page, *further: str) -> str:
    """Return the style sheet with the fonts inside, and further ones; a page that is no derivation has more to set."""
    return _sheets("style.css", *(() if _is_derivation(page) else ("analysis.css",)), *further)


@cache
def _sheets(*names: str) -> str:
    """Return these style sheets as one, with the fonts inside."""

    def embedded(match: re.Match[str]) -> str:
        data = b64encode((templates() / "html" / match[1]).read_bytes()).decode()
        return f'url("data:font/woff2;base64,{data}")'

    return FONT.sub(embedded, _tight("".join(map(_file, names))))


def _is_derivation(page: Page) -> bool:
    parts = (part for section in page.sections for part in section.parts)
    return page.total is not None and not any(isinstance(part, Relation | Figure) for part in parts)


def _tight(css: str) -> str:
    """Return a style sheet without its comments, and without the spaces and leading noughts that no browser needs."""
    css = " ".join(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).split())
    # A space before a colon, or before a bracket, can stand between an element and one inside it.
    css = re.sub(r" ?([{};>]) ?|([:,]) ", r"\1\2", css).replace(";}", "}")
    return re.sub(r"(?<![\w.])0(?=\.\d)", "", css)


MESSAGE = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"(?:,\{(.*?)\})?\)')
GROUPED = re.compile(r"\bungrouped\((\w+)\)")


@cache
def _script(name: str, language: str) -> str:
    """Return a script, as `tools/minify.py` makes it, whose messages and numbers are those of the spoken language."""
    signs = find(language).signs
    group, point = re.escape(signs[ord(",")]), signs[ord(".")]
    dotted = "" if point == "." else f'.replace("{point}",".")'
    _made_of, script = _file(f"min/{name}").split("\n", 1)
    script = GROUPED.sub(lambda match: rf"""{match[1]}.replace(/[\s{group}_'’]/g,""){dotted}""", script)
    return MESSAGE.sub(_said, script)


def _said(match: re.Match[str]) -> str:
    """Return a message as a string of JavaScript; one with values as a template, with an expression for each name."""
    words = json.loads(f'"{match[1]}"')
    if match[2] is None:
        return json.dumps(gettext(words), ensure_ascii=False)
    # {name} is short for {name:name}.
    values = {name: value or name for name, _colon, value in (pair.partition(":") for pair in match[2].split(","))}
    return f"`{gettext(words, **{name: f'${{{value}}}' for name, value in values.items()})}`"


def _file(name: str) -> str:
    return (templates() / "html" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return environment("html", autoescape=True)
