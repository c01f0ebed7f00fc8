"""A config, a file, a name or a module becomes a model."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from typing import NamedTuple

from symbolic.arguments import reads_arguments
from symbolic.configs import hub, models, reading
from symbolic.configs.making import is_config, make_model
from symbolic.configs.model import Model, checked_keys
from symbolic.configs.objects import as_mapping
from symbolic.errors import ConfigError, shown
from symbolic.extras import needed


@reads_arguments
def load(
    config: object,
    *,
    name: str | None = None,
    architecture: str | None = None,
    strict: bool = False,
) -> Model:
    """Return the model that a dict, a file (`FILE`, `FILE::NAME`), `-`, a bundled model's name or an `org/name` id is.

    An object is taken at its own word: a transformers config (`to_dict`), a dataclass, pydantic's, a namespace. A
    torch.nn.Module is read as `trace` does.
    Raises ConfigError where it describes none, or several: then name one of them; `strict`, also where the config has
    a key that we don't know. Without it, such keys stand in the model's `unknown`.
    """
    if not isinstance(config, str | PathLike):
        if hasattr(config, "named_parameters") and not isinstance(config, type):
            return trace(config, name=name)
        model = make_model(name or "model", as_mapping(config), name or "the dict", architecture)
        return checked_keys(model) if strict else model
    found = load_all(fspath(config), architecture=architecture, strict=strict)
    if len(found) > 1:
        names = ", ".join(model.name for model in found)
        raise ConfigError(f"{fspath(config)} has {len(found)} models: {names}; name one as {fspath(config)}::NAME")
    return found[0]


@reads_arguments
def load_all(given: str, *, architecture: str | None = None, strict: bool = False) -> list[Model]:
    """Return every model that a file or a name describes; `strict` as for `load`."""
    models_there = _load_all(given, architecture)
    return [checked_keys(model) for model in models_there] if strict else models_there


def _load_all(given: str, architecture: str | None) -> list[Model]:
    if not given:
        raise ConfigError("the name of a model is empty; give a name or a file")
    if given in models.names() or not reading.looks_like_a_file(given):
        return [models.find(given).model(architecture)]
    if hub.is_repository(given):
        [config] = reading.read(hub.fetch_config(given, reading.BESIDE), is_config)
        return [make_model(given, config.values, f"Hugging Face Hub, {given}, config.json", architecture)]
    found: list[Model] = []
    refused: list[ConfigError] = []
    for config in reading.read(given, is_config):
        try:
            found.append(make_model(config.name, config.values, config.source, architecture))
        except ConfigError as problem:
            if not config.guessed:
                raise
            refused.append(problem)
    if not found:
        raise refused[0]
    return found


@reads_arguments
def trace(
    build: object,
    sizes: Mapping[str, object] | None = None,
    *,
    inputs: Mapping[str, object] | None = None,
    name: str | None = None,
) -> Model:
    """Return the model of a torch.nn.Module, or of a callable that builds one, such as its class, by its own code.

    `build` is called with the sizes by their names, or, where it takes one argument, with all of them in one object: of
    the class that the argument is annotated with, of the one dataclass beside it that has these fields, else a dict
    that has them as attributes, too.
    Numbers among them carry their names into every shape; what the module makes of them are the formulas. Then its
    forward pass runs on sizes that are symbols, for forward-flops and training-flops. `inputs` gives the axes of each
    of its arguments, such as {"image": "batch_size, 3, height=224, width=224"}: a number, batch_size, tokens, a size of
    the module, a product or sum of these, or a name with a number of its own. What a tensor holds is guessed of names
    and annotations; ":int", ":float" or ":bool" behind the axes says it. Tensors with semicolons between them are a
    tuple, and what is no text, such as None or True, is given as it is. Where nothing is given, the first layer tells.
    What the pass shows is held against passes with other sizes; one that the code runs through so many times, or whose
    products hang on it otherwise, holds for its value only, and the page says so.

    A size with the name of a number that a page asks for (tokens, context, batch_size, image_height, …), or of a
    layer's number, i, is called own_tokens and so on, there and among the axes.

    A module that is built already has no `sizes`: formulas come of the arguments of its class, or the config, that it
    keeps as attributes, where these build the same tensors again; else each size is a number.

    It runs the code of the module, on tensors without data, and needs torch: pip install "symbolic-explainer[trace]".
    ConfigError where the module can't be built, or does not take the inputs.
    """
    needed("torch", "trace", "tracing")
    from symbolic.configs import traced
    from symbolic.networks.learned.own_names import owned
    from symbolic.networks.tracing.built_modules import recipe
    from symbolic.networks.tracing.tracing import trace_text

    if sizes is None:
        if not hasattr(build, "named_parameters") or isinstance(build, type):
            raise ConfigError(
                f"{shown(build)} is no module that is built; give one, or a callable that builds one with its sizes"
            )
        build, sizes = recipe(build)
    if not callable(build):
        raise ConfigError(f"{shown(build)} builds no module; give a class or a function, or a module without sizes")
    sizes = owned(sizes)
    text, numbers = trace_text(build, sizes, inputs)
    called = name or text.split(maxsplit=2)[1]
    return traced.model_of_text(text, {**sizes, **numbers}, called, f"the code of {called}")


def trace_all(given: str, inputs: Mapping[str, str] | None = None) -> list[Model]:
    """Return every model that a file or an id describes, as the installed transformers or diffusers builds it.

    `inputs` are the axes of what a class of diffusers takes, by the names of its arguments.
    """
    from symbolic.configs import traced

    return [traced.model_of_config(one.name, one.config, one.source, inputs) for one in _configs(given)]


def _configs(given: str) -> list[_Config]:
    if given in models.names() or not reading.looks_like_a_file(given):
        raise ConfigError(f"{given}: a bundled model names no class to trace; give its config.json")
    if hub.is_repository(given):
        [config] = reading.read(hub.fetch_config(given, reading.BESIDE), is_config)
        return [_Config(given, config.values, f"Hugging Face Hub, {given}, config.json")]
    return [_Config(config.name, config.values, config.source) for config in reading.read(given, is_config)]


class _Config(NamedTuple):
    """A config as it was read."""

    name: str
    config: Mapping[str, object]
    source: str
