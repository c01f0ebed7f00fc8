"""Where pages go: into folders named after their models, or into the one file that --output names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from symbolic.commands._inputs import Count
from symbolic.language import languages
from symbolic.outside import was_read
from symbolic.pages.files import OutputError, making
from symbolic.pages.rendering import format_module, formats
from symbolic.terminal import echo

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
HELP = "A folder, a file such as page.pdf for one page, or - to print it."


def joined(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> str:
    """Return what an option was given, once or several times, as one list with commas."""
    return ",".join(given)


def split_names(text: str) -> list[str]:
    """Return the names in a list with commas.

    >>> split_names("parameters, kv-cache,")
    ['parameters', 'kv-cache']
    """
    return [name.strip() for name in text.split(",") if name.strip()]


def format_option() -> Callable[[Decorated], Decorated]:
    """Return the option --format: names with commas between them, or the option several times."""
    return click.option(
        "--format",
        "asked",
        multiple=True,
        default=("html",),
        show_default=True,
        metavar="LIST",
        callback=joined,
        help=f"One or more of {', '.join(formats())}, with commas between them.",
    )


def output_option() -> Callable[[Decorated], Decorated]:
    """Return the option --output of commands that write pages."""
    return click.option("--output", default="output", show_default=True, metavar="PATH", help=HELP)


def notation_option() -> Callable[[Decorated], Decorated]:
    """Return the option --notation."""
    return click.option(
        "--notation", default="names", show_default=True, metavar="names|letters", help="How to print symbols."
    )


def language_option(says: str = "Language of the page.") -> Callable[[Decorated], Decorated]:
    """Return the option --language; `says` what is in that language."""
    return click.option("--language", type=click.Choice(languages()), default="en", show_default=True, help=says)


def process_options(does: str = "do it") -> Callable[[Any], Any]:
    """Return the options --jobs and --scheduler; `does` completes "Let a Dask cluster …"."""

    def add(command: Any) -> Any:
        command = click.option(
            "--scheduler", default="", metavar="ADDRESS", help=f"Let a Dask cluster {does} (extra [dask])."
        )(command)
        return click.option(
            "--jobs", type=Count(1, 1024), default=None, metavar="N", help="Processes; as many as processors."
        )(command)

    return add


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yield where to write a file that takes the place of `path` once it is whole, and print the path then.

    OutputError where it can't be written, or is a file that was read.
    """
    if was_read(path):
        raise OutputError(f"{path} is what was read; choose another file with --output")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with making(path) as beside:
            yield beside
    except OSError as problem:
        raise OutputError(f"can't write {path}: {problem.strerror}; choose another file with --output") from None
    echo(path)


def named_file(output: str, asked: str) -> tuple[Path | None, str]:
    """Return the file that --output names, None for a folder, and the formats asked for: that of the file's ending.

    UsageError where --format asks for others.
    """
    path = Path(output)
    if not path.suffix or path.is_dir():
        return None, asked
    # A talk.slides.pdf is no page of the format pdf.
    endings = sorted(((format_module(name).ENDING, name) for name in formats()), key=lambda one: -len(one[0]))
    of_ending = next((name for ending, name in endings if path.name.lower().endswith(f".{ending}")), None)
    if of_ending is None:
        echo(f"{path} is taken as a folder: no format of a page ends in {path.suffix}", err=True)
        return None, asked
    said = click.get_current_context().get_parameter_source("asked") is not ParameterSource.DEFAULT
    if said and asked != of_ending:
        raise click.UsageError(
            f"--output {output} is a file of the format {of_ending}, and --format asks for {asked}; "
            f"give --format {of_ending}, or a folder"
        )
    return path, of_ending


def check_one(output: str, file: Path | None, pages: int) -> None:
    """Raise UsageError where several pages are to be printed, or written into one file."""
    if pages > 1 and (output == "-" or file):
        does = "prints one page" if output == "-" else "is a file for one page"
        raise click.UsageError(
            f"--output {output} {does}, and this makes more; give one model, one quantity and one format, or a folder"
        )
