"""The words of a page: Jinja blocks in templates/prose, filled with ready values; a value's markup is taken off."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template


def templates() -> Path:
    """The folder of templates: inside the package where it is installed, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def plain(text: str) -> str:
    """A stranger's words as markup that means nothing but these words."""
    return "".join(f"\\{letter}" if letter in "\\`*[]" else letter for letter in text)


class Prose:
    """The words of one kind of page, by the names of their blocks."""

    def __init__(self, name: str) -> None:
        """`name` of the file in templates/prose, without its ending."""
        self._template = _template(f"prose/{name}.md")

    def __contains__(self, block: str) -> bool:
        return block in self._template.blocks

    def __call__(self, block: str, /, **values: object) -> str:
        """A block's markup, its lines joined to one; strings among the values are printed as they are."""
        ready = {key: plain(value) if isinstance(value, str) else value for key, value in values.items()}
        lines = "".join(self._template.blocks[block](self._template.new_context(ready)))
        return " ".join(lines.split())


@cache
def _template(name: str) -> Template:
    # Prose is markup, not HTML: each format escapes what it prints.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(templates()), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)
