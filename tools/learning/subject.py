"""What is learned about: a type of transformers, its config's keys, and how to build it from values for them."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import os
import re
import sys
import types
import typing
import warnings
from collections.abc import Iterator
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
warnings.filterwarnings("ignore")

import contextlib

import torch
import transformers
from transformers.initialization import no_init_weights
from transformers.models.auto import modeling_auto
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from symbolic.networks.tracing.carried import CarriedFloat, CarriedInt, CarriedList, formula_of, named, symbol
from symbolic.networks.tracing.comparisons import LOG
from symbolic.networks.tracing.construction import TracedTensor, built, traced_tensors
from symbolic.networks.tracing.creation import carry_constants, modules_of
from tools.learning.towers import Tower, cut

# Settings for writing texts are made with every model; they say nothing of weights, and take a third of the time.
_GENERATION = transformers.GenerationConfig()
transformers.GenerationConfig.from_model_config = classmethod(lambda *_: _GENERATION)
torch.set_num_threads(1)
transformers.logging.set_verbosity_error()

TASKS = {
    "causal": "CAUSAL_LM",
    "masked": "MASKED_LM",
    "seq2seq": "SEQ_TO_SEQ_CAUSAL_LM",
    "image": "IMAGE_CLASSIFICATION",
    "speech": "SPEECH_SEQ_2_SEQ",
    "ctc": "CTC",
    "audio": "AUDIO_CLASSIFICATION",
    "image-text": "IMAGE_TEXT_TO_TEXT",
    "multimodal": "MULTIMODAL_LM",
    "pretraining": "PRETRAINING",
    "sequence": "SEQUENCE_CLASSIFICATION",
    "token": "TOKEN_CLASSIFICATION",
    "question": "QUESTION_ANSWERING",
    "choice": "MULTIPLE_CHOICE",
    "following": "NEXT_SENTENCE_PREDICTION",
    "backbone": "BACKBONE",
    "base": "",
    "encoding": "TEXT_ENCODING",
}
HEADS = ("sequence", "token", "question")
"""Tasks whose classes put a small head on the network that another description has."""
LABELS = "num_labels"
UNDECLARED = {"moonshine_streaming": ("num_key_value_heads",)}
"""Sizes that code reads of a config though its class declares none: a config must give them."""
ASKED = ("vision_use_head",)
"""Switches that no config class declares and code asks for with hasattr."""

# Of every config's keys these say nothing about weights: they belong to the base class, or name tokens.
BASE_KEYS = {field.name for field in dataclasses.fields(transformers.PreTrainedConfig)} - {"is_encoder_decoder"}
TOKEN = re.compile(r"(_token_id|_token_index|_token_ids|_token)$|^(torch_)?dtype$")
PART = re.compile(r"_(config|dict|cfg)$")
"""Keys that hold keys: no number tells what they change, so nobody may say that they change nothing."""
LAYERS = re.compile(r"(num_.*layers?$|^n_layers?$|depth$|num_.*blocks$|^layers$|_layers$)")


def classes_of(task: str) -> dict[str, Any]:
    """The model types of an auto class, each with the name of its class, or with several."""
    name = f"MODEL_FOR_{TASKS[task]}_MAPPING_NAMES" if TASKS[task] else "MODEL_MAPPING_NAMES"
    return dict(getattr(modeling_auto, name))


def types_of(task: str) -> list[str]:
    """The model types of an auto class."""
    return list(classes_of(task))


def class_of(task: str, model_type: str) -> Any:
    """The class that an auto class makes of a type, or the one that a task of the kind `class place.Name` names."""
    if task.startswith("class "):
        place, _, name = task.removeprefix("class ").rpartition(".")
        return getattr(importlib.import_module(place), name)
    named = classes_of(task)[model_type]
    name = named if isinstance(named, str) else named[0]
    if hasattr(transformers, name):
        return getattr(transformers, name)
    # A class that the library keeps to itself: it stands beside its config.
    place = CONFIG_MAPPING[model_type].__module__.replace(".configuration_", ".modeling_")
    return getattr(importlib.import_module(place), name)


def config_class_of(spec: Any) -> Any:
    """The class of a part's config where the whole says nothing of it."""
    kind = spec.config_class
    if isinstance(kind, type) and issubclass(kind, transformers.PreTrainedConfig):
        return kind
    return spec.get_config_class(spec.model_type)


_counted = transformers.PreTrainedConfig.num_labels


def _labels(config: Any) -> int | None:
    """How many classes a config names; the number carries its name while a network is traced."""
    carried = config.__dict__.get("_carried_labels")
    return carried if carried is not None else _counted.fget(config)


def _label(config: Any, number: int) -> None:
    """Set how many classes there are, as code does that always has two."""
    config.__dict__.pop("_carried_labels", None)
    _counted.fset(config, number)


transformers.PreTrainedConfig.num_labels = property(_labels, _label)


@dataclasses.dataclass
class Key:
    """A key of a config: where it stands, what may stand there, what stands there if a config says nothing."""

    path: str
    default: Any
    optional: bool
    types: tuple[Any, ...]
    choices: tuple[Any, ...] = ()


class Subject:
    """A model type with the class that an auto class makes of it."""

    def __init__(self, task: str, model_type: str) -> None:
        self.task, self.model_type = task, model_type
        self.model_class = class_of(task, model_type)
        self.class_name = self.model_class.__name__
        named = task.startswith("class ")
        self.config_class = self.model_class.config_class if named else CONFIG_MAPPING[model_type]
        self.wanted = getattr(self.model_class, "config_class", None) or self.config_class
        # Some auto classes map the config of a whole onto a class for one of its parts.
        self.part = self._part()
        self.keys = self._keys()
        self.modules = self._modules()
        carry_constants(self.modules)
        self._hidden_keys()
        self.after: dict[str, Any] = {}
        self.formulas: dict[str, Any] = {}
        self.errors: dict[str, int] = {}
        self.stated = dict(self._stated(self.config_class, ""))
        self.towers: dict[str, Tower] = {}
        self.inside: dict[str, int] = {}
        self.own = task in HEADS

    def _part(self) -> str:
        if issubclass(self.config_class, self.wanted):
            return ""
        for name, spec in self.config_class.sub_configs_defaults.items():
            if isinstance(spec.config_class, type) and issubclass(spec.config_class, self.wanted):
                return str(name)
        return ""

    def _keys(self) -> dict[str, Key]:
        found: dict[str, Key] = {}
        self._collect(self.config_class, "", found, {})
        found.setdefault(LABELS, Key(LABELS, 2, optional=False, types=(int,)))
        if self.part:
            found = {path: key for path, key in found.items() if path.startswith(f"{self.part}.")}
        return found

    def _collect(self, config_class: Any, above: str, found: dict[str, Key], given: dict[str, Any]) -> None:
        subs = getattr(config_class, "sub_configs_defaults", None) or {}
        for field in dataclasses.fields(config_class):
            name = field.name
            if name in subs or (name in BASE_KEYS) or TOKEN.search(name):
                continue
            default = field.default
            if default is dataclasses.MISSING:
                default = field.default_factory() if field.default_factory is not dataclasses.MISSING else None
            default = given.get(name, default)
            if isinstance(default, tuple):
                default = [list(one) if isinstance(one, tuple) else one for one in default]
            kinds = _kinds(field.type)
            found[above + name] = Key(
                above + name,
                default,
                type(None) in kinds or default is None,
                tuple(kind for kind in kinds if kind is not type(None)),
                _choices(field.type),
            )
        source = inspect.getsource(config_class) if "__post_init__" in vars(config_class) else ""
        for name, default in re.findall(r"kwargs\.(?:pop|get)\(\s*[\"'](\w+)[\"'](?:,\s*([\w.]+))?", source):
            if PART.search(name):
                continue
            if above + name not in found and name not in BASE_KEYS and name not in subs and not TOKEN.search(name):
                value = _literal(default)
                kinds = (int, bool) if value is None else (type(value),)
                found[above + name] = Key(above + name, value, value is None, kinds)
        for name, spec in subs.items():
            kind = config_class_of(spec)
            if kind is not config_class and above.count(".") < 2:
                tied = f"{above}{name}.tie_word_embeddings"
                found[tied] = Key(tied, default=False, optional=False, types=(bool,))
                self._collect(kind, f"{above}{name}.", found, dict(spec.init_kwargs or {}))

    def _stated(self, config_class: Any, above: str) -> Iterator[tuple[str, Any]]:
        """The defaults of parts that no longer hold as soon as a config gives anything of the part."""
        for name, spec in (config_class.sub_configs_defaults or {}).items():
            for last in spec.init_kwargs or {}:
                path = f"{above}{name}.{last}"
                default = self.keys[path].default if path in self.keys else (spec.init_kwargs or {})[last]
                if default is not None:
                    yield path, default
            if above.count(".") < 2:
                yield from self._stated(config_class_of(spec), f"{above}{name}.")

    def _hidden_keys(self) -> None:
        """Keys that the code reads though no config class declares them: getattr(config, "head_dim", None)."""
        if self.part:
            return
        for name in UNDECLARED.get(self.model_type, ()):
            self.keys[name] = Key(name, None, optional=False, types=(int,))
        for module in self.modules:
            if not module.__name__.startswith("transformers.models."):
                continue
            for name in re.findall(r"getattr\((?:self\.)?config,\s*[\"'](\w+)[\"']", inspect.getsource(module)):
                known = name in self.keys or name in BASE_KEYS or name in self.config_class.attribute_map
                if known or TOKEN.search(name) or name.startswith("_") or hasattr(self.config_class, name):
                    continue
                if name.endswith("_config") or "." in name:
                    continue
                self.keys[name] = Key(name, None, True, (int, bool))
            for name in re.findall(r"hasattr\((?:self\.)?config,\s*[\"'](\w+)[\"']", inspect.getsource(module)):
                if name in ASKED and name not in self.keys:
                    self.keys[name] = Key(name, None, optional=False, types=(bool,))

    def _modules(self) -> list[types.ModuleType]:
        classes = [self.config_class, self.model_class, self.wanted]
        for spec in (self.config_class.sub_configs_defaults or {}).values():
            kind = config_class_of(spec)
            classes.append(kind)
            with contextlib.suppress(KeyError, AttributeError, ValueError):
                classes.append(transformers.AutoModel._model_mapping[kind])
        flat = [one for kind in classes for one in (kind if isinstance(kind, (tuple, list)) else (kind,))]
        return modules_of(*flat)

    def names(self, key: str, place: str) -> bool:
        """Whether the code of the whole, or a tower's that stands in the same file, has a key's name."""
        own = [sys.modules[kind.__module__] for kind in (self.model_class, self.config_class)]
        if any(module.__name__ == place for module in own):
            return True
        return any(re.search(rf"\b{re.escape(key)}\b", inspect.getsource(module)) for module in own)

    def flat(self) -> str:
        """The part that takes the keys of a config that does not have it, as older configs are written; "" for none."""
        for part in self.config_class.sub_configs_defaults or {}:
            for path, key in self.keys.items():
                above, _, last = path.rpartition(".")
                if above != part or type(key.default) is not int or last in self.keys or key.default < 2:
                    continue
                with contextlib.suppress(Exception):  # a config class may refuse anything
                    config = self.config_class(**{last: 2 * key.default})
                    if getattr(getattr(config, part, None), last, None) == 2 * key.default:
                        return str(part)
        return ""

    def default(self, path: str) -> Any:
        """What a key is where a config says nothing."""
        return self.keys[path].default

    def value(self, given: dict[str, Any], path: str) -> Any:
        """What a key is in a config."""
        return given[path] if path in given else self.keys[path].default

    def build(self, given: dict[str, Any], *, trace: bool = True) -> list[TracedTensor] | None:
        """The tensors of the model of a config; None where the code refuses it."""
        LOG.clear()
        try:
            network = self.network(given, trace=trace)
            tensors, self.inside = cut(network, self.towers, traced_tensors(network))
            return tensors
        except Exception as problem:  # a constructor may raise anything
            line = f"{type(problem).__name__}: {str(problem)[:160]}"
            self.errors[line] = self.errors.get(line, 0) + 1
            return None

    def network(self, given: dict[str, Any], *, trace: bool = True) -> Any:
        """The module itself, on the meta device."""
        flat = {**self.stated, **(self.carried(given) if trace else given)}

        def make() -> Any:
            config = self.config_class(**self._told(nested(flat)))
            self.settle(config, trace=trace)
            if self.part:
                config = getattr(config, self.part)
            config._attn_implementation = "eager"
            with no_init_weights():
                model = self.model_class(config)
            model.tie_weights()
            return model

        return built(make, self.modules if trace else None)

    def _told(self, values: dict[str, Any]) -> dict[str, Any]:
        """A config whose parts say of which type they are, where an auto class asks: some config classes want that."""
        for name, spec in (self.config_class.sub_configs_defaults or {}).items():
            if isinstance(values.get(name), dict) and getattr(spec, "model_type", None):
                values[name].setdefault("model_type", spec.model_type)
        return values

    def settle(self, config: Any, *, trace: bool) -> None:
        """Note what the config class made of each key; from here on the key itself is the size's name."""
        self.after, self.formulas = {}, {}
        for path in self.keys:
            *above, last = path.split(".")
            place = config
            for name in above:
                place = getattr(place, name, None)
            if place is None:
                continue
            if last == LABELS:
                self.after[path], self.formulas[path] = place.num_labels, None
                if trace:
                    place.__dict__["_carried_labels"] = CarriedInt(int(place.num_labels), symbol(path))
                continue
            value = place.__dict__.get(last)
            if value is None and last not in place.__dict__:
                continue
            name = path.removeprefix(f"{self.part}.") if self.part else path
            self.formulas[path] = axes_of_value(value)
            self.after[path] = plain(value)
            if trace and not isinstance(value, bool):
                if isinstance(value, int):
                    place.__dict__[last] = CarriedInt(int(value), symbol(name))
                elif isinstance(value, float):
                    place.__dict__[last] = CarriedFloat(float(value), symbol(name, whole=False))
                elif isinstance(value, (list, tuple)) and value:
                    items = [_item(plain(one), f"{name}[{at}]") for at, one in enumerate(value)]
                    place.__dict__[last] = CarriedList(items, name)

    def carried(self, given: dict[str, Any]) -> dict[str, Any]:
        """The config's values, each number with its name as its formula."""
        made = dict(given)
        for path, key in self.keys.items():
            value = given.get(path, key.default)
            name = path if not self.part else path.removeprefix(f"{self.part}.")
            if isinstance(value, int | float) and not isinstance(value, bool):
                made[path] = named(value, name)
            elif isinstance(value, list) and value:
                items = [_item(one, f"{name}[{at}]") for at, one in enumerate(value)]
                made[path] = CarriedList(items, name)
        return made


def axes_of_value(value: Any) -> Any:
    """The formulas that a value of a config carries: one, or one an item."""
    if isinstance(value, (list, tuple)):
        return [formula_of(one) if not isinstance(one, (bool, str)) else None for one in value]
    return formula_of(value) if not isinstance(value, (bool, str)) else None


def plain(value: Any) -> Any:
    """A value without formulas."""
    if isinstance(value, (CarriedInt, CarriedFloat)):
        return value.plain
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def _item(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_item(one, f"{name}[{at}]") for at, one in enumerate(value)]
    return named(value, name)


def nested(flat: dict[str, Any]) -> dict[str, Any]:
    """A flat dict with dotted keys as a dict of dicts."""
    made: dict[str, Any] = {}
    for path, value in flat.items():
        *above, last = path.split(".")
        place = made
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return made


def _literal(text: str) -> Any:
    """A default as the code writes it; None for one that is computed."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def _kinds(kind: Any) -> tuple[Any, ...]:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return tuple(one for part in typing.get_args(kind) for one in _kinds(part))
    if origin is typing.Literal:
        return tuple({type(one) for one in typing.get_args(kind)})
    if kind is None:
        return (type(None),)
    return (origin or kind,)


def _choices(kind: Any) -> tuple[Any, ...]:
    if typing.get_origin(kind) is typing.Literal:
        return typing.get_args(kind)
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return tuple(one for part in typing.get_args(kind) for one in _choices(part))
    return ()
