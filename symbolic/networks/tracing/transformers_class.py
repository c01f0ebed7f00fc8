"""Trace the class of the installed transformers that a config names by its model_type; its own code is never run."""

from __future__ import annotations

import inspect
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import partial
from typing import Any

import torch
import transformers
from transformers.initialization import no_init_weights
from transformers.models.auto import modeling_auto

from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.networks.tracing.asking import TooLong
from symbolic.networks.tracing.carried import CarriedFloat, CarriedInt, CarriedList, symbol
from symbolic.networks.tracing.comparisons import LOG
from symbolic.networks.tracing.construction import built, traced_tensors
from symbolic.networks.tracing.creation import carry_constants, modules_of
from symbolic.networks.tracing.guards import OneNumber, Stepped
from symbolic.networks.tracing.inputs import SEEN
from symbolic.networks.tracing.listing import described, unfollowed
from symbolic.networks.tracing.stepped import one_step, stepped, two_steps
from symbolic.networks.tracing.symbolic_pass import Passed, passed
from symbolic.networks.tracing.symbolic_sizes import TOKENS
from symbolic.networks.tracing.unrolled import FIRST, unrolled

LONGEST = 1025
"""Steps of fewer tokens than this are followed at once."""
KERNEL = re.compile(r"kernel|conv")
"""Sizes of what looks at some tokens side by side: code pads fewer."""
STEP = "chunk_size"
"""What sizes of steps are called, in configs and in code."""
LATER = 141
"""So many tokens are more than two chunks of 64, as code may have them, and no more than a loop soon ends with."""
TASKS = (
    "CAUSAL_LM",
    "SEQ_TO_SEQ_CAUSAL_LM",
    "SPEECH_SEQ_2_SEQ",
    "IMAGE_TEXT_TO_TEXT",
    "MASKED_LM",
    "IMAGE_CLASSIFICATION",
    "CTC",
    "AUDIO_CLASSIFICATION",
    "PRETRAINING",
)


CHOOSING = frozenset(modeling_auto.MODEL_FOR_MULTIPLE_CHOICE_MAPPING_NAMES.values())
"""Classes that read several answers to a question, and give each a score."""


def trace_config(values: Mapping[str, Any]) -> str:
    """Return the description of the model of a config, for its own sizes."""
    warnings.filterwarnings("ignore")
    model_type = values.get("model_type")
    mapping = transformers.CONFIG_MAPPING
    if not isinstance(model_type, str) or model_type not in mapping:
        raise UnknownName("type of the installed transformers", str(model_type), list(mapping.keys()))
    of = mapping[model_type]
    made = _Made(values, of)
    said = made.kind.__name__, made.tensors, made.sizes, made.ranges
    given = sorted(_given(made.config, values) - made.sizes.keys())
    try:
        run = _followed(made, lambda carried=True: _Made(values, of, carried=carried))
        return described(model_type, *said, run, given=given)
    except TooLong as problem:
        lacks = unfollowed(str(problem))
    except Exception as problem:  # a forward pass may raise anything
        lacks = unfollowed(problem)
    return described(model_type, *said, lacks=lacks, given=given)


def _steps(sizes: Iterable[tuple[str, Any]]) -> int:
    """How many tokens the code works on at a time, as the names of these sizes tell; 0 where none does."""
    return max((size for name, size in sizes if name.endswith(STEP) and size in range(LONGEST)), default=0)


def _of_functions(kind: Any) -> Iterator[tuple[str, Any]]:
    """The whole numbers that functions beside a class take where they are given none."""
    for function in vars(sys.modules[kind.__module__]).values():
        if inspect.isfunction(function) and function.__module__ == kind.__module__:
            for one in inspect.signature(function).parameters.values():
                if type(one.default) is int:
                    yield one.name, one.default


def _followed(made: _Made, again: Callable[..., _Made]) -> Passed:
    """A pass over more than one step of a class that works on so many tokens at a time, or on more, as it shows.

    A pass puts symbols into the config and the module: the next begins with new ones, which `again` makes.
    """
    # A config's step is mostly one of code that works on all steps at once, which a single pass shows. A function that
    # has its own goes through them in a loop.
    step, shown, shorter = _steps(made.sizes.items()), False, None
    looped = 0 if step else _steps(_of_functions(made.kind))
    step = step or looped
    sure: set[tuple[str, ...]] = set()
    while True:
        try:
            if looped:
                # The shorter pass goes first: what is seen in it to be alike runs once in the longer one.
                shorter = _passed(made, one_step(step), sure, watched=step)
                made = again()
            run = _passed(made, two_steps(step) if step else SEEN, sure, watched=step)
            last = run.step(made.sizes)
            if last > step or (last not in (0, step) and not shown):
                raise Stepped(last)
            if TOKENS in run.lost():
                raise OneNumber
        except Stepped as found:
            step = looped = found.step
            shown = True
            made = again()
        except OneNumber:
            kernels = [size for name, size in made.sizes.items() if KERNEL.search(name) and size in range(SEEN)]
            fewest = max([FIRST, *kernels])
            return unrolled(partial(_again, again, sure), LATER, fewest, partial(_plainly, again), made.sizes)
        else:
            if last:
                first = shorter or _again(again, sure, one_step(step))
                return stepped(partial(_again, again, sure), partial(_plainly, again), step, made.sizes, [first, run])
            return run


def _again(again: Callable[..., _Made], sure: set[tuple[str, ...]], tokens: int) -> Passed:
    return _passed(again(), tokens, sure)


def _plainly(again: Callable[..., _Made], tokens: int) -> Passed:
    return _passed(again(carried=False), tokens, set(), plain=True)


class _Made:
    """The model of a config whose numbers carry their keys: its class, its sizes, its module and what that holds."""

    @property
    def texts(self) -> tuple[int, ...]:
        """The axes before the tokens: one text, or one question with one answer to choose from."""
        return (1, 1) if self.kind.__name__ in CHOOSING else (1,)

    @property
    def named(self) -> dict[str, Any]:
        """That a cache is wanted, where the class has one: a head that chooses among answers has none."""
        return {} if self.kind.__name__ in CHOOSING else {"use_cache": True}

    def __init__(self, values: Mapping[str, Any], of: Any, *, carried: bool = True) -> None:
        """`of` is the class of the config; with `carried` false all numbers are plain."""
        config: Any = of(**{key: value for key, value in values.items() if key != "auto_map"})
        config._attn_implementation = "eager"
        # Each token's experts are gathered: their number does not hang on the data, as it does in a loop over experts.
        config._experts_implementation = "batched_mm"
        model_type = str(values["model_type"])
        self.kind: Any = _class(config, model_type, values)
        if not isinstance(config, getattr(self.kind, "config_class", type(config))):
            raise ConfigError(
                f"{self.kind.__name__} is built from a part of a {shown(model_type)} config; give that part"
            )
        self.config = config
        self.sizes = dict(_carry(config, values)) if carried else {}
        modules = modules_of(type(config), self.kind, *(type(part) for part in _parts(config)))
        carry_constants(modules, carry=carried)
        LOG.clear()

        def make() -> Any:
            with no_init_weights(), torch.no_grad():
                model = self.kind(config)
            model.tie_weights()
            return model

        self.module = built(make, modules if carried else None)
        self.tensors, self.ranges = traced_tensors(self.module), list(LOG.ranges)
        carry_constants(modules, carry=False)


def _passed(
    one: _Made, tokens: int, sure: set[tuple[str, ...]], *, watched: int | None = None, plain: bool = False
) -> Passed:
    """A pass of a class that reads so many tokens, with its cache."""
    one.module.eval()
    return passed(
        one.module,
        {TOKENS: tokens, **one.sizes},
        lambda made: one.module(input_ids=made((*one.texts, TOKENS), torch.long), **one.named),
        watched=watched,
        sure=sure,
        plain=plain,
    )


def _class(config: Any, model_type: str, values: Mapping[str, Any]) -> Any:
    """Return the class that the config names, if the installed transformers has it, else its first auto class."""
    for name in values.get("architectures") or ():
        found = getattr(transformers, str(name), None)
        if isinstance(found, type) and issubclass(found, transformers.PreTrainedModel):
            return found
    for task in TASKS:
        names = getattr(modeling_auto, f"MODEL_FOR_{task}_MAPPING_NAMES")
        if model_type in names:
            name = names[model_type]
            return getattr(transformers, name if isinstance(name, str) else name[0])
    return transformers.AutoModel._model_mapping[type(config)]


def _known(config: Any) -> set[str]:
    """Return the keys that the class of a config has; others are kept beside them, and nothing looks at them."""
    return {field.name for field in fields(config)}.union(config.attribute_map)


def _given(config: Any, values: Mapping[str, Any], above: str = "") -> set[str]:
    """Return those keys of a config, and of its parts, that their classes have."""
    found = {above + key for key in values.keys() & _known(config)}
    for key, value in values.items():
        if isinstance(value, Mapping) and isinstance(part := getattr(config, key, None), transformers.PreTrainedConfig):
            found |= _given(part, value, f"{above}{key}.")
    return found


def _parts(config: Any) -> list[Any]:
    return [value for value in vars(config).values() if isinstance(value, transformers.PreTrainedConfig)]


def _carry(config: Any, given: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Put in place of a config's numbers, but those under keys that its class lacks, numbers that carry their keys.

    Yields each key with its value.
    """
    lacking = given.keys() - _known(config)
    for key, value in list(vars(config).items()):
        name = above + key
        if key.startswith("_") or key.endswith("_token_id") or isinstance(value, bool) or key in lacking:
            continue
        if isinstance(value, int):
            config.__dict__[key] = CarriedInt(value, symbol(name))
            yield name, value
        elif isinstance(value, float):
            config.__dict__[key] = CarriedFloat(value, symbol(name, whole=False))
            yield name, value
        elif isinstance(value, (list, tuple)) and value and all(type(one) is int for one in value):
            items = [CarriedInt(one, symbol(f"{name}[{at}]")) for at, one in enumerate(value)]
            config.__dict__[key] = CarriedList(items, name)
            yield name, list(value)
        elif isinstance(value, transformers.PreTrainedConfig):
            part = given.get(key)
            yield from _carry(value, part if isinstance(part, Mapping) else {}, f"{name}.")
