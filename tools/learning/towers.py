"""Modules of a whole that are networks of their own, made of a part of the config: described once, used in any whole.

Of a whole only the rest is learned, such as the layers between its towers. In the list of its tensors one line stands
for all tensors of a tower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import transformers
from transformers import PreTrainedConfig, PreTrainedModel

from symbolic.networks.tracing.construction import TracedTensor, built, traced_tensors

MARK = "tower "
"""What the owner of a tower's line begins with; the part of the config follows."""
OWN = "."
"""The part that stands for the config itself: a head on a network that is described without one."""


@dataclass(frozen=True)
class Tower:
    """A module of a whole that `model_class` makes of a part; `auto` is the auto class that chose it, if one did."""

    part: str
    model_type: str
    model_class: str
    place: str
    auto: str = ""
    without: tuple[str, ...] = ()
    given: dict[str, Any] = field(default_factory=dict, compare=False)


def cut(
    network: Any, towers: dict[str, Tower], tensors: list[TracedTensor]
) -> tuple[list[TracedTensor], dict[str, int]]:
    """The tensors with one line a tower, and a number for what each part's towers hold."""
    if not towers:
        return tensors, {}
    kept: list[TracedTensor] = []
    inside: dict[str, list[Any]] = {}
    places = dict(places_of(network, towers))
    done: set[str] = set()
    for one in tensors:
        above = next((name for name in places if one.name.startswith(f"{name}.")), None)
        if above is None:
            kept.append(one)
            continue
        inside.setdefault(places[above], []).append((one.name, one.shape, one.tied_to))
        if above not in done:
            done.add(above)
            kept.append(TracedTensor(above, (), (), MARK + places[above]))
    return kept, {part: hash(tuple(found)) for part, found in inside.items()}


def places_of(network: Any, towers: dict[str, Tower] | None = None, *, own: bool = False) -> Iterator[tuple[str, str]]:
    """The outermost modules made of a part of the config: each with its name and the part."""
    parts = {id(config): path for path, config in parts_of(network.config)}
    if own or (towers and OWN in towers):
        parts[id(network.config)] = OWN
    found: list[str] = []
    for name, module in network.named_modules():
        if not name or not isinstance(module, PreTrainedModel) or name.startswith(tuple(f"{one}." for one in found)):
            continue
        part = parts.get(id(module.config))
        if part is None or (towers is not None and part not in towers):
            continue
        if towers is not None and type(module).__name__ != towers[part].model_class:
            continue
        found.append(name)
        yield name, part


def covers(part: str, path: str) -> bool:
    """Whether a key is one of those that a tower is made of."""
    return part == OWN or path.startswith(f"{part}.")


def parts_of(config: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """The configs within a config, each with its path."""
    for name, value in list(vars(config).items()):
        if isinstance(value, PreTrainedConfig):
            yield above + name, value
            yield from parts_of(value, f"{above}{name}.")


def found_in(subject: Any, given: dict[str, Any]) -> dict[str, Tower]:
    """The towers of a type's network that are what their class makes of the part alone."""
    try:
        network = subject.network(given, trace=False)
    except Exception:  # the caller says that nothing can be built
        return {}
    tensors = traced_tensors(network)
    modules = dict(network.named_modules())
    towers: dict[str, Tower] = {}
    bad: set[str] = set()
    for name, part in places_of(network, own=subject.own):
        kind = type(modules[name])
        tower = _tower(subject, part, kind)
        mine = {one.name: _relative(one, name) for one in tensors if one.name.startswith(f"{name}.")}
        without = _without(kind, modules[name].config, set(mine.values())) if not _numbered(name) else None
        if without is None or (part in towers and towers[part].model_class != kind.__name__):
            bad.add(part)
            continue
        towers[part] = Tower(
            part, tower.model_type, kind.__name__, tower.place, tower.auto, tuple(sorted(without)), tower.given
        )
    return {part: tower for part, tower in towers.items() if part not in bad}


def _numbered(name: str) -> bool:
    return any(step.isdigit() for step in name.split("."))


def _relative(one: TracedTensor, above: str) -> tuple[str, tuple[int, ...], str]:
    inside = one.tied_to.startswith(f"{above}.")
    return one.name[len(above) + 1 :], one.shape, one.tied_to[len(above) + 1 :] if inside else one.tied_to


def _without(kind: Any, config: Any, mine: set[Any]) -> set[str] | None:
    """Which modules of the class its tower lacks; None where it is another network."""
    alone = _alone(kind, config)
    if alone is None or mine - alone:
        return None
    lacks = {name.split(".")[0] for name, _shape, _tied in alone - mine}
    kept = {name.split(".")[0] for name, _shape, _tied in mine}
    return None if lacks & kept else lacks


def _alone(kind: Any, config: Any) -> set[Any] | None:
    def make() -> Any:
        with transformers.initialization.no_init_weights():
            model = kind(config)
        model.tie_weights()
        return model

    try:
        return {(one.name, one.shape, one.tied_to) for one in traced_tensors(built(make))}
    except Exception:  # a class that makes nothing of the part alone is no tower
        return None


def _tower(subject: Any, part: str, kind: Any) -> Tower:
    from tools.learning.subject import TASKS, classes_of, config_class_of

    if part == OWN:
        names = classes_of("base").get(subject.model_type, ())
        auto = "base" if kind.__name__ in ((names,) if isinstance(names, str) else names) else ""
        return Tower(part, subject.model_type, kind.__name__, kind.__module__, auto)
    config_class, spec = subject.config_class, None
    for step in part.split("."):
        spec = (config_class.sub_configs_defaults or {}).get(step)
        if spec is None:
            break
        config_class = config_class_of(spec)
    model_type = config_class.model_type if spec is not None else kind.config_class.model_type
    given = dict(spec.init_kwargs or {}) if spec is not None else {}
    auto = ""
    if spec is None or spec.config_class is not config_class:
        for task in ("base", *TASKS):
            names = classes_of(task).get(model_type, ())
            if kind.__name__ in ((names,) if isinstance(names, str) else names):
                auto = task
                break
    return Tower(part, model_type, kind.__name__, kind.__module__, auto, (), given)
