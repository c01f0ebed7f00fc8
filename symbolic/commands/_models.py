"""What commands that take models share: --architecture and --strict, and the models that were named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import click

from symbolic import loading
from symbolic.batch.sources import ConfigSource, sources
from symbolic.configs.model import Model
from symbolic.errors import ConfigError, SymbolicError, listed
from symbolic.extras import MissingExtra
from symbolic.formulas.vocabulary import n_predict_layers
from symbolic.language import translate
from symbolic.measuring.derivation import missing_of
from symbolic.terminal import echo, one_line

STRICT = "symbolic.strict"
TRACE = "symbolic.trace"


def given_architecture(command: Any) -> Any:
    """Return the options --architecture, --strict and --trace."""
    return given_family(given_strict(_given_trace(command)))


def given_family(command: Any) -> Any:
    """Return the option --architecture alone."""
    return click.option(
        "--architecture", metavar="NAME", help="The family, where the config doesn't say (`symbolic architectures`)."
    )(command)


def given_strict(command: Any) -> Any:
    """Return the option --strict alone; what it says is in the context's `meta`."""
    return click.option(
        "--strict",
        is_flag=True,
        expose_value=False,
        callback=lambda context, _, value: context.meta.__setitem__(STRICT, value),
        help="Refuse a config with a key that we don't know, rather than name it.",
    )(command)


def _given_trace(command: Any) -> Any:
    return click.option(
        "--trace",
        is_flag=True,
        expose_value=False,
        callback=lambda context, _, value: context.meta.__setitem__(TRACE, value),
        help="Read the network off the class of the installed transformers (needs the extra [trace]).",
    )(command)


def refuse_other_sizes() -> None:
    """Refuse --trace where a config's sizes are to change: one trace does not show which parts change with them."""
    if click.get_current_context().meta.get(TRACE):
        raise click.UsageError(
            "with other sizes a traced config may have other parts, which one trace does not show; "
            "leave --trace out, or trace a config of each"
        )


def loaded_models(given: Iterable[str], architecture: str | None, *, together: bool = False) -> list[Model]:
    """Return every model that the arguments describe; what a config has that is not in the figures is said on stderr.

    One of several that can't be read is named on stderr, and the others are returned. Models of one page, `together`,
    must be two at least: ConfigError where fewer can be read.
    """
    return list(each_model(given, architecture, together=together))


def each_model(given: Iterable[str], architecture: str | None, *, together: bool = False) -> Iterator[Model]:
    """Yield the models one after the other, each read when it is asked for."""
    return (model for _, model in each_source(given, architecture, together=together))


def each_source(
    given: Iterable[str], architecture: str | None, *, together: bool = False
) -> Iterator[tuple[ConfigSource, Model]]:
    """Yield each model as `each_model` does, with what it was read from."""
    meta = click.get_current_context().meta
    strict, traced = bool(meta.get(STRICT)), bool(meta.get(TRACE))
    arguments = list(given)
    several = sum(1 for _ in islice(sources(arguments), 3))
    read = 0
    for source in sources(arguments):
        models: list[Model] = []
        with skipping_errors(several - together):
            models = loading.trace_all(source.given) if traced else source.models(architecture, strict=strict)
        read += len(models)
        for model in models:
            _warn(model)
            yield source, model
    if together and read < min(2, several):
        raise ConfigError(f"{read} of several models could be read, and a comparison needs two; mend the others")


@contextmanager
def skipping_errors(count: int) -> Iterator[None]:
    """Print the error of one of several models and go on with the next; the command then ends with exit code 2."""
    try:
        yield
    except SymbolicError as problem:
        if count == 1:
            raise
        _print_error(f"Error: {one_line(str(problem))}")


@contextmanager
def skipping_missing_extra(name: str, count: int) -> Iterator[None]:
    """Print once which library one of several formats lacks, and go on with the next; exit code as above."""
    try:
        yield
    except MissingExtra as problem:
        if count == 1:
            raise
        _print_error(f"Error: {name} is left out: {problem}", once=True)


def _print_error(line: str, *, once: bool = False) -> None:
    """Print an error on standard error, `once` if it may come again, and let the command end with exit code 2."""
    said: set[str] = click.get_current_context().meta.setdefault(__name__, set())
    if not (once and line in said):
        echo(line, err=True)
    if not said:
        context = click.get_current_context()
        context.find_root().call_on_close(lambda: context.exit(2))
    said.add(line)


def loaded_model(given: str, architecture: str | None) -> Model:
    """Return the one model that an argument describes, with the same messages."""
    strict = bool(click.get_current_context().meta.get(STRICT))
    if click.get_current_context().meta.get(TRACE):
        return loading.trace_all(given)[0]
    model = loading.load(given, architecture=architecture, strict=strict)
    _warn(model)
    return model


def warn_of_total(model: Model, quantity: str) -> Model:
    """Print on standard error why a total is not complete; return the model."""
    if reason := missing_of(model, quantity):
        echo(f"{model.name}: this total of {quantity} is not complete. {translate(reason)}", err=True)
    return model


def _warn(model: Model) -> None:
    """Print on standard error what a model has that its figures leave out, or that we don't know."""
    for line in model.taken_for:
        echo(f"{model.name}: {line}", err=True)
    if model.parts_left_out:
        echo(f"{model.name}: the language model only, without {listed(model.parts_left_out)}", err=True)
    if model.predicting:
        described = n_predict_layers in model.architecture.sizes
        where = "; --quantity tensor-elements counts them" if described else ""
        echo(f"{model.name}: prediction layers are not counted ({listed(model.predicting)}){where}", err=True)
    if model.unknown:
        keys = listed(model.unknown)
        echo(f"{model.name}: unknown keys, which may change the network: {keys}; --strict refuses them", err=True)
