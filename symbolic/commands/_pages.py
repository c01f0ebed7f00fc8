"""What commands that make other pages than a derivation share: the options, and writing the pages with their plots."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, reduce, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symbolic.commands._models import skipping_errors, skipping_missing_extra
from symbolic.commands._output import (
    check_one,
    format_option,
    language_option,
    named_file,
    notation_option,
    output_option,
    split_names,
)
from symbolic.extras import command
from symbolic.language import speaking, translate
from symbolic.pages import rendering
from symbolic.terminal import echo

if TYPE_CHECKING:
    from symbolic.pages.page import Page

OPTIONS = (
    format_option(),
    notation_option(),
    output_option(),
    language_option(),
)


def page_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --format, --notation, --output and --language; the command gets `write`, `write_pages` with what they say."""

    @wraps(command)
    def with_options(*, asked: str, notation: str, output: str, language: str, **given: Any) -> None:
        write = partial(write_pages, asked=asked, notation=notation, output=output, language=language)
        command(write=write, **given)

    return reduce(lambda made, option: option(made), reversed(OPTIONS), with_options)


def write_pages(
    made: Sequence[tuple[str, str, Callable[[], Page]]],
    *,
    asked: str,
    notation: str,
    output: str,
    language: str,
    linked: bool = False,
) -> None:
    """Make each page (the folder's name, the file's, how to make it) in each format, and print the paths.

    `asked` are the formats, with commas. `linked` pages lead to those of the model's quantities in their folder.
    """
    from symbolic.pages.files import folder_name, in_language, write_all
    from symbolic.pages.rendering import attachments, format_module, render_page

    # The process ends with its pages: collecting garbage on the way costs a tenth of its time and frees nothing.
    gc.disable()
    given, asked = named_file(output, asked)
    chosen = split_names(asked)
    endings = {name: format_module(name).ENDING for name in chosen}
    check_one(output, given, len(made) * len(chosen))
    files: dict[Path, str | bytes] = {}
    taken: set[str] = set()
    for folder, called, make in made:
        place, file = Path(output) / folder_name(folder, taken), in_language(called, language)
        if given is not None:
            place, file = given.parent, given.stem
        with skipping_errors(len(made)), speaking(language):
            page = _with_files(make(), file)
            if linked and output != "-":
                page = replace(page, beside=_beside(place, language))
            if any(rendering.drawable(page, name) is not page for name in chosen):
                said = "plots are left out: this format takes pictures, which need typst"
                echo(f"{said}; install it with {command('pdf')}", err=True)
            texts: dict[str, str] = {}
            for name in chosen:
                with skipping_missing_extra(name, len(chosen)):
                    texts[name] = render_page(page, name, notation)
            if output == "-":
                echo(*texts.values(), nl=False)
                return
            files |= {place / f"{file}.{endings[name]}": text for name, text in texts.items()}
            for name in texts:
                files |= {place / beside: content for beside, content in attachments(page, name).items()}
    write_all(files)
    for path in files:
        echo(path)


def _beside(folder: Path, language: str) -> tuple[tuple[str, str], ...]:
    """Return the titles and files of the pages of quantities that lie in a folder."""
    from symbolic.measuring import quantities
    from symbolic.pages.files import in_language

    files = {name: f"{in_language(name, language)}.html" for name in quantities.names()}
    there = {name: file for name, file in files.items() if (folder / file).is_file()}
    return tuple((translate(quantities.find(name).title), file) for name, file in there.items())


def _with_files(page: Page, file: str) -> Page:
    """Return the page, its plots named after it: scale-growth.svg lies beside scale.md."""
    from symbolic.pages.pictures import Figure

    sections = tuple(
        section._replace(
            parts=tuple(
                part._replace(file=f"{file}-{part.file}") if isinstance(part, Figure) else part
                for part in section.parts
            ),
        )
        for section in page.sections
    )
    return replace(page, sections=sections)


def stem(command: str, quantity: str) -> str:
    """Return the file's name: scale, scale-forward-flops."""
    return command if quantity == "parameters" else f"{command}-{quantity}"
