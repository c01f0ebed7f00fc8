"""Where the templates are, and Jinja's settings for them: compiled once, kept in `__pycache__`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import MethodType
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from symbolic import language

PACKAGE = Path(__file__).parents[1]


def templates() -> Path:
    """Return the folder of templates: inside the package where it is installed, beside it in a checkout."""
    inside = PACKAGE / "templates"
    return inside if inside.is_dir() else PACKAGE.parent / "templates"


def environment(folder: str = "", **options: Any) -> Environment:
    """Return Jinja for a folder of the templates; a missing name is an error."""
    # autoescape is the caller's to choose: HTML needs it, TeX has an escape of its own, prose is markup.
    made = _Environment(
        loader=FileSystemLoader(templates() / folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Templates don't change while a process runs: none is looked at again for each page.
        auto_reload=False,
        bytecode_cache=_compiled(),
        extensions=["jinja2.ext.i18n"],
        **options,
    )
    # {% trans %} asks for its words when it is filled, so one environment speaks all languages.
    made.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return made


class _Context(Context):
    """Jinja's context, which calls methods and macros at once: a page has hundreds of calls.

    Jinja asks each thing that it calls three times whether it wants the context. A method of ours never does, a macro
    always wants to know whether text is escaped.
    """

    def call(
        self,
        function: Callable[..., object],
        /,
        *args: Any,
        _loop_vars: object = None,
        _block_vars: object = None,
        **values: Any,
    ) -> Any:
        """Call a function of a template."""
        kind = type(function)
        if kind is MethodType:
            return function(*args, **values)
        if kind is Macro:
            return function(self.eval_ctx, *args, **values)
        return super().call(function, *args, _loop_vars=_loop_vars, _block_vars=_block_vars, **values)


class _CodeGenerator(CodeGenerator):
    """Jinja's compiler, which escapes what a template writes by the environment's `escaped`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class _Environment(Environment):
    """Jinja's environment, which does not copy what is markup already."""

    context_class = _Context
    code_generator_class = _CodeGenerator

    @staticmethod
    def escaped(value: object) -> Markup:
        """Return a value as markup; most values of a page are that, and MarkupSafe copies each of them twice."""
        return value if type(value) is Markup else escape(value)


def _compiled() -> FileSystemBytecodeCache | None:
    """Return a cache of compiled templates, or None where Python can't write its own."""
    folder = PACKAGE / "__pycache__"
    usable = folder.is_dir() and os.access(folder, os.W_OK)
    return FileSystemBytecodeCache(str(folder), "%s.template") if usable else None
