"""Sphinx: derivations and single figures in somebody's documentation that stay true when the config changes.

In conf.py, `extensions = ["symbolic.sphinx_ext"]`. Then, in reStructuredText, and in MyST likewise:

.. code-block:: rst

   .. derivation:: gpt2-124m
      :quantity: kv-cache
      :set: context=8192, batch_size=4

   GPT-2 has :derived:`gpt2-124m` parameters, :derived:`gpt2-124m non-embedding` of them outside of its tables,
   and a cache of :derived:`gpt2-124m kv-cache context=8192` bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from symbolic import __version__, api
from symbolic.batch.request import columns
from symbolic.configs import models, reading
from symbolic.errors import ConfigError, SymbolicError, UnknownName
from symbolic.formulas.amounts import amount
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import explain_page, steps_alone
from symbolic.pages.rendering import as_html, render_page, tex_fragment
from symbolic.terminal import one_line


class DerivationDirective(SphinxDirective):  # type: ignore[misc] # Any, where Sphinx need not be installed
    """The steps of a derivation: HTML on the web and in EPUB, LaTeX in PDFs, plain text elsewhere."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[Any] = {
        "quantity": directives.unchanged,
        "convention": directives.unchanged,
        "set": directives.unchanged,
        "dtype": directives.unchanged,
        "device": directives.unchanged,
        "notation": lambda value: directives.choice(value, ("names", "letters")),
        "detail": lambda value: directives.choice(value, ("brief", "full", "short", "cheat-sheet")),
        "whole": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Return the page for each kind of builder; a directive's error where it can't be made."""
        options = self.options
        notation, detail = options.get("notation", "names"), options.get("detail", "brief")
        try:
            derivation = _derived(
                self.env,
                self.arguments[0],
                options.get("quantity", "parameters"),
                _inputs(options.get("set", "").replace(",", " ").split()),
                **{name: options.get(name, "") for name in ("convention", "dtype", "device")},
            )
            page = explain_page(derivation, detail)
            page = page if "whole" in options else steps_alone(page)
            title = "whole" in options
            made = {
                "html": as_html.page_fragment(page, notation),
                "latex": tex_fragment.fragment(page, notation, title=title),
                "text": render_page(page, "text", notation),
            }
        except SymbolicError as problem:
            raise self.error(one_line(str(problem))) from None
        return [nodes.raw("", text, format=kind) for kind, text in made.items()]


class DerivedRole(SphinxRole):  # type: ignore[misc] # likewise
    """A single figure: MODEL, then a quantity or a convention, then inputs: `gpt2-124m kv-cache context=8192`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the figure, its digits grouped; an error in its place where there is none."""
        model, *words = self.text.split()
        names = [word for word in words if "=" not in word]
        try:
            if len(names) > 1:
                raise ConfigError(f"a figure is of one quantity; got {' and '.join(names)}")
            [column] = columns(names or ["parameters"])
            inputs = _inputs([word for word in words if "=" in word])
            derivation = _derived(self.env, model, column.quantity, inputs, convention=column.convention)
        except SymbolicError as problem:
            message = self.inliner.reporter.error(one_line(str(problem)), line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        return [nodes.inline("", grouped(derivation.total), classes=["derived"])], []


def _inputs(words: list[str]) -> dict[str, Exact]:
    """Return the inputs that were written as NAME=N."""
    given: dict[str, Exact] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or name not in SYMBOLS:
            raise UnknownName(
                "input (write NAME=N)", word, [symbol.name for symbol in SYMBOLS.values() if symbol.of_run]
            )
        given[name] = amount(value, name, SYMBOLS[name])
    return given


def _derived(env: Any, model: str, quantity: str, inputs: dict[str, Exact], **named: Any) -> Derivation:
    """Return the derivation; a config's file is looked for beside the document, which is built anew when it changes."""
    if model not in models.names() and reading.looks_like_a_file(model):
        path, sign, name = model.partition("::")
        file = Path(env.doc2path(env.docname)).parent / path
        if file.exists():
            env.note_dependency(str(file))
            model = f"{file}{sign}{name}"
    return api.explain(model, quantity, inputs=inputs, **named)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the role."""
    app.add_directive("derivation", DerivationDirective)
    app.add_role("derived", DerivedRole())
    app.add_latex_package("booktabs")
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
