"""`symbolic explain`: a page that derives a quantity."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from symbolic import api
from symbolic.commands._inputs import Given, for_quantity, given_choices, given_inputs, named_inputs, quantity_inputs
from symbolic.commands._models import each_for_itself, each_format, each_model, given_architecture
from symbolic.commands._output import (
    check_one,
    format_option,
    joined,
    language_option,
    named_file,
    notation_option,
    output_option,
    split_names,
)
from symbolic.configs.model import Model
from symbolic.errors import ConfigError, NothingToMeasure
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.inputs import too_long
from symbolic.pages.paper import PAPERS
from symbolic.pages.rendering import formats
from symbolic.terminal import echo

FEW = 20


@click.command()
@click.argument("model", nargs=-1, required=True)
@click.option(
    "--quantity",
    multiple=True,
    default=("parameters",),
    show_default=True,
    metavar="LIST",
    callback=joined,
    help=f"What to derive, or all: {', '.join(quantities.names())}.",
)
@format_option()
@click.option(
    "--convention", default="", metavar="NAME", help="Which weights or products count; the page lists the choices."
)
@notation_option()
@language_option()
@quantity_inputs
@given_architecture
@output_option()
@click.option(
    "--detail",
    default="full",
    show_default=True,
    metavar="brief|full|cheat-sheet",
    help="Equations only, all of it, or a sheet to hand out.",
)
@click.option(
    "--fragment", is_flag=True, help="The steps alone, for a document of your own: in latex, markdown or html."
)
@click.option(
    "--columns", type=click.IntRange(1, 2), default=1, show_default=True, help="With --fragment: those of your paper."
)
@click.option("--paper", type=click.Choice(PAPERS), default=PAPERS[0], show_default=True, help="Paper of a print.")
@click.option("--proofread", is_flag=True, help="Read each page back and compute it again; it then says so.")
def explain(
    model: tuple[str, ...],
    quantity: str,
    asked: str,
    convention: str,
    notation: str,
    language: str,
    architecture: str | None,
    output: str,
    detail: str,
    fragment: bool,
    columns: int,
    paper: str,
    proofread: bool,
    others: tuple[str, ...],
    dtype: str,
    cache_dtype: str,
    device: str,
    **options: Any,
) -> None:
    """Derive a quantity of each MODEL in steps: a page to read, check and hand out.

    Writes PATH/MODEL/QUANTITY.ENDING and prints each path.

    \b
    Examples:
      symbolic explain gpt2-124m
      symbolic explain notes.md::GPT_CONFIG_124M --convention walkthrough
      symbolic explain llama-2-7b --format latex,markdown --output handouts
      symbolic explain config.json --format text --output -
      symbolic explain config.json --output page.pdf
      symbolic explain llama-3-8b --quantity kv-cache,forward-flops --context 8192
      symbolic explain llama-3-8b --quantity weight-memory --dtype int4
      symbolic explain gpt2-124m --detail cheat-sheet --format pdf
    """
    from symbolic.pages.files import folder_name, in_language, write_all
    from symbolic.pages.rendering import format_module

    # The process ends with its pages: collecting garbage on the way costs a tenth of its time and frees nothing.
    gc.disable()

    file, asked = named_file(output, asked)
    chosen = _names(asked, "format", formats())
    endings = {name: format_module(name).ENDING for name in chosen}
    names = _names(quantity, "quantity", (*quantities.names(), "all"))
    wanted = quantities.names() if names == ("all",) else names
    given = given_inputs(others, options)
    loaded = each_model(model, architecture)
    first = list(islice(loaded, 2))
    check_one(output, file, len(first) * len(chosen) * len(wanted))
    how = {"notation": notation, "detail": detail, "language": language, **_on_paper(paper, fragment)}
    part = ("cheat-sheet." if detail == "cheat-sheet" else "") + ("fragment." if fragment else "")
    endings = {name: f"{part}{ending}" for name, ending in endings.items()}
    printed = _printer(proofread, fragment, columns)

    def derived(one: Model) -> Iterator[tuple[str, Derivation]]:
        for measured in wanted:
            inputs = for_quantity(measured, given, wanted)
            named = named_inputs(measured, wanted, dtype=dtype, cache_dtype=cache_dtype, device=device)
            try:
                choices = given_choices(measured, options, wanted)
                yield (
                    measured,
                    api.explain(
                        one, measured, convention=convention, inputs=inputs, choices=choices, idle_inputs=True, **named
                    ),
                )
            except NothingToMeasure as nothing:
                if len(wanted) == 1:
                    raise
                echo(f"left out {measured}: {nothing}", err=True)

    def pages_of(one: Model, folder: Path) -> dict[str, str | bytes]:
        found: dict[str, str | bytes] = {}
        derivations = dict(derived(one))
        files = {}
        if "html" in endings and not file and output != "-":
            files = {measured: f"{in_language(measured, language)}.{endings['html']}" for measured in derivations}
        for measured, derivation in derivations.items():
            beside = tuple((derivations[name].quantity, to) for name, to in files.items() if name != measured)
            for name in chosen:
                shown = replace(derivation, beside=beside, served=_served(folder, language) if files else "")
                with each_format(name, len(chosen)):
                    found[f"{in_language(measured, language)}.{endings[name]}"] = printed(shown, name, **how)
        _say_what_is_odd(list(derivations.values()), given)
        return found

    taken: set[str] = set()
    for count, one in enumerate(chain(first, loaded)):
        pages: dict[Path, str | bytes] = {}
        with each_for_itself(len(first)):
            folder = Path(output) / folder_name(one.name, taken)
            pages = {file or folder / called: page for called, page in pages_of(one, folder).items()}
        if output == "-":
            for page in pages.values():
                echo(page, nl=False)
            return
        write_all(pages)
        for path in pages:
            echo(path)
        if count % FEW == FEW - 1:
            _free()


def _free() -> None:
    """Free what earlier pages left: of many models the memory would grow with their number."""
    gc.collect()
    # What is left stays: the libraries, and what is kept for the next pages. To look through it each time would take a
    # tenth of a page's time.
    gc.freeze()


def _names(text: str, what: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the names in a list with commas, each once; ConfigError where there is none."""
    names = tuple(dict.fromkeys(split_names(text)))
    if not names:
        raise ConfigError(f"--{what} names no {what}; one or more of {', '.join(known)}")
    return names


def _served(folder: Path, language: str) -> str:
    """Return the file of the page of serving that lies in a folder, or nothing."""
    from symbolic.pages.files import in_language

    file = f"{in_language('serving', language)}.html"
    return file if (folder / file).is_file() else ""


def _say_what_is_odd(derivations: list[Derivation], given: Given) -> None:
    """Raise ConfigError where an input changes nothing; say where it changes other counts than the total."""
    for line in dict.fromkeys(
        f"{one.model.name}: {line}" for one in derivations for line in too_long(one.model, one.inputs)
    ):
        echo(line, err=True)
    if not given and not any(one.quantity.chosen for one in derivations):
        return
    from symbolic.measuring.idle import beside_the_total, choosing_the_same, refuse_idle

    refuse_idle(derivations, given)
    for one in derivations:
        for name, usual in choosing_the_same(one).items():
            chosen = one.quantity.chosen[name]
            echo(f"{name} {chosen} counts what {name} {usual} does, with the other inputs as they are", err=True)
        for name, conventions in beside_the_total(one, given).items():
            echo(
                f"{name} does not change this total of {one.quantity.name}, but what other conventions count: "
                f"{', '.join(conventions)}",
                err=True,
            )


def _on_paper(paper: str, fragment: bool) -> dict[str, str]:
    """Return the paper of a page, where it is not the usual one."""
    if paper == PAPERS[0]:
        return {}
    if fragment:
        raise click.UsageError("--paper is that of a whole page, and --fragment makes a part; leave one of them out")
    return {"paper": paper}


def _printer(proofread: bool, fragment: bool, columns: int) -> Callable[..., str | bytes]:
    """Return what makes a derivation's page in a format."""
    if proofread and fragment:
        raise click.UsageError("--proofread reads whole pages, and --fragment makes a part; leave one of them out")
    if columns > 1 and not fragment:
        raise click.UsageError("--columns says how wide a --fragment is; add --fragment, or leave --columns out")
    if proofread:
        from symbolic.proofread.own_pages import proofread_page

        return proofread_page
    if fragment:
        from symbolic.pages.fragments import fragment_of

        return partial(fragment_of, columns=columns)
    return Derivation.to


COMMAND = explain
